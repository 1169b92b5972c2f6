"""The page: first screen, search, one creator, corrections. Works without scripts; every change is a form."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from app.marking import say, take_back
from base.errors import UserError
from catalog.records import Mark
from niche.overrides import KINDS, LANGUAGES, PLATFORM_GROUPS, PLATFORMS
from search.results import Result
from server import words
from server.access import COOKIE, WRITE, allowed
from server.charts import growth_plot, months_plot, standings
from server.chips import chips, facet_links, replaced, search_url
from server.creators_api import service_of
from server.display_names import source
from server.errors import NotUnderstood
from server.marks_api import What
from server.notes import notes
from server.parameters import ReportParameters, SearchParameters
from server.rendering import PageRoute, back, page, page_router, plain, understood
from server.windows import search_page
from server.world_map import Place, draw

router = page_router()
EXAMPLES: Final = ("east coast sushi", "shoe lovers in chicago", "sourdough around munich")
_SEVERAL: Final = frozenset(
    name for name, field in SearchParameters.model_fields.items() if "list" in str(field.annotation)
)
_TYPED: Final = ("place", "mentions", "no_mentions", "exclude")
_POSTS: Final = 12
Text = Annotated[str, Form(max_length=2_000)]
Back = Annotated[str, Form(alias="back", max_length=4_000)]


@router.get("/")
def home(request: Request) -> Response:
    """One box, examples, what is searched and what is not."""
    from app.sources_view import NOT_BUILT, source_rows

    service = service_of(request)
    try:
        info, wrong = service.info(), ""
    except UserError as error:
        info, wrong = None, str(error)
    names = [source(row.name) for row in source_rows(service.config) if row.on]
    return page(request, "home.html", info=info, wrong=wrong, examples=EXAMPLES, sources=names, not_searched=NOT_BUILT)


@router.get("/search")
def search(request: Request) -> Response:
    """Ranked creators with their reasons, the query as chips, filters, a map."""
    asked = request.query_params
    params = {name: _values(name, asked.getlist(name)) if name in _SEVERAL else asked[name] for name in asked}
    params = plain(
        {name: [v for v in value if v] if isinstance(value, list) else value for name, value in params.items()}
    )
    if "q" not in params:
        return back("/")
    wanted = understood(SearchParameters, {**params, "facets": True})
    service = service_of(request)
    answer, changed = search_page(service, wanted.q, wanted.overrides(), wanted)
    lists = service.catalog.lists()
    shown = answer.results if answer.outcome == "matches" else answer.nearest
    here = search_url(params)
    return page(
        request, "search.html", q=wanted.q, answer=answer, results=shown, params=params, chips=chips(answer, params),
        notes=notes(answer, params), facets=facet_links(answer, params), map=_map(shown), here=here, changed=changed,
        lists=lists, more=search_url(params, cursor=answer.next_cursor) if answer.next_cursor else "",
        listed=service.catalog.lists_of([result.creator.id for result in shown]), choices=_choices(),
        api=f"/v1/creators{here}",
    )  # fmt: skip


@router.get("/search/part")
def edit_part(request: Request, start: int, end: int, text: str = "") -> Response:
    """Other words in place of one chip's."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("start", "end", "text")]
    params: dict[str, Any] = {}
    for name, value in kept:
        params.setdefault(name, []).append(value)
    params["q"] = replaced(params.get("q", [""])[0], start, end, text[:200])
    return back(search_url(params))


@router.get("/creators/{creator:path}")
def creator_page(request: Request, creator: str) -> Response:
    """The vetting report."""
    asked = request.query_params
    brands = [brand for brand in asked.getlist("brand") if brand]
    wanted = understood(ReportParameters, {"for": asked.get("for"), "brand": brands})
    service = service_of(request)
    report = service.report(creator, niche=wanted.for_, brands=wanted.brand)
    lists, on = service.catalog.lists(), service.catalog.lists_of([report.creator.id]).get(report.creator.id, [])
    return page(
        request, "creator.html", report=report, creator=report.creator, q=wanted.for_ or "", lists=lists, on_lists=on,
        plot=months_plot(report.cadence.months), standings=standings(report), posts=report.posts[:_POSTS],
        growth=[growth_plot(one) for one in service.follower_counts(report.creator.id)],
        here=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
    )  # fmt: skip


@router.post("/creators/{creator}/marks", dependencies=WRITE)
def mark(
    request: Request,
    creator: str,
    kind: Annotated[What, Form()],
    value: Text = "",
    query: Text = "",
    to: Back = "/",
) -> Response:
    """One click on "wrong?": kept, and shown with a way to take it back."""
    service = service_of(request)
    about = query or None if kind in ("relevant", "not-relevant") else None
    with service.marking:
        told = say(service.config, service.creator_id(creator), Mark(kind=kind, value=value[:500], query=about))
    return back(to, said=f"{told.name}: {told.text}. {told.note}".strip(), undo=creator)


@router.post("/creators/{creator}/marks/undo", dependencies=WRITE)
def undo(request: Request, creator: str, to: Back = "/") -> Response:
    """Take the last correction of a creator back."""
    service = service_of(request)
    with service.marking:
        told = take_back(service.config, service.creator_id_or_name(creator))
    return back(to, said=f"Taken back: {told.name}: {told.text}")


@router.post("/creators/{creator}/forget", dependencies=[Depends(allowed("admin"))])
def forget(request: Request, creator: str, reference: Text = "", sure: Text = "") -> Response:
    """This creator asked to be removed: everything held on them goes, and they stay out."""
    from app.forgetting import forget as forget_creator

    service = service_of(request)
    if sure != "yes":
        raise NotUnderstood(["Nothing was removed: tick the box to say that you are sure."])
    with service.marking:
        done = forget_creator(service.config, service.creator_id(creator), reference=reference)
    return page(request, "forgotten.html", done=done)


login_router = APIRouter(include_in_schema=False, route_class=PageRoute)


@login_router.get("/login")
def login_page(request: Request) -> Response:
    """Where a key is asked for; not needed on this machine."""
    return page(request, "login.html", wrong="")


@login_router.post("/login")
def login(request: Request, key: Text) -> Response:
    """Keep a key that holds in a cookie that scripts cannot read."""
    service = service_of(request)
    if not service.access.may(key.strip(), "read"):
        return page(request, "login.html", 401, wrong="This key does not hold.")
    answer = back("/")
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, key.strip(), httponly=True, samesite="strict", secure=secure, max_age=30 * 24 * 3600)
    return answer


@login_router.post("/logout")
def logout() -> Response:
    """Forget the key."""
    answer = back("/login")
    answer.delete_cookie(COOKIE)
    return answer


def _values(name: str, given: list[str]) -> list[str]:
    """Values of a parameter; in one field of the form several stand with semicolons between them."""
    return [each.strip() for value in given for each in (value.split(";") if name in _TYPED else [value])]


def _map(results: tuple[Result, ...]) -> Any:
    places = []
    for result in results:
        home = next((place for place in result.creator.places if place.role == "home"), None)
        if home is not None:
            label = f"{words.name_of(result.creator)}, {home.name}"
            places.append(Place(result.match.rank, label, f"r{result.match.rank}", home.lat, home.lon))
    return draw(places)


def _choices() -> dict[str, list[str]]:
    """What the filters offer."""
    return {
        "platform": sorted({*PLATFORM_GROUPS, *PLATFORMS}),
        "kind": sorted(KINDS),
        "language": sorted(LANGUAGES),
        "tier": ["nano", "micro", "small", "mid", "big", "macro", "mega"],
    }
