"""Later pages of a query: in the ranking of the first one, whatever was indexed since; and from another process."""

import json
import shutil
from pathlib import Path
from typing import Any

from catalog.store import open_catalog
from tests.conftest import Demo
from tests.server.conftest import Served, serving

QUERY = "sushi in boston"


def test_pages_go_on_where_the_one_before_ended(served: Served) -> None:
    whole = served.client.get("/v1/creators/search", params={"q": QUERY, "limit": 6}).json()
    first = served.client.get("/v1/creators/search", params={"q": QUERY, "limit": 3}).json()
    second = served.client.get(
        "/v1/creators/search", params={"q": QUERY, "limit": 3, "cursor": first["next_cursor"]}
    ).json()
    ids = [result["creator"]["id"] for page in (first, second) for result in page["results"]]
    assert ids == [result["creator"]["id"] for result in whole["results"]]
    assert "window_changed" not in second


def shop(served: Served, creator: str) -> None:
    """Change the index, and whom it ranks where."""
    kept = served.client.post(f"/v1/creators/{creator}/marks", json={"kind": "kind", "value": "organisation"})
    assert kept.status_code == 201, kept.text


def ask(served: Served, **more: Any) -> tuple[list[str], dict[str, Any]]:
    answer = served.client.get("/v1/creators/search", params={"q": QUERY, "limit": 3, **more}).json()
    return [result["creator"]["id"] for result in answer["results"]], answer


def test_pages_go_on_in_the_ranking_of_the_first_whatever_was_indexed_since(own: Served) -> None:
    first, answer = ask(own)
    second, _ = ask(own, cursor=answer["next_cursor"])
    shop(own, first[0])  # now it stands lower, and would be shown again
    again, page = ask(own, cursor=answer["next_cursor"])
    assert again == second
    assert "window_changed" not in page
    assert page["results"][0]["match"]["rank"] == 4
    third, _ = ask(own, cursor=page["next_cursor"])
    assert not set(third) & {*first, *second}
    assert first[0] not in ask(own)[0]


def test_after_a_while_the_ranking_is_made_anew_and_says_so(small_demo: Demo, tmp_path: Path) -> None:
    with serving(Path(shutil.copytree(small_demo.data, tmp_path / "data")), window_seconds=0.0) as brief:
        first, answer = ask(brief)
        shop(brief, first[0])
        _, page = ask(brief, cursor=answer["next_cursor"])
        assert page["window_changed"] is True
        assert page["results"][0]["match"]["rank"] == 4


def test_whoever_is_forgotten_vanishes_from_pages_that_are_kept(own: Served) -> None:
    _, answer = ask(own)
    second, _ = ask(own, cursor=answer["next_cursor"])
    done = own.client.post(f"/creators/{second[1]}/forget", data={"sure": "yes", "reference": "r-1"})
    assert done.status_code == 200
    left, page = ask(own, cursor=answer["next_cursor"])
    assert left[:2] == [second[0], second[2]]
    assert second[1] not in json.dumps(page)


def test_another_process_goes_on_too_and_counts_for_itself(small_demo: Demo, tmp_path: Path) -> None:
    data = Path(shutil.copytree(small_demo.data, tmp_path / "data"))
    with open_catalog(data) as catalog:
        _, secret = catalog.add_key("test", scope="read", per_minute=2)
    held = {"Authorization": f"Bearer {secret}"}
    with serving(data, keyless=False) as one, serving(data, keyless=False) as other:
        answered = one.client.get("/v1/creators/search", params={"q": QUERY, "limit": 3}, headers=held).json()
        more = {"q": QUERY, "limit": 3, "cursor": answered["next_cursor"]}
        here, there = (
            each.client.get("/v1/creators/search", params=more, headers=held).json() for each in (one, other)
        )
        assert [result["creator"]["id"] for result in here["results"]] == [
            result["creator"]["id"] for result in there["results"]
        ]
        assert there["results"][0]["match"]["rank"] == 4
        assert one.client.get("/v1/sources", headers=held).status_code == 429
        assert other.client.get("/v1/sources", headers=held).status_code == 200
