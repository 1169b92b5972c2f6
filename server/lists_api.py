"""Lists over HTTP: shortlists with status and notes, comparison, export, and who posted about us."""

from dataclasses import asdict
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.campaign import campaign
from app.listed import exported, listed
from base.slug import slug
from catalog.shortlists import LONGEST, Entry, Shortlist
from search.comparison import compare
from search.results import answer_json, iso_time
from server.access import WRITE, allowed
from server.answers import documented, json_answer, value_answer
from server.creators_api import service_of
from server.errors import NotThere
from server.parameters import Name, NoParameters, ReportParameters
from text.fold import fold

router = APIRouter(prefix="/v1", tags=["lists"], dependencies=[Depends(allowed("read"))])
_OBJECT: Final[dict[str, Any]] = {"type": "object"}
_ARRAY: Final[dict[str, Any]] = {"type": "array", "items": {"type": "object"}}
ListId = Annotated[int, Path(ge=1, le=2**31, description="Number of a list.")]
CreatorInList = Annotated[str, Path(min_length=1, max_length=500, description="Id of a creator.")]
Note = Annotated[str, Field(max_length=LONGEST)]
Brands = Annotated[list[Name], Field(max_length=20)]
MOST_COMPARED: Final = 5
FORMS: Final = {"csv": "text/csv", "json": "application/json", "md": "text/markdown"}


class ListWanted(BaseModel):
    """A new list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100, examples=["Autumn launch"])
    brands: Brands = Field([], description="Brand words or codes: who of the list posts about us?")


class BrandsWanted(BaseModel):
    """Brand words or codes of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brands: Brands


class EntryWanted(BaseModel):
    """What is noted of a creator on a list; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Literal["to contact", "contacted", "answered", "agreed", "declined"] | None = None
    on_day: Annotated[str, Field(max_length=10, examples=["2026-12-01"])] | None = Field(
        None, description='Day of the status; "" for none.'
    )
    fee: Note | None = None
    next_step: Note | None = None
    note: Note | None = None
    query: Annotated[str, Field(max_length=2_000)] = Field("", description="The search that it was found by.")


class CompareParameters(ReportParameters):
    """Who is put side by side."""

    id: list[Name] = Field(min_length=2, max_length=MOST_COMPARED, description="Two to five creators.")


class ExportParameters(BaseModel):
    """How a list leaves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["csv", "json", "md"] = "csv"


def list_value(one: Shortlist) -> dict[str, Any]:
    """A list as JSON."""
    return {**asdict(one), "brands": list(one.brands), "created": iso_time(one.created)}


def entry_value(one: Entry) -> dict[str, Any]:
    """An entry as JSON."""
    return {**asdict(one), "added": iso_time(one.added)}


@router.get("/lists", response_class=Response, responses=documented(_ARRAY, "All lists, by name."))
def all_lists(_: Annotated[NoParameters, Query()], request: Request, response: Response) -> Response:
    """The lists."""
    return value_answer(request, response, [list_value(one) for one in service_of(request).catalog.lists()])


@router.post("/lists", status_code=201, dependencies=WRITE, responses=documented(_OBJECT, "The new list.", 201))
def new_list(wanted: Annotated[ListWanted, Body()], request: Request, response: Response) -> dict[str, Any]:
    """Make a list."""
    one = service_of(request).catalog.add_list(wanted.name, wanted.brands)
    response.headers["Location"] = f"/v1/lists/{one.id}"
    return list_value(one)


@router.get("/lists/{list_id}", response_class=Response, responses=documented(_OBJECT, "The list, with those on it."))
def one_list(list_id: ListId, _: Annotated[NoParameters, Query()], request: Request, response: Response) -> Response:
    """A list with what is noted of each creator on it."""
    catalog = service_of(request).catalog
    value = list_value(catalog.one_list(list_id))
    value["entries"] = [entry_value(entry) for entry in catalog.entries(list_id)]
    return value_answer(request, response, value)


@router.patch("/lists/{list_id}", dependencies=WRITE, responses=documented(_OBJECT, "The list."))
def change_list(list_id: ListId, wanted: Annotated[BrandsWanted, Body()], request: Request) -> dict[str, Any]:
    """Say which brand words or codes are looked for in what those on the list post."""
    service_of(request).catalog.one_list(list_id)
    return list_value(service_of(request).catalog.set_brands(list_id, wanted.brands))


@router.delete("/lists/{list_id}", status_code=204, dependencies=WRITE, responses=documented(_OBJECT))
def drop_list(list_id: ListId, request: Request) -> None:
    """Delete a list with its notes."""
    service_of(request).catalog.remove_list(list_id)


@router.put("/lists/{list_id}/creators/{creator}", dependencies=WRITE, responses=documented(_OBJECT, "The entry."))
def put_entry(
    list_id: ListId, creator: CreatorInList, wanted: Annotated[EntryWanted, Body()], request: Request
) -> dict[str, Any]:
    """Put a creator on a list, or change what is noted there."""
    fields = wanted.model_dump(exclude={"query"}, exclude_none=True)
    return entry_value(service_of(request).catalog.put_entry(list_id, creator, fields, query=wanted.query))


@router.delete(
    "/lists/{list_id}/creators/{creator}", status_code=204, dependencies=WRITE, responses=documented(_OBJECT)
)
def drop_entry(list_id: ListId, creator: CreatorInList, request: Request) -> None:
    """Take a creator off a list."""
    if not service_of(request).catalog.remove_entry(list_id, creator):
        raise NotThere(f"{creator[:100]!r} is not on this list")


@router.get(
    "/lists/{list_id}/export",
    response_class=Response,
    responses={
        **documented(_OBJECT),
        200: {"description": "The list.", "content": {form: {} for form in FORMS.values()}},
    },
)
def export_list(list_id: ListId, wanted: Annotated[ExportParameters, Query()], request: Request) -> Response:
    """A list as CSV, JSON or Markdown: contact, best quote with its address, place and how sure, your notes."""
    service = service_of(request)
    shortlist = service.catalog.one_list(list_id)
    with service.engine() as engine:
        rows = listed(service.catalog, engine, shortlist)
    named = {"Content-Disposition": f'attachment; filename="{_file_name(shortlist)}.{wanted.format}"'}
    text = exported(shortlist, rows, wanted.format)
    return Response(text, media_type=FORMS[wanted.format], headers=named)


def _file_name(shortlist: Shortlist) -> str:
    """Of the list's name what every file system and header takes."""
    return slug(fold(shortlist.name))[:60] or f"list-{shortlist.id}"


@router.get("/lists/{list_id}/posts", response_class=Response, responses=documented(_ARRAY, "The newest first."))
def our_posts(list_id: ListId, _: Annotated[NoParameters, Query()], request: Request, response: Response) -> Response:
    """Who of the list posted about the list's brands or codes, when, and how it did against their own median."""
    service = service_of(request)
    shortlist = service.catalog.one_list(list_id)
    with service.engine() as engine:
        rows = listed(service.catalog, engine, shortlist)
    return json_answer(request, response, answer_json(tuple(campaign(rows, shortlist.brands))))


@router.get("/compare", response_class=Response, responses=documented(_OBJECT, "The same rows for all."))
def compare_creators(wanted: Annotated[CompareParameters, Query()], request: Request, response: Response) -> Response:
    """Two to five creators side by side, differences marked, evidence under each cell."""
    service = service_of(request)
    reports = [service.report(one, niche=wanted.for_, brands=wanted.brand, now=wanted.now) for one in wanted.id]
    return json_answer(request, response, answer_json(compare(reports)))
