"""``nichescout mcp``: assistants ask the same engine over the Model Context Protocol, with the same bounds.

Answers are the JSON of the endpoint. Nothing is fetched and nothing is changed.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field, ValidationError

from app.config import Config
from base.errors import UserError
from search.results import answer_json
from server.parameters import PlanWanted, ReportParameters, SearchParameters
from server.plans import plan_value
from server.problems import in_parameters, validation_lines
from server.service import Service
from server.settings import ServerSettings
from server.windows import search_page

_ABOUT = """Finds small, trusted, local creators for a niche among those that were read already. Each result has reasons
with quotations, addresses and dates: quote them. null means not known. Nothing here fetches or changes anything."""
Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")
_MOST = 25  # results at once: an assistant reads them all
Filters = Annotated[
    dict[str, Any] | None,
    Field(
        description="Filters by name: place, radius, near, no_place, tier, min_followers, max_followers, "
        "min_engagement, platform, kind, include, exclude, mentions, no_mentions, language, active_within, like."
    ),
]


def make_assistant(config: Config) -> MCPServer:
    """The server with its tools."""
    service = Service(config, ServerSettings(), keyless=True)
    server = MCPServer("nichescout", instructions=_ABOUT)

    @server.tool()
    def search_creators(
        query: Annotated[str, Field(description="The niche in plain words, like 'sushi in boston'.")],
        filters: Filters = None,
        limit: Annotated[int, Field(ge=1, le=_MOST)] = 5,
        cursor: str | None = None,
    ) -> str:
        """Rank creators for a niche, each with the reasons; next_cursor leads to more."""
        asked = {**(filters or {}), "q": query, "limit": limit, **({"cursor": cursor} if cursor else {})}
        wanted = _read(SearchParameters, asked)
        answer, changed = _told(lambda: search_page(service, wanted.q, wanted.overrides(), wanted))
        text = answer_json(answer)
        return text[:-1] + ', "window_changed": true}' if changed else text

    @server.tool()
    def get_creator(
        creator: Annotated[str, Field(description="Id, handle@host or address.")],
        niche: Annotated[str | None, Field(description="Beside this niche: share of posts, evidence.")] = None,
        brands: Annotated[list[str] | None, Field(description="Who names these?")] = None,
    ) -> str:
        """All about one creator: topics, rhythm, reactions, paid posts, whom they name, each claim with its address."""
        wanted = _read(ReportParameters, {"for": niche, "brand": brands or []})
        return answer_json(_told(lambda: service.report(creator, niche=wanted.for_, brands=wanted.brand)))

    @server.tool()
    def plan_niche(query: str, filters: Filters = None) -> str:
        """What a discovery of this niche would ask where, and what it costs; nothing is fetched."""
        from app.discovery import DiscoverOptions, plan_discovery

        wanted = _read(PlanWanted, {**(filters or {}), "query": query})
        options = DiscoverOptions(overrides=wanted.overrides())
        return json.dumps(plan_value(_told(lambda: plan_discovery(config, query, options))), ensure_ascii=False)

    return server


def run(config: Config) -> None:
    """Answer on stdin and stdout until they close."""
    make_assistant(config).run("stdio")


def _read(model: type[Model], values: dict[str, Any]) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ToolError("; ".join(validation_lines(error, model))) from None


def _told(call: Callable[[], Value]) -> Value:
    """What a call gives; one of our errors as a line that an assistant can act on."""
    try:
        return call()
    except UserError as error:
        raise ToolError(in_parameters(str(error))) from None
