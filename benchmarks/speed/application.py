"""What the application adds to a query, in CPU time: called in this process without a socket, in turns with the engine.

python -m benchmarks.speed.application [DATA] [--every N]

Where other work shares the machine, ``http overhead`` tells waiting and cold caches more than work; this tells work.
No vector and no answer is remembered. Each query is asked both ways, which first changing from query to query.
"""

import argparse
import asyncio
import statistics
import sys
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from app.config import Config
from benchmarks.speed.questions import questions
from benchmarks.speed.world import POSTS, topic_names, town_names
from places.gazetteer import open_gazetteer
from search.pool import EnginePool
from server.application import make_application
from server.settings import ServerSettings

_KEPT: Final = Path(__file__).parent.parent.parent / ".cache" / "bench"
_WARMING: Final = ("chess in berlin", "gardening", "small running blogs in texas", "knitting on mastodon")
_BUDGET_MS: Final = 3.0
_HEADERS: Final = [(b"host", b"localhost"), (b"accept-encoding", b"gzip")]


async def measure(data: Path, every: int) -> tuple[list[float], list[float]]:
    """CPU milliseconds of the process by query: the engine called, the application asked."""
    with open_gazetteer() as gazetteer:
        asked = questions(topic_names(), town_names(gazetteer))[::every]
    application = make_application(Config(data=data), ServerSettings(), keyless=True)
    called, over = list[float](), list[float]()
    with EnginePool(data, size=1) as pool:

        async def call(query: str) -> None:
            with pool.engine() as engine:
                engine.search(query, limit=10)

        async def ask(query: str) -> None:
            await _ask(application, query)

        for query in _WARMING * 2:
            await call(query)
            await ask(query)
        for number, query in enumerate(asked):
            ways = [(call, called), (ask, over)]
            for way, into in ways if number % 2 else reversed(ways):
                started = time.process_time()
                await way(query)
                into.append((time.process_time() - started) * 1000)
    return called, over


async def _ask(application: Any, query: str) -> None:
    target = urlencode({"q": query, "limit": 10}).encode()
    path = "/v1/creators/search"
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": target, "root_path": "", "headers": _HEADERS,
        "server": ("localhost", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message.get("status", 200) != 200:
            raise SystemExit(f"answered {message['status']}")

    await application(scope, receive, send)


def main() -> int:
    parser = argparse.ArgumentParser(description="What the application adds to a query, in CPU time.")
    parser.add_argument("data", type=Path, nargs="?", default=_KEPT / f"speed-{POSTS}")
    parser.add_argument("--every", type=int, default=1, help="ask each N-th question only, for a quick look")
    given = parser.parse_args()
    called, over = asyncio.run(measure(given.data, given.every))
    added = statistics.median(over) - statistics.median(called)
    print(f"{len(called)} distinct queries, 10 results; CPU ms{'p50':>10}{'mean':>8}")
    for name, values in (("the engine called", called), ("the application asked", over)):
        print(f"{name:>40}{statistics.median(values):10.1f}{statistics.mean(values):8.1f}")
    verdict = "met" if added <= _BUDGET_MS else "missed"
    print(f"{'added at the median':>40}{added:10.1f}  budget {_BUDGET_MS:g}: {verdict}")
    return 0 if added <= _BUDGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
