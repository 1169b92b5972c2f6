"""The pictures of docs and README, made anew: python -m tests.server.screenshots (20 s, the first time longer)."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import ROOT, WORLD, nichescout
from tests.server.browser import chromium
from tests.server.conftest import serving

IMAGES = ROOT / "docs" / "images"
DATA = ROOT / ".cache" / "demo-web"
QUERY = "east coast sushi"
WIDTH, HEIGHT = 1000, 760
NOTED = (
    {"status": "contacted", "on_day": "2026-11-20", "next_step": "call on Friday", "note": "likes to be asked early"},
    {"status": "agreed", "on_day": "2026-11-18", "fee": "300"},
    {},
)


def make() -> None:
    """Search, a creator, a comparison and a list, as a person sees them on a laptop."""
    if not (DATA / "index" / "CURRENT").exists():
        ran = nichescout("--data", str(DATA), "discover", QUERY, "--replay", str(WORLD))
        assert ran.code == 0, ran.err
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        data = Path(shutil.copytree(DATA, Path(folder) / "data"))
        with serving(data) as served, chromium() as browser:
            answer = served.client.get("/v1/creators/search", params={"q": QUERY, "limit": 3}).json()
            ids = [result["creator"]["id"] for result in answer["results"]]
            kept = served.client.post("/v1/lists", json={"name": "Autumn launch", "brands": ["Pier Four"]}).json()["id"]
            for key, noted in zip(ids, NOTED, strict=True):
                served.client.put(f"/v1/lists/{kept}/creators/{key}", json={"query": QUERY, **noted}).raise_for_status()
            page = browser.new_page(base_url=served.address, viewport={"width": WIDTH, "height": HEIGHT})
            for name, path in (
                ("search", f"/search?q={QUERY}"),
                ("creator", f"/creators/{ids[0]}?for={QUERY}"),
                ("compare", f"/compare?for={QUERY}&id=" + "&id=".join(ids)),
                ("list", f"/lists/{kept}"),
            ):
                page.goto(path)
                page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    make()
