"""Bluesky: byte offsets, labels, handles that change; what the fixtures show in single files is not repeated."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.items import AliasKind, Consent, Counts, TimeOrigin
from crawler.sources import get_source, recognise
from crawler.sources._bluesky_actor import read_actor
from crawler.sources._bluesky_links import profiles_links
from crawler.sources._bluesky_post import read_record, whole_text
from crawler.sources._json import JsonObject
from crawler.sources._leads import lead

DID = "did:plc:mika23456723456723456723"
BASE = "https://public.api.bsky.app"


def actor(**view: Any) -> Any:
    return read_actor(JsonObject({"did": DID, "handle": "mika.sky.example", **view}), BASE)


def record(text: str, **values: Any) -> JsonObject:
    return JsonObject({"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-01T10:00:00Z", **values})


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_shortened_link_is_restored_whatever_characters_stand_around_it(before: str, after: str) -> None:
    shown, link = "rolls.example/2026/11/b...", "https://rolls.example/2026/11/boston-rolls"
    before, after = f"a{before}a".replace("\x00", ""), f"a{after}a".replace("\x00", "")
    start = len(before.encode("utf-8", "replace"))
    facet = {
        "index": {"byteStart": start, "byteEnd": start + len(shown)},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": link}],
    }
    plain = whole_text(record(before + shown + after))
    assert whole_text(record(before + shown + after, facets=[facet])) == plain.replace(shown, link)


@given(st.integers(-5, 60), st.integers(-5, 60))
def test_no_offset_breaks_the_text(start: int, end: int) -> None:
    facet = {"index": {"byteStart": start, "byteEnd": end}, "features": [{"uri": "https://rolls.example/a"}]}
    text = whole_text(record("Ōtoro 🍣🍣 at rolls.example/a...", facets=[facet]))
    assert "\ufffd" not in text
    assert text.startswith("Ō") or "https://rolls.example/a" in text


@pytest.mark.parametrize("label", ["!no-unauthenticated", "!hide", "!takedown"])
def test_labels_that_deny(label: str) -> None:
    item = actor(displayName="Mika", description="rolls", followersCount=3, labels=[{"val": label, "src": DID}])
    assert item.consent.state is Consent.DENIED
    assert label in item.consent.reason
    assert (item.name, item.bio, item.counts) == ("", "", Counts())
    assert actor(labels=[{"val": label, "neg": True}]).consent.state is Consent.FULL


def test_a_changed_handle_is_the_same_account() -> None:
    before, after, invalid = actor(), actor(handle="mika.example"), actor(handle="handle.invalid")
    assert before.aliases[0] == after.aliases[0] == invalid.aliases[0]
    assert after.handle == "mika.example"
    assert invalid.handle is None
    assert AliasKind.HANDLE not in {alias.kind for alias in invalid.aliases}
    assert invalid.url == f"https://bsky.app/profile/{DID}"


def test_a_domain_as_handle_is_an_own_address_and_a_name_from_a_service_is_not() -> None:
    assert [link.url for link in actor(handle="rolls.example").links] == ["https://rolls.example/"]
    assert actor(handle="no-such-roll-0000.bsky.social").links == ()


def test_counts_that_a_view_does_not_show_are_not_known() -> None:
    assert actor(displayName="Mika").counts == Counts()
    assert actor(followersCount=0).counts == Counts(followers=0)


def test_a_language_is_told_only_when_there_is_one() -> None:
    def language(*langs: str) -> str | None:
        post = read_record(record("rolls", langs=list(langs)), DID, "3k", seen="")
        assert post is not None
        return post.language

    assert language("en-GB", "en") == "en"
    assert language("en", "fr") is None
    assert language() is None


@pytest.mark.parametrize(
    ("claimed", "at", "origin"),
    [
        ("2026-11-02T09:59:58Z", "2026-11-02T10:00:00", TimeOrigin.PLATFORM),
        ("1970-01-01T00:00:00Z", "2026-11-02T10:00:00", TimeOrigin.PLATFORM),
        ("2100-01-01T00:00:00Z", "2026-11-02T10:00:00", TimeOrigin.PLATFORM),
        ("2015-03-01T00:00:00Z", "2015-03-01T00:00:00", TimeOrigin.AUTHOR),
    ],
)
def test_whose_time_is_taken(claimed: str, at: str, origin: TimeOrigin) -> None:
    post = read_record(record("rolls", createdAt=claimed), DID, "3k", seen="2026-11-02T10:00:00Z")
    assert post is not None
    assert post.published is not None
    assert post.published.at.isoformat().startswith(at)
    assert post.published.origin is origin


def test_profiles_are_asked_in_batches_of_25() -> None:
    dids = [f"did:plc:{number:024d}".replace("0", "a").replace("1", "b").replace("8", "c").replace("9", "d")
            for number in range(60)]  # fmt: skip
    links = list(profiles_links(BASE, [*dids, *dids], 0.8, {}))
    sizes = [link.url.count("actors=") for link in links]
    assert len(set(dids)) == sum(sizes)
    assert sizes[:-1] == [25] * (len(sizes) - 1)


@pytest.mark.parametrize(
    "url",
    ["https://bsky.app/profile/mika.example", "https://bsky.app/profile/mika.example/post/3kaaaaaaaaa22",
     "https://bsky.app/profile/@Mika.example"],
)  # fmt: skip
def test_a_link_to_bluesky_leads_to_the_profile_though_the_site_itself_is_closed(url: str) -> None:
    asked = f"{BASE}/xrpc/app.bsky.actor.getProfile?actor=mika.example"
    assert recognise(url).url == asked
    found = lead(url, 0.5)
    assert found is not None
    assert (found.source, found.page, found.url) == ("bluesky", "profile", asked)
    assert lead("https://bsky.app/search?q=rolls", 0.5) is None
    assert get_source("bluesky").recognise("https://bsky.app/profile/handle.invalid") is None
