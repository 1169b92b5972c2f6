"""Forgotten is forgotten: nothing of a person is left in any file of the catalog, and they do not come back."""

import sqlite3
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from catalog.engine import FILE_NAME
from catalog.errors import UnknownCreator
from catalog.identity import handle_alias, native_alias, url_alias
from catalog.items import Alias, AliasKind, Consent
from catalog.records import Mark
from catalog.tasks import RobotsRow
from tests.catalog.builders import START, World, account, link, post, result, seed

NATIVE = "109876543210987654"
API = f"https://pixel.example/api/v1/accounts/{NATIVE}/statuses"
TRACES = (
    b"mika",  # handle, name, addresses, own host, plan, seed, mark
    b"loves uni",  # bio
    b"secret omakase",  # post
    NATIVE.encode(),
    b"only-mika-links",  # a lead
)


def everything(world: World) -> bytes:
    """Every byte of every file, lower case, so that no name hides."""
    files = [file.read_bytes() for file in sorted(world.folder.rglob("*")) if file.is_file()]
    return b"\n".join([*files, world.everything()]).lower()


def fill(world: World) -> None:
    """Mika on two hosts, in every table that can hold a word of her; Noor, who links to her."""
    catalog = world.catalog
    blog = "https://mika.example/"
    mika = account(native=NATIVE, bio="Mika loves uni", verified=(blog,))
    own_site = account(
        "mika", host="mika.example", aliases=(url_alias(blog),), url=blog, platform="blog", provenance="page"
    )
    noor = account("noor", me=("https://pixel.example/@mika",))
    job = catalog.start_job(
        "like mika@pixel.example", [seed("https://pixel.example/tags/sushi", "by mika@pixel.example")]
    )
    held = catalog.lease(job, "w")
    assert held is not None
    catalog.commit_page(
        result(
            held.tasks[0],
            accounts=(mika, noor),
            posts=(post(text="A secret omakase."), post("noor", native="n1", text="Ramen in Maine.")),
            links=(link(API), link(blog), link("https://pixel.example/u/mika.json"), link("https://noor.example/")),
        )
    )
    catalog.release(held, next_allowed_at=START)
    while held := catalog.lease(job, "w"):
        for task in held.tasks:
            mine = task.url == blog
            catalog.commit_page(
                result(
                    task,
                    accounts=(own_site,) if mine else (),
                    links=(link("https://only-mika-links.example/"),) if mine else (),
                )
            )
        catalog.release(held, next_allowed_at=START + timedelta(days=1 if mine else 0))
        if mine:
            break
    world.page(account(native=NATIVE, bio="Mika loves uni and toro", verified=(blog,)))
    catalog.put_robots(RobotsRow(origin="https://mika.example:443", status=200, body=b"# mika", fetched_at=START))
    catalog.add_mark("noor@pixel.example", Mark(kind="not-same-as", value="mika@pixel.example"))
    catalog.add_mark("mika@pixel.example", Mark(kind="place", value="Boston"))
    catalog.add_mark("noor@pixel.example", Mark(kind="relevant", query="like mika@pixel.example"))
    catalog.add_mark("noor@pixel.example", Mark(kind="hide", reason="copies mika@pixel.example"))


def test_nothing_is_left_in_any_file(world: World) -> None:
    fill(world)
    before = everything(world)
    for trace in TRACES:
        assert trace in before, trace
    report = world.catalog.forget("@mika@pixel.example", reference="letter of May")
    after = everything(world)
    for trace in TRACES:
        assert trace not in after, trace
    assert b"ramen in maine" in after
    assert (report.accounts, report.posts, report.marks) == (2, 1, 2)
    assert {API, "https://mika.example/", "https://pixel.example/u/mika.json"} <= set(report.urls)
    assert native_alias("pixel.example", NATIVE) in report.names
    if not world.on_postgres:
        assert world.sql("PRAGMA integrity_check") == [("ok",)]
        assert world.sql("PRAGMA foreign_key_check") == []


