"""The endpoint over a real server: the same answer as the command line, and what goes wrong said in one shape."""

import gzip
import json
from typing import Any

import jsonschema
import pytest

from cli import main
from search.engine import open_engine
from server.parameters import SearchParameters
from server.settings import ServerSettings
from tests.conftest import ROOT, nichescout
from tests.server.conftest import Served, serving

QUERY = "sushi in boston"


def first_creator(served: Served) -> dict[str, Any]:
    answer = served.client.get("/v1/creators/search", params={"q": QUERY, "limit": 1}).json()
    return dict(answer["results"][0]["creator"])


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return round(value, 3) if isinstance(value, float) else value


def test_a_search_says_what_the_command_line_says(served: Served) -> None:
    answered = served.client.get(
        "/v1/creators/search", params={"q": QUERY, "tier": "nano", "limit": 5, "now": "2026-11-20"}
    )
    ran = nichescout(
        "--data", str(served.data), "search", QUERY, "--tier", "nano", "--limit", "5", "--json", "--now", "2026-11-20"
    )
    here, there = answered.json(), json.loads(ran.out)
    assert here.pop("took_ms") > 0
    there.pop("took_ms")
    assert rounded(here) == rounded(there)  # one reads the encoder's weights as they lie, the other in another order
    assert here["results"]
    schema = json.loads((ROOT / "search" / "answer.schema.json").read_text("utf-8"))
    jsonschema.validate(answered.json(), schema)


def test_facets_count_the_matches(served: Served) -> None:
    answer = served.client.get("/v1/creators/search", params={"q": QUERY, "facets": "true"}).json()
    kinds = answer["facets"]["kind"]
    assert sum(kinds.values()) == answer["total"]


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("q=sushi&teir=nano", "teir", "tier"),
        ("q=sushi&tier=tiny", "tier", "nano"),
        ("q=sushi&platform=myspace", "platform.0", "mastodon"),
        ("q=sushi&limit=0", "limit", None),
        ("q=sushi&limit=many", "limit", None),
        ("q=sushi&min_engagement=nan", "min_engagement", None),
        ("q=", "q", None),
        ("q=%20", "body", None),
        ("", "q", None),
        ("q=sushi&now=yesterday", "now", None),
        ("q=sushi&cursor=zz", "body", None),
        ("q=sushi&min_followers=5&max_followers=4", "min_followers", None),
        ("q=sushi&like=nobody-of-this-name", "body", None),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_a_problem_that_names_it(
    served: Served, query: str, parameter: str, allowed: str | None
) -> None:
    answered = served.client.get(f"/v1/creators/search?{query}")
    assert answered.status_code == 422
    assert answered.headers["content-type"] == "application/problem+json"
    told = answered.json()
    assert (told["status"], told["type"]) == (422, "about:blank")
    assert told["request_id"] == answered.headers["x-request-id"]
    assert told["detail"]
    if parameter != "body":
        (error,) = told["errors"]
        assert error["parameter"] == parameter
        if allowed:
            assert allowed in error["allowed"]
    assert "--" not in told["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/v1/lists/1"), ("POST", "/v1/watches/1/seen"), ("POST", "/v1/plans"), ("DELETE", "/v1/jobs/x")],
)
def test_what_changes_something_takes_no_parameters(served: Served, method: str, path: str) -> None:
    body = {"json": {"query": "sushi"}} if path == "/v1/plans" else {}
    answered = served.client.request(method, f"{path}?force=yes", **body)  # type: ignore[arg-type]
    assert answered.status_code == 422
    assert answered.json()["errors"][0]["parameter"] == "force"
    assert "there is no such parameter" in answered.json()["detail"]


def test_every_filter_of_the_command_line_is_a_parameter() -> None:
    options = {each.opts[0].removeprefix("--").replace("-", "_") for each in main.commands["search"].params}
    parameters = {field.alias or name for name, field in SearchParameters.model_fields.items()}
    assert options - {"json", "csv", "query"} == parameters - {"q", "cursor", "facets", "min_confidence"}


@pytest.mark.parametrize(
    "path",
    ["/v1/nothing", "/v1/creators/nobody@nowhere.example", "/v1/posts/none", "/v1/jobs/none", "/v1/lists/999"],
)
def test_what_is_not_there_is_404(served: Served, path: str) -> None:
    answered = served.client.get(path)
    assert answered.status_code == 404
    assert answered.json()["title"] == "Not found"


def test_a_report_by_id_handle_and_address(served: Served) -> None:
    creator = first_creator(served)
    account = creator["accounts"][0]
    by_id = served.client.get(f"/v1/creators/{creator['id']}", params={"for": QUERY, "brand": "Pier Four"})
    assert by_id.status_code == 200
    report = by_id.json()
    assert report["niche"]["query"] == QUERY
    assert report["brands"][0]["brand"] == "Pier Four"
    for name in (f"{account['handle']}@{account['host']}", account["url"]):
        assert served.client.get(f"/v1/creators/{name}").json()["creator"]["id"] == creator["id"]


