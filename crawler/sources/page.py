"""Any web page: who writes this site, and the article on the page.

What the bytes say is read by ``_pagefacts`` and its helpers; here it is turned into accounts, a post and links.
Order of authority for the author: the entry's own h-card, JSON-LD, rel=author, meta author, the visible byline
(``_byline``). Under which names accounts are known is the rule of ``_site.py``. A public page without noindex may
be kept; e-mail addresses never are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from web_poet import cached_method, field

from catalog.identity import try_canonical
from catalog.items import (
    AccountItem,
    AccountKind,
    Alias,
    Consent,
    ConsentSignal,
    Link,
    PageDirectives,
    PostItem,
    ProfileLink,
)
from catalog.tasks import Seed
from crawler.sources._byline import Writer
from crawler.sources._document import Document
from crawler.sources._html import charset_of, one_line
from crawler.sources._offers import offered_links
from crawler.sources._pagefacts import PageFacts, named_address
from crawler.sources._pagekind import PageKind, is_about, is_author_page
from crawler.sources._pagelinks import is_closed, next_links, profile_links
from crawler.sources._site import (
    author_aliases,
    byline_alias,
    elsewhere,
    home_named_by,
    own_page,
    platform_of,
    same_host,
    site_aliases,
    site_home,
    site_host,
)
from crawler.sources._storylinks import story_links
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_LONGEST_BIO = 2000
_HTML = re.compile(rb"<(?:!doctype html|html|head|meta|title)[\s>]")


class HtmlPage(SourcePage):
    """One HTML page: the account of its author or site, its article, its links."""

    robots = "page"
    heavy = True

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The author of the article, or the owner of the site on its front and about pages."""
        if self._facts.kind in (PageKind.DEAD, PageKind.LIST, PageKind.OTHER) or self.directives.noindex:
            return ()
        return tuple(account for account in (self._main_account(), self._publication()) if account)

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The article on the page, if it is an article's page and there is an account to hold it."""
        facts = self._facts
        account = self._main_account() if facts.kind is PageKind.ARTICLE else None
        if account is None or not facts.text or self.directives.noindex:
            return ()
        article = facts.article
        post = PostItem(
            account=account.aliases[0],
            native_id=article.url,
            url=article.url,
            provenance="page",
            text=facts.text,
            title=article.title,
            kind="article",
            language=article.language,
            tags=article.tags,
            published=article.published,
            edited=article.edited,
        )
        return (post,)

    @field
    def links(self) -> tuple[Link, ...]:
        """The feeds first, then the owner's other presences, then what else of the site may be worth reading."""
        facts = self._facts
        if facts.kind is PageKind.DEAD or facts.head.directives.nofollow:
            return ()
        best: dict[str, Link] = {}
        for link in self._found_links():
            if link.url != facts.url and (link.url not in best or best[link.url].score < link.score):
                best[link.url] = link
        return tuple(best.values())

    @field
    def directives(self) -> PageDirectives:
        """Robots meta for everybody, for us or for any search engine."""
        return self._facts.head.directives

    @property
    def _facts(self) -> PageFacts:
        return self._read()

    @cached_method
    def _read(self) -> PageFacts:
        url = try_canonical(str(self.response.url)) or str(self.response.url)
        declared = charset_of(self.response.headers.get("Content-Type"))
        return PageFacts(bytes(self.response.body), declared, url)

    @property
    def _home(self) -> str | None:
        """The front page of this site: what the page calls so, else what its address tells."""
        facts = self._facts
        claimed = next((url for url in (facts.head.home, facts.data.site_url) if url), None)
        own = home_named_by(claimed, facts.url) if claimed else None
        return own if own and facts.url.startswith(own.rstrip("/")) else site_home(facts.url)

    @property
    def _feed(self) -> str | None:
        return next(iter(self._facts.head.feeds), None)

    @property
    def _site_name(self) -> str:
        facts = self._facts
        title = facts.head.title if facts.kind is PageKind.HOME else ""
        return one_line(facts.head.first("og:site_name") or facts.data.site_name or title, 120)

    @property
    def _is_about_site(self) -> bool:
        """Whether the page tells about the whole site: its front page, or "about" rather than one author's page."""
        facts = self._facts
        if facts.kind is PageKind.HOME:
            return True
        return facts.kind is PageKind.PROFILE and not is_author_page(facts.url)

    @cached_method
    def _main_account(self) -> AccountItem | None:
        facts = self._facts
        writer = facts.article_writer if facts.kind is PageKind.ARTICLE else facts.site_writer or self._author_page()
        if writer is None or self._is_about_site or self._owns_site(writer):
            return self._site_account(writer)
        aliases = author_aliases(writer.author, facts.url)
        if not aliases:
            return self._site_account(None)
        return self._account(writer, aliases, writer.name, "organisation" if writer.group else "person")

    def _author_page(self) -> Writer | None:
        """The author whom a page under ``/author/`` is about, named by its heading."""
        facts = self._facts
        return Writer(name=facts.article_writer.name, url=facts.url) if facts.article_writer else None

    def _owns_site(self, writer: Writer) -> bool:
        """Whether a named author is the site itself: its address is the front page, or it bears the site's name."""
        return writer.url in {self._home, site_home(self._facts.url)} or (
            bool(writer.name) and writer.name.casefold() == self._site_name.casefold()
        )

    def _site_account(self, writer: Writer | None) -> AccountItem | None:
        facts = self._facts
        byline = byline_alias(facts.url, writer.name) if writer and not writer.group else None
        aliases = (*site_aliases(self._home, self._feed, facts.url), *((byline,) if byline else ()))
        if not aliases:
            return None
        person = writer is not None and not writer.group and writer.name.casefold() != self._site_name.casefold()
        name = writer.name if writer and person else self._site_name or (writer.name if writer else "")
        kind: AccountKind = "person" if person else "publication" if writer and writer.group else "unknown"
        return self._account(writer, aliases, name, kind)

    def _publication(self) -> AccountItem | None:
        """The site of an article by one of several authors, where the page names a publisher beside the author."""
        facts = self._facts
        main = self._main_account()
        publisher = next((article.publisher for article in facts.data.articles if article.publisher), None)
        if facts.kind is not PageKind.ARTICLE or main is None or publisher is None or not publisher.group:
            return None
        aliases = site_aliases(self._home, self._feed, facts.url)
        if not aliases or aliases[0] in main.aliases or publisher.name.casefold() == main.name.casefold():
            return None
        return self._account(None, aliases, self._site_name or publisher.name, "publication")

    def _account(
        self, writer: Writer | None, aliases: tuple[Alias, ...], name: str, kind: AccountKind
    ) -> AccountItem | None:
        facts = self._facts
        about_site = aliases[0].value == self._home
        here = own_page(writer.author, facts.url) if writer else None
        return AccountItem(
            platform=platform_of(facts.url),
            host=site_host(facts.url),
            aliases=aliases,
            url=self._home or facts.url if about_site else here or facts.url,
            consent=self._consent(),
            provenance="page",
            kind=kind,
            name=name,
            bio=self._bio(writer, name),
            location=writer.location if writer else "",
            languages=(facts.head.language,) if facts.head.language else (),
            links=self._profiles(writer),
            text_complete=is_about(facts.url),
        )

    def _bio(self, writer: Writer | None, name: str) -> str:
        """The author's note; on front pages what the site says of itself, on about pages their text."""
        facts = self._facts
        lines = [writer.bio if writer else ""]
        if self._is_about_site:
            lines += [
                "" if self._site_name == name else self._site_name,
                facts.head.first("description", "og:description"),
            ]
        if is_about(facts.url):
            lines.append(facts.text)
        return "\n".join(dict.fromkeys(line for line in lines if line))[:_LONGEST_BIO].rstrip()

    def _profiles(self, writer: Writer | None) -> tuple[ProfileLink, ...]:
        """Other presences. In an article by one of several, only what the markup ties to that author."""
        facts = self._facts
        listed = writer.listed if writer else ()
        if writer and writer.url and not same_host(writer.url, facts.url):
            listed = (writer.url, *listed)
        if facts.kind is PageKind.ARTICLE and not (writer is None or self._owns_site(writer)):
            return tuple(ProfileLink(url) for url in dict.fromkeys(listed))
        found = (*profile_links(facts.tree, facts.head, facts.url, listed), *elsewhere((self._feed,), facts.url))
        return tuple({link.url: link for link in reversed(found)}.values())[::-1]

    def _consent(self) -> ConsentSignal:
        return ConsentSignal(Consent.FULL, "a public page that does not ask to be left out", self._facts.url, "default")

    def _found_links(self) -> Iterator[Link]:
        from crawler.sources import recognise  # the package lists this module

        facts = self._facts
        for feed in facts.head.feeds[:1]:
            yield Link(url=feed, source="feed", page="feed", score=0.8)
        yield from offered_links(facts.head, facts.url)
        for account in self.accounts:
            for profile in account.links:
                if not same_host(profile.url, facts.url) and not is_closed(profile.url):
                    known = recognise(profile.url)
                    yield Link(
                        url=known.url, source=known.source, page=known.page, score=0.5 if profile.rel_me else 0.3
                    )
        home = self._home
        if home and facts.kind in (PageKind.ARTICLE, PageKind.LIST, PageKind.OTHER, PageKind.PROFILE):
            yield Link(url=home, source="page", page="page", score=0.5)
        yield from next_links(facts.tree, facts.head, facts.url)
        yield from story_links(facts.tree, facts.url)


class PageSource(Source):
    """Any page that no other source knows; blogs, personal sites, articles."""

    name = "page"
    kind: ClassVar[SourceKind] = "blog"
    needs = "nothing"
    rules = "https://www.rfc-editor.org/rfc/rfc9309"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"page": HtmlPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:  # noqa: ARG002 - a page cannot search
        """The sites that the operator names by host or address."""
        for address in hosts:
            url = try_canonical(address if "://" in address else f"https://{address}")
            if url:
                yield Seed(label=f"site {url}", link=Link(url=url, source="page", page="page", score=0.6))

    def recognise(self, url: str) -> Link | None:
        """Every http address can be a page; other sources are asked first."""
        canonical = try_canonical(url)
        return Link(url=canonical, source="page", page="page", score=0.3) if canonical else None

    def recognise_body(self, document: Document) -> Link | None:
        """Pages that name their own address in their head."""
        if not _HTML.search(document.head):
            return None
        own = named_address(document.body, document.url)
        return Link(url=own, source="page", page="page") if own else None
