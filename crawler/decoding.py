"""The body of a recorded answer without its content encoding, for those who look at archives."""

from typing import Final

from scrapy.utils.gz import gunzip

from crawler.errors import UnreadablePage
from crawler.warc import Capture

MAX_BYTES: Final = 5 * 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_PLAIN: Final = ("", "identity", "gzip", "x-gzip")


def plain_body(capture: Capture) -> bytes:
    """At most ``MAX_BYTES`` of what was said. Raises UnreadablePage for other encodings than gzip and for torn ones."""
    named = next((value for name, value in capture.headers if name.lower() == "content-encoding"), "")
    if named.strip().lower() not in _PLAIN:
        raise UnreadablePage(f"the body is encoded as {named}")
    if not capture.body.startswith(_GZIP):
        return capture.body
    try:
        body: bytes = gunzip(capture.body, max_size=MAX_BYTES)
    except (OSError, EOFError, ValueError) as error:
        raise UnreadablePage(f"the body cannot be unpacked: {error}") from error
    return body
