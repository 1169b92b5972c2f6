"""Which links of a page a bounded crawl asks for first, and who on it is relevant. Pure (docs/focus.md).

The score of a link is the source's own score times the *promise* of the link: what the words around it or in its
address say, and what the page that shows it says. A page that is off topic passes on a part of what was expected of
it, so that one off-topic step ends nothing. Further hosts that link to the same raise the score
(``catalog/admission.py``); what seeds and hosts yield moves the order when hosts are chosen
(``catalog/frontier.py``). Nothing here drops a link.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from catalog.identity import host_of
from catalog.items import AccountItem, Alias, Consent, Link
from catalog.kept_links import KeptPage
from crawler.sources.base import PageItems
from crawler.topic import Topic

FROM_WORDS: Final = 0.6
FROM_ADDRESS: Final = 0.5
FROM_PAGE: Final = 0.7
"""How likely a link is to lead to the niche when that part alone speaks for it, and fully."""
UNPROMISING: Final = 0.02
"""What is left of the score of a link for which nothing speaks."""
PASSED_ON: Final = 0.2
"""The share of what was expected of a page that its links inherit, whatever the page turned out to be."""
PLANNED: Final = 0.8
"""What is expected of a seed."""
SAME_KIND: Final = 0.5
"""How far the sources' own scores count: a recommendation of a blog must not always wait for the next feed."""
DEPTH_DECAY: Final = 0.97
"""Each step away from a seed makes an address a little less promising."""
LOWEST: Final = 1e-3
DOUBTFUL: Final = 2  # posts off topic that are added before a share is taken
RELEVANT: Final = 0.3
"""The share of somebody's posts on a page that makes them relevant: one post that names the niche is enough where
there is no other, three of eight where there are."""
AFTER_PROFILE: Final = 0.25
AFTER_SILENT_PROFILE: Final = 0.15
MORE_OF_THE_SAME: Final = 0.2
"""What further pages of somebody count: whose profile names the niche (first everybody whom the niche names, then what
they write, then whom strangers name), whose profile does not, and whose texts were read already.
"""
NAME_ALONE: Final = 0.5
"""What a name that says the niche counts: shops and bands are called after it, too."""
ON_TOPIC: Final = 0.8
"""The grade from which a text counts as on topic."""
_WORDS_IN_CONTEXT: Final = ("anchor", "site", "genre", "author")


@dataclass(frozen=True, slots=True)
class Focus:
    """A page in the light of the niche: its links with their scores, and the names of those who are relevant.

    ``site_worth``: the page shows the one person whose site it is on; no link of anybody to further pages there is
    worth more.
    """

    links: tuple[Link, ...]
    relevant: tuple[Alias, ...] = ()
    site_worth: float | None = None


def focus(items: PageItems, topic: Topic, *, url: str, inherited: float | None, depth: int) -> Focus:
    """Judge the page at ``url``. ``inherited``: what was expected of it (``Task.inherited``), None for a seed.

    Without a topic nothing is judged: the sources' scores count, and steps from the seed.
    """
    if not topic:
        return Focus(tuple(_scored(link, link.score, depth) for link in items.links))
    standing = page_standing(items, topic)
    expected = PLANNED if inherited is None else inherited
    seen = expected if standing is None else max(standing, PASSED_ON * expected)
    host, more = _whose_own(items, url), _further_pages(items, standing or 0.0, expected)
    links = []
    for link in items.links:
        promised = more if host is not None and host_of(link.url) == host else promise(link, topic, seen)
        links.append(replace(_scored(link, _worth(link, promised), depth), inherited=round(seen, 4)))
    own_site = host is not None and _is_front_page(items.accounts[0].url, host)
    return Focus(tuple(links), relevant_accounts(items, topic), round(_of_promise(more), 4) if own_site else None)


def judge_again(page: KeptPage, topic: Topic) -> tuple[Link, ...]:
    """The links of a page that is not read again; what it shows itself is not looked at."""
    found = PageItems(links=page.links)
    return focus(found, topic, url=page.url, inherited=page.inherited, depth=page.depth).links


