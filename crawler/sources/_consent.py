"""What people write into a profile where the platform has no switch against being found."""

import re
from typing import Final

_OPT_OUT: Final = re.compile(r"(?<!\w)#(?:no|not?_?)(?:bots?|index|search|crawl|archive)\b", re.IGNORECASE)


def opt_out_in(profile: str) -> str:
    """The tag (``#nobot``, ``#noindex`` …) by which a profile's text asks to be left alone; "" when there is none."""
    found = _OPT_OUT.search(profile)
    return found[0] if found else ""
