"""From a creator and all their posts to the report that ``show`` prints: counts, shares and quotes. Pure.

What a niche looks like from here is read in ``niche_fit``; what has to be warned of is in ``cautions``.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Final
from urllib.parse import urlsplit

from indexer.bundles import CreatorDocument, PostDocument
from indexer.creator_view import creator_result
from indexer.engagement import Peers
from indexer.facts import reactions_of
from search.cautions import cautions
from search.evidence import shortened
from search.present import post_result
from search.report import (
    BrandMentions,
    Cadence,
    Comments,
    Dealing,
    Growth,
    Mention,
    Month,
    NicheFit,
    Quote,
    Said,
    Sponsored,
    TopicShare,
    VettingReport,
)
from text.dealings import dealing
from text.disclosure import Disclosure, disclosure
from text.named import addresses, brand_of, handles, names_brand
from text.sentences import sentences
from text.stems import stem
from text.tokens import tokenize

DEALINGS: Final = 3  # quotes of each kind
MENTIONS: Final = 8
QUOTES: Final = 3
COMPARED: Final = 3  # posts on each side that a comparison of reactions needs

Finder = Callable[[str], CreatorDocument | None]


def vetting_report(
    document: CreatorDocument,
    posts: Sequence[PostDocument],
    *,
    peers: Peers,
    now: datetime,
    find: Finder,
    niche: NicheFit | None = None,
    on_niche: Collection[str] = (),
    brands: Sequence[str] = (),
) -> VettingReport:
    """The report. ``posts`` are all of theirs, newest first; ``on_niche`` are ids; ``find`` resolves a name."""
    paid = {post.id: found for post in posts if (found := disclosure(_written(post), post.tags))}
    own = [post for post in posts if post.id not in paid]
    first = [post for post in own if post.id in on_niche]  # what is told about the niche comes first
    comments, sponsored = _comments(posts), _sponsored(document, posts, paid)
    return VettingReport(
        as_of=now,
        creator=creator_result(document, peers, cautions(document, posts, peers, now)),
        post_count=document.post_count,
        topics=_topics(document, posts),
        niche=niche,
        cadence=_cadence(document, posts, None if niche is None else on_niche),
        comments=comments,
        sponsored=sponsored,
        dealings=_dealings([*first, *(post for post in own if post.id not in on_niche)]),
        mentions=_mentions(document, posts, find),
        brands=tuple(_brand(typed, posts, paid) for typed in brands),
        unknown=_unknown(document, comments, sponsored),
        posts=tuple(post_result(post) for post in posts),
        growth=_growth(document),
    )


def _growth(document: CreatorDocument) -> tuple[Growth, ...]:
    return tuple(
        Growth(
            url=account.url,
            before=account.before.followers,
            before_at=account.before.at,
            followers=account.followers,
            at=account.followers_as_of,
            change=account.followers / account.before.followers - 1 if account.before.followers else None,
        )
        for account in document.accounts
        if account.before is not None and account.followers is not None
    )


def quote_of(post: PostDocument, text: str = "") -> Quote:
    """``text``, or the beginning of the post, with its address and times."""
    return Quote(shortened(text or post.text or post.title, 0), post.url, post.published_at, post.fetched_at)


def _written(post: PostDocument) -> str:
    return f"{post.title}\n{post.text}"


def _topics(document: CreatorDocument, posts: Sequence[PostDocument]) -> tuple[TopicShare, ...]:
    language = document.languages[0] if document.languages else "en"
    return tuple(
        TopicShare(label, share, round(share * document.post_count), _newest_with(label, posts, language))
        for label, share in document.topics
    )


def _newest_with(label: str, posts: Sequence[PostDocument], language: str) -> str:
    wanted = stem([label], language)[0]
    for post in posts:
        if wanted in stem(tokenize(f"{_written(post)} {' '.join(post.tags)}"), language):
            return post.url
    return ""


def _cadence(document: CreatorDocument, posts: Sequence[PostDocument], on_niche: Collection[str] | None) -> Cadence:
    dated = [(post.published_at, post.id) for post in posts if post.published_at]
    dates = sorted(moment for moment, _ in dated)
    counts = Counter(f"{moment:%Y-%m}" for moment, _ in dated)
    niche = None if on_niche is None else Counter(f"{moment:%Y-%m}" for moment, key in dated if key in on_niche)
    return Cadence(
        first_post_at=dates[0] if dates else None,
        last_post_at=dates[-1] if dates else None,
        dated_posts=len(dates),
        posts_per_month=document.posts_per_month,
        months=tuple(Month(name, counts[name], None if niche is None else niche[name]) for name in _months(dates)),
    )


def _months(dates: Sequence[datetime]) -> list[str]:
    """Every calendar month from the first to the last date."""
    if not dates:
        return []
    first, last = (moment.year * 12 + moment.month - 1 for moment in (dates[0], dates[-1]))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]


def _comments(posts: Sequence[PostDocument]) -> Comments | None:
    counts = [post.comments for post in posts if post.comments is not None]
    if not counts:
        return None
    return Comments(float(median(counts)), len(counts), sum(count > 0 for count in counts))


def _sponsored(
    document: CreatorDocument, posts: Sequence[PostDocument], paid: Mapping[str, Disclosure]
) -> Sponsored | None:
    if document.sponsored_share is None:
        return None
    of_paid = [post for post in posts if post.id in paid]
    said = Counter((found.said.lower(), found.means) for found in paid.values())
    theirs, others = _beside_each_other(posts, paid)
    return Sponsored(
        posts=len(of_paid),
        of=len(posts),
        share=document.sponsored_share,
        said=tuple(Said(words, means, count) for (words, means), count in said.most_common(QUOTES)),
        quotes=tuple(quote_of(post, _sentence_with(post, paid[post.id].said)) for post in of_paid[:QUOTES]),
        reactions=theirs,
        reactions_of_others=others,
    )


def _beside_each_other(
    posts: Sequence[PostDocument], paid: Mapping[str, Disclosure]
) -> tuple[float | None, float | None]:
    """Usual reactions to paid posts and to the others, of the account that has most of the paid ones."""
    accounts = Counter(post.account_id for post in posts if post.id in paid)
    if not accounts:
        return None, None
    account = accounts.most_common(1)[0][0]
    of_account = [post for post in posts if post.account_id == account]
    theirs = reactions_of([post for post in of_account if post.id in paid])
    others = reactions_of([post for post in of_account if post.id not in paid])
    if (
        theirs is None
        or others is None
        or min(theirs.posts, others.posts) < COMPARED
        or theirs.counted != others.counted
    ):
        return None, None
    return theirs.median, others.median


def _sentence_with(post: PostDocument, words: str) -> str:
    return next((post.text[start:end] for start, end in sentences(post.text) if words in post.text[start:end]), "")


def _dealings(posts: Sequence[PostDocument]) -> tuple[Dealing, ...]:
    """At most a few of each kind, one of each post, no sentence twice."""
    made: dict[str, list[Dealing]] = {"purchase": [], "visit": [], "review": []}
    seen: set[str] = set()
    for post in posts:
        for start, end in sentences(post.text):
            sentence = post.text[start:end]
            kind = dealing(sentence)
            if kind and len(made[kind]) < DEALINGS and sentence not in seen:
                seen.add(sentence)
                made[kind].append(Dealing(kind, quote_of(post, sentence)))
                break
    return tuple(entry for entries in made.values() for entry in entries)


def _mentions(document: CreatorDocument, posts: Sequence[PostDocument], find: Finder) -> tuple[Mention, ...]:
    """Others by handle or by the site that is linked, those of most posts first."""
    own = {account.handle.lower() for account in document.accounts} | {account.host for account in document.accounts}
    named: Counter[str] = Counter()
    newest: dict[str, str] = {}
    for post in posts:
        text = _written(post)
        sites = (urlsplit(address).hostname or "" for address in addresses(text))
        for name in {*(f"@{handle}" for handle in handles(text)), *(site.removeprefix("www.") for site in sites)}:
            if name and name.lstrip("@").partition("@")[0] not in own:
                named[name] += 1
                newest.setdefault(name, post.url)
    made = []
    for name, count in sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))[:MENTIONS]:
        known = find(name.lstrip("@") if name.startswith("@") else f"https://{name}")
        known = None if known is None or known.id == document.id else known
        made.append(Mention(name, count, newest[name], known.id if known else None, known.name if known else None))
    return tuple(made)


def _brand(typed: str, posts: Sequence[PostDocument], paid: Mapping[str, Disclosure]) -> BrandMentions:
    brand = brand_of(typed)
    naming = [
        post for post in posts if names_brand(f"{_written(post)} {' '.join(f'#{tag}' for tag in post.tags)}", brand)
    ]
    quotes = []
    for post in naming[:QUOTES]:
        spans = sentences(post.text)
        said = next((post.text[a:b] for a, b in spans if names_brand(post.text[a:b], brand)), "")
        quotes.append(quote_of(post, said))
    return BrandMentions(typed, len(naming), sum(post.id in paid for post in naming), tuple(quotes))


def _unknown(document: CreatorDocument, comments: Comments | None, sponsored: Sponsored | None) -> tuple[str, ...]:
    """What a person would look for here and not find, in words."""
    missing = []
    if not any(guess.role == "home" for guess in document.places):
        missing.append("where they live: no text says it")
    if document.followers is None:
        missing.append("followers: no account shows a number")
    if document.posts_per_month is None:
        missing.append("how often they post: fewer than three dated posts, or all within a week")
    if comments is None:
        missing.append("whether people answer: comments are not visible on these platforms")
    if sponsored is None:
        missing.append("share of paid posts: too few posts to say")
    if not document.topics:
        missing.append("topics: no word stands in enough of the posts")
    if not _growth(document):
        missing.append("follower growth: no two counts a month apart; see: nichescout schedule")
    missing.append("who comments, and who the followers are: not in the index")
    return tuple(missing)
