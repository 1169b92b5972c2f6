"""What the operator lets a source with a key take, in the place of what the source declares (``sources/_keys.py``).

A setting is a line, ``SOURCE UNIT DAY [DISCOVERY]``: "brave searches 200 20". What was taken counts ``quota.py``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from crawler.errors import QuotaSettingInvalid
from crawler.sources import all_sources
from crawler.sources._keys import Quota

Allowances = Mapping[tuple[str, str], Quota]
"""By source and unit."""

_FORM: Final = (
    '"SOURCE UNIT DAY", or "SOURCE UNIT DAY DISCOVERY" for a share of one discovery, as in "brave searches 200 20"'
)


def read_allowances(lines: Iterable[str]) -> Allowances:
    """The quotas that these lines set; the last line about one holds. Raises QuotaSettingInvalid."""
    return {(source, quota.unit): quota for source, quota in map(_read, lines)}


def _read(line: str) -> tuple[str, Quota]:
    words = line.split()
    numbers = [int(word) for word in words[2:] if word.isascii() and word.isdecimal() and len(word) < 10]
    if len(words) not in (3, 4) or len(numbers) != len(words) - 2:
        raise QuotaSettingInvalid(f"quotas: {line!r} is not understood; write {_FORM}")
    source, unit = words[:2]
    declared = _declared(source, unit)
    per_day, share = numbers[0], numbers[-1] if len(numbers) == 2 else min(declared.per_discovery, numbers[0])
    if share > per_day:
        raise QuotaSettingInvalid(f"quotas: {line!r} gives one discovery more than a day; the day comes first")
    return source, replace(declared, per_day=per_day, per_discovery=share)


def _declared(source: str, unit: str) -> Quota:
    found = {(name, quota.unit): quota for name, one in sorted(all_sources().items()) for quota in one.quotas}
    if (source, unit) not in found:
        known = ", ".join(" ".join(name) for name in found)
        raise QuotaSettingInvalid(f"quotas: nothing counts {unit!r} of {source!r}; there are {known}")
    return found[source, unit]
