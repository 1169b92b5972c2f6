"""Links of pages that are about the niche go first."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.focus import focus_links, on_topic_share, topic_words
from crawler.sources.base import PageItems
from tests.crawler.builders import account, link, post

SUSHI = topic_words(["the sushi", "#EastCoastSushi"])


def page(*texts: str) -> PageItems:
    return PageItems(posts=tuple(post("mika", text, n) for n, text in enumerate(texts)), links=(link(score=0.8),))


def score(items: PageItems, depth: int = 0) -> float:
    return focus_links(items, SUSHI, depth=depth)[0].score


def test_words_without_stop_words() -> None:
    assert "sushi" in SUSHI
    assert "the" not in SUSHI


def test_an_on_topic_page_leads_further_than_an_off_topic_one() -> None:
    on, half, off = page("Sushi!", "more sushi"), page("sushi", "tax returns"), page("tax returns", "football")
    assert score(on) > score(half) > score(off)


def test_many_on_topic_texts_say_more_than_one() -> None:
    assert on_topic_share(["sushi"] * 9, SUSHI) > on_topic_share(["sushi"], SUSHI)  # type: ignore[operator]


def test_bios_and_tags_count() -> None:
    items = PageItems(accounts=(account("mika", bio="sushi chef"),), links=(link(score=0.8),))
    assert score(items) > score(page("tax returns"))


def test_without_words_or_texts_only_depth_counts() -> None:
    nothing = PageItems(links=(link(score=0.8),))
    assert score(nothing) == 0.8
    assert score(nothing, depth=3) < score(nothing, depth=1) < 0.8
    assert focus_links(page("tax"), frozenset(), depth=0)[0].score == 0.8


@given(st.lists(st.text(max_size=20), max_size=4), st.integers(0, 500), st.floats(0.001, 1.0))
def test_scores_stay_in_range(texts: list[str], depth: int, before: float) -> None:
    items = PageItems(posts=tuple(post("mika", t, n) for n, t in enumerate(texts)), links=(link(score=before),))
    assert 0 < focus_links(items, SUSHI, depth=depth)[0].score <= 1
