"""Logic of the web's sources that a single fixture does not show: names that meet, bounds, addresses in every form."""

import contextlib
import gzip
import json
import time
from pathlib import Path

import pytest
from web_poet import HttpResponse

from catalog.items import AliasKind
from crawler.errors import UnreadablePage
from crawler.sources import get_source, recognise
from crawler.sources._podcasthead import PodcastHead
from crawler.sources._site import handle_on_platform, platform_of, site_home
from crawler.sources.base import PageItems, PlanTerms
from tests.sources import items
from tests.sources.cases import read_page
from tests.sources.test_arrival import PageCommit, ends, people

SITE = "https://blog.example/"
API = f"{SITE}wp-json/wp/v2/posts?per_page=20"
MIKA = {"id": 1, "name": "Mika Tan", "link": f"{SITE}author/mika/", "slug": "mika"}
TERMS = PlanTerms(theme="sushi", hashtags=("sushi", "寿司"), phrases=(), forum_queries=("sushi", "sushi boston"))


def read(source: str, page: str, url: str, body: object, **context: str) -> PageItems:
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    found = read_page(get_source(source).pages[page], HttpResponse(url=url, body=raw), context)
    items.check(found)
    return found


def post(number: int, author: int = 1, **more: object) -> dict[str, object]:
    return {
        "id": number, "date_gmt": "2026-03-14T09:26:53", "guid": {"rendered": f"{SITE}?p={number}"}, "author": author,
        "link": f"{SITE}post-{number}/", "slug": f"post-{number}", "status": "publish",
        "title": {"rendered": "T"}, "content": {"rendered": "<p>Rice.</p>"}, **more,
    }  # fmt: skip


# -- WordPress


def test_feed_and_api_of_a_wordpress_site_meet_in_account_and_post() -> None:
    by_api = read("wordpress", "posts", API, [post(1, _embedded={"author": [MIKA]})])
    names = f"<guid isPermaLink='false'>{SITE}?p=1</guid><link>{SITE}post-1/</link><author>Mika Tan</author>"
    entry = f"<item><title>T</title>{names}"
    by_feed = read("feed", "feed", f"{SITE}feed/", f"<rss><channel><link>{SITE}</link>{entry}</item></channel></rss>")
    [one], [other] = by_api.accounts, by_feed.accounts
    assert {SITE, "blog.example/by/mika-tan"} <= {alias.value for alias in one.aliases} & {
        a.value for a in other.aliases
    }
    assert [found.native_id for found in by_api.posts] == [found.native_id for found in by_feed.posts]
    assert by_api.posts[0].url == by_feed.posts[0].url


def test_a_part_of_a_wordpress_site_says_nothing_about_the_whole() -> None:
    for query in ("search=rice", "tags=5", "author=1", "page=2"):
        found = read(
            "wordpress", "posts", f"{SITE}wp-json/wp/v2/posts?{query}", [post(1, _embedded={"author": [MIKA]})]
        )
        assert SITE not in {alias.value for account in found.accounts for alias in account.aliases}


def test_an_author_who_hides_behind_a_number_meets_the_users_list() -> None:
    by_post = read("wordpress", "posts", f"{SITE}wp-json/wp/v2/posts/1", post(1))
    by_list = read("wordpress", "users", f"{SITE}wp-json/wp/v2/users", [{**MIKA, "avatar_urls": {}}])
    assert by_post.accounts[0].aliases[0] in by_list.accounts[0].aliases


def test_an_e_mail_address_is_neither_name_nor_handle() -> None:
    user = {"id": 2, "name": "mika@blog.example", "slug": "mikablog-example", "link": f"{SITE}author/mikablog-example/"}
    [account] = read("wordpress", "users", f"{SITE}wp-json/wp/v2/users", [user]).accounts
    assert (account.name, account.handle, account.kind) == ("", None, "unknown")


def test_times_of_wordpress() -> None:
    rows = [
        post(1), post(2, date_gmt="0000-00-00T00:00:00", date="2026-03-14T23:00:00"),
        post(3, date_gmt="2026-03-14T09:26:53+00:00"), post(4, modified_gmt="2026-03-15T00:00:00"),
    ]  # fmt: skip
    found = read("wordpress", "posts", API, rows).posts
    assert [one.published.precision.value if one.published else "" for one in found] == [
        "second",
        "day",
        "second",
        "second",
    ]
    assert [one.edited is not None for one in found] == [False, False, False, True]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("wp-json/", "site"), ("wp-json/wp/v2/posts/7", "posts"), ("food/wp-json/wp/v2/tags?search=x", "terms"),
        ("wp-json/wp/v2/categories", "terms"), ("?rest_route=/wp/v2/users", "users"), ("wp-json/wp/v2/media", ""),
        ("wp-json/oembed/1.0/embed", ""),
    ],
)  # fmt: skip
def test_addresses_of_wordpress(path: str, page: str) -> None:
    link = get_source("wordpress").recognise(SITE + path)
    assert (link.page if link else "") == page


