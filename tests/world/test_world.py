"""The invented web holds what it promises, and is the same every time."""

import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest

from tests.world.expect import accounts_of, creator_at, load_expected
from tests.world.model import ROOT, WORLD_NAME
from tests.world.server import Web
from tests.world.source_form import read_source
from tests.world.writing import World, load_world


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def test_the_world_is_large_enough(world: World) -> None:
    assert len(world.creators) >= 120
    assert len(world.hosts) >= 16
    assert len(world.posts) >= 1500
    assert len([creator for creator in world.creators if creator.on("podcast")]) >= 11
    assert len([creator for creator in world.creators if creator.on("blog")]) >= 25


def test_ids_handles_and_hosts_are_unique_and_invented(world: World) -> None:
    presences = [presence for creator in world.creators for presence in creator.presences]
    assert len({creator.id for creator in world.creators}) == len(world.creators)
    assert len(set(presences)) == len(presences)
    assert all(host.endswith(".example") for host in Web(world).sites)


def test_the_sought_are_about_thirty_and_live_on_the_coast(world: World) -> None:
    expected = load_expected()
    assert 25 <= len(expected.of) <= 35
    for creator_id in expected.of:
        creator = world.creator(creator_id)
        assert creator.theme == "sushi", creator_id
        assert world.source.towns[creator.town].coast, creator_id
        assert sum(post.theme in ("sushi", "spanish") for post in world.posts if post.creator == creator_id) >= 6


def test_everybody_else_writes_about_something_else_or_lives_elsewhere_or_is_a_trap(world: World) -> None:
    allowed = load_expected().allowed
    for creator in world.creators:
        if creator.id not in allowed and not creator.trap:
            assert creator.theme != "sushi" or not world.source.towns[creator.town].coast, creator.id


def test_posts_lie_between_the_stated_days_and_differ(world: World) -> None:
    sites = world.sites
    assert all(sites.oldest <= post.published <= sites.newest for post in world.posts)
    assert sites.newest < sites.clock
    texts = Counter(post.text for post in world.posts if world.creator(post.creator).theme != "stuffer")
    assert texts.most_common(1)[0][1] <= 3
    assert len(texts) >= 0.99 * texts.total()
    sentences = {line for theme in world.source.themes.values() for line in theme.sentences}
    own = {line for creator in world.creators for line in creator.own}
    assert len(sentences) + len(own) >= 300


def test_posts_of_one_creator_are_numbered_by_date(world: World) -> None:
    for creator in world.creators:
        posts = [post for post in world.posts if post.creator == creator.id]
        assert [post.number for post in posts] == list(range(len(posts)))
        assert all(before.published <= after.published for before, after in pairwise(posts))
        assert len({(post.presence, post.slug) for post in posts}) == len(posts)


def test_no_slot_is_left_open(world: World) -> None:
    for post in world.posts:
        assert not {"{", "}"} & set(post.text + post.title), post


def test_own_sentences_and_marks_are_in_the_posts(world: World) -> None:
    for creator in world.creators:
        posts = [post.text for post in world.posts if post.creator == creator.id]
        assert all(any(line in text for text in posts) for line in creator.own), creator.id
        assert all(creator.mark in text for text in posts), creator.id


def test_two_processes_write_the_same_world() -> None:
    script = (
        "import hashlib; from tests.world.writing import load_world; "
        "print(hashlib.sha256(repr(load_world().posts).encode()).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT.parents[1],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_expectations_name_known_creators_and_texts_that_exist(world: World) -> None:
    expected = load_expected()
    named = {
        *expected.allowed,
        *(item.creator for item in expected.not_top10),
        *(item.creator for item in expected.one_result),
        *(creator for item in expected.apart for creator in item.creators),
    }
    assert named <= {creator.id for creator in world.creators}
    assert not expected.allowed & {item.creator for item in expected.not_top10}
    everything = " ".join(
        [post.text for post in world.posts]
        + [creator.bio for creator in world.creators]
        + [remark.text for remark in world.sites.remarks]
        + [page.text for page in world.sites.dead]
        + [post.text for post in world.sites.hidden_posts]
        + [topic.text for topic in world.sites.topics]
    )
    for item in expected.not_stored:
        if item.text != "@studio-post.example":  # made in the feed, see test_server
            assert item.text in everything, item
    # A text that must not be stored is in no post of anybody else.
    for item in expected.not_stored:
        writers = {post.creator for post in world.posts if item.text in post.text}
        assert writers <= {item.creator}, item


def test_whoever_asks_not_to_be_found_is_not_expected_to_be(world: World) -> None:
    expected = load_expected()
    hidden = {creator.id for creator in world.creators if creator.flags or creator.deleted}
    assert hidden & expected.of == set()
    assert hidden <= {item.creator for item in expected.not_stored}


def test_addresses_lead_back_to_their_creators(world: World) -> None:
    for creator in world.creators:
        for url in accounts_of(world, creator.id):
            assert creator_at(world, url) == creator.id
            assert creator_at(world, f"{url}/some/post") == creator.id
    assert creator_at(world, "https://tide.example/users/maraquill") == "mara-quill"
    assert creator_at(world, "https://riceandtide.example/", "Ada Finlayson") == "ada-finlayson"
    assert creator_at(world, "https://riceandtide.example/", "Rice & Tide") is None
    assert creator_at(world, "https://nobody.example/") is None


def test_the_source_form_names_known_towns_and_themes() -> None:
    source = read_source()
    assert {creator.town for creator in source.creators} <= set(source.towns)
    assert {creator.theme for creator in source.creators} <= set(source.themes)
    assert (ROOT / f"{WORLD_NAME}.hosts.toml").is_file()
