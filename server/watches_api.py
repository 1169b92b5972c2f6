"""Watches over HTTP: saved searches with what is new since last time, as JSON and as an Atom feed."""

import json
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from pydantic import Field

from app.watching import News, begin, news, see, webhook_secret
from app.webhooks import check_webhook
from catalog.watches import Watch
from search.results import answer_json, iso_time
from server.access import WRITE, allowed
from server.answers import documented, json_answer, tagged, value_answer
from server.creators_api import service_of
from server.feeds import atom_feed
from server.parameters import LONGEST_QUERY, NicheParameters, NoParameters
from server.service import Service

router = APIRouter(prefix="/v1", tags=["watches"], dependencies=[Depends(allowed("read"))])
_OBJECT: Final[dict[str, Any]] = {"type": "object"}
WatchId = Annotated[int, Path(ge=1, le=2**31, description="Number of a watch.")]


class WatchWanted(NicheParameters):
    """A search to save, with its filters."""

    name: str = Field(min_length=1, max_length=100, examples=["Sushi, east coast"])
    q: str = Field(min_length=1, max_length=LONGEST_QUERY, examples=["east coast sushi"])
    webhook: str = Field("", max_length=2_000, description="An https address that gets the news, signed.")


def watch_value(one: Watch) -> dict[str, Any]:
    """A watch as JSON."""
    checked = iso_time(one.checked) if one.checked else None
    return {**asdict(one), "options": dict(one.options), "created": iso_time(one.created), "checked": checked}


def _shown(watch: Watch, told: list[News]) -> str:
    head = json.dumps(watch_value(watch), ensure_ascii=False)
    return f'{head[:-1]}, "results": {answer_json(tuple(told))}}}'


def save_watch(service: Service, wanted: WatchWanted) -> Watch:
    """Save a search whose words and filters are understood. Raises QueryError, BadList, UnsafeAddress."""
    if wanted.webhook:
        check_webhook(wanted.webhook)
    with service.engine() as engine:
        return begin(service.catalog, engine, wanted.name, wanted.q, wanted.overrides(), webhook=wanted.webhook)


@router.get("/watches", response_class=Response, responses=documented({"type": "array", "items": _OBJECT}))
def all_watches(_: Annotated[NoParameters, Query()], request: Request, response: Response) -> Response:
    """The watches, by name."""
    return value_answer(request, response, [watch_value(one) for one in service_of(request).catalog.watches()])


@router.post("/watches", status_code=201, dependencies=WRITE, responses=documented(_OBJECT, "The new watch.", 201))
def new_watch(wanted: Annotated[WatchWanted, Body()], request: Request, response: Response) -> dict[str, Any]:
    """Save a search. With a webhook the answer holds the secret by which its news are signed."""
    service = service_of(request)
    one = save_watch(service, wanted)
    response.headers["Location"] = f"/v1/watches/{one.id}"
    secret = webhook_secret(service.config.data, one) if one.webhook else None
    return {**watch_value(one), "webhook_secret": secret}


@router.get("/watches/{watch_id}", response_class=Response, responses=documented(_OBJECT, "Whom it shows."))
def one_watch(watch_id: WatchId, _: Annotated[NoParameters, Query()], request: Request, response: Response) -> Response:
    """Whom a saved search shows now, those whom you have not seen first. They stay new until you say `seen`."""
    service = service_of(request)
    watch = service.catalog.one_watch(watch_id)
    with service.engine() as engine:
        told = news(service.catalog, engine, watch)
    return json_answer(request, response, _shown(watch, told))


@router.post(
    "/watches/{watch_id}/seen",
    response_class=Response,
    dependencies=WRITE,
    responses=documented(_OBJECT, "Whom it shows."),
)
def see_watch(watch_id: WatchId, request: Request, response: Response) -> Response:
    """The same answer, and whoever is in it is not new the next time."""
    service = service_of(request)
    watch = service.catalog.one_watch(watch_id)
    with service.engine() as engine:
        told = see(service.catalog, engine, watch)
    return json_answer(request, response, _shown(service.catalog.one_watch(watch_id), told))


@router.get(
    "/watches/{watch_id}/feed",
    response_class=Response,
    responses={**documented(_OBJECT), 200: {"description": "Atom.", "content": {"application/atom+xml": {}}}},
)
def watch_feed(
    watch_id: WatchId, _: Annotated[NoParameters, Query()], request: Request, response: Response
) -> Response:
    """Those whom a saved search has shown, the newest first, as an Atom feed."""
    service = service_of(request)
    watch = service.catalog.one_watch(watch_id)
    with service.engine() as engine:
        feed = atom_feed(service.catalog, engine, watch, str(request.base_url))
    return tagged(request, response, feed, "application/atom+xml")


@router.get("/watches/{watch_id}/deliveries", response_class=Response, responses=documented({"type": "array"}))
def watch_deliveries(
    watch_id: WatchId, _: Annotated[NoParameters, Query()], request: Request, response: Response
) -> Response:
    """What was sent to the webhook, and how that went; the newest first."""
    catalog = service_of(request).catalog
    catalog.one_watch(watch_id)
    value = [
        {
            "id": one.id,
            "at": iso_time(one.at),
            "creators": list(one.creator_ids),
            "attempts": one.attempts,
            "outcome": one.outcome,
            "next_attempt": iso_time(one.due) if one.due else None,
        }
        for one in catalog.deliveries(watch_id)
    ]
    return value_answer(request, response, value)


@router.delete("/watches/{watch_id}", status_code=204, dependencies=WRITE, responses=documented(_OBJECT))
def drop_watch(watch_id: WatchId, request: Request) -> None:
    """Delete a watch."""
    service_of(request).catalog.remove_watch(watch_id)
