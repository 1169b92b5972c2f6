"""DEV and other communities that run Forem: articles by tag, whole articles, profiles; documented reads without a key.

Lists hold the first lines only; the article's own answer holds the whole text. Articles that say that they were
published elsewhere first (``canonical_url``) lead to the author's own site.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, handle_alias, host_of, native_alias, try_canonical, url_alias
from catalog.items import (
    AccountItem,
    Interaction,
    Link,
    PostItem,
    ProfileLink,
    TimeOrigin,
)
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._consent import consent_of_profile, without_words
from crawler.sources._dates import parse_moment
from crawler.sources._document import Document
from crawler.sources._html import html_to_text, one_line, tidy
from crawler.sources._json import JsonObject, read_array, read_object
from crawler.sources._leads import base_of, base_url, lead, next_page, segment, without_repeats
from crawler.sources._names import display_name
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_DEV: Final = "dev.to"
_PER_PAGE: Final = 30
_FURTHER_PAGES: Final = 1
_MOST_TAGS: Final = 5
_MOST_WHOLE: Final = 15  # articles of a list that are asked for whole
_ACCEPT: Final = "application/vnd.forem.api-v1+json"
_LIST_PATH: Final = re.compile(r"/api/articles(?:/latest)?/?")
_ARTICLE_PATH: Final = re.compile(r"/api/articles/(?:\d+|[\w-]+/[\w-]+)", re.ASCII)
_USER_PATH: Final = re.compile(r"/api/users/(?:\d+|by_username)", re.ASCII)
_TAG_FOR_PEOPLE: Final = re.compile(r"/t/([a-z0-9]+)/?")
_ARTICLE_FOR_PEOPLE: Final = re.compile(r"/([a-z0-9_]+)/([a-z0-9-]+-[a-z0-9]{3,5})/?")
_USERNAME: Final = re.compile(r"\w{1,40}", re.ASCII)
_ELSEWHERE: Final = (("twitter_username", "https://x.com/"), ("github_username", "https://github.com/"))


class ArticlesPage(SourcePage):
    """``/api/articles?tag=…``: a list, or ``/api/articles/ID``: one article with its whole text."""

    robots = "api"

    @cached_method
    def _rows(self) -> tuple[JsonObject, ...]:
        body = bytes(self.response.body)
        if body.lstrip()[:1] == b"[":
            return read_array(body, "articles")
        article = read_object(body, "an article")
        if not article.id("id") or not article.object("user"):
            said = article.text("error")[:100]
            raise UnreadablePage(f"an article expected, but the server says: {said}" if said else "no article")
        return (article,)

    @cached_method
    def _items(self) -> tuple[tuple[AccountItem, PostItem], ...]:
        base = base_of(str(self.response.url))
        return tuple(found for row in self._rows() if (found := _read_article(row, base)))

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The authors."""
        return tuple({account.url: account for account, _ in self._items()}.values())

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The articles; of a list, their first lines."""
        return tuple({post.native_id: post for _, post in self._items()}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """The whole articles, the authors and their sites, the next page of a list."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        base = base_of(str(self.response.url))
        for _, post in [item for item in self._items() if not item[1].complete][:_MOST_WHOLE]:
            yield _link(f"{base}/api/articles/{post.native_id}", "articles", 0.5)
        for row in self._rows():
            first = try_canonical(row.text("canonical_url"))
            if first and host_of(first) != host_of(base):
                yield lead(first, 0.5)
        for account in self.accounts:
            yield _link(f"{base}/api/users/by_username?{urlencode({'url': account.handle or ''})}", "user", 0.4)
            for link in account.links[:1]:  # the website; what else is linked are accounts on other platforms
                yield lead(link.url, 0.45)
        context = next_page(self.page_params)
        if context is not None and len(self._rows()) >= _PER_PAGE:
            yield self._next(context)

    def _next(self, context: dict[str, str]) -> Link:
        parts = urlsplit(str(self.response.url))
        query = dict(parse_qsl(parts.query))
        number = int(query["page"]) if query.get("page", "").isdecimal() and len(query["page"]) < 4 else 1
        url = f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query | {'page': str(number + 1)})}"
        return Link(url=canonical_url(url), source="forem", page="articles", score=0.55, context=context)


