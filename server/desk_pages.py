"""Pages of the desk: lists with status and notes, side by side, who posted about us, watches."""

from collections import Counter
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Form, Query, Request
from starlette.responses import Response

from app.campaign import campaign
from app.listed import listed
from app.watching import news, see, webhook_secret
from catalog.shortlists import FIELDS, STATUSES, Shortlist
from search.comparison import compare
from server.access import WRITE
from server.chips import search_url
from server.creators_api import service_of
from server.errors import NotUnderstood
from server.lists_api import MOST_COMPARED, CompareParameters
from server.parameters import SearchParameters
from server.rendering import back, page, page_router, understood
from server.side_by_side import in_words
from server.watches_api import WatchWanted, save_watch

router = page_router()
_FIRST_LIST: Final = "My shortlist"
Text = Annotated[str, Form(max_length=2_000)]
Back = Annotated[str, Form(alias="back", max_length=4_000)]


@router.get("/lists")
def lists_page(request: Request) -> Response:
    """All lists, and a new one."""
    return page(request, "lists.html", lists=service_of(request).catalog.lists())


@router.post("/lists", dependencies=WRITE)
def new_list(request: Request, name: Text) -> Response:
    """Make a list."""
    one = service_of(request).catalog.add_list(name)
    return back(f"/lists/{one.id}")


@router.post("/lists/add", dependencies=WRITE)
def add(request: Request, creator: Text, list_id: Annotated[int, Form(ge=0, le=2**31)], query: Text = "",
        to: Back = "/lists") -> Response:  # fmt: skip
    """Put a creator on a list; list 0 is a new one."""
    catalog = service_of(request).catalog
    one = catalog.one_list(list_id) if list_id else _fresh_list(request)
    catalog.put_entry(one.id, creator, {}, query=query)
    return back(to, said=f"On the list “{one.name}”.")


@router.get("/lists/{list_id}")
def list_page(request: Request, list_id: int) -> Response:
    """Those on a list with what was noted, and who of them posted about us."""
    service = service_of(request)
    shortlist = service.catalog.one_list(list_id)
    with service.engine() as engine:
        rows = listed(service.catalog, engine, shortlist)
    posts = campaign(rows, shortlist.brands)
    counts = Counter(row.entry.status for row in rows)
    return page(
        request, "list.html", list=shortlist, rows=rows, posts=posts, statuses=STATUSES,
        counts=[(status, counts[status]) for status in STATUSES if counts[status]],
    )  # fmt: skip


@router.post("/lists/{list_id}", dependencies=WRITE)
def change_list(request: Request, list_id: int, brands: Text = "") -> Response:
    """Say which brands or codes are looked for in what those on the list post."""
    service_of(request).catalog.one_list(list_id)
    service_of(request).catalog.set_brands(list_id, brands.split(","))
    return back(f"/lists/{list_id}", said="Saved.")


@router.post("/lists/{list_id}/remove", dependencies=WRITE)
def drop_list(request: Request, list_id: int) -> Response:
    """Delete a list with its notes."""
    service_of(request).catalog.remove_list(list_id)
    return back("/lists")


@router.post("/lists/{list_id}/creators/{creator}", dependencies=WRITE)
async def change_entry(request: Request, list_id: int, creator: str) -> Response:
    """Status, date, fee, next step, note; or off the list."""
    form = await request.form()
    fields = {name: str(form[name]) for name in FIELDS if name in form}
    catalog = service_of(request).catalog
    if "remove" in form:
        catalog.remove_entry(list_id, creator)
    else:
        catalog.put_entry(list_id, creator, fields)
    return back(f"/lists/{list_id}", said="Taken off the list." if "remove" in form else "Saved.")


@router.get("/compare")
def compare_page(request: Request) -> Response:
    """Two to five creators side by side."""
    asked = request.query_params
    ids, brands = asked.getlist("id"), [brand for brand in asked.getlist("brand") if brand]
    if not 2 <= len(ids) <= MOST_COMPARED:
        raise NotUnderstood(
            [f"Tick two to five creators to compare them; {len(ids)} {'was' if len(ids) == 1 else 'were'} ticked."]
        )
    wanted = understood(CompareParameters, {"for": asked.get("for"), "id": ids, "brand": brands})
    service = service_of(request)
    reports = [service.report(one, niche=wanted.for_, brands=wanted.brand) for one in wanted.id]
    return page(request, "compare.html", table=in_words(compare(reports)), q=wanted.for_ or "")


@router.get("/watches")
def watches_page(request: Request, q: Annotated[str, Query(max_length=2_000)] = "") -> Response:
    """All watches, and a new one."""
    return page(request, "watches.html", watches=service_of(request).catalog.watches(), q=q)


@router.post("/watches", dependencies=WRITE)
def new_watch(request: Request, q: Text, name: Text = "", webhook: Text = "") -> Response:
    """Save a search."""
    service = service_of(request)
    wanted = understood(WatchWanted, {"name": name or q[:100], "q": q, "webhook": webhook})
    one = save_watch(service, wanted)
    secret = f" Its news are signed with the secret {webhook_secret(service.config.data, one)}" if one.webhook else ""
    return back(f"/watches/{one.id}", said=f"Watched from now on.{secret}")


@router.get("/watches/{watch_id}")
def watch_page(request: Request, watch_id: int) -> Response:
    """What is new since last time, then all."""
    service = service_of(request)
    watch = service.catalog.one_watch(watch_id)
    with service.engine() as engine:
        told = news(service.catalog, engine, watch)
    deliveries = service.catalog.deliveries(watch_id)
    known = set(SearchParameters.model_fields)
    params = {"q": watch.query, **{name: value for name, value in watch.options.items() if name in known}}
    return page(
        request, "watch.html", watch=watch, new=[one for one in told if one.is_new],
        others=[one for one in told if not one.is_new], deliveries=deliveries, q=quote(watch.query),
        search=search_url(params),
    )  # fmt: skip


@router.post("/watches/{watch_id}/seen", dependencies=WRITE)
def see_watch(request: Request, watch_id: int) -> Response:
    """The new ones are known from now on."""
    service = service_of(request)
    with service.engine() as engine:
        see(service.catalog, engine, service.catalog.one_watch(watch_id))
    return back(f"/watches/{watch_id}", said="From now on only those found later are new.")


@router.post("/watches/{watch_id}/remove", dependencies=WRITE)
def drop_watch(request: Request, watch_id: int) -> Response:
    """Delete a watch."""
    service_of(request).catalog.remove_watch(watch_id)
    return back("/watches")


def _fresh_list(request: Request) -> Shortlist:
    """The first list, made when it is needed; with lists there already, one more."""
    catalog = service_of(request).catalog
    taken = {one.name for one in catalog.lists()}
    name, number = _FIRST_LIST, 2
    while name in taken:
        name, number = f"{_FIRST_LIST} {number}", number + 1
    return catalog.add_list(name)
