"""The page for everybody: without scripts, by keyboard, for a screen reader, on a phone, light and quick."""

from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.browser import search, watched_page
from tests.server.conftest import Served

QUERY = "sushi in boston"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
PAGE_WEIGHT = 150_000
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LONG = "w" * 90  # no page may be stretched by what somebody types


def test_it_works_without_scripts(browser: Browser, own: Served) -> None:
    with watched_page(browser, own.address, java_script_enabled=False) as page:
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


def test_axe_finds_nothing_serious(browser: Browser, own: Served) -> None:
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
    context = browser.new_context(base_url=own.address, bypass_csp=True)
    page = context.new_page()
    found = []
    for path in paths:
        page.goto(path)
        page.add_script_tag(content=AXE)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            wrong = page.evaluate("async () => (await axe.run()).violations")
            found += [
                (path, scheme, one["id"], [node["html"][:120] for node in one["nodes"]][:3])
                for one in wrong
                if one["impact"] in ("serious", "critical")
            ]
    context.close()
    assert found == []


@pytest.mark.parametrize("path", ["/", f"/search?q=east+coast+sushi+{LONG}", "/lists", f"/discover?q=sushi+{LONG}"])
def test_nothing_is_wider_than_a_phone(browser: Browser, served: Served, path: str) -> None:
    if path == "/lists":
        served.client.post("/v1/lists", json={"name": LONG})
    with watched_page(browser, served.address, viewport={"width": 360, "height": 740}, has_touch=True) as page:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_pages_are_light_and_quick(page: Page, served: Served) -> None:
    answer = served.client.get("/v1/creators/search", params={"q": "east coast sushi"})  # the engine is open
    ids = [result["creator"]["id"] for result in answer.json()["results"][:3]]
    one, side_by_side = f"/creators/{ids[0]}?for=sushi", "/compare?for=sushi&id=" + "&id=".join(ids)
    for path in ("/", "/search?q=east+coast+sushi", one, side_by_side):
        weight = []
        page.on("response", lambda answered, into=weight: into.append(len(answered.body())))  # type: ignore[misc]
        page.goto(path, wait_until="load")
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
        assert painted <= 1_000 or path != "/", painted
        assert sum(weight) <= PAGE_WEIGHT
