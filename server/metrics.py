"""Counts for ``/metrics``, in the form of Prometheus; each server has its own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What is counted."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "nichescout_http_answers", "Answers by method, route and status.", ["method", "route", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "nichescout_http_seconds", "Seconds until the answer was sent.", ["route"], registry=self._registry,
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
        )  # fmt: skip
        self._held = Gauge("nichescout_held", "What index and catalog hold.", ["what"], registry=self._registry)
        self._hosts = Gauge(
            "nichescout_host_failures", "Failures in a row of hosts that fail.", ["host"], registry=self._registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request is over."""
        self._answers.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def holds(self, what: str, count: float) -> None:
        """So much is held now."""
        self._held.labels(what).set(count)

    def host_fails(self, failures: dict[str, int]) -> None:
        """These hosts fail, and no others."""
        self._hosts.clear()
        for host, count in failures.items():
            self._hosts.labels(host).set(count)

    def text(self) -> bytes:
        """All of it."""
        return bytes(generate_latest(self._registry))
