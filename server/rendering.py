"""Templates to pages: everything is escaped, a name that a template does not know is an error."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from base.errors import UserError
from server import words
from server.problems import in_parameters, status_of

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
    """A page of the application."""
    service = request.app.state.service
    shown = {"path": request.url.path, "keyless": service.keyless, "said": None, "undo": None, **values}
    return HTMLResponse(_templates.get_template(template).render(shown), status)


def error_page(request: Request, error: UserError) -> Response:
    """One of our own errors, for a person; who needs a key is asked for it."""
    status, headers = status_of(error)
    if status == 401:
        return RedirectResponse("/login", 303)
    answer = page(request, "error.html", status, lines=[in_parameters(str(error))])
    answer.headers.update(headers)
    return answer


def back(to: str, **said: str) -> Response:
    """After a change: to the page that asked, with a word on what was done. Only pages of ours are gone to."""
    from urllib.parse import quote, urlencode

    where = to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"
    where = quote("".join(letter for letter in where if letter.isprintable()), safe="/?&=%+#:,.-_~@!$'()*;[]")
    path, _, anchor = where.partition("#")
    kept = {name: value for name, value in said.items() if value}
    told = f"{path}{'&' if '?' in path else '?'}{urlencode(kept)}" if kept else path
    return RedirectResponse(told + (f"#{anchor}" if anchor else ""), 303)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Form fields or query parameters without the empty ones; those given several times as lists."""
    return {name: value for name, value in values.items() if value not in ("", [], None)}
