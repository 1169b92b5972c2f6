"""The page in a real browser: what a marketing person does, with and without scripts, by keyboard, on a phone."""

import csv
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from app.asked import do_asked
from app.config import Config
from catalog.store import open_catalog
from tests.conftest import WORLD
from tests.server.browser import chromium
from tests.server.conftest import HOSTS, Served

QUERY = "sushi in boston"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
PAGE_WEIGHT = 150_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    yield from _page(browser, served.address)


@pytest.fixture
def own_page(browser: Browser, own: Served) -> Iterator[Page]:
    yield from _page(browser, own.address)


def _page(browser: Browser, address: str, **wanted: Any) -> Iterator[Page]:
    """A page on which nothing may go wrong in silence, nor be asked of another host."""
    context = browser.new_context(base_url=address, **wanted)
    page = context.new_page()
    page.set_default_timeout(20_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(address) else None)
    yield page
    context.close()
    assert not [one for one in wrong if "422" not in one]


def search(page: Page, query: str) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill(query)
    page.get_by_role("button", name="Search").click()


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


def test_list_compare_and_export(own_page: Page, tmp_path: Path) -> None:
    page = own_page
    search(page, QUERY)
    for number in (0, 1):
        page.locator(".card").nth(number).get_by_role("button", name="Add to list").click()
        expect(page.get_by_role("status")).to_contain_text("On the list “My shortlist”")
    page.get_by_role("link", name="Lists").click()
    page.get_by_role("link", name="My shortlist").click()
    entry = page.locator(".card").first
    entry.get_by_label("Status").select_option("contacted")
    entry.get_by_label("Notes").fill("=1+1 met at the market")
    entry.get_by_role("button", name="Save").click()
    expect(page.locator(".card").first).to_contain_text("Contacted")
    with page.expect_download() as download:
        page.get_by_role("link", name="spreadsheet").click()
    download.value.save_as(tmp_path / "list.csv")
    rows = list(csv.DictReader((tmp_path / "list.csv").read_text("utf-8").splitlines()))
    assert [row["status"] for row in rows] == ["contacted", "to contact"]
    assert rows[0]["note"].startswith("'=1+1")
    for tick in page.get_by_label("Compare").all():
        tick.check()
    page.get_by_role("button", name="Compare those ticked").click()
    expect(page.get_by_role("columnheader")).to_have_count(3)
    expect(page.get_by_role("rowheader", name="Lives in")).to_be_visible()


def test_wrong_is_one_click_and_undone_by_another(own_page: Page) -> None:
    page = own_page
    search(page, QUERY)
    first = page.locator(".card h3 a").first.inner_text()
    page.locator(".card").first.get_by_text("Wrong?").click()
    page.locator(".card").first.get_by_role("button", name="Does not fit this search").click()
    expect(page.get_by_role("status")).to_contain_text(first)
    expect(page.locator(".card h3 a").first).not_to_have_text(first)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back")
    expect(page.locator(".card h3 a").first).to_have_text(first)


LISTEN = """addEventListener("DOMContentLoaded", () => {
  const stage = document.querySelector("[data-stage]");
  const note = () => sessionStorage.stages = `${sessionStorage.stages ?? ""},${stage.textContent}`;
  if (stage) new MutationObserver(note).observe(stage, {childList: true, characterData: true, subtree: true});
})"""


def test_discovery_with_live_progress(own_page: Page, own: Served) -> None:
    page = own_page
    page.add_init_script(LISTEN)  # what moves without the page being loaded again
    page.goto("/discover")
    page.get_by_role("searchbox").fill("east coast sushi")
    page.get_by_role("button", name="Show the plan").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"\d+ pages on \d+ sites to begin with"))
    page.get_by_label("Pages at most").fill("60")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("main")).to_contain_text("A worker takes it soon")

    def work() -> None:
        with open_catalog(own.data) as catalog:
            do_asked(Config(data=own.data, hosts=HOSTS), catalog, "w", lambda _: None, replay=WORLD)

    worker = threading.Thread(target=work)
    worker.start()
    expect(page.locator("h1")).to_contain_text("Done: “east coast sushi”", timeout=90_000)
    worker.join()
    assert {"Reading pages", "Taking it in"} & set(page.evaluate("sessionStorage.stages.split(',')"))
    expect(page.locator(".card").first).to_be_visible()


