from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.consent import Verdict, weigh
from catalog.items import Consent, ConsentSignal
from tests.catalog.builders import START, World, account, post, signal

FULL, PROFILE, DENIED, UNKNOWN = Consent.FULL, Consent.PROFILE, Consent.DENIED, Consent.UNKNOWN


def stored_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize(
    ("signals", "state"),
    [
        ([(FULL, True)], FULL),
        ([(FULL, False)], UNKNOWN),
        ([(PROFILE, False)], UNKNOWN),
        ([(DENIED, False)], DENIED),
        ([(FULL, True), (PROFILE, False)], PROFILE),
        ([(FULL, True), (PROFILE, False), (FULL, False)], PROFILE),
        ([(FULL, True), (DENIED, False), (FULL, True)], FULL),
        ([(FULL, True), (UNKNOWN, True)], FULL),
        ([(PROFILE, True), (FULL, False)], PROFILE),
        ([(DENIED, True), (PROFILE, True)], PROFILE),
        ([], UNKNOWN),
    ],
)
def test_signals_one_after_the_other(signals: list[tuple[Consent, bool]], state: Consent) -> None:
    verdict = Verdict()
    for number, (said, decisive) in enumerate(signals):
        verdict = weigh(verdict, signal(said, decisive=decisive), START + timedelta(minutes=number))
    assert verdict.state is state


@given(
    st.lists(st.tuples(st.sampled_from(list(Consent)), st.booleans()), max_size=4),
    st.data(),
)
def test_at_one_moment_the_order_does_not_matter(said: list[tuple[Consent, bool]], data: st.DataObject) -> None:
    def after(order: list[tuple[Consent, bool]]) -> Consent:
        verdict = Verdict()
        for state, decisive in order:
            verdict = weigh(verdict, ConsentSignal(state, "", "", decisive), START)
        return verdict.state

    assert after(said) == after(data.draw(st.permutations(said)))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_text_and_consent_in_any_order(world: World, order: tuple[int, ...]) -> None:
    """A post, its author's page, and the author's posts that this page leads to, which always come after it."""
    pages = (
        lambda: world.page(post()),
        lambda: world.page(account(consent=UNKNOWN)),
        lambda: (world.page(account()), world.page(post())),
    )
    for number in order:
        pages[number]()
    assert world.texts() == ["Sushi in Boston."]


def test_unknown_keeps_nothing_but_the_address(world: World) -> None:
    report = world.page(
        account("secretive", consent=UNKNOWN, bio="hidden words"), post("secretive", text="hidden words")
    )
    assert (report.accounts, report.posts, report.kept_back, report.archivable) == (0, 0, 2, False)
    assert world.facts().strip() == ""
    assert "https://pixel.example/@secretive" in world.catalog.canonical_dump()
    assert b"hidden words" not in stored_bytes(world.folder)


def test_the_page_itself_may_carry_the_consent(world: World) -> None:
    report = world.page(post(), account())
    assert (report.accounts, report.posts, report.archivable) == (1, 1, True)


@pytest.mark.parametrize("lower", [PROFILE, DENIED])
def test_less_deletes_in_the_same_transaction(world: World, lower: Consent) -> None:
    world.page(account(bio="about mika"), post(text="an old opinion", native="p1"))
    world.clock.later(days=1)
    world.page(post(text="a changed opinion", native="p1"))
    assert b"opinion" in stored_bytes(world.folder)
    creator = world.catalog.resolve("https://pixel.example/@mika")
    position = world.catalog.head()
    world.clock.later(days=1)
    world.page(account(consent=lower, bio="about mika"))
    assert world.texts() == []
    assert not any(line.startswith(("post", "interaction")) for line in world.facts().splitlines())
    assert b"opinion" not in stored_bytes(world.folder)
    [change] = world.catalog.changes(position, limit=9)
    assert (change.creator_id, change.gone) == (creator, lower is DENIED)
    assert (b"about mika" in stored_bytes(world.folder)) is (lower is PROFILE)


def test_of_a_denied_account_id_consent_and_address_stay(world: World) -> None:
    world.page(account("mika", native="7", me=("https://mika.example/",)), post())
    world.clock.later(days=1)
    world.page(account("mika", native="7", consent=DENIED))
    kinds = {line.split("\t")[0] for line in world.facts().splitlines()}
    assert kinds == {"account", "alias", "consent", "creator"}
    assert "1200" not in world.facts()
    assert "pixel.example/7" not in world.facts()
    assert "mika@pixel.example" not in world.facts()
    report = world.page(post(text="again"))
    assert (report.posts, report.kept_back) == (0, 1)


@pytest.mark.parametrize("states", list(permutations([DENIED, FULL], 2)))
def test_a_later_word_of_their_own_raises_and_lowers(world: World, states: tuple[Consent, Consent]) -> None:
    for state in states:
        world.page(account(consent=state), post())
        world.clock.later(days=1)
    assert world.texts() == (["Sushi in Boston."] if states[-1] is FULL else [])


def test_a_copy_elsewhere_adds_nothing(world: World) -> None:
    world.page(account(bio="own words"))
    world.clock.later(days=3)
    world.page(account(bio="a stale copy", decisive=False))
    assert "a stale copy" not in world.facts()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(["mika", "noor"]), st.sampled_from(list(Consent)), st.booleans()),
        min_size=1,
        max_size=5,
    ),
    st.data(),
)
def test_pages_of_one_moment_in_any_order(
    new_world: Callable[[], World], pages: list[tuple[str, Consent, bool]], data: st.DataObject
) -> None:
    dumps = []
    for sequence in (pages, data.draw(st.permutations(pages))):
        world = new_world()
        for who, state, decisive in sequence:
            world.page(account(who, consent=state, decisive=decisive), url="https://a.example/")
        world.page(*(post(who) for who in ("mika", "noor")))
        dumps.append(world.facts())
    assert dumps[0] == dumps[1]
