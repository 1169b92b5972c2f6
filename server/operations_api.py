"""For whoever runs the server: is it alive, is it ready, what does it count."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from base.errors import UserError
from server.access import allowed
from server.answers import documented
from server.metrics import TEXT
from server.parameters import NoParameters
from server.service import Service

router = APIRouter(tags=["operation"])
_READY: dict[int | str, dict[str, Any]] = {
    200: {"description": "Ready.", "content": {"application/json": {"schema": {"type": "object"}}}},
    503: {"description": "Not ready.", "content": {"application/json": {"schema": {"type": "object"}}}},
}


@router.get("/healthz", responses=documented({"type": "object"}, "Alive."))
async def healthz() -> dict[str, str]:
    """Whether the process answers at all; it needs no thread, so others cannot keep it waiting."""
    return {"status": "ok"}


@router.get("/readyz", responses=_READY)
def readyz(request: Request, response: Response) -> dict[str, Any]:
    """Whether index and catalog can be read and the model is loaded."""
    service: Service = request.app.state.service
    told: dict[str, Any] = {"index": _checked(service.info), "catalog": _checked(service.check_catalog)}
    told["ready"] = all(value == "ok" for value in told.values())
    response.status_code = 200 if told["ready"] else 503
    return told


@router.get(
    "/metrics",
    response_class=Response,
    dependencies=[Depends(allowed("read"))],
    responses={
        **documented({}),
        200: {"description": "Counts in the text form of Prometheus.", "content": {"text/plain": {}}},
    },
)
def metrics(_: Annotated[NoParameters, Query()], request: Request) -> Response:
    """Counts of answers, what is held, hosts that fail."""
    service: Service = request.app.state.service
    try:
        info = service.info()
        for what in ("creators", "posts", "passages"):
            service.metrics.holds(what, getattr(info, what))
        known = service.catalog.info()
        service.metrics.host_fails({host.key: host.failures for host in known.failing_hosts})
    except UserError:
        pass  # what cannot be read is not counted; /readyz says why
    return Response(service.metrics.text(), media_type=TEXT)


def _checked(check: Any) -> str:
    try:
        check()
    except UserError as error:
        return str(error)
    return "ok"
