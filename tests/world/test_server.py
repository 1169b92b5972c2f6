"""The loopback server speaks the platforms' shapes: status, headers, paging, consent flags, traps."""

import gzip
import json
import urllib.error
import urllib.request
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from protego import Protego

from tests.world.server import Web, serve
from tests.world.writing import World, load_world


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


@pytest.fixture(scope="module")
def web(world: World) -> Web:
    return Web(world)


def get_json(web: Web, url: str) -> Any:
    response = web.get(url)
    assert response.status == 200, url
    return json.loads(response.body)


def tag_pages(web: Web, host: str, tag: str) -> list[dict[str, Any]]:
    url, statuses = f"https://{host}/api/v1/timelines/tag/{tag}?limit=40", []
    while url:
        response = web.get(url)
        page = json.loads(response.body)
        assert len(page) <= 40
        statuses += page
        links = [part.split("; ") for part in response.header("Link").split(", ")]
        url = next((link[0].strip("<>") for link in links if link[-1] == 'rel="next"'), "")
    return statuses


def account(web: Web, handle: str, host: str) -> dict[str, Any]:
    found: dict[str, Any] = get_json(web, f"https://{host}/api/v1/accounts/lookup?acct={handle}")
    return found


def test_tag_timelines_are_paged_newest_first_without_repeats(web: Web) -> None:
    statuses = tag_pages(web, "tide.example", "sushi")
    ids = [int(status["id"]) for status in statuses]
    assert len(ids) > 80
    assert ids == sorted(set(ids), reverse=True)
    assert all("sushi" in [tag["name"] for tag in status["tags"]] for status in statuses)
    assert {status["visibility"] for status in statuses} == {"public"}
    assert any("@" in status["account"]["acct"] for status in statuses)


def test_mastodon_says_what_strangers_may_read(web: Web) -> None:
    feeds = get_json(web, "https://kelp.example/api/v2/instance")["configuration"]["timelines_access"]["hashtag_feeds"]
    assert feeds == {"local": "public", "remote": "authenticated"}
    assert web.get("https://kelp.example/api/v1/timelines/tag/sushi").status == 401
    local = get_json(web, "https://kelp.example/api/v1/timelines/tag/sushi?local=true")
    assert local
    assert all("@" not in status["account"]["acct"] for status in local)
    assert get_json(web, "https://shoal.example/api/v1/timelines/tag/sushi") == []


def test_mastodon_headers(web: Web) -> None:
    response = web.get("https://tide.example/api/v1/timelines/tag/sushi")
    assert response.header("X-RateLimit-Limit") == "300"
    assert response.header("X-RateLimit-Reset").endswith("Z")
    assert response.header("Content-Type") == "application/json; charset=utf-8"


def test_consent_flags_of_accounts(web: Web) -> None:
    assert account(web, "vslate", "tide.example")["discoverable"] is False
    assert account(web, "larsperegrine", "harbor.example")["indexable"] is False
    assert account(web, "nadiahush", "harbor.example")["noindex"] is True
    assert "#nobot" in account(web, "ottofenn", "tide.example")["note"]
    assert account(web, "guslimewood", "kelp.example")["limited"] is True
    suspended = account(web, "verastrand", "tide.example")
    assert (suspended["suspended"], suspended["note"], suspended["display_name"]) == (True, "", "")
    assert "limited" not in account(web, "maraquill", "tide.example")


def test_a_copy_says_yes_where_the_home_server_says_no(web: Web) -> None:
    assert account(web, "petrawindham@shoal.example", "tide.example")["discoverable"] is True
    assert account(web, "petrawindham", "shoal.example")["discoverable"] is False
    accounts = {status["account"]["acct"] for status in tag_pages(web, "tide.example", "sushi")}
    assert "petrawindham@shoal.example" in accounts


def test_some_copies_know_no_flags(web: Web) -> None:
    remote = [s["account"] for s in tag_pages(web, "tide.example", "sushi") if "@" in s["account"]["acct"]]
    assert {row["discoverable"] for row in remote} == {True, None}


def test_a_deleted_account_leaves_a_tombstone_and_copies(web: Web) -> None:
    assert web.get("https://tide.example/api/v1/accounts/lookup?acct=ghostfenwick").status == 410
    assert web.get("https://tide.example/@ghostfenwick").status == 410
    actor = web.get("https://tide.example/users/ghostfenwick", accept="application/activity+json")
    assert (actor.status, json.loads(actor.body)["type"]) == (410, "Tombstone")
    assert any(s["account"]["username"] == "ghostfenwick" for s in tag_pages(web, "harbor.example", "sushi"))
    assert not any(s["account"]["username"] == "ghostfenwick" for s in tag_pages(web, "tide.example", "sushi"))


def test_boosts_hang_below_reblog_unless_excluded(web: Web) -> None:
    number = account(web, "echolambert", "harbor.example")["id"]
    url = f"https://harbor.example/api/v1/accounts/{number}/statuses?limit=40"
    boosts = [status for status in get_json(web, url) if status["reblog"]]
    assert boosts
    assert all(not s["content"] and s["reblog"]["account"]["username"] != "echolambert" for s in boosts)
    assert not any(status["reblog"] for status in get_json(web, url + "&exclude_reblogs=true"))


