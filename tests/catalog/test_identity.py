import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.identity import (
    canonical_url,
    handle_alias,
    host_of,
    is_link_hub,
    native_alias,
    normal_alias,
    origin_of,
    politeness_key,
    try_canonical,
)
from catalog.items import Alias, AliasKind

PIECES = st.sampled_from(
    ["a", "B", "%41", "%7e", "%2f", "%", "%%341", "%C3%A4", "ä", " ", ".", "..", "/", "//", ";", "é", "+", "=", "&",
     "?", "utm_source=x", ";jsessionid=1", "(S(abcdefghijklmnopqrstuvwx))", "PHPSESSID=1", f"sid={'a' * 32}",
     "%75tm_source=1", "z=1", "a=2", "a", "#", "frag", "\t", "|", "{", "日本", "@", ":", "~"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Pixel.Example", "http://pixel.example/"),
        ("https://pixel.example:443/@Mika", "https://pixel.example/@Mika"),
        ("https://pixel.example:8443/", "https://pixel.example:8443/"),
        ("https://pixel.example./a#top", "https://pixel.example/a"),
        ("https://pixel.example/a?utm_source=x&b=2&a=1&fbclid=9", "https://pixel.example/a?a=1&b=2"),
        ("https://pixel.example/a?%75tm_source=x", "https://pixel.example/a"),
        ("https://pixel.example/a?", "https://pixel.example/a"),
        ("https://pixel.example/a?PHPSESSID=0f3&b=2", "https://pixel.example/a?b=2"),
        (f"https://pixel.example/viewtopic.php?sid={'0f' * 16}&t=3", "https://pixel.example/viewtopic.php?t=3"),
        ("https://pixel.example/viewtopic.php?sid=3", "https://pixel.example/viewtopic.php?sid=3"),
        ("https://pixel.example/?s=ramen&session=spring", "https://pixel.example/?s=ramen&session=spring"),
        ("https://pixel.example/shop;jsessionid=0F3A.node1/a;x=1", "https://pixel.example/shop/a;x=1"),
        ("https://pixel.example/(S(abcdefghijklmnopqrstuvwx))/a.aspx", "https://pixel.example/a.aspx"),
        ("https://pixel.example/%7Emika/%c3%a4", "https://pixel.example/~mika/%C3%A4"),
        ("https://pixel.example/ä b", "https://pixel.example/%C3%A4%20b"),
        ("https://pixel.example/a/../b/./c", "https://pixel.example/b/c"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://user:secret@pixel.example/", "https://pixel.example/"),
        ("https://pixel.example/100%", "https://pixel.example/100%25"),
        ("https://pixel.example/?tag=b&tag=a", "https://pixel.example/?tag=b&tag=a"),
        ("https://[2001:DB8::0:1]/", "https://[2001:db8::1]/"),
    ],
)
def test_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    ["", "pixel.example", "mailto:a@b.example", "ftp://pixel.example/", "https://", "https://a b/", "https://[::1",
     "javascript:1",
     "https://pixel.example:port/", "https://pixel.example/" + "a" * 3000, "https://" + "a" * 300 + ".example/"],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    assert try_canonical(url) is None
    with pytest.raises(ValueError, match=r"."):
        canonical_url(url)


@given(
    st.lists(PIECES, max_size=8),
    st.lists(PIECES, max_size=6),
    st.sampled_from(["Pixel.example", "bücher.example.", "a.b-c.example:80"]),
)
def test_canonical_twice_is_once(path: list[str], query: list[str], host: str) -> None:
    url = try_canonical(f"http://{host}/{''.join(path)}?{''.join(query)}")
    if url is not None:
        assert canonical_url(url) == url
        assert url.isascii()
        assert not any(pair.startswith("utm_") for pair in url.partition("?")[2].split("&"))


@given(st.text(max_size=60))
def test_anything_is_canonical_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://pixel.example/{text}"):
        canonical = try_canonical(url)
        if canonical is not None:
            assert canonical_url(canonical) == canonical


def test_who_is_left_in_peace() -> None:
    assert politeness_key("https://Mika.substack.com/p/1") == "*.substack.com"
    assert politeness_key("https://public-api.wordpress.com/rest/") == "*.wordpress.com"
    assert politeness_key("https://notsubstack.com/") == "notsubstack.com"
    assert politeness_key("http://pixel.example:8080/") == "pixel.example"
    assert origin_of("https://Pixel.example/a") == "https://pixel.example:443"
    assert host_of("https://Pixel.Example:99/") == "pixel.example"


def test_names() -> None:
    assert handle_alias("@Mika", "Pixel.Example").value == "mika@pixel.example"
    assert handle_alias("mika@home.example", "pixel.example").value == "mika@home.example"
    assert native_alias("Pixel.example.", "7").value == "pixel.example/7"
    assert normal_alias(Alias(AliasKind.URL, "HTTPS://a.example")) == Alias(AliasKind.URL, "https://a.example/")
    assert normal_alias(Alias(AliasKind.URL, "nothing")) is None
    assert normal_alias(Alias(AliasKind.HANDLE, " @Mika@a.example ")) == Alias(AliasKind.HANDLE, "mika@a.example")
    assert normal_alias(Alias(AliasKind.DID, " ")) is None


def test_link_hubs() -> None:
    assert is_link_hub("linktr.ee")
    assert is_link_hub("mika.carrd.co")
    assert not is_link_hub("mika.example")
