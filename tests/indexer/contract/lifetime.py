"""Of the contract: what outlives a commit, a refresh and a close, and what is refused after it."""

from dataclasses import replace

import numpy as np
import pytest

from indexer.bundles import MarkView
from indexer.contract import Index
from indexer.errors import IndexClosed, IndexMismatch
from tests.indexer.contract.case import NO_FILTERS, ContractCase, expected, pairs
from tests.indexer.contract.people import marked, some_creators
from tests.indexer.worlds import DAY, creator, query, unit


class Lifetime(ContractCase):
    """Opened, refreshed, closed and opened again."""

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
            lambda: index.cards([]),
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
