"""The terms of a creator's profile and posts, each word looked up once. Pure."""

from collections.abc import Iterable, Sequence

from indexer.bundles import CreatorBundle
from indexer.lexicon import ReadTerms, read_terms
from indexer.profile import CHOSEN


def read_bundle(bundle: CreatorBundle) -> tuple[ReadTerms, Iterable[ReadTerms]]:
    """Those of the profile, and those of each post in order; of very many posts they are read as they are taken."""
    posts = bundle.posts
    if len(posts) > CHOSEN:  # not all of them speak for the creator, and they are too many to be kept
        of_posts = (read_terms(post.surface, post.stems) for post in posts)
        return read_terms(bundle.creator.surface, bundle.creator.stems), of_posts
    kept = [read_terms(post.surface, post.stems) for post in posts]
    return _profile(bundle, kept), kept


def _profile(bundle: CreatorBundle, of_posts: Sequence[ReadTerms]) -> ReadTerms:
    """A profile ends in the words of its posts, which are read already."""
    creator = bundle.creator
    surface = _without_end(creator.surface, _joined([post.surface for post in bundle.posts]))
    stems = _without_end(creator.stems, _joined([post.stems for post in bundle.posts]))
    if surface is None or stems is None:
        return read_terms(creator.surface, creator.stems)
    terms = read_terms(surface, stems)
    for each in of_posts:
        terms.surface.extend(each.surface)
        terms.stems.extend(each.stems)
    return terms


def _joined(words: Sequence[str]) -> str:
    return " ".join([each for each in words if each])


def _without_end(words: str, end: str) -> str | None:
    """What stands before ``end``; None where ``words`` do not end so."""
    if words == end:
        return ""
    return words.removesuffix(f" {end}") if words.endswith(f" {end}") else None
