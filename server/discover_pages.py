"""Pages of discovery: type a niche, see the plan and its cost, start, watch, see results arrive."""

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import Response

from base.errors import UserError
from niche.overrides import Overrides
from server import words
from server.access import WRITE
from server.creators_api import service_of
from server.jobs_api import ask_job
from server.notes import without_options
from server.parameters import JobWanted
from server.plans import plan_value
from server.problems import in_parameters
from server.rendering import back, page, page_router, understood

router = page_router()


@router.get("/discover")
def discover_page(request: Request, q: Annotated[str, Query(max_length=2_000)] = "") -> Response:
    """The plan of a niche, or a box to type one; and what was asked for before."""
    from app.discovery import DiscoverOptions, plan_discovery

    service = service_of(request)
    plan, wrong = None, ""
    if q.strip():
        try:
            plan = plan_value(plan_discovery(service.config, q, DiscoverOptions()))
        except UserError as error:
            wrong = words.sentence(in_parameters(str(error)))
    try:
        jobs = service.catalog.discoveries()
    except UserError:
        jobs = []  # there is no catalog before the first discovery
    config, notes = service.config, [without_options(note) for note in plan["notes"]] if plan else []
    return page(
        request, "discover.html", q=q, plan=plan, notes=notes, wrong=wrong, jobs=jobs, pages=config.pages,
        minutes=config.minutes,
    )  # fmt: skip


@router.post("/discover", dependencies=WRITE)
def start(request: Request, q: Annotated[str, Form(max_length=2_000)], pages: Annotated[str, Form()] = "") -> Response:
    """Ask a worker for it."""
    wanted = understood(JobWanted, {"query": q, "pages": pages})
    job = ask_job(service_of(request), wanted)
    return back(f"/discover/{job.id}")


@router.get("/discover/{job_id}")
def job_page(request: Request, job_id: str) -> Response:
    """How it goes, and who was found."""
    service = service_of(request)
    job = service.catalog.discovery(job_id)
    found = service.search(job.query, Overrides(), limit=10).results if job.state == "done" else ()
    lists = service.catalog.lists()
    return page(
        request, "job.html", job=job, results=found, lists=lists, stages=words.STAGES, here=f"/discover/{job_id}",
        listed=service.catalog.lists_of([result.creator.id for result in found]),
    )  # fmt: skip


@router.post("/discover/{job_id}/stop", dependencies=WRITE)
def stop(request: Request, job_id: str) -> Response:
    """End it; what was read is kept."""
    service_of(request).catalog.cancel_discovery(job_id)
    return back(f"/discover/{job_id}")
