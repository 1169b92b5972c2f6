"""Where the word pieces of a text start, by the model's own tokenizer."""

from pathlib import Path


class PieceStarts:
    """Callable as ``passages.PieceStarts``."""

    def __init__(self, model_folder: Path) -> None:
        """Read ``tokenizer.json`` of a model."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(model_folder / "tokenizer.json"))
        # The file's own settings are for training batches.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def __call__(self, text: str) -> list[int]:
        """Starts in characters, ascending, without the marks that the model adds."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return [start for start, _ in encoding.offsets]
