"""What people write into a profile where the platform has no switch against being found."""

import re
from dataclasses import replace
from typing import Final

from catalog.items import AccountItem, Consent, ConsentSignal, Counts

_OPT_OUT: Final = re.compile(r"(?<!\w)#(?:no|not?_?)(?:bots?|index|search|crawl|archive)\b", re.IGNORECASE)


def opt_out_in(profile: str) -> str:
    """The tag (``#nobot``, ``#noindex`` …) by which a profile's text asks to be left alone; "" when there is none."""
    found = _OPT_OUT.search(profile)
    return found[0] if found else ""


def consent_of_profile(profile: str, url: str, otherwise: str, *, shown: bool) -> ConsentSignal:
    """The word of a public profile at ``url``: denied when its text opts out, else open for the reason ``otherwise``.

    ``shown``: whether the page shows the profile's text at all; without it the word is a platform's default only.
    """
    opt_out = opt_out_in(profile)
    if opt_out:
        return ConsentSignal(Consent.DENIED, f"opted out in the profile ({opt_out})", url)
    return ConsentSignal(Consent.FULL, otherwise, url, "setting" if shown else "default")


def without_words(account: AccountItem) -> AccountItem:
    """Of an account that is denied nothing but its names; any other as it is."""
    if account.consent.state is not Consent.DENIED:
        return account
    return replace(account, name="", bio="", location="", tags=(), links=(), counts=Counts(), created=None)
