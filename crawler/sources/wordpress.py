"""Any site that runs WordPress, by its documented REST API ``wp-json/wp/v2``: posts, terms, users, without a key.

A page names its API in its head (``rel="https://api.w.org/"``). WordPress sends noindex with every such answer, which
is about the JSON document (DESIGN 5.3 b); what the permalink's own head says is heard where the answer repeats it.
Sites that close the API, or parts of it, are read by their feed instead. Items are read in ``_wordpress_items.py``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Alias, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._html import html_to_text, one_line
from crawler.sources._json import JsonObject, read_array, read_object
from crawler.sources._leads import base_url, lead, next_page, without_repeats
from crawler.sources._site import same_host
from crawler.sources._wordpress_addresses import (
    EMBED,
    FURTHER_PAGES,
    PER_PAGE,
    address_in,
    api_link,
    asked_for,
    home_of,
    posts_link,
)
from crawler.sources._wordpress_items import (
    WordPressUser,
    author_of,
    is_noindex,
    is_public,
    read_post,
    read_user,
    site_account,
    user_aliases,
    user_of,
)
from crawler.sources.base import Advice, PlanTerms, Source, SourceKind, SourcePage

_MOST_TERMS: Final = 5
_MOST_PHRASES: Final = 2
_CLOSED: Final = (None, 401, 403, 404, 410)
_PAGES: Final = {"posts": "posts", "tags": "terms", "categories": "terms", "users": "users", "site": "site"}
_OF_A_PART: Final = frozenset(("search", "tags", "categories", "author", "slug", "include"))


class ApiPage(SourcePage):
    """What all answers share: which site they are about."""

    robots = "api"

    def _rows(self, what: str) -> tuple[JsonObject, ...]:
        """A list, or one object as a list of one. Raises UnreadablePage with the site's own words."""
        body = bytes(self.response.body)
        if body.lstrip()[:1] == b"[":
            return read_array(body, what)
        row = read_object(body, what)
        if row.text("code") or not row.id("id"):
            said = one_line(html_to_text(row.text("message")), 100)
            raise UnreadablePage(f"{what} expected, but the site says: {said}" if said else f"{what} expected")
        return (row,)

    @property
    def _url(self) -> str:
        return str(self.response.url)

    @property
    def _home(self) -> str:
        return home_of(self._url)

    def _is_own(self, row: JsonObject) -> bool:
        """Whether a row is about a page of this site: nobody speaks for another."""
        url = try_canonical(row.text("link"))
        return url is not None and same_host(url, self._url)

    def _asks(self, what: str, query: Mapping[str, str], page: str, score: float, pages: int = 0) -> Link:
        """Another question to the same site."""
        context = {"pages": str(pages)} if pages else {}
        return api_link(self._home.rstrip("/"), what, query, page, score, context)


