"""Links of pages that are about the niche go first, and who is relevant is judged by bio and posts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from catalog.items import Consent
from crawler.focus import focus, page_standing, relevant_accounts
from crawler.sources.base import PageItems
from crawler.topic import Topic, topic_of
from tests.crawler.builders import account, alias, link, post

SUSHI = topic_of(("the sushi", "eastcoastsushi"))
URL = "https://pixel.example/"


def page(*texts: str) -> PageItems:
    return PageItems(posts=tuple(post("mika", text, n) for n, text in enumerate(texts)), links=(link(score=0.8),))


def score(items: PageItems, depth: int = 0, inherited: float | None = 0.5, topic: Topic = SUSHI) -> float:
    return focus(items, topic, url=URL, inherited=inherited, depth=depth).links[0].score


def test_an_on_topic_page_leads_further_than_an_off_topic_one() -> None:
    on, half, off = page("Sushi!", "more sushi"), page("sushi", "tax returns"), page("tax returns", "football")
    assert score(on) > score(half) > score(off)


def test_words_around_a_link_and_in_its_address_speak_for_it() -> None:
    off = page("tax returns", "football")
    plain = score(off)
    words = PageItems(posts=off.posts, links=(replace(off.links[0], words="the best sushi notes"),))
    address = PageItems(posts=off.posts, links=(link("https://chicagosushinerd.example/", score=0.8),))
    assert score(words) > plain
    assert score(address) > plain


def test_an_off_topic_page_passes_on_a_part_of_what_was_expected_of_it() -> None:
    off = page("tax returns", "football")
    after_relevant = focus(off, SUSHI, url=URL, inherited=1.0, depth=2)
    after_nothing = focus(off, SUSHI, url=URL, inherited=0.0, depth=2)
    assert after_relevant.links[0].score > after_nothing.links[0].score
    assert 0 < (after_relevant.links[0].inherited or 0) < 1


def test_a_page_without_people_passes_on_everything() -> None:
    listed = PageItems(links=(link(score=0.8),))
    assert focus(listed, SUSHI, url=URL, inherited=0.9, depth=0).links[0].inherited == 0.9


def test_the_lexicon_knows_other_names_and_what_its_people_say() -> None:
    bread = topic_of(("sourdough",))
    assert bread.grade("Sauerteig ist Geduld") == 1.0
    assert bread.grade("masa madre en casa") == 1.0
    assert 0 < bread.grade("a closed crumb") < bread.grade("scoring opens the crumb") < 1
    assert bread.grade("tax returns") == 0


def test_a_theme_that_the_lexicon_does_not_know_needs_all_its_words() -> None:
    topic = topic_of(("vintage zzorb", "vintage", "vintagezzorb"))
    assert topic.grade("a zzorb that is vintage") == 1.0
    assert topic.grade("vintage cars") < 0.5
    assert topic.grade_word("myvintagezzorb") == 1.0


def test_relevant_by_bio_or_by_enough_posts_but_not_by_name_alone() -> None:
    by_bio = PageItems(accounts=(account("mika", bio="sushi chef"),))
    assert relevant_accounts(by_bio, SUSHI) == (alias("mika"),)
    called_so = PageItems(accounts=(account("mika", name="Sushi Marketing"),))
    assert relevant_accounts(called_so, SUSHI) == ()
    assert relevant_accounts(page("sushi"), SUSHI) == (alias("mika"),)
    assert relevant_accounts(page("sushi", "tax", "tax", "tax"), SUSHI) == ()


def test_posts_that_will_not_be_kept_judge_nobody() -> None:
    profile_only = PageItems(accounts=(account("mika", Consent.PROFILE),), posts=page("sushi", "sushi").posts)
    assert relevant_accounts(profile_only, SUSHI) == ()


def test_further_pages_of_a_site_wait_once_its_author_is_judged() -> None:
    site = replace(account("mika"), url=URL)
    own, other = link("https://pixel.example/2"), link("https://other.example/")
    items = PageItems(accounts=(site,), posts=page("tax", "football").posts, links=(own, other))
    first, second = focus(items, SUSHI, url=URL, inherited=0.5, depth=1).links
    assert first.score < second.score


def test_a_site_of_one_person_is_worth_no_more_than_what_its_owner_said() -> None:
    site = replace(account("mika"), url=URL)
    on, off = (PageItems(accounts=(site,), posts=page(text).posts) for text in ("sushi", "tax"))
    worths = [focus(one, SUSHI, url=URL, inherited=0.5, depth=1).site_worth or 0.0 for one in (on, off)]
    assert 0.3 > worths[0] > worths[1] > 0
    guest = PageItems(accounts=(replace(site, url="https://mika.example/"),), posts=on.posts)
    server = PageItems(accounts=(account("mika", bio="sushi chef"),))
    assert focus(guest, SUSHI, url=URL, inherited=0.5, depth=1).site_worth is None
    assert focus(server, SUSHI, url=URL, inherited=0.5, depth=1).site_worth is None  # one of many there
    assert focus(on, Topic(), url=URL, inherited=0.5, depth=1).site_worth is None


def test_what_somebody_writes_waits_for_those_whom_the_niche_names() -> None:
    own, other = link("https://pixel.example/sushi-feed"), link("https://other.example/")
    profile = PageItems(accounts=(account("mika", bio="sushi chef"),), links=(own, other))
    silent = PageItems(accounts=(account("mika", bio="tax returns"),), links=(own, other))
    told, named = focus(profile, SUSHI, url=URL, inherited=0.5, depth=1).links
    unsaid, stranger = focus(silent, SUSHI, url=URL, inherited=0.5, depth=1).links
    assert named.score > told.score > stranger.score
    assert told.score > unsaid.score  # a word in their own address makes up for nothing


def test_without_a_topic_nothing_is_judged() -> None:
    nothing = PageItems(links=(link(score=0.8),))
    assert score(nothing, topic=Topic()) == 0.8
    assert score(nothing, depth=3, topic=Topic()) < score(nothing, depth=1, topic=Topic()) < 0.8
    assert focus(page("sushi"), Topic(), url=URL, inherited=None, depth=0).relevant == ()
    assert page_standing(nothing, SUSHI) is None


@given(st.lists(st.text(max_size=20), max_size=4), st.integers(0, 500), st.floats(0.001, 1.0))
def test_scores_stay_in_range(texts: list[str], depth: int, before: float) -> None:
    items = PageItems(posts=tuple(post("mika", t, n) for n, t in enumerate(texts)), links=(link(score=before),))
    assert 0 < focus(items, SUSHI, url=URL, inherited=None, depth=depth).links[0].score <= 1
