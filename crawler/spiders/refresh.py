"""The ``refresh`` spider: looks again at the pages of a refresh job, and at what is new there; finds nobody new.

Which creators are due is decided by ``catalog/revisits.py``. Requests are conditional, so that a page with nothing
new costs one small request.
"""

from dataclasses import replace
from typing import Final

from catalog.identity import politeness_key
from catalog.items import PageResult
from catalog.tasks import Task
from crawler.spiders.discover import DiscoverSpider

MOST_NEW: Final = 20  # pages that one look may lead to


class RefreshSpider(DiscoverSpider):
    """Follows links of the pages it was sent to only to new pages of the same host, and no list to its next page."""

    name = "refresh"
    takes_kept_links = False

    def chosen(self, task: Task, result: PageResult) -> PageResult:
        """A page with the links that are followed; the catalog leaves out those that it knows."""
        if task.depth > 0:
            return replace(result, links=())
        here = politeness_key(task.url)
        new = [link for link in result.links if (link.source, link.page) != (task.source, task.page)]
        links = [link for link in new if politeness_key(link.url) == here]
        return replace(result, links=tuple(sorted(links, key=lambda link: -link.score)[:MOST_NEW]))
