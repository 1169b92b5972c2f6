"""What sort of page this is: a front page, an article, a person's page, a list, or nothing at all."""

import re
from enum import StrEnum
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.sources._jsonld import LinkedData
from crawler.sources._meta import Head
from crawler.sources._microformats import Microformats
from crawler.sources._site import site_home


class PageKind(StrEnum):
    """HOME and PROFILE tell about an account, ARTICLE gives a post, LIST only links, DEAD nothing."""

    HOME = "home"
    PROFILE = "profile"
    ARTICLE = "article"
    LIST = "list"
    OTHER = "other"
    DEAD = "dead"


_DEAD_TITLE = re.compile(
    r"""^\W*(?:4\d\d\b|5\d\d\b|error\b|page\ not\ found|not\ found|nothing\ found|seite\ nicht\ gefunden
    |page\ introuvable|p[áa]gina\ no\ encontrada|access\ denied|forbidden|just\ a\ moment|attention\ required
    |checking\ your\ browser|are\ you\ (?:a\ )?(?:human|robot)|security\ check|captcha|log\ ?in\b|sign\ ?in\b|anmelden
    |iniciar\ sesi[óo]n|connexion\b|account\ suspended|coming\ soon|under\ construction|site\ (?:is\ )?(?:not|under)
    |index\ of\ /|welcome\ to\ nginx|apache2?\b.*default|test\ page|default\ web\ site|domain\b.*(?:sale|parked|expired)
    |this\ domain|parked)""",
    re.IGNORECASE | re.VERBOSE,
)
_FOR_SALE = re.compile(
    r"(?:domain(?: name)?|website) (?:is|may be|might be)?\s*(?:for sale|available for purchase|parked)"
    r"|buy this domain|(?:diese )?domain (?:steht zum verkauf|kaufen)|sedoparking|parkingcrew|hugedomains|bodis\.com",
    re.IGNORECASE,
)
_MISSING_TITLE = re.compile(
    r"\b(?:page|seite|error)\W{0,3}(?:not found|nicht gefunden|404)|\b404\b.*(?:error|not found)", re.I
)
_LIST_PATH = re.compile(
    r"/(?:tags?|categor(?:y|ies)|kategorien?|topics?|labels?|page|search|blogroll|links|shop|cart|sitemap)(?:/|$)"
    r"|/archives?(?:/(?:199|20\d)\d(?:/\d{1,2}){0,2})?/?(?:$|\?)|^/(?:199|20\d)\d(?:/\d{1,2}){0,2}/?$|[?&](?:s|q|paged|cat|tag)=",
    re.IGNORECASE,
)
_AUTHOR_PATH = re.compile(r"/(?:authors?|autor|auteur|contributors?|writers?|team)/[^/]+/?$", re.IGNORECASE)
_ABOUT_PATH = re.compile(
    r"/(?:about(?:[-_]?(?:me|us|the-author))?|(?:ue|%C3%BC)ber(?:-?(?:mich|uns))?|bio|who-?(?:i-am|we-are)|a-?propos|qui-suis-je"
    r"|sobre(?:-mi)?|acerca(?:-de)?|chi-sono|now|imprint)(?:\.html?|\.php)?/?$",
    re.IGNORECASE,
)
_FRONT = re.compile(r"^/(?:index\.(?:html?|php)|home|blog)?/?$", re.IGNORECASE)


def kind_of_page(url: str, tree: HtmlElement, head: Head, data: LinkedData, formats: Microformats) -> PageKind:
    """The kind of the page at ``url``, from its address first, then from what it says about itself."""
    if is_dead(tree, head):
        return PageKind.DEAD
    path = urlsplit(url).path
    if is_about(url) or _AUTHOR_PATH.search(path) or data.profile:
        return PageKind.PROFILE
    if url in (site_home(url), head.home) or (_FRONT.match(path) and not urlsplit(url).query):
        return PageKind.HOME
    if _LIST_PATH.search(url.partition(urlsplit(url).netloc)[2]):
        return PageKind.LIST
    named = sum(url in entry.urls for entry in formats.entries) == 1
    if named or len(data.articles) in (1, 2) or len(formats.entries) == 1 or head.first("og:type") == "article":
        return PageKind.ARTICLE
    # Comments are marked up as entries, too, but seldom have addresses.
    return PageKind.LIST if sum(bool(entry.urls) for entry in formats.entries) > 2 else PageKind.OTHER


def is_about(url: str) -> bool:
    """Whether an address is by its name a page about the author."""
    return bool(_ABOUT_PATH.search(urlsplit(url).path))


def is_author_page(url: str) -> bool:
    """Whether an address is one author's page on a site of several."""
    return bool(_AUTHOR_PATH.search(urlsplit(url).path))


def is_dead(tree: HtmlElement, head: Head) -> bool:
    """Parking, error, challenge and login pages: a server's words, nobody's."""
    if _DEAD_TITLE.search(head.title) or _MISSING_TITLE.search(head.title):
        return True
    words = " ".join(tree.text_content().split())
    if len(words) < 3000 and (_FOR_SALE.search(words) or _FOR_SALE.search(head.title)):
        return True
    return len(words) < 1500 and bool(tree.xpath("//input[@type='password']"))
