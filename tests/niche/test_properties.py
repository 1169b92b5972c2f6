"""What holds for every query: exact parts, no place word left in the theme, the same answer twice, quickly."""

import contextlib
import re
import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from niche.errors import QueryError
from niche.model import Niche
from niche.understand import LONGEST_QUERY, Overrides, understand
from places.gazetteer import Gazetteer

TYPED = """sushi bread in near not boston , ME "a b" -x -boston #tag @h like @h@x.example nano influencers blogs active
2026 east caost within 5 km of or Portland Maine (50 km) aus München rund um en Sevilla près d' Lyon but not under 10k
followers podcasts on mastodon in spanish last 90 days place:Boston tier:nano lang:de platform:foo <10k york style new
west texas city of state Berlin's umlaut ß İ straße 東京 — … 🍣 ' " « »"""
WORDS = TYPED.split()
QUERIES = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
    st.lists(st.sampled_from(WORDS), min_size=30, max_size=60).map(" ".join),
)
KNOWN = frozenset(("sushi", "bread", "bakery", "boston", "style"))
QUICK = 0.25  # seconds for the worst of 4,000 characters; a pattern that backtracks takes minutes


def _understood(query: str, gazetteer: Gazetteer, overrides: Overrides = Overrides()) -> Niche | None:  # noqa: B008
    """The niche, or None for a query that is refused; any other exception is a failure."""
    with contextlib.suppress(QueryError):
        return understand(query, gazetteer, frequency=KNOWN.__contains__, overrides=overrides)
    return None


@settings(max_examples=300, deadline=None)
@given(QUERIES)
@example("İstanbul'da İ within 5 km of İzmir")
@example("ßßß in ẞtuttgart ﬁsh #ﬁ")
@example("sushi in boston -boston not boston near boston")
def test_parts_are_exact_apart_and_the_same_every_time(gazetteer: Gazetteer, query: str) -> None:
    niche = _understood(query, gazetteer)
    if niche is None:
        return
    assert len(niche.text) == len(query)
    assert all(0 <= part.start < part.end <= len(niche.text) for part in niche.parts)
    assert all(niche.text[part.start : part.end] == part.text for part in niche.parts)
    assert all(one.end <= other.start for one, other in pairwise(niche.parts))
    assert _understood(query, gazetteer) == niche


@settings(max_examples=200, deadline=None)
@given(QUERIES)
def test_the_theme_is_made_of_theme_parts_only(gazetteer: Gazetteer, query: str) -> None:
    niche = _understood(query, gazetteer)
    if niche is not None:
        assert niche.theme == " ".join(part.value for part in niche.parts if part.kind == "theme")


@settings(max_examples=100, deadline=None)
@given(QUERIES)
def test_without_places_none_is_read(gazetteer: Gazetteer, query: str) -> None:
    if "place:" in query or "-boston" in query:
        return
    niche = _understood(query, gazetteer, Overrides(no_place=True))
    assert niche is None or niche.places == ()


UNITS = (
    "in Boston and ", "'", '"', '"a" ', "-a", "#a", "@a ", "like ", "a:b ", "under 1,000 ", "10k ", "1,000 ", "9",
    "last 3 ", "50 km of ", "not ", "east caost ", "qzxv ", "😀", "東", "a" * 30 + " ", "in the city of ", "a.b@c.d",
    "1.", "\n", "ß ",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_takes_long(gazetteer: Gazetteer, unit: str) -> None:
    query = (unit * LONGEST_QUERY)[:LONGEST_QUERY]
    before = time.process_time()
    _understood(query, gazetteer)
    assert time.process_time() - before < QUICK


def test_a_long_description_is_quick_and_stays_theme(gazetteer: Gazetteer) -> None:
    sentence = "People who bake bread at home today and write about flour, ovens, crusts and not much else. "
    query = (sentence * 60)[:LONGEST_QUERY]
    niche = understand(query, gazetteer)
    took = []
    for _ in range(5):
        before = time.process_time()
        understand(query, gazetteer)
        took.append(time.process_time() - before)
    assert min(took) < 0.05  # seconds
    assert (niche.places, niche.excluded, niche.filters.platforms) == ((), (), ())
    assert len(re.findall("bread", niche.theme)) == query.count("bread")
