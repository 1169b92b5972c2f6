"""Stand-ins for page objects that misbehave; imported by worker processes."""

import os
import time

from crawler.errors import UnreadablePage
from crawler.reading import Body
from crawler.sources.base import PageItems
from tests.crawler.builders import post


def read(body: Body) -> PageItems:
    """Behave as the address says."""
    if "crash" in body.url:
        os._exit(3)
    if "hang" in body.url:
        time.sleep(600)
    if "broken" in body.url:
        raise UnreadablePage("not what it claims to be")
    return PageItems(posts=(post("mika", body.body.decode()),))
