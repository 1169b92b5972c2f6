"""Logic of the Mastodon source that its fixtures do not show: consent in every combination, identity, paging."""

import itertools
import json
from typing import Any

import pytest
from web_poet import HttpResponse

from catalog.items import AccountItem, Alias, AliasKind, Consent
from crawler.sources import recognise
from crawler.sources.base import PageItems, PlanTerms
from crawler.sources.mastodon import AccountPage, InstancePage, Mastodon, StatusesPage, TagPage
from tests.sources.cases import read_page

BASE = "https://pixel.example"


def account(**changes: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "username": "mika",
        "acct": "mika",
        "display_name": "Mika",
        "discoverable": True,
        "indexable": True,
        "uri": f"{BASE}/users/mika",
        "url": f"{BASE}/@mika",
        **changes,
    }


def status(number: int, author: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"id": str(number), "visibility": "public", "content": "<p>rice</p>", "account": author, **changes}


def read(page: type[Any], body: object, path: str, link: str = "", **context: str) -> PageItems:
    headers = [("Link", link)] if link else []
    response = HttpResponse(url=f"{BASE}{path}", body=json.dumps(body).encode(), headers=headers)
    return read_page(page, response, context)


def profile(**changes: Any) -> AccountItem:
    (found,) = read(AccountPage, account(**changes), "/api/v1/accounts/1").accounts
    return found


@pytest.mark.parametrize(
    ("discoverable", "indexable", "noindex"),
    itertools.product((True, False, None), (True, False, None), (True, False, None)),
)
def test_consent_of_every_combination_of_settings(
    discoverable: bool | None, indexable: bool | None, noindex: bool | None
) -> None:
    found = profile(discoverable=discoverable, indexable=indexable, noindex=noindex).consent
    if discoverable is not True or noindex is True:
        assert found.state is Consent.DENIED
    else:
        assert found.state is (Consent.FULL if indexable is True else Consent.PROFILE)
    assert found.strength == "setting"
    assert found.url == f"{BASE}/api/v1/accounts/lookup?acct=mika"


@pytest.mark.parametrize("flag", ["suspended", "limited", "memorial"])
def test_a_moderated_or_memorial_account_is_left_alone(flag: str) -> None:
    assert profile(**{flag: True}).consent.state is Consent.DENIED
    assert profile(**{flag: False}).consent.state is Consent.FULL


@pytest.mark.parametrize(
    "word", ["#nobot", "#NoBots", "#noindex", "#nosearch", "#no_bot", "I cook. #noarchive, please"]
)
def test_an_opt_out_in_words_is_heard_in_bio_name_and_fields(word: str) -> None:
    assert profile(note=f"<p>{word}</p>").consent.state is Consent.DENIED
    assert profile(display_name=f"Mika {word}").consent.state is Consent.DENIED
    assert profile(fields=[{"name": "bots", "value": word}]).consent.state is Consent.DENIED


@pytest.mark.parametrize("word", ["#nobotanist", "no bots here but me", "#indexcards", "x#nobot"])
def test_other_words_are_no_opt_out(word: str) -> None:
    assert profile(note=f"<p>{word}</p>").consent.state is Consent.FULL


def test_hidden_collections_change_nothing() -> None:
    assert profile(hide_collections=True, followers_count=12).counts.followers == 12


def test_an_account_may_not_claim_names_on_another_host() -> None:
    found = profile(url="https://harbor.example/@admin")
    assert found.url == f"{BASE}/@mika"
    assert all("harbor.example" not in alias.value for alias in found.aliases)
    claimed = read(AccountPage, account(uri="https://harbor.example/users/admin"), "/api/v1/accounts/1")
    assert claimed.accounts == ()


def test_a_split_domain_is_asked_at_the_server_that_holds_the_account() -> None:
    away = account(acct="mika@town.example", uri="https://social.town.example/users/mika")
    (link,) = read(TagPage, [status(1, away)], "/api/v1/timelines/tag/x").links
    assert link.url == "https://social.town.example/api/v1/accounts/lookup?acct=mika"


def test_the_strongest_name_comes_first_and_posts_use_it() -> None:
    found = read(TagPage, [status(7, account())], "/api/v1/timelines/tag/x")
    assert found.accounts[0].aliases[0] == Alias(AliasKind.ACTOR_URI, f"{BASE}/users/mika")
    assert found.posts[0].account == found.accounts[0].aliases[0]


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct", "", None])
def test_only_public_statuses_count(visibility: str | None) -> None:
    found = read(TagPage, [status(1, account(), visibility=visibility)], "/api/v1/timelines/tag/x")
    assert (found.accounts, found.posts, found.links) == ((), (), ())


def test_a_boost_is_not_its_booster_s_text() -> None:
    boosted = status(1, account(), reblog=status(2, account(username="other", acct="other", uri=f"{BASE}/users/other")))
    assert read(StatusesPage, [boosted], "/api/v1/accounts/1/statuses").posts == ()


def test_only_fully_open_accounts_are_asked_for_their_statuses() -> None:
    people = [account(), account(id="2", username="dora", acct="dora", uri=f"{BASE}/users/dora", indexable=False)]
    links = read(TagPage, [status(n, who) for n, who in enumerate(people)], "/api/v1/timelines/tag/x").links
    assert [link.url for link in links if link.page == "statuses"] == [
        f"{BASE}/api/v1/accounts/1/statuses?exclude_reblogs=true&exclude_replies=true&limit=40"
    ]


