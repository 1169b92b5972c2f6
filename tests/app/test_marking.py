"""``mark`` from the command line: what is said counts at once, is shown with its date, and can be taken back."""

import json
import shutil
import signal
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mark_command import ALONE, WITH_VALUE
from catalog.store import open_catalog
from cli import main
from indexer.editions import WriterLease
from tests.catalog.builders import account
from tests.conftest import Demo, nichescout


@pytest.fixture
def data(small_demo: Demo, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_demo.data, tmp_path / "data"))


def today() -> str:
    """Asked when it is needed: a run of tests may begin the day before."""
    return datetime.now(UTC).date().isoformat()


def run(data: Path, *arguments: str, code: int = 0) -> Any:
    ran = CliRunner().invoke(main, ["--data", str(data), *arguments])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    assert ran.exit_code == code, ran.output
    return ran


def found(data: Path, query: str, *options: str) -> dict[str, Any]:
    return dict(json.loads(run(data, "search", query, "--json", "--limit", "500", *options).stdout))


def ids(answer: dict[str, Any]) -> list[str]:
    return [result["creator"]["id"] for result in answer["results"]]


def first(data: Path, query: str = "sushi") -> dict[str, Any]:
    return dict(found(data, query)["results"][0]["creator"])


def test_whoever_is_hidden_is_gone_until_it_is_taken_back(data: Path) -> None:
    creator = first(data)
    before = ids(found(data, "sushi"))
    said = run(data, "mark", creator["id"], "hide", "--reason", "works for a rival")
    assert f"you said, {today()}: hidden (works for a rival)" in said.stdout
    assert said.stderr == ""
    answer = found(data, "sushi")
    assert ids(answer) == before[1:]
    assert "one creator is left out because you hid them" in " ".join(answer["query"]["notes"])
    shown = json.loads(run(data, "show", creator["id"], "--json").stdout)
    assert [mark["kind"] for mark in shown["creator"]["you_said"]] == ["hide"]
    assert f"you said, {today()}: hidden" in run(data, "show", creator["id"]).stdout
    (listed,) = run(data, "mark", "list", "--json").stdout.splitlines()
    assert json.loads(listed)["creator"] == creator["id"]
    assert "Taken back" in run(data, "mark", "--undo").stdout
    assert ids(found(data, "sushi")) == before
    assert run(data, "mark", "list").stdout == ""


def test_the_kind_that_was_said_shows_and_counts(data: Path) -> None:
    creator = first(data)
    url = creator["accounts"][0]["url"]
    assert f"you said, {today()}: is an organisation" in run(data, "mark", url, "organisation").stdout
    (result,) = [each for each in found(data, "sushi")["results"] if each["creator"]["id"] == creator["id"]]
    assert result["creator"]["kind"] == "organisation"
    assert result["match"]["rank"] > 1
    assert result["match"]["parts"]["authenticity"] < 1
    assert f"you said, {today()}: is an organisation" in run(data, "search", "sushi", "--limit", "500").stdout
    assert creator["id"] not in ids(found(data, "sushi", "--kind", "person"))
    run(data, "mark", url, "person")
    assert creator["id"] in ids(found(data, "sushi", "--kind", "person"))
    run(data, "mark", url, "--undo")
    assert creator["id"] not in ids(found(data, "sushi", "--kind", "person"))


def test_a_rebuild_says_the_same(data: Path) -> None:
    creator = first(data)
    run(data, "mark", creator["id"], "aggregator")
    before = found(data, "sushi")
    run(data, "index", "rebuild")
    after = found(data, "sushi")
    for answer in (before, after):
        answer.pop("took_ms"), answer.pop("index_generation")
    assert after == before
    assert "agrees" in run(data, "index", "verify").stdout


def test_a_mark_is_kept_where_the_index_cannot_follow(data: Path, tmp_path: Path) -> None:
    creator = first(data)
    lease = WriterLease(data / "index")
    said = run(data, "mark", creator["id"], "hide")
    assert "kept, but not in the search index yet" in said.stderr
    assert creator["id"] in ids(found(data, "sushi"))
    lease.release()
    run(data, "index", "build")
    assert creator["id"] not in ids(found(data, "sushi"))
    shutil.rmtree(data / "index")
    assert "index build" in run(data, "mark", "--undo").stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("nobody@nowhere.example", "hide"), 1, "nobody here is called"),
        (("CREATOR_ID", "place", "Nowhereville Xyzzy"), 2, "no place"),
        (("CREATOR_ID", "place", "Portland"), 2, "say which"),
        (("CREATOR_ID", "place"), 2, "needs one name"),
        (("CREATOR_ID", "hide", "now"), 2, "takes no"),
        (("CREATOR_ID", "hide", "--for", "sushi"), 2, "--for and --always go with"),
        (("CREATOR_ID", "robot"), 2, "robot"),
        (("CREATOR_ID",), 2, "say what"),
        (("CREATOR_ID", "hide", "--undo"), 2, "--undo takes back"),
        (("--undo",), 2, "nothing to undo"),
        (("CREATOR_ID", "--undo"), 2, "nothing to undo"),
    ],
)
def test_what_cannot_be_said(arguments: tuple[str, ...], code: int, says: str, small_demo: Demo) -> None:
    creator = json.loads(small_demo.answer_json)["results"][0]["creator"]["id"]
    named = [creator if each == "CREATOR_ID" else each for each in arguments]
    ran = run(small_demo.data, "mark", *named, code=code)
    assert says in ran.stderr.strip().splitlines()[-1]
    assert ran.stdout == ""


