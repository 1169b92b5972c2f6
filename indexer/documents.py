"""From a catalog's creator to what an index holds, in two steps with the embedding between them.

``draft`` reads the texts and says what must be embedded; ``bundle`` puts the vectors in. Pure but for the gazetteer.
Which posts speak for a creator and its centroid: ``profile.py``. Which kind it is: ``kinds.py``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from catalog.items import Moment
from catalog.records import AccountRecord, CreatorRecord, PostRecord
from indexer import facts
from indexer.bundles import AccountView, Before, CreatorBundle, CreatorDocument, Passage, PostDocument, Vector
from indexer.corrections import mark_views, said_kind, said_places
from indexer.kinds import kind_of
from indexer.passages import PieceStarts, embedded_text, split_passages, text_key
from indexer.profile import centroid_of, chosen_posts, copies, post_vectors
from places.gazetteer import Gazetteer
from places.match import keys_of
from places.model import PlaceText
from places.read import read_places
from text.analysis import Analysed, analyse
from text.language import detect

_PLACE_POSTS: Final = 30  # newest posts in which places are read
_BIO_WEIGHT: Final = 3  # times that the bio counts in the profile (research/ranking, section 5)
_LANGUAGE_SHARE: Final = 0.1  # of the posts: from here on a creator writes in a language
_RATE_POSTS: Final = 3  # dated posts that a rate needs
_DAYS_A_MONTH: Final = 30.44
_SHORTEST_SPAN: Final = 7.0  # days between first and last post that a rate needs


Splitter = Callable[[str], list[str]]
"""Splits a hashtag or handle into words."""


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A post as it will be indexed, with the terms already made."""

    document: PostDocument
    record: PostRecord


@dataclass(frozen=True, slots=True)
class CreatorDraft:
    """A creator whose texts are read. ``texts`` holds what must be embedded, by the vector cache's key."""

    record: CreatorRecord
    posts: tuple[PostDraft, ...]
    main: AccountRecord
    bio_key: str | None
    texts: Mapping[str, str]


def draft(record: CreatorRecord, *, piece_starts: PieceStarts, split: Splitter) -> CreatorDraft:
    """Read a creator's texts: terms, languages, passages."""
    texts: dict[str, str] = {}
    posts = []
    for post in sorted(record.posts, key=lambda each: each.id):
        passages = split_passages(post.title, post.text, piece_starts)
        for passage in passages:
            texts[passage.key] = embedded_text(post.title, post.text, passage, piece_starts)
        posts.append(PostDraft(_post_document(record.id, post, passages, split), post))
    main = main_account(record)
    bio_key = None
    if main.bio.strip():
        bio_key = text_key(main.bio)
        texts[bio_key] = main.bio
    return CreatorDraft(record, tuple(posts), main, bio_key, texts)


def bundle(
    read: CreatorDraft, vectors: Mapping[str, Vector], *, gazetteer: Gazetteer, split: Splitter, dimension: int
) -> CreatorBundle:
    """The bundle of a draft; ``vectors`` holds at least its ``texts``."""
    documents = tuple(each.document for each in read.posts)
    keys = [passage.key for document in documents for passage in document.passages]
    matrix = np.array([vectors[key] for key in keys], np.float32).reshape(len(keys), dimension)
    by_post = post_vectors(documents, matrix)
    votes = copies(documents)
    chosen = chosen_posts(documents, by_post, votes)
    return CreatorBundle(
        creator=_creator_document(read, [read.posts[at] for at in chosen], gazetteer, split),
        posts=documents,
        vectors=matrix,
        centroid=centroid_of(by_post, votes, chosen),
        bio_vector=None if read.bio_key is None else vectors[read.bio_key],
    )


def _post_document(creator_id: str, post: PostRecord, passages: tuple[Passage, ...], split: Splitter) -> PostDocument:
    language = post.language.split("-")[0].lower() if post.language else detect(f"{post.title}\n{post.text}")
    terms = analyse(_post_text(post), language=language, split=split)
    return PostDocument(
        id=post.id,
        creator_id=creator_id,
        account_id=post.account_id,
        url=post.url,
        kind=post.kind,
        title=post.title,
        text=post.text,
        tags=post.tags,
        language=language,
        published_at=_dated(post),
        fetched_at=post.fetched_at,
        surface=terms.surface,
        stems=terms.stems,
        passages=passages,
        likes=post.interaction.likes,
        comments=post.interaction.comments,
        shares=post.interaction.shares,
    )


def _post_text(post: PostRecord) -> str:
    """Title, text, and the tags that the text does not show."""
    written = post.text.casefold()
    tags = [f"#{tag.lstrip('#')}" for tag in post.tags if f"#{tag.lstrip('#')}".casefold() not in written]
    title = "" if post.text.lstrip().startswith(post.title) else post.title
    return "\n".join(part for part in (title, post.text, " ".join(tags)) if part)


def _dated(post: PostRecord) -> datetime | None:
    """A claimed date later than our first sight of the post is wrong; without a claim the date is not known."""
    return min(post.published.at, post.first_seen) if post.published else None


def main_account(record: CreatorRecord) -> AccountRecord:
    """The account that gives name and bio: one that was read, that says something, that has posts and readers."""
    posts = {account.id: 0 for account in record.accounts}
    for post in record.posts:
        posts[post.account_id] = posts.get(post.account_id, 0) + 1
    ranked = sorted(
        record.accounts,
        key=lambda account: (
            not account.read,
            not account.bio.strip(),
            not account.name.strip(),
            -posts[account.id],
            -(account.counts.followers or 0),
            account.id,
        ),
    )
    return ranked[0]


