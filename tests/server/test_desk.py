"""Lists, corrections, watches and jobs over HTTP, and what of them a forgotten creator leaves behind: nothing."""

import csv
import io
import json
import threading
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.asked import do_asked
from app.config import Config
from app.telling import Stopped
from app.watching import look, payload, signature, webhook_secret
from catalog.store import open_catalog
from search.engine import open_engine
from tests.conftest import WORLD
from tests.server.conftest import HOSTS, Served

QUERY = "sushi in boston"


def creators(served: Served, number: int, query: str = QUERY) -> list[dict[str, Any]]:
    answer = served.client.get("/v1/creators/search", params={"q": query, "limit": number}).json()
    return [result["creator"] for result in answer["results"]]


def made_list(served: Served, name: str, **more: Any) -> dict[str, Any]:
    answered = served.client.post("/v1/lists", json={"name": name, **more})
    assert answered.status_code == 201, answered.text
    assert answered.headers["location"] == f"/v1/lists/{answered.json()['id']}"
    return dict(answered.json())


def test_a_list_from_first_to_last(served: Served) -> None:
    one, two = (creator["id"] for creator in creators(served, 2))
    made = made_list(served, "Autumn  launch")
    assert made["name"] == "Autumn launch"
    at = f"/v1/lists/{made['id']}"
    assert served.client.post("/v1/lists", json={"name": "autumn launch"}).status_code == 422
    put = served.client.put(
        f"{at}/creators/{one}", json={"query": QUERY, "note": "met her", "status": "contacted", "on_day": "2026-11-30"}
    )
    assert put.json()["status"] == "contacted"
    served.client.put(f"{at}/creators/{two}", json={"fee": "300"})
    changed = served.client.put(f"{at}/creators/{one}", json={"status": "agreed"}).json()
    assert (changed["status"], changed["note"], changed["on_day"]) == ("agreed", "met her", "2026-11-30")
    entries = served.client.get(at).json()["entries"]
    assert [entry["creator_id"] for entry in entries] == [one, two]
    assert served.client.put(f"{at}/creators/{one}", json={"status": "married"}).status_code == 422
    assert served.client.put(f"{at}/creators/{one}", json={"on_day": "soon"}).status_code == 422
    assert served.client.put(f"{at}/creators/nobody", json={}).status_code == 404
    assert served.client.delete(f"{at}/creators/{two}").status_code == 204
    assert served.client.delete(f"{at}/creators/{two}").status_code == 404
    assert served.client.delete(at).status_code == 204
    assert served.client.get(at).status_code == 404


def test_exports_hold_contact_quote_and_place_and_run_nothing(served: Served) -> None:
    creator = creators(served, 1)[0]
    made = made_list(served, "Exported")
    note = '=HYPERLINK("https://evil.example","x")'
    served.client.put(
        f"/v1/lists/{made['id']}/creators/{creator['id']}",
        json={"query": QUERY, "note": note, "fee": "+1", "next_step": "*call*"},
    )
    export = f"/v1/lists/{made['id']}/export"
    answered = served.client.get(export)
    assert answered.headers["content-type"].startswith("text/csv")
    assert answered.headers["content-disposition"] == 'attachment; filename="exported.csv"'
    (row,) = csv.DictReader(io.StringIO(answered.text))
    assert row["name"] == creator["name"]
    assert row["note"] == f"'{note}"
    assert row["fee"] == "'+1"
    assert row["place"] == "Boston, MA, US"
    assert float(row["how_sure"]) > 0.5
    assert row["quote"]
    assert row["quote_address"].startswith("https://")
    value = served.client.get(export, params={"format": "json"}).json()
    assert value["creators"][0]["note"] == note
    text = served.client.get(export, params={"format": "md"}).text
    assert f"**{creator['name']}**" in text
    assert r"next: \*call\*" in text
    assert served.client.get(export, params={"format": "xls"}).status_code == 422


