"""Notes on a query for who reads the page: what would be an option of the command line is a link there."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from search.results import Answer
from server.chips import NAMES, Link, search_url
from server.words import sentence

_LISTS: Final = frozenset({"place", "platform", "kind", "language", "include", "exclude", "mentions", "no_mentions"})
_OPTION: Final = re.compile(
    r"[;,] (?:for (?P<what>.+?) |or )?use --(?P<option>[a-z][a-z-]*)(?: (?:“(?P<value>[^”]+)”|[A-Z]+))?"
)
_COMMAND: Final = re.compile(r"; (?:who|see): nichescout [^;]*")


class Note(NamedTuple):
    """A line, and what it offers instead."""

    text: str
    instead: Link | None


def notes(answer: Answer, params: Mapping[str, Any]) -> list[Note]:
    """Those of an answer, in sentences."""
    return [_note(line, params) for line in answer.query.notes]


def without_options(line: str) -> str:
    """A note as a sentence, without the option or the command that it offers."""
    return sentence(_OPTION.sub("", _COMMAND.sub("", line)))


def _note(line: str, params: Mapping[str, Any]) -> Note:
    found, text = _OPTION.search(line), without_options(line)
    if found is None or not found["value"]:
        return Note(text, None)
    name = found["option"].replace("-", "_")
    if name not in NAMES:
        return Note(text, None)
    value = [found["value"]] if name in _LISTS else found["value"]
    said = f"Only {found['value']}" if (found["what"] or "").startswith("one of") else f"{found['value']} instead"
    return Note(text, Link(said, search_url(params, **{name: value, "cursor": None})))