def test_readers_hear_of_it_and_others_stay(world: World) -> None:
    fill(world)
    mika, position = world.catalog.resolve("mika@pixel.example"), world.catalog.head()
    report = world.catalog.forget("https://mika.example", reference="letter")
    assert world.people() == [["noor@pixel.example"]]
    assert world.texts() == ["Ramen in Maine."]
    gone = {change.creator_id for change in world.catalog.changes(position, limit=9) if change.gone}
    assert mika in gone
    assert gone == set(report.creator_ids)
    [noor] = world.records()
    assert noor.accounts[0].links == ()
    assert [line.seed for line in noor.discovered_by] == ["forgotten"]


def test_the_forgotten_do_not_come_back(world: World) -> None:
    fill(world)
    assert world.catalog.suppression_digest() == ""
    world.catalog.forget("mika@pixel.example", reference="letter")
    names = {
        handle_alias("mika", "pixel.example"),
        url_alias("https://mika.example/"),
        handle_alias("noor", "pixel.example"),
    }
    assert world.catalog.suppressed_aliases(names) == names - {handle_alias("noor", "pixel.example")}
    digest = world.catalog.suppression_digest()
    assert len(digest) == 64
    fill_again = world.page(account(native=NATIVE), post(), account("noor"), links=(link("https://mika.example/"),))
    assert (fill_again.accounts, fill_again.kept_back, fill_again.new_tasks) == (0, 2, 0)
    assert world.catalog.import_items([account("mika", native=NATIVE)], [post()], plan="import list").kept_back == 2
    assert world.people() == [["noor@pixel.example"]]
    world.catalog.forget("noor@pixel.example", reference="letter")
    assert world.catalog.suppression_digest() not in ("", digest)


def test_somebody_unknown_is_kept_out(world: World) -> None:
    report = world.catalog.forget("https://tariq.example/", reference="letter")
    assert (report.accounts, report.urls) == (0, ())
    assert {alias.kind for alias in report.names} == {AliasKind.URL, AliasKind.ACTOR_URI}
    world.page(account("tariq", aliases=(url_alias("https://tariq.example/"),)))
    assert world.records() == []
    with pytest.raises(UnknownCreator):
        world.catalog.forget("tariq", reference="letter")


def test_a_name_that_passed_to_somebody_else_is_not_forgotten_with_the_first(world: World) -> None:
    url = "https://pixel.example/@mika"
    world.page(account("mika", native="1"))
    world.clock.later(days=2)
    world.page(
        account(
            "mika",
            native="2",
            url=url,
            aliases=(native_alias("pixel.example", "2"), handle_alias("mika", "pixel.example")),
        )
    )
    report = world.catalog.forget(native_alias("pixel.example", "1"), reference="letter")
    assert handle_alias("mika", "pixel.example") not in report.names
    assert world.catalog.resolve("mika@pixel.example") is not None


def test_neighbours_with_like_names_stay(world: World) -> None:
    world.page(
        account("mika"), account("mikael"), account("a.mika"), links=(link("https://pixel.example/@mikael/feed"),)
    )
    world.catalog.forget("mika@pixel.example", reference="letter")
    assert world.people() == [["a.mika@pixel.example"], ["mikael@pixel.example"]]
    assert "https://pixel.example/@mikael/feed" in world.catalog.canonical_dump()


def test_people_who_are_here_again_after_a_restore_are_never_handed_out(world: World) -> None:
    world.page(account(), post(), account("noor"))
    mika, position = world.catalog.resolve("mika@pixel.example"), world.catalog.head()
    with world.catalog._unit() as unit:  # the hashes alone, as when an old backup gets the newest list
        unit.suppression.add(
            unit.connection, [Alias(AliasKind.HANDLE, "mika@pixel.example")], reference="letter", at=unit.now
        )
    assert mika is not None
    assert world.catalog.creators([mika]) == {}
    assert mika not in set(world.catalog.creator_ids())
    assert {change.creator_id: change.gone for change in world.catalog.changes(None, limit=9)}[mika]
    assert world.catalog.changes(position, limit=9) == []


