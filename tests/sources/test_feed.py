import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_poet import HttpResponse

from catalog.items import Alias, AliasKind, Consent, Precision
from crawler.errors import UnreadablePage
from crawler.sources import get_source, recognise
from crawler.sources.base import PageItems
from crawler.sources.feed import FeedPage
from tests.sources import items
from tests.sources.cases import read_page
from tests.sources.recordings import needs_recordings, recordings

SITE = "https://blog.example/"


def read(body: str | bytes, url: str = SITE + "feed/", **context: str) -> PageItems:
    response = HttpResponse(url, body if isinstance(body, bytes) else body.encode())
    found = read_page(FeedPage, response, context)
    items.check(found)
    return found


def rss(entries: Iterable[str], channel: str = f"<title>T</title><link>{SITE}</link>", spaces: str = "") -> str:
    space = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    inside = "".join(f"<item>{entry}</item>" for entry in entries)
    return f'<rss version="2.0" {space} {spaces}><channel>{channel}{inside}</channel></rss>'


def by(name: str, number: int = 1) -> str:
    return f"<guid>{SITE}{number}</guid><title>N</title><description>d</description><dc:creator>{name}</dc:creator>"


def values(found: PageItems, account: int = 0) -> list[str]:
    return [alias.value for alias in found.accounts[account].aliases]


def test_one_author_owns_the_site() -> None:
    found = read(rss([by("Mika Tan"), by("Mika Tan", 2)]))
    assert values(found) == [SITE, SITE + "feed/", "blog.example/by/mika-tan"]
    assert (found.accounts[0].kind, found.accounts[0].name, found.accounts[0].bio) == ("person", "Mika Tan", "T")
    assert {post.account for post in found.posts} == {Alias(AliasKind.URL, SITE)}


def test_several_authors_have_an_account_each() -> None:
    found = read(rss([by("Mika Tan"), by("Jo Amsel", 2), "<guid>3</guid><title>N</title>"]))
    assert [account.kind for account in found.accounts] == ["publication", "person", "person"]
    assert [post.account.value for post in found.posts] == [
        "blog.example/by/mika-tan", "blog.example/by/jo-amsel", SITE
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["author/mika/feed/", "category/sushi/feed/", "tag/sushi/feed/", "?s=sushi&feed=rss2"])
def test_a_part_of_a_site_says_nothing_about_the_whole(path: str) -> None:
    found = read(rss([by("Mika Tan")]), SITE + path)
    assert values(found) == ["blog.example/by/mika-tan"]


def test_a_home_on_another_host_is_only_a_claim() -> None:
    found = read(rss([by("Mika Tan")]), "https://hoster.example/mika.xml")
    account = found.accounts[0]
    assert all("blog.example" not in alias.value for alias in account.aliases)
    assert [(link.url, link.rel_me) for link in account.links] == [(SITE, True)]
    assert "blog.example" not in account.url


def test_strangers_on_one_host_are_not_joined_by_name() -> None:
    found = read(rss([by("Mika Tan")], "<title>M</title><link>https://medium.com/@mika?source=rss</link>"),
                 "https://medium.com/feed/@mika")  # fmt: skip
    assert values(found) == ["https://medium.com/@mika", "https://medium.com/feed/@mika", "mika@medium.com"]


@pytest.mark.parametrize(
    "name", ["mika@blog.example", "admin", "https://blog.example/mika", "noreply@blogger.com", "mika@blog.example ()"]
)
def test_what_is_nobodys_name(name: str) -> None:
    account = read(rss([by(name)])).accounts[0]
    assert account.name == "T"
    assert "@" not in repr(account.aliases)


def test_an_address_beside_the_name_is_dropped() -> None:
    assert read(rss([by("Mika Tan (mika@blog.example)")])).accounts[0].name == "Mika Tan"
    assert read(rss(["<title>N</title><author>mika@blog.example (Mika Tan)</author>"])).accounts[0].name == "Mika Tan"


@pytest.mark.parametrize(
    ("date", "precision"),
    [
        ("Tue, 17 Mar 2026 13:30:00 EST", Precision.SECOND),
        ("2026-03-17", Precision.DAY),
        ("Di, 17. März", None),
        ("", None),
    ],
)
def test_dates(date: str, precision: Precision | None) -> None:
    post = read(rss([f"<title>N</title><pubDate>{date}</pubDate>"])).posts[0]
    assert (post.published.precision if post.published else None) == precision


def test_ids() -> None:
    found = read(rss(["<guid isPermaLink='false'>x 1</guid><title>a</title>", f"<link>{SITE}2</link><title>b</title>",
                      "<title>c</title>", "<title>c</title>", "<description></description>"]))  # fmt: skip
    assert [post.native_id for post in found.posts[:2]] == ["x 1", SITE + "2"]
    assert found.posts[2].native_id.startswith("sha256:")
    assert len(found.posts) == 3


def test_a_summary_is_not_the_whole_and_leads_to_the_page() -> None:
    found = read(rss([f"<link>{SITE}1</link><title>a</title><description>The first lines</description>"]))
    assert not found.posts[0].complete
    assert (SITE + "1", "page") in [(link.url, link.source) for link in found.links]


