"""Questions, answers and people of Stack Exchange sites as items. Addresses and paging are in ``stackexchange.py``.

What is written there is licensed CC BY-SA: evidence shows author and address with every quote. Consent
(docs/consent.md): a public forum; an opt-out in "about me" is heard. Reputation counts no followers and is not kept.
"""

from html import unescape
from typing import Final

from catalog.identity import host_of, native_alias, try_canonical, url_alias
from catalog.items import (
    AccountItem,
    Interaction,
    PostItem,
    ProfileLink,
    TimeOrigin,
)
from crawler.sources._consent import consent_of_profile, without_words
from crawler.sources._dates import unix_moment
from crawler.sources._html import html_to_text, one_line
from crawler.sources._json import JsonObject
from crawler.sources._leads import anchors
from crawler.sources._names import display_name

_OWN_NAMES: Final = frozenset(
    ("stackoverflow.com", "superuser.com", "serverfault.com", "askubuntu.com", "mathoverflow.net", "stackapps.com")
)
_NOBODY: Final = "does_not_exist"  # the account was deleted, its texts stay without it


def site_of(row: JsonObject) -> str:
    """The host of the site that an item names in its link; "" when it names none."""
    for url in (row.text("link"), row.object("owner").text("link")):
        canonical = try_canonical(url)
        if canonical:
            return host_of(canonical)
    return ""


def read_post(row: JsonObject, site: str) -> tuple[AccountItem, PostItem] | None:
    """A question or an answer with its author; None without one, or when it says nothing."""
    author, answer, question = row.object("owner"), row.id("answer_id"), row.id("question_id")
    account = read_person(author, site)
    number = answer or question
    title, body = one_line(unescape(row.text("title"))), html_to_text(row.text("body"))
    if account is None or not number.isdecimal() or not (title or body):
        return None
    post = PostItem(
        account=account.aliases[0],
        native_id=f"a/{number}" if answer else f"q/{number}",
        url=f"https://{site}/{'a' if answer else 'questions'}/{number}",
        provenance="api",
        text=body,
        title="" if answer and body else title,
        kind="reply" if answer else "forum",
        tags=tuple(dict.fromkeys(one_line(tag).lower() for tag in row.texts("tags"))),
        published=unix_moment(row.count("creation_date"), TimeOrigin.PLATFORM),
        edited=unix_moment(row.count("last_edit_date"), TimeOrigin.PLATFORM),
        interaction=Interaction(
            likes=row.count("up_vote_count") if row.count("up_vote_count") is not None else row.count("score"),
            comments=row.count("comment_count") if answer else row.count("answer_count"),
        ),
        complete=bool(body),
    )
    return account, post


def read_person(user: JsonObject, site: str) -> AccountItem | None:
    """Somebody as an item shows its author, or as ``/users`` shows them; None for deleted accounts."""
    number = user.id("user_id")
    url = try_canonical(f"https://{site}/users/{number}")
    if not number.isdecimal() or user.text("user_type") == _NOBODY or url is None:
        return None
    about = html_to_text(user.text("about_me"))
    return without_words(
        AccountItem(
            platform="stackexchange",
            host=site,
            aliases=(native_alias(site, number), url_alias(url)),
            url=url,
            consent=consent_of_profile(about, url, "public questions and answers, CC BY-SA", shown=bool(about)),
            provenance="api",
            native_id=number,
            name=display_name(unescape(user.text("display_name"))),
            bio=about,
            location=display_name(unescape(user.text("location"))),
            links=_links(user, site),
            # Only a profile has this key; the author of an item is a name.
            created=unix_moment(user.count("creation_date"), TimeOrigin.PLATFORM),
            text_complete=bool(about),
        )
    )


def is_question(row: JsonObject) -> bool:
    """Whether an item is a question: answers name theirs, too."""
    return bool(row.id("question_id")) and not row.id("answer_id")


def is_site(host: str) -> bool:
    """Whether a host is one of the network's own sites."""
    return host.endswith(".stackexchange.com") or host in _OWN_NAMES


def _links(user: JsonObject, site: str) -> tuple[ProfileLink, ...]:
    website = try_canonical(user.text("website_url"))
    found = [ProfileLink(website)] if website else []
    found += [ProfileLink(one.url) for one in anchors(user.text("about_me")) if host_of(one.url) != site]
    return tuple({link.url: link for link in found}.values())
