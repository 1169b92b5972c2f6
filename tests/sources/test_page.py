import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_poet import HttpResponse

from catalog.items import Consent, PostItem, Precision
from crawler.errors import UnreadablePage
from crawler.sources import get_source
from crawler.sources.base import PageItems
from crawler.sources.feed import FeedPage
from crawler.sources.page import HtmlPage
from tests.sources import items
from tests.sources.cases import read_page
from tests.sources.recordings import needs_recordings, recordings

SITE = "https://blog.example/"
STORY = "<p>" + "The counter has nine seats and the fish comes off the boat before six in the morning. " * 9 + "</p>"
FEED = '<link rel="alternate" type="application/rss+xml" href="/feed/">'


def read(body: str = "", url: str = SITE + "2026/03/nine-seats/", head: str = "") -> PageItems:
    html = f'<!doctype html><html lang="en-US"><head>{head}</head><body>{body}</body></html>'
    found = read_page(HtmlPage, HttpResponse(url, html.encode(), headers={"Content-Type": "text/html; charset=utf-8"}))
    items.check(found)
    return found


def post_of(found: PageItems) -> PostItem:
    assert len(found.posts) == 1
    return found.posts[0]


def values(found: PageItems, account: int = 0) -> list[str]:
    return [alias.value for alias in found.accounts[account].aliases]


def linked_data(author: str, more: str = "") -> str:
    node = f'{{"@type": "BlogPosting", "headline": "N", "author": {author}{more}}}'
    return f'<script type="application/ld+json">{node}</script>'


# -- who wrote it

H_ENTRY = (
    '<article class="h-entry"><a class="p-author h-card" href="/by/ana">Ana Card</a>'
    '<div class="e-content">x</div></article>'
)
LD = linked_data('{"@type": "Person", "name": "Bo Linked"}')
REL = '<a rel="author" href="/author/cy/">Cy Related</a>'
META = '<meta name="author" content="Di Meta">'
BYLINE = '<p class="byline">by Ed Byline</p>'


@pytest.mark.parametrize(
    ("head", "body", "name"),
    [
        (LD + META, H_ENTRY + REL + BYLINE, "Ana Card"),
        (LD + META, REL + BYLINE, "Bo Linked"),
        (META, REL + BYLINE, "Cy Related"),
        (META, BYLINE, "Di Meta"),
        ("", BYLINE, "Ed Byline"),
        ('<meta name="author" content="admin">', BYLINE, "Ed Byline"),
        ("", '<a rel="author" href="/author/fay-moor/">About the author</a>', "Fay Moor"),
        (linked_data('"Gus String"'), "", "Gus String"),
        (linked_data('[{"@type": "Person", "name": "Hal List"}, "Second"]'), "", "Hal List"),
        (linked_data('{"name": "By Ida &amp; Co"}'), "", "Ida & Co"),
        (linked_data('{"@id": "#nobody"}'), BYLINE, "Ed Byline"),
        ('<meta property="article:author" content="https://facebook.example/x">', BYLINE, "Ed Byline"),
        ('<meta name="author" content="Jo (jo@blog.example)">', "", "Jo"),
    ],
)
def test_order_of_authority(head: str, body: str, name: str) -> None:
    assert read(body + STORY, head=head).accounts[0].name == name


@pytest.mark.parametrize(
    "around",
    ['<div id="comments"><p class="comment"><b class="comment-author vcard"><cite class="fn">Pat</cite></b></p></div>',
     '<footer><div class="vcard">Theme by <span class="fn">Themer</span></div></footer>',
     '<div class="sidebar"><span class="author">Recent Commenter</span></div>'],
)  # fmt: skip
def test_commenters_and_theme_makers_are_not_the_author(around: str) -> None:
    found = read(around + STORY, head='<meta property="og:type" content="article">')
    assert [account.name for account in found.accounts] == [""]


def test_byline_is_the_account_and_the_site_a_publication() -> None:
    head = linked_data(
        '{"name": "Ana Tan", "url": "/author/ana-tan/"}', ', "publisher": {"@type": "Organization", "name": "P"}'
    )
    found = read(STORY, head=head + FEED)
    assert values(found) == ["blog.example/by/ana-tan", SITE + "author/ana-tan/"]
    assert values(found, 1) == [SITE, SITE + "feed/"]
    assert [account.kind for account in found.accounts] == ["person", "publication"]
    assert post_of(found).account == found.accounts[0].aliases[0]


def test_a_team_page_is_nobodys_own_page() -> None:
    assert values(read(STORY, head=linked_data('{"name": "Ana Tan", "url": "/company/team/"}'))) == [
        "blog.example/by/ana-tan"
    ]


def test_the_owner_of_the_site_is_its_account() -> None:
    found = read(STORY, head=linked_data(f'{{"name": "Ana Tan", "url": "{SITE}"}}') + FEED)
    assert values(found) == [SITE, SITE + "feed/", "blog.example/by/ana-tan"]