def test_a_reader_that_holds_on_to_an_old_state_is_told_of_and_doing_it_again_is_enough(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(world)
    monkeypatch.setattr("catalog.on_sqlite._BUSY_SECONDS", 0)
    monkeypatch.setattr("catalog.on_postgres._LOCK_SECONDS", 0.05)
    reader: Any = (
        psycopg.connect(str(world.place.server)) if world.on_postgres else sqlite3.connect(world.folder / FILE_NAME)
    )
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM account").fetchone()
    assert not world.catalog.forget("mika@pixel.example", reference="letter").wiped
    assert world.people() == [["noor@pixel.example"]]
    reader.close()
    assert world.catalog.forget("mika@pixel.example", reference="letter").wiped
    assert b"secret omakase" not in everything(world)


def test_addresses_that_speak_of_the_forgotten_are_not_admitted(world: World) -> None:
    fill(world)
    world.catalog.forget("mika@pixel.example", reference="letter")
    for url, hers in (
        ("https://pixel.example/@mika/112", True),
        ("https://pixel.example/users/mika/statuses/112", True),
        ("https://pixel.example/api/v1/accounts/109876543210987654/statuses", True),
        ("https://pixel.example/u/mika.json", True),
        ("https://mika.example/2026/rolls", True),
        ("http://mika.example/", True),
        ("https://pixel.example/@mikael/112", False),
        ("https://pixel.example/tags/mika", False),
        ("https://noor.example/about-mika", False),
        ("https://other.example/@mika", False),
    ):
        report = world.page(account("noor"), links=(link(url),))
        assert report.new_tasks == (0 if hers else 1), url
        job = world.catalog.start_job(f"again {url}", [seed(url, label=f"site {url}")])
        assert (f"site {url}" in world.catalog.canonical_dump()) != hers, url
        lease = world.catalog.lease(job, "w", tasks=9)
        assert (lease is None) == hers, url
        if lease is not None:
            world.catalog.release(lease, next_allowed_at=START)


def test_the_host_of_a_forgotten_site_is_open_to_others_who_are_there(world: World) -> None:
    site, byline = "https://paper.example/", "https://paper.example/authors/noor"
    world.page(
        account("paper", host="paper.example", aliases=(url_alias(site),), url=site),
        account("noor", host="paper.example", aliases=(url_alias(byline),), url=byline),
    )
    world.catalog.forget(site, reference="letter")
    assert world.page(account("ida"), links=(link("https://paper.example/2026/rolls"),)).new_tasks == 1
    assert world.page(account("ida"), links=(link(site),)).new_tasks == 0


def test_links_of_others_to_the_forgotten_are_not_taken_in_again(world: World) -> None:
    fill(world)
    world.catalog.forget("mika@pixel.example", reference="letter")
    world.page(account("noor", me=("https://pixel.example/@mika", "https://noor.example/")))
    [noor] = world.records()
    assert [each.url for each in noor.accounts[0].links] == ["https://noor.example/"]
    assert b"mika" not in everything(world)


def test_an_index_is_told_whenever_something_was_promised(world: World) -> None:
    first = world.catalog.deletions()
    assert first == (0, "")
    world.page(account(), post())
    assert world.catalog.deletions() == first
    world.clock.later(days=1)
    world.page(account(consent=Consent.DENIED))
    withdrawn = world.catalog.deletions()
    assert withdrawn.times > 0
    world.catalog.forget("mika@pixel.example", reference="letter")
    assert world.catalog.deletions().times > withdrawn.times
    assert world.catalog.deletions().forgotten == world.catalog.suppression_digest() != ""
