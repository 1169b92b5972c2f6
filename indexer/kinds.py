"""Person, organisation or aggregator: a few honest rules over what an account says of itself.

Deliberately small; what a judged collection teaches belongs to the ranking. ``unknown`` is an answer.
"""

import re
from collections.abc import Sequence
from typing import Final

from catalog.records import AccountRecord

_BUSINESS: Final = re.compile(
    r"\b(?:our (?:menu|store|shop|restaurant|location|locations|customers|team|guests)|book a table|"
    r"reservations?\b.{0,30}\b(?:call|online|open|at)|order (?:online|now)|take-?out|we (?:deliver|cater|ship|serve)|"
    r"dine[- ]in|happy hour|shop now|free shipping|open (?:daily|7 days|every day|tue|wed|mon)|visit us|"
    r"family[- ](?:owned|run)|official (?:account|page)|serving .{3,40} since|est\.? (?:19|20)\d\d|"
    r"reserviert|öffnungszeiten|nuestro menú|reservas)",
    re.IGNORECASE,
)
_BUSINESS_NAME: Final = re.compile(
    r"\b(?:restaurant|ristorante|sushi bar|noodle bar|ramen bar|steakhouse|trattoria|taqueria|pizzeria|diner|"
    r"catering|gmbh|inc|llc|ltd)\b\.?",
    re.IGNORECASE,
)
_COLLECTS: Final = re.compile(
    r"\b(?:tag us|dm (?:us )?(?:for|to be) featur\w*|we (?:repost|feature|share the best)|featuring the best|reposts?|"
    r"(?:daily|weekly) (?:roundup|digest|links)|aggregat\w+|curated (?:feed|by (?:a )?bot)|automated|this is a bot)\b",
    re.IGNORECASE,
)
_MYSELF: Final = re.compile(
    r"\b(?:i|i['’]m|i am|me|my|mine|myself|ich|meine?|yo|mis?|soy|je|suis|mes|he/him|she/her|they/them)\b",
    re.IGNORECASE,
)


def kind_of(accounts: Sequence[AccountRecord]) -> str:
    """``person``, ``organisation``, ``aggregator`` or ``unknown``, from kinds, names and bios of all accounts."""
    stated = {account.kind for account in accounts}
    bios = "\n".join(account.bio for account in accounts)
    names = "\n".join(account.name for account in accounts)
    if stated & {"bot", "group"} or _COLLECTS.search(bios):
        return "aggregator"
    if "organisation" in stated or _BUSINESS.search(bios):
        return "organisation"
    # "Ramen bar regular", says a person of herself; a business does not say "I".
    if _BUSINESS_NAME.search(names) and not _MYSELF.search(bios):
        return "organisation"
    if "person" in stated or _MYSELF.search(bios):
        return "person"
    return "unknown"
