"""What others wrote is text: scripts in every field that is crawled are shown as they were typed, and do nothing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Demo, nichescout
from tests.server.conftest import Served, serving

pytestmark = pytest.mark.slow

SCRIPT = "<script>document.title='owned'</script>"
IMAGE = "\"'><img src=x onerror=\"document.title='owned'\">"
STYLE = "</style></title></textarea><svg/onload=document.title='owned'>{{7*7}}"
CREATOR = {
    "id": "evil",
    "platform": "mastodon",
    "handle": "evil",
    "name": f"Eve {SCRIPT}",
    "bio": f"Zydeco accordion repair {IMAGE} {STYLE}",
    "location": f"Boston, MA {SCRIPT}",
    "url": "https://tide.example/@evil",
    "followers": 2000,
    "links": ["https://evil.example/\"onmouseover=\"document.title='owned'"],
}
POSTS = [
    {
        "id": f"p{number}",
        "creator_id": "evil",
        "url": f"https://tide.example/@evil/{number}\"onclick=\"document.title='owned'",
        "title": f"Zydeco accordion {number} {IMAGE}",
        "text": f"I repaired a zydeco accordion {SCRIPT} in Boston {number}. {STYLE} The bellows of it leak.",
        "tags": [f"zydeco{SCRIPT}", "accordion"],
        "place": f"Boston {IMAGE}",
        "published_at": f"2026-11-{number:02}",
        "likes": 5,
    }
    for number in range(1, 8)
]


@pytest.fixture(scope="module")
def hostile(small_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    data = Path(shutil.copytree(small_demo.data, folder / "data"))
    for name, rows in (("creators", [CREATOR]), ("posts", POSTS)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = [str(folder / "creators.jsonl"), str(folder / "posts.jsonl")]
    assert nichescout("--data", str(data), "import", *files).code == 0
    assert nichescout("--data", str(data), "index", "build").code == 0
    with serving(data) as one:
        yield one


def test_scripts_in_every_crawled_field_are_shown_as_text(hostile: Served, browser: Browser) -> None:
    query = "zydeco accordion"
    result = hostile.client.get("/v1/creators/search", params={"q": query}).json()["results"][0]
    key = result["creator"]["id"]
    assert "<script>" in json.dumps(result)  # it is there, so the pages below have something to escape
    made = hostile.client.post("/v1/lists", json={"name": f"L {SCRIPT}", "brands": ["bellows", SCRIPT]}).json()["id"]
    note = {"query": f"{query} {SCRIPT}", "note": IMAGE, "fee": STYLE, "next_step": SCRIPT}
    assert hostile.client.put(f"/v1/lists/{made}/creators/{key}", json=note).status_code == 200
    other = hostile.client.get("/v1/creators/search", params={"q": "sushi"}).json()["results"][0]["creator"]["id"]
    watch = hostile.client.post("/v1/watches", json={"name": f"W {SCRIPT}", "q": query}).json()["id"]
    typed = [f"/search?q={query} {SCRIPT}", f"/discover?q={query} {IMAGE}", f"/search?q=sushi&tier={SCRIPT}"]
    found = [f"/search?q={query}", f"/creators/{key}?for={query}", f"/compare?id={key}&id={other}&for={query}"]
    kept = [f"/lists/{made}", "/lists", f"/watches/{watch}", "/watches"]
    pages = [*found, *kept, *typed, f"/nothing{SCRIPT}"]
    context = browser.new_context(base_url=hostile.address, bypass_csp=True)  # the policy would hide what is missed
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for path in pages:
        page.goto(path)
        expect(page).not_to_have_title("owned")
        assert page.locator("script").count() == 1, path
        assert page.locator("main img, main style, main script, svg[onload]").count() == 0, path
        assert page.locator("[onerror], [onload], [onclick], [onmouseover]").count() == 0, path
        assert page.locator("a[href^='javascript:' i]").count() == 0, path
    page.goto(f"/creators/{key}?for={query}")
    expect(page.locator("h1")).to_have_text(f"Eve {SCRIPT}")
    expect(page.locator("main")).to_contain_text("{{7*7}}")
    context.close()


def test_a_feed_is_well_formed_whatever_they_write(hostile: Served) -> None:
    from xml.etree import ElementTree as ET

    made = hostile.client.post("/v1/watches", json={"name": "X ]]> <b>", "q": "zydeco accordion"}).json()["id"]
    hostile.client.get(f"/v1/watches/{made}")
    feed = ET.fromstring(hostile.client.get(f"/v1/watches/{made}/feed").content)
    assert f"Eve {SCRIPT}" in [title.text for title in feed.iter("{http://www.w3.org/2005/Atom}title")]
