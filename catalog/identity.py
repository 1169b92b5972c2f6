"""Names of pages and accounts in one spelling each: canonical addresses, politeness keys, aliases.

Pure functions over strings. Which account a name belongs to is decided in ``accounts.py``.
"""

import functools
import ipaddress
import re
from importlib.resources import files
from typing import Final
from urllib.parse import SplitResult, urlsplit

from catalog.items import Alias, AliasKind

MAX_URL_LENGTH: Final = 2083
_DEFAULT_PORT: Final = {"http": 80, "https": 443}
_TRACKING: Final = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|_hs\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh"
    r"|mc_[ce]id|oly_enc_id|oly_anon_id|vero_id|vero_conv|wickedid|ref_src|ref_url|_ga|_gl|s_cid|spm|share_id)",
    re.IGNORECASE,
)
_SESSION: Final = re.compile(  # names that carry nothing else, and "sid" with a hash
    r"(?:PHPSESSID|JSESSIONID|ASPSESSIONID[A-Z]*|ASP\.NET_SessionId|CFTOKEN|osCsid|XTCsid|zenid|sessid)=.*"
    r"|(?:sid|session|session_?id)=[0-9a-f-]{32,}",
    re.IGNORECASE,
)
_SESSION_IN_PATH: Final = re.compile(r";jsessionid=[^/;]*|^(?:/\(S\([a-z0-9]{24}\)\)(?=/|$))+", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_IN_PATH: Final = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_IN_QUERY: Final = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_HOST: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")


@functools.lru_cache(maxsize=8192)
def canonical_url(url: str) -> str:
    """One spelling per address, so that a page is fetched and stored once; idempotent.

    Scheme and host in lower case (IDNA), no default port, user information, fragment, tracking parameters or session,
    dot segments resolved, escapes normalised, query sorted by name. The case of the path is kept: it may matter.
    Raises ValueError when ``url`` is no absolute http(s) address or longer than ``MAX_URL_LENGTH``.
    """
    parts = _split(url)
    host = _host(parts)
    port = _port(parts)
    path = _path(parts.path)
    query = _query(parts.query)
    result = f"{parts.scheme}://{host}{port}{path}{'?' + query if query else ''}"
    if len(result) > MAX_URL_LENGTH:
        raise ValueError(f"address longer than {MAX_URL_LENGTH} characters: {result[:80]}...")
    return result


def try_canonical(url: str) -> str | None:
    """``canonical_url``, or None where there is none; for addresses that strangers wrote."""
    try:
        return canonical_url(url)
    except ValueError:
        return None


@functools.lru_cache(maxsize=8192)
def host_of(url: str) -> str:
    """The host of an address: lower case, IDNA, without port. Raises ValueError as ``canonical_url``."""
    return _host(_split(url))


def origin_of(url: str) -> str:
    """``scheme://host:port`` of an address, the port always written: what one robots.txt speaks for."""
    parts = _split(url)
    return f"{parts.scheme}://{_host(parts)}:{parts.port or _DEFAULT_PORT[parts.scheme]}"


@functools.lru_cache(maxsize=8192)
def politeness_key(url: str) -> str:
    """Who must be left in peace after a request to ``url``: its host, or ``*.wordpress.com`` for a shared one."""
    host = host_of(url)
    labels = host.split(".")
    for start in range(len(labels) - 1):
        suffix = ".".join(labels[start:])
        if suffix in _names("shared_hosts.txt"):
            return f"*.{suffix}"
    return host


def is_link_hub(host: str) -> bool:
    """Whether ``host`` lists links for anybody (``link_hubs.txt``)."""
    labels = host.lower().split(".")
    return any(".".join(labels[start:]) in _names("link_hubs.txt") for start in range(len(labels) - 1))


def handle_alias(handle: str, host: str) -> Alias:
    """``handle@host`` in lower case; a leading ``@`` and a host already inside ``handle`` are understood."""
    name, _, inside = handle.strip().lstrip("@").partition("@")
    return Alias(AliasKind.HANDLE, f"{name}@{inside or host}".lower().rstrip("."))


def url_alias(url: str) -> Alias:
    """The canonical address as a name. Raises ValueError as ``canonical_url``."""
    return Alias(AliasKind.URL, canonical_url(url))


def native_alias(host: str, native_id: str) -> Alias:
    """``host/native id``: the id that a platform gave, which is unique on its host only."""
    return Alias(AliasKind.NATIVE, f"{host.lower().rstrip('.')}/{native_id}")


def actor_alias(uri: str) -> Alias:
    """An ActivityPub actor's address. Raises ValueError as ``canonical_url``."""
    return Alias(AliasKind.ACTOR_URI, canonical_url(uri))


def normal_alias(alias: Alias) -> Alias | None:
    """``alias`` in its one spelling, or None when it has none (an empty or impossible name)."""
    value = alias.value.strip()
    if alias.kind in (AliasKind.URL, AliasKind.ACTOR_URI):
        canonical = try_canonical(value)
        return Alias(alias.kind, canonical) if canonical else None
    if alias.kind is AliasKind.HANDLE:
        value = value.lstrip("@").lower()
    return Alias(alias.kind, value) if value else None


@functools.cache
def _names(file: str) -> frozenset[str]:
    lines = files("catalog").joinpath(file).read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _split(url: str) -> SplitResult:
    parts = urlsplit(url.strip())
    if parts.scheme not in _DEFAULT_PORT or not parts.hostname:
        raise ValueError(f"not an http or https address: {url[:80]!r}")
    return parts


def _host(parts: SplitResult) -> str:
    host = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), parts.hostname or "").lower().rstrip(".")
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    if not host.isascii():
        host = _idna(host)
    if not host or len(host) > 253 or not _HOST.fullmatch(host):
        raise ValueError(f"not a host name: {host[:80]!r}")
    return host


def _idna(host: str) -> str:
    import idna  # tables of 1 MB that few addresses need

    try:
        return idna.encode(host, uts46=True).decode("ascii").rstrip(".")
    except idna.IDNAError as error:
        raise ValueError(f"not a host name: {host[:80]!r}") from error


def _port(parts: SplitResult) -> str:
    port = parts.port  # raises ValueError when it is no number
    return "" if port is None or port == _DEFAULT_PORT[parts.scheme] else f":{port}"


def _escape(text: str, not_plain: re.Pattern[str]) -> str:
    """Escapes of unreserved characters undone, all others in upper case, forbidden characters escaped; one pass."""
    return not_plain.sub(_one_escape, text)


def _one_escape(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 3:
        char = chr(int(found[1:], 16))
        return char if char in _UNRESERVED else found.upper()
    return "".join(f"%{byte:02X}" for byte in found.encode("utf-8", "replace"))


def _path(path: str) -> str:
    plain = _without_dots(_escape(path, _IN_PATH))
    while _SESSION_IN_PATH.search(plain):  # what stood around one may be dots or another
        plain = _without_dots(_SESSION_IN_PATH.sub("", plain))
    return plain or "/"


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4: ``.`` and ``..`` segments resolved."""
    if "/." not in path:
        return path
    out: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(out) > 1:
                out.pop()
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", ".."):
        out.append("")
    return "/".join(out)


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = (_escape(pair, _IN_QUERY) for pair in query.split("&") if pair)
    kept = [pair for pair in pairs if not (_TRACKING.fullmatch(pair.partition("=")[0]) or _SESSION.fullmatch(pair))]
    return "&".join(sorted(kept, key=lambda pair: pair.partition("=")[0]))
