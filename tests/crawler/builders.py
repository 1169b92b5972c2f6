"""Values for the tests of the crawl engine."""

from datetime import UTC, datetime
from typing import Any

from catalog.items import (
    AccountItem,
    Alias,
    AliasKind,
    Consent,
    ConsentSignal,
    Link,
    Outcome,
    PageResult,
    PostItem,
    Validators,
)
from catalog.tasks import Lease, Task

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def alias(name: str) -> Alias:
    return Alias(AliasKind.HANDLE, f"{name}@pixel.example")


def account(who: str, consent: Consent = Consent.FULL, **fields: Any) -> AccountItem:
    url = f"https://pixel.example/@{who}"
    return AccountItem(
        platform="mastodon",
        host="pixel.example",
        aliases=(alias(who), Alias(AliasKind.URL, url)),
        url=url,
        handle=who,
        consent=ConsentSignal(consent, "said so", url),
        provenance="api",
        **fields,
    )


def post(name: str, text: str = "rice", number: int = 1, **fields: Any) -> PostItem:
    url = f"https://pixel.example/@{name}/{number}"
    return PostItem(account=alias(name), native_id=str(number), url=url, provenance="api", text=text, **fields)


def link(url: str = "https://pixel.example/next", score: float = 0.5) -> Link:
    return Link(url=url, source="page", page="home", score=score)


def result(**fields: Any) -> PageResult:
    base: dict[str, Any] = {
        "task_id": 1,
        "token": "t",
        "url": "https://pixel.example/",
        "source": "page",
        "page": "home",
        "outcome": Outcome.OK,
        "fetched_at": NOW,
    }
    return PageResult(**(base | fields))


def task(url: str = "https://pixel.example/", **fields: Any) -> Task:
    base: dict[str, Any] = {
        "id": 1,
        "token": "t",
        "job_id": "job",
        "url": url,
        "source": "page",
        "page": "page",
        "depth": 0,
        "score": 0.5,
        "attempts": 0,
        "validators": Validators(),
    }
    return Task(**(base | fields))


def lease(*tasks: Task) -> Lease:
    return Lease(key="pixel.example", token="lease", expires_at=NOW, tasks=tasks)
