"""One line of a report (``doctor``, ``index info``): a name, words for a person, a value for ``--json``."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of a report; ``fine`` False is something to mend."""

    name: str
    text: str
    value: Any = None
    fine: bool = True
