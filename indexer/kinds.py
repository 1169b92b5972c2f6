"""Person, organisation or aggregator: what an account says of itself, and what its posts keep saying.

A shop may have a profile that says nothing and posts that all invite: so posts are asked too, each for one kind of
sentence that only a business or a collection of other people's things writes. One such post is a quotation, several
are a trade. ``unknown`` is an answer.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from catalog.records import AccountRecord

_BUSINESS: Final = re.compile(
    r"\b(?:our (?:menu|store|shop|restaurant|locations?|customers|team|guests|(?:\w+ ){1,2}location)|"
    r"book (?:a|your) table|reservations?\b.{0,30}\b(?:call|online|open|at)|order (?:online|now)|take-?out|"
    r"we (?:deliver|cater|ship|serve)|gift cards? available|now hiring|classes every \w+day|new hours|"
    r"this week['’]s specials|"
    r"dine[- ]in|happy hour|shop now|free shipping|open (?:daily|7 days|every day|tue|wed|mon)|visit us|"
    r"family[- ](?:owned|run)|official (?:account|page)|serving .{3,40} since|"
    r"wir (?:liefern|suchen verstärkung)|jetzt bestellen|tisch reservieren|reserviert|öffnungszeiten|gutscheine|"
    r"nuestr[oa] (?:menú|tienda|local)|reservas|haz tu pedido|notre (?:carte|boutique|équipe)|réservez)\b",
    re.IGNORECASE,
)
_BUSINESS_NAME: Final = re.compile(
    r"\b(?:restaurant|ristorante|sushi bar|noodle bar|ramen bar|steakhouse|trattoria|taqueria|pizzeria|diner|"
    r"catering|gmbh|inc|llc|ltd)\b\.?",
    re.IGNORECASE,
)
_COLLECTS: Final = re.compile(
    r"\b(?:tag us|dm (?:us )?(?:for|to be) featur\w*|we (?:repost|feature|share the best)|featuring the best|reposts?|"
    r"(?:daily|weekly) (?:roundup|digest|links)|aggregat\w+|curated (?:daily|feed|by (?:a )?bot)|automated|"
    r"deals, news|submit via (?:the )?form|your guide to|top \d+ .{3,60} you must|updated (?:daily|weekly)|"
    r"this is a bot)\b",
    re.IGNORECASE,
)
_MYSELF: Final = re.compile(
    r"\b(?:i|i['’]m|i am|me|my|mine|myself|ich|meine?|yo|mis?|soy|je|suis|mes|he/him|she/her|they/them)\b",
    re.IGNORECASE,
)
_SAYING: Final = 2  # posts that say so, at least,
_SAYING_SHARE: Final = 0.1  # ... and this share of those read
_POSTS_READ: Final = 100


def kind_of(accounts: Sequence[AccountRecord], texts: Iterable[str] = ()) -> str:
    """``person``, ``organisation``, ``aggregator`` or ``unknown``, from kinds, names, bios and texts of posts."""
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
    if "person" in stated:
        return "person"
    return _kind_of_posts(texts) or ("person" if _MYSELF.search(bios) else "unknown")


def _kind_of_posts(texts: Iterable[str]) -> str | None:
    """The trade that several posts speak of, the commoner of the two."""
    sells = collects = read = 0
    for text, _ in zip(texts, range(_POSTS_READ), strict=False):
        read += 1
        sells += _BUSINESS.search(text) is not None
        collects += _COLLECTS.search(text) is not None
    count, kind = max((sells, "organisation"), (collects, "aggregator"))
    return kind if count >= _SAYING and count >= _SAYING_SHARE * read else None
