"""NodeBB: its redirects in a body, its flags in any spelling, the rules that its robots.txt sets by default."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_poet import HttpResponse

from catalog.items import Consent
from catalog.tasks import RobotsRow
from crawler.robots import decide, origin_of
from crawler.sources import get_source
from crawler.sources._json import JsonObject
from crawler.sources._nodebb_items import moment_of, read_user
from tests.sources.cases import read_page
from tests.sources.test_contract import TERMS

BASE = "https://rollboard.example"
ROBOTS = b"User-agent: *\nDisallow: /admin/\nDisallow: /reset/\nDisallow: /compose\nSitemap: https://rollboard.example/sitemap.xml\n"


def user(**values: Any) -> Any:
    return read_user(JsonObject({"uid": 7, "username": "Mika", "userslug": "mika", **values}), BASE)


@pytest.mark.parametrize("banned", [1, "1", True, "true"])
def test_a_ban_in_any_spelling(banned: object) -> None:
    assert user(banned=banned).consent.state is Consent.DENIED


@pytest.mark.parametrize("banned", [0, "0", False, None, "", 2])
def test_no_ban_in_any_spelling(banned: object) -> None:
    assert user(banned=banned).consent.state is Consent.FULL


@given(st.integers(-(10**18), 10**18) | st.text(max_size=20))
def test_milliseconds_never_break_a_calendar(stamp: object) -> None:
    moment = moment_of(JsonObject({"timestamp": stamp}), "timestamp")
    assert moment is None or 1990 <= moment.at.year <= 9999


def test_milliseconds_are_utc() -> None:
    for stamp in (1585337827953, "1585337827953"):
        moment = moment_of(JsonObject({"joindate": stamp}), "joindate")
        assert moment is not None
        assert moment.at.isoformat() == "2020-03-27T19:37:07+00:00"


@pytest.mark.parametrize(
    ("asked", "body", "followed"),
    [
        (f"{BASE}/api/topic/12", "/topic/12/rolls", f"{BASE}/api/topic/12/rolls"),
        (f"{BASE}/forum/api/topic/12", "/forum/topic/12/rolls", f"{BASE}/forum/api/topic/12/rolls"),
    ],
)
def test_a_redirect_in_the_body_is_followed_on_the_same_forum(asked: str, body: str, followed: str) -> None:
    response = HttpResponse(url=asked, body=json.dumps(body).encode())
    assert [link.url for link in read_page(get_source("nodebb").pages["topic"], response).links] == [followed]


@pytest.mark.parametrize("body", ["//stranger.example/topic/1", "https://stranger.example/", "topic/1"])
def test_a_redirect_elsewhere_is_none(body: str) -> None:
    response = HttpResponse(url=f"{BASE}/api/topic/12", body=json.dumps(body).encode())
    with pytest.raises(Exception, match="a topic"):
        read_page(get_source("nodebb").pages["topic"], response)


def test_what_the_default_robots_txt_allows() -> None:
    seeds = get_source("nodebb").seeds(TERMS, ("rollboard.example",))
    row = RobotsRow(origin=origin_of(BASE), status=200, body=ROBOTS, fetched_at=datetime(2026, 11, 28, tzinfo=UTC))
    assert all(decide(row, seed.link.url).allowed for seed in seeds)
    assert not decide(row, f"{BASE}/admin/").allowed
