"""Progress of a discovery on stderr: a bar where there is a terminal, a line now and then where there is none."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.harvest_view import harvest_lines, relevant_words
from app.host_view import host_line
from app.indexing import BuildProgress, BuildSummary

if TYPE_CHECKING:  # an index build draws a bar too, and knows nothing of plans
    from catalog.harvest import Harvest
    from crawler.plan import Plan
    from crawler.run import CrawlReport
    from crawler.run import Progress as CrawlProgress

_ENDINGS = {
    "done": "All that was planned and found is read.",
    "pages": "The bound on pages was reached; the same command goes on from here.",
    "minutes": "The time was up; the same command goes on from here.",
    "stopped": "Stopped; the same command goes on from here.",
    "halted": "Stopped by the stop file; the same command goes on when that is gone.",
    "disk": "Too little room on the disk; the same command goes on when there is some.",
    "later": "Some hosts must wait; the same command tries them again.",
}
_MOST_HOSTS = 5
_QUIET_SECONDS = 10.0  # between two lines when stderr is not a terminal


class DiscoveryProgress:
    """Implements ``app.discovery.Listener``; a context manager that leaves the terminal as it was."""

    def __init__(self, console: Console, *, show_plan: bool = True) -> None:
        self._console = console
        self._show_plan = show_plan
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._crawl = self._bar.add_task("crawling", total=None, counts="", visible=False)
        self._build = self._bar.add_task("indexing", total=None, counts="", visible=False)
        self._last_line = 0.0

    def __enter__(self) -> "DiscoveryProgress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def planned(self, plan: "Plan") -> None:
        """Print the plan and start the bar."""
        from app.plan_view import plan_lines

        if self._show_plan:
            self._console.print(plan_lines(plan))
        self._bar.start()

    def crawling(self, progress: "CrawlProgress") -> None:
        """Move the crawl's bar; ``pages`` of ``pages + waiting`` are done as far as is known."""
        left = f" · {progress.seconds_left / 60:.0f} min left" if progress.seconds_left is not None else ""
        found = relevant_words(progress.relevant, progress.pages)
        counts = (
            f"{progress.pages} pages · {f'{found} · ' if found else ''}{progress.hosts} hosts · "
            f"{progress.accounts} accounts · "
            f"{progress.posts} posts · {progress.kept_back} kept back{left}"
        )
        self._bar.update(
            self._crawl, visible=True, completed=progress.pages, total=progress.pages + progress.waiting, counts=counts
        )
        self._line(f"crawling: {counts}")

    def crawled(self, report: "CrawlReport") -> None:
        """Say how the crawl ended, and on which hosts it went badly."""
        self._bar.update(self._crawl, visible=False)
        self._console.print(
            f"Crawled {report.pages} pages on {report.hosts} hosts: {report.accounts} accounts, {report.posts} posts, "
            f"{report.kept_back} kept back by consent, {report.failed} failed. {_ENDINGS[report.outcome]}"
        )
        for hint in report.hints:
            self._console.print(f"To mend: {hint}", markup=False)
        for host in [host for host in report.troubles if host.failures or host.traps][:_MOST_HOSTS]:
            self._console.print(f"  {host.key}: {host_line(host)}", markup=False, highlight=False)
        if not report.pages:
            self._console.print("No page was read; if the network is up, see what hosts answered: nichescout doctor")

    def harvested(self, harvest: "Harvest") -> None:
        """Say what the crawl brought in, by source and seed."""
        if not harvest.judged:
            return
        found = relevant_words(harvest.relevant, harvest.pages)
        self._console.print(f"Harvest: {found}, as far as bios and posts name the theme.", markup=False)
        for line in harvest_lines(harvest):
            self._console.print(line, markup=False, highlight=False)

    def building(self, progress: BuildProgress) -> None:
        """Move the index's bar."""
        self._bar.update(
            self._build,
            visible=True,
            description=progress.stage,
            completed=progress.done,
            total=progress.total or None,
            counts=f"{progress.done} of {progress.total}" if progress.total else "",
        )
        self._line(f"{progress.stage}: {progress.done} of {progress.total or '?'}")

    def built(self, summary: BuildSummary) -> None:
        """Say what the build did."""
        self._bar.update(self._build, visible=False)
        self._console.print(built_line(summary))

    def _line(self, text: str) -> None:
        if not self._console.is_terminal and time.monotonic() - self._last_line > _QUIET_SECONDS:
            self._last_line = time.monotonic()
            self._console.print(text)


_OTHERS: Final = " The rest is being indexed on another machine; if that one died, index again in ten minutes."


def built_line(summary: BuildSummary) -> str:
    """One line about a build."""
    if summary.nothing_new:
        return "The index is up to date; nothing to do."
    return (
        f"Indexed {summary.creators} creators, {summary.posts} posts, {summary.passages} passages "
        f"({summary.embedded} newly embedded, {summary.deleted} creators removed) in {summary.seconds:.1f} s."
        f"{_OTHERS if summary.others else ''}"
    )