def test_pages_of_posts_end_where_the_site_says_so() -> None:
    for told, pages, further in (("3", "2", True), ("1", "2", False), ("3", "0", False)):
        response = HttpResponse(url=API, body=json.dumps([post(1)]).encode(), headers={"X-WP-TotalPages": told})
        found = read_page(get_source("wordpress").pages["posts"], response, {"pages": pages})
        assert any("?page=2&" in link.url for link in found.links) == further


def test_a_page_offers_its_own_api_and_its_blogroll() -> None:
    head = (
        f'<link rel="https://api.w.org/" href="{SITE}wp-json/"><link rel="blogroll" href="/reads.xml">'
        '<link rel="sitemap" href="/sitemap.xml">'
    )
    found = read("page", "page", SITE, f"<html><head><title>M</title>{head}</head><body><p>Hi</p></body></html>")
    assert {(link.source, link.page) for link in found.links} == {
        ("wordpress", "posts"), ("blogroll", "opml"), ("sitemap", "sitemap"),
    }  # fmt: skip
    foreign = '<link rel="https://api.w.org/" href="https://other.example/wp-json/">'
    found = read("page", "page", SITE, f"<html><head><title>M</title>{foreign}</head><body><p>Hi</p></body></html>")
    assert found.links == ()


def test_api_feed_users_and_page_of_a_wordpress_blog_arrive_in_any_order(tmp_path: Path) -> None:
    article = (
        '<html><head><title>T</title><meta property="og:type" content="article"><meta name="author" content="Mika Tan">'
        f'<link rel="canonical" href="{SITE}post-1/"></head><body><article><h1>T</h1><p>{"Rice. " * 200}</p></article>'
    )
    entry = f"<item><title>T</title><guid isPermaLink='false'>{SITE}?p=1</guid><link>{SITE}post-1/</link>"
    entry += "<author>Mika Tan</author><description>Rice</description></item>"
    rss = f"<rss><channel><link>{SITE}</link>{entry}</channel></rss>"
    views = [
        (API, read("wordpress", "posts", API, [post(1, _embedded={"author": [MIKA]})])),
        (f"{SITE}feed/", read("feed", "feed", f"{SITE}feed/", rss)),
        (f"{SITE}wp-json/wp/v2/users", read("wordpress", "users", f"{SITE}wp-json/wp/v2/users", [{**MIKA, "url": ""}])),
        (f"{SITE}post-1/", read("page", "page", f"{SITE}post-1/", article)),
    ]

    def commits(url: str, found: PageItems) -> PageCommit:
        return lambda catalog: (catalog.page(*found.accounts, *found.posts, url=url), None)[1]

    [dump] = ends(tmp_path, [commits(url, found) for url, found in views])
    assert len(people(dump)) == 1
    assert len([line for line in dump.splitlines() if line.startswith("post\t")]) == 1


# -- sitemaps and blogrolls


def urlset(count: int, date: str = "2026-03-14") -> str:
    rows = "".join(f"<url><loc>{SITE}p{n}/</loc><lastmod>{date}</lastmod></url>" for n in range(count))
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def test_of_a_large_map_a_few_pages_are_taken_and_equal_times_say_nothing() -> None:
    found = read("sitemap", "sitemap", f"{SITE}sitemap.xml", urlset(20_000))
    assert [link.url for link in found.links[:2]] == [f"{SITE}p0/", f"{SITE}p1/"]
    assert len(found.links) == 25


def test_a_gzip_bomb_is_unpacked_in_part() -> None:
    bomb = gzip.compress(urlset(3).encode()[:-9] + b" " * (300 << 20) + b"</urlset>", compresslevel=1)
    started = time.process_time()
    assert len(read("sitemap", "sitemap", f"{SITE}sitemap.xml.gz", bomb).links) == 3
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "body", [b"\x1f\x8b\x08\x00garbage", b"", b"just words", b"<urlset", b"https://other.example/x\n"]
)
def test_what_is_no_map(body: bytes) -> None:
    with contextlib.suppress(UnreadablePage):
        assert read("sitemap", "sitemap", f"{SITE}sitemap.xml", body).links == ()


def test_addresses_of_lists_and_maps() -> None:
    for path, source in (
        ("robots.txt", "sitemap"), ("wp-sitemap.xml", "sitemap"), ("sitemap_index.xml", "sitemap"),
        ("sitemap.txt.gz", "sitemap"), ("reads.opml", "blogroll"), ("blogroll/", "blogroll"),
        ("my-blogroll-story/", "page"), ("about-sitemaps/", "page"),
    ):  # fmt: skip
        assert recognise(SITE + path).source == source, path


def test_nested_outlines_end() -> None:
    body = "<opml><body>" + "<outline text='x' xmlUrl='https://a.example/f'>" * 5000 + "</body></opml>"
    assert len(read("blogroll", "opml", f"{SITE}x.opml", body).links) == 1


# -- feeds of the big hosts


