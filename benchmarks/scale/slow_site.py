"""A web of many small hosts that answer late, on one loopback port; it remembers who was asked when.

``python -m benchmarks.scale.slow_site``: prints its port; each line on its input is answered with what it
saw.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from itertools import pairwise

_SLOWEST, _FASTEST = 0.3, 0.05  # seconds until an answer


def page_of(host: str, path: str) -> bytes | None:
    """An HTML page; None where there is none, as for robots.txt."""
    if not path[1:].isdecimal():
        return None
    text = f"Rice and fish of {host}{path}, every week something about the market and the counter."
    return f"<html><head><title>{host}{path}</title></head><body><p>{text}</p></body></html>".encode()


class Log:
    """Requests by host: moments, and how many were open at once."""

    def __init__(self) -> None:
        self.moments: defaultdict[str, list[float]] = defaultdict(list)
        self.open: defaultdict[str, int] = defaultdict(int)
        self.most_at_once = 0

    def said(self, since: float, until: float, delay: float) -> dict[str, float]:
        """Pages in a window of time, and over all time the shortest pause relative to ``delay``."""
        gaps = [after - before for moments in self.moments.values() for before, after in pairwise(sorted(moments))]
        asked = [moment for moments in self.moments.values() for moment in moments]
        return {
            "first": min(asked, default=0.0),
            "requests": len(asked),
            "in_window": sum(since <= moment < until for moment in asked),
            "too_close": sum(gap < delay for gap in gaps),
            "most_at_once": self.most_at_once,
        }


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: Log) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode("latin-1").split("\r\n")
            host = next(line[5:].strip() for line in lines if line.lower().startswith("host:"))
            log.moments[host].append(time.monotonic())
            log.open[host] += 1
            log.most_at_once = max(log.most_at_once, log.open[host])
            await asyncio.sleep(_FASTEST + (_SLOWEST - _FASTEST) * (hash(host) % 100) / 100)
            body = page_of(host, first.split(" ")[1])
            status, body = ("200 OK", body) if body is not None else ("404 Not Found", b"")
            said = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
            log.open[host] -= 1
            writer.write(said.encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _serve() -> None:
    log = Log()
    server = await asyncio.start_server(lambda r, w: _answer(r, w, log), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(log.said(**json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
