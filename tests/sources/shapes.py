"""Recorded bodies read as ``nichescout read FILE`` reads them: by their shape, without an address."""

from crawler.sources import get_source, recognise_body
from crawler.sources._document import Document
from crawler.sources.base import PageItems
from tests.sources import items
from tests.sources.cases import read_page
from tests.sources.recordings import Recording


def read_by_shape(recording: Recording, source: str) -> PageItems:
    """The items of a recorded body, which must be recognised as a page of ``source``; never refused."""
    response = recording.response(f"https://file.example/{recording.name}")
    document = Document(bytes(response.body), str(response.url), response.headers.get("Content-Type") or "")
    link = recognise_body(document)
    assert link is not None, "not recognised by its shape"
    assert link.source == source, f"taken for a page of {link.source}"
    found = read_page(get_source(source).pages[link.page], recording.response(link.url))
    items.check(found)
    return found
