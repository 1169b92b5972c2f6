"""The query as an answer shows it: what it was understood as, and notes on what else was looked for."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final

from indexer.contract import IndexInfo
from indexer.vocabulary import Vocabulary
from niche.model import Niche
from search.query import Query, stemmed_languages
from search.results import PartAsked, PlaceAsked, QueryResult
from search.wording import Wording
from text.stopwords import is_stopword

NOTED_WORDS: Final = 8
TOLD_FROM: Final = 0.05  # an index that holds this share of another language is told about in the notes
READS_ALL_LANGUAGES: Final = ("multilingual", "-m3", "multi-qa-distiluse", "labse", "e5-m")


def query_result(niche: Niche, notes: tuple[str, ...]) -> QueryResult:
    """The query as understood, with what has to be said about it."""
    return QueryResult(
        text=niche.text,
        theme=niche.theme,
        filters=_asked_filters(niche),
        notes=(*niche.notes, *notes),
        places=tuple(
            PlaceAsked(
                name=target.place.label, kind=target.place.kind, relation=target.relation, radius_km=target.radius_km
            )
            for target in niche.places
        ),
        parts=tuple(
            PartAsked(
                text=part.text,
                start=part.start,
                end=part.end,
                kind=part.kind,
                value=part.value,
                alternatives=part.alternatives,
                option=part.option,
            )
            for part in niche.parts
        ),
    )


def query_notes(query: Query, info: IndexInfo, is_unknown: bool) -> tuple[str, ...]:
    """What has to be said about what was understood and about what this index can read.

    ``is_unknown``: nobody is shown, because nobody in the index writes about the theme.
    """
    notes = []
    if is_unknown:
        notes.append(f"nobody here seems to keep writing about “{query.niche.theme}”")
    if not query.niche.theme and query.niche.places and not query.niche.like:
        notes.append("no theme was named: creators are ranked by how much they write about the place")
    if query.niche.phrases:
        quoted = " and ".join(f"“{phrase}”" for phrase in query.niche.phrases)
        notes.append(f"only who says {quoted} word for word; without the quotation marks more are found")
    if query.niche.filters.min_engagement is not None:
        notes.append("those whose reactions or followers are not visible are kept: not known is not “few”")
    others = [
        code for code in stemmed_languages(info.languages) if code != "en" and info.languages.get(code, 0) >= TOLD_FROM
    ]
    if others and not any(word in info.model.lower() for word in READS_ALL_LANGUAGES):
        notes.append(f"the sentence model reads English; posts in {', '.join(others)} are found by their words only")
    vocabulary = None if is_unknown else query.vocabulary  # it was learned from people who write of other things
    return (*notes, *words_notes(query.wording, vocabulary))


def words_notes(wording: Wording, vocabulary: Vocabulary | None) -> Iterator[str]:
    """Which words were looked for besides those of the query, and where they come from."""
    if wording.names:
        yield f"also looked for, as other words for it: {', '.join(wording.names[:NOTED_WORDS])}"
    if vocabulary is None:
        return
    if vocabulary.writers:
        telling = [word.written for word in vocabulary.words if word.written and not is_stopword(word.written)]
        words = ", ".join(telling[:NOTED_WORDS])
        yield f"also looked for, as {vocabulary.writers} who keep writing about it do: {words}"
    elif wording.telling:
        yield f"also looked for, as such creators often write: {', '.join(wording.telling[:NOTED_WORDS])}"


def _asked_filters(niche: Niche) -> dict[str, Any]:
    asked = {item.name: getattr(niche.filters, item.name) for item in fields(niche.filters)}
    asked |= {"phrases": niche.phrases, "excluded": niche.excluded, "like": niche.like or None}
    return {name: value for name, value in asked.items() if value not in (None, ())}