@pytest.mark.parametrize(
    ("url", "platform", "handle"),
    [
        ("https://mika.substack.com/", "substack", None),
        ("https://medium.com/@Mika", "medium", "mika"),
        ("https://mika.medium.com/", "medium", "mika"),
        ("https://medium.com/foraging", "medium", None),
        ("https://mika.tumblr.com/", "tumblr", "mika"),
        ("https://www.tumblr.com/mika", "tumblr", None),
        ("https://notsubstack.example/", "web", None),
        ("https://evilmedium.com/@mika", "web", None),
    ],
)
def test_platforms_are_told_by_host(url: str, platform: str, handle: str | None) -> None:
    assert (platform_of(url), handle_on_platform(url)) == (platform, handle)


@pytest.mark.parametrize("url", ["https://buttondown.com/mika/rss", "https://feeds.megaphone.fm/ABC"])
def test_strangers_who_share_a_host_by_path_have_no_home_there(url: str) -> None:
    assert site_home(url) is None


@pytest.mark.parametrize(
    ("count", "average", "likes"),
    [("100", "5.00", 100), ("100", "3.00", 50), ("0", "0.00", 0), ("7", "", None), ("7", "9", None), ("x", "5", None)],
)
def test_thumbs_up_from_stars(count: str, average: str, likes: int | None) -> None:
    rating = (
        f'<media:community><media:starRating count="{count}" average="{average}" min="1" max="5"/></media:community>'
    )
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><title>M</title>'
        f"<entry><title>V</title><id>1</id><media:group><media:description>D</media:description>{rating}</media:group></entry></feed>"
    )
    [found] = read("feed", "feed", f"{SITE}feed/", body).posts
    assert found.interaction.likes == likes


def test_what_an_alert_found_is_not_its_readers_own() -> None:
    link = "https://www.google.com/url?rct=j&amp;url=https://other.example/story&amp;ct=ga"
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Alert</title><entry><title>S</title><id>1</id>'
        f'<link href="{link}"/><content type="html">They say</content></entry></feed>'
    )
    found = read("feed", "feed", f"{SITE}alerts/feed/", body)
    assert found.posts == ()
    assert "https://other.example/story" in [link.url for link in found.links]


def test_a_place_that_a_show_is_only_about_is_not_its_makers() -> None:
    space = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    about = '<podcast:location rel="subject">Tokyo</podcast:location>'
    assert PodcastHead(f"<rss {space}><channel>{about}</channel></rss>").location == ""
    here = "<podcast:location>Portland</podcast:location>"
    assert PodcastHead(f"<rss {space}><channel>{about}{here}</channel></rss>").location == "Portland"


# -- forums


def test_names_that_differ_in_case_are_two_people_on_hacker_news() -> None:
    rows = [
        {"objectID": str(n), "_tags": ["story"], "author": name, "title": "T"}
        for n, name in enumerate(("mika", "Mika"))
    ]
    found = read("hackernews", "search", "https://hn.algolia.com/api/v1/search?query=x", {"hits": rows})
    assert len({account.aliases[0] for account in found.accounts}) == 2
    assert all(alias.kind is not AliasKind.HANDLE for account in found.accounts for alias in account.aliases)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://news.ycombinator.com/item?id=42", "https://hn.algolia.com/api/v1/items/42"),
        ("https://news.ycombinator.com/user?id=mika", "https://hacker-news.firebaseio.com/v0/user/mika.json"),
        ("https://cooking.stackexchange.com/questions/7/a-roll", "https://api.stackexchange.com/2.3/questions/7?filter=withbody&site=cooking.stackexchange.com"),
        ("https://cooking.stackexchange.com/users/7/mika", "https://api.stackexchange.com/2.3/users/7?site=cooking.stackexchange.com"),
        ("https://dev.to/t/sushi", "https://dev.to/api/articles?page=1&per_page=30&tag=sushi"),
        ("https://dev.to/mika/a-roll-2g4f", "https://dev.to/api/articles/mika/a-roll-2g4f"),
    ],
)  # fmt: skip
def test_pages_for_people_are_asked_of_the_api(url: str, asked: str) -> None:
    assert recognise(url).url == asked


def test_answers_to_many_questions_cost_one_request() -> None:
    rows = [
        {"question_id": n, "answer_count": 1, "title": "T", "link": f"https://cooking.stackexchange.com/questions/{n}/t",
         "owner": {"user_id": n, "display_name": "M"}}
        for n in range(1, 51)
    ]  # fmt: skip
    url = "https://api.stackexchange.com/2.3/search/advanced?q=x&site=cooking"
    found = read("stackexchange", "items", url, {"items": rows, "has_more": True})
    assert sum("/answers?" in link.url for link in found.links) == 1
    assert sum("/users/" in link.url for link in found.links) == 1
    assert (len(found.accounts), len(found.posts)) == (50, 50)


def test_sites_that_are_named_replace_the_usual_ones() -> None:
    seeds = list(get_source("stackexchange").seeds(TERMS, ("gaming.stackexchange.com",)))
    assert ["site=gaming.stackexchange.com" in seed.link.url for seed in seeds] == [True]
    assert len(list(get_source("stackexchange").seeds(TERMS, ()))) >= 10


def test_tags_that_a_community_cannot_have_are_not_asked_for() -> None:
    assert [seed.label for seed in get_source("forem").seeds(TERMS, ())] == ["articles tagged sushi on dev.to"]
