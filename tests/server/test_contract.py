"""The endpoint does what its documentation says, whatever is asked; and an assistant gets the same answers."""

import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
from tests.server.conftest import serving

schema = schemathesis.pytest.from_fixture("document")
CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def document(small_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Of a server of its own: what it is asked to make lies in its lists afterwards."""
    data = Path(shutil.copytree(small_demo.data, tmp_path_factory.mktemp("contract") / "data"))
    with serving(data) as one:
        events = "/v1/jobs/{job_id}/events"  # a stream that ends with the job
        yield schemathesis.openapi.from_url(f"{one.address}/v1/openapi.json").exclude(path=events)


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_operation_holds_what_it_documents(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS, timeout=60)


def test_an_assistant_finds_reads_and_plans(small_demo: Demo) -> None:
    with ThreadPoolExecutor(1) as thread:  # the browser of other tests has a loop of its own in this one
        thread.submit(asyncio.run, _as_an_assistant(small_demo.data)).result()


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
