"""The application put together: routes, errors, bounds, documentation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from app.config import Config
from base.errors import UserError
from server import (
    creators_api,
    desk_pages,
    discover_pages,
    jobs_api,
    lists_api,
    marks_api,
    operations_api,
    pages,
    watches_api,
)
from server.errors import NotUnderstood
from server.guard import Guard
from server.problems import of_user_error, of_validation, problem, request_id_of, validation_lines
from server.rendering import error_page, is_page, told_page
from server.service import Service
from server.settings import ServerSettings

_HERE: Final = Path(__file__).parent
_ABOUT: Final = """Small, trusted, local voices for a niche: ranked creators, each with the reasons.

Nothing here fetches anything; a discovery is asked for (`POST /v1/jobs`) and done by a worker. Errors are problem
details (RFC 9457). Unknown parameters are errors."""

_TOLD: Final = {404: "There is no such page.", 405: "This page cannot be asked so."}


def make_application(config: Config, settings: ServerSettings, *, keyless: bool) -> Guard:
    """The ASGI application over a data folder. ``keyless``: whoever reaches it may everything."""
    service = Service(config, settings, keyless=keyless)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        threads = current_default_thread_limiter()  # whoever is let in gets a thread; 503 bounds them, no queue
        threads.total_tokens = max(threads.total_tokens, settings.in_flight + settings.streams)
        try:
            yield
        finally:
            service.close()

    app = FastAPI(
        title="nichescout", version="1", description=_ABOUT, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url="/v1/openapi.json",
    )  # fmt: skip
    app.state.service = service
    for module in (marks_api, creators_api, lists_api, watches_api, jobs_api, operations_api):
        app.include_router(module.router)
    for router in (pages.login_router, pages.router, desk_pages.router, discover_pages.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.add_exception_handler(UserError, _user_error)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)  # 9 takes twice as long for 4% less
    if settings.origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(settings.origins), allow_methods=["*"], allow_headers=["*"],
            expose_headers=["ETag", "X-Request-ID", "Location"],
        )  # fmt: skip
    return Guard(app, settings, service.metrics, keyless=keyless, ending=service.ending)  # around all, what breaks too


async def _user_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)
    return error_page(request, error) if is_page(request.scope) else of_user_error(request, error)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if is_page(request.scope):
        return error_page(request, NotUnderstood(validation_lines(error)))
    return of_validation(request, error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if is_page(request.scope):
        return told_page(error.status_code, [_TOLD.get(error.status_code, str(error.detail))])
    return problem(error.status_code, str(error.detail), request_id=request_id_of(request), headers=error.headers)


async def _bug(request: Request, _error: Exception) -> Response:
    """The traceback is in the log, not in the answer."""
    number = request_id_of(request)
    if is_page(request.scope):
        return told_page(500, [f"This is a fault of ours. Whoever runs this finds more in the log, under {number}."])
    return problem(500, "this is a bug; the log has more, by the request id", request_id=number)