def test_somebody_who_writes_often_about_it_goes_first() -> None:
    often, once = (
        account(),
        account(id="2", username="dora", acct="dora", uri=f"{BASE}/users/dora", url=f"{BASE}/@dora"),
    )
    statuses = [*(status(n, often) for n in range(4)), status(9, once)]
    scores = {link.url: link.score for link in read(TagPage, statuses, "/api/v1/timelines/tag/x").links}
    first, second = (score for url, score in scores.items() if "/statuses" in url)
    assert first > second


def test_paging_is_bounded_and_stays_on_its_list() -> None:
    path, here = "/api/v1/timelines/tag/sushi?limit=40", f"{BASE}/api/v1/timelines/tag/sushi"
    body = [status(5, account(indexable=False))]
    (following,) = read(
        TagPage, body, path, f'<{here}?max_id=5>; rel="next", <{here}?min_id=9>; rel="prev"', pages="1"
    ).links
    assert (following.url, following.page, dict(following.context)) == (f"{here}?max_id=5", "tag", {"pages": "0"})
    assert read(TagPage, body, path, f'<{here}?max_id=5>; rel="next"', pages="0").links == ()
    assert read(TagPage, body, path, f'<{here}?max_id=5>; rel="next"').links == ()
    for elsewhere in ("https://harbor.example/api/v1/timelines/tag/sushi?max_id=5", f"{BASE}/admin?max_id=5"):
        assert read(TagPage, body, path, f'<{elsewhere}>; rel="next"', pages="1").links == ()


def test_one_question_per_server_leads_to_its_tags() -> None:
    terms = PlanTerms(theme="sushi", hashtags=("sushi", "sushi", "nyc sushi", "寿司"), phrases=(), forum_queries=())
    (seed,) = Mastodon().seeds(terms, ("pixel.example",))
    assert seed.link.url == f"{BASE}/api/v2/instance"
    assert seed.label == "hashtags #sushi #寿司 on pixel.example"
    instance = {"domain": "pixel.example", "version": "4.6.0"}
    links = read(InstancePage, instance, "/api/v2/instance", **seed.link.context).links
    assert [link.url for link in links] == [
        f"{BASE}/api/v1/timelines/tag/sushi?limit=40",
        f"{BASE}/api/v1/timelines/tag/%E5%AF%BF%E5%8F%B8?limit=40",
    ]
    assert links[0].score > links[1].score


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://pixel.example/@mika", f"{BASE}/api/v1/accounts/lookup?acct=mika"),
        ("https://pixel.example/@mika/109348201", f"{BASE}/api/v1/accounts/lookup?acct=mika"),
        ("https://harbor.example/@mika@pixel.example", f"{BASE}/api/v1/accounts/lookup?acct=mika"),
        (
            "https://harbor.example/api/v1/accounts/lookup?acct=mika@pixel.example",
            f"{BASE}/api/v1/accounts/lookup?acct=mika",
        ),
    ],
)
def test_profiles_are_read_at_their_home(url: str, expected: str) -> None:
    assert recognise(url).url == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://medium.com/@mika",
        "https://rice.substack.com/@mika",
        "https://www.tiktok.com/@mika",
        "https://www.youtube.com/@mika",
    ],
)
def test_other_platforms_with_such_addresses_are_not_mistaken(url: str) -> None:
    assert recognise(url).source != "mastodon"


# -- servers that are older, closed, or run other software


def test_an_older_server_is_asked_by_version_1_with_the_same_tags() -> None:
    source = Mastodon()
    advice = source.advice("https://old.example/api/v2/instance", "instance", 404, b"")
    assert [link.url for link in advice.instead] == ["https://old.example/api/v1/instance"]
    assert source.advice("https://old.example/api/v1/instance", "instance", 404, b"").instead == ()
    assert source.advice("https://old.example/api/v2/instance", "instance", 500, b"").instead == ()


def test_where_a_profile_is_closed_its_feed_may_be_open() -> None:
    source, url = Mastodon(), "https://pixels.example/api/v1/accounts/lookup?acct=mika"
    for status in (401, 403):
        found = source.advice(url, "lookup", status, b"").instead
        assert [(link.url, link.source) for link in found] == [("https://pixels.example/users/mika.atom", "pixelfed")]
    assert source.advice(url, "lookup", 404, b"").instead == ()
    assert source.advice("https://pixels.example/api/v1/accounts/lookup", "lookup", 401, b"").instead == ()


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/api/v1/accounts/109348201", "account"),
        ("/api/v1/accounts/9ufEgpsMLMAZXWKtDs/statuses", "statuses"),  # Pleroma, Akkoma
        ("/api/v1/accounts/01HXYZ0ACCOUNT0000000000AB", "account"),  # GoToSocial
        ("/api/v1/accounts/search", "accounts"),
        ("/api/v1/accounts/verify_credentials", None),
        ("/api/v1/accounts/relationships", None),
        ("/api/v1/directory", "accounts"),
        ("/api/v1/instance", "instance"),
    ],
)
def test_ids_of_other_software_are_accounts_and_words_are_not(path: str, page: str | None) -> None:
    link = Mastodon().recognise(f"https://akko.example{path}")
    assert (link.page if link else None) == page
