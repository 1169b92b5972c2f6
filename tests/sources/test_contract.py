"""What every source must keep, those of tomorrow included: nothing here names one."""

import contextlib
import copy
import inspect
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_poet import HttpResponse

from base.errors import UsageError
from catalog.identity import canonical_url, try_canonical
from crawler.errors import UnreadablePage
from crawler.sources import all_sources, get_source, recognise, recognise_body
from crawler.sources._document import Document
from crawler.sources._fixture_adapter import FixtureAdapter
from crawler.sources.base import PlanTerms, Source, SourcePage
from tests.sources import items
from tests.sources.cases import ALL_CASES, FIXTURES, Case, read_page

SOURCES = list(all_sources().values())
PAGE_CLASSES = sorted(
    {page for source in SOURCES for page in source.pages.values()}, key=lambda page: page.__qualname__
)
TERMS = PlanTerms(
    theme="sushi",
    hashtags=("sushi", "eastcoastsushi", "寿司"),
    phrases=("east coast sushi blogs", "sushi blog boston", "Süßes & Salziges / 100 %"),
    forum_queries=("east coast sushi", "sushi boston"),
    language="en",
    countries=("US", "CA"),
)
NOTHING = PlanTerms(theme="", hashtags=(), phrases=(), forum_queries=())
META = {"adapter", "made", "shape", "people", "shows"}


def by_name(value: Any) -> str:
    return value.name if isinstance(value, Source) else value.__qualname__


def cases_of(page_class: type[SourcePage]) -> list[Case]:
    return [case for case in ALL_CASES if case.page_class is page_class]


# -- what a source says about itself


@pytest.mark.parametrize("source", SOURCES, ids=by_name)
def test_source_explains_itself(source: Source) -> None:
    module = inspect.getmodule(source)
    assert module is not None
    assert module.__name__ == f"crawler.sources.{source.name}", "the file is named like the source"
    assert len((module.__doc__ or "").split()) > 10
    assert len((source.__doc__ or "").split()) > 3
    assert urlsplit(source.rules).scheme == "https"
    assert source.needs
    assert source.pages
    for page in source.pages:
        assert all(isinstance(value, str) for pair in source.headers(page).items() for value in pair)


@pytest.mark.parametrize("page_class", PAGE_CLASSES, ids=by_name)
def test_page_class_explains_itself(page_class: type[SourcePage]) -> None:
    assert page_class.__doc__
    assert page_class.__doc__ != SourcePage.__doc__
    assert page_class.robots in ("page", "api", "own_search")


def test_only_the_own_search_engine_is_not_asked_for_its_robots() -> None:
    """DESIGN 5.3: nobody may be talked into skipping robots.txt by an address found on the web."""
    for source in SOURCES:
        if any(page.robots == "own_search" for page in source.pages.values()):
            for seed in source.seeds(TERMS, ("search.example",)):
                assert source.recognise(seed.link.url) is None


# -- fixtures


@pytest.mark.parametrize("page_class", PAGE_CLASSES, ids=by_name)
def test_page_class_has_cases(page_class: type[SourcePage]) -> None:
    cases = cases_of(page_class)
    assert len(cases) >= 3, f"see {FIXTURES / 'README.md'}"
    assert any(case.meta.get("awkward") for case in cases), "no awkward case"


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_case_says_how_it_came_about(case: Case) -> None:
    assert set(case.meta) >= META
    assert all(str(case.meta[key]).strip() for key in META)
    assert case.meta["adapter"] == f"{FixtureAdapter.__module__}.{FixtureAdapter.__qualname__}"
    assert case.source == case.page_class.__module__.rpartition(".")[2], "the folder is named like the source"


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_items_of_a_case_are_sound(case: Case) -> None:
    with contextlib.suppress(UnreadablePage):
        items.check(case.read())


# -- recognising addresses