def test_help_names_every_word(small_demo: Demo) -> None:
    text = run(small_demo.data, "mark", "--help").stdout
    for word in (*ALONE, *WITH_VALUE, "list", "export"):
        assert word in text


# Relevance


def test_without_a_query_it_is_about_the_last_answer_that_was_seen(data: Path) -> None:
    creator = first(data)
    (data / "last-search").unlink(missing_ok=True)
    run(data, "search", "sushi in boston")
    found(data, "ramen")  # nobody saw this one
    assert "does not fit “sushi in boston”" in run(data, "mark", creator["id"], "not-relevant").stdout
    answer = found(data, "sushi in boston")
    assert creator["id"] not in ids(answer)
    assert any(creator["name"] in note and today() in note for note in answer["query"]["notes"])
    assert creator["id"] in ids(found(data, "sushi"))
    run(data, "search", "sushi", "--place", "Boston")
    assert "say for which query" in run(data, "mark", creator["id"], "not-relevant", code=2).stderr
    (data / "last-search").unlink()
    assert "does not fit whatever you ask" in run(data, "mark", creator["id"], "not-relevant").stdout
    assert creator["id"] not in ids(found(data, "sushi"))


def test_whoever_is_said_to_fit_comes_first_and_it_is_shown(data: Path) -> None:
    answer = found(data, "sushi")
    last = answer["results"][-1]["creator"]
    run(data, "mark", last["id"], "relevant", "--for", "sushi")
    top = found(data, "sushi")["results"][0]
    assert top["creator"]["id"] == last["id"]
    assert top["match"]["you_said"]["text"] == f"you said, {today()}: fits “sushi”"
    assert f"you said, {today()}: fits “sushi”" in run(data, "search", "sushi", "--limit", "1").stdout
    assert "fits “sushi”" not in run(data, "search", "ramen", "--limit", "500").stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [(("relevant", "--for", " "), "needs a query"), (("hide", "--always"), "--always go with"), (("export",), "WHAT")],
)
def test_relevance_that_cannot_be_said(options: tuple[str, ...], says: str, small_demo: Demo) -> None:
    assert says.lower() in run(small_demo.data, "mark", "somebody@rolls.example", *options, code=2).stderr.lower()


# Two accounts, one creator


def test_same_as_joins_and_undo_parts(data: Path) -> None:
    one, two = (result["creator"] for result in found(data, "sushi")["results"][:2])
    before = ids(found(data, "sushi"))
    run(data, "mark", one["id"], "same-as", two["accounts"][0]["url"])
    answer = found(data, "sushi")
    (joined,) = [each["creator"] for each in answer["results"] if each["creator"]["id"] in (one["id"], two["id"])]
    addresses = {each["url"] for each in (*one["accounts"], *two["accounts"])}
    assert {each["url"] for each in joined["accounts"]} == addresses
    assert f"you said, {today()}: is one creator with" in run(data, "show", one["accounts"][0]["url"]).stdout
    assert "agrees" in run(data, "index", "verify").stdout
    run(data, "mark", one["accounts"][0]["url"], "not-same-as", two["accounts"][0]["url"])
    assert sorted(ids(found(data, "sushi"))) == sorted(before)
    run(data, "mark", "--undo")
    assert len(ids(found(data, "sushi"))) == len(before) - 1
    run(data, "mark", "--undo")
    assert ids(found(data, "sushi")) == before


# Places


def test_a_place_that_was_said_is_searched_by_and_shown(data: Path) -> None:
    creator = first(data, "sushi in boston")
    run(data, "mark", creator["id"], "place", "Lisbon")
    assert creator["id"] not in ids(found(data, "sushi in boston"))
    (there,) = [each for each in found(data, "sushi in lisbon")["results"] if each["creator"]["id"] == creator["id"]]
    (reason,) = [each for each in there["match"]["reasons"] if each["part"] == "place"]
    assert reason["text"].startswith("lives in Lisbon")
    assert reason["text"].endswith(f"you said, {today()}")
    assert (reason["url"], reason["quote"]) == ("", "")
    printed = run(data, "search", "sushi in lisbon", "--limit", "50").stdout.splitlines()
    assert any(
        line.strip().startswith("- lives in Lisbon") and line.endswith(f"you said, {today()}") for line in printed
    )
    assert "lives in Lisbon" in run(data, "show", creator["id"]).stdout
    run(data, "mark", "--undo")
    run(data, "mark", creator["id"], "not-in", "Massachusetts")
    assert creator["id"] not in ids(found(data, "sushi in boston"))
    assert "does not live in Massachusetts" in run(data, "mark", "list").stdout


