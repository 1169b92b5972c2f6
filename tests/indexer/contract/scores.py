"""Of the contract: scores and their order, of the legs and in full."""

import pytest

from indexer.contract import Index
from tests.indexer.contract.case import NO_FILTERS, ContractCase, expected, pairs
from tests.indexer.contract.people import some_creators
from tests.indexer.worlds import PlainIndex, creator, post, query, unit


class Scores(ContractCase):
    """BM25, cosines, and both of creators whom no leg found."""

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