HOSTS = st.sampled_from(
    ["pixel.example", "forum.example", "blog.example", "itunes.apple.com", "podcasts.apple.com", "wordpress.com",
     "public-api.wordpress.com", "x.com", "bücher.example", "a.example:8443"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["", "@mika", "@mika@harbor.example", "users", "t", "c", "tag", "tags", "u", "feed", "rss.xml", "latest.json",
     "api", "v1", "accounts", "lookup", "timelines", "812", "812.json", "search.json", "podcast", "id1234567",
     "sushi", "..",
     "%2F", "%00", "寿司", "rest", "v1.1", "read", "posts", "categories.json", "comments", "index.php", "a.jpg"]
)  # fmt: skip
QUERIES = st.sampled_from(
    ["", "?q=sushi", "?acct=mika", "?acct=mika@", "?media=podcast&term=x", "?feed=rss2", "?utm_source=x", "?%"]
)
ADDRESSES = st.builds(
    lambda scheme, host, path, query: f"{scheme}://{host}/{'/'.join(path)}{query}",
    st.sampled_from(["https", "http", "HTTPS"]),
    HOSTS,
    st.lists(WORDS, max_size=6),
    QUERIES,
)
API_PATHS = st.sampled_from(
    ["/api/v2/instance", "/api/v1/timelines/tag/sushi?limit=40", "/api/v1/accounts/1/statuses", "/api/v1/accounts/1",
     "/api/v1/accounts/lookup?acct=mika", "/@mika", "/@mika@harbor.example", "/@mika/109348201", "/t/a/1/2", "/c/a/5",
     "/c/a/b/7/l/top", "/tag/sushi.json", "/u/odile.json", "/rest/v1.1/read/tags/sushi/posts", "/tag/sushi",
     "/us/podcast/x/id123456", "/lookup?id=1&entity=podcast", "/feed/", "/blog/2026/11/a-post/"]
)  # fmt: skip
KNOWN = st.builds(lambda host, path: f"https://{host}{path}", HOSTS, API_PATHS)


@pytest.mark.parametrize("source", SOURCES, ids=by_name)
@given(st.one_of(ADDRESSES, KNOWN, st.text(max_size=60), st.text(max_size=40).map("https://".__add__)))
@settings(max_examples=150)
def test_recognise_is_total_and_idempotent(source: Source, url: str) -> None:
    link = source.recognise(url)
    if link is None:
        return
    items.check_link(link)
    assert link.source == source.name
    again = source.recognise(link.url)
    assert again is not None
    assert (again.url, again.page) == (link.url, link.page)


@given(st.one_of(ADDRESSES, KNOWN))
@settings(max_examples=200)
def test_spelling_does_not_change_what_is_recognised(url: str) -> None:
    canonical = try_canonical(url)
    if canonical is not None:
        assert recognise(url) == recognise(canonical)


def test_every_web_address_is_recognised_by_somebody() -> None:
    for url in ("https://blog.example/", "https://blog.example/2026/11/a-post", "http://blog.example:8080/?p=3"):
        assert recognise(url).source == "page"
    with pytest.raises(ValueError, match="not an address"):
        recognise("mailto:mika")


def test_an_unknown_source_is_a_usage_error_that_names_the_others() -> None:
    with pytest.raises(UsageError, match="page"):
        get_source("telepathy")


# -- recognising bodies that come without an address

READ_CASES = [case for case in ALL_CASES if not (case.path / "exception.json").exists()]
NAMELESS = "https://file.example/page"


@pytest.mark.parametrize("case", READ_CASES, ids=lambda case: case.name)
def test_a_body_is_recognised_by_its_own_source_or_by_none(case: Case) -> None:
    link = recognise_body(Document(case.body, NAMELESS))
    if link is not None:
        items.check_link(link)
        # A source may read another's answers by other means (a key): then the body cannot tell which of them asked.
        assert link.source == case.source or issubclass(case.page_class, get_source(link.source).pages[link.page])
        read_page(get_source(link.source).pages[link.page], HttpResponse(url=link.url, body=case.body))


def test_no_body_is_too_strange_to_be_looked_at() -> None:
    dice = random.Random(20261128)
    for case in READ_CASES:
        paths = list(_paths(_json_of(case)))
        for path in dice.sample(paths, min(len(paths), 60)):
            recognise_body(Document(_replaced(case, {path: dice.choice(JUNK)}), NAMELESS))
    for body in HOSTILE:
        assert recognise_body(Document(body, NAMELESS)) is None


# -- seeds


@pytest.mark.parametrize("source", SOURCES, ids=by_name)
def test_seeds_are_deterministic_and_asked_over_https(source: Source) -> None:
    hosts = ("one.example", "two.example")
    seeds = list(source.seeds(TERMS, hosts))
    assert seeds == list(source.seeds(TERMS, hosts))
    for seed in seeds:
        items.check_link(seed.link)
        assert seed.label
        assert seed.link.source == source.name
        assert urlsplit(seed.link.url).scheme == "https"
        assert urlsplit(seed.link.url).hostname in hosts
    addresses = [seed.link.url for seed in seeds]
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("source", SOURCES, ids=by_name)
def test_without_hosts_a_source_asks_nobody_or_its_one_documented_host(source: Source) -> None:
    seeds = list(source.seeds(TERMS, ()))
    assert len({urlsplit(seed.link.url).netloc for seed in seeds}) <= 1
    for seed in seeds:
        known = source.recognise(seed.link.url)
        assert known is not None
        assert (known.url, known.page) == (seed.link.url, seed.link.page)


@pytest.mark.parametrize("source", SOURCES, ids=by_name)
def test_without_words_there_are_no_empty_searches(source: Source) -> None:
    for seed in source.seeds(NOTHING, ("one.example",)):
        assert not urlsplit(seed.link.url).query


@pytest.mark.parametrize("source", SOURCES, ids=by_name)
def test_a_loopback_base_is_taken_as_it_is(source: Source) -> None:
    for seed in source.seeds(TERMS, ("http://127.0.0.1:8123",)):
        assert seed.link.url.startswith("http://127.0.0.1:8123/")


# -- hostile bodies

JUNK: tuple[object, ...] = (
    None, True, 0, -1, 10**400, 1e308, -0.5, "", "x", "\ud800", "a\x00b", "<p>", "2026-13-45T99:99:99Z", "https://",
    "http://[::1", "javascript:alert(1)", "9" * 5000, [], {}, [None], [[]], {"id": {}}, "@", "#", "//", "\u202e",
)  # fmt: skip
HOSTILE: tuple[bytes, ...] = (
    b"", b" ", b"null", b"[]", b"{}", b"0", b'"text"', b"[null]", b"[[]]", b"[1, 2]", b"{", b"\x00" * 64,
    b"[" * 100_000, b'{"a":' * 100_000, b"<div>" * 100_000, b"<html><body>busy</body></html>",
    b"\x1f\x8b\x08\x00garbage",
    b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
    '{"error": "Zugriff verweigert"}'.encode("utf-16"), b'{"id": ' + b"9" * 5000 + b"}",
)  # fmt: skip


def read_hostile(case: Case, body: bytes) -> None:
    """Items that are sound, or one line why there are none."""
    refusal = ""
    try:
        found = case.read(body)
    except UnreadablePage as error:
        refusal = str(error)
    if refusal:
        assert refusal == refusal.strip()
        assert "\n" not in refusal
    else:
        items.check(found)
        json.dumps(FixtureAdapter(found).asdict())


@pytest.mark.parametrize("page_class", PAGE_CLASSES, ids=by_name)
def test_bodies_that_are_not_what_they_claim(page_class: type[SourcePage]) -> None:
    case = cases_of(page_class)[0]
    for body in HOSTILE:
        read_hostile(case, body)


@pytest.mark.parametrize("page_class", PAGE_CLASSES, ids=by_name)
@given(data=st.data())
@settings(max_examples=8)
def test_bodies_that_were_cut_off_or_damaged(page_class: type[SourcePage], data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(cases_of(page_class)))
    body = bytearray(case.body)
    for place in data.draw(st.lists(st.integers(0, max(0, len(body) - 1)), max_size=5)) if body else ():
        body[place] = data.draw(st.integers(0, 255))
    read_hostile(case, bytes(body[: data.draw(st.integers(0, len(body)))]))


@pytest.mark.parametrize("page_class", PAGE_CLASSES, ids=by_name)
def test_json_with_a_wrong_type_anywhere(page_class: type[SourcePage]) -> None:
    """Each node of each fixture replaced by junk in turn: the first mistake of every hand-written JSON reader."""
    dice = random.Random(20261123)
    for case in cases_of(page_class):
        paths = list(_paths(_json_of(case)))
        for path in paths if len(paths) < 400 else dice.sample(paths, 400):
            read_hostile(case, _replaced(case, {path: dice.choice(JUNK)}))


@pytest.mark.parametrize("page_class", PAGE_CLASSES, ids=by_name)
@given(data=st.data())
@settings(max_examples=40)
def test_json_with_several_wrong_types(page_class: type[SourcePage], data: st.DataObject) -> None:
    cases = [case for case in cases_of(page_class) if _json_of(case) is not None]
    if not cases:
        return
    case = data.draw(st.sampled_from(cases))
    paths = st.sampled_from(list(_paths(_json_of(case))) or [()])
    read_hostile(
        case, _replaced(case, data.draw(st.dictionaries(paths, st.sampled_from(JUNK), min_size=1, max_size=6)))
    )


Path = tuple[str | int, ...]


def _json_of(case: Case) -> Any:
    try:
        return json.loads(case.body)
    except ValueError:
        return None


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in pairs:
        yield (*path, key)
        yield from _paths(entry, (*path, key))


def _replaced(case: Case, junk: dict[Path, Any]) -> bytes:
    value = _json_of(case)
    for path, replacement in junk.items():
        with contextlib.suppress(LookupError, TypeError):  # an earlier piece of junk stands where this one should go
            parent = value
            for key in path[:-1]:
                parent = parent[key]
            if path:
                parent[path[-1]] = copy.deepcopy(replacement)
            else:
                value = replacement
    return json.dumps(value).encode()


def test_canonical_addresses_of_cases() -> None:
    """A case is fetched under the address that the catalog would use."""
    for case in ALL_CASES:
        assert str(case.response().url) == canonical_url(str(case.response().url)), case.name