# Killed in between


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", ["before_commit", "after_commit", "vectors_appended", "index_commit"])
@pytest.mark.parametrize("undo", [False, True], ids=["said", "taken back"])
def test_killed_while_a_mark_is_kept(failpoint: str, undo: bool, data: Path, tmp_path: Path) -> None:
    """All of it or nothing of it, and the next build agrees."""
    creator = first(data)
    if undo:
        run(data, "mark", creator["id"], "organisation")
    before, words = creator_kind(data, creator["id"]), ("--undo",) if undo else (creator["id"], "organisation")
    env = {"NICHESCOUT_FAILPOINT": failpoint, "NICHESCOUT_FAILPOINT_LOG": str(tmp_path / "hit")}
    killed = nichescout("--data", str(data), "mark", *words, env=env)
    assert (killed.code, (tmp_path / "hit").read_text()) == (-signal.SIGKILL, f"{failpoint}\n")
    is_kept = bool(run(data, "mark", "list").stdout)
    assert is_kept is (undo if failpoint == "before_commit" else not undo)
    run(data, "index", "build")
    assert "agrees" in run(data, "index", "verify").stdout
    after = creator_kind(data, creator["id"])
    assert (after == before) is (failpoint == "before_commit")
    assert (after == "organisation") is is_kept


def creator_kind(data: Path, creator_id: str) -> str:
    return str(json.loads(run(data, "show", creator_id, "--json").stdout)["creator"]["kind"])


# Without an index, in an invented catalog


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Ten accounts of nobody in particular; two are called Mika."""
    with open_catalog(tmp_path / "people") as catalog:
        named = [account(f"n{number}", name="Mika" if number < 2 else f"N {number}") for number in range(10)]
        catalog.import_items(named, [], plan="test")
    return tmp_path / "people"


@pytest.mark.parametrize(
    "name", ["n3@pixel.example", "@n3@pixel.example", "https://pixel.example/@n3", "n3", "@N3", "n 3", "N 3"]
)
def test_a_creator_by_any_name_that_only_one_has(name: str, people: Path) -> None:
    said = run(people, "mark", name, "hide")
    assert said.stdout == f"N 3 https://pixel.example/@n3: you said, {today()}: hidden\n"
    assert said.stderr.startswith("nichescout: kept, but not in the search index yet: there is no search index yet")
    assert json.loads(run(people, "mark", "list", "--json").stdout)["url"] == "https://pixel.example/@n3"


def test_a_name_of_several_is_asked_back(people: Path) -> None:
    ran = run(people, "mark", "mika", "hide", code=1)
    assert ran.stderr == (
        "nichescout: several are called mika: give one address of "
        "https://pixel.example/@n0, https://pixel.example/@n1\n"
    )
    assert "several are called Mika" in run(people, "mark", "n3", "same-as", "Mika", code=1).stderr
    assert run(people, "mark", "list").stdout == ""


def test_more_accounts_than_a_creator_may_have_is_said(people: Path) -> None:
    for number in range(1, 8):
        assert "at most" not in run(people, "mark", "n0", "same-as", f"n{number}").stderr
    assert "a creator has 8 accounts at most" in run(people, "mark", "n0", "same-as", "n8").stderr
    with open_catalog(people) as catalog:
        homes = [catalog.resolve(f"n{number}@pixel.example") for number in range(9)]
    assert homes[0] == homes[8]
    assert homes.count(homes[0]) == 8


@settings(max_examples=15)
@given(words=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*ALONE, "undo"])), max_size=8))
def test_taking_everything_back_leaves_nothing(words: list[tuple[int, str]]) -> None:
    """Each undo takes back the newest word that is left, however many there were."""
    with TemporaryDirectory() as folder:
        data = Path(folder)
        with open_catalog(data) as catalog:
            catalog.import_items([account(f"n{number}") for number in range(4)], [], plan="test")
            before = catalog.creators(list(catalog.creator_ids()))
        said = 0
        for number, word in words:
            if word == "undo":
                run(data, "mark", "--undo", code=0 if said else 2)
                said -= bool(said)
            else:
                held = run(data, "mark", "list").stdout
                run(data, "mark", f"n{number}", word)
                said += run(data, "mark", "list").stdout != held
        with open_catalog(data) as catalog:
            assert sum(row.undone_at is None for row in catalog.marks()) == said
        for _ in range(said):
            run(data, "mark", "--undo")
        run(data, "mark", "--undo", code=2)
        with open_catalog(data) as catalog:
            after = catalog.creators(list(catalog.creator_ids()))
        assert {key: replace(record, revision=0) for key, record in after.items()} == {
            key: replace(record, revision=0) for key, record in before.items()
        }