def test_a_watch_from_a_search(own_page: Page) -> None:
    page = own_page
    search(page, QUERY)
    page.get_by_role("link", name="Watch this search").click()
    page.get_by_role("button", name="Watch it").click()
    expect(page.locator("main")).to_contain_text("Nobody yet")
    expect(page.locator("main li").first).to_contain_text("Strong fit")


def test_it_works_without_scripts(browser: Browser, own: Served) -> None:
    for page in _page(browser, own.address, java_script_enabled=False):
        search(page, QUERY)
        expect(page.locator(".card")).to_have_count(10)
        expect(page.locator(".map circle").first).to_be_visible()
        page.locator(".card").first.get_by_text("Why this score?").click()
        expect(page.locator(".card meter").first).to_be_visible()
        page.locator(".card").first.get_by_role("button", name="Add to list").click()
        expect(page.get_by_role("status")).to_contain_text("On the list")
        page.locator(".card h3 a").first.click()
        expect(page.get_by_role("heading", name="Writes about")).to_be_visible()
        page.goto("/discover?q=east+coast+sushi")
        page.get_by_role("button", name="Start").click()
        expect(page.locator("h1")).to_contain_text("Waiting for a worker")
        assert 'http-equiv="refresh"' in page.content()


def test_it_works_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("type", "search")
    page.keyboard.type(QUERY)
    page.keyboard.press("Enter")
    expect(page.locator(".card").first).to_be_visible()
    target = page.locator(".card").first.get_by_text("Why this score?")
    for _ in range(120):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".card meter").first).to_be_visible()
    outline = target.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, own: Served, scheme: Any) -> None:
    creators = own.client.get("/v1/creators/search", params={"q": QUERY, "limit": 2}).json()["results"]
    ids = [result["creator"]["id"] for result in creators]
    made = own.client.post("/v1/lists", json={"name": "L", "brands": ["Pier Four"]}).json()["id"]
    for key in ids:
        own.client.put(f"/v1/lists/{made}/creators/{key}", json={"query": QUERY})
    watch = own.client.post("/v1/watches", json={"name": "W", "q": QUERY}).json()["id"]
    job = own.client.post("/v1/jobs", json={"query": QUERY}).json()["id"]
    found_at = [
        f"/search?q={QUERY}",
        f"/creators/{ids[0]}?for={QUERY}",
        f"/compare?id={ids[0]}&id={ids[1]}&for={QUERY}",
    ]
    kept = ["/lists", f"/lists/{made}", "/watches", f"/watches/{watch}"]
    paths = ["/", *found_at, *kept, "/discover?q=sushi", f"/discover/{job}", "/login", "/nothing"]
    context = browser.new_context(base_url=own.address, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found = []
    for path in paths:
        page.goto(path)
        page.add_script_tag(content=AXE)
        wrong = page.evaluate("async () => (await axe.run()).violations")
        found += [
            (path, one["id"], [node["html"][:120] for node in one["nodes"]][:3])
            for one in wrong
            if one["impact"] in ("serious", "critical")
        ]
    context.close()
    assert found == []


LONG = "w" * 90  # no page may be stretched by what somebody types


@pytest.mark.parametrize("path", ["/", f"/search?q=east+coast+sushi+{LONG}", "/lists", f"/discover?q=sushi+{LONG}"])
def test_nothing_is_wider_than_a_phone(browser: Browser, served: Served, path: str) -> None:
    if path == "/lists":
        served.client.post("/v1/lists", json={"name": LONG})
    for page in _page(browser, served.address, viewport={"width": 360, "height": 740}, has_touch=True):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_pages_are_light_and_quick(page: Page, served: Served) -> None:
    served.client.get("/search", params={"q": "east coast sushi"})  # the engine is open
    for path in ("/", "/search?q=east+coast+sushi"):
        weight = []
        page.on("response", lambda answered, into=weight: into.append(len(answered.body())))  # type: ignore[misc]
        page.goto(path, wait_until="load")
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
        assert painted <= 1_000 or path != "/", painted
        assert sum(weight) <= PAGE_WEIGHT


def test_the_documentation_for_programs_is_there(served: Served) -> None:
    document = served.client.get("/v1/openapi.json").json()
    assert "/v1/creators/search" in document["paths"]
    names = {parameter["name"] for parameter in document["paths"]["/v1/creators/search"]["get"]["parameters"]}
    assert {"q", "tier", "platform", "active_within", "cursor"} <= names
    assert not any(path.startswith("/lists") for path in document["paths"])
    json.dumps(document)
