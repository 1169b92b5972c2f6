"""Where the word pieces of a text start, by the model's own tokenizer.

A tokenizer like BERT's reads each stretch between spaces for itself, and a corpus repeats its words: those are asked
for once and remembered, which takes a tenth of the time. Other tokenizers (SentencePiece) read the text as a whole.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, overload

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
        self._known = _Stretches(self._read)

    def __call__(self, text: str) -> Sequence[int]:
        """Starts in characters, ascending, without the marks that the model adds."""
        if not self._parts_at_spaces:
            return self._read(text)
        stretches = text.translate(_BLANKS).split(" ")
        return _Starts(stretches, [*map(self._known.__getitem__, stretches)])

    def _read(self, text: str) -> list[int]:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return [start for start, _ in encoding.offsets]


class _Stretches(dict[str, tuple[int, ...]]):
    """The starts in stretches without a space, so many as are kept; read by ``map`` without a call for each."""

    def __init__(self, read: Callable[[str], Sequence[int]]) -> None:
        super().__init__({"": ()})
        self._read = read

    def __missing__(self, stretch: str) -> tuple[int, ...]:
        own = tuple(self._read(stretch))
        if own == _WHOLE:
            own = _WHOLE
        if len(stretch) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
                self[""] = ()
            self[stretch] = own
        return own


class _Starts(Sequence[int]):
    """The starts in a text; how many they are is told without working them out, which most posts do not need."""

    def __init__(self, stretches: Sequence[str], pieces: Sequence[Sequence[int]]) -> None:
        """``pieces``: the starts in each stretch alone; the stretches stand one space apart."""
        self._stretches = stretches
        self._pieces = pieces

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return self._all[index]

    def __len__(self) -> int:
        return sum(map(len, self._pieces))

    def __iter__(self) -> Iterator[int]:
        return iter(self._all)

    @cached_property
    def _all(self) -> list[int]:
        begins = accumulate([len(stretch) + 1 for stretch in self._stretches], initial=0)
        starts = list[int]()
        for at, own in zip(begins, self._pieces, strict=False):
            if own is _WHOLE:
                starts.append(at)
            else:
                starts += [at + start for start in own]
        return starts


def _parts_at_spaces(description: dict[str, Any]) -> bool:
    """Whether no piece and no special token reaches over a space, and nothing on its other side is looked at."""
    kinds = [(description.get(part) or {}).get("type") for part in ("normalizer", "pre_tokenizer", "model")]
    return kinds == ["BertNormalizer", "BertPreTokenizer", "WordPiece"] and not any(
        token["lstrip"] or token["rstrip"] or len(token["content"].split()) != 1
        for token in description["added_tokens"]
    )
