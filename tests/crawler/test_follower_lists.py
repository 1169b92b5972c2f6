"""Lists of handles: whatever order, sign, blank or quotation mark, each name comes out once per line and no other."""

from pathlib import Path
from string import ascii_lowercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.followers.leads import name_in
from crawler.followers.lists import layout_of, read_list
from crawler.followers.model import FileKind, Follower, FollowerFileError, LeftOut
from crawler.followers.names import MAIL_HOSTS, read_name
from tests.crawler.exports import EXPORTS, names, read

KIND = FileKind("list of handles", "listed")
HANDLES = st.from_regex(r"[a-z][a-z0-9_]{2,20}", fullmatch=True)
HOSTS = st.sampled_from(["pixel.example", "harbor.example", "social.tide.example", "xn--mnchen-3ya.example"])


def parse(lines: list[str], network: str = "") -> list[Follower | LeftOut]:
    layout = layout_of(lines, cut=False, network=network, strict=False)
    return [] if layout is None else list(read_list(iter(lines), layout, network=network))


def test_a_mixed_list() -> None:
    people, left_out = read(EXPORTS / "lists" / "mixed.txt", "tiktok")
    assert [(person.network, person.handle or person.url) for person in people] == [
        ("tiktok", "chicagofoodblogger"),
        ("tiktok", "sushiwithsam"),
        ("tiktok", "pelhambites"),
        ("instagram", "mudlarkmaps"),
        ("fediverse", "mika@pixel.example"),
        ("fediverse", "noor@harbor.example"),
        ("bluesky", "whisk.bsky.social"),
        ("web", "https://crumb.example/"),
        ("tiktok", "chicagofoodblogger"),
    ]
    assert left_out == {LeftOut.NO_NAME: 1}


def test_a_header_says_which_column_and_which_network() -> None:
    people, left_out = read(EXPORTS / "lists" / "with-header.csv")
    assert [(person.network, person.handle) for person in people] == [
        ("instagram", "quillandkettle"),
        ("tiktok", "tallshipteas"),
    ]
    assert [f"{person.since:%Y-%m-%d}" for person in people if person.since] == ["2025-03-04", "2025-11-24"]
    assert left_out == {LeftOut.NO_NAME: 1}


def test_without_a_header_the_column_of_names_is_found() -> None:
    assert [name for _, _, name in names(EXPORTS / "lists" / "two-columns.csv")] == [
        "chicagofoodblogger",
        "sushiwithsam",
        "pelhambites",
    ]


def test_customers_with_mail_addresses_give_nobody() -> None:
    assert read(EXPORTS / "lists" / "customers.csv") == ([], {LeftOut.MAIL: 2})


def test_one_address_at_a_mail_provider_makes_all_of_that_form_mail() -> None:
    found = parse(["pat@bakery.example", "kim@gmail.com", "@mika@pixel.example"])
    assert found[:2] == [LeftOut.MAIL, LeftOut.MAIL]
    assert isinstance(found[2], Follower)
    assert isinstance(parse(["pat@bakery.example"])[0], Follower)


@pytest.mark.parametrize(
    ("cell", "network", "name"),
    [
        ("@Alice", "", "alice"),
        ("alice@instagram.com", "instagram", "alice"),
        ("HTTPS://WWW.TIKTOK.COM/@Alice?lang=de", "tiktok", "alice"),
        ("twitter.com/alice", "x", "alice"),
        ("https://m.facebook.com/alice/", "facebook", "alice"),
        ("https://bsky.app/profile/alice.example", "bluesky", "alice.example"),
        ("https://pixel.example/@alice@tide.example", "fediverse", "alice@tide.example"),
        ("https://pixel.example/users/alice", "fediverse", "alice@pixel.example"),
        ("did:plc:aaaabbbbccccddddeeeeffff", "bluesky", ""),
        ("“", "", None),
        ("mailto:alice@pixel.example", "", None),
        ("https://www.instagram.com/p/Cxyz123/", "", None),
        ("https://www.instagram.com/explore/tags/food/", "", None),
        ("javascript:alert(1)", "", None),
        ("https://", "", None),
        ("-", "", None),
        ("alice bob", "", None),
    ],
)
def test_cells(cell: str, network: str, name: str | None) -> None:
    found = read_name(cell, KIND)
    if name is None:
        assert not isinstance(found, Follower)
    else:
        assert isinstance(found, Follower)
        assert (found.network, found.handle) == (network, name)


@given(
    st.lists(
        st.tuples(HANDLES, st.sampled_from(["{}", "@{}", " {} ", '"{}"', "{}\t", "\u200b{}", "@{}\r"])), min_size=1
    ),
    st.sampled_from(["", "instagram", "x"]),
)
def test_every_handle_comes_out_once_a_line(written: list[tuple[str, str]], network: str) -> None:
    found = parse([form.format(handle) for handle, form in written], network)
    assert [(row.network, row.handle) for row in found if isinstance(row, Follower)] == [
        (network, handle) for handle, _ in written
    ]


@given(st.lists(st.tuples(HANDLES, HOSTS, st.sampled_from(["{}@{}", "@{}@{}", " @{}@{} "])), min_size=1))
def test_every_address_comes_out_with_its_host(written: list[tuple[str, str, str]]) -> None:
    found = parse([form.format(handle, host) for handle, host, form in written])
    assert [row.handle for row in found if isinstance(row, Follower)] == [f"{who}@{host}" for who, host, _ in written]


@given(HANDLES, st.sampled_from(sorted(MAIL_HOSTS)), st.sampled_from(["{}@{}", " {}@{}", "mailto:{}@{}", "@{}@{}"]))
def test_no_mail_address_becomes_a_lead(name: str, host: str, form: str) -> None:
    assert parse([form.format(name, host)]) == [LeftOut.MAIL]


@given(st.lists(HANDLES, min_size=2, max_size=30, unique=True), st.sampled_from(",;\t|"), st.integers(0, 3))
def test_a_column_is_found_wherever_it_stands(handles: list[str], sign: str, column: int) -> None:
    rows = [[str(number), "yes or no, maybe", "12.5", "-"] for number in range(len(handles))]
    lines = [sign.join([*(f'"{cell}"' for cell in row[:column]), f"@{name}", *(f'"{cell}"' for cell in row[column:])])
             for row, name in zip(rows, handles, strict=True)]  # fmt: skip
    assert [row.handle for row in parse(lines) if isinstance(row, Follower)] == handles


@given(st.text(max_size=300))
def test_any_cell_is_read_or_left_out(cell: str) -> None:
    found = read_name(cell, KIND)
    assert found is None or isinstance(found, Follower | LeftOut)
    if isinstance(found, Follower):
        assert "\n" not in found.handle + found.url
        assert found.handle == found.handle.strip().lower()
        assert isinstance(name_in(found.handle, found.url), str)


def _said(file: Path) -> str:
    """The line of the refusal, or nothing."""
    try:
        names(file)
    except FollowerFileError as error:
        return str(error)
    return ""


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "anything.txt"
    file.write_bytes(content)
    assert "\n" not in _said(file)


@given(st.text(alphabet=ascii_lowercase + digits + '[]{}":,.\\ \n', max_size=400))
def test_any_json_like_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file: Path = tmp_path_factory.getbasetemp() / "anything.json"
    file.write_text('[{"string_list_data": [{"value": "whisk"}]}, ' + text)
    assert "\n" not in _said(file)
