"""Signs that numbers are made rather than grown, or a profile made to be found: predicates over what is known. Pure.

What they are worth, and how they are told, is decided in ``search.authenticity``; here only what was seen counts, so
that it can be looked for once, when a creator is indexed.
"""

from collections.abc import Iterator
from typing import Final

from indexer.bundles import AccountView, CreatorDocument
from indexer.engagement import Peers, Rate
from text.lists import lists

LISTED: Final = 10  # items of a profile that lists everything; of people who write for readers none has so many
FOLLOWING: Final = 1_000  # accounts followed from which it can be a trade
AS_MANY: Final = 0.7  # followed for each follower
EVEN: Final = 0.15  # standard deviation of reactions over their mean; grown ones have .3 and more
CHORUS: Final = 0.25  # comments a like; .05 to .15 is common where people mostly like
ENOUGH: Final = 30  # reactions a post that a proportion of them needs
FAR: Final = 2.0  # times the rate of the best tenth, or below that of the last tenth
EXPECTED: Final = 10.0  # reactions that the last tenth would bring: below, few reactions say nothing
BURST: Final = 0.5  # share of posts on one day
BY_THE_CLOCK: Final = 0.5  # share of pauses of one length
LIKED: Final = frozenset(
    {"bluesky", "instagram", "mastodon", "pixelfed", "threads", "tiktok", "x", "youtube"}
)  # where a like is the usual answer; in forums it is a comment


def signs_of(document: CreatorDocument) -> tuple[str, ...]:
    """The codes of all signs, each once."""
    return tuple(dict.fromkeys(_seen(document)))


def _seen(document: CreatorDocument) -> Iterator[str]:
    if lists_everything(document.bio):
        yield "listing"
    for account in document.accounts:
        if is_swapped(account):
            yield "follows_as_many"
        if is_even(account):
            yield "even_reactions"
        if is_chorus(account):
            yield "many_comments"
    if is_burst(document):
        yield "burst"
    if is_by_the_clock(document):
        yield "clockwork"


def lists_everything(bio: str) -> bool:
    """Whether a profile is a list of themes and towns, made to be found by all of them."""
    return lists(bio, LISTED)


def is_swapped(account: AccountView) -> bool:
    """Whether an account follows many, and nearly as many as follow it."""
    if not account.followers or account.following is None:
        return False
    return account.following >= FOLLOWING and account.following >= AS_MANY * account.followers


def is_even(account: AccountView) -> bool:
    """Whether every post gets nearly the same reactions."""
    reactions = account.reactions
    if reactions is None or reactions.median < ENOUGH or reactions.spread is None:
        return False
    return reactions.spread <= EVEN


def is_chorus(account: AccountView) -> bool:
    """Whether so many comment for each like that it may be agreed on."""
    reactions = account.reactions
    if reactions is None or reactions.median < ENOUGH or account.platform not in LIKED:
        return False
    return (reactions.comments_a_like or 0.0) >= CHORUS


def is_burst(document: CreatorDocument) -> bool:
    """Whether most posts stand on one day."""
    return (document.busiest_day or 0.0) >= BURST


def is_by_the_clock(document: CreatorDocument) -> bool:
    """Whether most pauses between posts have one length."""
    return (document.clockwork or 0.0) >= BY_THE_CLOCK


def out_of_line(rate: Rate, peers: Peers) -> str:
    """Which way a rate is far from that of its peers, "more" or "less"; "" where it is not, or cannot be told.

    No sign of the document alone: it changes with the index.
    """
    best, last = peers.quantile(rate, 0.9), peers.quantile(rate, 0.1)
    if best is None or last is None:
        return ""
    if rate.rate >= FAR * best:
        return "more"
    return "less" if rate.rate <= last / FAR and last * rate.followers >= EXPECTED else ""