def test_who_of_a_list_posted_about_us(served: Served) -> None:
    creator = creators(served, 1)[0]
    report = served.client.get(f"/v1/creators/{creator['id']}").json()
    word = "Pier Four"
    naming = [post for post in report["posts"] if word.lower() in f"{post['title']} {post['text']}".lower()]
    assert naming
    made = made_list(served, "Campaign", brands=[word])
    served.client.put(f"/v1/lists/{made['id']}/creators/{creator['id']}", json={})
    posts = served.client.get(f"/v1/lists/{made['id']}/posts").json()
    assert [post["url"] for post in posts] == [post["url"] for post in naming]
    assert posts[0]["brands"] == [word]
    shown = [
        sum(n for n in (p["likes"], p["comments"], p["shares"]) if n is not None)
        for p in report["posts"]
        if p["likes"] is not None
    ]
    assert posts[0]["usual"] == pytest.approx(sorted(shown)[len(shown) // 2], abs=2)
    served.client.patch(f"/v1/lists/{made['id']}", json={"brands": ["nobody names this"]})
    assert served.client.get(f"/v1/lists/{made['id']}/posts").json() == []


def test_side_by_side(served: Served) -> None:
    ids = [creator["id"] for creator in creators(served, 3)]
    table = served.client.get("/v1/compare", params={"id": ids, "for": QUERY}).json()
    assert [column["id"] for column in table["creators"]] == ids
    assert {len(row["cells"]) for row in table["rows"]} == {3}
    assert served.client.get("/v1/compare", params={"id": ids[:1]}).status_code == 422
    assert served.client.get("/v1/compare", params={"id": [ids[0], ids[0]]}).status_code == 422


def test_a_correction_counts_at_once_and_can_be_taken_back(own: Served) -> None:
    first, second = creators(own, 2)
    at = f"/v1/creators/{first['id']}/marks"
    kept = own.client.post(at, json={"kind": "not-relevant", "query": QUERY, "reason": "sells knives"})
    assert kept.status_code == 201
    assert "sells knives" in kept.json()["text"]
    assert creators(own, 1)[0]["id"] == second["id"]
    assert [row["kind"] for row in own.client.get(at).json()] == ["not-relevant"]
    assert own.client.delete(f"{at}/last").status_code == 200
    assert creators(own, 1)[0]["id"] == first["id"]
    assert own.client.delete(f"{at}/last").status_code == 422
    assert own.client.post(at, json={"kind": "place", "value": "Nowhereville-on-Sea"}).status_code == 422
    assert own.client.post(at, json={"kind": "wrong"}).status_code == 422


def test_a_watch_tells_who_is_new(own: Served) -> None:
    made = own.client.post(
        "/v1/watches", json={"name": "W", "q": QUERY, "tier": "nano", "webhook": "https://hooks.example/x"}
    )
    assert made.status_code == 201
    watch, secret = made.json(), made.json()["webhook_secret"]
    at = f"/v1/watches/{watch['id']}"
    first = own.client.get(at).json()["results"]
    assert first
    assert not any(one["is_new"] for one in first)
    gone = first[0]["result"]["creator"]["id"]
    with open_catalog(own.data) as catalog, open_engine(own.data) as engine:
        with catalog._unit() as unit:  # as if it had not been there at the first look
            unit.connection.exec_driver_sql("DELETE FROM watch_match WHERE creator_id = ?", (gone,))
        look(catalog, engine, catalog.one_watch(watch["id"]))  # a worker does, and nobody sees it
        for _ in range(2):  # reading changes nothing
            second = own.client.get(at).json()["results"]
            assert [one["result"]["creator"]["id"] for one in second if one["is_new"]] == [gone]
            assert second[0]["is_new"]
        before = catalog.one_watch(watch["id"]).checked
        seen = own.client.post(f"{at}/seen").json()
        assert [one["is_new"] for one in seen["results"]] == [one["is_new"] for one in second]
        after = catalog.one_watch(watch["id"]).checked
        assert before is not None
        assert after is not None
        assert after > before  # what is told are whole seconds
        third = own.client.get(at).json()["results"]
        assert not any(one["is_new"] for one in third)
        (due,) = catalog.due_deliveries()
        assert due.creator_ids == (gone,)
        body = payload(catalog.one_watch(watch["id"]), due, engine)
        value = json.loads(body)
        assert [creator["id"] for creator in value["creators"]] == [gone]
        assert webhook_secret(own.data, catalog.one_watch(watch["id"])) == secret
        assert signature(own.data, catalog.one_watch(watch["id"]), body).startswith("sha256=")
        assert (own.data / "webhook.key").stat().st_mode & 0o077 == 0
    feed = ET.fromstring(own.client.get(f"{at}/feed").content)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == len(third)
    again = own.client.get(f"{at}/feed", headers={"If-None-Match": own.client.get(f"{at}/feed").headers["etag"]})
    assert again.status_code == 304  # a feed reader asks every hour
    told = own.client.get(f"{at}/deliveries").json()
    assert told[0]["creators"] == [gone]
    assert own.client.delete(at).status_code == 204


@pytest.mark.parametrize(
    "webhook",
    ["http://hooks.example/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/x", "https://localhost/",
     "https://169.254.169.254/latest", "https://user:pw@hooks.example.org/", "ftp://hooks.example.org/", "nonsense"],
)  # fmt: skip
def test_webhooks_lead_out_and_are_encrypted(served: Served, webhook: str) -> None:
    answered = served.client.post("/v1/watches", json={"name": "W", "q": QUERY, "webhook": webhook})
    assert 400 <= answered.status_code < 500, answered.text


def test_a_job_is_done_by_a_worker_and_followed_as_events(own: Served) -> None:
    asked = own.client.post("/v1/jobs", json={"query": "east coast sushi", "pages": 30, "sources": ["mastodon"]})
    assert asked.status_code == 202
    job = asked.json()
    assert (
        own.client.post("/v1/jobs", json={"query": "east coast sushi", "pages": 30, "sources": ["mastodon"]}).json()[
            "id"
        ]
        == job["id"]
    )
    assert own.client.get(f"/v1/jobs/{job['id']}").json()["state"] == "waiting"
    config = Config(data=own.data, hosts=HOSTS)

    def work() -> None:
        with open_catalog(own.data) as catalog:
            assert do_asked(config, catalog, "w", lambda _: None, replay=WORLD)
            assert not do_asked(config, catalog, "w", lambda _: None, replay=WORLD)

    events: list[dict[str, Any]] = []
    with own.client.stream("GET", f"/v1/jobs/{job['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        worker = threading.Thread(target=work)
        worker.start()
        lines = stream.iter_lines()
        events += [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    worker.join()
    assert events[-1]["state"] == "done"
    assert {"waiting", "running", "done"} >= {event["state"] for event in events}
    assert events[-1]["progress"]["pages"] >= 1
    assert own.client.get("/v1/jobs").json()[0]["id"] == job["id"]


def test_a_job_that_nobody_wants_any_longer(own: Served) -> None:
    job = own.client.post("/v1/jobs", json={"query": "sushi in boston"}).json()
    assert own.client.delete(f"/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    with open_catalog(own.data) as catalog:
        assert not do_asked(Config(data=own.data, hosts=HOSTS), catalog, "w", lambda _: None, replay=WORLD)


def test_a_job_is_stopped_after_the_pages_on_their_way(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.asked._EVERY", 0.0)
    job = own.client.post("/v1/jobs", json={"query": "east coast sushi"}).json()
    with open_catalog(own.data) as catalog:
        tell = catalog.tell_discovery

        def and_stop(key: str, worker: str, progress: Any, *, ttl: Any) -> bool:
            if progress.get("pages"):
                own.client.delete(f"/v1/jobs/{key}")
            return tell(key, worker, progress, ttl=ttl)

        monkeypatch.setattr(catalog, "tell_discovery", and_stop)
        assert do_asked(Config(data=own.data, hosts=HOSTS), catalog, "w", lambda _: None, replay=WORLD)
    told = own.client.get(f"/v1/jobs/{job['id']}").json()
    assert told["state"] == "cancelled"
    assert told["progress"]["pages"] >= 1


def test_a_worker_that_ends_gives_the_job_back(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    job = own.client.post("/v1/jobs", json={"query": "east coast sushi"}).json()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.asked.discover", stop)
    with open_catalog(own.data) as catalog, pytest.raises((KeyboardInterrupt, Stopped)):
        do_asked(Config(data=own.data, hosts=HOSTS), catalog, "w", lambda _: None)
    assert own.client.get(f"/v1/jobs/{job['id']}").json()["state"] == "waiting"


def test_a_job_that_leads_nowhere_is_refused(served: Served) -> None:
    assert served.client.post("/v1/jobs", json={"query": "the"}).status_code == 422
    assert served.client.post("/v1/jobs", json={"query": "sushi", "pages": 0}).status_code == 422
    assert served.client.post("/v1/jobs", json={"query": "sushi", "sources": ["nowhere"]}).status_code == 422


def test_a_forgotten_creator_leaves_desk_and_answers_at_once(own: Served) -> None:
    creator = creators(own, 1)[0]
    name, key = creator["name"], creator["id"]
    made = made_list(own, "L")
    own.client.put(f"/v1/lists/{made['id']}/creators/{key}", json={"note": f"wrote to {creator['accounts'][0]['url']}"})
    watch = own.client.post("/v1/watches", json={"name": "W", "q": QUERY}).json()
    own.client.get(f"/v1/watches/{watch['id']}")
    page = own.client.post(f"/creators/{key}/forget", data={"sure": "", "reference": "r-1"})
    assert page.status_code == 422
    assert "Nothing was removed" in page.text
    assert own.client.get(f"/v1/creators/{key}").status_code == 200
    done = own.client.post(f"/creators/{key}/forget", data={"sure": "yes", "reference": "r-1"})
    assert done.status_code == 200, done.text
    assert "r-1" in done.text
    assert key not in [other["id"] for other in creators(own, 25)]
    assert own.client.get(f"/v1/creators/{key}").status_code == 404
    assert own.client.get(f"/v1/lists/{made['id']}").json()["entries"] == []
    feed = own.client.get(f"/v1/watches/{watch['id']}/feed").text
    assert key not in feed
    assert name not in feed
    kept = Path(own.data / "catalog.sqlite").read_bytes()
    assert b"wrote to" not in kept
