"""A real node that is stopped, paused, killed, slow, full or too busy: a clear error in time, and nothing lost."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from indexer.backends.elastic import client as limits
from indexer.backends.elastic import editions
from indexer.backends.elastic.opening import connect, open_for_reading, open_for_writing
from indexer.contract import Index
from indexer.errors import IndexUnavailable
from indexer.locations import Server
from tests.conftest import started_or_skipped
from tests.indexer.contract.case import NO_FILTERS
from tests.indexer.contract.people import some_creators
from tests.indexer.test_elastic import MODEL, _answers, filled
from tests.indexer.worlds import DIMENSION, creator, query
from tests.services.elasticsearch import Node
from tests.services.relay import HOP, Relay

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node of our own, which nobody else minds losing."""

    def start() -> Node:
        node = Node(f"frail-{tmp_path_factory.getbasetemp().name}", brief=True)
        node.start()
        return node

    node = started_or_skipped(start)
    yield node
    node.resume()
    node.stop()
    shutil.rmtree(node.data)


@pytest.fixture
def up(frail: Node) -> Node:
    """The node, running again whatever the test before did to it."""
    if frail.pid == 0:
        frail.start()
    return frail


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH_SECONDS", 3.0)
    monkeypatch.setattr(limits, "WRITE_SECONDS", 3.0)
    monkeypatch.setattr(limits, "_FIRST_PAUSE", 0.05)
    monkeypatch.setattr(limits, "_LONGEST_PAUSE", 0.2)


def at(node: Node, tmp_path: Path, name: str) -> Server:
    return Server(f"{node.address}/{name}", tmp_path / "remote")


def opened(server: Server) -> Index:
    return open_for_writing(server, model=MODEL, dimension=DIMENSION)


def find(index: Index) -> list[str]:
    hits = index.search_posts_text(query("sushi"), creators=9, per_creator=1, filters=NO_FILTERS)
    return sorted(hit.creator_id for hit in hits)


def test_a_node_that_is_killed_between_two_batches(up: Node, tmp_path: Path) -> None:
    """What was acknowledged is there after the restart, the reader finds its way back, the build goes on."""
    server = at(up, tmp_path, "killed")
    index = opened(server)
    index.upsert(some_creators()[:20])
    index.commit(epoch="e", seq=20)
    reader = open_for_reading(server)
    before = find(reader)
    up.stop(by=9)
    index.upsert(some_creators()[20:])
    with pytest.raises(IndexUnavailable, match=r"at http://127.0.0.1:\d+ cannot be reached .*is it running\?"):
        index.commit(epoch="e", seq=40)
    with pytest.raises(IndexUnavailable, match="cannot be reached"):
        find(reader)
    with pytest.raises(IndexUnavailable, match="cannot be reached"):
        open_for_reading(server)
    index.close()
    up.start()
    assert find(reader) == before  # the state that it looked at died with the node; it opened another
    reader.close()
    again = opened(server)
    assert again.info().feed_seq == 20
    again.upsert(some_creators()[20:])
    again.commit(epoch="e", seq=40)
    undisturbed = at(up, tmp_path / "other", "undisturbed")
    filled(undisturbed, some_creators(), seq=40)
    whole = open_for_reading(undisturbed)
    assert _answers(again) == _answers(whole)
    whole.close()
    again.close()


def test_a_node_that_is_paused_is_an_error_in_time_and_answers_again(up: Node, tmp_path: Path) -> None:
    server = at(up, tmp_path, "paused")
    filled(server, [creator("one", ["sushi"])])
    reader = open_for_reading(server)
    writer = opened(server)
    up.pause()
    try:
        started = time.monotonic()
        with pytest.raises(IndexUnavailable, match="does not answer in time"):
            find(reader)
        with pytest.raises(IndexUnavailable, match="does not answer in time"):
            open_for_reading(server)
        writer.upsert([creator("two", ["sushi"])])
        with pytest.raises(IndexUnavailable, match="does not answer in time"):
            writer.commit(epoch="e", seq=2)
        assert time.monotonic() - started < 100  # with the limits of every day, each write alone would be longer
    finally:
        up.resume()
    assert find(reader) == ["one"]
    reader.close()
    writer.close()
    again = opened(server)
    again.upsert([creator("two", ["sushi"])])
    again.commit(epoch="e", seq=2)
    assert find(again) == ["one", "two"]
    again.close()


def test_an_index_that_may_not_be_written_says_why(up: Node, tmp_path: Path) -> None:
    """As a full disk makes it (flood stage), and as an operator does."""
    server = at(up, tmp_path, "readonly")
    filled(server, [creator("one", ["sushi"])])
    cluster = connect(server)
    names = ",".join(editions.current(cluster).names)
    for block, told in (
        ("read_only_allow_delete", "a disk of the cluster is nearly full; make room there"),
        ("write", "is read-only .* allow writing, then run: nichescout index build"),
    ):
        cluster.set(names, {f"blocks.{block}": True})
        index = opened(server)
        index.upsert([creator("two", ["sushi"])])
        with pytest.raises(IndexUnavailable, match=told):
            index.commit(epoch="e", seq=2)
        assert find(index) == ["one"]  # still read
        index.close()
        cluster.set(names, {f"blocks.{block}": None})
    index = opened(server)
    assert index.info().feed_seq == 1
    index.upsert([creator("two", ["sushi"])])
    index.commit(epoch="e", seq=2)
    assert find(index) == ["one", "two"]
    index.close()
    cluster.close()


