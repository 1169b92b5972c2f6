"""What every index backend must do (``indexer.contract``). Not collected itself: a backend's test subclasses it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from indexer.bundles import CreatorBundle, MarkView, Reactions
from indexer.contract import Filters, Index, PostHit
from indexer.engagement import PEERS, Peers, steps_of
from indexer.errors import IndexClosed, IndexMismatch
from indexer.outline import outline_of, pack_outline, unpack_outlines
from tests.indexer.worlds import DAY, DIMENSION, PlainIndex, Scored, creator, post, query, unit, without_tokens

NO_FILTERS = Filters()
WORDS = ["sushi", "boston", "ramen", "maki", "knife", "river", "harbour", "bread", "oven", "rye"]


def reactions(number: int, *, posts: int = 6) -> Reactions:
    return Reactions(float(number * number % 83), posts, ("likes", "comments"), 0.4, None)


def some_creators(count: int = 40) -> list:
    """Creators of every kind that a filter can tell apart, with one to four posts."""
    rng = np.random.default_rng(7)
    return [
        creator(
            f"c{number:03}",
            [" ".join(rng.choice(WORDS, size=int(rng.integers(2, 12)))) for _ in range(1 + number % 4)],
            bio=" ".join(rng.choice(WORDS, size=3)) if number % 3 else "",
            platforms=[("mastodon", "blog", "forum")[number % 3]] + (["podcast"] if number % 5 == 0 else []),
            languages=[("en", "es", "de")[number % 3]],
            kind=("person", "organisation")[number % 4 == 0],
            followers=None if number % 4 == 3 else number * 100,
            reactions=reactions(number) if number % 5 else None,
            place_keys=["c:US", f"a:US.{('ME', 'MA')[number % 2]}"] if number % 3 else [],
            last_post_at=None if number % 7 == 0 else DAY - timedelta(days=number),
        )
        for number in range(count)
    ]


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


def niche_and_others() -> list:
    """Six who keep writing about sushi, one who does it in other words, a list of everything, and many others."""
    writers = [
        creator(f"s{number}", ["sushi omakase counter", "sushi nigiri today" if number % 2 else "sushi omakase rice"])
        for number in range(6)
    ]
    listing = creator(
        "list", ["sushi crypto", "sushi crypto"], bio="sushi, crypto, yoga, paris, rome, oslo, bali, doha, lyon, bonn"
    )
    quiet = creator("quiet", ["omakase nigiri", "omakase tonight"])
    others = [creator(f"o{number}", [f"counter rice today {word}"]) for number, word in enumerate(WORDS[3:] * 8)]
    return [*writers, listing, quiet, *others]


def marked(bundle: CreatorBundle, *marks: MarkView) -> CreatorBundle:
    return replace(bundle, creator=replace(bundle.creator, marks=marks))


def pairs(hits: list[PostHit]) -> list[tuple[str, str]]:
    return [(hit.creator_id, hit.post_id) for hit in hits]


def expected(ranked: list[Scored]) -> list[tuple[str, str]]:
    return [(item.creator, item.post) for item in ranked]


class IndexContract(ABC):
    """Subclasses say how to open an index for writing and for reading."""

    @abstractmethod
    def writer(self) -> Index: ...

    @abstractmethod
    def reader(self) -> Index: ...

    @abstractmethod
    def elsewhere(self, request: pytest.FixtureRequest, folder: Path) -> Index:
        """Another, empty index for writing, which lives as long as the fixture that asks."""

    @pytest.fixture(scope="class")
    def stocked(
        self, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[tuple[Index, PlainIndex]]:
        """An index of ``some_creators`` and the plain one beside it; only read, so one does for many tests."""
        index = self.elsewhere(request, tmp_path_factory.mktemp("stocked"))
        yield index, self.fill(index, some_creators())
        index.close()

    @pytest.fixture
    def index(self) -> Iterator[Index]:
        index = self.writer()
        yield index
        index.close()

    def fill(self, index: Index, bundles: list) -> PlainIndex:
        index.upsert(bundles)
        index.commit(epoch="e", seq=1)
        return PlainIndex(bundles)

    # What a change does

    def test_empty_index_answers_nothing(self, index: Index) -> None:
        assert index.search_posts_text(query("sushi"), creators=5, per_creator=2, filters=NO_FILTERS) == []
        assert index.search_posts_vector(unit("sushi"), creators=5, per_creator=2, filters=NO_FILTERS) == []
        assert index.search_creators_text(query("sushi"), limit=5, filters=NO_FILTERS) == []
        for field in ("centroid", "bio"):
            assert index.search_creators_vector(unit("sushi"), field=field, limit=5, filters=NO_FILTERS) == []
        assert index.best_posts(["c"], query("sushi"), unit("sushi"), per_creator=3) == {}
        assert (index.get(["c"]), index.get_posts(["p"]), list(index.posts_of("c"))) == ({}, {}, [])
        assert index.info().newest_post_at is None
        assert index.frequency("sushi") == 0

    def test_documents_come_back_as_they_were_put(self, index: Index) -> None:
        bundle = creator("c1", ["sushi in boston", "ramen"], bio="knife", followers=12, last_post_at=DAY)
        self.fill(index, [bundle])
        assert without_tokens(index.get(["c1"])["c1"]) == without_tokens(bundle.creator)
        stored = index.get_posts(["c1-0", "c1-1", "other"])
        assert {name: without_tokens(item) for name, item in stored.items()} == {
            item.id: without_tokens(item) for item in bundle.posts
        }
        assert [item.id for item in index.posts_of("c1")] == ["c1-0", "c1-1"]
        info = index.info()
        assert (info.creators, info.posts, info.passages, info.newest_post_at) == (1, 2, 2, DAY)
        assert (info.feed_epoch, info.feed_seq, info.languages, info.dimension) == ("e", 1, {"en": 1.0}, DIMENSION)

    def test_nothing_is_visible_before_commit(self, index: Index) -> None:
        index.upsert([creator("c1", ["sushi"])])
        assert index.get(["c1"]) == {}
        index.commit(epoch="e", seq=1)
        assert set(index.get(["c1"])) == {"c1"}
        index.delete(["c1"])
        assert set(index.get(["c1"])) == {"c1"}
        index.commit(epoch="e", seq=2)
        assert index.get(["c1"]) == {}

    def test_uncommitted_changes_are_dropped_at_close(self) -> None:
        first = self.writer()
        self.fill(first, [creator("c1", ["sushi"])])
        first.upsert([creator("c2", ["sushi"])])
        first.delete(["c1"])
        first.close()
        second = self.writer()
        assert set(second.get(["c1", "c2"])) == {"c1"}
        self.fill(second, [creator("c3", ["ramen"])])
        assert set(second.get(["c1", "c2", "c3"])) == {"c1", "c3"}
        second.close()

    def test_upsert_replaces_and_twice_equals_once(self, index: Index) -> None:
        self.fill(index, [creator("c1", ["sushi", "sushi knife", "bread"])])
        newer = creator("c1", ["ramen"], revision=2)
        index.upsert([newer])
        index.upsert([newer])
        index.commit(epoch="e", seq=2)
        index.upsert([newer])
        index.commit(epoch="e", seq=3)
        assert (index.info().creators, index.info().posts, index.info().passages) == (1, 1, 1)
        assert index.search_posts_text(query("sushi"), creators=5, per_creator=5, filters=NO_FILTERS) == []
        hits = index.search_posts_text(query("ramen"), creators=5, per_creator=5, filters=NO_FILTERS)
        assert pairs(hits) == [("c1", "c1-0")]
        assert index.get_posts(["c1-1"]) == {}

    @pytest.mark.parametrize("committed", [True, False])
    def test_an_older_revision_never_replaces_a_newer(self, index: Index, committed: bool) -> None:
        index.upsert([creator("c1", ["ramen"], revision=5)])
        if committed:
            index.commit(epoch="e", seq=1)
        index.upsert([creator("c1", ["sushi"], revision=4)])
        index.commit(epoch="e", seq=2)
        assert index.get(["c1"])["c1"].revision == 5
        assert [item.text for item in index.posts_of("c1")] == ["ramen"]

    def test_delete_of_an_unknown_creator_does_nothing(self, index: Index) -> None:
        self.fill(index, [creator("c1", ["sushi"])])
        index.delete(["nobody"])
        index.commit(epoch="e", seq=2)
        assert index.info().creators == 1

    def test_words_of_living_posts_are_known(self, index: Index) -> None:
        self.fill(index, [creator("c1", ["east sushi"]), creator("c2", ["coast"], bio="harbour")])
        index.delete(["c2"])
        index.commit(epoch="e", seq=2)
        assert [index.frequency(word) for word in ("east", "sushi", "coast", "harbour", "")] == [1, 1, 0, 0, 0]

    def test_delete_takes_posts_and_vectors_along(self, index: Index) -> None:
        self.fill(index, [creator("c1", ["sushi"], bio="sushi"), creator("c2", ["sushi"], bio="sushi")])
        index.delete(["c1"])
        index.commit(epoch="e", seq=2)
        for hits in (
            index.search_posts_text(query("sushi"), creators=5, per_creator=5, filters=NO_FILTERS),
            index.search_posts_vector(unit("sushi"), creators=5, per_creator=5, filters=NO_FILTERS),
            index.search_creators_text(query("sushi"), limit=5, filters=NO_FILTERS),
            index.search_creators_vector(unit("sushi"), field="centroid", limit=5, filters=NO_FILTERS),
            index.search_creators_vector(unit("sushi"), field="bio", limit=5, filters=NO_FILTERS),
        ):
            assert [hit.creator_id for hit in hits] == ["c2"]
        assert (index.info().creators, index.info().posts, index.info().passages) == (1, 1, 1)

    def test_a_deleted_creator_may_return(self, index: Index) -> None:
        self.fill(index, [creator("c1", ["sushi"], revision=3)])
        index.delete(["c1"])
        index.upsert([creator("c1", ["bread"], revision=4)])
        index.commit(epoch="e", seq=2)
        assert [item.text for item in index.posts_of("c1")] == ["bread"]

    # Freshness and ends

    def test_marks_come_back_and_those_that_decide_are_told_apart(self) -> None:
        """As they were put, over replacing, deleting and opening again; an older revision takes none away."""
        hide, place, fits = (
            MarkView(kind, value, asked, "why", DAY, f"{kind} {value}")
            for kind, value, asked in (("hide", "", None), ("place", "g:1", None), ("relevant", "", "sushi “raw”"))
        )
        index = self.writer()
        said = {"c1": (hide, place), "c2": (place,), "c3": (fits, hide), "c4": (fits,)}
        index.upsert([marked(creator(key, ["sushi"], revision=2), *marks) for key, marks in said.items()])
        assert index.marked() == {}
        index.commit(epoch="e", seq=1)
        assert index.marked() == {"c1": (hide,), "c3": (fits, hide), "c4": (fits,)}
        assert {key: document.marks for key, document in index.get(list(said)).items()} == said
        index.upsert([marked(creator("c1", ["sushi"], revision=3), fits), creator("c3", ["sushi"], revision=3)])
        index.upsert([creator("c4", ["sushi"], revision=1)])
        index.delete(["c2"])
        index.commit(epoch="e", seq=2)
        index.delete(["c1"])  # never committed
        index.close()
        index = self.reader()
        assert index.marked() == {"c1": (fits,), "c4": (fits,)}
        index.close()
        index = self.writer()
        index.delete(["c1", "c4"])
        index.commit(epoch="e", seq=3)
        assert index.marked() == {}
        index.close()

    def test_a_reader_sees_a_commit_after_refresh(self, index: Index) -> None:
        self.fill(index, [creator("c1", ["sushi"])])
        reader = self.reader()
        self.fill(index, [creator("c2", ["sushi"])])
        assert set(reader.get(["c1", "c2"])) == {"c1"}
        reader.refresh()
        assert set(reader.get(["c1", "c2"])) == {"c1", "c2"}
        reader.close()

    def test_reopened_index_is_the_same(self) -> None:
        first = self.writer()
        plain = self.fill(first, some_creators())
        first.close()
        again = self.reader()
        hits = again.search_posts_text(query("sushi river"), creators=100, per_creator=9, filters=NO_FILTERS)
        assert pairs(hits) == expected(plain.text(query("sushi river")))
        assert (again.info().feed_epoch, again.info().feed_seq) == ("e", 1)
        again.close()

    def test_use_after_close_is_an_error(self) -> None:
        index = self.writer()
        index.close()
        index.close()
        for use in (
            index.info,
            index.refresh,
            lambda: index.upsert([]),
            lambda: index.delete([]),
            lambda: index.commit(epoch="e", seq=1),
            lambda: index.search_posts_text(query("a"), creators=1, per_creator=1, filters=NO_FILTERS),
            lambda: index.search_posts_vector(unit("a"), creators=1, per_creator=1, filters=NO_FILTERS),
            lambda: index.search_creators_text(query("a"), limit=1, filters=NO_FILTERS),
            lambda: index.search_creators_vector(unit("a"), field="bio", limit=1, filters=NO_FILTERS),
            lambda: index.best_posts([], query("a"), unit("a"), per_creator=1),
            lambda: index.get([]),
            lambda: index.outlines([]),
            lambda: index.get_posts([]),
            lambda: index.posts_of("c"),
        ):
            with pytest.raises(IndexClosed):
                use()

    def test_vectors_of_another_dimension_are_refused(self, index: Index) -> None:
        with pytest.raises(IndexMismatch, match="rebuild"):
            index.search_posts_vector(unit("a", 5), creators=1, per_creator=1, filters=NO_FILTERS)
        with pytest.raises(IndexMismatch, match="rebuild"):
            index.best_posts([], query("a"), unit("a", 5), per_creator=1)
        bundle = creator("c1", ["sushi"], bio="b")
        for wrong in (
            replace(bundle, vectors=np.ones((1, 5), np.float32)),
            replace(bundle, centroid=unit("a", 5)),
            replace(bundle, bio_vector=unit("a", 5)),
        ):
            with pytest.raises(IndexMismatch, match="rebuild"):
                index.upsert([wrong])

    # Scores and order

    @pytest.mark.parametrize("asked", ["sushi", "sushi boston", "rivers", "knife knife bread", "unheard of", ""])
    def test_text_scores_are_bm25(self, stocked: tuple[Index, PlainIndex], asked: str) -> None:
        index, plain = stocked
        hits = index.search_posts_text(query(asked), creators=100, per_creator=100, filters=NO_FILTERS)
        wanted = plain.text(query(asked))
        assert pairs(hits) == expected(wanted)
        assert [hit.score for hit in hits] == pytest.approx([item.score for item in wanted], rel=1e-5)
        profiles = plain.profiles(query(asked))
        found = index.search_creators_text(query(asked), limit=100, filters=NO_FILTERS)
        order = sorted((name for name in profiles if profiles[name] > 0), key=lambda name: (-profiles[name], name))
        assert [hit.creator_id for hit in found] == order
        assert [hit.score for hit in found] == pytest.approx([profiles[name] for name in order], rel=1e-5)

    def test_text_scores_count_only_what_lives(self, index: Index) -> None:
        bundles = some_creators()
        self.fill(index, bundles)
        index.delete([bundle.creator.id for bundle in bundles[::3]])
        index.upsert([creator("c001", ["sushi sushi sushi"], revision=2)])
        index.commit(epoch="e", seq=2)
        kept = [bundle for number, bundle in enumerate(bundles) if number % 3 and number != 1]
        plain = PlainIndex([*kept, creator("c001", ["sushi sushi sushi"])])
        hits = index.search_posts_text(query("sushi oven"), creators=100, per_creator=100, filters=NO_FILTERS)
        wanted = plain.text(query("sushi oven"))
        assert pairs(hits) == expected(wanted)
        assert [hit.score for hit in hits] == pytest.approx([item.score for item in wanted], rel=1e-5)

    def test_vector_scores_are_cosines_of_the_best_passage(self, index: Index) -> None:
        bundles = some_creators()
        many = post("many", "c999", "eel", passages=8)
        bundles.append(creator("c999", posts=[many, post("bare", "c999", "nothing embedded", passages=0)]))
        plain = self.fill(index, bundles)
        for asked in (unit("sushi"), unit("eel" + "#" * 5)):
            hits = index.search_posts_vector(asked, creators=100, per_creator=100, filters=NO_FILTERS)
            wanted = {item.post: item.score for item in plain.vector(asked)}
            assert {hit.post_id: hit.score for hit in hits} == pytest.approx(wanted, abs=2e-3)
            assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
            assert all(-1 <= hit.score <= 1 for hit in hits)
        assert hits[0].post_id == "many"
        assert hits[0].passage == 5
        assert hits[0].score == pytest.approx(1, abs=1e-3)
        assert "bare" not in {hit.post_id for hit in hits}

    def test_creator_vectors(self, index: Index) -> None:
        bundles = some_creators()
        self.fill(index, bundles)
        asked = unit("river")
        for field in ("centroid", "bio"):
            vectors = {
                bundle.creator.id: bundle.centroid if field == "centroid" else bundle.bio_vector for bundle in bundles
            }
            wanted = {name: float(vector @ asked) for name, vector in vectors.items() if vector is not None}
            hits = index.search_creators_vector(asked, field=field, limit=100, filters=NO_FILTERS)
            assert {hit.creator_id: hit.score for hit in hits} == pytest.approx(wanted, abs=2e-3)
            assert hits[:7] == index.search_creators_vector(asked, field=field, limit=7, filters=NO_FILTERS)

    def test_equal_scores_are_ordered_by_id(self, index: Index) -> None:
        names = ["d", "b", "é", "c", "a"]
        self.fill(index, [creator(name, ["sushi"], bio="sushi") for name in names])
        ordered = sorted(names)
        for hits in (
            index.search_posts_text(query("sushi"), creators=9, per_creator=9, filters=NO_FILTERS),
            index.search_posts_vector(unit("sushi"), creators=9, per_creator=9, filters=NO_FILTERS),
            index.search_creators_text(query("sushi"), limit=9, filters=NO_FILTERS),
            index.search_creators_vector(unit("sushi"), field="centroid", limit=9, filters=NO_FILTERS),
            index.search_creators_vector(unit("sushi"), field="bio", limit=9, filters=NO_FILTERS),
        ):
            assert [hit.creator_id for hit in hits] == ordered

    # Limits and filters

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

    def test_an_outline_is_that_of_the_document(self, index: Index) -> None:
        bundles = [
            creator("c1", ["sushi"], bio="Café · naïve oysters | eel", followers=3000, reactions=reactions(4)),
            creator("c2", ["sushi"], kind="bot", bio=" | ".join("abcdefghijk")),
            creator("c3"),
        ]
        said = MarkView("kind", "person", None, "", DAY, "is a person")
        bundles[2] = replace(bundles[2], creator=replace(bundles[2].creator, marks=(said,)))
        self.fill(index, bundles)
        found = index.outlines(["c3", "c1", "nobody", "c2"])
        assert set(found) == {"c1", "c2", "c3"}
        for bundle in bundles:
            outline, plain = found[bundle.creator.id], outline_of(bundle.creator)
            assert unpack_outlines(pack_outline(outline)) == unpack_outlines(pack_outline(plain))
            assert (outline.rate, outline.accounts) == (plain.rate, plain.accounts)
            assert plain.accounts == [(each.platform, each.handle) for each in bundle.creator.accounts]
            assert [guess.place.key for guess in outline.guesses()] == [
                guess.place.key for guess in bundle.creator.places
            ]
        assert (found["c1"].bio, found["c2"].signs) == ("cafe · naive oysters | eel", "listing")
        assert [found[name].is_marked for name in ("c1", "c3")] == [False, True]

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

    # Scoring in full

    def test_best_posts_scores_what_no_leg_found(self, index: Index) -> None:
        bundles = some_creators()
        plain = self.fill(index, bundles)
        asked, vector = query("sushi knife"), unit("x")
        names = [bundle.creator.id for bundle in bundles[::2]]
        answers = index.best_posts([*names, "nobody", names[0]], asked, vector, per_creator=2)
        assert set(answers) == set(names)
        lexical = {item.post: item.score for item in plain.text(asked)}
        cosine = {item.post: item.score for item in plain.vector(vector)}
        profiles = plain.profiles(asked)
        top = max(lexical.get(f"{name}-{n}", 0.0) for name in names for n in range(4))
        for name in names:
            bundle, scores = plain.bundles[name], answers[name]
            assert scores.lexical == pytest.approx(profiles[name], rel=1e-5)
            assert scores.post_count == len(bundle.posts)
            assert scores.centroid == pytest.approx(float(bundle.centroid @ vector), abs=2e-3)
            bio = -1.0 if bundle.bio_vector is None else float(bundle.bio_vector @ vector)
            assert scores.bio == pytest.approx(bio, abs=2e-3)
            assert index.centroid(name) == pytest.approx(bundle.centroid, abs=2e-3)
            for item in scores.posts:
                assert item.lexical == pytest.approx(lexical.get(item.post_id, 0.0), rel=1e-5)
                assert item.cosine == pytest.approx(cosine[item.post_id], abs=2e-3)
                assert item.passage == 0
            combined = {
                each.id: 0.75 * cosine[each.id] + 0.25 * lexical.get(each.id, 0.0) / top for each in bundle.posts
            }
            assert [item.post_id for item in scores.posts] == sorted(combined, key=lambda each: -combined[each])[:2]

    def test_best_posts_of_creators_without_posts_or_passages(self, index: Index) -> None:
        bare = creator("bare", posts=[post("b", "bare", "sushi", passages=0, day=None)])
        self.fill(index, [bare, creator("silent")])
        answers = index.best_posts(["bare", "silent"], query("sushi"), unit("x"), per_creator=3)
        only = answers["bare"].posts[0]
        assert (only.cosine, only.passage) == (-1.0, -1)
        assert only.lexical > 0
        assert (index.centroid("bare"), index.centroid("silent"), index.centroid("nobody")) == (None, None, None)
        assert (answers["silent"].posts, answers["silent"].centroid, answers["silent"].bio) == ((), -1.0, -1.0)

    # The words of a niche

    def test_the_vocabulary_is_what_writers_of_a_theme_share(self, index: Index) -> None:
        self.fill(index, niche_and_others())
        found = index.vocabulary(query("sushi"))
        assert found is not None
        assert found.writers == 6
        assert [word.written for word in found.words] == ["omakase", "nigiri"]
        assert found.words[0].weight == 1.0
        assert 0.0 < found.words[1].weight < 1.0

    def test_too_few_writers_have_no_vocabulary(self, index: Index) -> None:
        self.fill(index, niche_and_others()[2:])
        assert index.vocabulary(query("sushi")) is None
        assert index.vocabulary(query("nothing")) is None

    def test_posts_in_the_words_of_a_niche_are_on_its_theme(self, index: Index) -> None:
        self.fill(index, niche_and_others())
        asked = query("sushi")
        found = index.vocabulary(asked)
        names = ["quiet", "s0", "o0"]
        plain = index.best_posts(names, asked, unit("x"), per_creator=3)
        told = index.best_posts(names, asked, unit("x"), per_creator=3, vocabulary=found)
        assert {scores.on_theme for scores in plain.values()} == {0.0}
        assert 0.5 < told["quiet"].on_theme <= 2.0  # names no sushi at all
        assert told["o0"].on_theme == 0.0
        assert [post.lexical for post in told["quiet"].posts] == [0.0, 0.0]

    # Texts as they come

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "çà 寿司 寿司 🍣 مرحبا",
            "a\0b",
            "x" * 10_000,
            "word " * 2_000,
            "\ud7ff line\nbreak\ttab",
            "'\"\\ AND OR NOT * ~ ^ : (",
        ],
        ids=["empty", "unicode", "nul", "one long word", "10,000 characters", "white space", "operators"],
    )
    def test_any_text_is_kept_and_found(self, index: Index, text: str) -> None:
        bundle = creator("ç🍣", [text], bio=text)
        tidy = replace(bundle.posts[0], surface=" ".join(text.split()), stems=" ".join(text.split()))
        self.fill(index, [replace(bundle, posts=(tidy,)), creator("c2", ["other"])])
        assert index.posts_of("ç🍣")[0].text == text
        words = text.split()
        hits = index.search_posts_text(
            query("")._replace(surface=tuple(words[:3])), creators=9, per_creator=9, filters=NO_FILTERS
        )
        assert [hit.creator_id for hit in hits] == (["ç🍣"] if words else [])