class PostsPage(ApiPage):
    """``/posts``: the newest posts, those found by a word, those with a term; or one post."""

    @cached_method
    def _posts(self) -> tuple[tuple[JsonObject, WordPressUser], ...]:
        """The public posts of this site with their authors."""
        rows = self._rows("posts")
        return tuple((row, author_of(row)) for row in rows if is_public(row) and self._is_own(row))

    @property
    def _is_whole(self) -> bool:
        """Whether these are the whole site's newest posts: not one post, nor a word's, a term's or an author's."""
        asked = parse_qs(urlsplit(self._url).query).keys()
        is_list = bytes(self.response.body).lstrip()[:1] == b"["
        return is_list and not asked & _OF_A_PART and self._page_number() == 1

    @cached_method
    def _only_author(self) -> WordPressUser | None:
        """The one person behind the whole site, as far as its newest posts tell."""
        authors = {author.number or author.name: author for _, author in self._posts()}
        return next(iter(authors.values())) if self._is_whole and len(authors) == 1 else None

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The authors; the site itself where one person writes all of it, or where authors are not told."""
        only = self._only_author()
        authors = {author: None for _, author in self._posts()}
        if only is not None:
            return (site_account(self._home, self._url, user=only),)
        found = [read_user(author, self._home, self._url) for author in authors if author]
        if any(not author for author in authors):
            found.append(site_account(self._home, self._url))
        distinct = {account.aliases: account for account in found if account}
        return tuple(distinct.values())

    def _account_of(self, author: WordPressUser) -> Alias:
        only = self._only_author()
        aliases = () if only is not None or not author else user_aliases(author, self._home)
        return aliases[0] if aliases else site_account(self._home, self._url).aliases[0]

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The posts, whole where the site gives them whole."""
        found = (read_post(row, self._account_of(author)) for row, author in self._posts())
        return tuple({(post.account, post.native_id): post for post in found if post}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """The front page, the authors, articles that are shown in part or on another host, the next page."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        yield Link(url=self._home, source="page", page="page", score=0.6)
        numbers = list(dict.fromkeys(author.number for _, author in self._posts() if author.number))
        if numbers:
            query = {"include": ",".join(numbers[:20]), "per_page": "20"}
            yield self._asks("users", query, "users", 0.5)
        for post in self.posts:
            if not post.complete:
                yield lead(post.url, 0.4)
        for row in self._rows("posts"):
            if is_public(row) and not self._is_own(row):
                yield lead(row.text("link"), 0.4)
        context = next_page(self.page_params)
        if context is not None and self._posts() and self._page_number() < self._pages_told():
            parts = urlsplit(self._url)
            query = dict(parse_qsl(parts.query)) | {"page": str(self._page_number() + 1)}
            url = canonical_url(f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}")
            yield Link(url=url, source="wordpress", page="posts", score=0.45, context=context)

    def _page_number(self) -> int:
        told = parse_qs(urlsplit(self._url).query).get("page", ["1"])[0]
        return int(told) if told.isdecimal() and len(told) < 5 else 1

    def _pages_told(self) -> int:
        """``X-WP-TotalPages``; where a cache dropped it, one more as long as pages are full."""
        told = self.response.headers.get("X-WP-TotalPages") or ""
        if told.isdecimal() and len(told) < 8:
            return int(told)
        return self._page_number() + (len(self._rows("posts")) >= PER_PAGE)


class TermsPage(ApiPage):
    """``/tags`` and ``/categories``: terms with how often they were used."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The posts of each term in use."""
        terms = [row for row in self._rows("terms") if row.id("id").isdecimal() and row.count("count") != 0]
        return without_repeats(self._posts_of(term) for term in terms[:_MOST_TERMS])

    def _posts_of(self, term: JsonObject) -> Link:
        kind = "categories" if term.text("taxonomy") == "category" else "tags"
        query = {kind: term.id("id"), "per_page": str(PER_PAGE), "_embed": EMBED}
        return self._asks("posts", query, "posts", 0.6, FURTHER_PAGES)


class UsersPage(ApiPage):
    """``/users``: those who have published something, with what they say of themselves."""

    own_words = True

    @cached_method
    def _users(self) -> tuple[WordPressUser, ...]:
        return tuple(user_of(row) for row in self._rows("users") if not is_noindex(row))

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The authors whose own pages do not ask to be left out."""
        found = (read_user(user, self._home, self._url) for user in self._users())
        return tuple(account for account in found if account)

    @field
    def links(self) -> tuple[Link, ...]:
        """Their other addresses and their pages on this site."""
        return without_repeats(lead(link.url, 0.45) for account in self.accounts for link in account.links)


class SitePage(ApiPage):
    """``/wp-json/``: what a site says of itself, and that it can be asked."""

    @cached_method
    def _site(self) -> JsonObject:
        site = read_object(bytes(self.response.body), "a description of the site")
        if not isinstance(site.values.get("namespaces"), list):
            raise UnreadablePage("a description of the site expected, but the JSON has none")
        return site

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The site, by its own name."""
        site = self._site()
        home = try_canonical(site.text("home") or site.text("url"))
        if home is None or not same_host(home, self._url):
            return ()
        name = one_line(html_to_text(site.text("name")))
        bio = html_to_text(site.text("description"))
        return (site_account(home if home.endswith("/") else f"{home}/", self._url, name=name, bio=bio),)

    @field
    def links(self) -> tuple[Link, ...]:
        """The newest posts, where the site has the API for them."""
        if "wp/v2" not in self._site().texts("namespaces"):
            return ()
        return (posts_link(self._home, 0.6),)


class WordPress(Source):
    """Sites that run WordPress, by their own API."""

    name = "wordpress"
    kind: ClassVar[SourceKind] = "blog"
    needs = "nothing"
    rules = "https://developer.wordpress.org/rest-api/reference/posts/"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "posts": PostsPage,
        "terms": TermsPage,
        "users": UsersPage,
        "site": SitePage,
    }

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """On each site that is named: its description, the tags and posts that have the niche's words."""
        for host in hosts:
            base = base_url(host)
            name = host_of(base)
            site = Link(url=canonical_url(f"{base}/wp-json/"), source=self.name, page="site", score=0.7)
            yield Seed(label=f"the site {name}", link=site)
            for tag in dict.fromkeys(terms.hashtags[:_MOST_PHRASES]):
                query = {"search": tag, "per_page": str(_MOST_TERMS)}
                yield Seed(label=f"tag {tag} on {name}", link=api_link(base, "tags", query, "terms", 0.75))
            for words in dict.fromkeys(terms.forum_queries[:_MOST_PHRASES]):
                query = {"search": words, "per_page": str(PER_PAGE), "_embed": EMBED}
                yield Seed(label=f'posts "{words}" on {name}', link=api_link(base, "posts", query, "posts", 0.75))

    def recognise(self, url: str) -> Link | None:
        """The API's addresses, in either of their forms."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        page = _PAGES.get(asked_for(canonical), "")
        return Link(url=canonical, source=self.name, page=page) if page else None

    def recognise_body(self, document: Document) -> Link | None:
        """Posts, terms, users and sites, each by what only WordPress writes; they name their own address."""
        row = document.rows[0] if document.rows else document.object
        page = ""
        if row.object("title").text("rendered") and row.text("link") and "slug" in row.values:
            page = "posts"
        elif row.text("taxonomy") in ("post_tag", "category") and row.text("link"):
            page = "terms"
        elif "avatar_urls" in row.values and "slug" in row.values and row.text("link"):
            page = "users"
        elif "wp/v2" in row.texts("namespaces"):
            page = "site"
        return Link(url=address_in(row, document.url, page), source=self.name, page=page) if page else None

    def advice(self, url: str, page: str, status: int | None, body: bytes) -> Advice:  # noqa: ARG002
        """Where a site has closed its API, its feed tells the same of the newest posts."""
        if status not in _CLOSED or page not in ("posts", "site"):
            return Advice()
        return Advice(instead=(Link(url=canonical_url(f"{home_of(url)}feed/"), source="feed", page="feed", score=0.6),))
