"""Whether texts are written to be read or to be found, and whether numbers look grown or made. Pure; only lowers.

BM25 saturates, so a word said nine times in a sentence gains little by itself, but a short text of nothing else is
also nearest in meaning to a short query. In judged collections of real and of invented people the commonest content
word of a text, beyond its first mention, is .02 to .04 of the words, for all but one text in a thousand below .14, and
below .09 in a creator's mean: nobody who writes for readers is damped.

Numbers: each sign alone is found with one in twenty to one in a hundred honest accounts, and with one in two to one in
six of those whose followers or reactions were bought. So each lowers a little, none takes anybody out, and the words
say what was seen and that it may have another reason. Whoever shows no numbers is not judged by them.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from indexer.contract import AccountView, CreatorDocument
from indexer.engagement import Peers, rate_of
from search.results import Caution
from search.weights import Weights
from text.lists import lists
from text.stopwords import is_stopword
from text.tokens import tokenize

NATURAL: Final = 0.15  # share of repetitions up to which nothing is held against anybody
STUFFED: Final = 0.35  # ... and from which a text is a list of keywords
LEAST: Final = 0.5  # what is left of somebody who writes only such texts
LISTED: Final = 10  # items of a profile that lists everything; of people who write for readers none has so many
WORDS: Final = 8  # a shorter text shows no habit
FOLLOWING: Final = 1_000  # accounts followed from which it can be a trade
AS_MANY: Final = 0.7  # followed for each follower
FAR: Final = 2.0  # times the rate of the best tenth, or below that of the last tenth
EXPECTED: Final = 10.0  # reactions that the last tenth would bring: below, few reactions say nothing
EVEN: Final = 0.15  # standard deviation of reactions over their mean; grown ones have .3 and more
CHORUS: Final = 0.25  # comments a like; .05 to .15 is common where people mostly like
ENOUGH: Final = 30  # reactions a post that a proportion of them needs
BURST: Final = 0.5  # share of posts on one day
BY_THE_CLOCK: Final = 0.5  # share of pauses of one length
LIKED: Final = frozenset(
    {"bluesky", "instagram", "mastodon", "pixelfed", "threads", "tiktok", "x", "youtube"}
)  # where a like is the usual answer; in forums it is a comment
_NOT_PROSE: Final = re.compile(r"https?://\S+|[#@]\w+")  # tags are lists by nature


def authenticity_of(texts: Iterable[str]) -> float:
    """A factor in [``LEAST``, 1] by the mean over texts of some length; 1 where there is nothing to judge."""
    shares = [share for share in map(repetition, texts) if share is not None]
    if not shares:
        return 1.0
    beyond = (sum(shares) / len(shares) - NATURAL) / (STUFFED - NATURAL)
    return 1.0 - (1.0 - LEAST) * min(1.0, max(0.0, beyond))


def repetition(text: str) -> float | None:
    """Share of a text's words that only repeat its commonest content word; None below ``WORDS`` words."""
    marked = "#" in text or "@" in text or "://" in text  # as a pattern, looking for these takes longest of all
    words = tokenize(_NOT_PROSE.sub(" ", text) if marked else text)
    if len(words) < WORDS:
        return None
    most = 1
    for word, count in Counter(words).items():
        if count > most and not is_stopword(word):  # in this order: most words stand once
            most = count
    return (most - 1) / len(words)


def lists_everything(bio: str) -> bool:
    """Whether a profile is a list of themes and towns, made to be found by all of them."""
    return lists(bio, LISTED)


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
    if side := out_of_line(account, peers):
        why = "they may be bought or agreed on" if side == "more" else "followers may be bought"
        text = f"{rate_of(account):.1%} react, far {side} than with others of this size on {account.platform}: {why}"
        found.append((_lower(f"far_{side}_reactions", text, account), weights.doubtful))
    reactions = account.reactions
    if reactions is None or reactions.median < ENOUGH:
        return found
    if reactions.spread is not None and reactions.spread <= EVEN:
        text = f"every post gets nearly the same, about {reactions.median:,.0f} reactions: they may be bought"
        found.append((_lower("even_reactions", text, account), weights.doubtful))
    if (reactions.comments_a_like or 0.0) >= CHORUS and account.platform in LIKED:
        text = f"{100 * (reactions.comments_a_like or 0.0):.0f} comments for 100 likes: they may be agreed on"
        found.append((_lower("many_comments", text, account), weights.doubtful))
    return found


def is_swapped(account: AccountView) -> bool:
    """Whether an account follows many, and nearly as many as follow it."""
    if not account.followers or account.following is None:
        return False
    return account.following >= FOLLOWING and account.following >= AS_MANY * account.followers


def out_of_line(account: AccountView, peers: Peers) -> str:
    """Which way the rate is far from that of its peers, "more" or "less"; "" where it is not, or cannot be told."""
    rate = rate_of(account)
    if rate is None:
        return ""
    best, last = peers.quantile(account, 0.9), peers.quantile(account, 0.1)
    if best is None or last is None:
        return ""
    if rate >= FAR * best:
        return "more"
    return "less" if rate <= last / FAR and last * (account.followers or 0) >= EXPECTED else ""


def _rhythm(document: CreatorDocument, weights: Weights) -> list[Doubt]:
    found = []
    if (document.busiest_day or 0.0) >= BURST:
        text = f"{document.busiest_day:.0%} of the posts stand on one day; ranked lower"
        found.append((Caution("burst", text, document.bio_url), weights.doubtful))
    if (document.clockwork or 0.0) >= BY_THE_CLOCK:
        text = f"posts like a clock: {document.clockwork:.0%} of the pauses have the same length; ranked lower"
        found.append((Caution("clockwork", text, document.bio_url), weights.doubtful))
    return found


def _lower(code: str, text: str, account: AccountView) -> Caution:
    return Caution(code, f"{text}; ranked lower", account.url)
