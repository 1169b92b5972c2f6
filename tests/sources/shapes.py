"""Recorded bodies read as ``nichescout read FILE`` reads them: by their shape, without an address."""

from web_poet import HttpResponse

from app.saved_page import load_page
from crawler.sources import get_source, recognise_body
from crawler.sources._document import Document
from crawler.sources.base import PageItems
from tests.sources import items
from tests.sources.cases import read_page
from tests.sources.recordings import Recording


def read_by_shape(recording: Recording, source: str) -> PageItems | None:
    """The items of a recorded body, which must be recognised as a page of ``source`` and never be refused.

    None when no source knows the shape (an empty list, an error).
    """
    saved = load_page(recording.path)
    link = recognise_body(Document(saved.body, f"https://file.example/{recording.name}"))
    if link is None:
        return None
    assert link.source == source, f"taken for a page of {link.source}"
    found = read_page(get_source(source).pages[link.page], HttpResponse(link.url, saved.body))
    items.check(found)
    return found
