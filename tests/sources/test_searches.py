"""Logic of the sources that only find leads: own SearXNG, WordPress.com tags, podcasts."""

import json

import pytest
from web_poet import HttpResponse

from crawler.errors import CrawlError, UnreadablePage
from crawler.sources import recognise
from crawler.sources._leads import base_url
from crawler.sources.base import PlanTerms
from crawler.sources.podcasts import Podcasts
from crawler.sources.searxng import ResultsPage, SearXNG
from crawler.sources.wordpress_com import WordPressCom
from tests.sources.cases import read_page

TERMS = PlanTerms(
    theme="sushi",
    hashtags=("sushi", "boston sushi"),
    phrases=("sushi blog", 'café "omakase" & more'),
    forum_queries=("sushi", "east coast sushi", "sushi boston", "sushi maine"),
    language="en",
    countries=("US", "CA", "MX"),
)


def results(*urls: str, page: int = 1, pages: str = "0") -> list[tuple[str, float]]:
    body = json.dumps({"results": [{"url": url} for url in urls]}).encode()
    url = f"https://search.example/search?format=json&pageno={page}&q=x"
    found = read_page(ResultsPage, HttpResponse(url=url, body=body), {"pages": pages})
    return [(link.url, link.score) for link in found.links]


def test_searches_are_spelled_as_documented() -> None:
    addresses = [seed.link.url for seed in SearXNG().seeds(TERMS, ("search.example",))]
    assert addresses == [
        "https://search.example/search?format=json&language=en&pageno=1&q=sushi+blog",
        "https://search.example/search?format=json&language=en&pageno=1&q=caf%C3%A9+%22omakase%22+%26+more",
    ]


def test_an_instance_in_a_folder_and_one_on_this_machine() -> None:
    seeds = list(SearXNG().seeds(TERMS, ("https://home.example/searx/", "http://localhost:8888")))
    assert seeds[0].link.url.startswith("https://home.example/searx/search?")
    assert seeds[-1].link.url.startswith("http://localhost:8888/search?")


@pytest.mark.parametrize(
    "host", ["http://home.example", "ftp://home.example", "", "two words", "https://home.example/?q=1"]
)
def test_a_host_that_cannot_be_asked_is_one_clear_line(host: str) -> None:
    with pytest.raises(CrawlError, match="hosts file"):
        base_url(host)


def test_earlier_results_go_first_over_pages() -> None:
    scores = [score for _, score in results("https://a.example/", "https://b.example/")]
    later = [score for _, score in results("https://c.example/", page=2)]
    assert scores[0] > scores[1] > later[0]


def test_the_next_page_keeps_the_search_and_is_bounded() -> None:
    assert results("https://a.example/", pages="1")[-1][0] == "https://search.example/search?format=json&pageno=2&q=x"
    assert [url for url, _ in results("https://a.example/", page=2, pages="0")] == ["https://a.example/"]


def test_html_says_how_to_switch_json_on() -> None:
    response = HttpResponse(url="https://search.example/search?q=x", body=b"<!DOCTYPE html><html></html>")
    with pytest.raises(UnreadablePage, match=r"settings\.yml"):
        read_page(ResultsPage, response)


def test_nobody_s_address_is_taken_for_the_own_search_engine() -> None:
    assert recognise("https://evil.example/search?format=json&q=x").source == "page"


def test_tags_of_the_reader() -> None:
    links = [seed.link for seed in WordPressCom().seeds(TERMS, ("public-api.wordpress.com",))]
    assert [link.url for link in links] == [
        "https://public-api.wordpress.com/rest/v1.1/read/tags/sushi/posts?number=40",
        "https://public-api.wordpress.com/rest/v1.1/read/tags/boston%20sushi/posts?number=40",
    ]
    assert recognise("https://wordpress.com/tag/sushi").url == links[0].url
    assert recognise(links[0].url).source == "wordpress_com"


def test_services_with_one_host_need_none_named() -> None:
    for source, host in ((WordPressCom(), "public-api.wordpress.com"), (Podcasts(), "itunes.apple.com")):
        assert list(source.seeds(TERMS, ())) == list(source.seeds(TERMS, (host,)))
        assert all("//stand-in.example/" in seed.link.url for seed in source.seeds(TERMS, ("stand-in.example",)))


def test_podcast_searches_are_few() -> None:
    seeds = list(Podcasts().seeds(TERMS, ("itunes.apple.com",)))
    assert [seed.label for seed in seeds] == [
        f'podcasts "{term}" in the {country} store of itunes.apple.com'
        for country in ("US", "CA")
        for term in ("sushi", "east coast sushi", "sushi boston")
    ]
    assert (
        seeds[1].link.url == "https://itunes.apple.com/search?country=US&limit=50&media=podcast&term=east+coast+sushi"
    )


def test_a_show_s_page_leads_to_the_directory() -> None:
    link = recognise("https://podcasts.apple.com/gb/podcast/rice-and-shine/id1200000001?i=1000")
    assert (link.source, link.page) == ("podcasts", "shows")
    assert link.url == "https://itunes.apple.com/lookup?entity=podcast&id=1200000001"