def test_similar_ones_are_others(served: Served) -> None:
    creator = first_creator(served)
    answer = served.client.get(f"/v1/creators/{creator['id']}/similar", params={"limit": 3}).json()
    assert answer["results"]
    assert creator["id"] not in [result["creator"]["id"] for result in answer["results"]]


def test_a_post_by_its_id(served: Served) -> None:
    creator = first_creator(served)
    post = served.client.get(f"/v1/creators/{creator['id']}").json()["posts"][0]
    told = served.client.get(f"/v1/posts/{post['id']}").json()
    assert told["creator_id"] == creator["id"]
    assert told["text"] == post["text"]


def test_a_plan_fetches_nothing_and_says_where(served: Served) -> None:
    plan = served.client.post("/v1/plans", json={"query": "east coast sushi"}).json()
    assert plan["first_requests"] == len(plan["seeds"]) > 10
    assert "sushi" in plan["terms"]["hashtags"]
    assert served.client.post("/v1/plans", json={"query": "sushi", "zz": 1}).json()["errors"][0]["parameter"] == "zz"
    assert served.client.post("/v1/plans", json={"query": "sushi", "sources": ["nowhere"]}).status_code == 422


def test_sources_say_what_they_need(served: Served) -> None:
    rows = served.client.get("/v1/sources").json()
    assert {"mastodon", "feed"} <= {row["name"] for row in rows}


def test_what_is_held_is_not_sent_twice(served: Served) -> None:
    first = served.client.get("/v1/creators/search", params={"q": QUERY, "now": "2026-11-20"})
    again = served.client.get(
        "/v1/creators/search",
        params={"q": QUERY, "now": "2026-11-20"},
        headers={"If-None-Match": first.headers["etag"]},
    )
    assert again.status_code == 304
    assert not again.content
    other = served.client.get(
        "/v1/creators/search", params={"q": "ramen"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert other.status_code == 200


def test_large_answers_are_packed(served: Served) -> None:
    with served.client.stream(
        "GET", "/v1/creators/search", params={"q": QUERY}, headers={"Accept-Encoding": "gzip"}
    ) as answered:
        packed = b"".join(answered.iter_raw())
    assert answered.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed))["results"]


def test_request_ids_are_taken_over_or_made(served: Served) -> None:
    given = served.client.get("/healthz", headers={"X-Request-ID": "abc-12345678"})
    assert given.headers["x-request-id"] == "abc-12345678"
    odd = served.client.get("/healthz", headers={"X-Request-ID": "a b<script>"})
    assert len(odd.headers["x-request-id"]) == 26


def test_ready_means_index_and_catalog(served: Served, tmp_path: Any) -> None:
    assert served.client.get("/readyz").json() == {"index": "ok", "catalog": "ok", "ready": True}
    with serving(tmp_path / "empty") as empty:
        answered = empty.client.get("/readyz")
        assert answered.status_code == 503
        assert "nichescout discover" in answered.json()["index"]
        assert empty.client.get("/v1/creators/search", params={"q": "sushi"}).status_code == 503
        assert empty.client.get("/").status_code == 200
        assert empty.client.get("/healthz").status_code == 200


def test_metrics_count_by_route(served: Served) -> None:
    served.client.get("/v1/creators/search", params={"q": "sushi"})
    told = served.client.get("/metrics").text
    assert 'nichescout_http_answers_total{method="GET",route="/v1/creators/search",status="200"}' in told
    with open_engine(served.data) as engine:
        assert f'nichescout_held{{what="creators"}} {float(engine.info().creators)}' in told


def test_the_log_has_no_words_of_queries_unless_asked(small_demo: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="nichescout.server")
    with serving(small_demo.data) as quiet:
        quiet.client.get("/v1/creators/search", params={"q": "omakase in maine"})
    assert '"route": "/v1/creators/search"' in caplog.text
    assert "omakase" not in caplog.text
    with serving(small_demo.data, log_queries=True) as telling:
        telling.client.get("/v1/creators/search", params={"q": "omakase in maine"})
    assert '"query": "omakase in maine"' in caplog.text


def test_a_report_that_is_held_is_not_sent_twice(served: Served) -> None:
    at = f"/v1/creators/{first_creator(served)['id']}"
    tag = served.client.get(at).headers["etag"]
    assert served.client.get(at, headers={"If-None-Match": tag}).status_code == 304


def test_settings_know_what_is_loopback() -> None:
    assert ServerSettings(host="127.0.0.1").is_loopback
    assert ServerSettings(host="::1").is_loopback
    assert ServerSettings(host="localhost").is_loopback
    assert not ServerSettings(host="0.0.0.0").is_loopback
    assert not ServerSettings(host="scout.example").is_loopback


def test_whatever_can_be_read_can_be_asked_for_its_head(served: Served) -> None:
    for at in ("/", "/v1/sources", "/static/style.css"):
        head = served.client.head(at)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == served.client.get(at).headers["content-length"]
    assert served.client.head("/v1/nothing").status_code == 404
