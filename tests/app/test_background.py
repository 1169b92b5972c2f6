"""What ``show`` adds from the catalog to what the index knows."""

import json
from pathlib import Path

from app.background import with_background
from catalog.place import CatalogPlace
from search.engine import open_engine
from tests.conftest import Demo, nichescout


def test_joined_accounts_say_why(demo: Demo) -> None:
    report = json.loads(nichescout("--data", str(demo.data), "show", "maraquill@tide.example", "--json").out)
    assert {join["how"] for join in report["joined"]} >= {"each page names the other as its own (rel=me)"}
    shown = {account["url"] for account in report["creator"]["accounts"]}
    assert all({join["account"], join["other"]} <= shown for join in report["joined"])


def test_without_a_catalog_the_report_stays_as_it_is(demo: Demo, tmp_path: Path) -> None:
    with open_engine(demo.data) as engine:
        report = engine.vet("maraquill@tide.example")
    assert with_background(report, CatalogPlace(tmp_path)) == report
