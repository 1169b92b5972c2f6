"""The stored recording is the world as it is now, and small; ``make world`` makes it again when this fails."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from protego import Protego

from catalog.identity import canonical_url
from crawler.archive import archive_clock
from crawler.warc import Capture, records
from tests.world.expect import load_expected
from tests.world.make import MAX_BYTES, RECORDING, make_plan_of
from tests.world.server import Web
from tests.world.writing import World, load_world


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


@pytest.fixture(scope="module")
def captures() -> list[Capture]:
    return list(_answers())


def _answers() -> Iterator[Capture]:
    for _, kind, capture in records(RECORDING):
        if kind == "response":
            yield capture


def test_the_recording_is_small_and_stands_at_the_worlds_clock(world: World) -> None:
    assert RECORDING.stat().st_size < MAX_BYTES
    assert archive_clock(RECORDING) == world.sites.clock == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_every_recorded_answer_is_what_the_world_answers_now(world: World, captures: list[Capture]) -> None:
    web = Web(world)
    assert len(captures) > 300
    for capture in captures:
        answer = web.get(capture.url, accept_encoding="gzip")
        assert (answer.status, answer.body) == (capture.status, capture.body), f"{capture.url}: run make world"


def test_the_plan_of_today_asks_for_nothing_that_is_not_recorded(captures: list[Capture]) -> None:
    recorded = {canonical_url(capture.url) for capture in captures}
    origins = {capture.url for capture in captures if capture.url.endswith("/robots.txt")}
    web = Web(load_world())
    for seed in make_plan_of(load_expected().query).seeds:
        url = canonical_url(seed.link.url)
        robots = f"https://{url.split('/')[2]}/robots.txt"
        forbidden = robots in origins and not Protego.parse(web.get(robots).body.decode()).can_fetch(url, "nichescout")
        assert url in recorded or forbidden, f"{url}: run make world"


def test_traps_were_within_reach(captures: list[Capture]) -> None:
    """What must not be stored was fetched, unless robots.txt forbids it: otherwise its absence would prove nothing."""
    fetched = everything(captures)
    unreached = {item.text for item in load_expected().not_stored if item.text not in fetched}
    # A private message is named in a list, but its archetype keeps a careful reader from asking for it.
    assert unreached <= {"marlspindle", "dimplegrouse"}
    assert "Your order" in fetched
    assert any(capture.url == "https://closedkitchen.example/robots.txt" for capture in captures)


def test_everybody_who_is_sought_or_must_be_refused_is_in_the_recording(world: World, captures: list[Capture]) -> None:
    fetched = everything(captures)
    expected = load_expected()
    for creator_id in (*sorted(expected.of), *(item.creator for item in expected.not_top10)):
        creator = world.creator(creator_id)
        assert creator.presences[-1].url in fetched or creator.name in fetched, creator_id


def everything(captures: list[Capture]) -> str:
    """All recorded bodies, as the world writes them without compression."""
    web = Web(load_world())
    return "\n".join(web.get(capture.url).body.decode("utf-8", "replace") for capture in captures)
