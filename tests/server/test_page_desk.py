"""The desk in a real browser: lists, comparison, export, corrections, watches, a discovery with live progress."""

import csv
import re
import threading
from pathlib import Path

from playwright.sync_api import Page, expect

from app.asked import do_asked
from app.config import Config
from catalog.store import open_catalog
from tests.conftest import WORLD
from tests.server.browser import search
from tests.server.conftest import HOSTS, Served

QUERY = "sushi in boston"
LISTEN = """addEventListener("DOMContentLoaded", () => {
  const stage = document.querySelector("[data-stage]");
  const note = () => sessionStorage.stages = `${sessionStorage.stages ?? ""},${stage.textContent}`;
  const state = document.querySelector("[data-state]");
  const told = () => sessionStorage.states = `${sessionStorage.states ?? ""},${state.textContent}`;
  if (stage) new MutationObserver(told).observe(state, {childList: true, characterData: true, subtree: true});
  if (stage) new MutationObserver(note).observe(stage, {childList: true, characterData: true, subtree: true});
})"""


def test_list_compare_and_export(own_page: Page, tmp_path: Path) -> None:
    page = own_page
    search(page, QUERY)
    for number in (0, 1):
        page.locator(".card").nth(number).get_by_role("button", name="Add to list").click()
        expect(page.get_by_role("status")).to_contain_text("On the list “My shortlist”")
        expect(page.locator(".card").nth(number).get_by_role("link", name="My shortlist")).to_be_visible()
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
    expect(page.locator("h1")).to_contain_text("Done: “east coast sushi”", timeout=200_000)
    worker.join()
    assert {"Reading pages", "Taking it in"} & set(page.evaluate("sessionStorage.stages.split(',')"))
    assert "Looking" in page.evaluate("sessionStorage.states.split(',')")
    expect(page.locator(".card").first).to_be_visible()


def test_a_niche_that_no_recording_holds_says_so(own_page: Page, own: Served) -> None:
    page = own_page
    page.goto("/discover?q=sake in boston")
    page.get_by_role("button", name="Start").click()
    with open_catalog(own.data) as catalog:
        assert do_asked(Config(data=own.data, hosts=HOSTS), catalog, "w", lambda _: None, replay=WORLD)
    expect(page.locator("h1")).to_contain_text("Done: “sake in boston”")
    expect(page.locator("main")).to_contain_text("pages that could not be read")
    expect(page.locator("main")).to_contain_text("0 who fit; a recording stands in for the network here")


def test_a_watch_from_a_search(own_page: Page, own: Served) -> None:
    page = own_page
    search(page, QUERY)
    page.get_by_role("link", name="Watch this search").click()
    page.get_by_role("button", name="Watch it").click()
    expect(page.locator("main")).to_contain_text("Nobody yet")
    expect(page.locator("main li").first).to_contain_text("Strong fit")
    with open_catalog(own.data) as catalog, catalog._unit() as unit:  # as if the first look had not found them
        unit.connection.exec_driver_sql(
            "DELETE FROM watch_match WHERE rowid IN (SELECT rowid FROM watch_match LIMIT 2)"
        )
    for _ in range(2):  # looking does not make them known
        page.reload()
        expect(page.locator("main ul").first.locator("li")).to_have_count(2)
    page.get_by_role("button", name="I have seen them").click()
    expect(page.get_by_role("status")).to_contain_text("only those found later are new")
    expect(page.locator("main")).to_contain_text("Nobody yet")
