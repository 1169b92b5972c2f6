"""The page in a real browser: what a marketing person does to find somebody, and sees of them."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.server.browser import search
from tests.server.conftest import Served

QUERY = "sushi in boston"


def test_from_the_first_screen_to_reasons(page: Page) -> None:
    page.goto("/")
    expect(page.locator("main")).to_contain_text(re.compile(r"\d+ creators and [\d,]+ posts to search"))
    expect(page.locator(".examples a")).to_have_count(3)
    search(page, QUERY)
    card = page.locator(".card").first
    expect(card).to_contain_text("Strong fit")
    expect(card).to_contain_text(re.compile(r"Lives in Boston, MA, US: (almost certain|likely)"))
    expect(card.locator("mark").first).to_have_text(re.compile("sushi", re.I))
    link = card.locator("blockquote a").first
    assert link.get_attribute("rel") == "nofollow noopener noreferrer"
    assert str(link.get_attribute("href")).startswith("https://")
    card.get_by_text("Why this score?").click()
    expect(card.locator("meter")).to_have_count(5)


def test_chips_are_changed_and_taken_away(page: Page) -> None:
    search(page, QUERY)
    chips = page.locator(".chips li")
    expect(chips).to_have_count(2)
    where = chips.filter(has_text="where")
    where.locator("summary").click()
    where.get_by_label("Other words").fill("philadelphia")
    where.get_by_role("button", name="Change").click()
    expect(page.get_by_role("searchbox")).to_have_value("sushi philadelphia")
    page.locator(".chips li").filter(has_text="where").get_by_role("link", name="Without").click()
    expect(page.locator(".chips li")).to_have_count(1)


def test_filters_say_what_they_leave(page: Page) -> None:
    search(page, "east coast sushi")
    sizes = page.locator(".facet").filter(has_text="size")
    counts = [int(number) for number in sizes.locator("small").all_inner_texts()]
    unknown = int(re.findall(r"each with (\d+)", sizes.inner_text())[0])
    sizes.get_by_role("link").first.click()
    expect(page.locator(".chips")).to_contain_text("size nano")
    left = int(page.locator("h2").first.inner_text().split()[0])
    assert left == pytest.approx(counts[0] + unknown, abs=3)  # fewer to look at lets one or two more in
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Followers from").fill("4000")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chips")).to_contain_text("followers from 4000")


def test_what_is_not_understood_is_said(page: Page) -> None:
    page.goto("/search?q=sushi&teir=nano")
    expect(page.get_by_role("alert")).to_contain_text("teir: there is no such parameter")
    page.goto("/search?q=the")
    expect(page.get_by_role("alert")).to_contain_text("says nothing to look for")


def test_more_results_go_on(page: Page) -> None:
    search(page, QUERY)
    expect(page.locator(".card")).to_have_count(10)
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(".card .rank").first).to_have_text("11.")


def test_map_and_list_are_linked(page: Page) -> None:
    search(page, "east coast sushi")
    pin = page.locator("[data-pin]").first
    card = page.locator(f"#{pin.get_attribute('data-pin')}")
    pin.hover()
    expect(card).to_have_class(re.compile("lit"))
    pin.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#r\d+$"))
    expect(card).to_be_in_viewport()


def test_a_creator_is_vetted(page: Page) -> None:
    search(page, QUERY)
    page.locator(".card h3 a").first.click()
    main = page.locator("main")
    expect(main).to_contain_text(re.compile(r"\d+ of \d+ posts are about sushi"))
    expect(main.locator("svg.plot").first).to_be_visible()
    for title in (
        "Writes about",
        "Posts by month",
        "How people react",
        "Places",
        "Accounts",
        "Paid posts",
        "Newest posts",
    ):
        expect(main.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("link", name="Similar creators").click()
    expect(page.locator(".card").first).to_be_visible()


def test_the_documentation_for_programs_is_there(served: Served) -> None:
    document = served.client.get("/v1/openapi.json").json()
    assert "/v1/creators/search" in document["paths"]
    names = {parameter["name"] for parameter in document["paths"]["/v1/creators/search"]["get"]["parameters"]}
    assert {"q", "tier", "platform", "active_within", "cursor"} <= names
    assert not any(path.startswith("/lists") for path in document["paths"])
    json.dumps(document)
