"""Niche → plan: local words first, a bit of every source, costs, what is left to do by hand."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from base.errors import UsageError
from crawler.hosts import Hosts, load_hosts
from crawler.keys import KeyRing
from crawler.plan import Plan, make_plan
from crawler.sources import get_source
from niche.understand import understand
from places.gazetteer import Gazetteer, open_gazetteer

HOSTS = Hosts({"mastodon": ("pixel.example", "toots.example"), "discourse": ("forum.example",)})


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with open_gazetteer() as opened:
        yield opened


@pytest.fixture(scope="module")
def plan(gazetteer: Gazetteer) -> Plan:
    return make_plan(understand("east coast sushi", gazetteer), gazetteer, HOSTS)


def test_hashtags_join_theme_region_and_biggest_towns(plan: Plan) -> None:
    assert {"sushi", "eastcoastsushi", "nycsushi", "bostonsushi", "phillysushi"} <= set(plan.terms.hashtags)
    assert all(tag == tag.lower() and " " not in tag for tag in plan.terms.hashtags)


def test_phrases_and_forum_queries(plan: Plan) -> None:
    assert plan.terms.phrases[0] == "east coast sushi blogs"
    assert plan.terms.forum_queries[:2] == ("sushi", "sushi east coast")
    assert plan.terms.countries == ("US",)


def test_each_host_is_asked_and_counted(plan: Plan) -> None:
    counted = dict.fromkeys(plan.requests, 0)
    for seed in plan.seeds:
        counted[urlsplit(seed.link.url).netloc] += 1
    assert counted == dict(plan.requests)
    assert {"pixel.example", "toots.example", "forum.example"} <= set(counted)


def test_the_first_seeds_come_from_different_sources(plan: Plan) -> None:
    sources = {seed.link.source for seed in plan.seeds}
    assert len(sources) >= 3
    assert {seed.link.source for seed in plan.seeds[: len(sources)]} == sources


def test_scores_fall_but_never_to_nothing(plan: Plan) -> None:
    for source in {seed.link.source for seed in plan.seeds}:
        assert all(0 < seed.link.score <= 1 for seed in plan.seeds if seed.link.source == source)


def test_a_plan_is_deterministic(gazetteer: Gazetteer, plan: Plan) -> None:
    assert make_plan(understand("east coast sushi", gazetteer), gazetteer, HOSTS) == plan


def test_closed_networks_are_left_to_hands(plan: Plan) -> None:
    assert {entry.network for entry in plan.by_hand} >= {"Instagram", "TikTok", "X", "Facebook", "Reddit"}
    assert "https://www.instagram.com/explore/tags/eastcoastsushi/" in {entry.url for entry in plan.by_hand}


def test_only_some_sources(gazetteer: Gazetteer) -> None:
    niche = understand("sushi", gazetteer)
    only = make_plan(niche, gazetteer, HOSTS, only_sources=["mastodon"])
    assert {seed.link.source for seed in only.seeds} == {"mastodon"}
    with pytest.raises(UsageError, match="myspace"):
        make_plan(niche, gazetteer, HOSTS, only_sources=["myspace"])


def test_a_source_that_is_switched_off_is_not_asked(gazetteer: Gazetteer) -> None:
    off = Hosts(HOSTS.by_source, disabled=frozenset(["podcasts"]))
    assert all(
        seed.link.source != "podcasts" for seed in make_plan(understand("sushi", gazetteer), gazetteer, off).seeds
    )


def test_a_place_alone_still_makes_a_plan(gazetteer: Gazetteer) -> None:
    assert make_plan(understand("chicago", gazetteer), gazetteer, HOSTS).terms.hashtags == ("chicago",)


def test_a_creator_alone_makes_no_plan(gazetteer: Gazetteer) -> None:
    with pytest.raises(UsageError, match="theme or a place"):
        make_plan(understand("accounts like @mika@pixel.example", gazetteer), gazetteer, HOSTS)


def test_the_shipped_hosts_can_be_read() -> None:
    hosts = load_hosts(None)
    assert len(hosts.for_source("mastodon")) >= 5
    assert hosts.for_source("searxng") == ()


def test_a_source_with_its_key_is_planned_and_no_longer_left_to_do_by_hand(gazetteer: Gazetteer) -> None:
    niche = understand("east coast sushi", gazetteer)
    keys = KeyRing({"youtube": {"key": "canary-0123456789"}, "podcast_index": {"key": "canary-0123456789"}})
    plan = make_plan(niche, gazetteer, HOSTS, keys=keys)
    sources = {seed.link.source for seed in plan.seeds}
    assert "youtube" in sources
    assert not sources & {"podcast_index", "brave", "reddit"}, "half a key or none"
    assert "YouTube" not in {entry.network for entry in plan.by_hand}
    assert "Reddit" in {entry.network for entry in plan.by_hand}
    assert "canary" not in repr(plan)


def test_without_keys_no_source_with_a_key_is_planned(plan: Plan) -> None:
    assert all(get_source(seed.link.source).key is None for seed in plan.seeds)


def test_a_source_asked_for_by_name_says_which_key_is_missing(gazetteer: Gazetteer) -> None:
    niche = understand("sushi", gazetteer)
    with pytest.raises(UsageError, match="brave needs a key: set NICHESCOUT_KEY_BRAVE"):
        make_plan(niche, gazetteer, HOSTS, only_sources=["brave"])


def test_a_source_with_its_key_can_be_switched_off_in_the_hosts_file(gazetteer: Gazetteer) -> None:
    keys = KeyRing({"youtube": {"key": "canary-0123456789"}})
    off = Hosts({}, frozenset(["youtube"]))
    plan = make_plan(understand("sushi", gazetteer), gazetteer, off, keys=keys)
    assert all(seed.link.source != "youtube" for seed in plan.seeds)
