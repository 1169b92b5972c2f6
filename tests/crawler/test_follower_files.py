"""Every form of export, from invented files in the documented and recorded shapes: who comes out, and who must not."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.followers.model import Follower, FollowerFileError, LeftOut
from crawler.followers.recognise import follower_files
from tests.crawler.exports import EXPORTS, names, read, zipped

INSTAGRAM = [
    ("Instagram followers", "instagram", "chicagofoodblogger"),
    ("Instagram followers", "instagram", "crumbs.and.ferry"),
    ("Instagram followers", "instagram", "pelhambites"),
    ("Instagram followers", "instagram", "pelhambites"),
    ("Instagram followers", "instagram", "wickerparkramen"),
    ("Instagram followers", "instagram", "quillandkettle"),
    ("Instagram following", "instagram", "tidepoolnotes"),
    ("Instagram following", "instagram", "oatandember"),
    ("Instagram following", "instagram", "cafehalyard"),
]
"""Numbered files, both forms of "following"; no blocks, requests or messages."""


@pytest.mark.parametrize("packed", [False, True])
def test_a_whole_instagram_export(packed: bool, tmp_path: Path) -> None:
    folder = EXPORTS / "instagram"
    path = zipped(folder, tmp_path / "instagram.zip") if packed else folder
    assert names(path) == INSTAGRAM
    people, left_out = read(path)
    assert left_out == {LeftOut.NO_NAME: 1}
    assert people[0].since == datetime(2025, 11, 24, 16, tzinfo=UTC)
    assert people[-1].since is None


def test_the_zip_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    assert names(zipped(EXPORTS / "instagram", tmp_path / "download")) == INSTAGRAM
    (tmp_path / "holiday.png").write_bytes((EXPORTS / "tiktok" / "user_data.json").read_bytes())
    assert len(names(tmp_path / "holiday.png")) == 3


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("instagram-2024", ["following boroughbaker", "following saltlinepottery"]),
        ("instagram-old", ["followers harbourstitches"]),
        (
            "instagram-html",
            [
                "followers chicagofoodblogger",
                "followers pelhambites",
                "followers mudlarkmaps",
                "following tidepoolnotes",
            ],
        ),
        (
            "tiktok/user_data.json",
            ["followers dockside_dumplings", "followers kitewright", "following riverlinebread"],
        ),
        ("tiktok/user_data_tiktok.json", ["followers dockside_dumplings"]),
        ("tiktok/Follower.txt", ["followers dockside_dumplings", "followers kitewright"]),
        ("x", ["followers 1900000003", "followers 1900000001", "followers 1900000002"]),
        ("mastodon/following_accounts.csv", ["following mika@pixel.example", "following noor@harbor.example"]),
        (
            "mastodon/followers.csv",
            ["handles mika@pixel.example", "handles tariq@tide.example", "handles linnea@pixel.example"],
        ),
        ("mastodon/followers_api.json", ["accounts mika@pixel.example", "accounts noor@harbor.example"]),
        ("bluesky", ["followers whisk.bsky.social", "followers crumb.example", "followers did:plc:ddddeeeeffffgggghhhhiiii"]),  # noqa: E501
        ("blogs.opml", ["feeds https://crumb.example/feed.xml", "feeds https://ferry.example/posts"]),
    ],
)  # fmt: skip
def test_who_is_in_a_file(path: str, expected: list[str]) -> None:
    found = [f"{kind.split()[-1]} {name}" for kind, _, name in names(EXPORTS / path)]
    assert found == expected
    assert not any("blockedbyme" in name or "shy" in name for name in found)


def test_who_asked_not_to_be_found_is_left_out() -> None:
    assert read(EXPORTS / "bluesky")[1] == {LeftOut.ASKED: 1}
    assert read(EXPORTS / "mastodon" / "followers_api.json")[1] == {LeftOut.ASKED: 1}


def test_times_are_of_following() -> None:
    for file in ("tiktok/user_data.json", "tiktok/Follower.txt"):
        assert read(EXPORTS / file)[0][0].since == datetime(2025, 11, 20, 8, 15, tzinfo=UTC)
    assert all(person.since is None for person in read(EXPORTS / "instagram-html")[0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "file", ["tiktok/user_data.json", "x/data/follower.js", "tiktok/Follower.txt", "lists/mixed.txt"]
)
def test_encodings(file: str, encoding: str, tmp_path: Path) -> None:
    other = tmp_path / Path(file).name
    other.write_bytes((EXPORTS / file).read_text("utf-8").encode(encoding))
    assert names(other) == names(EXPORTS / file)


def test_several_answers_saved_one_after_the_other(tmp_path: Path) -> None:
    page = (EXPORTS / "bluesky" / "followers.json").read_text()
    (tmp_path / "all.json").write_text(page + page.replace("whisk", "dough"))
    assert [name for _, _, name in names(tmp_path / "all.json")][3] == "dough.bsky.social"


def _of(tmp_path: Path, name: str, content: bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.json", b""),
        ("blank.txt", b"\n \n\n"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 500),
        ("letter.txt", b"Dear reader,\nthis is a letter and not a list of anybody.\nIt has three lines.\n"),
        ("page.html", b"<!doctype html><title>Home</title><a href='https://crumb.example/'>Crumb</a>"),
        ("other.json", json.dumps({"messages": [{"text": "hello"}]}).encode()),
        ("blocks.json", (EXPORTS / "instagram/connections/followers_and_following/blocked_profiles.json").read_bytes()),
        ("block.js", (EXPORTS / "x/data/block.js").read_bytes()),
        ("code.py", b"import os\nprint(os.getcwd())\n"),
        ("numbers.csv", b"1,2,3\n4,5,6\n7,8,9\n"),
    ],
)
def test_what_is_nothing_of_it_says_what_can_be_read(name: str, content: bytes, tmp_path: Path) -> None:
    with pytest.raises(FollowerFileError, match=rf"{name} holds nothing .*Instagram .*TikTok .*collections") as refused:
        names(_of(tmp_path, name, content))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["muted_accounts.csv", "blocked_accounts.csv"])
def test_lists_of_people_to_stay_away_from_are_refused(name: str, tmp_path: Path) -> None:
    content = (EXPORTS / "mastodon" / "muted_accounts.csv").read_bytes() if "muted" in name else b"a@pixel.example\n"
    with pytest.raises(FollowerFileError, match="blocked or muted"):
        names(_of(tmp_path, name, content))
    _of(tmp_path, "following.csv", (EXPORTS / "mastodon" / "following_accounts.csv").read_bytes())
    assert len(names(tmp_path)) == 2  # in a folder they are passed over


@pytest.mark.parametrize(
    "file", ["tiktok/user_data.json", "x/data/follower.js", "bluesky/followers.json", "blogs.opml"]
)
def test_a_file_that_is_cut_off_gives_what_it_holds_and_then_a_line(file: str, tmp_path: Path) -> None:
    whole = (EXPORTS / file).read_bytes()
    [found] = follower_files(_of(tmp_path, Path(file).name, whole[: len(whole) * 7 // 10]))
    people = [next(found.rows)]
    with pytest.raises(FollowerFileError, match="cut off"):
        people.extend(found.rows)
    assert all(isinstance(row, Follower | LeftOut) for row in people)


def test_a_folder_with_nothing(tmp_path: Path) -> None:
    with pytest.raises(FollowerFileError, match="holds nothing"):
        names(tmp_path)
