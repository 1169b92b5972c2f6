"""Bytes as the server takes and gives them: in base64, by a library that does it five times as fast as Python's own."""

from pybase64 import b64decode, b64encode_as_string


def encoded(content: bytes) -> str:
    """In the standard alphabet."""
    return b64encode_as_string(content)


def decoded(content: str) -> bytes:
    """The inverse of ``encoded``. Raises ValueError (binascii.Error) for anything else."""
    return b64decode(content, validate=True)
