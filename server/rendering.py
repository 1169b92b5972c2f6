"""Templates to pages: everything is escaped, a name that a template does not know is an error.

A handler of a page raises; ``application`` makes a page of every error of a ``PageRoute``.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from base.errors import UserError
from server import display_names, words
from server.access import allowed
from server.errors import NotUnderstood
from server.problems import in_parameters, status_of, validation_lines

_SAID: Final = "nichescout_said"
_LONGEST: Final = 600  # letters, of which each may take a dozen bytes in a cookie of 4 KiB
_HERE: Final = Path(__file__).parent
_templates: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["w"] = words
_templates.globals["n"] = display_names
_templates.filters["day"] = words.day
_templates.filters["web"] = words.web_address
_templates.filters["counted"] = words.counted
_templates.filters["iso_day"] = words.iso_day
_templates.filters["capital"] = words.capital
_templates.filters["beginning"] = words.beginning

Model = TypeVar("Model", bound=BaseModel)
_PROGRAMS: Final = ("/v1/", "/static/", "/metrics", "/readyz", "/healthz")


class PageRoute(APIRoute):
    """A route that a person looks at: what goes wrong there is told as a page."""


def page_router() -> APIRouter:
    """For routes of pages that whoever may read may see."""
    return APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[Depends(allowed("read"))])


def is_page(scope: Mapping[str, Any]) -> bool:
    """Whether a person looks at this; where no route is known, by its path."""
    route = scope.get("route")
    return isinstance(route, PageRoute) if route is not None else not str(scope["path"]).startswith(_PROGRAMS)


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page of the application, with what the change before it said."""
    service = request.app.state.service
    shown = {"path": request.url.path, "keyless": service.keyless, **_said(request), **values}
    answer = HTMLResponse(_templates.get_template(template).render(shown), status)
    if _SAID in request.cookies:
        answer.delete_cookie(_SAID)
    return answer


def error_page(request: Request, error: UserError) -> Response:
    """One of our own errors, for a person; who needs a key is asked for it."""
    status, headers = status_of(error)
    if status == 401:
        return RedirectResponse("/login", 303)
    lines = error.lines if isinstance(error, NotUnderstood) else [words.sentence(in_parameters(str(error)))]
    answer = told_page(status, lines, keyless=request.app.state.service.keyless, q=_asked(request))
    answer.headers.update(headers)
    return answer


def told_page(status: int, lines: Sequence[str], *, keyless: bool = True, q: str = "") -> Response:
    """What went wrong, with a way on."""
    shown = {"path": "", "keyless": keyless, "said": "", "undo": "", "status": status, "lines": lines, "q": q}
    return HTMLResponse(_templates.get_template("error.html").render(shown), status)


def understood(model: type[Model], values: Mapping[str, Any]) -> Model:
    """What was typed, as a model. Raises NotUnderstood."""
    try:
        return model.model_validate(plain(values))
    except ValidationError as error:
        raise NotUnderstood(validation_lines(error, model)) from None


def back(to: str, *, said: str = "", undo: str = "") -> Response:
    """After a change: to the page that asked, with a word on what was done. Only pages of ours are gone to.

    The word travels in a cookie: in the address it could be put there by others, and would stay in the history.
    """
    where = to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"
    where = quote("".join(letter for letter in where if letter.isprintable()), safe="/?&=%+#:,.-_~@!$'()*;[]")
    answer = RedirectResponse(where, 303)
    if said:
        word = base64.urlsafe_b64encode(json.dumps([said[:_LONGEST], undo]).encode()).decode()
        answer.set_cookie(_SAID, word, max_age=60, httponly=True, samesite="strict")
    return answer


def _asked(request: Request) -> str:
    """The search that somebody was at."""
    asked = request.query_params
    return asked.get("q") or asked.get("for") or ""


def _said(request: Request) -> dict[str, str]:
    """What the change before said, and whom an "Undo" is about; empty without."""
    try:
        said, undo = json.loads(base64.urlsafe_b64decode(request.cookies.get(_SAID, "")))
    except ValueError:
        return {"said": "", "undo": ""}
    return {"said": str(said), "undo": str(undo)}


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Form fields or query parameters without the empty ones; those given several times as lists."""
    return {name: value for name, value in values.items() if value not in ("", [], None)}