def test_other_peoples_snippets_are_not_this_accounts_posts() -> None:
    wrapped = "https://www.google.com/url?rct=j&amp;url=https://other.example/story&amp;ct=ga"
    found = read(rss([f"<link>{wrapped}</link><title>a</title><description>They say</description>"]))
    assert found.posts == ()
    assert "https://other.example/story" in [link.url for link in found.links]


@pytest.mark.parametrize(
    ("url", "title"),
    [(SITE + "comments/feed/", "T"), (SITE + "feed/", "Comments for T"), (SITE + "2026/a/feed/", "Comments on: A"),
     (SITE + "feeds/12/comments/default", "T"), (SITE + "feed/", "Kommentare zu: T")],
)  # fmt: skip
def test_comments_are_the_readers(url: str, title: str) -> None:
    found = read(rss([by("Pat Ostrow")], f"<title>{title}</title><link>{SITE}</link>"), url)
    assert (found.accounts, found.posts, found.links) == ((), (), ())


def test_consent() -> None:
    assert read(rss([by("Mika Tan")])).accounts[0].consent.state is Consent.FULL
    blocked = read(rss([by("Mika Tan")], "<title>T</title><itunes:block>Yes</itunes:block>"))
    assert blocked.accounts[0].consent.state is Consent.DENIED
    assert (blocked.posts, blocked.links) == ((), ())
    hidden = '<title>T</title><meta xmlns="http://www.w3.org/1999/xhtml" name="robots" content="noindex"/>'
    assert read(rss([by("Mika Tan")], hidden)).directives.noindex


def test_text_that_was_escaped_twice_and_entities() -> None:
    twice = "&amp;lt;p&amp;gt;Fish &amp;amp;amp; rice&amp;lt;/p&amp;gt;"
    assert read(rss([f"<title>a</title><description>{twice}</description>"])).posts[0].text == "Fish & rice"
    assert "Café" in read(rss(["<title>a</title><description>Caf&eacute; x</description>"])).posts[0].text


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16", "utf-8"])
def test_encodings(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>' + rss(["<title>Crème brûlée</title>"])
    assert read(body.encode(encoding)).posts[0].title == "Crème brûlée"


def test_rdf() -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>T</title><link>https://blog.example/'
        '</link></channel><item rdf:about="https://blog.example/1"><title>a</title><link>https://blog.example/1</link>'
        "<description>d</description><dc:date>2026-03-17T10:00:00Z</dc:date></item></rdf:RDF>"
    )
    post = read(body).posts[0]
    assert post.published is not None
    assert post.edited is None


def test_a_feed_in_parts_ends() -> None:
    body = '{"version":"https://jsonfeed.org/version/1.1","title":"T","next_url":"/feed.json?page=2","items":[]}'
    first = read(body, SITE + "feed.json")
    following = next(link for link in first.links if link.source == "feed")
    assert following.context == {"part": "2", "feed": SITE + "feed.json"}
    assert values(read(body, following.url, **following.context)) == [SITE, SITE + "feed.json"]
    assert all(link.source != "feed" for link in read(body, SITE + "feed.json?page=5", part="5").links)


@pytest.mark.parametrize(
    "body", ["<head/>", "<opml/>", "{}", '{"version": 1}', "<!-- <rss> -->", "rss", '"rss"', "<rss"]
)
def test_no_feed(body: str) -> None:
    with pytest.raises(UnreadablePage):
        read(body)


def test_an_empty_feed_has_an_account_and_no_posts() -> None:
    found = read(rss([]))
    assert (len(found.accounts), found.posts) == (1, ())


@pytest.mark.parametrize(
    ("path", "known"),
    [("feed", True), ("feed/", True), ("blog/feed/", True), ("rss.xml", True), ("index.xml", True),
     ("feeds/posts/default", True),
     ("?feed=rss2", True), ("feed.json", True), ("a.atom", True), ("feedback", False), ("comments/feed/", False),
     ("2026/feeding-time/", False), ("sitemap.xml", False)],
)  # fmt: skip
def test_recognise(path: str, known: bool) -> None:
    assert (get_source("feed").recognise(SITE + path) is not None) == known
    assert (recognise(SITE + path).source == "feed") == known


TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)


@given(st.lists(st.fixed_dictionaries({}, optional={
    key: st.one_of(TEXT, st.integers(), st.none(), st.lists(TEXT, max_size=2))
    for key in ("id", "url", "title", "content_html", "content_text", "summary", "date_published", "tags", "authors")
}), max_size=4), TEXT)  # fmt: skip
def test_any_json_feed_is_read(entries: list[dict[str, object]], title: str) -> None:
    data = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": entries}
    read(json.dumps(data))


@needs_recordings
@pytest.mark.recordings
def test_recorded_feeds() -> None:
    posts = dated = named = 0
    everything = list(recordings("feeds", "podcast"))
    for recording in everything:
        try:
            found = read_page(FeedPage, recording.response(SITE + "x/feed"))
        except UnreadablePage:
            continue
        items.check(found)
        posts += bool(found.posts)
        dated += any(post.published for post in found.posts)
        named += any(account.name for account in found.accounts)
    assert len(everything) >= 60
    assert posts >= 53
    assert dated >= 51
    assert named >= 55
