"""``eval`` end to end on a tiny judged collection, through the command line."""

import json
from pathlib import Path

import pytest

from app.errors import CollectionError
from app.evaluation import read_judged
from tests.conftest import nichescout


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    creators = [{"id": name, "handle": name, "bio": f"all about {name}"} for name in ("sushi", "cheese", "trains")]
    posts = [
        {"id": f"{c['id']}-{n}", "creator_id": c["id"], "text": f"A note on {c['id']}, number {n}."}
        for c in creators
        for n in range(3)
    ]
    (folder / "creators.jsonl").write_text("\n".join(map(json.dumps, creators)))
    (folder / "posts.jsonl").write_text("\n".join(map(json.dumps, posts)))
    (folder / "queries.tsv").write_text("q1\tsushi\nq2\ttrains\nq3\tfalconry\n")
    (folder / "qrels.trec").write_text("q1 0 sushi 3\nq2 0 trains 2\nq9 0 trains 2\n")
    return folder


def test_a_collection_is_measured_and_a_run_written(judged: Path, tmp_path: Path) -> None:
    run = tmp_path / "run.trec"
    ran = nichescout("eval", str(judged), "--json", "--run", str(run))
    assert ran.code == 0, ran.err
    result = json.loads(ran.out)
    assert result["queries"] == 2  # q3 has no relevant creator, q9 was not asked
    assert result["measures"]["nDCG@10"]["mean"] == pytest.approx(1.0)
    first = [line.split() for line in run.read_text().splitlines() if line.split()[3] == "1"]
    assert {(line[0], line[2]) for line in first} >= {("q1", "sushi"), ("q2", "trains")}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("qrels.trec", "q1 0 sushi", "line 1: 4 columns"),
        ("qrels.trec", "q1 0 sushi good", "whole number"),
        ("queries.tsv", "q1 sushi", "line 1: 2 columns"),
    ],
)
def test_judgements_that_cannot_be_read(name: str, text: str, says: str, judged: Path) -> None:
    (judged / name).write_text(text)
    with pytest.raises(CollectionError, match=says):
        read_judged(judged)


def test_judgements_that_are_missing(judged: Path) -> None:
    (judged / "qrels.trec").unlink()
    with pytest.raises(CollectionError, match=r"qrels\.trec"):
        read_judged(judged)
