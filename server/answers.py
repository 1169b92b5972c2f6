"""How values leave as JSON: with a validator (ETag), so that nothing is sent twice; schemas for the documentation."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response

import search
from search.results import Answer, answer_json
from server.problems import MEDIA_TYPE, SCHEMA, TITLES

_SEARCH: Final = Path(search.__file__).parent if search.__file__ else Path()
_OF_NO_OPERATION: Final = (405, 500)  # another method than those documented; and what must never happen


def json_answer(request: Request, response: Response, body: str, *, same: str | None = None) -> Response:
    """JSON text with its ETag, or 304 where the asker holds it. ``same``: what two equal answers have in common."""
    return tagged(request, response, body.encode(), "application/json", same=None if same is None else same.encode())


def tagged(
    request: Request, response: Response, body: bytes, media_type: str, *, same: bytes | None = None
) -> Response:
    """The same of any kind."""
    tag = 'W/"' + hashlib.sha256(body if same is None else same).hexdigest()[:32] + '"'
    headers = {**dict(response.headers), "ETag": tag, "Cache-Control": "private, no-cache"}
    headers.pop("content-length", None)
    held = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def search_answer(request: Request, response: Response, answer: Answer, *, window_changed: bool) -> Response:
    """An answer of search; how long it took makes it no other answer."""
    body = answer_json(answer)
    same = body.replace(f'"took_ms": {answer.took_ms}', "", 1)
    if window_changed:
        body = body[:-1] + ', "window_changed": true}'
    return json_answer(request, response, body, same=same)


def value_answer(request: Request, response: Response, value: Any) -> Response:
    """Any value of plain types."""
    return json_answer(request, response, json.dumps(value, ensure_ascii=False, default=str))


@cache
def answer_schema() -> dict[str, Any]:
    """The schema of an answer, without references, as OpenAPI wants it in one piece."""
    whole = json.loads((_SEARCH / "answer.schema.json").read_text("utf-8"))
    definitions = whole.pop("$defs")
    whole.pop("$schema")
    resolved: dict[str, Any] = _resolved(whole, definitions)
    return resolved


def documented(schema: dict[str, Any], what: str = "The answer.", status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The responses of a route for its documentation."""
    problems: dict[int | str, dict[str, Any]] = {
        code: {"description": title, "content": {MEDIA_TYPE: {"schema": SCHEMA}}}
        for code, title in TITLES.items()
        if code not in _OF_NO_OPERATION
    }
    return {status: {"description": what, "content": {"application/json": {"schema": schema}}}, **problems}


def _resolved(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, dict):
        if "$ref" in node:
            return _resolved(definitions[node["$ref"].rpartition("/")[2]], definitions)
        return {key: _resolved(value, definitions) for key, value in node.items()}
    if isinstance(node, list):
        return [_resolved(entry, definitions) for entry in node]
    return node
