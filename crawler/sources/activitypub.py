"""ActivityPub documents: actors, what they write, outboxes, and the look-up of a name (WebFinger).

No address tells such a document: a page is one when its server is asked for it. They are read where a link says so, or
from a file. Posts come without their author; whether they may be kept is what the author's own document says.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from web_poet import cached_method, field

from catalog.identity import host_of, try_canonical
from catalog.items import AccountItem, Alias, Consent, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._activitypub_items import (
    COLLECTIONS,
    OBJECTS,
    address_in,
    is_actor,
    objects_in,
    read_actor,
    tombstones_in,
    type_of,
)
from crawler.sources._activitypub_items import read_object as read_post
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import lead, next_page, without_repeats
from crawler.sources._mastodon_account import profile_leads
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_ACTIVITIES: Final = frozenset({"Create", "Update", "Announce", "Delete", "Tombstone"})
_TYPES: Final = "application/activity+json", "application/ld+json"
_ACCEPT: Final = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
_FURTHER_PAGES: Final = 1


class DocumentPage(SourcePage):
    """An actor, an object, an activity or a collection of them."""

    robots = "api"

    @cached_method
    def _document(self) -> JsonObject:
        document = read_object(bytes(self.response.body), "an ActivityPub document")
        if not _is_document(document):
            said = document.text("error")[:100]
            raise UnreadablePage(
                f"an ActivityPub document expected, but the server says: {said}" if said else "no type"
            )
        return document

    def _is_own(self, thing: JsonObject) -> bool:
        """Whether the server that answered may speak for an address: nobody does for another host."""
        address = address_in(thing, "id")
        return bool(address) and host_of(address) == host_of(str(self.response.url))

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The actor, as far as it wants to be found."""
        account = read_actor(self._document()) if self._is_own(self._document()) else None
        return (account,) if account else ()

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The public objects of this server; a repetition of somebody else's words is none."""
        found = (read_post(thing) for thing in objects_in(self._document()) if self._is_own(thing))
        return tuple({(post.account, post.native_id): post for post in found if post is not None}.values())

    @field
    def tombstones(self) -> tuple[Alias, ...]:
        """What its server says was deleted."""
        return tombstones_in(self._document()) if self._is_own(self._document()) else ()

    @field
    def links(self) -> tuple[Link, ...]:
        """An actor's posts, page and listed addresses; an author's document; the next part of a collection."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        document = self._document()
        for account in self.accounts:
            if account.consent.state is Consent.FULL:
                yield _document_link(address_in(document, "outbox"), 0.5, {"pages": str(_FURTHER_PAGES)})
            elif account.consent.state is Consent.UNKNOWN:
                yield lead(account.url, 0.5)
            if account.moved_to is not None and account.consent.state is not Consent.DENIED:
                yield _document_link(account.moved_to.value, 0.5, {})
            yield from profile_leads(account, 0.4)
        yield from (_document_link(post.account.value, 0.5, {}) for post in self.posts)
        if type_of(document) in COLLECTIONS:
            context = next_page(self.page_params)
            following = address_in(document, "first") or address_in(document, "next")
            yield _document_link(following, 0.4, context) if context is not None else None


class WebFingerPage(SourcePage):
    """``/.well-known/webfinger?resource=acct:NAME@HOST``: where an account's documents are."""

    robots = "api"

    @field
    def links(self) -> tuple[Link, ...]:
        """The actor document and the profile page."""
        answer = read_object(bytes(self.response.body), "the answer to a look-up of a name")
        if not answer.text("subject") and not answer.objects("links"):
            raise UnreadablePage("not the answer to a look-up of a name")
        return without_repeats(_told(row) for row in answer.objects("links"))


class ActivityPub(Source):
    """Actors and their posts as the fediverse's servers hand them to each other."""

    name = "activitypub"
    kind: ClassVar[SourceKind] = "profile"
    needs = "nothing"
    rules = "https://www.w3.org/TR/activitypub/#retrieving-objects"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"document": DocumentPage, "webfinger": WebFingerPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:  # noqa: ARG002 - cannot be searched
        """None: documents are found by links."""
        return ()

    def recognise(self, url: str) -> Link | None:
        """Look-ups of names only; a document has the address of its page."""
        canonical = try_canonical(url)
        if canonical is None or urlsplit(canonical).path != "/.well-known/webfinger":
            return None
        if not parse_qs(urlsplit(canonical).query).get("resource"):
            return None
        return Link(url=canonical, source=self.name, page="webfinger")

    def recognise_body(self, document: Document) -> Link | None:
        """Documents by their type beside an address, look-ups by their subject."""
        answer = document.object
        if answer.text("subject").startswith(("acct:", "https://")) and answer.objects("links"):
            return Link(url=document.url, source=self.name, page="webfinger")
        if not _is_document(answer):
            return None
        return Link(url=address_in(answer, "id") or document.url, source=self.name, page="document")

    def headers(self, page: str) -> Mapping[str, str]:
        """Servers give the page for people unless they are asked for the document."""
        return {"Accept": _ACCEPT} if page == "document" else {"Accept": "application/jrd+json, application/json"}


def _is_document(document: JsonObject) -> bool:
    """A type of ours and an address, or an actor's inbox: "type" alone stands in many kinds of JSON."""
    kind = type_of(document)
    known = kind in OBJECTS or kind in COLLECTIONS or kind in _ACTIVITIES
    told = bool(document.values.keys() & {"attributedTo", "actor", "orderedItems", "items", "first", "formerType"})
    context = "@context" in document.values and "activitystreams" in str(document.values["@context"])[:2000]
    if not address_in(document, "id"):
        return False
    return (is_actor(document) and "inbox" in document.values) or (known and (told or context))


def _document_link(url: str, score: float, context: Mapping[str, str]) -> Link | None:
    canonical = try_canonical(url)
    if canonical is None:
        return None
    return Link(url=canonical, source="activitypub", page="document", score=score, context=context)


def _told(row: JsonObject) -> Link | None:
    if row.text("rel") == "self" and row.text("type").startswith(_TYPES):
        return _document_link(row.text("href"), 0.6, {})
    return lead(row.text("href"), 0.5) if row.text("rel").endswith("/profile-page") else None
