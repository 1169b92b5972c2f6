"""Where the word pieces of a text start, by the model's own tokenizer.

A tokenizer like BERT's reads each stretch between spaces for itself, and a corpus repeats its words: those are asked
for once and remembered, which takes a tenth of the time. Other tokenizers (SentencePiece) read the text as a whole.
"""

import json
from pathlib import Path
from typing import Any, Final

# Beside the space the only characters at which BERT's kind always parts; others that look like it are dropped unseen.
_BLANKS: Final = str.maketrans("\t\n\r", "   ")
_REMEMBERED: Final = 1 << 16  # stretches, a few MB
_LONGEST: Final = 40  # characters; longer ones are addresses and do not come again
_WHOLE: Final = (0,)  # a word that is one piece, as most are


class PieceStarts:
    """Callable as ``passages.PieceStarts``."""

    def __init__(self, model_folder: Path) -> None:
        """Read ``tokenizer.json`` of a model."""
        from tokenizers import Tokenizer

        description = (model_folder / "tokenizer.json").read_text("utf-8")
        self._tokenizer = Tokenizer.from_str(description)
        # The file's own settings are for training batches.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._parts_at_spaces = _parts_at_spaces(json.loads(description))
        self._known: dict[str, tuple[int, ...]] = {"": ()}

    def __call__(self, text: str) -> list[int]:
        """Starts in characters, ascending, without the marks that the model adds."""
        if not self._parts_at_spaces:
            return self._starts(text)
        known, starts, at = self._known, list[int](), 0
        for stretch in text.translate(_BLANKS).split(" "):
            own = known.get(stretch)
            if own is None:
                own = self._learned(stretch)
            if own is _WHOLE:
                starts.append(at)
            else:
                starts += [at + start for start in own]
            at += len(stretch) + 1
        return starts

    def _learned(self, stretch: str) -> tuple[int, ...]:
        own = tuple(self._starts(stretch))
        if own == _WHOLE:
            own = _WHOLE
        if len(stretch) <= _LONGEST:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
                self._known[""] = ()
            self._known[stretch] = own
        return own

    def _starts(self, text: str) -> list[int]:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return [start for start, _ in encoding.offsets]


def _parts_at_spaces(description: dict[str, Any]) -> bool:
    """Whether no piece and no special token reaches over a space, and nothing on its other side is looked at."""
    kinds = [(description.get(part) or {}).get("type") for part in ("normalizer", "pre_tokenizer", "model")]
    return kinds == ["BertNormalizer", "BertPreTokenizer", "WordPiece"] and not any(
        token["lstrip"] or token["rstrip"] or len(token["content"].split()) != 1
        for token in description["added_tokens"]
    )
