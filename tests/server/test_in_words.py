"""What the page says, without a browser: plots with their words, notes with links, names instead of codes, errors."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.follower_counts import FollowerCount, FollowerHistory
from catalog.store import open_catalog
from crawler.sources import all_sources
from niche.overrides import KINDS, LANGUAGES, PLATFORM_GROUPS, PLATFORMS, TIERS
from server import display_names
from server.charts import HEIGHT, WIDTH, growth_plot
from server.words import beginning, grouped
from tests.server.conftest import Served

DAY = datetime(2026, 3, 12, tzinfo=UTC)


def history(*followers: int, step: int | None = None) -> FollowerHistory:
    counts = [FollowerCount(at=DAY + timedelta(days=30 * at), followers=n, step=step) for at, n in enumerate(followers)]
    return FollowerHistory(platform="mastodon", url="https://pixel.example/@mika", counts=tuple(counts))


@pytest.mark.parametrize(
    ("followers", "step", "said"),
    [
        ((1_000, 900, 1_200), None, "1,000 on 12 Mar 2026, 1,200 on 11 May 2026: 200 more (+20%)."),
        ((1_000, 900), None, "1,000 on 12 Mar 2026, 900 on 11 Apr 2026: 100 fewer (-10%)."),
        ((0, 5), None, "0 on 12 Mar 2026, 5 on 11 Apr 2026: 5 more."),
        ((7, 8, 7), None, "7 on 12 Mar 2026, 7 on 11 May 2026: as many."),
        ((1_000,), None, "1,000 on 12 Mar 2026; since then no other number was seen."),
        ((900, 950), 100, "900 on 12 Mar 2026, 950 on 11 Apr 2026: about as many; the platform rounds to 100."),
        ((800, 1_000), 100, "800 on 12 Mar 2026, 1,000 on 11 Apr 2026: 200 more (+25%); the platform rounds to 100."),
    ],
)  # fmt: skip
def test_followers_over_time_are_a_line_and_a_sentence(followers: tuple[int, ...], step: int | None, said: str) -> None:
    plot = growth_plot(history(*followers, step=step))
    assert plot.said == said
    assert (plot.least, plot.most) == (min(followers), max(followers))
    assert len(plot.points) == len(followers)
    assert all(0 <= point.x <= WIDTH and 0 < point.y < HEIGHT for point in plot.points)
    highest = min(plot.points, key=lambda point: point.y)
    assert f"{max(followers):,} followers" in highest.label


def test_the_page_draws_what_the_catalog_has_seen(own: Served) -> None:
    creator = own.client.get("/v1/creators/search", params={"q": "sushi", "limit": 1}).json()["results"][0]["creator"]
    now = next(one["followers"] for one in creator["accounts"] if one["followers"])
    with open_catalog(own.data) as catalog, catalog._unit() as unit:
        unit.connection.exec_driver_sql(
            "INSERT INTO account_count (account_id, day, at, followers)"
            " SELECT account_id, day - 60, at - 60 * 86400000000, followers / 2 FROM account_count"
        )
    (seen,) = own.client.get(f"/v1/creators/{creator['id']}/followers").json()
    assert [count["followers"] for count in seen["counts"]] == [now // 2, now]
    page = own.client.get(f"/creators/{creator['id']}").text
    assert f"{now // 2:,} on " in page
    assert page.count('class="dot"') == 2
    assert 'aria-label="Followers over time: ' in page


def test_a_note_offers_a_link_and_no_option(served: Served) -> None:
    page = served.client.get("/search", params={"q": "sushi in portland"}).text
    assert "--place" not in page
    assert "was read as Portland" in page
    assert "instead</a>" in page
    other = served.client.get("/search", params={"q": "sushi near me"}).text
    assert "use --near" not in other


def test_a_comparison_has_no_codes(served: Served) -> None:
    found = served.client.get("/v1/creators/search", params={"q": "sushi", "limit": 2}).json()["results"]
    ids = [one["creator"]["id"] for one in found]
    page = served.client.get("/compare", params={"id": ids, "for": "sushi"}).text
    assert "English" in page
    assert "% sure)" not in page
    assert "Strong fit" in page
    refused = served.client.get("/compare", params={"id": ids[:1], "for": "sushi"})
    assert refused.status_code == 422
    assert "Tick two to five creators to compare them; 1 was ticked." in refused.text


def test_everything_has_a_name() -> None:
    assert {*PLATFORMS, *PLATFORM_GROUPS} <= set(display_names.PLATFORMS)
    assert set(LANGUAGES) <= set(display_names.LANGUAGES)
    assert set(KINDS) <= set(display_names.KINDS)
    assert set(TIERS) == set(display_names.SIZES)
    assert set(all_sources()) <= set(display_names.SOURCES)


def test_sizes_say_the_bounds_that_they_have() -> None:
    for name, (least, most) in TIERS.items():
        said = f"{name}: {least:,} to {most:,}" if most else f"{name}: from {least:,}"
        assert display_names.SIZES[name] == said


def test_texts_are_cut_between_words() -> None:
    assert beginning("one two three", 8) == "one two …"
    assert beginning("one two", 8) == "one two"
    assert beginning("o" * 20, 8) == "o" * 8 + " …"


def test_reasons_that_say_the_same_stand_together(served: Served) -> None:
    assert grouped(()) == []
    page = served.client.get("/search", params={"q": "sushi in boston"}).text
    first = page[page.index('id="r1"') : page.index('id="r2"')]
    assert first.count("Writes about sushi:") == 1
    assert first.count("<blockquote>") >= 3


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nothing", 404, "There is no such page."),
        ("/creators/nobody", 404, "Nobody is called"),
        ("/lists/999", 404, "There is no list 999."),
        ("/lists/many", 422, "list_id: "),
        ("/search?q=the", 422, "says nothing to look for"),
        ("/search?q=sushi&teir=nano", 422, "teir: there is no such parameter"),
        ("/search?q=" + "x" * 20_000, 414, "The query string has more than"),
        ("/discover/none", 404, "There is no"),
    ],
)
def test_what_goes_wrong_on_a_page_is_a_page(served: Served, path: str, status: int, said: str) -> None:
    answered = served.client.get(path)
    assert answered.status_code == status
    assert answered.headers["content-type"].startswith("text/html")
    assert said in answered.text
    assert '<main id="main"' in answered.text
