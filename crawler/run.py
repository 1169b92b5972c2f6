"""Start a crawl and follow it: the crawl itself is a child process (``child.py``), so that Scrapy's reactor, its
process-wide resolver and its imports stay out of the caller.

``python -m crawler.run`` is that child. What passes between the two is in ``crawl_settings.py`` and ``progress.py``.
"""

import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final

from crawler.archive import archive_clock, check_archive_folder
from crawler.brakes import check_brakes
from crawler.crawl_settings import CrawlSettings, Network
from crawler.errors import CrawlError, NoContact
from crawler.progress import ChildError, CrawlReport, Line, Progress, from_line, log_path

__all__ = ["CrawlReport", "CrawlSettings", "Progress", "check_settings", "run_crawl"]

_KEPT_LOGS: Final = 20
_LOOPBACK: Final = re.compile(r"127\.0\.0\.1:\d{1,5}")


def run_crawl(settings: CrawlSettings, *, on_progress: Callable[[Progress], None]) -> CrawlReport:
    """Crawl, and return how it ended.

    Ctrl-C or SIGTERM stops it cleanly: pages on their way are committed, the report says "stopped", and another run
    of the same job goes on there. A second Ctrl-C kills it. Raises ``NoContact`` and ``ArchiveError`` before anything
    starts, ``CrawlError`` when the child cannot go on or has crashed.
    """
    check_settings(settings)
    log = _open_log(settings.data_dir)
    with log.open("ab") as log_file, _terminate_as_interrupt():
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "crawler.run"],  # -P: ours, not one of the working directory
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log_file,
            text=True,
            encoding="utf-8",
            env=_environment(),
            start_new_session=True,  # Ctrl-C reaches us alone; the child hears of it by the end of its input
        )
        try:
            last = _follow(child, settings, on_progress)
        except BaseException:
            child.kill()
            raise
        finally:
            _close(child)
    if isinstance(last, CrawlReport):
        return replace(last, log=str(log))
    if isinstance(last, ChildError):
        raise CrawlError(last.message)
    raise CrawlError(_crash(child.returncode, log))


def check_settings(settings: CrawlSettings) -> None:
    """Raise a ``CrawlError`` for settings with which a crawl must not start."""
    if settings.network is Network.LIVE and not settings.contact:
        raise NoContact(
            "a live crawl needs an address at which site owners can reach you; set it with: nichescout init"
        )
    if settings.loopback is not None and not _LOOPBACK.fullmatch(settings.loopback):
        raise CrawlError(f"{settings.loopback!r} is no loopback server; give 127.0.0.1:PORT")
    if settings.archive_all and settings.network is not Network.LOOPBACK and not settings.for_a_person:
        raise CrawlError("everything is archived from loopback servers only; give --archive without --archive-all")
    check_brakes(settings.data_dir, settings.min_free)
    if settings.replay is not None:
        archive_clock(settings.replay)
    if settings.archive is not None:
        check_archive_folder(settings.archive)


def _follow(
    child: "subprocess.Popen[str]", settings: CrawlSettings, on_progress: Callable[[Progress], None]
) -> Line | None:
    """Hand progress on until the child's output ends; the last line that it said."""
    assert child.stdin is not None
    lines: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(child, lines), daemon=True).start()
    with contextlib.suppress(BrokenPipeError):  # a child that died at once says so by its exit code
        child.stdin.write(settings.to_json() + "\n")
        child.stdin.flush()
    last: Line | None = None
    stopping = False
    while True:
        try:
            line = lines.get()
            if line is None:
                return last
            last = line
            if isinstance(line, Progress):
                on_progress(line)
        except KeyboardInterrupt:
            if stopping:
                raise
            stopping = True
            child.stdin.close()  # the child reads this as "stop"


def _read_lines(child: "subprocess.Popen[str]", lines: "queue.SimpleQueue[Line | None]") -> None:
    assert child.stdout is not None
    for text in child.stdout:
        line = from_line(text)
        if line is not None:
            lines.put(line)
    lines.put(None)


def _close(child: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(BrokenPipeError):
        if child.stdin is not None:
            child.stdin.close()
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


@contextlib.contextmanager
def _terminate_as_interrupt() -> Iterator[None]:
    """Let SIGTERM mean Ctrl-C while a crawl runs (only the main thread may say so)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _environment() -> dict[str, str]:
    """The child finds the same packages as we did, whatever the working directory is."""
    root = str(Path(__file__).resolve().parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": root if not inherited else f"{root}{os.pathsep}{inherited}"}


def _open_log(data_dir: Path) -> Path:
    log = log_path(data_dir, f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch(mode=0o600)
    except OSError as error:
        raise CrawlError(f"cannot write the log {log}: {error.strerror}; choose another folder with --data") from error
    for old in sorted(log.parent.glob("crawl-*.log"))[:-_KEPT_LOGS]:
        old.unlink(missing_ok=True)
    return log


def _crash(code: int, log: Path) -> str:
    said = [line for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    last = f": {said[-1][:200]}" if said else ""
    return f"the crawl {how}; run the same command again to go on, the log is {log}{last}"


if __name__ == "__main__":
    from crawler.child import main

    sys.exit(main())
