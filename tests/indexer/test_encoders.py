"""The real model: embedding, the exported query encoder, and what is told when a model is not there."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer import onnx_export
from indexer.editions import ENCODER_FOLDER, SCHEMA_VERSION, Manifest, publish, write_manifest
from indexer.embedder import Embedder
from indexer.encoder import ABOUT, GRAPH, WEIGHTS, open_encoder
from indexer.errors import IndexDamaged, IndexMismatch, IndexMissing, ModelMissing
from indexer.models import resolve
from indexer.onnx_export import check, is_encoder_of, write_encoder
from indexer.pieces import PieceStarts

TEXTS = ["sushi in boston", "a long walk " * 60, "sushi in boston", "", "Brot backen in München"]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture(scope="module")
def index_dir(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an encoder, as a build leaves it."""
    folder = tmp_path_factory.mktemp("index")
    edition = folder / "edition-1"
    write_manifest(edition, Manifest(schema_version=SCHEMA_VERSION, model=embedder.model.identity, dimension=384))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NICHESCOUT_CACHE", str(tmp_path_factory.mktemp("cache")))
        write_encoder(embedder, edition / ENCODER_FOLDER)
        # A second index takes what the first one made.
        patch.setattr(onnx_export, "_make", None)
        write_encoder(embedder, folder / "edition-2" / ENCODER_FOLDER)
    publish(folder, edition)
    return folder


def test_embedding_keeps_order_and_unit_length(embedder: Embedder) -> None:
    told: list[tuple[int, int]] = []
    vectors = embedder.encode(TEXTS, on_progress=lambda done, total: told.append((done, total)))
    assert vectors.shape == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(vectors[0], vectors[2])
    assert vectors[0] @ vectors[1] < 0.5
    assert told == [(4, 4)]
    assert embedder.encode([]).shape == (0, 384)
    assert embedder.encode(TEXTS[:1])[0] @ vectors[0] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("one_query", [False, True])
def test_the_query_encoder_agrees_with_the_model(embedder: Embedder, index_dir: Path, one_query: bool) -> None:
    encoder = open_encoder(index_dir, one_query=one_query)
    assert check(encoder, embedder) > 0.9999
    for text, wanted in zip(TEXTS, embedder.encode(TEXTS), strict=True):
        vector = encoder.encode(text)
        assert vector.dtype == np.float32
        assert vector @ wanted > 0.9999
    assert encoder.about.model == embedder.model.identity
    assert is_encoder_of(index_dir / "edition-2" / ENCODER_FOLDER, embedder.model)


def test_a_wrong_encoder_is_refused(embedder: Embedder, index_dir: Path) -> None:
    class Wrong:
        def encode(self, text: str) -> np.ndarray:
            return np.eye(384, dtype=np.float32)[0]

    with pytest.raises(ModelMissing, match="cannot be exported"):
        check(Wrong(), embedder)


def test_searching_imports_no_torch(index_dir: Path) -> None:
    code = """
import sys
from pathlib import Path
from indexer.encoder import open_encoder
from indexer.connect import open_index
assert open_encoder(Path(sys.argv[1])).encode("sushi").shape == (384,)
import indexer.backends.embedded.opening
bad = {"torch", "transformers", "sentence_transformers", "sqlalchemy", "catalog.store"} & set(sys.modules)
assert not bad, bad
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code, str(index_dir)], check=True)


@pytest.mark.parametrize("name", [GRAPH, WEIGHTS, ABOUT, "tokenizer.json"])
def test_damaged_encoder_files_are_one_clear_line(index_dir: Path, tmp_path: Path, name: str) -> None:
    import shutil

    copy = tmp_path / "index"
    shutil.copytree(index_dir, copy, ignore=shutil.ignore_patterns("edition-2"))
    path = copy / "edition-1" / ENCODER_FOLDER / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(IndexDamaged, match="run: nichescout index rebuild"):
        open_encoder(copy).encode("sushi")


def test_an_encoder_of_another_model_is_refused(index_dir: Path, tmp_path: Path) -> None:
    edition = tmp_path / "edition-1"
    write_manifest(edition, Manifest(schema_version=SCHEMA_VERSION, model="other@2", dimension=384))
    publish(tmp_path, edition)
    (edition / ENCODER_FOLDER).symlink_to(index_dir / "edition-1" / ENCODER_FOLDER)
    with pytest.raises(IndexMismatch, match="other@2"):
        open_encoder(tmp_path)
    with pytest.raises(IndexMissing):
        open_encoder(tmp_path / "nowhere")


def test_pieces_are_counted_by_the_model(embedder: Embedder) -> None:
    starts = PieceStarts(embedder.model.folder)
    assert [*starts("Rice, fish")] == [0, 4, 6]
    long = "fish and rice " * 300
    assert len(starts(long)) == 900


def test_models_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no sentence model 'nobody/knows'"):
        resolve("nobody/knows")
    with pytest.raises(ModelMissing, match="is not a sentence model"):
        resolve(str(tmp_path))
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("model.safetensors", "tokenizer.json", "config.json", "sentence_bert_config.json"):
        (broken / name).write_text(json.dumps({"hidden_size": 3, "max_seq_length": 9}))
    assert resolve(str(broken)).dimension == 3
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        Embedder(str(broken)).encode(["sushi"])


def test_identity_depends_on_the_weights(tmp_path: Path) -> None:
    for folder, weights in (("a", "1"), ("b", "2")):
        (tmp_path / folder / "m").mkdir(parents=True)
        for name, text in (
            ("model.safetensors", weights),
            ("tokenizer.json", "{}"),
            ("config.json", '{"hidden_size": 3, "max_position_embeddings": 5}'),
        ):
            (tmp_path / folder / "m" / name).write_text(text)
    first, second = resolve(str(tmp_path / "a" / "m")), resolve(str(tmp_path / "b" / "m"))
    assert first.name == second.name == "m"
    assert first.identity != second.identity
    assert (first.dimension, first.max_pieces) == (3, 5)
