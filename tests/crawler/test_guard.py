"""No socket is opened outside the guarded handler: the interpreter itself refuses, in processes of their own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.crawl_settings import CrawlSettings
from crawler.safety import is_public
from tests.conftest import ROOT
from tests.crawler.crawling import crawl, outcomes, seed, start_job
from tests.crawler.site import Reply, serve


def run_guarded(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


CRAWL = """
import socket, sys
from crawler import guard
guard.guard_crawl()
port = {port}
def attempt(address, family=socket.AF_INET):
    with socket.socket(family) as one:
        one.settimeout(2)
        try:
            one.connect(address)
            return "open"
        except guard.ConnectionNotAllowed:
            return "refused"
print(attempt(("127.0.0.1", port)), attempt(("10.0.0.1", 80)), attempt(("169.254.169.254", 80)),
      attempt(("::1", port), socket.AF_INET6))
guard.allowed.add(("127.0.0.1", port))
print(attempt(("127.0.0.1", port)), attempt(("127.0.0.1", port + 1)))
token = guard.reading.set(True)
print(attempt(("127.0.0.1", port)))
"""


def test_a_crawl_connects_to_public_and_allowed_addresses_only() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        out = run_guarded(CRAWL.format(port=server.getsockname()[1])).splitlines()
    assert out == ["refused refused refused refused", "open refused", "refused"]


READ_ALL = """
import sys, warnings
warnings.simplefilter("ignore")
from tests.sources.cases import ALL_CASES, read_page
from crawler import guard
from crawler.errors import UnreadablePage
opened = []
sys.addaudithook(lambda event, arguments: opened.append(event) if event.startswith("socket.") else None)
guard.guard_reader()
import socket
for attempt in (lambda: socket.create_connection(("93.184.216.34", 80)), lambda: socket.getaddrinfo("a.example", 80)):
    try:
        attempt()
        sys.exit("a socket was opened")
    except guard.ConnectionNotAllowed:
        pass
import asyncio
asyncio.run(asyncio.sleep(0))
opened.clear()
read = 0
for case in ALL_CASES:
    for body in (None, b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "http://a.example/x">]><rss>&x;</rss>'):
        try:
            read_page(case.page_class, case.response(body), case.context)
            read += 1
        except UnreadablePage:
            pass
print(read, [event for event in opened if event != "socket.__new__"])  # asyncio's own pair, never the internet's
"""


def test_page_objects_and_their_libraries_open_nothing() -> None:
    read, opened = run_guarded(READ_ALL).split(" ", 1)
    assert int(read) > 20
    assert opened.strip() == "[]"


def results(*urls: str) -> Reply:
    rows = ",".join(f'{{"url": "{url}", "title": "t", "engines": ["e"], "score": 1}}' for url in urls)
    return Reply(f'{{"query": "q", "results": [{rows}]}}'.encode(), headers={"Content-Type": "application/json"})


def test_the_operator_s_own_search_engine_may_be_on_this_machine_and_nothing_else(tmp_path: Path) -> None:
    """A live crawl: what the results name is public or refused, also on the very same port."""
    with serve({}) as site:
        base = f"http://127.0.0.1:{site.port}"
        search = f"127.0.0.1:{site.port}/search?format=json&pageno=1&q=sushi"
        site.routes[search] = results(
            f"{base}/secret", f"http://localhost:{site.port}/secret", "http://2130706433/secret", "http://127.0.0.1/"
        )
        site.routes[f"127.0.0.1:{site.port}/search?format=json&pageno=1&q=off"] = Reply(
            b"", 302, {"Location": "http://localhost/secret"}
        )
        seeds = [seed(f"{base}/search?format=json&pageno=1&q={q}", "searxng", "results") for q in ("sushi", "off")]
        job = start_job(tmp_path, seeds)
        settings = CrawlSettings(
            data_dir=tmp_path,
            job_id=job,
            contact="https://scout.example/",
            minutes=1.0,
            own_search=(f"{base}/search",),
        )
        crawl(settings)
        asked = site.urls()
    assert asked == [search, search.replace("sushi", "off")]  # and no robots.txt of it
    ended = outcomes(tmp_path)
    assert ended[f"http://{search}"] == ("done", "ok")
    assert ended["http://localhost/secret"] == ("failed", "blocked")


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8", "168.63.129.16",
        "169.254.169.254", "172.16.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "203.0.113.9", "224.0.0.251", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
        "2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
        "ff02::1", "fe80::1%eth0", "2606:4700::1111%lo",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2001:4860:4860::8888"])
def test_addresses_that_are_public(ip: str) -> None:
    assert is_public(ip)
