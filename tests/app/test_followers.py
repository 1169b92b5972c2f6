"""From a follower file to a creator in the answer: import, list, fetch over loopback, search, forget."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.config import Config
from app.follower_commands import NETWORKS
from app.followers import add_to_discovery, fetch_leads, fitted_leads, import_followers
from app.progress import DiscoveryProgress
from app.terminal import stderr_console
from catalog import networks
from catalog.leads import PLAN
from catalog.store import open_catalog
from cli import main
from crawler.errors import NoContact
from niche.understand import understand
from places.gazetteer import open_gazetteer
from search.engine import open_engine
from tests.crawler.exports import EXPORTS, zipped
from tests.world.server import serve
from tests.world.writing import load_world

OPEN, PROFILE_ONLY, DENIED = "cascomaki@tide.example", "larsperegrine@harbor.example", "vslate@tide.example"


def run(data: Path, *arguments: str, code: int = 0) -> Result:
    ran = CliRunner().invoke(main, ["--data", str(data), *arguments])
    assert ran.exit_code == code, ran.output
    assert ran.exception is None or isinstance(ran.exception, SystemExit)
    return ran


@pytest.fixture
def world() -> Iterator[str]:
    with serve(load_world()) as address:
        yield address


def fetch(data: Path, address: str) -> bool:
    with DiscoveryProgress(stderr_console()) as progress:
        return fetch_leads(Config(data=data), progress, pages=12, loopback=address, now=load_world().sites.clock)


@pytest.mark.slow
def test_from_a_list_to_the_answer(world: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    followers = tmp_path / "following.csv"
    followers.write_text(
        "Account address,Show boosts\n" + "".join(f"{who},true\n" for who in (OPEN, PROFILE_ONLY, DENIED))
    )
    said = run(data, "import", str(followers)).stdout
    assert said == "following.csv: Mastodon following: 3 new leads, 3 can be read\n"
    assert fetch(data, world)
    states = {lead["handle"]: lead for lead in map(json.loads, run(data, "leads", "--json").stdout.splitlines())}
    assert {name: lead["state"] for name, lead in states.items()} == dict.fromkeys((OPEN, PROFILE_ONLY, DENIED), "read")
    assert states[OPEN]["creator"]

    with open_engine(data) as engine:
        answer = engine.search("sushi in maine", now=load_world().sites.clock)
    found = {account.handle: result for result in answer.results for account in result.creator.accounts}
    [way] = [way for way in found["cascomaki"].creator.discovered_by if way.plan == PLAN]
    assert way.seed.startswith("found among those you follow (Mastodon following, imported 20")
    assert way.url.startswith("https://tide.example/")
    shown = run(data, "show", f"@{OPEN}").stdout
    assert "found among those you follow (Mastodon following, imported 20" in shown

    with open_catalog(data) as catalog:  # the same consent gate as for everybody
        held = {account.handle: record for record in catalog.creators(list(catalog.creator_ids())).values()
                for account in record.accounts}  # fmt: skip
        assert "vslate" not in held
        assert held["larsperegrine"].posts == ()
        catalog.forget(OPEN, reference="letter")
        assert OPEN not in {row.handle for row in catalog.leads()}
    again = run(data, "import", str(followers)).stdout
    assert again.endswith("0 new leads, none can be read; 2 twice or known already; 1 asked to be forgotten\n")
    assert not fetch(data, world)  # nothing waits any more
    assert OPEN.split("@")[0] not in run(data, "leads").stdout


def test_the_option_names_the_networks_of_the_catalog() -> None:
    assert set(NETWORKS) == set(networks.NETWORKS)


def test_leads_in_a_terminal(tmp_path: Path) -> None:
    data = tmp_path / "data"
    there, nameless = "connections/followers_and_following", "without a readable name"
    assert run(data, "import", str(EXPORTS / "instagram"), str(EXPORTS / "blogs.opml")).stdout.splitlines() == [
        f"{there}/followers_1.json: Instagram followers: 3 new leads, none can be read; 1 twice or known already",
        f"{there}/followers_2.json: Instagram followers: 2 new leads, none can be read; 1 left out ({nameless})",
        f"{there}/following.json: Instagram following: 3 new leads, none can be read",
        f"blogs.opml: OPML feeds: 2 new leads, 2 can be read; 1 left out ({nameless})",
    ]
    lines = run(data, "leads").stdout.splitlines()
    assert lines[1].startswith("chicagofoodblogger")
    for part in ("food, blogger; Chicago, IL, US", "Instagram", "follows you since 2025-11-24",
                 "no (open by hand: https://www.instagram.com/chicagofoodblogger/)"):  # fmt: skip
        assert part in lines[1]
    assert lines[-1] == (
        "10 of 10 leads shown; 8 to open by hand; 2 can be fetched: nichescout leads --fetch. "
        "Leads are deleted 30 days after their last import."
    )
    fitting = run(data, "leads", "--for", "food in chicago").stdout
    assert fitting.splitlines()[1].startswith("chicagofoodblogger")
    assert "tidepoolnotes" not in fitting
    assert "whose names fit, of 10" in fitting
    rows = [json.loads(line) for line in run(data, "leads", "--json", "--limit", "1").stdout.splitlines()]
    assert [(row["handle"], row["score"], row["state"]) for row in rows] == [("chicagofoodblogger", 1.0, "by hand")]


def test_numbers_and_names_without_a_network(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, "import", str(EXPORTS / "x"))
    assert "no (open by hand: https://x.com/i/user/1900000001)" in run(data, "leads").stdout
    (tmp_path / "list.txt").write_text("sushiwithsam\n")
    run(data, "import", str(tmp_path / "list.txt"))
    assert "import again with --network NAME" in run(data, "leads").stdout
    run(data, "import", "--network", "tiktok", str(tmp_path / "list.txt"))
    assert "https://www.tiktok.com/@sushiwithsam" in run(data, "leads").stdout


def test_no_leads_no_catalog_no_contact(tmp_path: Path) -> None:
    ran = run(tmp_path / "none", "leads", code=1)
    assert "nichescout import" in ran.stderr
    data = tmp_path / "data"
    with open_catalog(data):
        pass
    assert run(data, "leads").stdout == "No leads. To bring your followers along: nichescout import FILE\n"
    assert "Nothing waits" in run(data, "leads", "--fetch").stderr
    assert "--fetch" in run(data, "leads", "--pages", "3", code=2).stderr
    run(data, "import", str(EXPORTS / "blogs.opml"))
    assert "nichescout init" in run(data, "leads", "--fetch", code=1).stderr
    with pytest.raises(NoContact), DiscoveryProgress(stderr_console()) as progress:
        fetch_leads(Config(data=data), progress)


def test_what_came_before_a_bad_file_stays(tmp_path: Path) -> None:
    data, bad = tmp_path / "data", tmp_path / "bad.txt"
    bad.write_text("This is a letter, and nothing else.\nKind regards\n")
    ran = run(data, "import", str(EXPORTS / "blogs.opml"), str(bad), code=1)
    assert len(ran.stderr.splitlines()) == 1
    assert "bad.txt holds nothing that can be imported" in ran.stderr
    assert "2 can be read" in ran.stdout
    assert "ferry.example" in run(data, "leads").stdout


def test_files_are_not_copied_and_names_not_logged(tmp_path: Path) -> None:
    data, export = tmp_path / "data", tmp_path / "instagram.zip"
    zipped(EXPORTS / "instagram", export)
    run(data, "import", str(export))
    assert not any(file.suffix in (".zip", ".json", ".log") for file in data.rglob("*"))
    held = b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file())
    assert b"chicagofoodblogger" in held
    for never in (b"blockedbyme", b"askedonce", b"Someone", b"sender_name"):
        assert never not in held


def test_leads_that_fit_join_a_discovery(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "list.txt").write_text("@sushiwithsam@tide.example\n@mudlark@tide.example\n")
    with open_catalog(data) as catalog, open_gazetteer() as gazetteer:
        list(import_followers(catalog, tmp_path / "list.txt"))
        niche = understand("sushi in boston", gazetteer)
        job = catalog.start_job(niche.text, [])
        assert add_to_discovery(catalog, job, niche) == 1
        assert add_to_discovery(catalog, job, niche) == 0
        lease = catalog.lease(job, "w")
        assert lease is not None
        assert [task.url.rpartition("=")[2] for task in lease.tasks] == ["sushiwithsam"]
    page = fitted_leads(Config(data=data), "sushi in boston", limit=9)
    assert [lead.row.handle for lead in page.leads] == ["sushiwithsam@tide.example"]


def test_a_dry_run_tells_the_leads_that_would_be_asked(tmp_path: Path) -> None:
    data = tmp_path / "data"
    plan = "discover", "sushi in boston", "--dry-run"
    assert "whose name" not in run(data, *plan).stdout
    assert not (data / "catalog.sqlite").exists()
    (tmp_path / "list.txt").write_text("@sushiwithsam@tide.example\n@mudlark@tide.example\n")
    run(data, "import", str(tmp_path / "list.txt"))
    told = run(data, *plan).stdout
    assert "followers 1 lead whose name fits is asked as well: tide.example 1" in told
    with open_catalog(data) as catalog:
        assert {job.query for job in catalog.open_jobs()} == {PLAN}  # the import's own: a dry run begins nothing
    assert "whose name" not in run(data, *plan, "--source", "mastodon").stdout
    (tmp_path / "more.txt").write_text("@sushidiary@harbor.example\n")
    run(data, "import", str(tmp_path / "more.txt"))
    assert "followers 2 leads whose names fit are asked as well: harbor.example 1, tide.example 1" in " ".join(
        run(data, *plan).stdout.split()
    )
