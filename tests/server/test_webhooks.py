"""News to webhooks: signed, to public addresses only, tried again, each attempt written down."""

import hashlib
import hmac
import http.client
import json
import shutil
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app import webhooks
from app.config import Config
from app.watching import deliver, look, webhook_secret
from catalog.store import open_catalog
from search.engine import open_engine
from tests.catalog.builders import Clock
from tests.conftest import Demo
from tests.crawler.site import Reply, serve

WEBHOOK = "https://hooks.example.org/news?team=a"


@pytest.mark.parametrize("leads_to", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_into_a_private_network_gets_nothing(monkeypatch: pytest.MonkeyPatch, leads_to: str) -> None:
    def resolve(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (leads_to, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    outcome, arrived = webhooks.send(WEBHOOK, b"{}", "sha256=x")
    assert not arrived
    assert outcome == "not sent: hooks.example.org leads into a private network"


def test_what_cannot_be_reached_is_told_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert webhooks.send(WEBHOOK, b"{}", "sha256=x") == ("not sent: gaierror", False)


def test_news_are_signed_tried_again_and_written_down(
    small_demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Path(shutil.copytree(small_demo.data, tmp_path / "data"))
    clock, config = Clock(), Config(data=data)
    said: list[str] = []
    with serve({}) as site, open_catalog(data, clock=clock) as catalog, open_engine(data) as engine:
        host, _, port = site.address.partition(":")
        at = f"{site.address}/news?team=a"
        site.routes = {at: [Reply(b"", 500), Reply(b"", 302), Reply(b"thanks", 200)]}
        monkeypatch.setattr(webhooks, "_connect", lambda _: http.client.HTTPConnection(host, int(port), timeout=10))
        watch = catalog.add_watch("W", "sushi in boston", {}, webhook=WEBHOOK)
        look(catalog, engine, watch)
        deliver(config, catalog, said.append)
        assert said == []  # the first look is where it begins
        with catalog._unit() as unit:
            gone = unit.connection.exec_driver_sql(
                "DELETE FROM watch_match WHERE rowid IN (SELECT rowid FROM watch_match LIMIT 2) RETURNING creator_id"
            ).scalars().all()  # fmt: skip
        look(catalog, engine, catalog.one_watch(watch.id))
        for outcome, minutes in (("answered 500", 1), ("answered 302", 10), ("answered 200", None)):
            deliver(config, catalog, said.append)
            assert said.pop() == f"webhook of watch “W”: {outcome}"
            deliver(config, catalog, said.append)
            assert said == []  # not before its time
            (one,) = catalog.deliveries(watch.id)
            assert one.due == (clock() + timedelta(minutes=minutes) if minutes else None)
            clock.later(minutes=minutes or 0)
        requests = site.requests(at)
    assert len(requests) == 3
    body = requests[-1].body
    assert {creator["id"] for creator in json.loads(body)["creators"]} == set(gone)
    signed = hmac.new(webhook_secret(data, watch).encode(), body.encode(), hashlib.sha256).hexdigest()
    assert requests[-1].headers["x-nichescout-signature"] == f"sha256={signed}"


def test_after_five_attempts_nothing_more_is_tried(tmp_path: Path) -> None:
    clock = Clock()
    with open_catalog(tmp_path, clock=clock) as catalog:
        watch = catalog.add_watch("W", "sushi", {}, webhook=WEBHOOK)
        with catalog._unit() as unit:
            unit.connection.exec_driver_sql(
                "INSERT INTO delivery (watch_id, creator_ids, at, due, attempts, outcome)"
                " VALUES (?, '[]', 0, 0, 0, '')",
                (watch.id,),
            )
        for _ in range(5):
            (due,) = catalog.due_deliveries()
            catalog.delivered(due, "answered 500", arrived=False)
            clock.later(days=1)
        assert catalog.due_deliveries() == []
