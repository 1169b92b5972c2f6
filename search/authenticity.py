"""Whether texts are written to be read or to be found, and whether numbers look grown or made. Pure; only lowers.

BM25 saturates, so a word said nine times in a sentence gains little by itself, but a short text of nothing else is
also nearest in meaning to a short query. In judged collections of real and of invented people the commonest content
word of a text, beyond its first mention, is .02 to .04 of the words, for all but one text in a thousand below .14, and
below .09 in a creator's mean: nobody who writes for readers is damped.

Numbers: each sign alone is found with one in twenty to one in a hundred honest accounts, and with one in two to one in
six of those whose followers or reactions were bought. So each lowers a little, none takes anybody out, and the words
say what was seen and that it may have another reason. Whoever shows no numbers is not judged by them.
"""

from collections.abc import Iterable
from math import prod
from typing import Final

from indexer.bundles import AccountView, CreatorDocument
from indexer.engagement import Peers, rate_at
from indexer.signs import is_burst, is_by_the_clock, is_chorus, is_even, is_swapped, lists_everything, out_of_line
from search.results import Caution
from search.weights import Weights

NATURAL: Final = 0.15  # share of repetitions up to which nothing is held against anybody
STUFFED: Final = 0.35  # ... and from which a text is a list of keywords
LEAST: Final = 0.5  # what is left of somebody who writes only such texts


def authenticity_of(repetitions: Iterable[float | None]) -> float:
    """A factor in [``LEAST``, 1] by the mean of ``text.repetition`` over texts of some length; 1 where there is nothing
    to judge.
    """
    shares = [share for share in repetitions if share is not None]
    if not shares:
        return 1.0
    beyond = (sum(shares) / len(shares) - NATURAL) / (STUFFED - NATURAL)
    return 1.0 - (1.0 - LEAST) * min(1.0, max(0.0, beyond))


def doubt_factor(codes: Iterable[str], weights: Weights) -> float:
    """What all ``doubts`` together leave of a creator's authenticity, told by their codes."""
    return prod([weights.listing if code == "listing" else weights.doubtful for code in codes], start=1.0)


Doubt = tuple[Caution, float]  # what was seen, and the factor that it lowers a creator by


def doubts(document: CreatorDocument, peers: Peers, weights: Weights) -> tuple[Doubt, ...]:
    """Everything about the profile and its numbers that lowers a creator, each at most once."""
    found = [
        *_listing(document, weights),
        *(doubt for account in document.accounts for doubt in _account_doubts(account, peers, weights)),
        *_rhythm(document, weights),
    ]
    if len(found) < 2:
        return tuple(found)
    return tuple({caution.code: (caution, factor) for caution, factor in reversed(found)}.values())[::-1]


def _listing(document: CreatorDocument, weights: Weights) -> list[Doubt]:
    if not lists_everything(document.bio):
        return []
    return [
        (
            Caution("listing", "the profile lists a dozen themes or towns; ranked lower", document.bio_url),
            weights.listing,
        )
    ]


def _account_doubts(account: AccountView, peers: Peers, weights: Weights) -> list[Doubt]:
    """What the counts of one account say."""
    found = []
    if is_swapped(account):
        text = f"follows {account.following:,} accounts and has {account.followers:,} followers: these may be traded"
        found.append((_lower("follows_as_many", text, account), weights.doubtful))
    rate = rate_at(account)
    if rate and (side := out_of_line(rate, peers)):
        why = "they may be bought or agreed on" if side == "more" else "followers may be bought"
        text = f"{rate.rate:.1%} react, far {side} than with others of this size on {account.platform}: {why}"
        found.append((_lower(f"far_{side}_reactions", text, account), weights.doubtful))
    reactions = account.reactions
    if reactions and is_even(account):
        text = f"every post gets nearly the same, about {reactions.median:,.0f} reactions: they may be bought"
        found.append((_lower("even_reactions", text, account), weights.doubtful))
    if reactions and is_chorus(account):
        text = f"{100 * (reactions.comments_a_like or 0.0):.0f} comments for 100 likes: they may be agreed on"
        found.append((_lower("many_comments", text, account), weights.doubtful))
    return found


def _rhythm(document: CreatorDocument, weights: Weights) -> list[Doubt]:
    found = []
    if is_burst(document):
        text = f"{document.busiest_day:.0%} of the posts stand on one day; ranked lower"
        found.append((Caution("burst", text, document.bio_url), weights.doubtful))
    if is_by_the_clock(document):
        text = f"posts like a clock: {document.clockwork:.0%} of the pauses have the same length; ranked lower"
        found.append((Caution("clockwork", text, document.bio_url), weights.doubtful))
    return found


def _lower(code: str, text: str, account: AccountView) -> Caution:
    return Caution(code, f"{text}; ranked lower", account.url)
