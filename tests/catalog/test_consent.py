from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.consent import Verdict, weigh
from catalog.items import Consent, ConsentSignal, ConsentStrength
from catalog.schema import metadata
from tests.catalog.builders import START, World, account, post, signal

FULL, PROFILE, DENIED, UNKNOWN = Consent.FULL, Consent.PROFILE, Consent.DENIED, Consent.UNKNOWN
STRENGTHS: st.SearchStrategy[ConsentStrength] = st.sampled_from(["setting", "default", "copy"])


def stored(world: World) -> bytes:
    """What is in the files; on a server, whose files are its own business until a forgetting, in the rows."""
    if not world.on_postgres:
        return b"".join(file.read_bytes() for file in world.folder.iterdir())
    tables = (table.name for table in metadata.sorted_tables)
    return repr([world.sql(f"SELECT t::text FROM {table} t") for table in tables]).encode()


@pytest.mark.parametrize(
    ("signals", "state"),
    [
        ([(FULL, "setting")], FULL),
        ([(FULL, "copy")], UNKNOWN),
        ([(PROFILE, "copy")], UNKNOWN),
        ([(DENIED, "copy")], DENIED),
        ([(FULL, "setting"), (PROFILE, "copy")], PROFILE),
        ([(FULL, "setting"), (PROFILE, "copy"), (FULL, "copy")], PROFILE),
        ([(FULL, "setting"), (DENIED, "copy"), (FULL, "setting")], FULL),
        ([(FULL, "setting"), (UNKNOWN, "setting")], FULL),
        ([(PROFILE, "setting"), (FULL, "copy")], PROFILE),
        ([(DENIED, "setting"), (PROFILE, "setting")], PROFILE),
        ([(FULL, "default")], FULL),
        ([(DENIED, "setting"), (FULL, "default")], DENIED),
        ([(FULL, "default"), (PROFILE, "setting")], PROFILE),
        ([(FULL, "setting"), (DENIED, "default")], FULL),
        ([(DENIED, "default"), (FULL, "default")], FULL),
        ([(FULL, "default"), (DENIED, "copy")], DENIED),
        ([], UNKNOWN),
    ],
)
def test_signals_one_after_the_other(signals: list[tuple[Consent, ConsentStrength]], state: Consent) -> None:
    verdict = Verdict()
    for number, (said, strength) in enumerate(signals):
        verdict = weigh(verdict, signal(said, strength=strength), START + timedelta(minutes=number))
    assert verdict.state is state


@given(
    st.lists(st.tuples(st.sampled_from(list(Consent)), STRENGTHS), max_size=4),
    st.data(),
)
def test_at_one_moment_the_order_does_not_matter(
    said: list[tuple[Consent, ConsentStrength]], data: st.DataObject
) -> None:
    def after(order: list[tuple[Consent, ConsentStrength]]) -> Consent:
        verdict = Verdict()
        for state, strength in order:
            verdict = weigh(verdict, ConsentSignal(state, "", "", strength), START)
        return verdict.state

    assert after(said) == after(data.draw(st.permutations(said)))


@example([(FULL, "default", 3), (DENIED, "copy", 1), (FULL, "setting", 0)])
@given(
    st.lists(st.tuples(st.sampled_from(list(Consent)), STRENGTHS, st.integers(0, 3)), max_size=4),
)
def test_signals_of_several_times_in_any_order(said: list[tuple[Consent, ConsentStrength, int]]) -> None:
    def after(order: Iterable[tuple[Consent, ConsentStrength, int]]) -> Consent:
        verdict = Verdict()
        for state, strength, hours in order:
            verdict = weigh(verdict, ConsentSignal(state, "", "", strength), START + timedelta(hours=hours))
        return verdict.state

    assert len({after(order) for order in permutations(said)} | {after(said)}) == 1


@pytest.mark.parametrize("setting", [PROFILE, DENIED])
@pytest.mark.parametrize("setting_first", [True, False])
def test_a_default_does_not_overrule_a_setting(world: World, setting: Consent, setting_first: bool) -> None:
    pages = [account(consent=setting), account(consent=FULL, strength="default")]
    for page in pages if setting_first else pages[::-1]:
        world.page(page, post())
        world.clock.later(hours=1)
    world.page(post())
    assert world.texts() == []


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
    assert b"hidden words" not in stored(world)


def test_the_page_itself_may_carry_the_consent(world: World) -> None:
    report = world.page(post(), account())
    assert (report.accounts, report.posts, report.archivable) == (1, 1, True)


@pytest.mark.parametrize("lower", [PROFILE, DENIED])
def test_less_deletes_in_the_same_transaction(world: World, lower: Consent) -> None:
    world.page(account(bio="about mika"), post(text="an old opinion", native="p1"))
    world.clock.later(days=1)
    world.page(post(text="a changed opinion", native="p1"))
    assert b"opinion" in stored(world)
    creator = world.catalog.resolve("https://pixel.example/@mika")
    position = world.catalog.head()
    world.clock.later(days=1)
    world.page(account(consent=lower, bio="about mika"))
    assert world.texts() == []
    assert not any(line.startswith(("post", "interaction")) for line in world.facts().splitlines())
    assert b"opinion" not in stored(world)
    [change] = world.catalog.changes(position, limit=9)
    assert (change.creator_id, change.gone) == (creator, lower is DENIED)
    assert (b"about mika" in stored(world)) is (lower is PROFILE)


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
    world.page(account(bio="a stale copy", strength="copy"))
    assert "a stale copy" not in world.facts()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(["mika", "noor"]), st.sampled_from(list(Consent)), STRENGTHS),
        min_size=1,
        max_size=5,
    ),
    st.data(),
)
def test_pages_of_one_moment_in_any_order(
    new_world: Callable[[], World], pages: list[tuple[str, Consent, ConsentStrength]], data: st.DataObject
) -> None:
    dumps = []
    for sequence in (pages, data.draw(st.permutations(pages))):
        world = new_world()
        for who, state, strength in sequence:
            world.page(account(who, consent=state, strength=strength), url="https://a.example/")
        world.page(*(post(who) for who in ("mika", "noor")))
        dumps.append(world.facts())
    assert dumps[0] == dumps[1]
