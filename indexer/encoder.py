"""The query encoder: ONNX Runtime and tokenizers only, so that searching never loads torch.

``onnx_export.py`` writes the files. The session reads an already optimised graph whose weights are mapped from a file
beside it: 25 ms instead of 120 for a graph with its weights inside.
"""

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from indexer.bundles import Vector
from indexer.editions import ENCODER_FOLDER, REBUILD, current_edition, damaged, read_manifest
from indexer.errors import IndexMismatch, IndexMissing
from indexer.locations import Server

GRAPH: Final = "model.onnx"
WEIGHTS: Final = "model.bin"
TOKENIZER: Final = "tokenizer.json"
ABOUT: Final = "encoder.json"

_THREADS: Final = 2  # one short text: more threads cost more than they bring


class AboutEncoder(NamedTuple):
    """What an encoder's files are."""

    model: str  # identity (models.SentenceModel)
    dimension: int
    max_pieces: int


class QueryEncoder:
    """Encodes one text at a time."""

    def __init__(self, folder: Path, *, one_query: bool = False) -> None:
        """Open the files in ``folder``; ``one_query``: quicker to open, slower to encode. Raises IndexDamaged."""
        import onnxruntime
        from tokenizers import Tokenizer

        self.about = read_about(folder)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._session = onnxruntime.InferenceSession(
                str(folder / GRAPH), session_options(prepack=not one_query), providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise damaged(f"the query encoder cannot be opened: {str(error)[:200]}") from error
        # The file's own settings are for training batches: padded and cut to 128 pieces.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.about.max_pieces)

    def encode(self, text: str) -> Vector:
        """The unit vector of a text; what exceeds the model's length is cut."""
        pieces = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        answer = self._session.run(None, {"input_ids": pieces, "attention_mask": np.ones_like(pieces)})
        vector: Vector = answer[0][0].astype(np.float32)
        return vector


def open_encoder(index_dir: Path, *, one_query: bool = False) -> QueryEncoder:
    """The encoder of the current index in a folder; ``one_query`` as for QueryEncoder.

    Raises IndexMissing, IndexDamaged, IndexMismatch (of another model).
    """
    edition = current_edition(index_dir)
    encoder = QueryEncoder(edition / ENCODER_FOLDER, one_query=one_query)
    wanted = read_manifest(edition).model
    if encoder.about.model != wanted:
        raise IndexMismatch(f"the query encoder is of {encoder.about.model}, the index of {wanted}; {REBUILD}")
    return encoder


def open_encoder_for(server: Server, model: str, *, one_query: bool = False) -> QueryEncoder:
    """The encoder that this machine has for the index on a server. Raises IndexMissing, IndexDamaged."""
    folder = server.encoder_folder(model)
    if not folder.is_dir():
        raise IndexMissing(
            f"this machine has no query encoder of the model {model}; run here: nichescout index build, or copy "
            f"{folder} from a machine where that was run"
        )
    return QueryEncoder(folder, one_query=one_query)


def read_about(folder: Path) -> AboutEncoder:
    """Raises IndexDamaged when there is no encoder in ``folder``."""
    try:
        return AboutEncoder(**json.loads((folder / ABOUT).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise damaged(f"the query encoder cannot be read: {error}") from error


def session_options(*, optimised: bool = True, prepack: bool = True) -> Any:
    """Settings of a session.

    ``optimised``: the graph in the file already is. ``prepack``: copy all weights into the order that multiplying
    likes. That costs 50 ms at opening and saves 2 ms a query: worth it from some dozens of queries on.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if not prepack:
        options.add_session_config_entry("session.disable_prepacking", "1")
    levels = onnxruntime.GraphOptimizationLevel
    # Not ORT_ENABLE_ALL: its layouts are for the processor at hand, the file may move to another.
    options.graph_optimization_level = levels.ORT_DISABLE_ALL if optimised else levels.ORT_ENABLE_EXTENDED
    return options
