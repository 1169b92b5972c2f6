from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.items import Moment, Precision, TimeOrigin
from crawler.sources._dates import parse_moment

AUTHOR = TimeOrigin.AUTHOR


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-06T10:11:12Z", at(2024, 5, 6, 10, 11, 12)),
        ("2024-05-06T10:11:12.123+05:30", at(2024, 5, 6, 4, 41, 12)),
        ("2024-05-06 10:11 -0500", at(2024, 5, 6, 15, 11)),
        ("20240506T101112Z", at(2024, 5, 6, 10, 11, 12)),
        ("2024-12-31T23:59:60Z", at(2024, 12, 31, 23, 59, 59)),
        ("Mon, 06 May 2024 10:11:12 EST", at(2024, 5, 6, 15, 11, 12)),
        ("Mon, 06 May 2024 10:11:12 CEST", at(2024, 5, 6, 8, 11, 12)),
        ("Mon, 06 May 2024 10:11:12 GMT+2", at(2024, 5, 6, 8, 11, 12)),
        ("Mon, 06 May 2024 24:00:00 GMT", at(2024, 5, 7)),
        ("Thu, 1 Jan 24 10:00 PDT", at(2024, 1, 1, 17)),
        ("Mon, 06 May 2024 10:11:12 -0500 (EST)", at(2024, 5, 6, 15, 11, 12)),
    ],
)
def test_to_the_second(text: str, moment: datetime) -> None:
    assert parse_moment(text, AUTHOR) == Moment(moment, Precision.SECOND, AUTHOR)


@pytest.mark.parametrize(
    "text",
    ["2024-05-06", "20240506", "2024-05-06 10:11", "2024-05-06T10:11:12", "Mon, 06 May 2024 10:11:12",
     "Mon, 06 May 2024 10:11:12 XYZ", "6 May 2024", "6. May 2024", "May 6th, 2024", "Monday, May 6, 2024 5:00 PM"],
)  # fmt: skip
def test_a_day_is_a_day_and_so_is_a_time_without_zone(text: str) -> None:
    assert parse_moment(text, AUTHOR) == Moment(at(2024, 5, 6), Precision.DAY, AUTHOR)


@pytest.mark.parametrize("text", ["2024-05", "May 2024", "May, 2024"])
def test_months(text: str) -> None:
    assert parse_moment(text, TimeOrigin.PLATFORM) == Moment(at(2024, 5, 1), Precision.MONTH, TimeOrigin.PLATFORM)


@pytest.mark.parametrize(
    "text",
    [None, "", "soon", "yesterday", "2024", "3", "06/05/2024", "2024-02-31", "31 Feb 2024", "1970-01-01T00:00:00Z",
     "2024-13-01", "2024-05-06T25:00:00Z", "Mon, 06 May 2024 10:11:12 +9900", "2024-05-06T10:11:12+99:00", "1 " * 100],
)  # fmt: skip
def test_what_is_no_date(text: str | None) -> None:
    assert parse_moment(text, AUTHOR) is None


TIMES = st.datetimes(
    datetime(1991, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
).map(lambda moment: moment.replace(microsecond=0))


@given(TIMES)
def test_reads_back_what_others_write(moment: datetime) -> None:
    for text in (moment.isoformat(), format_datetime(moment), moment.isoformat(sep=" ")):
        assert parse_moment(text, AUTHOR) == Moment(moment.astimezone(UTC), Precision.SECOND, AUTHOR), text


@given(st.text(max_size=80))
def test_never_raises(text: str) -> None:
    parse_moment(text, AUTHOR)
