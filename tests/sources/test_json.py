"""The tolerant JSON readers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import UnreadablePage
from crawler.sources._json import JsonObject, read_array, read_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES)
def test_every_reader_takes_every_value(value: object) -> None:
    found = JsonObject({"key": value})
    found.text("key").encode("utf-8")
    assert found.count("key") is None or found.count("key") >= 0  # type: ignore[operator]
    assert found.flag("key") in (True, False, None)
    assert all(isinstance(entry, JsonObject) for entry in (found.object("key"), *found.objects("key")))
    assert all(found.texts("key"))
    assert " " not in found.id("key")


@pytest.mark.parametrize(
    ("value", "count"),
    [(0, 0), (12, 12), (12.0, 12), (-1, None), (1.5, None), ("12", 12), ("1.2k", None), ("", None),
     ("9" * 40, None), (True, None), (None, None), (2**60, None),
     (float("nan"), None), (float("inf"), None)],
)  # fmt: skip
def test_counts(value: object, count: int | None) -> None:
    assert JsonObject({"key": value}).count("key") == count


@pytest.mark.parametrize(
    ("value", "found"),
    [(7, "7"), ("7", "7"), (" a-1 ", "a-1"), ("a b", ""), ("a/b", ""), (-3, "-3"), (True, ""), (None, ""), (2**80, "")],
)
def test_ids(value: object, found: str) -> None:
    assert JsonObject({"key": value}).id("key") == found


def test_what_cannot_be_stored_is_taken_out() -> None:
    assert JsonObject({"key": "a\ud800b\x00c"}).text("key") == "a\ufffdbc"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{", b"[]", b"\xff\xfe{", b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}"]
)
def test_what_is_no_object_is_one_line(body: bytes) -> None:
    with pytest.raises(UnreadablePage, match="a thing"):
        read_object(body, "a thing")


def test_the_server_s_own_words_are_passed_on() -> None:
    with pytest.raises(UnreadablePage, match="says: not here"):
        read_array(b'{"error": "not here"}', "a list")


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_array(b"\xef\xbb\xbf[{}, 1, null]", "a list") == (JsonObject({}),)
