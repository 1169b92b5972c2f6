"""The fixture cases of the sources: where they lie, how a page of ours reads them."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from web_poet import HttpResponse, PageParams
from web_poet.serialization import load_class

from crawler.sources.base import PageItems, SourcePage

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
BODY = "HttpResponse-body.html"


@dataclass(frozen=True)
class Case:
    """One fixture folder."""

    path: Path

    @property
    def page_class(self) -> type[SourcePage]:
        found = load_class(self.path.parent.name)
        assert issubclass(found, SourcePage)
        return found

    @property
    def source(self) -> str:
        return self.path.parent.parent.name

    @property
    def name(self) -> str:
        return "/".join((self.source, self.path.parent.name.rpartition(".")[2], self.path.name))

    @cached_property
    def meta(self) -> Mapping[str, Any]:
        meta: Mapping[str, Any] = json.loads((self.path / "meta.json").read_text("utf-8"))
        return meta

    @cached_property
    def body(self) -> bytes:
        return (self.path / "inputs" / BODY).read_bytes()

    @cached_property
    def context(self) -> dict[str, str]:
        file = self.path / "inputs" / "PageParams.json"
        return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}

    def response(self, body: bytes | None = None) -> HttpResponse:
        info = json.loads((self.path / "inputs" / "HttpResponse-info.json").read_text("utf-8"))
        return HttpResponse(
            url=info["url"],
            body=self.body if body is None else body,
            status=info["status"],
            headers=[tuple(pair) for pair in info["headers"]],
        )

    def read(self, body: bytes | None = None) -> PageItems:
        """What the page reads from this case's body, or from another one in its place."""
        return read_page(self.page_class, self.response(body), self.context)


def read_page(
    page_class: type[SourcePage], response: HttpResponse, context: Mapping[str, str] | None = None
) -> PageItems:
    items = asyncio.run(page_class(response=response, page_params=PageParams(context or {})).to_item())
    assert isinstance(items, PageItems)
    return items


def cases_in(folder: Path) -> list[Case]:
    return [Case(inputs.parent) for inputs in sorted(folder.rglob("inputs")) if inputs.is_dir()]


ALL_CASES = cases_in(FIXTURES)
