"""What was said of relevance is a judged collection once the collection itself lies beside it."""

import json
from pathlib import Path

import pytest

from app.config import load_config
from app.errors import CollectionError
from app.evaluation import read_judged
from app.importing import import_collection
from app.mark_export import Exported, export_judgements
from catalog.errors import BadMark
from catalog.records import Mark
from catalog.store import Catalog, open_catalog
from tests.catalog.builders import account
from tests.conftest import nichescout

PEOPLE = ("sushi", "cheese", "trains")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tiny"
    made.mkdir()
    creators = [{"id": f"c-{name}", "handle": name, "bio": f"all about {name}"} for name in PEOPLE]
    posts = [
        {"id": f"{name}-{n}", "creator_id": f"c-{name}", "text": f"A note on {name}, number {n}."}
        for name in PEOPLE
        for n in range(3)
    ]
    (made / "creators.jsonl").write_text("\n".join(map(json.dumps, creators)))
    (made / "posts.jsonl").write_text("\n".join(map(json.dumps, posts)))
    return made


@pytest.fixture
def data(folder: Path, tmp_path: Path) -> Path:
    with open_catalog(tmp_path / "data") as catalog:
        import_collection(catalog, folder)
        say(catalog, "c-sushi", "relevant", "sushi")
        say(catalog, "c-cheese", "not-relevant", " Sushi ")
        say(catalog, "c-trains", "relevant", "night  trains\tin europe")
        say(catalog, "c-trains", "not-relevant", "night  trains\tin europe")
        say(catalog, "c-cheese", "not-relevant", None)
        say(catalog, "c-cheese", "hide", None)
    return tmp_path / "data"


def say(catalog: Catalog, who: str, kind: str, query: str | None) -> None:
    catalog.add_mark(who, Mark(kind=kind, query=query))  # type: ignore[arg-type]


def test_files_are_what_eval_reads(data: Path, tmp_path: Path) -> None:
    done = export_judgements(load_config(data), tmp_path / "said")
    assert done == Exported(queries=2, judgements=4, elsewhere=0)
    judged = read_judged(tmp_path / "said")
    assert judged.queries == {"q1": "night trains in europe", "q2": "sushi"}
    assert judged.qrels == {"q1": {"c-trains": 0, "c-cheese": 0}, "q2": {"c-sushi": 1, "c-cheese": 0}}


@pytest.mark.slow
def test_eval_measures_it_beside_the_collection(data: Path, folder: Path) -> None:
    """What a user has to add are the collection's own two files; here the judgements are written beside them."""
    exported = nichescout("--data", str(data), "mark", "export", str(folder))
    assert exported.code == 0, exported.err
    assert exported.out == f"{folder}: queries.tsv (2), qrels.trec (4)\n"
    ran = nichescout("eval", str(folder), "--json")
    assert ran.code == 0, ran.err
    result = json.loads(ran.out)
    assert (result["queries"], result["measures"]["nDCG@10"]["mean"]) == (1, pytest.approx(1.0))


def test_nothing_is_written_over(data: Path, folder: Path) -> None:
    (folder / "qrels.trec").write_text("q1 0 sushi 3\n")
    with pytest.raises(CollectionError, match=r"qrels\.trec is there already"):
        export_judgements(load_config(data), folder)
    assert not (folder / "queries.tsv").exists()


def test_creators_of_no_collection_are_counted(data: Path, tmp_path: Path) -> None:
    with open_catalog(data) as catalog:
        catalog.import_items([account()], [], plan="test")
        say(catalog, "mika@pixel.example", "relevant", "sushi")
        known = catalog.resolve("mika@pixel.example")
    assert export_judgements(load_config(data), tmp_path / "said").elsewhere == 1
    assert read_judged(tmp_path / "said").qrels["q2"][known or ""] == 1


def test_without_a_word_on_any_query_there_is_nothing(tmp_path: Path, folder: Path) -> None:
    with open_catalog(tmp_path / "empty") as catalog:
        import_collection(catalog, folder)
        say(catalog, "c-cheese", "not-relevant", None)
    with pytest.raises(BadMark, match="nothing to export"):
        export_judgements(load_config(tmp_path / "empty"), tmp_path / "said")
