"""What the server does not let through: strangers, pages of other sites, odd paths and headers, too large, too slow."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from server import running
from server.settings import ServerSettings
from tests.conftest import ROOT, Demo, nichescout
from tests.server.conftest import Served, serving


def status_line(answer: bytes) -> bytes:
    return answer.split(b"\r\n", 1)[0]


def test_open_to_others_needs_a_key_first(small_demo: Demo) -> None:
    ran = nichescout("--data", str(small_demo.data), "serve", "--host", "0.0.0.0", "--port", "0")
    assert ran.code == 1
    assert ran.err == "nichescout: 0.0.0.0 can be reached by others: make a key first, with: nichescout keys add NAME\n"


def test_a_name_of_a_proxy_needs_a_key_too(small_demo: Demo) -> None:
    ran = nichescout("--data", str(small_demo.data), "serve", "--name", "scout.example", "--port", "0")
    assert ran.code == 1
    assert ran.err.startswith("nichescout: scout.example can be reached by others: make a key first")


def test_a_port_in_use_is_one_line(served: Served) -> None:
    ran = nichescout("--data", str(served.data), "serve", "--port", str(served.port))
    assert ran.code == 1
    assert ran.err.startswith(f"nichescout: cannot listen on 127.0.0.1 port {served.port}")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%2fsettings.py",
        "/static/%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/static//etc/passwd",
        "/static/style.css%00.html",
        "/static/../../../../../../etc/passwd",
    ],
)
def test_no_way_out_of_the_folder_of_static_files(served: Served, path: str) -> None:
    answer = served.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert status_line(answer).split()[1] in (b"404", b"400")
    assert b"root:" not in answer
    assert b"ServerSettings" not in answer


def test_static_files_are_there(served: Served) -> None:
    assert served.client.get("/static/style.css").headers["content-type"].startswith("text/css")


def test_no_header_can_be_smuggled_in(served: Served) -> None:
    odd = "/lists%0d%0aSet-Cookie:%20a=b"
    answered = served.client.post(
        "/lists/add", data={"creator": "x", "list_id": "0", "back": odd}, follow_redirects=False
    )
    assert "set-cookie" not in answered.headers
    made = served.client.post("/lists", data={"name": "a\r\nSet-Cookie: b=c"}, follow_redirects=False)
    assert made.status_code == 303
    assert "set-cookie" not in made.headers
    saved = served.client.post(made.headers["location"], data={"brands": "a\r\nX: y"}, follow_redirects=False)
    assert [name for name in saved.headers if name == "x"] == []
    served.client.delete(made.headers["location"].replace("/lists/", "/v1/lists/"))


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(served: Served, back: str) -> None:
    creator = served.client.get("/v1/creators/search", params={"q": "sushi"}).json()["results"][0]["creator"]["id"]
    answered = served.client.post(
        "/lists/add", data={"creator": creator, "list_id": "0", "back": back}, follow_redirects=False
    )
    assert answered.status_code == 303
    assert answered.headers["location"] == "/"


def test_a_body_that_is_too_large_is_refused(served: Served) -> None:
    for size in (300_000, 3_000_000):  # heard also by who still sends when it is said
        large = b'{"query": "' + b"a" * size + b'"}'
        answered = served.client.post("/v1/plans", content=large, headers={"Content-Type": "application/json"})
        assert answered.status_code == 413
    chunked = served.raw(
        b"POST /v1/plans HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
         b"10000\r\n" + b"a" * 65_536 + b"\r\n" + (b"10000\r\n" + b"a" * 65_536 + b"\r\n") * 4 + b"0\r\n\r\n"
    )  # fmt: skip
    assert status_line(chunked).startswith(b"HTTP/1.1 413")


def test_addresses_and_headers_that_are_too_long_are_refused(served: Served) -> None:
    assert served.client.get("/v1/creators/search?q=" + "a" * 20_000).status_code == 414
    head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n"
    assert status_line(served.raw(head)).split()[1] in (b"400", b"431")


@pytest.mark.parametrize("length", [b"-1", b"ten", b"1e3", b""])
def test_a_length_that_is_none_is_refused(served: Served, length: bytes) -> None:
    request = (
        b"POST /v1/plans HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + length + b"\r\n\r\n"
    )
    assert status_line(served.raw(request)).split()[1] in (b"400", b"413", b"422")


def test_who_sends_too_slowly_is_let_go(small_demo: Demo) -> None:
    with serving(small_demo.data, body_seconds=0.3, head_seconds=0.3) as hasty:
        started = time.monotonic()
        assert hasty.raw(b"GET /healthz HTTP/1.1\r\nHost: loc") == b""
        half = b"POST /v1/plans HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{"
        assert status_line(hasty.raw(half)).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - started < 10


def test_pages_of_other_sites_may_change_nothing(served: Served) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ):
        assert served.client.post("/v1/lists", json={"name": "evil"}, headers=headers).status_code == 403
    same = served.client.post(
        "/v1/lists", json={"name": "ours"}, headers={"Origin": served.address, "Sec-Fetch-Site": "same-origin"}
    )
    assert same.status_code == 201
    served.client.delete(f"/v1/lists/{same.json()['id']}")


def test_other_origins_read_only_when_named(served: Served, small_demo: Demo) -> None:
    asked = {"Origin": "https://app.example"}
    assert "access-control-allow-origin" not in served.client.get("/v1/sources", headers=asked).headers
    with serving(small_demo.data, origins=("https://app.example",)) as named:
        assert (
            named.client.get("/v1/sources", headers=asked).headers["access-control-allow-origin"]
            == "https://app.example"
        )
        other = named.client.get("/v1/sources", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_without_keys_it_answers_to_its_own_names_only(served: Served) -> None:
    for name in (b"evil.example", b"", b"127.0.0.1.evil.example"):
        answer = served.raw(b"GET /v1/sources HTTP/1.1\r\nHost: " + name + b"\r\nConnection: close\r\n\r\n")
        assert status_line(answer).startswith(b"HTTP/1.1 421"), name


def test_every_answer_has_the_headers_of_safety(served: Served) -> None:
    for path in ("/", "/v1/sources", "/v1/nothing", "/static/style.css", "/search?zz=1&q=a"):
        headers = served.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_it_says_where_it_listens_and_takes_whoever_comes_then(small_demo: Demo) -> None:
    command = [sys.executable, str(ROOT / "cli.py"), "--data", str(small_demo.data), "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout
        said = re.fullmatch(rb"Open (http://127.0.0.1:\d+) \(Ctrl-C ends it\)\n", server.stdout.readline())
        assert said
        assert httpx.get(f"{said[1].decode()}/healthz", timeout=60).status_code == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) in (0, -signal.SIGTERM)


def test_answers_do_not_wait_until_their_beginning_is_acknowledged() -> None:
    with running._listen(ServerSettings(port=0)) as listening:  # asyncio looks at this before it sets TCP_NODELAY
        assert listening.proto == socket.IPPROTO_TCP
