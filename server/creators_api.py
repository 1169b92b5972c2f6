"""Creators over HTTP: search, the vetting report, who is like somebody, one post, a plan, where one can look."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from search.results import answer_json, iso_time
from server.access import allowed, takes_no_parameters
from server.answers import answer_schema, documented, json_answer, search_answer, value_answer
from server.errors import NotThere
from server.parameters import NoParameters, PlanWanted, ReportParameters, SearchParameters, SimilarParameters
from server.plans import plan_value
from server.service import Service
from server.windows import search_page

router = APIRouter(prefix="/v1", tags=["creators"], dependencies=[Depends(allowed("read"))])
CreatorName = Annotated[str, Path(min_length=1, max_length=500, description="Id, handle@host or address of a creator.")]
_OBJECT: dict[str, Any] = {"type": "object"}
_ARRAY: dict[str, Any] = {"type": "array", "items": _OBJECT}


def service_of(request: Request) -> Service:
    """What all requests share."""
    service: Service = request.app.state.service
    return service


@router.get("/creators/search", response_class=Response, responses=documented(answer_schema(), "Ranked creators."))
def search_creators(wanted: Annotated[SearchParameters, Query()], request: Request, response: Response) -> Response:
    """Rank the creators that are held for a niche, each with the reasons. Nothing is fetched."""
    answer, changed = search_page(service_of(request), wanted.q, wanted.overrides(), wanted)
    return search_answer(request, response, answer, window_changed=changed)


@router.get("/creators/{creator:path}/similar", response_class=Response, responses=documented(answer_schema()))
def similar_creators(
    creator: CreatorName, wanted: Annotated[SimilarParameters, Query()], request: Request, response: Response
) -> Response:
    """Those who write about what this creator writes about."""
    service = service_of(request)
    overrides = wanted.overrides(like=service.creator_id(creator))
    answer, changed = search_page(service, wanted.q or "who", overrides, wanted)
    return search_answer(request, response, answer, window_changed=changed)


@router.get("/creators/{creator:path}/followers", response_class=Response, responses=documented(_ARRAY))
def creator_followers(
    creator: CreatorName, _: Annotated[NoParameters, Query()], request: Request, response: Response
) -> Response:
    """How many followed each account over time, as it was seen; `step`: the platform rounds to that."""
    service = service_of(request)
    histories = service.follower_counts(service.creator_id(creator))
    value = [
        {
            "platform": one.platform,
            "url": one.url,
            "counts": [
                {"at": iso_time(seen.at), "followers": seen.followers, "step": seen.step} for seen in one.counts
            ],
        }
        for one in histories
    ]
    return value_answer(request, response, value)


@router.get("/creators/{creator:path}", response_class=Response, responses=documented(_OBJECT, "The vetting report."))
def creator_report(
    creator: CreatorName, wanted: Annotated[ReportParameters, Query()], request: Request, response: Response
) -> Response:
    """All about one creator: topics, rhythm, reactions, paid posts, whom they name, each claim with its address."""
    report = service_of(request).report(creator, niche=wanted.for_, brands=wanted.brand, now=wanted.now)
    day = report.as_of.replace(hour=0, minute=0, second=0, microsecond=0)  # nothing in it is told by the hour
    return json_answer(request, response, answer_json(report), same=answer_json(report._replace(as_of=day)))


@router.get("/posts/{post_id}", response_class=Response, responses=documented(_OBJECT, "The post."))
def one_post(
    post_id: Annotated[str, Path(min_length=1, max_length=100)],
    _: Annotated[NoParameters, Query()],
    request: Request,
    response: Response,
) -> Response:
    """One post as it was read, with the creator who wrote it."""
    from search.present import post_result

    with service_of(request).engine() as engine:
        post = engine.post(post_id)
    if post is None:
        raise NotThere(f"there is no post {post_id[:100]!r}")
    told = answer_json(post_result(post))
    creator = answer_json((post.creator_id,))[1:-1]
    return json_answer(request, response, f'{told[:-1]}, "creator_id": {creator}}}')


@router.post(
    "/plans",
    response_class=Response,
    dependencies=[Depends(takes_no_parameters)],
    responses=documented(_OBJECT, "The plan."),
)
def make_plan(wanted: Annotated[PlanWanted, Body()], request: Request, response: Response) -> Response:
    """What a discovery of this query would ask where, and what it costs. Nothing is fetched."""
    from app.discovery import DiscoverOptions, plan_discovery

    options = DiscoverOptions(overrides=wanted.overrides(), sources=tuple(wanted.sources))
    plan = plan_discovery(service_of(request).config, wanted.query, options)
    return value_answer(request, response, plan_value(plan))


@router.get("/sources", response_class=Response, responses=documented({"type": "array", "items": _OBJECT}))
def sources(_: Annotated[NoParameters, Query()], request: Request, response: Response) -> Response:
    """Where can be looked, what each source needs, what robots.txt refused there."""
    from app.sources_view import source_rows

    return value_answer(request, response, [row.as_json() for row in source_rows(service_of(request).config)])
