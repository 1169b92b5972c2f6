"""Rows to values and back: the only place that knows which column holds which field."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from catalog.consent import Verdict, Word
from catalog.items import Consent, Counts, Moment, Precision, ProfileLink, TimeOrigin
from catalog.profiles import Profile


def moment_columns(prefix: str, moment: Moment | None) -> dict[str, Any]:
    """``{prefix}_at``, ``_precision`` and ``_origin``."""
    if moment is None:
        return {f"{prefix}_at": None, f"{prefix}_precision": None, f"{prefix}_origin": None}
    return {
        f"{prefix}_at": moment.at,
        f"{prefix}_precision": moment.precision.value,
        f"{prefix}_origin": moment.origin.value,
    }


def moment(at: datetime | None, precision: str | None, origin: str | None) -> Moment | None:
    """The moment of those three columns."""
    if at is None or precision is None or origin is None:
        return None
    return Moment(at, Precision(precision), TimeOrigin(origin))


def consent_columns(account_id: str, verdict: Verdict) -> dict[str, Any]:
    """A row of ``consent``."""
    shown = verdict.winner or verdict.own or verdict.copy
    setting, default, copy = verdict.setting, verdict.default, verdict.copy
    return {
        "account_id": account_id,
        "state": verdict.state.value,
        "reason": shown.reason if shown else "",
        "url": shown.url if shown else "",
        "at": shown.at if shown else None,
        "strength": verdict.strength,
        "setting_state": setting.state.value if setting else None,
        "setting_at": setting.at if setting else None,
        "default_state": default.state.value if default else None,
        "default_at": default.at if default else None,
        "copy_state": copy.state.value if copy else None,
        "copy_at": copy.at if copy else None,
    }


def verdict(row: Row[Any]) -> Verdict:
    """The verdict of a row of ``consent`` (columns labelled ``consent_...``); the losing word's reason is not kept."""
    return Verdict(
        setting=_word(row.consent_setting_state, row.consent_setting_at, row),
        default=_word(row.consent_default_state, row.consent_default_at, row),
        copy=_word(row.consent_copy_state, row.consent_copy_at, row),
    )


def counts_columns(counts: Counts) -> dict[str, int | None]:
    """What a row of ``account_count`` says of one moment."""
    return {
        "followers": counts.followers,
        "followers_step": counts.followers_step,
        "following": counts.following,
        "posts": counts.posts,
    }


def counts(row: Row[Any]) -> Counts:
    """The counts of such a row."""
    return Counts(followers=row.followers, followers_step=row.followers_step, following=row.following, posts=row.posts)


def profile_columns(account_id: str, profile: Profile) -> dict[str, Any]:
    """A row of ``profile``."""
    return {
        "account_id": account_id,
        "provenance": profile.provenance,
        "kind": profile.kind,
        "name": profile.name,
        "bio": profile.bio,
        "location": profile.location,
        "languages": profile.languages,
        "tags": profile.tags,
        **moment_columns("created", profile.created),
        "complete": profile.complete,
        "page_url": profile.page_url,
        "fetched_at": profile.fetched_at,
    }


def link_columns(account_id: str, profile: Profile) -> list[dict[str, Any]]:
    """Rows of ``account_link``."""
    return [
        {
            "account_id": account_id,
            "provenance": profile.provenance,
            "url": link.url,
            "position": position,
            "rel_me": link.rel_me,
            "verified_at": link.verified_at,
            "text": link.text,
        }
        for position, link in enumerate(profile.links)
    ]


def profile(row: Row[Any], links: tuple[ProfileLink, ...]) -> Profile:
    """The profile of a row with its links."""
    return Profile(
        provenance=row.provenance,
        kind=row.kind,
        name=row.name,
        bio=row.bio,
        location=row.location,
        languages=tuple(row.languages),
        tags=tuple(row.tags),
        links=links,
        created=moment(row.created_at, row.created_precision, row.created_origin),
        complete=row.complete,
        page_url=row.page_url,
        fetched_at=row.fetched_at,
    )


def link(row: Row[Any]) -> ProfileLink:
    """The link of a row of ``account_link``."""
    return ProfileLink(url=row.url, rel_me=row.rel_me, verified_at=row.verified_at, text=row.text)


def _word(state: str | None, at: datetime | None, row: Row[Any]) -> Word | None:
    if state is None or at is None:
        return None
    return Word(state=Consent(state), reason=row.consent_reason, url=row.consent_url, at=at)