def _creator_document(
    read: CreatorDraft, chosen: list[PostDraft], gazetteer: Gazetteer, split: Splitter
) -> CreatorDocument:
    record, main = read.record, read.main
    accounts = sorted(record.accounts, key=lambda each: (each.id != main.id, each.id))
    marks = mark_views(record.marks, gazetteer)
    places = said_places(marks, read_places(_place_texts(read), gazetteer), gazetteer)
    dates = sorted(post.document.published_at for post in read.posts if post.document.published_at)
    languages = _languages(read)
    terms = _profile_terms(read, chosen, languages[0] if languages else None, split)
    posts = [post.document for post in read.posts]
    counts = [account.counts.followers for account in accounts if account.counts.followers is not None]
    kind = kind_of(accounts, (f"{post.document.title}\n{post.document.text}" for post in read.posts))
    return CreatorDocument(
        id=record.id,
        revision=record.revision,
        name=main.name.strip() or main.handle or main.host,
        kind=said_kind(marks, kind),
        bio=main.bio,
        languages=languages,
        accounts=tuple(_account_view(account, posts) for account in accounts),
        places=places,
        place_keys=keys_of(places, gazetteer),
        platforms=frozenset(account.platform for account in accounts),
        followers=max(counts, default=None),
        post_count=len(read.posts),
        posts_per_month=_posts_per_month(dates),
        last_post_at=dates[-1] if dates else None,
        first_seen=min(account.first_seen for account in accounts),
        last_fetched=max(account.last_fetched for account in accounts),
        links=_distinct(link.url for account in accounts for link in account.links),
        discovered_by=tuple((found.plan, found.seed, found.url) for found in record.discovered_by),
        bio_url=main.url,
        bio_fetched_at=main.last_fetched,
        surface=terms.surface,
        stems=terms.stems,
        topics=facts.topics(posts, languages, bio=main.bio, places=(guess.place.name for guess in places)),
        sponsored_share=facts.sponsored_share(posts),
        busiest_day=facts.busiest_day(dates),
        clockwork=facts.clockwork(dates),
        marks=marks,
    )


def _profile_terms(read: CreatorDraft, chosen: list[PostDraft], language: str | None, split: Splitter) -> Analysed:
    """Bio (three times), name, handles, tags and the chosen posts."""
    accounts = read.record.accounts
    own = [bio for bio in _distinct(account.bio for account in accounts) for _ in range(_BIO_WEIGHT)]
    own += _distinct(account.name for account in accounts)
    own += _distinct(f"@{account.handle.lstrip('@')}" for account in accounts if account.handle)
    own += _distinct(f"#{tag.lstrip('#')}" for account in accounts for tag in account.tags)
    head = analyse("\n".join(own), language=language, split=split)
    return Analysed(
        " ".join(filter(None, [head.surface, *(post.document.surface for post in chosen)])),
        " ".join(filter(None, [head.stems, *(post.document.stems for post in chosen)])),
    )


def _place_texts(read: CreatorDraft) -> list[PlaceText]:
    """Everything in which a place may be named, the newest posts last."""
    texts = []
    for account in read.record.accounts:
        at = account.url
        texts.append(PlaceText(kind="location", text=account.location, url=at))
        texts.append(PlaceText(kind="bio", text=account.bio, url=at))
        texts.append(PlaceText(kind="name", text=account.name, url=at))
        texts.append(PlaceText(kind="handle", text=account.handle or "", url=at))
        texts += [PlaceText(kind="link", text=f"{link.text} {link.url}".strip(), url=at) for link in account.links]
        texts += [PlaceText(kind="tag", text=tag, url=at) for tag in account.tags]
    newest = sorted(read.posts, key=lambda post: (_sort_time(post.record), post.record.id), reverse=True)
    for post in newest[:_PLACE_POSTS]:
        texts.append(PlaceText(kind="post_place", text=post.record.place, url=post.record.url))
        texts += [PlaceText(kind="tag", text=tag, url=post.record.url) for tag in post.record.tags]
        texts.append(
            PlaceText(kind="post", text=f"{post.record.title}\n{post.record.text}".strip(), url=post.record.url)
        )
    return [text for text in texts if text.text.strip()]


def _sort_time(post: PostRecord) -> datetime:
    published: Moment | None = post.published
    return min(published.at, post.first_seen) if published else post.first_seen


def _languages(read: CreatorDraft) -> tuple[str, ...]:
    """Languages of at least a tenth of the posts, the commonest first; without posts, what the accounts say."""
    counts: dict[str, int] = {}
    for post in read.posts:
        if post.document.language:
            counts[post.document.language] = counts.get(post.document.language, 0) + 1
    common = [code for code, count in counts.items() if count >= _LANGUAGE_SHARE * sum(counts.values())]
    if common:
        return tuple(sorted(common, key=lambda code: (-counts[code], code)))
    return _distinct(code.split("-")[0].lower() for account in read.record.accounts for code in account.languages)


def _posts_per_month(dates: list[datetime]) -> float | None:
    """Over the time between the first and the last dated post; None where that says too little."""
    if len(dates) < _RATE_POSTS:
        return None
    days = (dates[-1] - dates[0]).total_seconds() / 86_400
    return None if days < _SHORTEST_SPAN else round((len(dates) - 1) / days * _DAYS_A_MONTH, 2)


def _account_view(account: AccountRecord, posts: Sequence[PostDocument]) -> AccountView:
    return AccountView(
        platform=account.platform,
        host=account.host,
        handle=account.handle or "",
        url=account.url,
        read=account.read,
        followers=account.counts.followers,
        followers_as_of=account.counts_as_of if account.counts.followers is not None else None,
        collection_id=account.collection_id,
        id=account.id,
        reactions=facts.reactions_of([post for post in posts if post.account_id == account.id]),
        following=account.counts.following,
        before=Before(*account.followers_before) if account.followers_before else None,
    )


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value.strip()))
