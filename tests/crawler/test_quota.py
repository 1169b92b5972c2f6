"""What a day allows is not exceeded, whoever asks, and one discovery does not take it all."""

from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from crawler.allowances import read_allowances
from crawler.errors import KeyNotUsed, QuotaSettingInvalid
from crawler.quota import FILE_NAME, QuotaLedger
from crawler.sources import all_sources
from crawler.sources._keys import Quota

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEARCHES = Quota(
    unit="searches", per_day=10, per_discovery=4, cost={"search": 1, "wide": 3}, resets="America/Los_Angeles"
)


def take(folder: Path, page: str = "search", job: str = "a", now: datetime = NOW) -> None:
    QuotaLedger(folder).take("tube", SEARCHES, page, job=job, now=now)


def test_a_discovery_gets_its_share_and_the_day_its_all(tmp_path: Path) -> None:
    for _ in range(4):
        take(tmp_path)
    with pytest.raises(KeyNotUsed, match="this discovery's share of 4 searches of tube"):
        take(tmp_path)
    take(tmp_path, "wide", job="b")
    take(tmp_path, "wide", job="c")
    with pytest.raises(KeyNotUsed, match="today's 10 searches of tube"):
        take(tmp_path, job="d")
    assert QuotaLedger(tmp_path).used("tube", SEARCHES, now=NOW) == 10


def test_what_was_refused_costs_nothing(tmp_path: Path) -> None:
    take(tmp_path, "wide")
    with pytest.raises(KeyNotUsed):
        take(tmp_path, "wide")
    take(tmp_path)
    assert QuotaLedger(tmp_path).used("tube", SEARCHES, now=NOW) == 4


def test_pages_that_cost_nothing_are_not_counted(tmp_path: Path) -> None:
    take(tmp_path, "other")
    assert not (tmp_path / FILE_NAME).exists()


def test_the_day_ends_at_the_platforms_midnight(tmp_path: Path) -> None:
    QuotaLedger(tmp_path).use_up("tube", SEARCHES, now=NOW)
    with pytest.raises(KeyNotUsed):
        take(tmp_path, now=NOW + timedelta(hours=19))  # 07:00 UTC is still the evening of the day before in California
    take(tmp_path, now=NOW + timedelta(hours=21))
    assert QuotaLedger(tmp_path).used("tube", SEARCHES, now=NOW + timedelta(hours=21)) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"tube/searches": 3}', '{"tube/searches": {"date": "2026-03-01"}}'])
def test_a_broken_file_is_begun_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    take(tmp_path)
    assert QuotaLedger(tmp_path).used("tube", SEARCHES, now=NOW) == 1


def _take_many(folder: Path, job: str) -> int:
    wide = Quota(unit="units", per_day=60, per_discovery=60, cost={"search": 1})
    taken = 0
    for _ in range(40):
        try:
            QuotaLedger(folder).take("tube", wide, "search", job=job, now=NOW)
        except KeyNotUsed:
            continue
        taken += 1
    return taken


def test_several_processes_together_take_no_more_than_the_day_allows(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        taken = list(pool.map(_take_many, [tmp_path] * 3, ["a", "b", "c"]))
    assert sum(taken) == 60


def test_the_operator_sets_other_numbers(tmp_path: Path) -> None:
    declared = next(quota for quota in all_sources()["youtube"].quotas if quota.unit == "searches")
    ledger = QuotaLedger(tmp_path, read_allowances(["youtube searches 3 2", "brave searches 0"]))
    for _ in range(2):
        ledger.take("youtube", declared, "search", job="a", now=NOW)
    with pytest.raises(KeyNotUsed, match="this discovery's share of 2 searches of youtube"):
        ledger.take("youtube", declared, "search", job="a", now=NOW)
    ledger.take("youtube", declared, "search", job="b", now=NOW)
    with pytest.raises(KeyNotUsed, match="today's 3 searches of youtube"):
        ledger.take("youtube", declared, "search", job="c", now=NOW)
    [searches] = all_sources()["brave"].quotas
    with pytest.raises(KeyNotUsed, match="today's 0 searches of brave"):
        ledger.take("brave", searches, "results", job="a", now=NOW)
    ledger.use_up("brave", searches, now=NOW)
    assert ledger.used("brave", searches, now=NOW) == 0


def test_a_share_that_is_not_set_is_the_declared_one_and_no_more_than_the_day() -> None:
    set_ = read_allowances(["youtube units 50000", "brave searches 5", "brave searches 4"])
    assert (set_["youtube", "units"].per_day, set_["youtube", "units"].per_discovery) == (50_000, 1_500)
    assert (set_["brave", "searches"].per_day, set_["brave", "searches"].per_discovery) == (4, 4)
    assert set_["youtube", "units"].resets == "America/Los_Angeles"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "not understood; write"),
        ("brave searches", "not understood; write"),
        ("brave searches many", "not understood; write"),
        ("brave searches -1", "not understood; write"),
        ("brave searches 1.5", "not understood; write"),
        ("brave searches 9 3 1", "not understood; write"),
        ("brave searches 9999999999", "not understood; write"),
        ("brave searches 5 6", "gives one discovery more than a day"),
        ("brave requests 5", "nothing counts 'requests' of 'brave'; there are bluesky_search requests, brave searches"),
        ("mastodon requests 5", "nothing counts 'requests' of 'mastodon'"),
    ],
)
def test_a_line_that_says_nothing_is_refused_with_what_to_write(line: str, told: str) -> None:
    with pytest.raises(QuotaSettingInvalid) as error:
        read_allowances([line])
    assert told in str(error.value)
