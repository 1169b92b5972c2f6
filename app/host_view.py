"""What went wrong on a host, in one line: for the end of a crawl, ``doctor`` and ``sources``."""

from typing import Final

from catalog.tasks import HostReport

_WORDS: Final = {
    "retry": "no good answer",
    "robots": "forbidden by robots.txt",
    "refused": "refused",
    "blocked": "unsafe or too slow",
    "gone": "gone",
    "unreadable": "unreadable",
}


def host_line(report: HostReport) -> str:
    """Counts by kind, the last error, and what was left out for which reason."""
    parts = [f"{count} {_WORDS.get(outcome, outcome)}" for outcome, count in sorted(report.counts.items())]
    if report.failures:
        parts.insert(0, f"{report.failures} failures in a row")
    if report.last_error:
        parts.append(f"last: {report.last_error}")
    if report.traps:
        parts.append(f"{report.left_out} addresses left out ({'; '.join(report.traps[:3])})")
    return ", ".join(parts)