def test_an_index_that_was_deleted_is_not_made_anew_by_a_document(up: Node, tmp_path: Path) -> None:
    server = at(up, tmp_path, "deleted")
    index = opened(server)
    cluster = connect(server)
    for edition in editions.all_editions(cluster):
        cluster.drop(edition.names)
    index.upsert([creator("one", ["sushi"])])
    with pytest.raises(Exception, match="index"):
        index.commit(epoch="e", seq=1)
    assert cluster.indices(f"{cluster.address.prefix}-*") == {}
    index.close()
    cluster.close()


class Between:
    """A proxy before a real node that answers some requests itself."""

    def __init__(self, port: int) -> None:
        """``port``: where the node listens."""
        self.refuse: Callable[[str, bytes], tuple[int, object] | None] = lambda path, body: None
        self.seen: list[str] = []
        between = self

        class Handler(Relay):
            def handle_one(self) -> None:
                body = self.body()
                between.seen.append(self.path)
                own = between.refuse(self.path, body)
                if own is not None:
                    self.reply(own[0], json.dumps(own[1]).encode())
                    return
                upstream = HTTPConnection("127.0.0.1", port)
                kept = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
                upstream.request(self.command, self.path, body, kept)
                answer = upstream.getresponse()
                self.reply(answer.status, answer.read(), answer.headers["Content-Type"])
                upstream.close()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def between(up: Node) -> Iterator[Between]:
    made = Between(up.port)
    yield made
    made.close()


def behind(between: Between, tmp_path: Path, name: str) -> Server:
    return Server(f"http://127.0.0.1:{between.server.server_port}/{name}", tmp_path / "remote")


def busy(body: bytes) -> dict[str, object]:
    """What a node answers to a bulk request whose documents its queue could not take (measured shape)."""
    actions = [json.loads(line) for line in body.splitlines()[::2]]
    error = {"type": "es_rejected_execution_exception", "reason": "rejected execution of coordinating operation"}
    return {
        "took": 1,
        "errors": True,
        "items": [{"index": {**action["index"], "status": 429, "error": error}} for action in actions],
    }


def test_documents_that_a_busy_node_rejects_are_sent_again(between: Between, tmp_path: Path) -> None:
    server = behind(between, tmp_path, "busy")
    index = opened(server)
    left = [3]

    def refuse(path: str, body: bytes) -> tuple[int, object] | None:
        if "_bulk" in path and left[0] > 0:
            left[0] -= 1
            return 200, busy(body)
        return None

    between.refuse = refuse
    index.upsert(some_creators())
    index.commit(epoch="e", seq=1)
    assert left == [0]
    assert index.info().creators == len(some_creators())
    index.close()


def test_a_node_that_stays_too_busy_is_an_error_and_the_position_stays(between: Between, tmp_path: Path) -> None:
    server = behind(between, tmp_path, "toobusy")
    filled(server, [creator("one", ["sushi"])], seq=7)
    index = opened(server)
    between.refuse = lambda path, body: (200, busy(body)) if "_bulk" in path else None
    index.upsert([creator("two", ["sushi"])])
    with pytest.raises(IndexUnavailable, match=r"is too busy \(rejected execution"):
        index.commit(epoch="e", seq=8)
    index.close()
    between.refuse = lambda path, body: None
    again = opened(server)
    assert (again.info().feed_seq, find(again)) == (7, ["one"])
    again.close()


PARTLY = {"took": 1, "timed_out": False, "_shards": {"total": 3, "successful": 2, "skipped": 0, "failed": 1}}
LATE = {"took": 8000, "timed_out": True, "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0}}
NOTHING = {"hits": {"total": {"value": 0, "relation": "eq"}, "max_score": None, "hits": []}, "status": 200}


@pytest.mark.parametrize(("part", "told"), [(PARTLY, "1 of 3 parts of the index failed"), (LATE, "it ran out of time")])
def test_fewer_results_are_never_given_without_a_word(
    between: Between, tmp_path: Path, part: dict[str, object], told: str
) -> None:
    server = behind(between, tmp_path, f"partly{part['timed_out']}".lower())
    filled(server, [creator("one", ["sushi"])])
    reader = open_for_reading(server)
    answer = {"took": 1, "responses": [{**part, **NOTHING}]}
    between.refuse = lambda path, body: (200, answer) if "_msearch" in path else None
    with pytest.raises(IndexUnavailable, match=f"answered only in part: {told}"):
        find(reader)
    between.refuse = lambda path, body: None
    assert find(reader) == ["one"]
    reader.close()


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (401, {"error": {"type": "security_exception", "reason": "missing authentication"}}, "wants a valid API key"),
        (403, {"error": {"type": "security_exception", "reason": "is unauthorized"}}, "API key may not do this"),
        (
            400,
            {"error": {"type": "media_type_header_exception", "reason": "Accept version must be either 8 or 7"}},
            "is older than version 9",
        ),
        (503, {"error": {"type": "master_not_discovered_exception", "reason": "no master"}}, "is not ready .no master"),
        (500, {"error": {"type": "illegal_state_exception", "reason": "broken"}}, "refuses a request .500: broken"),
    ],
)
def test_what_a_server_refuses_is_told_in_words(
    between: Between, tmp_path: Path, status: int, answer: object, told: str
) -> None:
    between.refuse = lambda path, body: (status, {**answer, "status": status})
    with pytest.raises(Exception, match=told):
        open_for_reading(behind(between, tmp_path, "refused"))
