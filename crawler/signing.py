"""Puts the operator's key on a request at the last moment, and takes it out of whatever comes back.

Used by the download handler (``handlers.py``) alone, below fingerprints, lineage and log lines: the request that the
rest of the crawl sees never holds a key. A key goes over https to the hosts that its source names, to no other; in a
loopback crawl, where nothing leaves the machine, to every ``.example`` host (``crawl_settings.py``). Tokens that a
sign-in brought are kept in memory only.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from base.clock import Clock
from crawler.crawl_settings import Network
from crawler.errors import KeyNotUsed, KeyRefused, TokenRenewed
from crawler.keys import KeyRing
from crawler.redaction import Redactor
from crawler.sources._keys import Exchange, KeyRule, Signature, SignIn

MOST_REFUSALS: Final = 3
"""Refusals in a row after which a source's key is not sent any more in this crawl."""
_YOUNG: Final = timedelta(minutes=1)  # a token that is refused so soon is not one that ran out
_SPARE: Final = 60.0  # seconds before its end at which a token is renewed


@dataclass(frozen=True, slots=True)
class Signed:
    """A request's address and extra headers with the key in them, and what was added for it."""

    url: str
    headers: tuple[tuple[str, str], ...]
    signature: Signature

    def unsigned(self, address: str) -> str:
        """An address to which an answer redirects, without what this request added to its own."""
        for placeholder, value in self.signature.segments.items():
            address = address.replace(quote(value, safe=""), placeholder).replace(value, placeholder)
        path, mark, query = address.partition("?")
        kept = [part for part in query.split("&") if part.partition("=")[0] not in self.signature.query]
        return path + (mark + "&".join(kept) if any(kept) else "")

    def __repr__(self) -> str:
        return "Signed(…)"


@dataclass(slots=True)
class _Held:
    """A token with its times."""

    value: str
    since: datetime
    until: datetime


class Signer:
    """The keys of one crawl at work. Belongs to the event loop."""

    def __init__(self, keys: KeyRing, rules: Callable[[str], KeyRule | None], network: Network, clock: Clock) -> None:
        self.redactor = Redactor()
        self.redactor.add(keys.secrets())
        self._keys = keys
        self._rules = rules
        self._network = network
        self._clock = clock
        self._tokens: dict[str, _Held] = {}
        self._refusals: Counter[str] = Counter()

    def check(self, source: str, url: str) -> None:
        """Raise KeyNotUsed when this source's key may not be sent to this address, or has been refused too often."""
        rule = self._rule(source)
        missing = self._keys.missing(source)
        if missing:
            raise KeyNotUsed(f"{source} needs a key: set {', '.join(missing)} (docs/keys.md)")
        if self._refusals[source] >= MOST_REFUSALS:
            raise KeyNotUsed(f"{source} refused the key {MOST_REFUSALS} times; check it (docs/keys.md)")
        self._check_address(source, url, rule)

    def sign_in(self, source: str) -> Exchange | None:
        """The exchange that has to come first, or None when there is a token, or none is needed."""
        exchange = self._rule(source).exchange
        held = self._tokens.get(source)
        return exchange if exchange is not None and (held is None or held.until <= self._clock()) else None

    def sign_in_url(self, exchange: Exchange) -> str:
        """Where a key is given for a token; in a loopback crawl an invented host stands for the real one."""
        if self._network is not Network.LOOPBACK:
            return exchange.url
        parts = urlsplit(exchange.url)
        return urlunsplit(parts._replace(netloc=invented_host(parts.hostname or "")))

    def sign_in_request(self, source: str, url: str) -> SignIn:
        """Headers and body of the sign-in."""
        rule = self._rule(source)
        assert rule.exchange is not None
        if url != self.sign_in_url(rule.exchange):
            raise KeyNotUsed(f"{source} signs in elsewhere")
        sign_in = rule.exchange.ask(self._keys.parts(source))
        self.redactor.add(sign_in.headers.values())
        return sign_in

    def signed_in(self, source: str, status: int, body: bytes) -> None:
        """Take the token out of an answer. Raises KeyRefused or, for a server in trouble, TokenRenewed."""
        exchange = self._rule(source).exchange
        assert exchange is not None
        token = exchange.read(body) if 200 <= status < 300 else None
        if token is None:
            if status >= 500 or status == 429:
                raise TokenRenewed(f"{source} cannot sign us in now (status {status})")
            self._refusals[source] = MOST_REFUSALS  # no second try: accounts are locked after a few
            raise KeyRefused(f"{source} does not take the key (status {status}); check it (docs/keys.md)")
        self.redactor.add([token.value])
        now = self._clock()
        self._tokens[source] = _Held(token.value, now, now + timedelta(seconds=max(0.0, token.seconds - _SPARE)))

    def sign(self, source: str, url: str) -> Signed:
        """The address and headers with the key; raises KeyNotUsed as ``check`` does."""
        self.check(source, url)
        rule = self._rule(source)
        parts = dict(self._keys.parts(source))
        if rule.exchange is not None:
            if source not in self._tokens:
                raise KeyNotUsed(f"{source} has not signed us in")
            parts["token"] = self._tokens[source].value
        signature = rule.sign(parts, self._clock())
        # What is sent may be a hash or a token; a time stamp is no secret, and may stand in any answer.
        self.redactor.add(value for value in signature.headers.values() if not value.isdecimal())
        address = urlsplit(url)
        path = "/".join(_filled(segment, signature.segments) for segment in address.path.split("/"))
        query = "&".join(part for part in (address.query, urlencode(signature.query)) if part)
        return Signed(urlunsplit(address._replace(path=path, query=query)), tuple(signature.headers.items()), signature)

    def answered(self, source: str, status: int, body: bytes) -> None:
        """Learn from an answer: raises TokenRenewed when the token had run out, counts refusals."""
        rule = self._rule(source)
        held = self._tokens.get(source)
        if held is not None and rule.expired(status, body):
            del self._tokens[source]
            if self._clock() - held.since >= _YOUNG or not self._refusals[source]:
                self._refusals[source] += 1
                raise TokenRenewed(f"the token of {source} had run out")
        if status in (401, 403) and not rule.spent(status, body):
            self._refusals[source] += 1
        elif status < 400:
            self._refusals[source] = 0

    def is_spent(self, source: str, status: int, body: bytes) -> bool:
        """Whether the platform says that the day's allowance is used up."""
        return self._rule(source).spent(status, body)

    def _rule(self, source: str) -> KeyRule:
        rule = self._rules(source)
        if rule is None:
            raise KeyNotUsed(f"{source} takes no key")
        return rule

    def _check_address(self, source: str, url: str, rule: KeyRule) -> None:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" or parts.port not in (None, 443):
            raise KeyNotUsed(f"the key of {source} is sent over https only")
        invented = self._network is Network.LOOPBACK and host.endswith(".example")
        if host not in rule.hosts and not invented:
            raise KeyNotUsed(f"{host} is not a host that the key of {source} may be sent to")


def invented_host(host: str) -> str:
    """The name under which a loopback server stands for a real host.

    >>> invented_host("www.reddit.com")
    'www-reddit-com.example'
    """
    return host if host.endswith(".example") else f"{host.replace('.', '-')}.example"


def _filled(segment: str, values: Mapping[str, str]) -> str:
    return quote(values[segment], safe="") if segment in values else segment
