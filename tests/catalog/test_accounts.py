from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.identity import handle_alias, native_alias, url_alias
from catalog.items import Alias, AliasKind, Consent, Counts, Moment, Precision, ProfileLink
from tests.catalog.builders import START, World, account, post

HANDLE = handle_alias("mika", "pixel.example")
NATIVE = native_alias("pixel.example", "7")


def test_a_provisional_account_gains_its_native_id(world: World) -> None:
    world.page(account(aliases=(HANDLE,), url=""))
    before = world.catalog.resolve("mika@pixel.example")
    world.page(account(native="7", aliases=(NATIVE, HANDLE, url_alias("https://pixel.example/@mika"))))
    assert world.catalog.resolve("https://pixel.example/@mika") == before
    [record] = world.records()
    assert [found.native_id for found in record.accounts] == ["7"]


def test_two_provisional_accounts_turn_out_to_be_one(world: World) -> None:
    world.page(account(aliases=(HANDLE,), url=""), post("mika", account=HANDLE))
    old = world.catalog.resolve("mika@pixel.example")
    world.clock.later(seconds=1)
    world.page(account(aliases=(NATIVE,), url="", native="7"), post("mika", "p2", account=NATIVE))
    young = world.catalog.resolve(NATIVE.value)
    assert old != young
    world.page(account(native="7", aliases=(NATIVE, HANDLE)))
    [record] = world.records()
    assert record.id == old
    assert len(record.accounts) == 1
    assert {found.native_id for found in record.posts} == {"p1", "p2"}
    assert young is not None
    assert world.catalog.resolve(young) == old
    gone = [change for change in world.catalog.changes(None, limit=9) if change.gone]
    assert [change.creator_id for change in gone] == [young]


def test_authors_who_share_an_address_stay_apart(world: World) -> None:
    site = "https://ricepaper.example/"
    authors = [
        account(who, host="ricepaper.example", url=site, handle=None, aliases=(native_alias("ricepaper.example", who),))
        for who in ("mika", "noor")
    ]
    magazine = account("", host="ricepaper.example", url=site, handle=None, name="Rice", aliases=(url_alias(site),))
    world.page(*authors, magazine)
    assert sorted(found.name for record in world.records() for found in record.accounts) == ["Mika", "Noor", "Rice"]
    assert len(world.records()) == 3


def test_doubles_of_merged_accounts_are_one_post(world: World) -> None:
    world.page(account(aliases=(HANDLE,), url=""), post("mika", account=HANDLE, url=""))
    world.page(account(aliases=(NATIVE,), url="", native="7"), post("mika", account=NATIVE, url=""))
    world.page(account(native="7", aliases=(NATIVE, HANDLE)))
    assert world.texts() == ["Sushi in Boston."]


def test_a_handle_that_changes_hands(world: World) -> None:
    world.page(account(native="7", aliases=(NATIVE, HANDLE)))
    first = world.catalog.resolve("mika@pixel.example")
    world.clock.later(days=400)
    world.page(account(native="8", aliases=(native_alias("pixel.example", "8"), HANDLE)))
    second = world.catalog.resolve("mika@pixel.example")
    assert first != second
    assert world.catalog.resolve("pixel.example/7") == first
    assert len(world.records()) == 2


def test_an_old_page_does_not_take_a_handle_back(world: World) -> None:
    late = world.clock.later(days=400)
    world.page(account(native="8", aliases=(native_alias("pixel.example", "8"), HANDLE)))
    second = world.catalog.resolve("mika@pixel.example")
    world.clock.at = START
    world.page(account(native="7", aliases=(NATIVE, HANDLE)))
    assert world.catalog.resolve("mika@pixel.example") == second
    world.clock.at = late


def test_profiles_of_several_kinds_of_page(world: World) -> None:
    page = account(provenance="page", name="Mika Tan", bio="", links=(), counts=Counts())
    feed = account(
        provenance="feed", name="Mika's sushi", bio="All the rice", links=(ProfileLink("https://mika.example/about"),)
    )
    world.page(feed, page)
    [[found]] = [record.accounts for record in world.records()]
    assert (found.name, found.bio) == ("Mika Tan", "All the rice")
    assert [link.url for link in found.links] == ["https://mika.example/about"]


def test_a_cut_text_never_replaces_a_whole_one(world: World) -> None:
    world.page(account(bio="a long and whole bio", location="Boston"))
    world.clock.later(days=9)
    world.page(account(bio="a long", location="", name="", text_complete=False, created=Moment(START, Precision.DAY)))
    [[found]] = [record.accounts for record in world.records()]
    assert (found.bio, found.location, found.name) == ("a long and whole bio", "Boston", "Mika")
    assert found.created == Moment(START, Precision.DAY)


