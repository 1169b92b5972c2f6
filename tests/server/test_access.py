"""Keys: shown once, kept as a hash, with scopes and rates; revoked ones hold no longer."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog.api_keys import Scope
from catalog.store import open_catalog
from server import access
from tests.conftest import Demo, nichescout
from tests.server.conftest import Served, serving


@pytest.fixture
def keyed(small_demo: Demo, tmp_path: Path) -> Iterator[Served]:
    with serving(Path(shutil.copytree(small_demo.data, tmp_path / "data")), keyless=False) as one:
        yield one


def key(served: Served, scope: Scope = "read", per_minute: int = 1_000) -> dict[str, str]:
    with open_catalog(served.data) as catalog:
        _, secret = catalog.add_key("test", scope=scope, per_minute=per_minute)
    return {"Authorization": f"Bearer {secret}"}


def test_without_a_key_nothing_is_told(keyed: Served) -> None:
    for path in ("/v1/creators/search?q=sushi", "/v1/sources", "/metrics", "/v1/lists"):
        answered = keyed.client.get(path)
        assert answered.status_code == 401, path
        assert answered.headers["www-authenticate"] == "Bearer"
    assert keyed.client.get("/v1/sources", headers={"Authorization": "Bearer nsk_wrong"}).status_code == 401
    assert keyed.client.get("/healthz").status_code == 200


def test_scopes_reach_as_far_as_they_say(keyed: Served) -> None:
    reader, writer = key(keyed), key(keyed, "write")
    assert keyed.client.get("/v1/sources", headers=reader).status_code == 200
    refused = keyed.client.post("/v1/lists", json={"name": "L"}, headers=reader)
    assert refused.status_code == 403
    assert refused.json()["detail"] == "this key may read, this needs one that may write"
    assert keyed.client.post("/v1/lists", json={"name": "L"}, headers=writer).status_code == 201
    creator = keyed.client.get("/v1/creators/search?q=sushi", headers=writer).json()["results"][0]["creator"]["id"]
    removal = {"sure": "yes", "reference": "r"}
    assert keyed.client.post(f"/creators/{creator}/forget", data=removal, headers=writer).status_code == 403
    assert keyed.client.get(f"/v1/creators/{creator}", headers=writer).status_code == 200


def test_who_asks_too_often_waits(keyed: Served) -> None:
    slow = key(keyed, per_minute=3)
    answers = [keyed.client.get("/v1/sources", headers=slow) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["x-ratelimit-remaining"] for one in answers[:3]] == ["2", "1", "0"]
    assert answers[0].headers["x-ratelimit-limit"] == "3"
    assert 1 <= int(answers[3].headers["retry-after"]) <= 21
    assert keyed.client.get("/v1/sources", headers=key(keyed)).status_code == 200


def test_a_revoked_key_holds_no_longer(keyed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "KEPT_SECONDS", 0.0)
    held = key(keyed)
    assert keyed.client.get("/v1/sources", headers=held).status_code == 200
    ran = nichescout("--data", str(keyed.data), "keys", "revoke", "1")
    assert (ran.code, ran.out) == (0, "Key 1 is revoked.\n")
    assert keyed.client.get("/v1/sources", headers=held).status_code == 401
    assert (
        nichescout("--data", str(keyed.data), "keys", "revoke", "1").err
        == "nichescout: no key 1 holds; see: nichescout keys list\n"
    )


def test_a_key_is_shown_once_and_kept_nowhere(tmp_path: Path) -> None:
    made = nichescout("--data", str(tmp_path), "keys", "add", "tool", "--scope", "write")
    secret = made.out.strip()
    assert secret.startswith("nsk_")
    assert len(secret) > 40
    listed = nichescout("--data", str(tmp_path), "keys", "list", "--json")
    assert '"name": "tool"' in listed.out
    assert secret not in listed.out
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as database:
        kept = "\n".join(database.iterdump())
    assert "tool" in kept
    assert secret not in kept
    assert secret.removeprefix("nsk_") not in kept


def test_the_page_asks_for_a_key_and_keeps_it_from_scripts(keyed: Served) -> None:
    asked = keyed.client.get("/", follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (303, "/login")
    assert keyed.client.post("/login", data={"key": "nsk_wrong"}).status_code == 401
    secret = key(keyed)["Authorization"].removeprefix("Bearer ")
    let_in = keyed.client.post("/login", data={"key": secret}, follow_redirects=False)
    assert let_in.status_code == 303
    cookie = let_in.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert keyed.client.get("/").status_code == 200
    assert keyed.client.post("/lists", data={"name": "x"}).status_code == 403
    keyed.client.post("/logout")
    assert keyed.client.get("/", follow_redirects=False).status_code == 303