class UserPage(SourcePage):
    """``/api/users/ID`` and ``/api/users/by_username?url=…``: a profile."""

    robots = "api"
    own_words = True

    @cached_method
    def _account(self) -> AccountItem:
        user = read_object(bytes(self.response.body), "a profile")
        account = _read_user(user, base_of(str(self.response.url)))
        if account is None:
            said = user.text("error")[:100]
            raise UnreadablePage(f"a profile expected, but the server says: {said}" if said else "no profile")
        return account

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The account with what its owner wrote about themselves."""
        return (self._account(),)

    @field
    def links(self) -> tuple[Link, ...]:
        """The website."""
        return without_repeats(lead(link.url, 0.5) for link in self._account().links)


class Forem(Source):
    """DEV and other communities that run Forem."""

    name = "forem"
    kind: ClassVar[SourceKind] = "hashtag"
    needs = "nothing"
    rules = "https://developers.forem.com/api/v1"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"articles": ArticlesPage, "user": UserPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The first hashtags on each community; without hosts on DEV. Tags there are plain letters and digits."""
        tags = [tag for tag in dict.fromkeys(terms.hashtags) if tag.isascii() and tag.isalnum()][:_MOST_TAGS]
        for host in hosts or (_DEV,):
            base = base_url(host)
            for rank, tag in enumerate(tags):
                yield Seed(
                    label=f"articles tagged {tag} on {host_of(base)}", link=_tag_link(base, tag, 0.7 - 0.02 * rank)
                )

    def recognise(self, url: str) -> Link | None:
        """The API's addresses anywhere; tags and articles as people open them on DEV only."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        parts, base = urlsplit(canonical), base_of(canonical)
        asked = parse_qs(parts.query)
        if _LIST_PATH.fullmatch(parts.path) and (host_of(canonical) == _DEV or {"tag", "username"} & asked.keys()):
            return _link(canonical, "articles", 0.6)
        if _ARTICLE_PATH.fullmatch(parts.path):
            return _link(canonical, "articles", 0.6)
        if _USER_PATH.fullmatch(parts.path) and (not parts.path.endswith("by_username") or "url" in asked):
            return _link(canonical, "user", 0.4)
        if host_of(canonical) != _DEV:
            return None
        tag, article = _TAG_FOR_PEOPLE.fullmatch(parts.path), _ARTICLE_FOR_PEOPLE.fullmatch(parts.path)
        if tag:
            return _tag_link(base, tag[1], 0.6)
        return _link(f"{base}/api/articles/{article[1]}/{article[2]}", "articles", 0.5) if article else None

    def recognise_body(self, document: Document) -> Link | None:
        """Objects that say of themselves which type they are."""
        first = document.rows[0] if document.rows else document.object
        page = {"article": "articles", "user": "user"}.get(first.text("type_of"), "")
        if not page or not (first.id("id") or first.id("user_id")):
            return None
        home = try_canonical(first.text("url")) if page == "articles" else None
        return Link(url=f"{base_of(home)}/api/articles" if home else document.url, source=self.name, page=page)

    def headers(self, page: str) -> Mapping[str, str]:  # noqa: ARG002 - the same for all
        """The version of the API that is documented."""
        return {"Accept": _ACCEPT}


def _link(url: str, page: str, score: float, context: Mapping[str, str] | None = None) -> Link:
    return Link(url=canonical_url(url), source="forem", page=page, score=round(score, 3), context=context or {})


def _tag_link(base: str, tag: str, score: float) -> Link:
    query = urlencode({"tag": tag, "per_page": _PER_PAGE, "page": 1})
    return _link(f"{base}/api/articles?{query}", "articles", score, {"pages": str(_FURTHER_PAGES)})


def _read_article(row: JsonObject, base: str) -> tuple[AccountItem, PostItem] | None:
    account, number = _read_user(row.object("user"), base), row.id("id")
    whole = html_to_text(row.text("body_html")) or tidy(row.text("body_markdown"))
    title, text = one_line(row.text("title")), whole or tidy(row.text("description"))
    if account is None or not number.isdecimal() or not (title or text):
        return None
    url = try_canonical(row.text("url"))
    post = PostItem(
        account=account.aliases[0],
        native_id=number,
        url=url if url and host_of(url) == account.host else "",
        provenance="api",
        text=text,
        title=title,
        kind="article",
        language=_language(row.text("language")),
        tags=_tags(row),
        published=parse_moment(row.text("published_timestamp") or row.text("published_at"), TimeOrigin.PLATFORM),
        edited=parse_moment(row.text("edited_at"), TimeOrigin.PLATFORM),
        interaction=Interaction(
            likes=row.count("public_reactions_count")
            if row.count("public_reactions_count") is not None
            else row.count("positive_reactions_count"),
            comments=row.count("comments_count"),
        ),
        complete=bool(whole),
    )
    return account, post


def _tags(row: JsonObject) -> tuple[str, ...]:
    """A list in one answer and a text in the other, under names that change places."""
    named = (*row.texts("tag_list"), *row.texts("tags"))
    written = (*row.text("tag_list").split(","), *row.text("tags").split(","))
    return tuple(dict.fromkeys(tag for text in (*named, *written) if (tag := one_line(text).lower())))


def _language(code: str) -> str | None:
    primary = code.partition("-")[0].lower()
    return primary if primary.isascii() and primary.isalpha() and len(primary) in (2, 3) else None


def _read_user(user: JsonObject, base: str) -> AccountItem | None:
    """The author of an article, or a profile, which has a summary besides."""
    username, number = user.text("username"), user.id("user_id") or user.id("id")
    if not _USERNAME.fullmatch(username):
        return None
    host, url = host_of(base), canonical_url(f"{base}/{segment(username)}")
    native = (native_alias(host, number),) if number.isdecimal() else ()
    bio, whole = tidy(user.text("summary")), "summary" in user.values
    return without_words(
        AccountItem(
            platform="forem",
            host=host,
            aliases=(*native, handle_alias(username, host), url_alias(url)),
            url=url,
            consent=consent_of_profile(bio, url, "public articles, API open to everybody", shown=whole),
            provenance="api",
            handle=username,
            native_id=number if number.isdecimal() else None,
            name=display_name(user.text("name")),
            bio=bio,
            location=display_name(user.text("location")),
            links=tuple(_links(user)),
            created=parse_moment(user.text("joined_at"), TimeOrigin.PLATFORM),
            text_complete=whole,
        )
    )


def _links(user: JsonObject) -> Iterator[ProfileLink]:
    website = try_canonical(user.text("website_url"))
    if website:
        yield ProfileLink(website)
    for key, prefix in _ELSEWHERE:
        name = user.text(key)
        if re.fullmatch(r"[\w-]{1,40}", name, re.ASCII):
            yield ProfileLink(canonical_url(f"{prefix}{name}"))