def test_an_edited_profile(world: World) -> None:
    world.page(account(bio="old", location="Boston"))
    world.clock.later(hours=1)
    world.page(account(bio="new", location=""))
    [[found]] = [record.accounts for record in world.records()]
    assert (found.bio, found.location) == ("new", "")


def test_counts_are_observations(world: World) -> None:
    world.page(account(counts=Counts(followers=1000, posts=5)))
    world.clock.later(hours=1)
    world.page(account(counts=Counts(followers=1001)))
    world.clock.later(days=2)
    world.page(account(counts=Counts(followers=1001)))
    seen = world.clock.later(days=2)
    world.page(account(counts=Counts(followers=None, posts=6)))
    [[found]] = [record.accounts for record in world.records()]
    assert found.counts == Counts(followers=1001, posts=6)
    assert found.counts_as_of == seen
    assert sum(line.startswith("count") for line in world.facts().splitlines()) == 2


def test_seen_again_without_news_tells_nobody_within_a_day(world: World) -> None:
    def read() -> None:
        world.catalog.import_items([account()], [post()], plan="import list")

    read()
    before = world.catalog.head()
    world.clock.later(hours=2)
    read()
    assert world.catalog.head() == before
    world.clock.later(days=2)
    read()
    assert world.catalog.head() != before


NAMES = [
    Alias(AliasKind.HANDLE, "mika@pixel.example"),
    Alias(AliasKind.HANDLE, "mt@pixel.example"),
    Alias(AliasKind.URL, "https://mika.example/"),
    Alias(AliasKind.URL, "https://mika.example/about"),
    Alias(AliasKind.NATIVE, "pixel.example/7"),
    Alias(AliasKind.ACTOR_URI, "https://pixel.example/users/mika"),
    Alias(AliasKind.DID, "did:plc:abc"),
]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    pages=st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True), min_size=1, max_size=6),
    data=st.data(),
)
def test_the_order_of_pages_does_not_matter(
    new_world: Callable[[], World], pages: list[list[Alias]], data: st.DataObject
) -> None:
    items = [
        replace(account(f"n{number}", aliases=tuple(names)), url="", handle=None, bio="b" * number)
        for number, names in enumerate(pages)
    ]
    posts = [post(native=f"p{number}", account=names[0], url="") for number, names in enumerate(pages)]
    order = data.draw(st.permutations(range(len(pages))))
    dumps = []
    for sequence in (range(len(pages)), order):
        world = new_world()
        for number in sequence:
            world.page(items[number], posts[number], url=f"https://pages.example/{number}")
        dumps.append("\n".join(line for line in world.facts().splitlines() if not line.startswith("account\t")))
    assert dumps[0] == dumps[1]


def test_a_number_that_the_platform_rounds_is_kept_with_its_step(world: World) -> None:
    world.page(account(counts=Counts(followers=12_300, followers_step=100, posts=7)))
    world.clock.later(days=2)
    world.page(account(counts=Counts(posts=8)), url="https://pixel.example/@mika/again")
    [record] = world.records()
    assert record.accounts[0].counts == Counts(followers=12_300, followers_step=100, posts=8)
    world.clock.later(days=2)
    world.page(account(counts=Counts(followers=12_412)), url="https://pixel.example/@mika/exact")
    [record] = world.records()
    assert record.accounts[0].counts == Counts(followers=12_412, posts=8)


def test_followers_over_time_are_told_as_they_changed(world: World) -> None:
    seen = [(1_000, None), (1_000, None), (1_200, 100), (1_300, 100)]
    for number, (followers, step) in enumerate(seen):
        counts = Counts(followers=followers, followers_step=step, posts=number)
        world.page(account(counts=counts), url=f"https://pixel.example/@mika/{number}")
        world.clock.later(days=10)
    [record] = world.records()
    [history] = world.catalog.follower_counts(record.id)
    assert [(one.followers, one.step) for one in history.counts] == [(1_000, None), (1_200, 100), (1_300, 100)]
    assert [one.at for one in history.counts] == sorted(one.at for one in history.counts)
    assert history.url == record.accounts[0].url
    world.page(account(consent=Consent.DENIED), url="https://pixel.example/@mika/no")
    assert world.catalog.follower_counts(record.id) == ()
    assert world.catalog.follower_counts("nobody") == ()
