"""What went wrong, as problem details (RFC 9457): every error of the endpoint has this one shape."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_type_hints

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from base.errors import UsageError, UserError
from catalog.errors import AmbiguousName, CatalogBusy, TooManyWaiting, UnknownCreator, UnknownDiscovery, UnknownList
from search.errors import CreatorAmbiguous, CreatorUnknown, EnginesBusy
from server.errors import NotAllowed, NotThere, TooMany

MEDIA_TYPE: Final = "application/problem+json"
_OPTION: Final = re.compile(r"--([a-z][a-z-]*)")
TITLES: Final = {
    400: "The request cannot be read",
    401: "A key is needed",
    403: "The key does not reach this",
    404: "Not found",
    405: "Not possible here",
    408: "The request took too long to arrive",
    409: "More than one is meant",
    413: "The request is too large",
    414: "The address is too long",
    421: "The server is not called so",
    422: "The request cannot be understood",
    429: "Too many requests",
    431: "The headers are too large",
    500: "Something broke",
    503: "Not now",
    504: "It took too long",
}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "message"],
                "properties": {
                    "parameter": {"type": "string"},
                    "message": {"type": "string"},
                    "allowed": {"type": "array", "items": {}},
                },
            },
        },
    },
}


def problem(
    status: int,
    detail: str,
    *,
    request_id: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a request that went wrong."""
    title = TITLES.get(status, "It went wrong")
    content: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    content["request_id"] = request_id
    if errors:
        content["errors"] = list(errors)
    body = json.dumps(content, ensure_ascii=False, default=str)
    return Response(body.encode("utf-8", "replace"), status, dict(headers or {}), MEDIA_TYPE)


def request_id_of(request: Request) -> str:
    """The id that answer and log share."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def of_user_error(request: Request, error: UserError) -> Response:
    """The problem that one of our own errors is."""
    status, headers = status_of(error)
    detail = str(error)
    errors = []
    if status == 422 and (named := _OPTION.search(detail)):
        errors = [{"parameter": named[1].replace("-", "_"), "message": in_parameters(detail)}]
    return problem(status, in_parameters(detail), request_id=request_id_of(request), errors=errors, headers=headers)


def status_of(error: UserError) -> tuple[int, dict[str, str]]:
    """The status of one of our own errors, and the headers that go with it."""
    if isinstance(error, NotAllowed):
        return error.status, {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if isinstance(error, TooMany):
        return 429, {"Retry-After": str(error.retry_after)}
    if isinstance(error, NotThere | CreatorUnknown | UnknownCreator | UnknownList | UnknownDiscovery):
        return 404, {}
    if isinstance(error, CreatorAmbiguous | AmbiguousName):
        return 409, {}
    if isinstance(error, UsageError) or type(error).__name__ == "ExampleUnknown":
        return 422, {}
    retry = "1" if isinstance(error, EnginesBusy) else "5" if isinstance(error, CatalogBusy) else "60"
    return 503, {"Retry-After": retry} if isinstance(error, EnginesBusy | CatalogBusy | TooManyWaiting) else {}


def in_parameters(text: str) -> str:
    """A line that names options of the command line, in the names of parameters."""
    return _OPTION.sub(lambda found: found[1].replace("-", "_"), text)


def of_validation(request: Request, error: RequestValidationError) -> Response:
    """A parameter that does not exist, or a value that it cannot have: which, and what is allowed."""
    errors = [_told(each, request) for each in error.errors()]
    detail = "; ".join(f"{one['parameter']}: {one['message']}" for one in errors[:3])
    return problem(422, detail, request_id=request_id_of(request), errors=errors)


def validation_lines(
    error: ValidationError | RequestValidationError, model: type[BaseModel] | None = None
) -> list[str]:
    """The same in words, for the page."""
    told = [_one(each, sorted(model.model_fields) if model else ()) for each in error.errors()]
    return [f"{one['parameter']}: {one['message']}" for one in told]


def _told(error: Mapping[str, Any], request: Request) -> dict[str, Any]:
    return _one(error, _parameters_of(request.scope.get("route")))


def _parameters_of(route: Any) -> list[str]:
    """The names that a route takes in its query or body."""
    names: list[str] = []
    for annotation in get_type_hints(getattr(route, "endpoint", None) or problem).values():
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            names += [field.alias or name for name, field in annotation.model_fields.items()]
    return sorted(names)


def _one(error: Mapping[str, Any], known: Sequence[str]) -> dict[str, Any]:
    where = [str(part) for part in error["loc"] if part not in ("query", "path", "body", "header")]
    told: dict[str, Any] = {"parameter": ".".join(where) or "body", "message": str(error["msg"])}
    told["message"] = told["message"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        names = f"the parameters are {', '.join(known)}" if known else "this takes none"
        told["message"] = f"there is no such parameter; {names}"
        told["allowed"] = list(known)
    elif "; one of " in told["message"]:
        told["allowed"] = told["message"].split("; one of ")[1].split(", ")
    elif "expected" in error.get("ctx", {}) and error["type"] in ("literal_error", "enum"):
        told["allowed"] = re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))
    return told
