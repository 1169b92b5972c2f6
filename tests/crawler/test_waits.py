"""Retry-After and the reset headers of each platform: the host is parked for as long as it asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.items import Outcome
from crawler.outcomes import of_answer
from crawler.waits import MAX_WAIT, asked_wait
from tests.crawler.builders import NOW

UNIX = int(NOW.timestamp())
STACK_EXCHANGE = b'{"items":[],"has_more":true,"quota_max":300,"backoff":12,"quota_remaining":200}'
THROTTLED = b'{"error_id":502,"error_message":"too many requests, more requests available in 900 seconds"}'
DISCOURSE = b'{"errors":["slow down"],"error_type":"rate_limit","extras":{"wait_seconds":7,"time_left":"7 seconds"}}'


@pytest.mark.parametrize(
    ("status", "headers", "body", "wait"),
    [
        (200, {}, b"{}", None),
        (200, {"retry-after": "9"}, b"", None),  # means nothing there
        (429, {"retry-after": "9"}, b"", 9.0),
        (503, {"retry-after": "Sun, 01 Mar 2026 12:02:00 GMT"}, b"", 120.0),
        (429, {"retry-after": "999999"}, b"", MAX_WAIT),
        # Mastodon: ISO 8601
        (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-03-01T12:05:00.000000Z"}, b"", 300.0),
        (200, {"x-ratelimit-remaining": "7", "x-ratelimit-reset": "2026-03-01T12:05:00.000000Z"}, b"", None),
        (429, {"x-ratelimit-reset": "2026-03-01T12:05:00.000000Z"}, b"", 300.0),
        # Bluesky: Unix time
        (200, {"ratelimit-remaining": "0", "ratelimit-reset": str(UNIX + 60)}, b"", 60.0),
        (200, {"ratelimit-remaining": "0", "ratelimit-reset": str(1000 * (UNIX + 60))}, b"", 60.0),
        (429, {"ratelimit-remaining": "0", "ratelimit-reset": str(UNIX - 5)}, b"", 0.0),
        # Brave: lists of windows, of which one is spent
        (200, {"x-ratelimit-remaining": "0, 14523", "x-ratelimit-reset": "1, 1419704"}, b"", 1.0),
        (429, {"x-ratelimit-remaining": "0, 0", "x-ratelimit-reset": "1, 1419704"}, b"", MAX_WAIT),
        (429, {"x-ratelimit-remaining": "1, 9", "x-ratelimit-reset": "1, 1419704"}, b"", 1.0),
        # Stack Exchange: in the body
        (200, {}, STACK_EXCHANGE, 12.0),
        (400, {}, THROTTLED, 900.0),
        (200, {}, b'{"items":[{"title":"how long is \\"backoff\\": 99?"}]}', None),
        # Discourse says it twice
        (429, {"retry-after": "5"}, DISCOURSE, 7.0),
        # nonsense
        (429, {"x-ratelimit-reset": "soon", "retry-after": "later"}, b"", None),
        (429, {"x-ratelimit-remaining": "x", "x-ratelimit-reset": ","}, b"", None),
    ],
)  # fmt: skip
def test_what_a_host_asks_for(status: int, headers: dict[str, str], body: bytes, wait: float | None) -> None:
    assert asked_wait(status, headers, body, NOW, api=True) == wait


def test_only_an_api_speaks_in_its_body() -> None:
    assert asked_wait(200, {}, STACK_EXCHANGE, NOW, api=False) is None
    assert asked_wait(429, {}, DISCOURSE, NOW, api=False) == 7.0


@pytest.mark.parametrize(("status", "body"), [(400, THROTTLED), (403, b"")])
def test_a_used_up_quota_is_later_and_not_never(status: int, body: bytes) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"} if status == 403 else {}
    ending = of_answer("https://a.example/", status, headers, conditional=False, now=NOW, body=body, api=True)
    assert (ending.outcome, ending.parked) == (Outcome.RETRY, True)


def test_a_page_is_read_although_its_quota_is_used_up() -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}
    ending = of_answer("https://a.example/", 200, headers, conditional=False, now=NOW)
    assert (ending.outcome, ending.retry_after, ending.parked) == (Outcome.OK, 30.0, False)


@given(
    st.integers(100, 599),
    st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-reset", "x-ratelimit-remaining"]), st.text(max_size=30)
    ),
    st.binary(max_size=60),
)
def test_nothing_that_a_stranger_sends_breaks_it(status: int, headers: dict[str, str], body: bytes) -> None:
    wait = asked_wait(status, headers, b"{" + body, NOW, api=True)
    assert wait is None or 0 <= wait <= MAX_WAIT
