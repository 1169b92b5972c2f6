"""Templates to pages: everything is escaped, a name that a template does not know is an error."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from base.errors import UserError
from server import words
from server.problems import in_parameters, status_of

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
_templates.filters["day"] = words.day
_templates.filters["web"] = words.web_address
_templates.filters["counted"] = words.counted


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
    answer = page(request, "error.html", status, lines=[in_parameters(str(error))])
    answer.headers.update(headers)
    return answer


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
