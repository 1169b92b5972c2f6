"""What is worth knowing before writing to a creator, in words: few posts, silence, payment, repeated texts. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from indexer.bundles import CreatorDocument, PostDocument
from indexer.engagement import Peers
from search.authenticity import doubts
from search.present import silence
from search.results import Caution
from search.weights import WEIGHTS
from text.fold import fold

FEW_POSTS: Final = 5
MOSTLY: Final = 0.5
REPEATED: Final = 3  # times that one text stands before it is worth a word
SURE: Final = 0.5  # confidence of a place


def cautions(
    document: CreatorDocument, posts: Sequence[PostDocument], peers: Peers, now: datetime
) -> tuple[Caution, ...]:
    """All that holds of this creator, each with an address to look at."""
    at = document.bio_url or next((account.url for account in document.accounts if account.url), "")
    made = [
        *(caution for caution, _ in doubts(document, peers, WEIGHTS)),
        *_few_posts(document, at),
        *silence(
            document.last_post_at,
            now,
            next((post.url for post in posts if post.published_at == document.last_post_at), at),
        ),
        *_payment(document, at),
        *_repetition(posts),
        *_accounts(document),
        *_place(document, at),
    ]
    return tuple(made)


def _few_posts(document: CreatorDocument, at: str) -> list[Caution]:
    count = document.post_count
    if count >= FEW_POSTS:
        return []
    known = "no post is known" if not count else "only one post is known" if count == 1 else f"only {count} posts known"
    return [Caution("few_posts", f"{known}: too few to judge by", at)]


def _payment(document: CreatorDocument, at: str) -> list[Caution]:
    share = document.sponsored_share
    if share is None or share < MOSTLY:
        return []
    return [Caution("mostly_sponsored", f"{share:.0%} of the posts say that they were paid for", at)]


def _repetition(posts: Sequence[PostDocument]) -> list[Caution]:
    """The same words again in one account, and the same words on several accounts (which is one post, not two)."""
    by_text: dict[str, list[PostDocument]] = {}
    for post in posts:
        if written := " ".join(fold(f"{post.title} {post.text}").split()):
            by_text.setdefault(written, []).append(post)
    copies = [held for held in by_text.values() if len(held) > 1]
    made = []
    crossed = [held for held in copies if len({post.account_id for post in held}) > 1]
    if crossed:
        made.append(
            Caution("cross_posted", f"{len(crossed)} texts stand on more than one of the accounts", crossed[0][0].url)
        )
    most = max((_most_in_one_account(held) for held in copies), default=0)
    if most >= REPEATED:
        again = max(copies, key=_most_in_one_account)
        made.append(Caution("repeated_text", f"the same text was posted {most} times", again[0].url))
    return made


def _most_in_one_account(held: Sequence[PostDocument]) -> int:
    return max(Counter(post.account_id for post in held).values())


def _accounts(document: CreatorDocument) -> list[Caution]:
    return [
        Caution(
            "not_read", f"the {account.platform} account is only known by name, its posts were not read", account.url
        )
        for account in document.accounts
        if not account.read
    ]


def _place(document: CreatorDocument, at: str) -> list[Caution]:
    homes = [guess for guess in document.places if guess.role == "home"]
    if homes and homes[0].confidence < SURE:
        return [Caution("place_unsure", f"{homes[0].place.label} is a guess ({homes[0].confidence:.0%} sure)", at)]
    return []
