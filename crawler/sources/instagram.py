"""Instagram through its Graph API, with the operator's token: professional accounts by name, hashtags as evidence.

The API gives no author with a hashtag's media, so a hashtag yields no creator: handles that captions name (and those
that other sources and the operator's own lists name) are asked for by ``business_discovery``, which answers for
professional accounts only. Thirty hashtags a week are allowed. Meta's terms ask for deletion of what its people delete:
texts are read again or taken out within 30 days (``keep_for``). Nothing is read from instagram.com itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Final
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Consent, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import bases, read_answer, search_seeds
from crawler.sources._document import Document
from crawler.sources._instagram import NAME, named_in, read_account, read_media
from crawler.sources._json import JsonObject
from crawler.sources._keys import OPERATOR, KeyPart, KeyRule, Quota, Signature
from crawler.sources._leads import base_of, lead, without_repeats
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "graph.facebook.com"
_VERSION: Final = "v23.0"
_MEDIA: Final = "id,caption,media_type,permalink,timestamp,like_count,comments_count"
_PROFILE: Final = "id,username,name,biography,website,followers_count,follows_count,media_count"
_MOST_TAGS: Final = 4
_MOST_NAMED: Final = 15  # handles of one answer that are worth a request each
_HASHTAG_ID: Final = re.compile(r"178\d{12,16}")
_ASKED: Final = re.compile(r"business_discovery\.username\(([\w.]+)\)")
_MEDIA_PATH: Final = re.compile(r"/v\d+\.\d+/(\d{15,20})/(top_media|recent_media)")
_SECTIONS: Final = """about accounts direct developer directory explore legal p press privacy reel reels stories terms
    tv web"""
_NOT_PEOPLE: Final = frozenset(_SECTIONS.split())


def _sign(parts: Mapping[str, str], _now: datetime) -> Signature:
    """The token as a header; the operator's own id where the API wants it, which no stored address holds."""
    user = parts["user_id"]
    return Signature(
        headers={"Authorization": f"Bearer {parts['key']}"}, query={"user_id": user}, segments={OPERATOR: user}
    )


class InstagramPage(SourcePage):
    """What all answers of this API share."""

    robots = "api"

    @cached_method
    def _answer(self) -> JsonObject:
        return read_answer(bytes(self.response.body), "an answer of Instagram's API")

    @property
    def base(self) -> str:
        """The API's scheme and host."""
        return base_of(str(self.response.url))


class HashtagPage(InstagramPage):
    """``/ig_hashtag_search``: the number of a hashtag, under which its media are asked for."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The best media of each hashtag told."""
        answer = self._answer()
        rows = answer.objects("data") or ((answer,) if answer.id("id") else ())
        if not rows and not isinstance(answer.values.get("data"), list):
            raise UnreadablePage("not an answer to a search for a hashtag")
        return without_repeats(_media_link(self.base, row.id("id")) for row in rows)


class MediaPage(InstagramPage):
    """A list of media without their authors: of a hashtag, or such as name the operator."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The profiles of the handles that captions name."""
        answer = self._answer()
        media = answer.objects("data") or tuple(filter(None, [answer.object("mentioned_media")]))
        if not media and not isinstance(answer.values.get("data"), list):
            raise UnreadablePage("not a list of media")
        named = named_in(media)[:_MOST_NAMED]
        return tuple(profile_link(self.base, name, round(min(0.75, 0.45 + 0.05 * times), 3)) for name, times in named)


class ProfilePage(InstagramPage):
    """``business_discovery``: one professional account with its newest media."""

    @cached_method
    def _profile(self) -> JsonObject:
        answer = self._answer()
        profile = answer.object("business_discovery") or answer
        if not profile.id("id") and not profile.text("username"):
            raise UnreadablePage("not a professional account")
        return profile

    @cached_method
    def _account(self) -> AccountItem | None:
        asked = _ASKED.search(unquote(urlsplit(str(self.response.url)).query))
        return read_account(self._profile(), asked[1] if asked else "")

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The account."""
        account = self._account()
        return (account,) if account else ()

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """Its newest captions."""
        account = self._account()
        return read_media(account, self._profile().object("media").objects("data")) if account else ()

    @field
    def links(self) -> tuple[Link, ...]:
        """Its own address."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        account = self._account()
        if account is not None and account.consent.state is not Consent.DENIED:
            yield from (lead(link.url, 0.5) for link in account.links)


