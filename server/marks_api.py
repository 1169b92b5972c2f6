"""Corrections over HTTP: what the user says of a creator, and taking it back."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.marking import say, take_back
from catalog.records import Mark
from search.results import iso_time
from server.access import WRITE, allowed
from server.answers import documented, value_answer
from server.creators_api import CreatorName, service_of
from server.parameters import NoParameters

router = APIRouter(prefix="/v1", tags=["corrections"], dependencies=[Depends(allowed("read"))])
_OBJECT: Final[dict[str, Any]] = {"type": "object"}
What = Literal["relevant", "not-relevant", "hide", "place", "not-in", "kind", "same-as", "not-same-as"]


class MarkWanted(BaseModel):
    """A correction; it wins over what was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: What
    value: str = Field("", max_length=500, description="A place, a kind or another creator, where the mark needs one.")
    query: Annotated[str, Field(min_length=1, max_length=2_000)] | None = Field(
        None, description="(Not) relevant for this query; left out: whatever is asked."
    )
    reason: str = Field("", max_length=500, description="A note for yourself.")


@router.post(
    "/creators/{creator:path}/marks", status_code=201, dependencies=WRITE, responses=documented(_OBJECT, "Kept.", 201)
)
def add_mark(creator: CreatorName, wanted: Annotated[MarkWanted, Body()], request: Request) -> dict[str, Any]:
    """Correct what is believed of a creator; your word wins in your results from now on."""
    service = service_of(request)
    query = wanted.query if wanted.kind in ("relevant", "not-relevant") else None
    mark = Mark(kind=wanted.kind, value=wanted.value, query=query, reason=wanted.reason)
    with service.marking:
        told = say(service.config, service.creator_id(creator), mark)
    return told._asdict()


@router.get("/creators/{creator:path}/marks", response_class=Response, responses=documented({"type": "array"}))
def marks_of(
    creator: CreatorName, _: Annotated[NoParameters, Query()], request: Request, response: Response
) -> Response:
    """What was said of a creator, undone or not, oldest first."""
    service = service_of(request)
    rows = service.catalog.marks(service.creator_id(creator))
    value = [
        {
            "kind": row.mark.kind,
            "value": row.mark.value,
            "query": row.mark.query,
            "reason": row.mark.reason,
            "at": iso_time(row.mark.at) if row.mark.at else None,
            "undone_at": iso_time(row.undone_at) if row.undone_at else None,
        }
        for row in rows
    ]
    return value_answer(request, response, value)


@router.delete("/creators/{creator:path}/marks/last", dependencies=WRITE, responses=documented(_OBJECT, "Undone."))
def undo_mark(creator: CreatorName, request: Request) -> dict[str, Any]:
    """Take back the last correction of a creator; what held before it holds again."""
    service = service_of(request)
    with service.marking:
        return take_back(service.config, service.creator_id_or_name(creator))._asdict()
