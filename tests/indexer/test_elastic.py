"""The Elasticsearch backend on a real node: the contract, and what only it promises (versions, editions, purge)."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.backends.elastic import editions
from indexer.backends.elastic.documents import creator_document, post_documents, prepared, version_of
from indexer.backends.elastic.editions import writing_alias
from indexer.backends.elastic.index import ElasticIndex
from indexer.backends.elastic.opening import (
    connect,
    drop_older,
    open_for_reading,
    open_for_writing,
    open_new_edition,
    roll_back,
)
from indexer.bundles import CreatorBundle
from indexer.contract import Filters, Index
from indexer.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing
from indexer.locations import Server
from tests.indexer.conftest import clean
from tests.indexer.contract import IndexContract
from tests.indexer.contract.case import NO_FILTERS
from tests.indexer.contract.people import niche_and_others, some_creators
from tests.indexer.worlds import DIMENSION, creator, post, query, unit
from tests.services import elasticsearch as node

MODEL = "hash@1"


class TestElastic(IndexContract):
    @pytest.fixture(autouse=True)
    def place(self, server: Server) -> None:
        self.server = server

    def writer(self) -> Index:
        return opened(self.server)

    def reader(self) -> Index:
        return open_for_reading(self.server)

    def elsewhere(self, request: pytest.FixtureRequest, folder: Path) -> Index:
        server = Server(f"{request.getfixturevalue('elasticsearch')}/stocked-{os.getpid()}", folder)
        request.addfinalizer(lambda: clean(server))
        return opened(server)


def opened(server: Server) -> ElasticIndex:
    return open_for_writing(server, model=MODEL, dimension=DIMENSION)


def filled(server: Server, bundles: list[CreatorBundle], *, seq: int = 1) -> None:
    index = opened(server)
    index.upsert(bundles)
    index.commit(epoch="e", seq=seq)
    index.close()


def names_found(index: Index, word: str) -> list[str]:
    hits = index.search_posts_text(query(word), creators=9, per_creator=9, filters=NO_FILTERS)
    return sorted({hit.creator_id for hit in hits})


# Opening and editions


def test_a_missing_index_says_how_to_build_one(server: Server) -> None:
    with pytest.raises(IndexMissing, match=r"no search index at .* yet; run: nichescout index build"):
        open_for_reading(server)


def test_another_model_is_refused(server: Server) -> None:
    filled(server, [creator("one", ["sushi"])])
    with pytest.raises(IndexMismatch, match=r"other@2.*index rebuild"):
        open_for_writing(server, model="other@2", dimension=DIMENSION)
    with pytest.raises(IndexMismatch, match="other@2"):
        open_for_reading(server, model="other@2")


def test_fields_that_nobody_mapped_are_refused_and_vectors_are_pinned(server: Server) -> None:
    filled(server, [creator("one", ["sushi"])])
    cluster = connect(server)
    for about in cluster.indices(f"{cluster.address.prefix}-*").values():
        assert about["mappings"]["dynamic"] == "strict"
        fields = about["mappings"]["properties"]
        vectors = [field["index_options"] for field in fields.values() if field["type"] == "dense_vector"]
        assert vectors
        assert all(options["type"] == "int8_hnsw" for options in vectors)
        assert "rescore_vector" not in str(vectors)
    cluster.close()


def test_a_rebuild_stands_beside_what_is_read_and_can_be_taken_back(server: Server) -> None:
    filled(server, [creator("one", ["sushi"])], seq=4)
    reader = open_for_reading(server)
    generation = reader.info().generation
    fresh = open_new_edition(server, model=MODEL, dimension=DIMENSION)
    fresh.upsert([creator("two", ["sushi"])])
    fresh.commit(epoch="e", seq=5)
    reader.refresh()
    assert names_found(reader, "sushi") == ["one"]
    fresh.publish()
    reader.refresh()
    assert names_found(reader, "sushi") == ["two"]
    assert reader.info().generation > generation
    fresh.close()

    roll_back(server)
    reader.refresh()
    assert names_found(reader, "sushi") == ["one"]
    with pytest.raises(IndexMissing, match="no older index"):
        roll_back(server)
    reader.close()


def test_what_was_kept_for_going_back_goes_when_told(server: Server) -> None:
    filled(server, [creator("one", ["sushi"])])
    for word in ("ramen", "bread"):
        fresh = open_new_edition(server, model=MODEL, dimension=DIMENSION)
        fresh.upsert([creator("two", [word])])
        fresh.commit(epoch="e", seq=5)
        fresh.publish()
        fresh.close()
    assert drop_older(server) == 2
    assert drop_older(server) == 0
    reader = open_for_reading(server)
    assert names_found(reader, "bread") == ["two"]
    reader.close()


def test_a_rebuild_that_was_killed_leaves_nothing(server: Server) -> None:
    filled(server, [creator("one", ["sushi"])])
    open_new_edition(server, model=MODEL, dimension=DIMENSION).close()
    again = open_new_edition(server, model=MODEL, dimension=DIMENSION)
    again.upsert([creator("two", ["sushi"])])
    again.commit(epoch="e", seq=2)
    again.publish()
    again.close()
    cluster = connect(server)
    assert len(editions.all_editions(cluster)) == 2  # the one that is read, the one before
    cluster.close()


def test_half_of_an_edition_that_was_being_founded_is_cleared_away(server: Server) -> None:
    filled(server, [creator("one", ["sushi"])])
    cluster = connect(server)
    for half in (0, 1):
        open_new_edition(server, model=MODEL, dimension=DIMENSION).close()
        cluster.drop([editions.all_editions(cluster)[-1].names[half]])
        open_new_edition(server, model=MODEL, dimension=DIMENSION, is_at_work=bool).close()
        assert len(editions.all_editions(cluster)) == 2
    cluster.close()


def test_an_edition_that_lacks_what_was_sent_is_not_published(server: Server) -> None:
    filled(server, [creator("one", ["sushi"])])
    fresh = open_new_edition(server, model=MODEL, dimension=DIMENSION)
    fresh.upsert([creator("two", ["sushi", "ramen"])])
    fresh.commit(epoch="e", seq=5)
    cluster = connect(server)
    edition = editions.all_editions(cluster)[-1]
    cluster.write([_delete(writing_alias(edition.posts), "two-1", 99)])
    cluster.refresh(edition.posts)
    fresh.refresh()
    with pytest.raises(IndexDamaged, match=r"holds 1 posts of 1 creators, 2 were sent; it was not taken into use"):
        fresh.publish()
    fresh.close()
    reader = open_for_reading(server)
    assert names_found(reader, "sushi") == ["one"]
    reader.close()
    cluster.close()


def _delete(index: str, key: str, version: int) -> dict[str, object]:
    return {"_op_type": "delete", "_index": index, "_id": key, "version": version, "version_type": "external_gte"}


# Writers


def test_one_writer_on_this_machine(server: Server) -> None:
    first = opened(server)
    with pytest.raises(IndexLocked, match="is being written by process"):
        opened(server)
    first.close()
    opened(server).close()


def test_of_two_machines_both_commit_and_the_position_does_not_go_back(server: Server, tmp_path: Path) -> None:
    elsewhere = server._replace(folder=tmp_path / "elsewhere")
    one, other = opened(server), opened(elsewhere)
    one.upsert([creator("one", ["sushi"])])
    one.commit(epoch="e", seq=2)
    other.upsert([creator("two", ["sushi"])])
    other.commit(epoch="e", seq=1)
    one.close()
    other.close()
    again = opened(server)
    assert again.info().feed_seq == 2
    assert names_found(again, "sushi") == ["one", "two"]
    again.close()


def test_an_upsert_of_before_a_deletion_never_comes_back(server: Server) -> None:
    """A writer that was held up sends what it read before somebody was forgotten, long after the server forgot too."""
    old = creator("gone", ["a secret omakase", "a second one"], revision=7)
    index = opened(server)
    index.upsert([old, creator("one", ["sushi"])])
    index.commit(epoch="e", seq=1)
    cluster = connect(server)
    edition = editions.current(cluster)
    for name in edition.names:
        cluster.set(name, {"gc_deletes": "1ms"})  # instead of waiting for more than its minute
    index.delete(["gone"])
    index.commit(epoch="e", seq=2)
    time.sleep(0.05)
    posts, creators = writing_alias(edition.posts), writing_alias(edition.creators)
    replayed = [_index(posts, key, document) for key, document in post_documents(prepared(old))]
    replayed.append(_index(creators, "gone", creator_document(prepared(old))))
    outdated = cluster.write(replayed).outdated
    assert outdated == {"gone", "gone-0", "gone-1"}
    for name in edition.names:
        cluster.refresh(name)
    index.refresh()
    assert names_found(index, "omakase") == []
    assert index.get(["gone"]) == {}
    assert index.frequency("secret") == 0
    index.upsert([replace(old, creator=replace(old.creator, revision=8))])  # who comes back later, may
    index.commit(epoch="e", seq=3)
    assert names_found(index, "omakase") == ["gone"]
    index.close()
    cluster.close()


def _index(alias: str, key: str, document: dict[str, object]) -> dict[str, object]:
    version = version_of(7)
    named = {"_op_type": "index", "_index": alias, "_id": key}
    return {**named, "version": version, "version_type": "external_gte", "_source": document}


def test_posts_of_a_writer_that_was_overtaken_are_taken_back(server: Server, tmp_path: Path) -> None:
    """Two writers send one creator at once, the newer one in between: only what it says stays."""
    slow, quick = opened(server), opened(server._replace(folder=tmp_path / "elsewhere"))
    older = creator("c", ["sushi old", "sushi older"], revision=1)
    newer = creator("c", ["ramen"], revision=2)
    held = slow._writer._cluster.held

    def held_and_overtaken(index, ids, fields):
        found = held(index, ids, fields)
        if quick is not None and ids == ["c"] and fields == ["held"] and not quick._writer._pending:
            slow._writer._cluster.held = held
            quick.upsert([newer])
            quick.commit(epoch="e", seq=2)
        return found

    slow._writer._cluster.held = held_and_overtaken
    slow.upsert([older])
    slow.commit(epoch="e", seq=1)
    slow.close()
    quick.refresh()
    assert names_found(quick, "sushi") == []
    assert names_found(quick, "ramen") == ["c"]
    assert quick.frequency("older") == 0
    quick.close()


def test_what_a_dead_build_sent_is_sent_again_and_harms_nothing(server: Server) -> None:
    undisturbed = server._replace(address=f"{server.address}-whole")
    filled(undisturbed, some_creators())
    index = opened(server)
    index.upsert(some_creators()[:20])
    index._writer._send()  # died before its commit
    index.close()
    filled(server, some_creators())
    one, other = open_for_reading(undisturbed), open_for_reading(server)
    assert _answers(one) == _answers(other)
    one.close()
    other.close()
    clean(undisturbed)


def _answers(index: Index) -> object:
    asked, vector = query("sushi river oven"), unit("sushi")
    names = [bundle.creator.id for bundle in some_creators()]
    return (
        index.search_posts_text(asked, creators=100, per_creator=5, filters=NO_FILTERS),
        index.search_posts_vector(vector, creators=100, per_creator=5, filters=NO_FILTERS),
        index.search_creators_text(asked, limit=100, filters=NO_FILTERS),
        index.best_posts(names, asked, vector, per_creator=3),
        index.info()._replace(generation=0),
    )


# Purge


@pytest.mark.slow  # the server looks every half minute whether it still must keep what was deleted
def test_purge_leaves_no_deleted_word_on_the_disk(server: Server) -> None:
    secret = "verysecretword"
    index = opened(server)
    index.upsert([creator("gone", [f"{secret} omakase"], bio=secret), creator("one", ["sushi"])])
    index.commit(epoch="e", seq=1)
    cluster = connect(server)
    for name in editions.current(cluster).names:
        cluster._writing.indices.flush(index=name)
    uuids = _uuids(cluster, editions.current(cluster))
    assert _on_disk(secret, uuids)
    index.delete(["gone"])
    index.commit(epoch="e", seq=2)
    index.purge()
    assert _on_disk(secret, uuids) == []
    assert names_found(index, "sushi") == ["one"]
    index.close()
    cluster.close()


def _uuids(cluster, edition) -> list[str]:
    found = cluster._client.indices.get_settings(index=",".join(edition.names))
    return [each["settings"]["index"]["uuid"] for each in found.values()]


def _on_disk(word: str, uuids: list[str]) -> list[Path]:
    """Files of these indices that hold the word as it is written in a list of terms or a short stored field."""
    folders = [path for uuid in uuids for path in (node.folder() / "nodes").glob(f"*/data/indices/{uuid}")]
    assert folders
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if word.encode() in _bytes(path)]


def _bytes(path: Path) -> bytes:
    """What the file holds; nothing where the server has just put another in its place."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


