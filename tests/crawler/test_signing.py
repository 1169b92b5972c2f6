"""Where a key may go, how it gets there, and that refusals and tokens are dealt with."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.crawl_settings import Network
from crawler.errors import KeyNotUsed, KeyRefused, TokenRenewed
from crawler.keyed import rule_of
from crawler.keys import KeyRing
from crawler.redaction import REMOVED, Redactor
from crawler.signing import MOST_REFUSALS, Signer

KEY = "canary/key+0123=&x"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEARCH = "https://www.googleapis.com/youtube/v3/search?part=snippet&q=sushi"


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def signer(clock: Clock, network: Network = Network.LIVE, **more: dict[str, str]) -> Signer:
    keys = {"youtube": {"key": KEY}, "reddit": {"key": KEY, "secret": f"{KEY}s", "approved": "yes"}} | more
    return Signer(KeyRing(keys), rule_of, network, clock)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.googleapis.com/youtube/v3/search?q=x",
        "https://www.googleapis.com:8443/youtube/v3/search?q=x",
        "https://googleapis.com/youtube/v3/search?q=x",
        "https://www.googleapis.com.evil.example/youtube/v3/search",
        "https://evil.example/youtube/v3/search",
        "https://www.googleapis.com@evil.example/",
        "https://api.search.brave.com/res/v1/web/search?q=x",
        "https://127.0.0.1/youtube/v3/search",
    ],
)
def test_a_key_goes_to_the_documented_host_over_https_and_nowhere_else(clock: Clock, url: str) -> None:
    with pytest.raises(KeyNotUsed) as caught:
        signer(clock).sign("youtube", url)
    assert KEY not in str(caught.value)


def test_invented_hosts_get_keys_in_a_loopback_crawl_only(clock: Clock) -> None:
    url = "https://www-googleapis-com.example/youtube/v3/search?q=x"
    assert "key=" in signer(clock, Network.LOOPBACK).sign("youtube", url).url
    with pytest.raises(KeyNotUsed):
        signer(clock, Network.LOOPBACK).sign("youtube", "http://www-googleapis-com.example/youtube/v3/search?q=x")
    with pytest.raises(KeyNotUsed):
        signer(clock, Network.LOOPBACK).sign("youtube", "https://stranger.test/youtube/v3/search?q=x")


def test_a_key_in_the_query_is_escaped_and_nothing_else_is_changed(clock: Clock) -> None:
    signed = signer(clock).sign("youtube", SEARCH)
    fields = parse_qs(urlsplit(signed.url).query)
    assert fields["key"] == [KEY]
    assert fields["q"] == ["sushi"]
    assert KEY not in repr(signed)


def test_the_operators_id_fills_its_place_in_the_path(clock: Clock) -> None:
    keys = {"instagram": {"key": KEY, "user_id": "17841400000000001"}}
    url = "https://graph.facebook.com/v23.0/operator?fields=x"
    signed = signer(clock, **keys).sign("instagram", url)
    assert urlsplit(signed.url).path == "/v23.0/17841400000000001"
    assert dict(signed.headers) == {"Authorization": f"Bearer {KEY}"}
    redirect = signed.unsigned("https://graph.facebook.com/v24.0/17841400000000001?fields=x&user_id=17841400000000001")
    assert redirect == "https://graph.facebook.com/v24.0/operator?fields=x"


def test_a_source_without_its_key_says_what_to_set(clock: Clock) -> None:
    with pytest.raises(KeyNotUsed, match="NICHESCOUT_KEY_BRAVE"):
        signer(clock).check("brave", "https://api.search.brave.com/res/v1/web/search?q=x")


# -- tokens

ABOUT = "https://oauth.reddit.com/user/mika/about?raw_json=1"
TOKEN = b'{"access_token": "token-0123456789", "expires_in": 3600}'


def signed_in(clock: Clock) -> Signer:
    reddit = signer(clock)
    assert reddit.sign_in("reddit") is not None
    reddit.signed_in("reddit", 200, TOKEN)
    return reddit


def test_a_token_is_asked_for_once_and_again_before_it_runs_out(clock: Clock) -> None:
    reddit = signed_in(clock)
    assert reddit.sign_in("reddit") is None
    assert dict(reddit.sign("reddit", ABOUT).headers) == {"Authorization": "Bearer token-0123456789"}
    clock.at += timedelta(minutes=58)
    assert reddit.sign_in("reddit") is None
    clock.at += timedelta(minutes=2)
    assert reddit.sign_in("reddit") is not None


def test_a_token_that_ran_out_early_is_renewed_once_and_not_for_ever(clock: Clock) -> None:
    reddit = signed_in(clock)
    clock.at += timedelta(minutes=30)
    with pytest.raises(TokenRenewed):
        reddit.answered("reddit", 401, b"")
    assert reddit.sign_in("reddit") is not None
    reddit.signed_in("reddit", 200, TOKEN)
    reddit.answered("reddit", 401, b"")  # a fresh one is refused as well: the answer stands
    assert reddit.sign_in("reddit") is not None


def test_a_key_that_is_refused_is_not_tried_again(clock: Clock) -> None:
    reddit = signer(clock)
    with pytest.raises(KeyRefused, match="check it"):
        reddit.signed_in("reddit", 401, b'{"message": "Unauthorized"}')
    with pytest.raises(KeyNotUsed, match="refused the key"):
        reddit.check("reddit", ABOUT)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble_says_nothing_about_the_key(clock: Clock, status: int) -> None:
    reddit = signer(clock)
    with pytest.raises(TokenRenewed):
        reddit.signed_in("reddit", status, b"")
    reddit.check("reddit", ABOUT)


def test_a_key_goes_to_its_own_sign_in_only(clock: Clock) -> None:
    reddit = signer(clock)
    exchange = reddit.sign_in("reddit")
    assert exchange is not None
    assert reddit.sign_in_url(exchange) == "https://www.reddit.com/api/v1/access_token"
    assert b"client_credentials" in reddit.sign_in_request("reddit", exchange.url).body
    with pytest.raises(KeyNotUsed):
        reddit.sign_in_request("reddit", "https://evil.example/api/v1/access_token")
    assert signer(clock, Network.LOOPBACK).sign_in_url(exchange) == (
        "https://www-reddit-com.example/api/v1/access_token"
    )


def test_refusals_in_a_row_end_the_use_of_a_key_and_an_answer_begins_anew(clock: Clock) -> None:
    youtube = signer(clock)
    for status in (403, 403, 200, 403, 403):
        youtube.answered("youtube", status, b"")
        youtube.check("youtube", SEARCH)
    youtube.answered("youtube", 403, b"")
    with pytest.raises(KeyNotUsed, match=f"refused the key {MOST_REFUSALS} times"):
        youtube.check("youtube", SEARCH)


def test_an_allowance_that_is_used_up_is_no_refusal(clock: Clock) -> None:
    youtube, body = signer(clock), b'{"error": {"errors": [{"reason": "quotaExceeded"}]}}'
    assert youtube.is_spent("youtube", 403, body)
    for _ in range(MOST_REFUSALS + 1):
        youtube.answered("youtube", 403, body)
    youtube.check("youtube", SEARCH)


# -- redaction


def test_errors_that_hold_a_secret_are_told_apart_causes_included() -> None:
    redactor = Redactor()
    redactor.add([KEY])
    assert redactor.is_clean(ValueError("nothing"))
    assert not redactor.is_clean(ValueError(f"GET https://x.example/?key={KEY}"))
    outer = ValueError("nothing")
    outer.__cause__ = OSError("refused", KEY)
    assert not redactor.is_clean(outer)


def test_a_clean_text_is_left_as_it_is() -> None:
    redactor = Redactor()
    redactor.add([KEY, ""])
    text = "sushi in Boston, key lime pie and canary birds"
    assert redactor.clean(text) == text
    assert redactor.clean_bytes(text.encode()) == text.encode()
    assert redactor.clean(f"a{KEY}b") == f"a{REMOVED}b"
