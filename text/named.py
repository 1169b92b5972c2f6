"""Whom a text names: handles, addresses, and brands by name, handle or domain."""

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from text.fold import fold


class Brand(NamedTuple):
    """A brand as typed, and the ways in which a text may name it (folded)."""

    typed: str
    words: str  # as running words; "" where it was typed as handle or domain
    handle: str  # without "@"; "" for a domain
    domain: str  # without "www."; "" where none was typed


def brand_of(typed: str) -> Brand:
    """A brand from a name ("Umi & Ash"), a handle ("@umiandash") or a domain or address ("umiandash.example")."""
    plain = fold(typed.strip())
    if plain.startswith("@"):
        return Brand(typed, "", plain[1:], "")
    host = urlsplit(plain if "//" in plain else f"//{plain}").hostname or ""
    if " " not in plain and "." in host.strip("."):
        return Brand(typed, "", "", host.removeprefix("www."))
    return Brand(typed, " ".join(plain.split()), re.sub(r"\W", "", plain), "")


def names_brand(text: str, brand: Brand) -> bool:
    """Whether a text names the brand, in any of the ways that were typed; "@umi" names neither "@umi2" nor "umiko"."""
    folded = " ".join(fold(text).split())
    return any(_pattern(expression).search(folded) for expression in _expressions(brand))


def _expressions(brand: Brand) -> list[str]:
    found = []
    if brand.words:
        found.append(rf"(?<!\w){re.escape(brand.words)}(?!\w)")
    if brand.handle:
        found.append(rf"(?<!\w)[@#]{re.escape(brand.handle)}(?!\w)")
    if brand.domain:
        found.append(rf"(?<![\w-]){re.escape(brand.domain)}(?![\w-]|\.\w)")
    return found


def handles(text: str) -> list[str]:
    """``@name`` and ``@name@host`` in a text, without the first "@", lower case, each once, in order."""
    found = _pattern(r"(?<![\w/.@])@(\w[\w.-]*\w(?:@[\w-]+(?:\.[\w-]+)+)?)").findall(text)
    return list(dict.fromkeys(handle.lower() for handle in found))


def addresses(text: str) -> list[str]:
    """The http addresses in a text, each once, in order, without the punctuation behind them."""
    found = _pattern(r"https?://[^\s<>\"'“”()\[\]]+").findall(text)
    return list(dict.fromkeys(address.rstrip(".,;:!?…") for address in found))


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    """Compiled when first needed."""
    return re.compile(expression)
