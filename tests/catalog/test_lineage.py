"""Who led to whom does not depend on which page came first."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.items import Outcome
from catalog.lineage import MAX_DEPTH, MOST_WAYS
from catalog.records import Lineage
from tests.catalog.builders import World, account, link, post, result, seed

Web = dict[str, tuple[list[str], list[str]]]  # page → its links, who it shows


def url(page: str) -> str:
    return f"https://{page}.example/"


def crawl(world: World, seeds: Sequence[str], web: Web, order: Sequence[str] = (), query: str = "sushi") -> None:
    """Crawl to the end, always the first host of ``order`` that has something to fetch; the job stays open."""
    job = world.catalog.start_job(query, [seed(url(page), f"seed {page}") for page in seeds])
    while any(_visit(world, job, web, page) for page in order or sorted(web)):
        pass


def _visit(world: World, job: str, web: Web, page: str) -> bool:
    for other in web:
        world.catalog.pause(f"{other}.example", None if other == page else "not its turn")
    held = world.catalog.lease(job, "w")
    for task in held.tasks if held else ():
        links, people = web[page]
        world.catalog.commit_page(
            result(
                task,
                links=tuple(link(url(each)) for each in links),
                accounts=tuple(account(who) for who in people),
                posts=tuple(post(who) for who in people),
            )
        )
    if held:
        world.catalog.release(held, next_allowed_at=world.clock())
    return held is not None


def found_by(world: World) -> dict[str, tuple[Lineage, ...]]:
    return {record.accounts[0].handle: record.discovered_by for record in world.records()}


def test_every_seed_that_leads_somewhere(world: World) -> None:
    web: Web = {"a": (["c"], []), "b": (["a"], []), "c": ([], ["mika"])}
    crawl(world, "ab", web)
    assert found_by(world)["mika"] == (
        Lineage(plan="sushi", seed="seed a", url=url("c"), steps=1),
        Lineage(plan="sushi", seed="seed b", url=url("c"), steps=2),
    )


def test_the_nearest_page_of_each_seed(world: World) -> None:
    web: Web = {"a": (["c", "b"], []), "b": ([], ["mika"]), "c": (["d"], []), "d": ([], ["mika"])}
    crawl(world, "a", web)
    assert found_by(world)["mika"] == (Lineage(plan="sushi", seed="seed a", url=url("b"), steps=1),)


def test_the_five_nearest_then_the_first_by_text(world: World) -> None:
    web: Web = {page: (["x"], []) for page in "abcdefg"} | {"x": ([], ["mika"])}
    crawl(world, "gfedcbax", web)
    assert [line.seed for line in found_by(world)["mika"]] == ["seed x", "seed a", "seed b", "seed c", "seed d"]


def test_a_way_found_later_is_handed_on_and_told(world: World) -> None:
    web: Web = {"a": (["x"], []), "b": (["x"], []), "x": (["y"], []), "y": ([], ["mika"])}
    crawl(world, "a", web)
    before = world.catalog.head()
    crawl(world, "ab", web)
    assert [(line.seed, line.steps) for line in found_by(world)["mika"]] == [("seed a", 2), ("seed b", 2)]
    assert len(world.catalog.changes(before, limit=9)) == 1


def test_what_lay_too_deep_is_fetched_when_a_shorter_way_turns_up(world: World) -> None:
    chain = [f"c{n}" for n in range(MAX_DEPTH + 3)]
    web: Web = {page: ([after], []) for page, after in pairwise(chain)}
    web |= {chain[-1]: ([], ["mika"]), "short": ([chain[4]], [])}
    crawl(world, [chain[0], "short"], web, order=[*chain, "short"])
    told = [(line.seed, line.steps) for line in found_by(world)["mika"]]
    assert told == [("seed short", MAX_DEPTH - 1), ("seed c0", MAX_DEPTH + 2)]


def test_an_answered_or_unchanged_page_gives_what_it_showed_to_the_new_plan(world: World) -> None:
    web: Web = {"c": ([], ["mika"])}
    crawl(world, "c", web)
    crawl(world, "c", web, query="ramen")
    assert {line.plan for line in found_by(world)["mika"]} == {"ramen", "sushi"}
    world.clock.later(days=2)
    job = world.catalog.start_job("tempura", [seed(url("c"))])
    held = world.catalog.lease(job, "w")
    assert held is not None
    world.catalog.commit_page(result(held.tasks[0], Outcome.NOT_MODIFIED))
    assert {line.plan for line in found_by(world)["mika"]} == {"ramen", "sushi", "tempura"}


def test_accounts_that_turn_out_to_be_one_keep_all_their_pages(world: World) -> None:
    by_handle, by_both = account("mika"), account("mika", native="7")
    by_id = account("mika", native="7", aliases=by_both.aliases[:1])
    for page, item in (("a", by_handle), ("b", by_id), ("c", by_both)):
        world.page(item, url=url(page))
    [record] = world.records()
    assert {line.url for line in record.discovered_by} == {url("a"), url("b"), url("c")}


PAGES = "abcdef"
WEBS = st.fixed_dictionaries(
    {
        page: st.tuples(
            st.lists(st.sampled_from(PAGES), max_size=4, unique=True),
            st.lists(st.sampled_from(["mika", "noor", "tariq"]), max_size=2, unique=True),
        )
        for page in PAGES
    }
)


@settings(max_examples=30)
@given(web=WEBS, seeds=st.sets(st.sampled_from(PAGES), min_size=1), order=st.permutations(PAGES))
def test_any_order_of_pages_ends_alike(
    new_world: Callable[[], World], web: Web, seeds: set[str], order: list[str]
) -> None:
    told = []
    for turns in (PAGES, order):
        world = new_world()
        crawl(world, sorted(seeds), web, turns)
        told.append((world.catalog.canonical_dump(), found_by(world)))
        assert all(len(lines) <= MOST_WAYS for lines in found_by(world).values())
    assert told[0] == told[1]
