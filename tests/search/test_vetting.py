"""The report on one creator, from a small index: shares, quotes, payment, mentions, and what is not known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from indexer.bundles import CreatorBundle, Reactions
from indexer.creator_view import counted_words
from indexer.facts import reactions_of, sponsored_share
from places.gazetteer import Gazetteer
from search.engine import Engine
from search.report import VettingReport
from tests.search.memory_index import MemoryIndex
from tests.search.test_engine import BOSTON, IN_BOSTON
from tests.search.world import NOW, Person, WordEncoder, bundle, home, niche

POSTS = [
    "I paid $9 for sushi at the harbour. With @tomo as always.",
    "Paid partnership with Alder & Pine: sushi knives made easy.",
    "Trains again.",
    "Yesterday I had lunch at the sushi bar of @tomo@blogs.example and https://tomo.example/menu was wrong.",
    "A quiet week with nothing in it.",
    "The knife by @alderpine is dull. I bought it myself, though. #sushi",
]


def counted(made: CreatorBundle, likes: list[int | None], comments: list[int | None]) -> CreatorBundle:
    """The same creator with counts on the posts, and with what a build makes of them."""
    posts = tuple(
        replace(post, likes=like, comments=comment)
        for post, like, comment in zip(made.posts, likes, comments, strict=True)
    )
    account = made.creator.accounts[0]._replace(id=posts[0].account_id, reactions=reactions_of(posts))
    creator = replace(made.creator, accounts=(account,), sponsored_share=sponsored_share(posts))
    return replace(made, creator=creator, posts=posts)


MIKA = counted(
    bundle(Person("mika", POSTS, bio="sushi", followers=1_000, extra={"topics": (("sushi", 0.6667),)})),
    likes=[10, 2, 30, 20, 40, 50],
    comments=[1, 0, 0, 2, 0, 3],
)
TOMO = bundle(Person("tomo", ["Sushi."], name="Tomo of the harbour"))


def vet(gazetteer: Gazetteer, *bundles: CreatorBundle, name: str = "mika", **options: object) -> VettingReport:
    engine = Engine(MemoryIndex(bundles or (MIKA, TOMO)), WordEncoder(), gazetteer)
    return engine.vet(name, now=options.pop("now", NOW), **options)  # type: ignore[arg-type]


def test_the_niche_has_its_share_of_the_posts_and_its_quotes(gazetteer: Gazetteer) -> None:
    found = vet(gazetteer, niche=niche("sushi")).niche
    assert found is not None
    assert (found.posts, found.share) == (4, 0.6667)
    assert found.place is None
    urls = [quote.url for quote in (*found.best, *found.latest)]
    assert len(urls) == len(set(urls)) == 4
    assert all("sushi" in quote.quote.lower() or "dull" in quote.quote for quote in found.best)


@pytest.mark.parametrize(("confidence", "said"), [(0.95, "fits"), (0.4, "possible")])
def test_a_home_that_may_be_another_is_a_possible_one_and_not_a_near_one(
    gazetteer: Gazetteer, confidence: float, said: str
) -> None:
    tim = bundle(Person("tim", ["Sushi again."], places=(home(BOSTON, confidence),)))
    found = vet(gazetteer, tim, name="tim", niche=niche("sushi", places=(IN_BOSTON,))).niche
    assert found is not None
    assert found.place == said


def test_one_is_said_in_the_singular() -> None:
    said = [counted_words(1, "posts"), counted_words(2.5, "comments"), counted_words(1_200_000, "likes + comments")]
    assert said == ["1 post", "2.5 comments", "1,200,000 likes + comments"]


def test_months_have_no_holes_and_say_how_many_were_on_the_niche(gazetteer: Gazetteer) -> None:
    early = replace(MIKA.posts[-1], published_at=NOW - timedelta(days=100))
    report = vet(gazetteer, replace(MIKA, posts=(*MIKA.posts[:-1], early)), niche=niche("sushi"))
    months = {month.month: (month.posts, month.on_niche) for month in report.cadence.months}
    assert months == {"2026-08": (1, 1), "2026-09": (0, 0), "2026-10": (0, 0), "2026-11": (5, 3)}


def test_paid_posts_are_named_by_their_own_words(gazetteer: Gazetteer) -> None:
    sponsored = vet(gazetteer).sponsored
    assert sponsored is not None
    assert (sponsored.posts, sponsored.of, sponsored.share) == (1, 6, 0.1667)
    assert [(said.words, said.means, said.posts) for said in sponsored.said] == [("paid partnership", "paid", 1)]
    assert sponsored.quotes[0].url.endswith("/1")
    assert sponsored.reactions is None  # one paid post is nothing to compare


def test_reactions_to_paid_posts_stand_beside_those_to_the_others(gazetteer: Gazetteer) -> None:
    texts = ["New knife. #ad"] * 3 + ["Sushi."] * 3
    person = counted(bundle(Person("mika", texts)), likes=[1, 2, 3, 30, 40, 50], comments=[0] * 6)
    sponsored = vet(gazetteer, person).sponsored
    assert sponsored is not None
    assert (sponsored.reactions, sponsored.reactions_of_others) == (2.0, 40.0)
    assert any(warning.code == "mostly_sponsored" for warning in vet(gazetteer, person).creator.warnings)


def test_what_they_bought_and_where_they_were_is_told_apart_from_paid_posts(gazetteer: Gazetteer) -> None:
    dealings = vet(gazetteer).dealings
    assert [(each.kind, each.said.url[-1]) for each in dealings] == [
        ("purchase", "0"),
        ("purchase", "5"),
        ("visit", "3"),
    ]
    assert dealings[1].said.quote == "I bought it myself, though."


def test_those_whom_they_name_are_known_where_the_index_knows_them(gazetteer: Gazetteer) -> None:
    mentions = {mention.name: mention for mention in vet(gazetteer).mentions}
    assert mentions["@tomo"].creator_id == mentions["@tomo@blogs.example"].creator_id == "tomo"
    assert mentions["@tomo"].creator_name == "Tomo of the harbour"
    assert mentions["@alderpine"].creator_id is None
    assert mentions["tomo.example"].url.endswith("/3")


def test_a_brand_is_looked_for_by_name_and_handle(gazetteer: Gazetteer) -> None:
    one, other = vet(gazetteer, brands=("Alder & Pine", "Umi")).brands
    assert (one.posts, one.sponsored_posts) == (2, 1)
    assert one.quotes[1].quote == "The knife by @alderpine is dull."
    assert (other.brand, other.posts, other.quotes) == ("Umi", 0, ())


def test_engagement_is_a_median_over_followers_with_its_basis(gazetteer: Gazetteer) -> None:
    report = vet(gazetteer)
    found = report.creator.accounts[0].engagement
    assert (found.rate, found.posts) == (0.026, 6)  # of 11, 2, 30, 22, 40, 53
    assert found.basis == "median of 26 likes + comments a post, over followers"
    assert report.comments is not None
    assert (report.comments.median, report.comments.posts, report.comments.answered) == (0.5, 6, 3)


@pytest.mark.parametrize(
    ("followers", "reactions", "says"),
    [
        (None, Reactions(4.0, 9, ("likes",)), "followers are not known"),
        (500, Reactions(4.0, 2, ("likes",)), "too few posts"),
        (500, None, "not visible"),
    ],
)
def test_an_engagement_that_cannot_be_told_says_why(
    followers: int | None, reactions: Reactions | None, says: str, gazetteer: Gazetteer
) -> None:
    account = MIKA.creator.accounts[0]._replace(followers=followers, reactions=reactions)
    report = vet(gazetteer, replace(MIKA, creator=replace(MIKA.creator, accounts=(account,))))
    assert report.creator.accounts[0].engagement.rate is None
    assert says in report.creator.accounts[0].engagement.basis


def test_what_cannot_be_told_is_null_and_said_in_words(gazetteer: Gazetteer) -> None:
    report = vet(gazetteer, name="tomo")
    assert report.comments is None
    assert report.sponsored is None
    assert report.niche is None
    said = " ".join(report.unknown)
    for words in ("where they live", "followers", "comments are not visible", "paid posts", "topics"):
        assert words in said
    assert "no account" not in " ".join(vet(gazetteer).unknown)


def test_warnings_are_in_words_with_an_address(gazetteer: Gazetteer) -> None:
    few = vet(gazetteer, name="tomo", now=NOW + timedelta(days=200)).creator.warnings
    assert {warning.code for warning in few} == {"few_posts", "silent"}
    assert all(warning.url.startswith("https://") for warning in few)
    assert any("7 months" in warning.text for warning in few)
    again = bundle(Person("mika", ["Buy sushi here."] * 5))
    assert {warning.code for warning in vet(gazetteer, again).creator.warnings} == {"repeated_text"}


def test_one_text_on_two_accounts_is_told(gazetteer: Gazetteer) -> None:
    made = bundle(Person("mika", ["Sushi at the harbour.", *POSTS]))
    posts = (*made.posts, replace(made.posts[0], id="copy", account_id="another", passages=()))
    codes = {warning.code for warning in vet(gazetteer, replace(made, posts=posts)).creator.warnings}
    assert codes == {"cross_posted"}