def test_on_a_shared_host_names_join_nobody() -> None:
    head = linked_data('{"name": "Ana Tan", "url": "https://medium.com/@anatan?source=x"}')
    assert values(read(STORY, "https://medium.com/p/123", head)) == ["https://medium.com/@anatan"]
    assert read(STORY, "https://medium.com/p/123", linked_data('"Ana Tan"')).accounts == ()


def test_page_and_feed_meet() -> None:
    """One site read from its front page, its feed and an article is one account, in whatever order."""
    entry = "<item><title>N</title><author>Ana Tan</author><guid>1</guid></item>"
    body = f"<rss><channel><title>B</title><link>{SITE}</link>{entry}</channel></rss>"
    feed = read_page(FeedPage, HttpResponse(SITE + "feed/", body.encode()))
    home = read("<h1>B</h1>", SITE, FEED + '<meta name="author" content="Ana Tan">')
    article = read(STORY, head=linked_data('{"name": "Ana  TAN", "url": "/author/ana/"}'))
    assert set(values(feed)) == set(values(home))
    assert set(values(feed)) & set(values(article)) == {"blog.example/by/ana-tan"}


# -- what kind of page


@pytest.mark.parametrize(
    ("title", "body"),
    [("Page not found", STORY), ("404", STORY), ("Just a moment...", ""), ("Log in", ""), ("Index of /", ""),
     ("blog.example", "This domain is for sale"), ("Blog", '<form><input type="password"></form>'),
     ("Nothing found for x", ""), ("Seite nicht gefunden", STORY), ("Account suspended", "")],
)  # fmt: skip
def test_dead_pages_say_nothing(title: str, body: str) -> None:
    found = read(body + '<a href="/about/">About</a>', head=f"<title>{title}</title>{FEED}{META}")
    assert (found.accounts, found.posts, found.links) == ((), (), ())


@pytest.mark.parametrize("title", ["401 days of rice", "Log into your senses", "Error bars and oyster bars"])
def test_titles_that_only_look_dead(title: str) -> None:
    found = read(STORY, head=f"<title>{title}</title>{META}")
    assert bool(found.posts) == (title != "401 days of rice" and not title.startswith("Error"))


@pytest.mark.parametrize("path", ["", "index.html", "blog/"])
def test_front_pages_have_an_account_and_no_post(path: str) -> None:
    found = read(STORY, SITE + path, FEED + '<meta property="og:site_name" content="Nine Seats">')
    assert (len(found.accounts), found.posts) == (1, ())
    assert found.accounts[0].name == "Nine Seats"
    assert found.links[0].source == "feed"


@pytest.mark.parametrize("path", ["tag/sushi/", "category/x/", "page/2/", "2026/03/", "?s=sushi"])
def test_lists_have_neither(path: str) -> None:
    found = read(STORY, SITE + path, META)
    assert (found.accounts, found.posts) == ((), ())


def test_about_pages_tell_about_the_site() -> None:
    found = read("<article><h1>About me</h1>" + STORY + "</article>", SITE + "about/", FEED + META)
    assert values(found)[:2] == [SITE, SITE + "feed/"]
    assert "nine seats" in found.accounts[0].bio
    assert found.accounts[0].text_complete
    assert found.posts == ()


# -- the article


def test_article() -> None:
    head = (
        '<meta property="og:type" content="article"><meta property="og:title" content="Nine seats">'
        '<meta property="article:published_time" content="2026-03-17T09:30:00-04:00">'
        '<meta property="article:tag" content="Sushi"><meta property="article:tag" content="Boston">'
        f'<link rel="canonical" href="{SITE}nine-seats/"><title>Nine seats - Blog</title>'
    )
    post = post_of(read(f"<article><h1>Nine seats</h1>{STORY}<blockquote>theirs</blockquote></article>", head=head))
    assert (post.title, post.url, post.native_id) == ("Nine seats", SITE + "nine-seats/", SITE + "nine-seats/")
    assert (post.tags, post.language, post.kind) == (("Sushi", "Boston"), "en", "article")
    assert post.published is not None
    assert post.published.at.hour == 13
    assert "nine seats and the fish" in post.text
    assert "theirs" not in post.text


@pytest.mark.parametrize(
    ("url", "body", "precision"),
    [(SITE + "2026/03/17/a", "", Precision.DAY), (SITE + "2026/03/a", "", Precision.MONTH), (SITE + "a", "", None),
     (SITE + "a", "<time datetime='2026-03-17T10:00:00Z'>then</time>", Precision.SECOND),
     (SITE + "a", "<span class='entry-date'>March 17, 2026</span>", Precision.DAY),
     (SITE + "a", "<div class='comments'><time datetime='2026-03-17T10:00:00Z'>c</time></div>", None)],
)  # fmt: skip
def test_dates(url: str, body: str, precision: Precision | None) -> None:
    post = post_of(read(body + STORY, url, META))
    assert (post.published.precision if post.published else None) == precision


