"""Discoveries over HTTP: asked for here, done by a worker, followed as events. The server itself fetches nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from catalog.discoveries import Discovery
from search.results import iso_time
from server.access import WRITE, allowed
from server.answers import documented, value_answer
from server.creators_api import service_of
from server.parameters import JobWanted, NoParameters
from server.service import Service

router = APIRouter(prefix="/v1", tags=["discoveries"], dependencies=[Depends(allowed("read"))])
_OBJECT: Final[dict[str, Any]] = {"type": "object"}
JobId = Annotated[str, Path(min_length=1, max_length=64, description="Id of a job.")]
EVERY: Final = 0.5  # seconds between two looks at a job
_BEAT: Final = 15.0  # seconds after which a line is sent anyway, so that nobody on the way gives up
_LONGEST: Final = 3_600.0


def job_value(job: Discovery) -> dict[str, Any]:
    """A job as JSON."""
    times = {name: getattr(job, name) for name in ("created", "started", "ended")}
    return {
        "id": job.id,
        "query": job.query,
        "state": job.state,
        "options": dict(job.options),
        "progress": dict(job.progress),
        "message": job.message,
        **{name: iso_time(moment) if moment else None for name, moment in times.items()},
    }


def ask_job(service: Service, wanted: JobWanted) -> Discovery:
    """Put a discovery down for a worker. Raises QueryError, UsageError for one that leads nowhere."""
    from app.asked import check_asked

    options = wanted.model_dump(mode="json", exclude={"query"}, exclude_none=True)
    options = {name: value for name, value in options.items() if value != []}
    check_asked(service.config, wanted.query, tuple(wanted.sources))
    return service.catalog.ask_discovery(wanted.query, options)


@router.post("/jobs", status_code=202, dependencies=WRITE, responses=documented(_OBJECT, "Asked for.", 202))
def new_job(wanted: Annotated[JobWanted, Body()], request: Request, response: Response) -> dict[str, Any]:
    """Ask for a discovery; a worker (`nichescout worker`) does it. The same words twice are one job."""
    job = ask_job(service_of(request), wanted)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return job_value(job)


@router.get("/jobs", response_class=Response, responses=documented({"type": "array", "items": _OBJECT}))
def all_jobs(_: Annotated[NoParameters, Query()], request: Request, response: Response) -> Response:
    """The newest twenty jobs."""
    return value_answer(request, response, [job_value(job) for job in service_of(request).catalog.discoveries()])


@router.get("/jobs/{job_id}", response_class=Response, responses=documented(_OBJECT, "The job."))
def one_job(job_id: JobId, _: Annotated[NoParameters, Query()], request: Request, response: Response) -> Response:
    """How far a job is."""
    return value_answer(request, response, job_value(service_of(request).catalog.discovery(job_id)))


@router.delete("/jobs/{job_id}", dependencies=WRITE, responses=documented(_OBJECT, "The job."))
def cancel_job(job_id: JobId, request: Request) -> dict[str, Any]:
    """End a job; what was read is kept."""
    return job_value(service_of(request).catalog.cancel_discovery(job_id))


@router.get(
    "/jobs/{job_id}/events",
    response_class=Response,
    responses={
        **documented(_OBJECT),
        200: {"description": "Server-sent events.", "content": {"text/event-stream": {}}},
    },
)
def job_events(job_id: JobId, _: Annotated[NoParameters, Query()], request: Request) -> Response:
    """A job's progress as server-sent events (`progress`, at last `end`), each the job as JSON."""
    service = service_of(request)
    service.catalog.discovery(job_id)  # 404 before the stream begins
    return StreamingResponse(
        _events(service, job_id, request), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _events(service: Service, job_id: str, request: Request) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    told, spoke, until = "", loop.time(), loop.time() + _LONGEST
    while loop.time() < until and not service.ending.is_set() and not await request.is_disconnected():
        job = await run_in_threadpool(service.catalog.discovery, job_id)
        value = json.dumps(job_value(job), ensure_ascii=False)
        if value != told:
            told, spoke = value, loop.time()
            yield f"event: {'end' if job.is_over else 'progress'}\ndata: {value}\n\n"
        elif loop.time() - spoke > _BEAT:
            spoke = loop.time()
            yield ": still there\n\n"
        if job.is_over:
            return
        await asyncio.sleep(EVERY)
