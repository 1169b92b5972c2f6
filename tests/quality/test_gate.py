"""The gate end to end on a tiny invented collection with labels: imported once, asked, compared with its floors."""

import json
from pathlib import Path

import pytest

from benchmarks.quality import fit, gate, judged, labelled, unanswerable
from benchmarks.quality.baselines import WITH_PLACE, baseline_runs

PEOPLE = {  # id: (niche, home, lat, lon, followers, manipulated copy of)
    "ann": ("bonsai", "Boston", 42.36, -71.06, 900, ""),
    "bob": ("bonsai", "Boston", 42.36, -71.06, 5_000, ""),
    "cem": ("bonsai", "Chicago", 41.85, -87.65, 50_000, ""),
    "dee": ("pickles", "Boston", 42.36, -71.06, None, ""),
    "eve": ("pickles", "Chicago", 41.85, -87.65, 70, ""),
}
LINES = (
    "repotted the old juniper {0} today",
    "notes from a {0} evening, slow and quiet",
    "what I got wrong about {0} as a beginner",
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collections") / "tiny"
    folder.mkdir()
    creators = [
        {"id": key, "handle": key, "bio": f"all about {niche}", "location": home, "followers": followers}
        for key, (niche, home, _, _, followers, _) in PEOPLE.items()
    ]
    posts = [
        {"id": f"{key}-{number}", "creator_id": key, "text": text.format(niche)}
        for key, (niche, *_) in PEOPLE.items()
        for number, text in enumerate(LINES)
    ]
    (folder / "creators.jsonl").write_text("\n".join(map(json.dumps, creators)), "utf-8")
    (folder / "posts.jsonl").write_text("\n".join(map(json.dumps, posts)), "utf-8")
    (folder / "queries.tsv").write_text("q1\tbonsai\nq2\tbonsai in Boston\nq3\tpickles in Chicago\n", "utf-8")
    (folder / "qrels.trec").write_text(
        "q1 0 ann 3\nq1 0 bob 3\nq1 0 cem 3\nq2 0 ann 3\nq2 0 bob 3\nq3 0 eve 3\n", "utf-8"
    )
    rows = ["creator_id\thome\tlat\tlon\tmanipulated_twin_of"]
    rows += [f"{key}\t{home}\t{lat}\t{lon}\t{twin}" for key, (_, home, lat, lon, _, twin) in PEOPLE.items()]
    (folder / "labels.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def opened(tiny: Path, cache: Path):
    with judged.open_collection(tiny, cache=cache / "quality") as collection:
        yield collection


RUN = {"q1": ["cem", "bob", "ann"], "q2": ["bob", "cem", "ann"], "q3": ["dee", "eve"]}


def run() -> dict[str, list[tuple[str, float]]]:
    return {query: [(creator, 1.0) for creator in order] for query, order in RUN.items()}


def test_places_and_themes_are_judged_apart(opened):
    labels = labelled.read_labels(opened.folder)
    assert labels is not None
    assert labelled.region_precision(opened, labels, run()) == {"q2": 0.5, "q3": 0.0}
    assert labelled.recall(opened, run())["q3"] == 1.0


def test_a_theme_is_judged_by_the_query_that_asks_for_it_anywhere(opened, monkeypatch):
    monkeypatch.setattr(labelled, "FEWEST", 2)
    assert labelled.theme_precision(opened, run()) == {"q2": 1.0}


def test_a_manipulated_account_stands_below_its_honest_twin(opened):
    labels = labelled.read_labels(opened.folder)
    assert labels is not None
    bought = dict(labels.labels) | {"cem": labels.labels["cem"]._replace(twin_of="bob")}
    found = labelled.honest_twin_first(labelled.Labelled(labels=bought, followers=labels.followers), run())
    assert found == {"q1": 0.0, "q2": 1.0}
    assert labelled.honest_twin_first(labels, run()) == {}


def test_exposure_is_each_sizes_part_of_what_is_seen(opened):
    labels = labelled.read_labels(opened.folder)
    assert labels is not None
    ratio = {one.tier: one.ratio for one in labelled.exposure(opened, labels, run())}
    assert ratio["micro"] > 1.0 > ratio["starting"]  # first of three, and last of three and of two
    assert labelled.follower_correlation(opened, labels, run()) == {}  # too few of known size


def test_the_whole_gate(opened, tiny, cache, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NICHESCOUT_CACHE", str(cache))
    floors = tmp_path / "floors.toml"
    sums = judged.checksums(tiny)
    entry = f'[tiny]\ncollection = "{sums.collection}"\njudgements = "{sums.judgements}"\n[tiny.floors]\n'
    monkeypatch.setattr(gate, "FLOORS", floors)
    monkeypatch.setattr(gate, "committed_versions", list)

    floors.write_text(entry + '"nDCG@10" = [0.9]\n', "utf-8")
    assert gate.main([str(tiny.parent)]) == 0
    assert "everything holds" in capsys.readouterr().out
    made = sorted(path.stat().st_mtime_ns for path in (cache / "quality").glob("*/*"))

    floors.write_text(entry.replace(sums.judgements, "0" * 16) + '"region precision@10" = [1.01]\n', "utf-8")
    assert gate.main([str(tiny)]) == 1
    said = capsys.readouterr().out
    assert "tiny: the judgements are others" in said
    assert "below 1.01" in said
    assert sorted(path.stat().st_mtime_ns for path in (cache / "quality").glob("*/*")) == made  # not imported again

    floors.write_text("", "utf-8")
    assert gate.main([str(tiny)]) == 0
    assert "no floors are set for it" in capsys.readouterr().out


def test_a_folder_without_collections_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        gate.main([str(tmp_path)])
    assert "no judged collection" in capsys.readouterr().err


def test_who_is_hidden_is_not_found_and_a_question_without_them_is_asked(opened):
    asked = {
        (one.asked[1], one.kind): one for one in unanswerable.ask_all(opened, {"else": {"x1": "granite quarries"}})
    }
    assert {judgement.is_relevant for judgement in asked["q1", "answerable"].judgements} == {True, False}
    assert len(asked["q1", "taken out"].judgements) == len(asked["q1", "answerable"].judgements) - 3
    assert asked["q1", "answerable"].shows
    assert not asked["q1", "taken out"].shows
    assert not asked["x1", "foreign"].shows


def test_the_confidence_can_be_fitted_again(opened):
    asked = list(unanswerable.ask_all(opened, {}))
    constants = dict(zip(fit.NAMES, fit.fit(asked, ["tiny"]), strict=True))
    assert constants["CENTROID"] > 0.0
    again = fit.judged_again(asked[0].judgements[0], fit.fit(asked, ["tiny"]))
    assert 0.0 < again.confidence <= again.theme < 1.0


def test_baselines_order_everybody_by_what_they_say(opened):
    runs = {name: [creator for creator, _ in run["q1"]] for name, run in baseline_runs(opened).items()}
    assert runs["followers"][:2] == ["cem", "bob"]
    assert set(runs["BM25 of the profile"][:3]) == {"ann", "bob", "cem"}
    assert set(runs["centroid"][:3]) == {"ann", "bob", "cem"}
    assert set(runs["BM25, sum of posts"]) == {"ann", "bob", "cem"}
    assert sorted(runs["random"]) == sorted(PEOPLE)


def test_a_place_that_is_read_puts_those_first_who_live_there(opened):
    assert {creator for creator, _ in baseline_runs(opened)[WITH_PLACE]["q2"][:2]} == {"ann", "bob"}
