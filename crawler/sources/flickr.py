"""Flickr's photo search, with the operator's key: who shows pictures of something, with titles, descriptions and tags.

Flickr leaves everybody out of its API's searches who has asked for that in the account's settings. Keys are for
non-commercial use unless Flickr has agreed to more; the pictures themselves are never fetched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from web_poet import cached_method, field

from catalog.identity import native_alias, try_canonical, url_alias
from catalog.items import AccountItem, Consent, Interaction, Link, PostItem, TimeOrigin
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import Paging, bases, following, is_asked_at, local_queries, public_by_default, search_seeds
from crawler.sources._dates import unix_moment
from crawler.sources._document import Document
from crawler.sources._html import html_to_text, one_line
from crawler.sources._json import JsonObject, read_object
from crawler.sources._keys import KeyPart, KeyRule, Quota, query_key
from crawler.sources._names import display_name
from crawler.sources._plaintext import hashtags_in
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "api.flickr.com"
_PATH: Final = "/services/rest/"
_METHOD: Final = "flickr.photos.search"
_COUNT: Final = 250
_MOST_QUERIES: Final = 4
_EXTRAS: Final = "description,date_upload,owner_name,path_alias,tags,count_faves,count_comments,license"
_OWNER: Final = re.compile(r"\d{2,12}@N\d{2}")
_NAME: Final = re.compile(r"[\w-]{1,40}", re.ASCII)
_PEOPLE: Final = "flickr.com"


class PhotosPage(SourcePage):
    """``flickr.photos.search``: public photos with their owners."""

    robots = "api"

    @cached_method
    def _photos(self) -> JsonObject:
        answer = read_object(bytes(self.response.body), "photos")
        if answer.text("stat") == "fail":
            said = one_line(answer.text("message"), 100) or "nothing"
            raise UnreadablePage(f"photos expected, but Flickr says: {said}")
        photos = answer.object("photos")
        if not isinstance(photos.values.get("photo"), list):
            raise UnreadablePage("not a list of photos from Flickr")
        return photos

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The owners, by name."""
        found: dict[str, AccountItem] = {}
        for photo in self._photos().objects("photo"):
            owner = _owner(photo)
            if owner and owner not in found:
                found[owner] = _account(photo, owner)
        return tuple(found.values())

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The photos, as texts."""
        found = (_post(photo) for photo in self._photos().objects("photo"))
        return tuple({post.native_id: post for post in found if post}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """The next page of results."""
        page, pages = self._photos().count("page"), self._photos().count("pages")
        if page is None or pages is None or page >= pages:
            return ()
        link = Link(url=f"https://{_HOST}{_PATH}", source="flickr", page="photos", score=0.5)
        further = following(str(self.response.url), Paging(parameter="page", step=1, first=1), self.page_params, link)
        return (further,) if further else ()


class Flickr(Source):
    """Public photos on Flickr and who shows them."""

    name = "flickr"
    kind: ClassVar[SourceKind] = "hashtag"
    needs = "a Flickr API key (non-commercial; for commercial use Flickr must agree)"
    rules = "https://www.flickr.com/help/terms/api"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"photos": PhotosPage}
    key = KeyRule(
        parts=(KeyPart(name="key", what="a Flickr API key"),),
        hosts=(_HOST,),
        sign=query_key("api_key"),
        get_at="https://www.flickr.com/services/apps/create/",
    )
    quotas = (Quota(unit="requests", per_day=5_000, per_discovery=30, cost={"photos": 1}),)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """A few searches over titles, descriptions and tags, the local ones first."""
        for base in bases(hosts, _HOST):
            asked = ((f'Flickr "{query}"', _query(query)) for query in local_queries(terms, _MOST_QUERIES))
            yield from search_seeds(self.name, "photos", f"{base}{_PATH}", asked, score=0.8, step=0.02, pages=1)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses of searches."""
        canonical = try_canonical(url)
        if canonical is None or not is_asked_at(canonical, _HOST, _PATH):
            return None
        asked = parse_qs(urlsplit(canonical).query).get("method", [""])[0]
        return Link(url=canonical, source=self.name, page="photos") if asked == _METHOD else None

    def recognise_body(self, document: Document) -> Link | None:
        """A list of photos with the status that every answer has."""
        answer = document.object
        known = answer.text("stat") == "ok" and isinstance(answer.object("photos").values.get("photo"), list)
        return Link(url=document.url, source=self.name, page="photos") if known else None


def _query(text: str) -> dict[str, object]:
    return {
        "method": _METHOD, "text": text, "sort": "relevance", "safe_search": 1, "extras": _EXTRAS, "per_page": _COUNT,
        "format": "json", "nojsoncallback": 1,
    }  # fmt: skip


def _owner(photo: JsonObject) -> str:
    owner = photo.text("owner")
    return owner if _OWNER.fullmatch(owner) and photo.count("ispublic") != 0 else ""


def _account(photo: JsonObject, owner: str) -> AccountItem:
    short = photo.text("pathalias")
    url = f"https://www.flickr.com/people/{short if _NAME.fullmatch(short) else owner}/"
    name = display_name(photo.text("ownername"))
    consent = public_by_default(name, "shows up in Flickr's search, which leaves out who has opted out of it", url)
    return AccountItem(
        platform="flickr",
        host=_PEOPLE,
        aliases=(native_alias(_PEOPLE, owner), url_alias(url)),
        url=url,
        consent=consent,
        provenance="api",
        handle=short or None,
        native_id=owner,
        name="" if consent.state is Consent.DENIED else name,
        text_complete=False,
    )


def _post(photo: JsonObject) -> PostItem | None:
    owner, native_id = _owner(photo), photo.id("id")
    title = one_line(photo.text("title"))
    text = html_to_text(photo.object("description").text("_content"))
    if not owner or not native_id or not (title or text):
        return None
    return PostItem(
        account=native_alias(_PEOPLE, owner),
        native_id=native_id,
        url=try_canonical(f"https://www.flickr.com/photos/{owner}/{native_id}/") or "",
        provenance="api",
        title=title,
        text=text,
        tags=tuple(dict.fromkeys([*_tags(photo), *hashtags_in(f"{title} {text}")])),
        published=unix_moment(photo.count("dateupload"), TimeOrigin.PLATFORM),
        interaction=Interaction(likes=photo.count("count_faves"), comments=photo.count("count_comments")),
    )


def _tags(photo: JsonObject) -> Iterator[str]:
    """Tags come folded into one word each; machine tags (``geo:lat=…``) say nothing about a topic."""
    for tag in photo.text("tags").split():
        if ":" not in tag and "=" not in tag:
            yield one_line(tag, 100).lower()