class Instagram(Source):
    """Professional accounts on Instagram."""

    name = "instagram"
    kind: ClassVar[SourceKind] = "hashtag"
    needs = "a token for the Instagram Graph API with Public Content Access, and the id of your professional account"
    rules = (
        "https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/business-discovery"
    )
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "hashtag": HashtagPage,
        "media": MediaPage,
        "profile": ProfilePage,
    }
    key = KeyRule(
        parts=(
            KeyPart(name="key", what="a long-lived token for the Instagram Graph API"),
            KeyPart(name="user_id", what="the id of your own professional account"),
        ),
        hosts=(_HOST,),
        sign=_sign,
        get_at="https://developers.facebook.com/apps/",
    )
    quotas = (
        Quota(unit="hashtags", per_day=4, per_discovery=4, cost={"hashtag": 1}),
        Quota(unit="requests", per_day=2_000, per_discovery=120, cost={"media": 1, "profile": 1}),
    )
    keep_for = timedelta(days=30)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The first hashtags; with thirty a week there is no room for more."""
        tags = tuple(dict.fromkeys(terms.hashtags))[:_MOST_TAGS]
        for base in bases(hosts, _HOST):
            asked = ((f"#{tag} on Instagram", {"q": tag}) for tag in tags)
            address = f"{base}/{_VERSION}/ig_hashtag_search"
            yield from search_seeds(self.name, "hashtag", address, asked, score=0.85, step=0.02)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses as we make them, and profiles for people."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        host, parts = host_of(canonical), urlsplit(canonical)
        if host == _HOST:
            return _api_link(parts.path, unquote(parts.query), parse_qs(parts.query))
        path = [part for part in unquote(parts.path).split("/") if part]
        is_profile = host in ("instagram.com", "www.instagram.com") and len(path) == 1
        if not is_profile or path[0].lower() in _NOT_PEOPLE or not NAME.fullmatch(path[0]):
            return None
        return profile_link(f"https://{_HOST}", path[0], 0.5)

    def recognise_body(self, document: Document) -> Link | None:
        """Answers by their fields, which no other software has together."""
        page = _page_of(document.object)
        return Link(url=document.url, source=self.name, page=page) if page else None


def profile_link(base: str, name: str, score: float) -> Link:
    """The question for one professional account by its name."""
    fields = f"business_discovery.username({name.lower()}){{{_PROFILE},media.limit(25){{{_MEDIA}}}}}"
    url = canonical_url(f"{base}/{_VERSION}/{OPERATOR}?{urlencode({'fields': fields})}")
    return Link(url=url, source="instagram", page="profile", score=score)


def _media_link(base: str, hashtag: str) -> Link | None:
    if not hashtag.isdecimal():
        return None
    url = canonical_url(f"{base}/{_VERSION}/{hashtag}/top_media?{urlencode({'fields': _MEDIA, 'limit': 50})}")
    return Link(url=url, source="instagram", page="media", score=0.75)


def _api_link(path: str, query: str, fields: Mapping[str, list[str]]) -> Link | None:
    asked, media, tag = _ASKED.search(query), _MEDIA_PATH.fullmatch(path), fields.get("q", [""])[0]
    if asked and NAME.fullmatch(asked[1]):
        return profile_link(f"https://{_HOST}", asked[1], 0.5)
    if media:
        return _media_link(f"https://{_HOST}", media[1])
    if path.endswith("/ig_hashtag_search") and tag:
        url = canonical_url(f"https://{_HOST}/{_VERSION}/ig_hashtag_search?{urlencode({'q': tag})}")
        return Link(url=url, source="instagram", page="hashtag")
    return None


def _page_of(answer: JsonObject) -> str:
    rows = answer.objects("data")
    if answer.object("business_discovery") or (
        answer.id("id") and answer.text("username") and answer.count("media_count") is not None
    ):
        return "profile"
    if answer.object("mentioned_media"):
        return "media"
    if rows and all(row.text("media_type") and row.id("id") for row in rows):
        return "media"
    tags = rows or ((answer,) if answer.values.keys() == {"id", "name"} else ())
    named = tags and all(row.text("name") and _HASHTAG_ID.fullmatch(row.id("id")) for row in tags)
    return "hashtag" if named else ""
