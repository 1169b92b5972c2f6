"""The endpoint does what its documentation says, whatever is asked; and an assistant gets the same answers."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import ROOT, WORLD, Demo
from tests.server.conftest import Served

schema = schemathesis.pytest.from_fixture("document")
CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="session")
def document(served: Served) -> Any:
    return schemathesis.openapi.from_url(f"{served.address}/v1/openapi.json").exclude(path="/v1/jobs/{job_id}/events")


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_operation_holds_what_it_documents(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS, timeout=60)


def test_an_assistant_finds_reads_and_plans(small_demo: Demo) -> None:
    asyncio.run(_as_an_assistant(small_demo.data))


async def _as_an_assistant(data: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=[str(ROOT / "cli.py"), "--data", str(data), "mcp"],
        env={"PYTHONPATH": str(ROOT), "NICHESCOUT_HOSTS": str(WORLD.with_name("east-coast-sushi.hosts.toml"))},
    )
    async with Client(stdio_client(command)) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert tools == {"search_creators", "get_creator", "plan_niche"}
        found = await _called(client, "search_creators", query="sushi in boston", filters={"tier": "nano"}, limit=2)
        assert len(found["results"]) == 2
        assert found["results"][0]["match"]["reasons"][0]["quote"]
        report = await _called(client, "get_creator", creator=found["results"][0]["creator"]["id"], niche="sushi")
        assert report["niche"]["posts"] > 0
        plan = await _called(client, "plan_niche", query="east coast sushi")
        assert plan["first_requests"] > 0
        wrong = await client.call_tool("search_creators", {"query": "sushi", "filters": {"teir": "nano"}})
        assert wrong.is_error
        assert "there is no such parameter" in wrong.content[0].text  # type: ignore[union-attr]


async def _called(client: Client, tool: str, **arguments: Any) -> Any:
    answered = await client.call_tool(tool, arguments)
    assert not answered.is_error, answered.content
    return json.loads(answered.content[0].text)  # type: ignore[union-attr]
