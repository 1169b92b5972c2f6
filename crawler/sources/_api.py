"""What the sources with a key share: errors that come as JSON, paging, seeds of searches, consent by default.

A platform's own format stays in its source.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import Consent, ConsentSignal, Link, ProfileLink
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._consent import opt_out_in
from crawler.sources._html import one_line
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import base_url, lead, next_page
from crawler.sources._plaintext import links_in
from crawler.sources.base import PlanTerms

_MENTION: Final = re.compile(r"(?<![\w@./])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)(?![\w@])")
_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_]|$)", re.IGNORECASE)
_MOST_SCORE: Final = 0.85


def read_answer(body: bytes, what: str) -> JsonObject:
    """The object in a body; raises UnreadablePage with the platform's own words for an error that it sent."""
    answer = read_object(body, what)
    said = error_in(answer)
    if said:
        raise UnreadablePage(f"{what} expected, but the platform says: {said}")
    return answer


def error_in(answer: JsonObject) -> str:
    """The words of an error, in the shapes that APIs use; "" when the answer is none."""
    error = answer.object("error")
    said = error.text("message") or error.text("status") or error.text("detail") or error.text("code")
    if not said and isinstance(answer.values.get("error"), int | str) and answer.values.get("error"):
        said = answer.text("message") or str(answer.values["error"])
    if not said:
        said = next((entry.text("message") or entry.text("msg") for entry in answer.objects("errors")), "")
        said = said or next((entry.text("msg") for entry in answer.objects("error")), "")
    return one_line(said, 100)


def language_of(code: str) -> str | None:
    """The language of a code such as "en-US"; None for "und" and what is no code."""
    match = _LANGUAGE.match(code)
    return None if match is None or match[1].lower() in ("und", "zxx") else match[1].lower()


def mentions_in(text: str) -> tuple[str, ...]:
    """The handles that a plain text names with "@", lower case."""
    return tuple(dict.fromkeys(name.lower() for name in _MENTION.findall(text)))


def profile_links(*texts: str) -> tuple[ProfileLink, ...]:
    """The addresses in what an owner wrote into a profile."""
    return tuple(ProfileLink(url) for url in dict.fromkeys(url for text in texts for url in links_in(text)))


def public_by_default(profile: str, reason: str, url: str) -> ConsentSignal:
    """Full, unless the profile's own words opt out (docs/consent.md)."""
    opt_out = opt_out_in(profile)
    if opt_out:
        return ConsentSignal(Consent.DENIED, f"opted out in the profile ({opt_out})", url)
    return ConsentSignal(Consent.FULL, reason, url, "default")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a list goes on: the parameter that names the place, and how far one answer reaches."""

    parameter: str
    step: int
    first: int


def following(url: str, place: Paging, context: Mapping[str, str], link: Link) -> Link | None:
    """``link`` to the next part of the list at ``url``, while the link that led here allows one (``pages``)."""
    left = next_page(context)
    if left is None:
        return None
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    here = query.get(place.parameter, "")
    number_here = int(here) if here.isdecimal() and len(here) < 5 else place.first
    query[place.parameter] = str(number_here + place.step)
    there = try_canonical(f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}")
    return Link(url=there, source=link.source, page=link.page, score=link.score, context=left) if there else None


def result_leads(addresses: Iterable[str]) -> Iterator[Link | None]:
    """Each result of a web search in the way that suits its address, best first."""
    for rank, address in enumerate(addresses):
        yield lead(address, round(max(0.4, _MOST_SCORE - 0.015 * rank), 3))


def search_seeds(
    source: str,
    page: str,
    address: str,
    searches: Iterable[tuple[str, Mapping[str, object]]],
    *,
    score: float,
    step: float = 0.01,
    pages: int = 0,
) -> Iterator[Seed]:
    """A seed for each (label, query) at ``address``, the first with ``score``; ``pages`` more of each may follow."""
    for rank, (label, query) in enumerate(searches):
        link = Link(
            url=canonical_url(f"{address}?{urlencode(query)}"),
            source=source,
            page=page,
            score=round(max(0.5, score - step * rank), 3),
            context={"pages": str(pages)} if pages else {},
        )
        yield Seed(label=label, link=link)


def bases(hosts: tuple[str, ...], own: str) -> tuple[str, ...]:
    """Where an API is asked: the hosts of ``hosts.toml`` stand in for its one documented host."""
    return tuple(base_url(host) for host in hosts or (own,))


def local_queries(terms: PlanTerms, most: int) -> tuple[str, ...]:
    """The forum queries with a place first, since a platform's search is asked rarely; then the bare theme."""
    named = [query for query in terms.forum_queries if query.strip() and query != terms.theme]
    return tuple(dict.fromkeys(query for query in (*named, terms.theme) if query.strip()))[:most]


def is_asked_at(url: str, host: str, path: str | re.Pattern[str]) -> bool:
    """Whether a canonical address is this path of this host."""
    found = urlsplit(url).path
    return host_of(url) == host and (found == path if isinstance(path, str) else bool(path.fullmatch(found)))
