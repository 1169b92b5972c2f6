"""Logic of the Discourse source that its fixtures do not show."""

import json
from typing import Any

import pytest
from web_poet import HttpResponse

from crawler.sources import recognise, recognise_body
from crawler.sources._discourse_posts import own_words
from crawler.sources._document import Document
from crawler.sources.base import PlanTerms
from crawler.sources.discourse import Discourse, TopicListPage, TopicPage
from tests.sources.cases import read_page

BASE = "https://forum.example"
TERMS = PlanTerms(
    theme="sushi", hashtags=("sushi", "eastcoastsushi"), phrases=(), forum_queries=("east coast sushi", "sushi boston")
)


def titles_taken(query: str, *titles: str, **context: str) -> list[str]:
    topics = [{"id": number, "title": title} for number, title in enumerate(titles, 1)]
    body = json.dumps({"topic_list": {"topics": topics}}).encode()
    links = read_page(
        TopicListPage, HttpResponse(url=f"{BASE}/latest.json", body=body), {"query": query, **context}
    ).links
    best_first = sorted(links, key=lambda link: -link.score)
    return [titles[int(link.url.rpartition("/")[2].removesuffix(".json")) - 1] for link in best_first]


def test_topics_are_chosen_by_whole_words_in_any_inflection() -> None:
    assert titles_taken(
        "sushi roll", "Rolls and rice", "SUSHI!", "Sushi rolls at home", "Sushisamba closed", "Bread"
    ) == [
        "Sushi rolls at home",
        "Rolls and rice",
        "SUSHI!",
    ]


def test_stop_words_do_not_choose_a_topic() -> None:
    assert titles_taken("the art of sushi", "The state of the forum", "Of mice", "Art and fish") == ["Art and fish"]


def test_a_list_taken_whole_still_puts_the_theme_first() -> None:
    assert titles_taken("sushi", "Bread", "Sushi", select="all") == ["Sushi", "Bread"]


def test_seeds_ask_lists_first_and_search_least() -> None:
    seeds = list(Discourse().seeds(TERMS, ("forum.example",)))
    assert [seed.link.url.removeprefix(BASE) for seed in seeds] == [
        "/latest.json",
        "/categories.json?include_subcategories=true",
        "/tag/sushi.json",
        "/tag/eastcoastsushi.json",
        "/search.json?q=east+coast+sushi",
        "/search.json?q=sushi+boston",
    ]
    assert min(seeds, key=lambda seed: seed.link.score).link.page == "search"


def test_a_forum_in_a_folder_keeps_its_folder() -> None:
    body = json.dumps({"topic_list": {"topics": [{"id": 5, "title": "Sushi"}]}}).encode()
    response = HttpResponse(url="https://site.example/forum/latest.json", body=body)
    (link,) = read_page(TopicListPage, response, {"query": "sushi"}).links
    assert link.url == "https://site.example/forum/t/5.json"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/t/best-omakase/812", "/t/812.json"),
        ("/t/best-omakase/812/14?u=odile", "/t/812.json"),
        ("/t/812.json", "/t/812.json"),
        ("/c/food/raw-fish/5", "/c/food/raw-fish/5.json"),
        ("/u/odile.json", "/u/odile.json"),
        ("/posts.json", "/posts.json"),
        ("/posts/911.json", "/posts/911.json"),
        ("/groups/sushi/members.json", "/groups/sushi/members.json"),
    ],
)
def test_addresses_for_people_are_read_as_json(address: str, expected: str) -> None:
    link = recognise(BASE + address)
    assert (link.source, link.url) == ("discourse", BASE + expected)


def test_pictures_of_people_tell_whose_answer_it_is() -> None:
    here, elsewhere = (
        "/user_avatar/forum.example/odile/{size}/3.png",
        "/letter_avatar_proxy/v3/letter/o/df705f/{size}.png",
    )
    for pictures, address in (((elsewhere, here), f"{BASE}/"), ((elsewhere,), "https://file.example/page")):
        posts = [{"id": n, "avatar_template": picture} for n, picture in enumerate(pictures)]
        body = json.dumps({"post_stream": {"posts": posts}}).encode()
        link = recognise_body(Document(body, "https://file.example/page"))
        assert link is not None
        assert (link.source, link.page, link.url) == ("discourse", "topic", address)


@pytest.mark.parametrize("address", ["/tag/sushi", "/u/odile", "/t/sushi", "/c/food", "/latest", "/search?q=x"])
def test_addresses_that_other_software_uses_too_are_left_to_others(address: str) -> None:
    assert recognise(BASE + address).source != "discourse"


def topic(*posts: dict[str, Any], **changes: Any) -> bytes:
    rows = [
        {"username": "odile", "user_id": 21, "cooked": "<p>text</p>", "id": n, "post_number": n, **post}
        for n, post in enumerate(posts, 1)
    ]
    whole = {"id": 9, "slug": "s", "title": "Sushi", "posts_count": len(rows), "post_stream": {"posts": rows}}
    return json.dumps({**whole, **changes}).encode()


def repliers(body: bytes) -> int | None:
    found = read_page(TopicPage, HttpResponse(url=f"{BASE}/t/9.json", body=body))
    return found.posts[0].interaction.distinct_repliers


def test_repliers_are_counted_only_when_all_posts_are_in_sight() -> None:
    others = (
        {},
        {"user_id": 22, "username": "a"},
        {"user_id": 22, "username": "a"},
        {"user_id": 23, "username": "b"},
        {},
    )
    assert repliers(topic(*others)) == 2
    assert repliers(topic(*others, posts_count=40)) is None


@pytest.mark.parametrize(
    "change", [{"visible": False}, {"archetype": "private_message"}, {"deleted_at": "2026-01-01T00:00:00Z"}]
)
def test_what_is_not_for_everybody_is_not_read(change: dict[str, Any]) -> None:
    found = read_page(TopicPage, HttpResponse(url=f"{BASE}/t/9.json", body=topic({}, **change)))
    assert (found.accounts, found.posts, found.links) == ((), (), ())


def test_own_words_leave_out_what_others_said() -> None:
    quoted = '<aside class="quote"><blockquote><p>theirs</p></blockquote></aside><p>mine</p>'
    assert own_words(quoted) == "mine"
    assert own_words("plain & simple") == "plain & simple"
    assert own_words("") == ""
