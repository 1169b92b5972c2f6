"""One signed POST to a webhook: to public addresses only, checked where the connection is made; no redirects."""

import http.client
import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

from app.errors import WebhookRefused
from crawler.errors import UnsafeAddress
from crawler.safety import check_url, is_public

SECONDS: Final = 10.0
_READ: Final = 1_000  # bytes of the answer that are looked at: none matters


def check_webhook(url: str) -> None:
    """Raise WebhookRefused for an address to which nothing may be sent."""
    try:
        check_url(url)
    except UnsafeAddress as error:
        raise WebhookRefused(f"no webhook: {error}") from None
    if urlsplit(url).scheme != "https":
        raise WebhookRefused("a webhook is an https address, as its news name people")


def send(url: str, body: bytes, signature: str) -> tuple[str, bool]:
    """Post the news; in words how it went, and whether it arrived. Never raises."""
    try:
        check_webhook(url)
        connection = _connect(url)
        try:
            return _post(connection, url, body, signature)
        finally:
            connection.close()
    except (UnsafeAddress, WebhookRefused) as error:
        return f"not sent: {error}", False
    except (OSError, http.client.HTTPException) as error:
        return f"not sent: {type(error).__name__}", False


def _post(connection: http.client.HTTPConnection, url: str, body: bytes, signature: str) -> tuple[str, bool]:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "nichescout",
        "X-Nichescout-Signature": signature,
    }
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read(_READ)
    return f"answered {answer.status}", 200 <= answer.status < 300


def _connect(url: str) -> http.client.HTTPSConnection:
    """A connection to an address that was checked, whatever the name means a moment later."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = found[0]
    if not all(is_public(str(each[4][0])) for each in found):
        raise UnsafeAddress(f"{host} leads into a private network")
    plain = socket.socket(family, kind, protocol)
    plain.settimeout(SECONDS)
    connection = http.client.HTTPSConnection(host, port, timeout=SECONDS)
    try:
        plain.connect(address)
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    return connection
