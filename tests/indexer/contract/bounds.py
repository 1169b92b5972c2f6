"""Of the contract: limits, filters, and the facts of creators that those need."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from indexer.bundles import MarkView
from indexer.card import card_of
from indexer.contract import Filters, Index
from indexer.engagement import PEERS, Peers, steps_of
from indexer.outline import outline_of, pack_outline, unpack_outlines
from indexer.outline_table import outline_table
from places.matches import ROLES
from places.model import Place, PlaceGuess
from tests.indexer.contract.case import NO_FILTERS, ContractCase, expected, pairs
from tests.indexer.contract.people import WORDS, reactions
from tests.indexer.worlds import DAY, PlainIndex, Scored, creator, post, query, unit

FILTERS = [
    Filters(platforms=frozenset({"podcast"})),
    Filters(platforms=frozenset({"mastodon", "forum"})),
    Filters(languages=frozenset({"es", "de"})),
    Filters(kinds=frozenset({"organisation"})),
    Filters(min_followers=0),
    Filters(min_followers=1000),
    Filters(max_followers=2000),
    Filters(min_followers=500, max_followers=2500),
    Filters(place_keys=frozenset({"a:US.ME", "c:CA"})),
    Filters(active_since=DAY - timedelta(days=20)),
    Filters(min_engagement=0.0),
    Filters(min_engagement=0.01),
    Filters(min_engagement=0.01, max_followers=1500),
    Filters(platforms=frozenset({"nowhere"})),
    Filters(
        platforms=frozenset({"blog"}), languages=frozenset({"es"}), min_followers=100, place_keys=frozenset({"c:US"})
    ),
]


class Bounds(ContractCase):
    """How many, and who at all."""

    @pytest.mark.parametrize(("creators", "per_creator"), [(1, 1), (3, 1), (3, 2), (100, 1), (100, 3), (0, 5)])
    def test_limits_hold_exactly(self, stocked: tuple[Index, PlainIndex], creators: int, per_creator: int) -> None:
        index, plain = stocked
        hits = index.search_posts_text(
            query("sushi river"), creators=creators, per_creator=per_creator, filters=NO_FILTERS
        )
        assert pairs(hits) == expected(plain.limited(plain.text(query("sushi river")), creators, per_creator))
        everything = index.search_posts_vector(unit("x"), creators=999, per_creator=999, filters=NO_FILTERS)
        ranked = [Scored(hit.creator_id, hit.post_id, hit.score) for hit in everything]
        some = index.search_posts_vector(unit("x"), creators=creators, per_creator=per_creator, filters=NO_FILTERS)
        assert pairs(some) == expected(plain.limited(ranked, creators, per_creator))

    def test_a_prolific_creator_does_not_crowd_out_others(self, index: Index) -> None:
        loud = creator("loud", posts=[post(f"l{n}", "loud", "sushi sushi") for n in range(5000)])
        quiet = [creator(f"q{n:02}", ["sushi and the weather of the week"] * 6) for n in range(50)]
        near = replace(loud, vectors=np.tile(unit("x"), (5000, 1)))
        self.fill(index, [near, *quiet])
        by_text = index.search_posts_text(query("sushi"), creators=51, per_creator=10, filters=NO_FILTERS)
        by_vector = index.search_posts_vector(unit("x"), creators=51, per_creator=10, filters=NO_FILTERS)
        for hits in (by_text, by_vector):
            assert len({hit.creator_id for hit in hits}) == 51
            assert sum(hit.creator_id == "loud" for hit in hits) == 10
        best = index.best_posts(["loud", "q07"], query("sushi"), unit("x"), per_creator=4)
        assert [len(best[name].posts) for name in ("loud", "q07")] == [4, 4]
        assert best["loud"].post_count == 1  # one text, five thousand times

    @pytest.mark.parametrize("filters", FILTERS, ids=range(len(FILTERS)))
    def test_filters_agree_with_a_plain_predicate(self, stocked: tuple[Index, PlainIndex], filters: Filters) -> None:
        index, plain = stocked
        passing = {name for name in plain.bundles if plain.passes(filters, name)}
        asked = query("sushi river bread")
        hits = index.search_posts_text(asked, creators=100, per_creator=100, filters=filters)
        wanted = plain.text(asked, filters)
        assert pairs(hits) == expected(wanted)
        assert [hit.score for hit in hits] == pytest.approx([item.score for item in wanted], rel=1e-5)
        for _ in range(2):  # alone, and after a scan of everything
            found = index.search_posts_vector(unit("x"), creators=100, per_creator=100, filters=filters)
            assert sorted(pairs(found)) == sorted(expected(plain.vector(unit("x"), filters)))
            index.search_posts_vector(unit("x"), creators=100, per_creator=100, filters=NO_FILTERS)
        by_profile = index.search_creators_text(query(" ".join(WORDS)), limit=100, filters=filters)
        assert {hit.creator_id for hit in by_profile} == passing
        by_centroid = index.search_creators_vector(unit("x"), field="centroid", limit=100, filters=filters)
        assert {hit.creator_id for hit in by_centroid} == passing

    def test_a_card_is_that_of_the_document(self, index: Index) -> None:
        bundles = [
            creator("c1", ["sushi"], bio="Café · naïve oysters | eel", followers=3000, reactions=reactions(4)),
            creator("c2", kind="bot", bio="one\ntwo \x00 \u2028"),
        ]
        self.fill(index, bundles)
        found = index.cards(["c2", "nobody", "c1"])
        assert found == {bundle.creator.id: card_of(bundle.creator) for bundle in bundles}

    def test_what_a_ranking_asks_of_posts_is_known_of_those_scored(self, index: Index) -> None:
        self.fill(index, [creator("c1", ["not sushi", " ".join(["sushi"] * 20)]), creator("c2", ["sushi and rice"])])
        found = index.best_posts(["c1", "c2"], query("sushi"), unit("sushi"), per_creator=5)
        posts = index.get_posts(["c1-0", "c1-1", "c2-0"])
        assert {key: post.may_deny for key, post in posts.items()} == {"c1-0": True, "c1-1": False, "c2-0": False}
        assert posts["c1-1"].repetition is not None
        for row, held in enumerate(found.values()):
            rows, columns = [row] * len(held.posts), range(len(held.posts))
            assert list(found.traits(rows, columns)) == [posts[score.post_id].traits for score in held.posts]
        assert list(found.traits([], [])) == []

    def test_an_outline_is_that_of_the_document(self, index: Index) -> None:
        bundles = [
            creator("c1", ["sushi"], bio="Café · naïve oysters | eel", followers=3000, reactions=reactions(4)),
            creator("c2", ["sushi"], kind="bot", bio=" | ".join("abcdefghijk")),
            creator("c3"),
        ]
        said = MarkView("kind", "person", None, "", DAY, "is a person")
        bundles[2] = replace(bundles[2], creator=replace(bundles[2].creator, marks=(said,)))
        port, hill = Place("g:1", "Port", "city", lat=1.5, lon=-2.0, population=9), Place("g:2", "Hill", "city")
        guesses = (PlaceGuess(port, "home", 0.7), PlaceGuess(hill, "former", 0.2), PlaceGuess(port, "visits", 0.1))
        bundles[1] = replace(bundles[1], creator=replace(bundles[1].creator, places=guesses))
        self.fill(index, bundles)
        for _ in range(2):  # a backend may keep what it read
            found = index.outlines(["c3", "c1", "nobody", "c2"])
            assert sorted(found.creators) == ["c1", "c2", "c3"]
            for bundle in bundles:
                made, shown = bundle.creator, outline_of(bundle.creator)
                (unpacked,) = unpack_outlines(pack_outline(shown))
                (row,) = np.flatnonzero(found.creators == made.id)
                one, plain = found.of([made.id]), outline_table([made.id], [unpacked], index.peers())
                for name, held, right in zip(found._fields, one[:-1], plain[:-1], strict=False):
                    assert name == "packed_guesses" or repr(held.tolist()) == repr(right.tolist())
                assert found.accounts(row) == [(each.platform, each.handle) for each in made.accounts]
                guesses = one.guesses()
                assert [one.places[number].key for number in guesses.numbers] == [
                    each.place.key for each in made.places
                ]
                assert [ROLES[role] for role in guesses.roles] == [guess.role for guess in made.places]
                assert guesses.confidences.tolist() == [guess.confidence for guess in made.places]
            assert found.of(["c1"]).bios.tolist() == ["cafe · naive oysters | eel"]
            assert found.of(["c2"]).doubts.tolist() == [("listing",)]
            assert found.of(["c1", "c3"]).is_marked.tolist() == [False, True]

    def test_rates_are_counted_over_all_that_lives(self, index: Index) -> None:
        bundles = [creator(f"c{n:02}", followers=2000, reactions=reactions(n)) for n in range(PEERS + 9)]
        self.fill(index, bundles)
        changed = [creator(f"c{n:02}", followers=2000, reactions=reactions(n + 50), revision=2) for n in (3, 4)]
        index.upsert(changed)
        index.upsert([replace(changed[0], creator=replace(changed[0].creator, revision=3))])
        index.delete(["c07"])
        index.commit(epoch="e", seq=2)
        alive = [*(each for each in bundles if each.creator.id not in ("c03", "c04", "c07")), *changed]
        plain = Peers(sum((steps_of(each.creator.accounts) for each in alive), start=steps_of([])))
        accounts = [each.creator.accounts[0] for each in alive]
        found = [index.peers().percentile(account) for account in accounts]
        assert found == [plain.percentile(account) for account in accounts]
        assert len(set(found)) > PEERS / 2
