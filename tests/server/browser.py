"""A real browser (Debian's Chromium) for tests, not downloaded, and pages on which nothing goes wrong in silence."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE: Final = 60_000  # milliseconds: what is looked for is there in a tenth of a second, but machines may be loaded


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window. ``.ci/run`` installs it (apt-get install chromium)."""
    assert CHROMIUM, "these tests need Chromium: apt-get install chromium"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched_page(browser: Browser, address: str, **wanted: Any) -> Iterator[Page]:
    """A page on which nothing may go wrong in silence, nor be asked of another host."""
    context = browser.new_context(base_url=address, **wanted)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(address) else None)
    yield page
    context.close()
    assert not [one for one in wrong if "422" not in one]


def search(page: Page, query: str) -> None:
    """Type a niche on the first screen."""
    page.goto("/")
    page.get_by_role("searchbox").fill(query)
    page.get_by_role("button", name="Search").click()
