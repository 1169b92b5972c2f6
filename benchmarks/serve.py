"""The endpoint under load.

python -m benchmarks.serve DATA [REQUESTS] [CLIENTS] [fresh]

A server process over a data folder, clients that ask different queries over loopback; prints errors, percentiles of
the time to the answer, and the server's memory at the start and the end. With ``fresh`` no query is asked twice.
"""

import itertools
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

THEMES = ("sushi", "ramen", "bread", "coffee", "running", "knitting", "omakase", "oysters", "hiking", "cheese", "film")
PLACES = ("", "in boston", "in new york", "in philadelphia", "around portland", "in chicago", "in miami")
WARM = 50


def measure(data: Path, requests: int, clients: int, *, fresh: bool) -> None:
    """Ask and print."""
    command = [sys.executable, "-m", "cli", "--data", str(data), "serve", "--port", "8697", "--in-flight", "64"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    queries = itertools.cycle(f"{theme} {place}".strip() for theme in THEMES for place in PLACES)
    numbers = itertools.count(1)
    lock, times, wrong = threading.Lock(), list[float](), list[int]()

    def ask(number: int) -> None:
        with httpx.Client(base_url="http://127.0.0.1:8697", timeout=60) as client:
            for _ in range(number):
                with lock:
                    query = next(queries) + (f" {next(numbers)}" if fresh else "")
                started = time.perf_counter()
                status = client.get("/v1/creators/search", params={"q": query}).status_code
                times.append(time.perf_counter() - started)
                if status != 200:
                    wrong.append(status)

    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=50)) as client:
            client.get("http://127.0.0.1:8697/healthz", timeout=30)
        ask(WARM)
        before = _memory(server.pid)
        times.clear()
        threads = [threading.Thread(target=ask, args=(requests // clients,)) for _ in range(clients)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        whole = time.perf_counter() - started
    finally:
        after = _memory(server.pid)
        server.terminate()
        server.wait()
    cuts = statistics.quantiles(times, n=100)
    print(f"{len(times)} requests by {clients} clients: {len(wrong)} errors, {len(times) / whole:.0f} a second")
    print(f"p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, memory {before} MiB before, {after} MiB after")


def _memory(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024 // 1024


if __name__ == "__main__":
    given = [*sys.argv[2:4], *("2000", "16")[len(sys.argv[2:4]) :]]
    measure(Path(sys.argv[1]), int(given[0]), int(given[1]), fresh="fresh" in sys.argv)
