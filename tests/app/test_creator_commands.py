"""``show``, ``compare`` and ``like`` as a person types them."""

import json
from pathlib import Path

import pytest

from tests.conftest import QUERY, Demo, nichescout, nichescout_here

MARA, NOOR = "maraquill@tide.example", "https://harbor.example/@noor7train"


def test_show_prints_a_report_for_people_and_the_same_as_json(demo: Demo) -> None:
    plain = nichescout_here("--data", str(demo.data), "show", MARA, "--for", QUERY, "--brand", "Haruno")
    assert plain.code == 0, plain.err
    assert "For “east coast sushi”" in plain.out
    assert "Brand: Haruno" in plain.out
    report = json.loads(nichescout_here("--data", str(demo.data), "show", MARA, "--for", QUERY, "--json").out)
    assert report["creator"]["name"] == "Mara Quill"
    assert report["niche"]["share"] > 0.5
    assert {quote["url"] for quote in report["niche"]["best"]} <= {post["url"] for post in report["posts"]}
    assert report["brands"] == []
    assert all(entry in plain.out for entry in report["unknown"])


def test_brands_of_the_settings_are_always_looked_for(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "nichescout.toml").write_text('brands = ["Haruno", "@haruno"]\n')
    done = nichescout("--data", str(demo.data), "show", MARA, "--brand", "Umi", "--json", cwd=tmp_path)
    assert [brand["brand"] for brand in json.loads(done.out)["brands"]] == ["Haruno", "@haruno", "Umi"]


def test_compare_puts_them_side_by_side(demo: Demo) -> None:
    plain = nichescout_here("--data", str(demo.data), "compare", MARA, NOOR, "--for", QUERY)
    assert plain.code == 0, plain.err
    assert "Mara Quill" in plain.out.splitlines()[0]
    assert any(line.startswith("≠ lives in") for line in plain.out.splitlines())
    assert max(map(len, plain.out.splitlines())) <= 160
    found = json.loads(nichescout_here("--data", str(demo.data), "compare", MARA, NOOR, "--json").out)
    assert [creator["name"] for creator in found["creators"]] == ["Mara Quill", "Noor Okonjo-Lind"]


@pytest.mark.parametrize("command", ["show", "compare", "like"])
def test_examples_in_the_help_stand_on_lines_of_their_own(command: str) -> None:
    lines = nichescout_here(command, "--help").out.splitlines()
    assert "\\b" not in "".join(lines)
    assert any(line.startswith(f"    nichescout {command} ") for line in lines)


def test_like_takes_every_name_and_leaves_the_example_out(demo: Demo) -> None:
    found = [
        json.loads(nichescout_here("--data", str(demo.data), "like", name, "--limit", "5", "--json").out)["results"]
        for name in (MARA, "https://quillandrice.example/")
    ]
    names = [result["creator"]["name"] for result in found[0]]
    assert len(names) == 5
    assert "Mara Quill" not in names
    assert names == [result["creator"]["name"] for result in found[1]]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("show", "no_such_person"), 1, "nobody in the index is called 'no_such_person'"),
        (("like", "no_such_person"), 1, "nobody in the index is called 'no_such_person'"),
        (("compare", MARA), 2, "two to 5 different creators"),
        (("compare", MARA, "no_such_person"), 1, "'no_such_person'"),
        (("show", MARA, "--for", " "), 2, "the query is empty"),
    ],
)
def test_what_cannot_be_shown_is_one_line(arguments: tuple[str, ...], code: int, says: str, demo: Demo) -> None:
    done = nichescout_here("--data", str(demo.data), *arguments)
    assert done.code == code
    assert says in done.err
    assert done.err.count("\n") == 1
