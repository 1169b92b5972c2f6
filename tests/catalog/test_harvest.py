"""The harvest of a crawl: who was found relevant, by seed and source; and how yields order and bound what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from catalog.budgets import HOST_PAGES, HOST_PAGES_MORE, SEED_PAGES
from catalog.errors import UnknownJob
from catalog.items import AccountItem, Consent, Link
from catalog.store import open_catalog
from tests.catalog.builders import START, World, account, leases, link, made_older, result, seed

LISTS = "https://lists.example/"
TAG = "https://pixel.example/tags/sushi"


@dataclass(frozen=True)
class Shows:
    """What a page shows, and who of it fits."""

    people: Sequence[AccountItem] = ()
    relevant: Sequence[AccountItem] = ()
    links: Sequence[Link] = ()


def shows(*people: AccountItem, relevant: Sequence[AccountItem] = (), links: Sequence[Link] = ()) -> Shows:
    return Shows(people, relevant, links)


def run(world: World, job: str, pages: dict[str, Shows]) -> list[str]:
    """Fetch everything that may be fetched; what ``pages`` lacks shows nobody. The addresses in order."""
    order = []
    for held in leases(world.catalog, job):
        for task in held.tasks:
            said = pages.get(task.url, Shows())
            names = tuple(one.aliases[0] for one in said.relevant)
            answer = result(task, accounts=tuple(said.people), relevant=names, judged=True, links=tuple(said.links))
            world.catalog.commit_page(answer)
            order.append(task.url)
        world.catalog.release(held, next_allowed_at=START)
    return order


def test_who_fits_counts_where_they_were_shown_first(world: World) -> None:
    mika, noor, tax = account("mika"), account("noor"), account("tax")
    job = world.catalog.start_job("sushi", [seed(TAG, "#sushi", 0.9), seed(LISTS, "a list", 0.3)])
    run(
        world,
        job,
        {
            TAG: shows(mika, tax, relevant=[mika], links=[link("https://noor.example/")]),
            "https://noor.example/": shows(noor, mika, relevant=[noor, mika]),
            LISTS: shows(noor, relevant=[noor]),
        },
    )
    found = world.catalog.harvest(job)
    assert (found.judged, found.pages, found.relevant) == (True, 3, 2)
    assert [(one.name, one.pages, one.relevant) for one in found.by_seed] == [("#sushi", 2, 2), ("a list", 1, 0)]
    assert [(one.name, one.pages, one.relevant) for one in found.by_source] == [("page", 1, 1), ("mastodon", 2, 1)]
    assert found.by_seed[0].per_100 == 100
    assert world.catalog.progress(job).relevant == 2
    assert world.catalog.jobs_for("sushi") == [job]


def test_whom_we_may_not_keep_is_not_counted(world: World) -> None:
    shut = account("mika", consent=Consent.DENIED)
    job = world.catalog.start_job("sushi", [seed(TAG)])
    run(world, job, {TAG: shows(shut, relevant=[shut])})
    assert world.catalog.harvest(job).relevant == 0


def test_the_forgotten_leave_the_harvest(world: World) -> None:
    mika = account("mika")
    job = world.catalog.start_job("sushi", [seed(TAG)])
    run(world, job, {TAG: shows(mika, relevant=[mika])})
    assert any("fits “sushi”" in one.text for one in world.catalog.holdings("mika@pixel.example"))
    world.catalog.forget("mika@pixel.example", reference="a letter")
    assert world.catalog.harvest(job).relevant == 0


def test_without_a_theme_nobody_is_judged(world: World) -> None:
    job = world.catalog.start_job("sushi", [seed(TAG)])
    for held in leases(world.catalog, job):
        world.catalog.commit_page(result(held.tasks[0], accounts=(account(),)))
    assert not world.catalog.harvest(job).judged
    assert world.catalog.progress(job).relevant is None


def test_an_unknown_job(world: World) -> None:
    with pytest.raises(UnknownJob):
        world.catalog.harvest("01M8J3JVG3N0AV98YHQ567P8EA")


def test_a_host_that_brings_nobody_ends_sooner(world: World) -> None:
    many = [link(f"https://{host}.example/{chr(97 + n % 26)}{n // 26}x") for host in ("off", "on") for n in range(150)]
    people = [account(f"p{n}", host="on.example") for n in range(2)]
    strangers = {one.url: shows(account(f"s{n}", host="off.example")) for n, one in enumerate(many)}  # news, so no trap
    job = world.catalog.start_job("sushi", [seed(TAG)])
    first = [one.url for one in many if "//on." in one.url][:2]
    pages = {
        **strangers,
        TAG: shows(links=many),
        **{url: shows(one, relevant=[one]) for url, one in zip(first, people, strict=True)},
    }
    order = run(world, job, pages)
    spent = {host: sum(f"//{host}." in url for url in order) for host in ("off", "on")}
    assert spent == {"off": HOST_PAGES, "on": HOST_PAGES + 2 * HOST_PAGES_MORE}
    traps = {host.key: host for host in world.catalog.trouble(job)}
    assert traps["off.example"].traps == (
        f"the whole host: {HOST_PAGES} pages of one host are enough; they brought 0 who fit",
    )
    assert traps["off.example"].left_out == 150 - HOST_PAGES
    assert world.catalog.next_due(job) is None


def test_a_seed_that_brings_nobody_ends_sooner_and_says_so(world: World) -> None:
    many = [link(f"https://h{n}.example/") for n in range(SEED_PAGES + 50)]
    job = world.catalog.start_job("sushi", [seed(TAG, "#sushi"), seed(LISTS, "a list", 0.1)])
    order = run(world, job, {TAG: shows(links=many)})
    assert LISTS in order
    [tag] = [one for one in world.catalog.harvest(job).by_seed if one.name == "#sushi"]
    assert tag.pages == SEED_PAGES
    assert tag.left_out == len(many) + 1 - SEED_PAGES
    assert world.catalog.next_due(job) is None


def test_hosts_that_yield_go_first(file_world: World) -> None:
    world = file_world  # on a server the yield of hosts decides among the first few of a seed (free_key.py)
    mika = account("mika")
    poor, rich = (
        [link(f"https://{host}.example/{n}x", 0.5) for n in "abcdefghijklmnopqrst"] for host in ("poor", "rich")
    )
    job = world.catalog.start_job("sushi", [seed(TAG)])
    order = run(world, job, {TAG: shows(links=[*poor, *rich]), rich[0].url: shows(mika, relevant=[mika])})
    assert order.index(rich[-1].url) < order.index(poor[-1].url)


WANTED = "https://wanted.example/"


@pytest.mark.parametrize(
    ("linkers", "score"),
    [
        ({"https://a.example/": 0.2, "https://b.example/": 0.8}, 0.84),  # each host says it anew
        ({"https://a.example/": 0.8, "https://b.example/": 0.2}, 0.84),  # in either order
        ({"https://a.example/": 0.2, "https://a.example/2": 0.8}, 0.8),  # the same host says it only better
        ({"https://a.example/": 0.8, "https://a.example/2": 0.2}, 0.8),
        ({"https://wanted.example/1": 0.2, "https://wanted.example/2": 0.8}, 0.2),  # nobody recommends themselves
    ],
)
def test_what_several_hosts_link_to_is_worth_more(world: World, linkers: dict[str, float], score: float) -> None:
    seeds = [seed(url, url, 0.99 - n / 100) for n, url in enumerate(linkers)]
    job = world.catalog.start_job("sushi", seeds)
    fetched = 0
    for held in leases(world.catalog, job):
        for task in held.tasks:
            if task.url == WANTED:
                assert fetched == len(linkers)
                assert task.score == pytest.approx(score)
                assert task.inherited == max(linkers.values()) if score != 0.2 else 0.2
                return
            promise = linkers[task.url]
            one = Link(url=WANTED, source="page", page="page", score=promise, inherited=promise)
            world.catalog.commit_page(result(task, judged=True, links=(one,)))
            fetched += 1
        world.catalog.release(held, next_allowed_at=START)
    raise AssertionError("never leased")


def test_a_catalog_from_before_harvests_tells_that_nobody_was_judged(world: World) -> None:
    job = world.catalog.start_job("sushi", [seed(TAG)])
    made_older(world, "0004")
    with open_catalog(world.place, clock=world.clock) as catalog:
        assert not catalog.harvest(job).judged
        held = catalog.lease(job, "w")
        assert held is not None
        assert held.tasks[0].inherited is None