def test_account_oddities(web: Web) -> None:
    assert account(web, "cosmovarga", "kelp.example")["followers_count"] == -1
    emoji = account(web, "piprosenquist", "harbor.example")
    assert emoji["display_name"] == "Pip Rosenquist :sushi:"
    assert emoji["emojis"][0]["shortcode"] == "sushi"
    assert account(web, "tessold", "kelp.example")["moved"]["acct"] == "tessoldshore@harbor.example"
    blog = next(field for field in account(web, "maraquill", "tide.example")["fields"] if field["name"] == "Blog")
    assert blog["verified_at"]
    assert "https://quillandrice.example/" in blog["value"]


def test_profile_pages_carry_noindex_where_it_is_set(web: Web) -> None:
    assert b"noindex" in web.get("https://harbor.example/@nadiahush").body
    assert b"noindex" not in web.get("https://tide.example/@maraquill").body


def test_forum_lists_and_topics(web: Web) -> None:
    page = get_json(web, "https://table.example/latest.json")["topic_list"]
    assert page["more_topics_url"] == "/latest?no_definitions=true&page=1"
    more = get_json(web, "https://table.example/latest.json?page=1")["topic_list"]
    kinds = {topic["title"]: topic["archetype"] for topic in page["topics"] + more["topics"]}
    titles = set(kinds)
    assert "Sushi chat for moderators" not in titles
    assert kinds.pop("Your order") == "private_message"
    assert set(kinds.values()) == {"regular"}
    tagged = get_json(web, "https://table.example/tag/sushi.json")["topic_list"]["topics"]
    assert {topic["title"] for topic in tagged} < titles
    row = tagged[0]
    topic = get_json(web, f"https://table.example/t/{row['slug']}/{row['id']}.json")
    assert topic == get_json(web, f"https://table.example/t/{row['id']}.json")
    assert len(topic["post_stream"]["posts"]) == row["posts_count"]
    assert topic["post_stream"]["posts"][1]["cooked"].startswith('<aside class="quote"')
    by_category = get_json(web, "https://table.example/c/restaurants/5.json")["topic_list"]["topics"]
    assert {topic["category_id"] for topic in by_category} == {5}


def test_forum_hidden_and_private_topics_say_what_they_are(web: Web, world: World) -> None:
    numbers = {topic.title: 100 + 7 * number for number, topic in enumerate(world.sites.topics)}
    hidden = get_json(web, f"https://table.example/t/{numbers['Sushi chat for moderators']}.json")
    private = get_json(web, f"https://table.example/t/{numbers['Your order']}.json")
    assert hidden["visible"] is False
    assert private["archetype"] == "private_message"


def test_forum_search_leaves_topics_out_when_nothing_is_found(web: Web) -> None:
    assert "topics" not in get_json(web, "https://table.example/search.json?q=zeppelin")
    assert get_json(web, "https://table.example/search.json?q=sushi")["topics"]


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://tide.example/api/v1/timelines/tag/sushi", True),
        ("https://table.example/latest.json", True),
        ("https://table.example/u/juniperh.json", False),
        ("https://table.example/search.json?q=sushi", False),
        ("https://table.example/tag/sushi/l/latest.json", False),
        ("https://seek.example/search?q=sushi&format=json", False),
        ("https://closedkitchen.example/", False),
        ("https://coldwateruni.example/", True),
    ],
)
def test_default_robots(web: Web, url: str, *, allowed: bool) -> None:
    host = url.split("/")[2]
    rules = Protego.parse(web.get(f"https://{host}/robots.txt").body.decode())
    assert rules.can_fetch(url, "nichescout") is allowed


def test_search_engine_answers_by_word_overlap(web: Web) -> None:
    first = get_json(web, "https://seek.example/search?q=sushi+blog+boston&format=json")["results"]
    second = get_json(web, "https://seek.example/search?q=sushi+blog+boston&format=json&pageno=2")["results"]
    assert len(first) == 10
    assert not {row["url"] for row in first} & {row["url"] for row in second}
    assert web.get("https://seek.example/search?q=sushi").header("Content-Type").startswith("text/html")
    assert get_json(web, "https://seek.example/search?q=zeppelin&format=json")["results"] == []


def test_reader_tags(web: Web) -> None:
    answer = get_json(web, "https://public-api.wordbarge.example/rest/v1.1/read/tags/sushi/posts?number=5")
    assert answer["number"] == len(answer["posts"]) == 5
    oldest = answer["posts"][-1]["date"].replace("+", "%2B")
    url = f"https://public-api.wordbarge.example/rest/v1.1/read/tags/sushi/posts?number=5&before={oldest}"
    assert not {p["URL"] for p in answer["posts"]} & {p["URL"] for p in get_json(web, url)["posts"]}
    assert all(web.get(post["URL"]).status == 200 for post in answer["posts"])


