import json
from datetime import datetime, timedelta, timezone

import pytest

from indexer.creator_view import contact_kind, shown_kind, tier_of
from search.confidence import band
from search.results import Engagement, answer_json, iso_time


def test_times_are_utc_to_the_second():
    moment = datetime(2026, 5, 1, 1, 30, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    assert iso_time(moment) == "2026-04-30T23:30:00Z"
    with pytest.raises(ValueError, match="aware"):
        iso_time(datetime(2026, 5, 1))  # noqa: DTZ001


def test_unknown_is_null():
    assert json.loads(answer_json(Engagement())) == {
        "rate": None, "posts": 0, "percentile": None, "basis": "", "as_of": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("followers", "name"),
    [(0, "starting"), (999, "starting"), (1_000, "nano"), (9_999, "nano"), (10_000, "micro"), (99_999, "micro"),
     (100_000, "mid"), (500_000, "macro"), (1_000_000, "mega"), (90_000_000, "mega")],
)  # fmt: skip
def test_a_tier_travels_with_its_bounds(followers, name):
    tier = tier_of(followers)
    assert tier.name == name
    assert tier.min <= followers
    assert tier.max is None or followers <= tier.max


def test_no_count_is_no_tier():
    assert tier_of(None) is None


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://mika.example/contact", "contact"),
        ("https://mika.example/work-with-me/", "contact"),
        ("https://linktr.ee/mika", "links"),
        ("https://mika.example/", "site"),
    ],
)
def test_addresses_are_told_apart(url, kind):
    assert contact_kind(url) == kind


def test_kinds_are_shown_in_four_words():
    assert [shown_kind(kind) for kind in ("person", "publication", "aggregator", "bot", "")] == [
        "person", "organisation", "aggregator", "unknown", "unknown",
    ]  # fmt: skip


def test_bands_follow_the_confidence():
    assert [band(value) for value in (0.0, 0.29, 0.3, 0.59, 0.6, 1.0)] == [
        "unsure", "unsure", "possible", "possible", "strong", "strong",
    ]  # fmt: skip