@pytest.mark.parametrize("canonical", ["https://elsewhere.example/a", SITE, "nonsense:"])
def test_a_canonical_address_that_cannot_be_the_permalink(canonical: str) -> None:
    found = read(STORY, SITE + "2026/a", f'<link rel="canonical" href="{canonical}">{META}')
    assert post_of(found).url == SITE + "2026/a"


# -- consent and links


@pytest.mark.parametrize(
    ("tag", "noindex", "nofollow"),
    [('name="robots" content="noindex"', True, False), ('name="ROBOTS" content="NONE"', True, True),
     ('name="robots" content="index, nofollow"', False, True),
     ('name="googlebot" content="noindex,follow"', True, False),
     ('name="nichescout" content="noindex"', True, False),
     ('name="robots" content="max-image-preview:large"', False, False),
     ('name="description" content="noindex"', False, False)],
)  # fmt: skip
def test_robots_meta(tag: str, noindex: bool, nofollow: bool) -> None:
    found = read(STORY + '<a rel="me" href="https://pixel.example/@ana">p</a>', head=f"<meta {tag}>{FEED}{META}")
    assert (found.directives.noindex, found.directives.nofollow) == (noindex, nofollow)
    assert bool(found.posts) == bool(found.accounts) == (not noindex)
    assert bool(found.links) == (not nofollow)
    assert all(account.consent.state is Consent.FULL for account in found.accounts)


def test_profile_links() -> None:
    body = (
        '<a rel="me" href="https://pixel.example/@ana">P</a><a href="https://www.instagram.com/ana.eats/">I</a>'
        '<a href="https://www.instagram.com/p/123/">photo</a><a href="https://twitter.com/intent/tweet?text=x">share</a>'
        '<a href="/work-with-me/">Work with me</a><a href="mailto:ana@blog.example">mail</a>'
        '<div id="comments"><a href="https://www.instagram.com/commenter/">c</a></div>'
    )
    found = read(body, SITE, META)
    assert [(link.url, link.rel_me) for link in found.accounts[0].links] == [
        ("https://pixel.example/@ana", True),
        ("https://www.instagram.com/ana.eats/", False),
        (SITE + "work-with-me/", False),
    ]
    assert [link.source for link in found.links if "pixel.example" in link.url] == ["mastodon"]
    assert all("instagram" not in link.url for link in found.links), "a login wall"


def test_links_respect_nofollow_and_know_a_blogroll() -> None:
    body = (
        '<ul class="blogroll"><li><a href="https://friend.example/">F</a></li><li><a rel="nofollow" href="https://ad.example/">A'
        '</a></li></ul><a rel="friend met" href="https://met.example/">M</a><a href="https://other.example/">O</a>'
    )
    scores = {link.url: link.score for link in read(body, SITE, META).links}
    assert scores == {"https://friend.example/": 0.4, "https://met.example/": 0.4}


def test_a_feed_on_another_host_is_only_a_claim() -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="https://hoster.example/ana.xml">' + META
    found = read("", SITE, head)
    assert values(found) == [SITE, "blog.example/by/di-meta"]
    assert [(link.url, link.rel_me) for link in found.accounts[0].links] == [("https://hoster.example/ana.xml", True)]


def test_seeds_and_recognise() -> None:
    source = get_source("page")
    assert source.recognise("HTTPS://Blog.example/a#b") is not None
    assert source.recognise("mailto:ana@blog.example") is None


LD_SCRIPT = "<script type='application/ld+json'>%s</script>"
PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='h-entry'>", "<div class='vcard'>", "<a href='/about'>", "</a>", "</div>", "<h1>",
     "<a rel='me' href='//x.example'>", "<time datetime='2026'>", "<meta name='author' content='x'>", "text ",
     "<base href='http://['>", "<link rel='alternate' type='application/rss+xml' href='http://['>", "&#0;", "<title>",
     "<span class='p-author'>", "</title>", "<body>", "<iframe>", LD_SCRIPT % '{"@type":["Person"],"name":[1]}',
     LD_SCRIPT % '[{"@graph":[{"@type":"Article","author":[[1]],"publisher":3}]}]']
)  # fmt: skip


@given(st.lists(PIECES, max_size=25), st.sampled_from([SITE, SITE + "a", SITE + "about", SITE + "author/x"]))
def test_any_soup_is_read(pieces: list[str], url: str) -> None:
    read("".join(pieces), url)


@needs_recordings
@pytest.mark.recordings
def test_recorded_pages() -> None:
    named = posts = dated = feeds = 0
    everything = list(recordings("html"))
    for recording in everything:
        try:
            found = read_page(HtmlPage, recording.response(SITE + "2020/01/post"))
        except UnreadablePage:
            continue
        items.check(found)
        named += any(account.name for account in found.accounts)
        posts += any(len(post.text) > 300 for post in found.posts)
        dated += any(post.published for post in found.posts)
        feeds += any(link.source == "feed" for link in found.links)
    assert len(everything) >= 60
    assert named >= 46
    assert posts >= 50
    assert dated >= 50
    assert feeds >= 45