def promise(link: Link, topic: Topic, page: float) -> float:
    """How likely a link leads to the niche: any of its parts may speak for it, none against it."""
    around = topic.grade(" ".join([link.words, *(link.context.get(name, "") for name in _WORDS_IN_CONTEXT)]))
    address = topic.grade_address(link.url)
    return 1 - (1 - max(FROM_WORDS * around, FROM_ADDRESS * address)) * (1 - FROM_PAGE * page)


def page_standing(items: PageItems, topic: Topic) -> float | None:
    """How far the people and texts of a page are about the niche, from 0 to 1; None where it shows neither."""
    posts = [_grade_post(post.title, post.text, post.tags, topic) for post in items.posts]
    profiles = [_grade_profile(account, topic) for account in items.accounts if _has_words(account)]
    if not posts and not profiles:
        return None
    on_topic = sum(grade >= ON_TOPIC for grade in posts)
    share = (on_topic + 0.25) / (len(posts) + 1) if posts else 0.0
    told = sum(profiles) / len(profiles) if profiles else 0.0
    return max(share, told, 0.5 * max(posts, default=0.0) if len(posts) < 3 else 0.0)


def relevant_accounts(items: PageItems, topic: Topic) -> tuple[Alias, ...]:
    """One name of each account whose profile, or enough of whose posts on this page, name the niche. Our judgement."""
    grades: defaultdict[Alias, list[float]] = defaultdict(list)
    names = {alias: account.aliases[0] for account in items.accounts for alias in account.aliases}
    closed = {name for one in items.accounts if one.consent.state is not Consent.FULL for name in one.aliases}
    for post in items.posts:
        if post.account in closed:  # will not be kept, so it speaks for nobody
            continue
        grades[names.get(post.account, post.account)].append(_grade_post(post.title, post.text, post.tags, topic))
    by_posts = [
        name
        for name, mine in grades.items()
        if sum(grade >= ON_TOPIC for grade in mine) / (len(mine) + DOUBTFUL) >= RELEVANT
    ]
    by_profile = [one.aliases[0] for one in items.accounts if one.aliases and _grade_profile(one, topic) >= ON_TOPIC]
    return tuple(dict.fromkeys((*by_profile, *by_posts)))


def _whose_own(items: PageItems, url: str) -> str | None:
    """The host of a page that shows one account and nobody else's words: further pages there are of the same person."""
    if len(items.accounts) != 1 or not (items.posts or _has_words(items.accounts[0])):
        return None
    host = host_of(url)
    return host if not items.posts or _is_front_page(items.accounts[0].url, host) else None


def _is_front_page(url: str, host: str) -> bool:
    return url.rstrip("/") == f"https://{host}"


def _further_pages(items: PageItems, standing: float, expected: float) -> float:
    """The promise of further pages of somebody who was just read: words in their address say nothing more."""
    if items.posts:
        return FROM_PAGE * MORE_OF_THE_SAME * max(standing, PASSED_ON * expected)
    return FROM_PAGE * max(AFTER_PROFILE * standing, AFTER_SILENT_PROFILE * expected)


def _worth(link: Link, promised: float) -> float:
    own = SAME_KIND + (1 - SAME_KIND) * link.score
    return own * _of_promise(promised)


def _of_promise(promised: float) -> float:
    return UNPROMISING + (1 - UNPROMISING) * promised


def _scored(link: Link, score: float, depth: int) -> Link:
    return replace(link, score=min(1.0, max(LOWEST, score * DEPTH_DECAY**depth)))


def _grade_post(title: str, text: str, tags: Iterable[str], topic: Topic) -> float:
    return max((topic.grade(f"{title}\n{text}"), *(topic.grade_word(tag) for tag in tags)))


def _grade_profile(account: AccountItem, topic: Topic) -> float:
    said = max((topic.grade(account.bio), *(topic.grade_word(tag) for tag in account.tags)))
    return said if _has_words(account) else NAME_ALONE * topic.grade(account.name)


def _has_words(account: AccountItem) -> bool:
    return bool(account.bio or account.tags)
