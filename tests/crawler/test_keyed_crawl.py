"""Crawls of sources with a key against fakes that behave as the platforms document: keys, tokens, allowances."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.keys import PREFIX
from crawler.progress import CrawlReport
from crawler.quota import FILE_NAME
from crawler.signing import invented_host
from crawler.sources import get_source
from crawler.sources.base import PlanTerms
from tests.crawler.crawling import crawl, dump, loopback, outcomes, start_job
from tests.crawler.site import Asked, Reply, Site, feed, serve

KEY, SECRET, TOKENS = (
    "canary-key-0123456789",
    "canary-secret-0123456789",
    ("token-one-0123456789", "token-two-0123456789"),
)
TERMS = PlanTerms(theme="sushi", hashtags=("sushi",), phrases=("sushi blog",), forum_queries=("sushi", "sushi boston"))
YOUTUBE, BRAVE = invented_host("www.googleapis.com"), invented_host("api.search.brave.com")
REDDIT, SIGN_IN = invented_host("oauth.reddit.com"), invented_host("www.reddit.com")
CHANNEL = "UC" + "a1" * 11

Answer = Callable[[str, Mapping[str, list[str]], Asked], Reply]


class Platforms(Mapping[str, Reply | list[Reply]]):
    """Answers by the host asked; robots.txt is missing everywhere, which allows everything."""

    def __init__(self, hosts: Mapping[str, Answer]) -> None:
        self.hosts = hosts
        self.site: Site | None = None

    def get(self, url: str, default: object = None) -> Reply:  # type: ignore[override]
        assert self.site is not None
        parts = urlsplit(f"https://{url}")
        if parts.path == "/robots.txt" or parts.netloc not in self.hosts:
            return Reply(b"", 404)
        return self.hosts[parts.netloc](parts.path, parse_qs(parts.query), self.site.asked[-1])

    def __getitem__(self, url: str) -> Reply:
        return self.get(url)

    def __iter__(self) -> Iterator[str]:
        return iter(self.hosts)

    def __len__(self) -> int:
        return len(self.hosts)


def told(value: object, status: int = 200) -> Reply:
    return Reply(json.dumps(value).encode(), status, {"Content-Type": "application/json"})


def run(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    hosts: Mapping[str, Answer],
    keys: Mapping[str, str],
    *sources: str,
    quotas: tuple[str, ...] = (),
) -> tuple[CrawlReport, Site]:
    for name, value in keys.items():
        monkeypatch.setenv(PREFIX + name, value)
    seeds = []
    for name in sources:
        rule = get_source(name).key
        assert rule is not None
        seeds += get_source(name).seeds(TERMS, (invented_host(rule.hosts[0]),))
    platforms = Platforms(hosts)
    with serve(platforms) as site:
        platforms.site = site
        report = crawl(replace(loopback(folder, start_job(folder, seeds), site), quotas=quotas))
    return report, site


# -- YouTube: a key in the query, batches, an allowance


def snippet(**more: object) -> dict[str, object]:
    return {"channelId": CHANNEL, "title": "Nigiri &amp; rice", "description": "", "channelTitle": "Harbor Rice",
            "publishedAt": "2026-02-01T00:00:00Z", **more}  # fmt: skip


def youtube(path: str, query: Mapping[str, list[str]], asked: Asked) -> Reply:
    if query.get("key") != [KEY]:
        return told(
            {"error": {"code": 400, "message": "API key not valid.", "errors": [{"reason": "badRequest"}]}}, 400
        )
    method = path.removeprefix("/youtube/v3/")
    video = {"kind": "youtube#video", "id": "vid00000001", "snippet": snippet(title="Nigiri"),
             "statistics": {"likeCount": "41", "commentCount": "7"}}  # fmt: skip
    items: dict[str, list[dict[str, object]]] = {
        "search": [{"kind": "youtube#searchResult", "id": {"videoId": "vid00000001"}, "snippet": snippet()}],
        "channels": [{"kind": "youtube#channel", "id": CHANNEL, "snippet": snippet(
            title="Harbor Rice", description="Boston sushi https://harborrice.example/feed", customUrl="@harborrice"),
            "statistics": {"subscriberCount": "12300", "hiddenSubscriberCount": False, "videoCount": "87"}}],
        "playlistItems": [{"kind": "youtube#playlistItem", "snippet": snippet(videoOwnerChannelId=CHANNEL),
                           "contentDetails": {"videoId": "vid00000001"}}],
        "videos": [video],
    }  # fmt: skip
    return told({"kind": f"youtube#{method}ListResponse", "items": items[method]})


def blog(path: str, query: Mapping[str, list[str]], asked: Asked) -> Reply:
    return feed("harborrice.example", "rice and fish")


def test_a_channel_is_found_read_in_batches_and_followed_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = {YOUTUBE: youtube, "harborrice.example": blog}
    report, site = run(tmp_path, monkeypatch, hosts, {"YOUTUBE": KEY}, "youtube")
    assert report.outcome == "done"
    text = dump(tmp_path)
    assert "Harbor Rice" in text
    assert "12300" in text
    assert "rice and fish" in text
    methods = [urlsplit(f"https://{url}").path for url in site.urls() if url.startswith(YOUTUBE)]
    assert methods.count("/youtube/v3/channels") == 1, "found by several searches, asked for once"
    assert all("key=" not in url for url in outcomes(tmp_path))
    assert all("key" not in parse_qs(urlsplit(f"https://{url}").query) for url in site.urls() if "harborrice" in url)
    used = json.loads((tmp_path / FILE_NAME).read_text())
    assert used["youtube/searches"]["used"] == 3
    assert used["youtube/units"]["used"] == 3


def test_without_the_key_nothing_is_asked_and_the_reason_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, site = run(tmp_path, monkeypatch, {YOUTUBE: youtube}, {}, "youtube")
    assert {outcome for _, outcome in outcomes(tmp_path).values()} == {"blocked"}
    assert [url for url in site.urls() if "robots.txt" not in url] == []
    assert report.refused == 3


def test_links_to_a_source_without_its_key_are_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def page(path: str, query: Mapping[str, list[str]], asked: Asked) -> Reply:
        return told({"type": "search", "query": {"original": "sushi"}, "web": {"results": [
            {"url": "https://www.youtube.com/@harborrice"}, {"url": "https://rice.example/feed"}]}})  # fmt: skip

    run(tmp_path, monkeypatch, {BRAVE: page, "rice.example": blog}, {"BRAVE": KEY}, "brave")
    asked = outcomes(tmp_path)
    assert "https://rice.example/feed" in asked
    assert not any("googleapis" in url or "youtube.com" in url for url in asked)


def test_an_allowance_that_the_platform_says_is_spent_ends_the_searches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(path: str, query: Mapping[str, list[str]], asked: Asked) -> Reply:
        return told({"error": {"code": 403, "message": "Quota", "errors": [{"reason": "quotaExceeded"}]}}, 403)

    _, site = run(tmp_path, monkeypatch, {YOUTUBE: spent}, {"YOUTUBE": KEY}, "youtube")
    assert len([url for url in site.urls() if "/search" in url]) == 1
    assert sorted(outcome for _, outcome in outcomes(tmp_path).values()) == ["blocked", "blocked", "refused"]


def test_no_more_is_asked_than_the_operator_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, quotas = {"YOUTUBE": KEY}, ("youtube searches 2 1",)
    _, site = run(tmp_path, monkeypatch, {YOUTUBE: youtube}, keys, "youtube", quotas=quotas)
    assert len([url for url in site.urls() if "/search" in url]) == 1
    assert json.loads((tmp_path / FILE_NAME).read_text())["youtube/searches"]["used"] == 1


def test_a_key_that_is_refused_three_times_is_not_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, query: Mapping[str, list[str]], asked: Asked) -> Reply:
        return told({"error": {"message": "forbidden"}}, 403)

    keys = {"INSTAGRAM": KEY, "INSTAGRAM_USER_ID": "17841400000000001"}
    terms = PlanTerms(theme="x", hashtags=("a1", "b2", "c3", "d4"), phrases=(), forum_queries=())
    monkeypatch.setattr(f"{__name__}.TERMS", terms)
    _, site = run(tmp_path, monkeypatch, {invented_host("graph.facebook.com"): refuse}, keys, "instagram")
    assert len([url for url in site.urls() if "ig_hashtag_search" in url]) == 3


# -- Reddit: a token that runs out


class FakeReddit:
    """Signs in with Basic credentials; its first token stops working after two answers."""

    def __init__(self) -> None:
        self.signed_in = self.answers = 0

    def sign_in(self, path: str, query: Mapping[str, list[str]], asked: Asked) -> Reply:
        basic = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {basic}" or asked.body != "grant_type=client_credentials":
            return told({"message": "Unauthorized", "error": 401}, 401)
        self.signed_in += 1
        return told({"access_token": TOKENS[min(self.signed_in, 2) - 1], "token_type": "bearer", "expires_in": 86400})

    def api(self, path: str, query: Mapping[str, list[str]], asked: Asked) -> Reply:
        self.answers += 1
        good = TOKENS[1] if self.answers > 2 else TOKENS[0]
        if asked.headers.get("authorization") != f"Bearer {good}":
            return told({"message": "Unauthorized", "error": 401}, 401)
        link = {"id": f"a{self.answers}", "author": "mika_k", "title": "Nigiri", "selftext": "Rice",
                "permalink": f"/r/Sushi/comments/a{self.answers}/nigiri/", "created_utc": 1769904000.0}  # fmt: skip
        if path.endswith("/about"):
            return told({"kind": "t2", "data": {"id": "a1b2", "name": "mika_k", "subreddit": {"title": "Mika"}}})
        return told({"kind": "Listing", "data": {"children": [{"kind": "t3", "data": link}]}})


REDDIT_KEYS = {"REDDIT": KEY, "REDDIT_SECRET": SECRET, "REDDIT_APPROVED": "yes"}


def test_a_token_is_fetched_used_and_renewed_when_it_runs_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeReddit()
    report, site = run(tmp_path, monkeypatch, {REDDIT: fake.api, SIGN_IN: fake.sign_in}, REDDIT_KEYS, "reddit")
    assert report.outcome == "done"
    assert fake.signed_in == 2
    assert {outcome for _, outcome in outcomes(tmp_path).values()} == {"ok"}
    assert "Nigiri" in dump(tmp_path)
    for host in (REDDIT, SIGN_IN):
        assert site.most_at_once[host] == 1


def test_wrong_credentials_are_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeReddit()
    keys = REDDIT_KEYS | {"REDDIT_SECRET": "canary-wrong-0123456789"}
    report, site = run(tmp_path, monkeypatch, {REDDIT: fake.api, SIGN_IN: fake.sign_in}, keys, "reddit")
    assert len([url for url in site.urls() if url.startswith(SIGN_IN)]) == 1
    assert fake.answers == 0
    assert report.refused == len(outcomes(tmp_path))
