"""Which addresses that people write lead to a platform's API, and that nobody's key stays in one."""

import pytest

from crawler.sources import get_source, recognise
from crawler.sources._leads import lead

CHANNEL = "UC" + "a1" * 11


@pytest.mark.parametrize(
    ("url", "source", "page", "holds"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}", "youtube", "channels", f"id={CHANNEL}"),
        (f"https://youtube.com/channel/{CHANNEL}/videos", "youtube", "channels", f"id={CHANNEL}"),
        ("https://www.youtube.com/@harborrice", "youtube", "channels", "forHandle=%40harborrice"),
        ("https://m.youtube.com/@harborrice/about", "youtube", "channels", "forHandle=%40harborrice"),
        ("https://www.youtube.com/watch?v=vid00000001&t=3s", "youtube", "videos", "id=vid00000001"),
        ("https://youtu.be/vid00000001?si=x", "youtube", "videos", "id=vid00000001"),
        ("https://www.youtube.com/shorts/vid00000001", "youtube", "videos", "id=vid00000001"),
        ("https://www.instagram.com/harbor.rice/", "instagram", "profile", "username%28harbor.rice%29"),
        ("https://instagram.com/Harbor.Rice?igsh=x", "instagram", "profile", "username%28harbor.rice%29"),
        ("https://www.reddit.com/user/mika_k/", "reddit", "about", "/user/mika_k/about"),
        ("https://old.reddit.com/u/mika_k", "reddit", "about", "/user/mika_k/about"),
        ("https://www.reddit.com/r/Sushi/comments/aaa1/nigiri/", "reddit", "things", "/comments/aaa1"),
    ],
)
def test_addresses_for_people_lead_to_the_api(url: str, source: str, page: str, holds: str) -> None:
    link = recognise(url)
    assert (link.source, link.page) == (source, page)
    assert holds in link.url.replace("(", "%28").replace(")", "%29").replace("@", "%40")
    rule = get_source(source).key
    assert rule is not None
    assert link.url.split("/")[2] in rule.hosts
    assert lead(url, 0.5) is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://www.instagram.com/p/ABC123/",
        "https://www.instagram.com/explore/tags/sushi/",
        "https://www.instagram.com/reels/",
        "https://www.youtube.com/",
        "https://www.youtube.com/feeds/videos.xml?channel_id=x",
        "https://www.youtube.com/playlist?list=PLx",
        "https://www.reddit.com/r/Sushi/",
        "https://www.threads.com/@mika.k",
        "https://www.flickr.com/photos/mika/",
    ],
)
def test_other_pages_of_these_platforms_lead_to_no_api(url: str) -> None:
    assert get_source(recognise(url).source).key is None


@pytest.mark.parametrize(
    "url",
    [
        "https://www.googleapis.com/youtube/v3/search?q=sushi&part=snippet&key=somebodys-key-0123",
        "https://graph.facebook.com/v19.0/123?fields=business_discovery.username(mika)&access_token=somebodys-key-0123",
        "https://oauth.reddit.com/search?q=sushi&access_token=somebodys-key-0123",
    ],
)
def test_somebody_elses_key_in_an_address_is_left_out(url: str) -> None:
    link = recognise(url)
    assert get_source(link.source).key is not None
    assert "somebodys" not in link.url
