"""Texts to unit vectors with sentence-transformers. The only module that imports torch, and only when it embeds."""

import os
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from indexer.bundles import Matrix
from indexer.errors import ModelMissing
from indexer.models import DEFAULT_MODEL, SentenceModel, resolve

__all__ = ["DEFAULT_MODEL", "Embedder"]

_BATCH: Final = 32  # texts of about equal length, padded to the longest
_REPORTED: Final = 256  # texts between two reports of progress

OnProgress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""


class Embedder:
    """A sentence model, loaded at the first text."""

    def __init__(self, model: str | SentenceModel | None = None) -> None:
        """``model`` as ``models.resolve`` reads it. Raises ModelMissing."""
        self.model = model if isinstance(model, SentenceModel) else resolve(model)
        self._loaded: Any = None

    @property
    def transformer(self) -> Any:
        """The ``SentenceTransformer``. Raises ModelMissing when it cannot be loaded."""
        if self._loaded is None:
            self._loaded = _load(self.model)
        return self._loaded

    def encode(self, texts: Sequence[str], *, on_progress: OnProgress | None = None) -> Matrix:
        """One unit row for each text, in the order given. Equal texts are embedded once."""
        if not texts:
            return np.zeros((0, self.model.dimension), np.float32)
        # Sorted by length, the longest first: little padding, and too little memory shows at once.
        distinct = sorted(dict.fromkeys(texts), key=lambda text: (-len(text), text))
        vectors = np.empty((len(distinct), self.model.dimension), np.float32)
        for start in range(0, len(distinct), _REPORTED):
            part = distinct[start : start + _REPORTED]
            vectors[start : start + len(part)] = self._encode_part(part)
            if on_progress is not None:
                on_progress(min(start + _REPORTED, len(distinct)), len(distinct))
        rows = {text: row for row, text in enumerate(distinct)}
        return vectors[[rows[text] for text in texts]]

    def _encode_part(self, texts: list[str]) -> Matrix:
        vectors: Matrix = self.transformer.encode(
            texts, batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True, normalize_embeddings=True
        )
        return vectors


def _load(model: SentenceModel) -> Any:
    # Read by the libraries when they are imported: no network, no bars, no warning about forked tokenizers.
    for name, value in (
        ("HF_HUB_OFFLINE", "1"),
        ("TRANSFORMERS_OFFLINE", "1"),
        ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
        ("HF_HUB_DISABLE_TELEMETRY", "1"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("TRANSFORMERS_VERBOSITY", "error"),
        ("TQDM_DISABLE", "1"),
    ):
        os.environ.setdefault(name, value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import torch
            from sentence_transformers import SentenceTransformer

            torch.set_num_threads(_threads())
            return SentenceTransformer(str(model.folder), device="cpu", local_files_only=True)
    except ImportError as error:
        raise ModelMissing(f"sentence-transformers cannot be imported ({error}); install it again") from error
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelMissing(f"the sentence model in {model.folder} cannot be loaded: {error}") from error


def _threads() -> int:
    """Cores that this process may use, unless ``OMP_NUM_THREADS`` says otherwise."""
    named = os.environ.get("OMP_NUM_THREADS", "")
    return int(named) if named.isdigit() and int(named) else len(os.sched_getaffinity(0))
