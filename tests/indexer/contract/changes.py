"""Of the contract: what a change does, and when it is seen."""

import pytest

from indexer.contract import Index
from tests.indexer.contract.case import NO_FILTERS, ContractCase, pairs
from tests.indexer.worlds import DAY, DIMENSION, creator, query, unit, without_tokens


class Changes(ContractCase):
    """Upsert, delete, commit."""

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