# Searching


def test_all_legs_of_a_query_are_one_request(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(server, [*some_creators(), *niche_and_others()])
    index = open_for_reading(server)
    index.info()
    scopes = [NO_FILTERS, Filters(platforms=frozenset({"blog"}))]
    asked = []
    search = index._cluster.search
    monkeypatch.setattr(index._cluster, "search", lambda requests: (asked.append(len(requests)), search(requests))[1])
    legs = index.search_legs(query("sushi omakase"), lambda: unit("sushi"), scopes, creators=30)
    assert asked == [10]  # eight legs, and how common the words are among posts and among creators
    one_by_one = [
        ranking
        for scope in scopes
        for ranking in (
            index.search_posts_text(query("sushi omakase"), creators=30, per_creator=1, filters=scope),
            index.search_posts_vector(unit("sushi"), creators=30, per_creator=1, filters=scope),
            index.search_creators_text(query("sushi omakase"), limit=30, filters=scope),
            index.search_creators_vector(unit("sushi"), field="centroid", limit=30, filters=scope),
        )
    ]
    assert legs == [[hit.creator_id for hit in ranking] for ranking in one_by_one]
    index.close()


def test_a_passage_after_the_first_finds_its_post(server: Server) -> None:
    many = post("many", "c", "eel", passages=8)
    filled(server, [creator("c", posts=[many]), creator("other", ["bread"])])
    index = open_for_reading(server)
    [hit, *_] = index.search_posts_vector(unit("eel" + "#" * 7), creators=3, per_creator=3, filters=NO_FILTERS)
    assert (hit.post_id, hit.passage) == ("many", 7)
    assert [found.id for found in index.posts_of("c")] == ["many"]
    assert set(index.get_posts(["many"])) == {"many"}
    assert index.info().posts == 2
    assert index.info().passages == 9
    index.close()


def test_three_shards_answer_as_one(elasticsearch: str, tmp_path: Path) -> None:
    answers = []
    for shards in (1, 3):
        address = f"{elasticsearch}/shards{shards}-{os.getpid()}"
        server = Server(address, tmp_path / str(shards), shards=shards)
        filled(server, [*some_creators(), *niche_and_others()])
        index = open_for_reading(server)
        answers.append((_answers(index), index.vocabulary(query("sushi"))))
        index.close()
        clean(server)
    assert answers[0] == answers[1]
