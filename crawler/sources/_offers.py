"""What the head of a page offers to programs besides its feeds: the site's API, its sitemap, its blogroll."""

from collections.abc import Iterator

from catalog.items import Link
from crawler.sources._meta import Head
from crawler.sources._site import same_host
from crawler.sources._wordpress_addresses import link_of_api
from crawler.sources.blogroll import blogroll_link
from crawler.sources.sitemap import map_link

_API = "https://api.w.org/"


def offered_links(head: Head, url: str) -> Iterator[Link]:
    """Links to what the page at ``url`` offers; an API and a sitemap only where they are the site's own.

    A sitemap is worth reading only where there is no feed.
    """
    for found in head.related(_API)[:1]:
        link = link_of_api(found.url) if same_host(found.url, url) else None
        if link is not None:
            yield link
    for found in head.related("blogroll")[:2]:
        yield blogroll_link(found.url)
    maps = [found.url for found in head.related("sitemap") if same_host(found.url, url)]
    if maps and not head.feeds:
        yield map_link(maps[0], 0.3)
