"""Why somebody is in an answer: the sentence around what matched, with address, date and time of fetching.

A quotation is what its author wrote, cut to ``MOST`` characters at word borders, never the first line for its own sake.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Final, Protocol

from indexer.bundles import PostDocument
from indexer.contract import Index
from search.present import place_words, reaction_words
from search.ranked import BestPosts, Ranked, look_at
from search.results import Reason
from search.terms import ThemeTerms

MOST: Final = 240
POSTS: Final = 3
Span = tuple[int, int]  # start and end in characters


class HoldsPosts(Protocol):
    """Posts by id, as a dictionary has them."""

    def get(self, post_id: str, /) -> PostDocument | None:
        """The post with this id; None where there is none."""


class PostsToQuote:
    """The posts that ``reasons`` looks at: the best of everybody read at once, others only when they are wanted."""

    def __init__(self, index: Index, ranked: Sequence[Ranked]) -> None:
        self._index = index
        look_at(ranked)
        best = [key for entry in ranked for key, _ in entry.best_posts[:POSTS]]
        self._known = dict(index.get_posts(best))

    def get(self, post_id: str, /) -> PostDocument | None:
        """See HoldsPosts."""
        if post_id not in self._known:
            self._known.update(self._index.get_posts([post_id]))
        return self._known.get(post_id)


def reasons(entry: Ranked, posts: HoldsPosts, terms: ThemeTerms) -> tuple[Reason, ...]:
    """At most three posts, the bio if it names the theme (or there is no post), the place, and the reactions."""
    from_posts = _post_reasons(entry.best_posts, posts, terms)
    from_profile = _profile_reason(entry, terms, needed=not from_posts)
    return (*from_posts, *from_profile, *_place_reason(entry), *_engagement_reason(entry))


def _post_reasons(best: BestPosts, posts: HoldsPosts, terms: ThemeTerms) -> tuple[Reason, ...]:
    made: dict[str, Reason] = {}
    for key, passage in best:
        post = posts.get(key)
        quote = best_quote(post, passage, terms) if post else ""
        if post is None or not quote or quote in made:
            continue
        made[quote] = Reason(
            part="posts",
            text=_about(f"{post.title} {post.text} {' '.join(post.tags)}", terms),
            quote=quote,
            url=post.url,
            posted_at=post.published_at,
            fetched_at=post.fetched_at,
        )
        if len(made) == POSTS:
            break
    return tuple(made.values())


def _about(written: str, terms: ThemeTerms) -> str:
    named = terms.named(written)
    return f"writes about {', '.join(named)}" if named else "close in meaning"


def _profile_reason(entry: Ranked, terms: ThemeTerms, *, needed: bool) -> tuple[Reason, ...]:
    card = entry.card
    says_so = entry.bio_names > 0.0 and not entry.bio_denied
    if not card.bio or not (says_so or needed):
        return ()
    return (
        Reason(
            part="profile",
            text="says so in the profile" if says_so else "the profile",
            quote=_quote_of(card.bio, (0, len(card.bio)), card.bio_sentences, terms, may_deny=entry.may_deny)[0],
            url=card.address,
            posted_at=None,
            fetched_at=datetime.fromisoformat(card.bio_fetched_at),
        ),
    )


def _place_reason(entry: Ranked) -> tuple[Reason, ...]:
    if entry.nearest is None:
        return ()
    card = entry.card
    role, label, confidence, reason = card.places[entry.nearest]
    why, quote, url = reason or ("", "", card.address)
    return (
        Reason(
            part="place",
            text=place_words(role, label, confidence) + (f": {why}" if why else ""),
            quote=shortened(quote, 0),
            url=url,
            posted_at=None,
            fetched_at=datetime.fromisoformat(card.last_fetched),
        ),
    )


def _engagement_reason(entry: Ranked) -> tuple[Reason, ...]:
    card = entry.card
    if card.rated is None or entry.reacting is None:
        return ()
    platform, followers, rate, url, as_of = card.rated
    return (
        Reason(
            part="engagement",
            text=reaction_words(platform, followers, rate, entry.reacting),
            quote="",
            url=url,
            posted_at=None,
            fetched_at=datetime.fromisoformat(as_of or card.last_fetched),
        ),
    )


def best_quote(post: PostDocument, passage: int, terms: ThemeTerms) -> str:
    """The sentence of a post that names most of the theme; where none does, of the passage nearest in meaning.

    "" for a post without text and title.
    """
    text, spans = post.text, post.sentences
    span = (0, len(text))
    if 0 <= passage < len(post.passages):
        span = (post.passages[passage].start, post.passages[passage].end)
    quote_of = partial(_quote_of, text, spans=spans, terms=terms, may_deny=post.may_deny)
    inside, named = quote_of(span)
    if named:
        return inside
    if text[: span[0]].strip() or text[span[1] :].strip():  # the passage is not the whole text
        anywhere, named = quote_of((0, len(text)))
        if named:
            return anywhere
    if not inside or terms.coverage(post.title) > 0.0:
        return shortened(post.title, 0)
    return inside


def _quote_of(
    text: str, span: Span, spans: Sequence[Sequence[int]], terms: ThemeTerms, *, may_deny: bool
) -> tuple[str, bool]:
    """The sentence (of ``spans``) within ``span`` that names most of the theme and does not deny it; among equals the
    longest. And whether it names any of it. ``may_deny``: whether the text holds a word of denial.
    """
    start, end = span
    inside = [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
    spots = terms.spots(text)  # of most sentences it is clear at once that they name nothing
    naming = _pieces(text, inside if spots is None else [(a, b) for a, b in inside if _any_between(spots, a, b)])
    if naming:
        told = [(terms.meant(piece, may_deny=may_deny), _told(piece), piece) for piece in naming]
        meant, _, best = max(told, key=itemgetter(0, 1))
        if meant > 0.0 and len(best) <= MOST:
            return shortened(best, 0), True
        if meant > 0.0:
            return _named(shortened(best, terms.position(best)), terms)
    found = _pieces(text, inside)
    if not found:
        return _named(shortened(text[start:end], 0), terms)
    longest = max(found, key=_told)
    if not naming:
        return shortened(longest, 0), False
    return _named(shortened(longest, terms.position(longest) if len(longest) > MOST else 0), terms)


def _pieces(text: str, spans: Iterable[Span]) -> list[str]:
    return [piece for start, end in spans if (piece := text[start:end].strip())]


def _named(quote: str, terms: ThemeTerms) -> tuple[str, bool]:
    return quote, terms.coverage(quote) > 0.0


def _told(piece: str) -> int:
    return min(len(piece), MOST)


def _any_between(spots: Sequence[int], start: int, end: int) -> bool:
    return bisect_left(spots, start) < bisect_left(spots, end)


def shortened(text: str, around: int) -> str:
    """One line of at most ``MOST`` characters that holds the character at ``around``; cuts are marked with "…"."""
    line = " ".join(text.split())
    if len(line) <= MOST:
        return line
    room = MOST - 2
    start = max(0, min(around - room // 3, len(line) - room))
    if start > 0:
        start = line.find(" ", start, start + room // 3) + 1 or start
    end = min(len(line), start + room)
    if end < len(line):
        end = max(line.rfind(" ", start + room // 2, end), start + room // 2)
    return ("…" if start > 0 else "") + line[start:end].strip() + ("…" if end < len(line) else "")