def test_podcast_directory_leads_to_feeds(web: Web) -> None:
    found = get_json(web, "https://itunes.castpier.example/search?media=podcast&term=sushi")["results"]
    assert {show["artistName"] for show in found} >= {"Lucia Ferrante-Ode", "Emeka Lindqvist", "Harriet Moxley"}
    for show in found:
        feed = web.get(show["feedUrl"])
        assert b"@studio-post.example" in feed.body
        assert len(ET.fromstring(feed.body).findall("./channel/item")) == show["trackCount"]


def test_every_blog_page_that_is_linked_answers(web: Web, world: World) -> None:
    from tests.world.blog_view import blog_views

    for view in blog_views(world).values():
        assert web.get(f"{view.base}/").status == 200
        assert web.get(view.base + view.feed_path).status == 200
        assert all(web.get(view.url(post)).status == 200 for post in view.posts)
        assert all(view.author(post).name.encode() for post in view.posts)


def test_feed_kinds(web: Web) -> None:
    assert b"<feed xmlns='http://www.w3.org/2005/Atom'" in web.get("https://quillandrice.example/feed.xml").body
    assert get_json(web, "https://smallbarsushi.example/feed.json")["version"].startswith("https://jsonfeed.org/")
    german = web.get("https://reisundmesser.example/rss.xml").body
    assert b'encoding="ISO-8859-1"' in german
    assert "ü".encode("latin-1") in german
    assert not ET.fromstring(web.get("https://emptybowl.example/rss.xml").body).findall("./channel/item")
    assert web.get("https://tabletopbrine.example/rss.xml").body.startswith(b"<!DOCTYPE html>")
    assert b"32 Foo 2026" in web.get("https://sometimesushi.example/rss.xml").body
    assert b"<link>posts/" in web.get("https://brinebyob.example/rss.xml").body
    assert b"ospreyteapot" in web.get("https://coldwateruni.example/comments/feed/").body


def test_bylines_of_the_publication_differ(web: Web) -> None:
    feed = ET.fromstring(web.get("https://riceandtide.example/feed/").body)
    creators = {item.text for item in feed.iter("{http://purl.org/dc/elements/1.1/}creator")}
    assert creators == {"Ada Finlayson", "Boaz Merriman", "Celeste Arden"}
    assert b"Boaz Merriman writes" in web.get("https://riceandtide.example/author/boaz-merriman/").body


def test_noindex_by_meta_and_by_header(web: Web) -> None:
    page = web.get("https://quietpages.example/drafts/draft-thoughts")
    assert b"noindex" in page.body
    assert not page.header("X-Robots-Tag")
    page = web.get("https://quietpages.example/drafts/half-an-idea")
    assert b"noindex" not in page.body
    assert page.header("X-Robots-Tag") == "noindex"
    assert b"windlassmoth" not in web.get("https://quietpages.example/feed.xml").body
    assert web.get("https://murmursushi.example/rss/").header("X-Robots-Tag") == "noindex"


def test_dead_moved_and_endless_pages(web: Web) -> None:
    assert web.get("https://quillandrice.example/2024/lost-notebook").status == 404
    assert web.get("https://counterseat.example/retracted-sushi-review/").status == 410
    moved = web.get("https://oldquill.example/about/")
    assert (moved.status, moved.header("Location")) == (301, "https://quillandrice.example/about/")
    assert b"/calendar/2030/01/" in web.get("https://suppercalendar.example/calendar/2029/12/").body
    assert b"/calendar/2029/12/" in web.get("https://suppercalendar.example/calendar/2030/01/").body


def test_rel_me_is_mutual_only_where_it_is_true(web: Web) -> None:
    assert b'rel="me" href="https://tide.example/@maraquill"' in web.get("https://quillandrice.example/").body
    assert b'rel="me" href="https://tide.example/@maraquill"' in web.get("https://rollfan.example/").body
    fields = json.dumps(account(web, "maraquill", "tide.example")["fields"])
    assert "rollfan" not in fields


def test_conditional_requests(web: Web) -> None:
    url = "https://coldwateruni.example/feed/"
    first = web.get(url)
    assert web.get(url, if_none_match=first.header("ETag")).status == 304
    assert web.get(url, if_modified_since=first.header("Last-Modified")).status == 304
    assert web.get(url, if_none_match='"other"').status == 200
    assert web.get(url, if_modified_since="no date").status == 200


def test_over_a_socket_the_host_header_decides(world: World) -> None:
    with serve(world) as address:

        def fetch(host: str, path: str, **headers: str) -> Any:
            request = urllib.request.Request(f"http://{address}{path}", headers={"Host": host, **headers})
            return urllib.request.urlopen(request, timeout=10)

        with fetch("counterseat.example", "/", **{"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert answer.headers["Date"] == "Fri, 20 Nov 2026 12:00:00 GMT"
            assert b"Counter Seat" in gzip.decompress(answer.read())
        with fetch("tide.example", "/api/v2/instance") as answer:
            assert json.load(answer)["domain"] == "tide.example"
        with pytest.raises(urllib.error.HTTPError) as caught:
            fetch("nobody.example", "/")
        caught.value.close()
        assert caught.value.code == 404
