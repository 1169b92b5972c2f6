"""What pages say of one account, one version per kind of page, and how a new page changes it. Pure.

Kept apart by provenance (API, page, feed, import), so that whatever arrives first, the reader sees the same:
for each field the first that is not empty, in that order.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from catalog.identity import try_canonical
from catalog.items import AccountItem, AccountKind, Moment, ProfileLink, Provenance

RANK: Final[dict[Provenance, int]] = {"api": 3, "page": 2, "feed": 1, "import": 0}
"""DESIGN 5.1: API before page before feed."""

_DAY: Final = timedelta(days=1)
V = TypeVar("V", str, tuple[str, ...], tuple[ProfileLink, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One version of an account's profile."""

    provenance: Provenance
    kind: AccountKind
    name: str
    bio: str
    location: str
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    links: tuple[ProfileLink, ...]
    created: Moment | None
    complete: bool
    page_url: str
    fetched_at: datetime


def read_profile(item: AccountItem, page_url: str, fetched_at: datetime) -> Profile:
    """The version that one page shows; link addresses canonical, each once."""
    links: dict[str, ProfileLink] = {}
    for link in item.links:
        url = try_canonical(link.url)
        if url:
            links.setdefault(url, replace(link, url=url))
    return Profile(
        provenance=item.provenance,
        kind=item.kind,
        name=item.name,
        bio=item.bio,
        location=item.location,
        languages=item.languages,
        tags=item.tags,
        links=tuple(links.values()),
        created=item.created,
        complete=item.text_complete,
        page_url=page_url,
        fetched_at=fetched_at,
    )


def merge_profile(old: Profile | None, new: Profile) -> Profile:
    """The version after one more page of the same provenance.

    A cut text fills gaps and lengthens, it never replaces a whole one. Of two whole ones the newer holds when it is
    the same page again, comes from an API, or is a day newer; what it lacks is only taken away by the first two
    (other pages show less than they could). Otherwise the longer text holds, so that the order in which the pages
    of one crawl arrive does not matter.
    """
    if old is None:
        return new
    if replace(new, page_url=old.page_url, fetched_at=old.fetched_at) == old:
        return old
    if old.complete != new.complete:
        return _filled(old, new) if old.complete else _filled(new, old)
    if not new.complete or not _differs_in_time(old, new):
        return _longest(old, new)
    older, newer = sorted((old, new), key=lambda profile: profile.fetched_at)
    return newer if _same_page(old, new) else _filled(newer, older)


def _differs_in_time(old: Profile, new: Profile) -> bool:
    apart = abs(new.fetched_at - old.fetched_at)
    return apart >= _DAY or (apart > timedelta(0) and _same_page(old, new))


def _same_page(old: Profile, new: Profile) -> bool:
    return new.provenance == "api" or new.page_url == old.page_url


def merged(profiles: list[Profile]) -> Profile:
    """What a reader sees of an account: field by field the best version that says anything."""
    ordered = sorted(profiles, key=lambda profile: (-RANK[profile.provenance], profile.fetched_at))
    best = ordered[0]
    for profile in ordered[1:]:
        links = {link.url: link for link in (*profile.links, *best.links)}
        best = replace(_filled(best, profile), links=tuple(_ordered_links(best, profile, links)))
    return best


def _ordered_links(best: Profile, rest: Profile, links: dict[str, ProfileLink]) -> list[ProfileLink]:
    seen = {link.url for link in best.links}
    return [links[link.url] for link in best.links] + [link for link in rest.links if link.url not in seen]


def _filled(base: Profile, filler: Profile) -> Profile:
    return replace(
        base,
        kind=base.kind if base.kind != "unknown" else filler.kind,
        name=base.name or filler.name,
        bio=base.bio or filler.bio,
        location=base.location or filler.location,
        languages=base.languages or filler.languages,
        tags=base.tags or filler.tags,
        links=base.links or filler.links,
        created=base.created or filler.created,
    )


def _longest(old: Profile, new: Profile) -> Profile:
    return replace(
        new,
        kind=_kind(old.kind, new.kind),
        name=_longer(old.name, new.name),
        bio=_longer(old.bio, new.bio),
        location=_longer(old.location, new.location),
        languages=_longer(old.languages, new.languages),
        tags=_longer(old.tags, new.tags),
        links=max(old.links, new.links, key=lambda links: (len(links), [link.url for link in links])),
        created=_earlier(old.created, new.created),
        page_url=min(old.page_url, new.page_url),
        fetched_at=max(old.fetched_at, new.fetched_at),
    )


def _longer(old: V, new: V) -> V:
    return max(old, new, key=lambda value: (len(value), value))


def _kind(old: AccountKind, new: AccountKind) -> AccountKind:
    return min((kind for kind in (old, new) if kind != "unknown"), default="unknown")


def _earlier(old: Moment | None, new: Moment | None) -> Moment | None:
    return min((moment for moment in (old, new) if moment), key=lambda moment: moment.at, default=None)
