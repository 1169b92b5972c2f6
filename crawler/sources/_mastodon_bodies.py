"""The envelopes in which the Mastodon API hands out accounts and statuses, and how to know them without an address.

Accounts and statuses themselves are read in ``_mastodon_account.py`` and ``_mastodon_status.py``.
"""

from collections.abc import Iterable
from typing import Final

from catalog.identity import canonical_url, try_canonical
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_array
from crawler.sources._leads import base_of

_STATUS_LISTS: Final = ("statuses", "ancestors", "descendants")


def statuses_in(body: bytes) -> tuple[JsonObject, ...]:
    """The statuses of a list, of a conversation, of a search, or one alone.

    Raises UnreadablePage when there is none of these.
    """
    answer = Document(body, "").object
    if is_status(answer):
        return (answer,)
    lists = [key for key in _STATUS_LISTS if isinstance(answer.values.get(key), list)]
    if lists:
        return tuple(row for key in lists for row in answer.objects(key))
    return read_array(body, "a list of statuses")


def accounts_in(body: bytes) -> tuple[JsonObject, ...]:
    """The accounts of a list, of suggestions or of a search. Raises UnreadablePage when there is none of these."""
    answer = Document(body, "").object
    if isinstance(answer.values.get("accounts"), list):
        return answer.objects("accounts")
    rows = read_array(body, "a list of profiles")
    if rows and not any(is_account(row) or is_account(row.object("account")) for row in rows):
        raise UnreadablePage("a list of profiles expected")
    return tuple(row if is_account(row) else row.object("account") for row in rows)


def is_account(row: JsonObject) -> bool:
    """Whether an object is an account, as every server of this API shows it."""
    return bool(row.text("acct") and row.text("username") and "note" in row.values)


def is_status(row: JsonObject) -> bool:
    """Whether an object is a status."""
    return bool(row.text("visibility") and "content" in row.values and row.object("account").text("acct"))


def recognise_answer(document: Document) -> tuple[str, str]:
    """The page that reads a body, and the address of the server that it tells of itself; ("", "") when unknown."""
    answer, rows = document.object, document.rows
    if is_account(answer):
        return "account", asked_of(document.url, (answer,))
    if _is_instance(answer):
        domain = answer.text("domain") or answer.text("uri")
        base = try_canonical(domain if "://" in domain else f"https://{domain}")
        return "instance", base or document.url
    listed = [row for key in _STATUS_LISTS for row in answer.objects(key)]
    statuses = [row for row in (answer, *rows, *listed) if is_status(row)]
    if statuses:
        writers = [row.object("account") for row in statuses]
        page = "statuses" if rows and len({writer.text("acct") for writer in writers}) == 1 else "tag"
        return page, asked_of(document.url, writers)
    if rows and all(_is_version(row) for row in rows):
        return "tag", asked_of(document.url, [row.object("account") for row in rows])
    people = [one for row in (*rows, *answer.objects("accounts")) for one in (row, row.object("account"))]
    people = [one for one in people if is_account(one)]
    return ("accounts", asked_of(document.url, people)) if people else ("", "")


def asked_of(url: str, accounts: Iterable[JsonObject]) -> str:
    """The server that a body comes from, told by the accounts that it shows as its own; ``url`` when none is."""
    own = (account.text("uri") or account.text("url") for account in accounts if "@" not in account.text("acct"))
    canonical = next((found for address in own if (found := try_canonical(address))), None)
    return canonical_url(base_of(canonical)) if canonical else url


def _is_version(row: JsonObject) -> bool:
    """One version of an edited status: who may see it is not told, so nothing of it is kept."""
    return {"content", "account", "created_at"} <= row.values.keys() and is_account(row.object("account"))


def _is_instance(answer: JsonObject) -> bool:
    told = bool(answer.text("domain") or answer.text("uri")) and bool(answer.text("version"))
    return told and bool(answer.object("configuration") or answer.object("urls") or answer.object("stats"))
