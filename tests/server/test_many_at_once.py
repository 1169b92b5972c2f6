"""More askers than fit, searches that hang, a server that is told to end: each is told something, and soon."""

import shutil
import socket
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from search.engine import Engine
from tests.server.conftest import Served, serving


def test_more_at_once_than_fit_are_told_to_come_again(small_demo: Any) -> None:
    with serving(small_demo.data, in_flight=2, engines=1) as narrow:
        statuses: list[int] = []

        def ask(number: int) -> None:
            answered = narrow.client.get("/v1/creators/search", params={"q": f"sushi number {number} in boston"})
            statuses.append(answered.status_code)
            if answered.status_code == 503:
                assert answered.headers["retry-after"] == "1"

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200, 503}
        assert narrow.client.get("/healthz").status_code == 200
        assert narrow.client.get("/v1/creators/search", params={"q": "sushi"}).status_code == 200


def test_a_search_that_hangs_keeps_the_others_from_its_engine_alone(
    small_demo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def hang(*_: Any, **__: Any) -> None:
        begun.set()
        go_on.wait(100)

    monkeypatch.setattr(Engine, "search", hang)
    with serving(small_demo.data, engines=1, engine_seconds=0.1) as narrow:
        hanging = threading.Thread(target=lambda: narrow.client.get("/v1/creators/search", params={"q": "sushi"}))
        hanging.start()
        begun.wait()
        refused = narrow.client.get("/v1/creators/search", params={"q": "ramen"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        page = narrow.client.get("/search", params={"q": "ramen"})
        assert (page.status_code, page.headers["retry-after"]) == (503, "1")
        assert "Too many searches at once; try again in a moment." in page.text
        assert narrow.client.get("/healthz").status_code == 200
        assert narrow.client.get("/v1/lists").status_code == 200
        go_on.set()
        hanging.join()


def test_what_runs_may_end_when_the_server_does(small_demo: Any) -> None:
    answers: list[bytes] = []
    body = b'{"query": "sushi"}'
    head = f"POST /v1/plans HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n"

    def go_on(one: Served, connection: socket.socket) -> None:
        one.ending.wait()
        connection.sendall(body)
        answers.append(connection.recv(65_536))

    with serving(small_demo.data) as one:
        connection = socket.create_connection(("127.0.0.1", one.port), timeout=20)
        connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n")
        assert connection.recv(1_000).startswith(b"HTTP/1.1 100")  # it runs, and waits for its body
        asking = threading.Thread(target=go_on, args=(one, connection))
        asking.start()
    asking.join()
    connection.close()
    assert answers[0].startswith(b"HTTP/1.1 200")


def test_an_answer_that_takes_too_long_is_given_up(small_demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(Engine, "search", lambda *_, **__: go_on.wait(100))
    with serving(small_demo.data, request_seconds=1.0) as hasty:
        answered = hasty.client.get("/v1/creators/search", params={"q": "sushi"})
        go_on.set()
        assert answered.status_code == 504
        assert answered.json()["title"] == "It took too long"
        assert answered.headers["x-request-id"] == answered.json()["request_id"]


def test_streams_end_with_the_server(small_demo: Any, tmp_path: Path) -> None:
    lines: list[str] = []
    with serving(Path(shutil.copytree(small_demo.data, tmp_path / "data"))) as one:
        job = one.client.post("/v1/jobs", json={"query": "east coast sushi"}).json()["id"]
        begun = threading.Event()

        def follow() -> None:
            with httpx.stream("GET", f"{one.address}/v1/jobs/{job}/events", timeout=60) as stream:
                for line in stream.iter_lines():
                    lines.append(line)
                    begun.set()

        following = threading.Thread(target=follow)
        following.start()
        begun.wait()
    following.join(timeout=60)
    assert not following.is_alive()
    assert lines[0] == "event: progress"
