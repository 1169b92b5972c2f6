"""Pages of the desk: lists with status and notes, side by side, who posted about us, watches."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from app.campaign import campaign
from app.listed import listed
from app.watching import look, webhook_secret
from base.errors import UserError
from catalog.shortlists import FIELDS, STATUSES, Shortlist
from search.comparison import compare
from server.access import allowed
from server.chips import search_url
from server.creators_api import service_of
from server.lists_api import CompareParameters
from server.parameters import SearchParameters
from server.problems import validation_lines
from server.rendering import back, error_page, page, plain
from server.watches_api import WatchWanted, save_watch

router = APIRouter(include_in_schema=False, dependencies=[Depends(allowed("read"))])
_WRITE: Final = [Depends(allowed("write"))]
_FIRST_LIST: Final = "My shortlist"
Text = Annotated[str, Form(max_length=2_000)]
Back = Annotated[str, Form(alias="back", max_length=4_000)]


@router.get("/lists")
def lists_page(request: Request) -> Response:
    """All lists, and a new one."""
    try:
        return page(request, "lists.html", lists=service_of(request).catalog.lists())
    except UserError as error:
        return error_page(request, error)


@router.post("/lists", dependencies=_WRITE)
def new_list(request: Request, name: Text) -> Response:
    """Make a list."""
    try:
        one = service_of(request).catalog.add_list(name)
    except UserError as error:
        return error_page(request, error)
    return back(f"/lists/{one.id}")


@router.post("/lists/add", dependencies=_WRITE)
def add(request: Request, creator: Text, list_id: Annotated[int, Form(ge=0, le=2**31)], query: Text = "",
        to: Back = "/lists") -> Response:  # fmt: skip
    """Put a creator on a list; list 0 is a new one."""
    catalog = service_of(request).catalog
    try:
        one = catalog.one_list(list_id) if list_id else _fresh_list(request)
        catalog.put_entry(one.id, creator, {}, query=query)
    except UserError as error:
        return error_page(request, error)
    return back(to, said=f"On the list “{one.name}”.")


@router.get("/lists/{list_id}")
def list_page(request: Request, list_id: int) -> Response:
    """Those on a list with what was noted, and who of them posted about us."""
    service = service_of(request)
    try:
        shortlist = service.catalog.one_list(list_id)
        with service.pool.engine() as engine:
            rows = listed(service.catalog, engine, shortlist)
    except UserError as error:
        return error_page(request, error)
    posts = campaign(rows, shortlist.brands)
    return page(
        request, "list.html", list=shortlist, rows=rows, posts=posts, statuses=STATUSES, here=f"/lists/{list_id}",
    )  # fmt: skip


@router.post("/lists/{list_id}", dependencies=_WRITE)
def change_list(request: Request, list_id: int, brands: Text = "") -> Response:
    """Say which brands or codes are looked for in what those on the list post."""
    try:
        service_of(request).catalog.one_list(list_id)
        service_of(request).catalog.set_brands(list_id, brands.split(","))
    except UserError as error:
        return error_page(request, error)
    return back(f"/lists/{list_id}", said="Saved.")


@router.post("/lists/{list_id}/remove", dependencies=_WRITE)
def drop_list(request: Request, list_id: int) -> Response:
    """Delete a list with its notes."""
    try:
        service_of(request).catalog.remove_list(list_id)
    except UserError as error:
        return error_page(request, error)
    return back("/lists")


@router.post("/lists/{list_id}/creators/{creator}", dependencies=_WRITE)
async def change_entry(request: Request, list_id: int, creator: str) -> Response:
    """Status, date, fee, next step, note; or off the list."""
    form = await request.form()
    fields = {name: str(form[name]) for name in FIELDS if name in form}
    catalog = service_of(request).catalog
    try:
        if "remove" in form:
            catalog.remove_entry(list_id, creator)
        else:
            catalog.put_entry(list_id, creator, fields)
    except UserError as error:
        return error_page(request, error)
    return back(f"/lists/{list_id}", said="Taken off the list." if "remove" in form else "Saved.")


@router.get("/compare")
def compare_page(request: Request) -> Response:
    """Two to five creators side by side."""
    asked = request.query_params
    params = plain(
        {"for": asked.get("for"), "id": asked.getlist("id"), "brand": [b for b in asked.getlist("brand") if b]}
    )
    try:
        wanted = CompareParameters.model_validate(params)
        service = service_of(request)
        reports = [service.report(one, niche=wanted.for_, brands=wanted.brand) for one in wanted.id]
        table = compare(reports)
    except ValidationError as error:
        few = len(asked.getlist("id")) < 2
        lines = ["Tick two to five creators to compare them."] if few else validation_lines(error, CompareParameters)
        return page(request, "error.html", 422, lines=lines, q=asked.get("for", ""))
    except UserError as error:
        return error_page(request, error)
    return page(request, "compare.html", table=table, q=wanted.for_ or "")


@router.get("/watches")
def watches_page(request: Request, q: Annotated[str, Query(max_length=2_000)] = "") -> Response:
    """All watches, and a new one."""
    try:
        return page(request, "watches.html", watches=service_of(request).catalog.watches(), q=q)
    except UserError as error:
        return error_page(request, error)


@router.post("/watches", dependencies=_WRITE)
def new_watch(request: Request, q: Text, name: Text = "", webhook: Text = "") -> Response:
    """Save a search."""
    service = service_of(request)
    try:
        wanted = WatchWanted.model_validate({"name": name or q[:100], "q": q, "webhook": webhook})
        one = save_watch(service, wanted)
    except ValidationError as error:
        return page(request, "error.html", 422, lines=validation_lines(error, WatchWanted))
    except UserError as error:
        return error_page(request, error)
    secret = f" Its news are signed with the secret {webhook_secret(service.config.data, one)}" if one.webhook else ""
    return back(f"/watches/{one.id}", said=f"Watched from now on.{secret}")


@router.get("/watches/{watch_id}")
def watch_page(request: Request, watch_id: int) -> Response:
    """What is new since last time, then all."""
    service = service_of(request)
    try:
        watch = service.catalog.one_watch(watch_id)
        with service.pool.engine() as engine:
            news = look(service.catalog, engine, watch)
        deliveries = service.catalog.deliveries(watch_id)
    except UserError as error:
        return error_page(request, error)
    known = set(SearchParameters.model_fields)
    params = {"q": watch.query, **{name: value for name, value in watch.options.items() if name in known}}
    return page(
        request, "watch.html", watch=watch, new=[one for one in news if one.is_new],
        others=[one for one in news if not one.is_new], deliveries=deliveries, q=quote(watch.query),
        search=search_url(params),
    )  # fmt: skip


@router.post("/watches/{watch_id}/remove", dependencies=_WRITE)
def drop_watch(request: Request, watch_id: int) -> Response:
    """Delete a watch."""
    try:
        service_of(request).catalog.remove_watch(watch_id)
    except UserError as error:
        return error_page(request, error)
    return back("/watches")


def _fresh_list(request: Request) -> Shortlist:
    """The first list, made when it is needed; with lists there already, one more."""
    catalog = service_of(request).catalog
    taken = {one.name for one in catalog.lists()}
    name, number = _FIRST_LIST, 2
    while name in taken:
        name, number = f"{_FIRST_LIST} {number}", number + 1
    return catalog.add_list(name)
