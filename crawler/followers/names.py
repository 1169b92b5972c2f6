"""One cell of a list → whom it names: an address, ``@handle``, ``handle@host``, a DID, or a bare handle."""

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from catalog.identity import host_of, try_canonical
from catalog.networks import NETWORKS, network_at, profile_at
from crawler.followers.model import FileKind, Follower, LeftOut, Row

_HANDLE: Final = re.compile(r"\w[\w.-]{0,62}")
_HOST: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
_AT_HOST: Final = re.compile(rf"(@?)(\w[\w.+-]*)@({_HOST})(?::\d+)?")
_ADDRESS: Final = re.compile(rf"(?:https?://\S+|www\.\S+|{_HOST}/\S*)", re.IGNORECASE)
_FEDIVERSE_PATH: Final = re.compile(r"/(?:@|users/|web/@|profile/)([\w.-]+)(?:@([\w.-]+))?/?")
_DID: Final = re.compile(r"did:[a-z]+:[\w.:%-]{4,200}")
_BLUESKY: Final = ".bsky.social"
_MAIL_NAMES: Final = """aol.com fastmail.com gmail.com gmx.at gmx.ch gmx.de gmx.net googlemail.com hey.com hotmail.com
    hotmail.co.uk icloud.com live.com mac.com mail.com mail.ru me.com msn.com orange.fr outlook.com outlook.de proton.me
    protonmail.com qq.com t-online.de web.de yahoo.com yahoo.co.uk yahoo.de yandex.ru ymail.com 163.com zoho.com"""
MAIL_HOSTS: Final = frozenset(_MAIL_NAMES.split())


def read_name(cell: str, kind: FileKind, *, network: str = "", mails: bool = False) -> Row | None:
    """Whom ``cell`` names; None for an empty one. ``network`` is where a bare handle is at home.

    ``mails``: what has the form of a mail address is one (``name@host`` without another "@" before it means both).
    """
    text = cell.strip().strip("\"'<>\u200b\ufeff").strip()
    if not text:
        return None
    if _DID.fullmatch(text):
        return Follower(kind=kind, network="bluesky", native_id=text)
    if text.lower().startswith("mailto:"):
        return LeftOut.MAIL
    if _ADDRESS.fullmatch(text):
        return _address(text, kind)
    if at_host := _AT_HOST.fullmatch(text.lower()):
        return _at_host(*at_host.groups(), kind=kind, mails=mails)
    return _bare(text.removeprefix("@").lower(), kind, network)


def is_mail(cell: str) -> bool:
    """Whether a cell is surely an e-mail address: at a mail provider, or one with a plus."""
    at_host = _AT_HOST.fullmatch(cell.strip().lower())
    return at_host is not None and not at_host[1] and (at_host[3] in MAIL_HOSTS or "+" in at_host[2])


def _address(text: str, kind: FileKind) -> Row:
    url = try_canonical(text if "://" in text else f"https://{text}")
    if url is None:
        return LeftOut.NO_NAME
    profile = profile_at(url)
    if profile is not None:
        return Follower(kind=kind, network=profile[0].name, handle=profile[1])
    host = host_of(url)
    if network_at(host) is not None:
        return LeftOut.NO_NAME  # a post or a search there names nobody
    path = unquote(urlsplit(url).path)
    fediverse = _FEDIVERSE_PATH.fullmatch(path)
    if fediverse and not urlsplit(url).query and path[1] in "@uw":
        return Follower(kind=kind, network="fediverse", handle=f"{fediverse[1]}@{fediverse[2] or host}".lower())
    return Follower(kind=kind, network="web", url=url)


def _at_host(sign: str, name: str, host: str, *, kind: FileKind, mails: bool) -> Row:
    if host in MAIL_HOSTS or (mails and not sign) or "+" in name:
        return LeftOut.MAIL
    network = network_at(host)
    if network is not None:
        return _bare(name, kind, network.name)
    return (
        Follower(kind=kind, network="fediverse", handle=f"{name}@{host}")
        if try_canonical(f"https://{host}")
        else (LeftOut.NO_NAME)
    )


def _bare(name: str, kind: FileKind, network: str) -> Row:
    if not _HANDLE.fullmatch(name):
        return LeftOut.NO_NAME
    if name.endswith(_BLUESKY):
        return Follower(kind=kind, network="bluesky", handle=name)
    if network == "bluesky" and "." not in name:
        return LeftOut.NO_NAME  # a handle there is a host name
    return Follower(kind=kind, network=network if network in NETWORKS else "", handle=name)
