"""From a sentence-transformers model to the query encoder's files, checked against the model before they count.

Pooling and normalising are in the graph. Exported files are kept in the cache folder by the model's identity, so that
a second index does not pay for them again.
"""

import json
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

from base.folders import cache_dir
from indexer.editions import copy_folder
from indexer.embedder import Embedder
from indexer.encoder import ABOUT, GRAPH, TOKENIZER, WEIGHTS, AboutEncoder, QueryEncoder, read_about, session_options
from indexer.errors import IndexDamaged, ModelMissing
from indexer.models import SentenceModel

_FORMAT: Final = 1  # raise when the files change
_OPSET: Final = 17
_LEAST_COSINE: Final = 0.9999
_SAMPLES: Final = (
    "sushi",
    "east coast sushi blogs",
    "Sauerteig und Roggenbrot rund um München, Öl, Straße",
    "寿司を食べる 🍣 مرحبا",
    "",
    "A small boat brought the fish to the harbour before six, and by noon it lay on rice. " * 40,
)


def write_encoder(embedder: Embedder, folder: Path) -> None:
    """Put the encoder of this model into ``folder``; torch is loaded only when the cache does not hold it."""
    cached = cache_dir() / "encoders" / f"{embedder.model.identity}-{_FORMAT}"
    if not _holds(cached, embedder.model):
        _make(embedder, cached)
    copy_folder(cached, folder)


def is_encoder_of(folder: Path, model: SentenceModel) -> bool:
    """Whether ``folder`` holds a whole encoder of this model."""
    return _holds(folder, model)


def _holds(folder: Path, model: SentenceModel) -> bool:
    try:
        return read_about(folder).model == model.identity and all(
            (folder / name).is_file() for name in (GRAPH, WEIGHTS, TOKENIZER)
        )
    except IndexDamaged:
        return False


def _make(embedder: Embedder, folder: Path) -> None:
    """Export beside ``folder``, check, and rename: another process may do the same at the same time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as temporary:
        made = Path(temporary) / "encoder"
        made.mkdir()
        plain = Path(temporary) / "plain.onnx"
        _export(embedder.transformer, plain)
        _optimise(plain, made)
        model = embedder.model
        shutil.copyfile(model.folder / "tokenizer.json", made / TOKENIZER)
        about = AboutEncoder(model=model.identity, dimension=model.dimension, max_pieces=model.max_pieces)
        (made / ABOUT).write_text(json.dumps(about._asdict()), "utf-8")
        check(QueryEncoder(made), embedder)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            made.rename(folder)
        except OSError:
            if not _holds(folder, model):  # nobody else put it there
                raise


def check(encoder: QueryEncoder, embedder: Embedder) -> float:
    """The lowest cosine between both encoders over sample texts. Raises ModelMissing when it is too low."""
    wanted = embedder.encode(_SAMPLES)
    lowest = min(float(encoder.encode(text) @ row) for text, row in zip(_SAMPLES, wanted, strict=True))
    if lowest < _LEAST_COSINE:
        raise ModelMissing(
            f"the model {embedder.model.name} cannot be exported for queries (cosine {lowest:.4f}); use another model"
        )
    return lowest


def _export(transformer: Any, path: Path) -> None:
    import torch

    class Encoder(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
        """Ids and mask in, unit vector out."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {
                "input_ids": input_ids,
                "attention_mask": attention_mask,
                "token_type_ids": torch.zeros_like(input_ids),
            }
            return torch.nn.functional.normalize(self.transformer(features)["sentence_embedding"], dim=1)

    sample = transformer.tokenizer(["sushi", "sushi in a small harbour"], padding=True, return_tensors="pt")
    names = ["input_ids", "attention_mask"]
    with warnings.catch_warnings(), torch.no_grad():
        # The exporter of today warns that it traces; the check above says whether the trace is right.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Encoder().eval(),
            tuple(sample[name] for name in names),
            str(path),
            input_names=names,
            output_names=["embedding"],
            dynamic_axes={**{name: {0: "texts", 1: "pieces"} for name in names}, "embedding": {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def _optimise(plain: Path, folder: Path) -> None:
    """Let ONNX Runtime fuse the graph once and put the weights beside it, where they can be mapped."""
    import onnxruntime

    options = session_options(optimised=False)
    options.optimized_model_filepath = str(folder / GRAPH)
    prefix = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{prefix}_file_name", WEIGHTS)
    options.add_session_config_entry(f"{prefix}_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])
