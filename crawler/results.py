"""From an answer or a failure to the one ``PageResult`` of a task: status, page object, directives, focus."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.items import Link, Outcome, PageDirectives, PageResult, Validators
from catalog.tasks import Task
from crawler.errors import UnreadablePage, UnsafeAddress
from crawler.focus import focus
from crawler.outcomes import Ending, of_answer, of_failure
from crawler.reading import Body, Readers, page_class
from crawler.robots import header_directives
from crawler.safety import check_url
from crawler.sources import all_sources
from crawler.sources.base import Advice, PageItems
from crawler.topic import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer without its transfer: header names in lower case, body decoded from its content encoding."""

    status: int
    headers: Mapping[str, Sequence[str]]
    body: bytes

    def last(self) -> Mapping[str, str]:
        """Each header's last value."""
        return {name: values[-1] for name, values in self.headers.items() if values}


def is_conditional(task: Task) -> bool:
    """Whether the request for a task asks "only if it changed"."""
    return task.validators != Validators()


async def result_of_answer(
    task: Task,
    answer: Answer,
    readers: Readers,
    *,
    topic: Topic,
    invented_only: bool,
    now: datetime,
    off: frozenset[str] = frozenset(),
) -> PageResult:
    """Read an answer. Never raises for what a stranger sent. Links to sources that are ``off`` are left out."""
    headers = answer.last()
    ending = of_answer(
        task.url,
        answer.status,
        headers,
        conditional=is_conditional(task),
        now=now,
        body=answer.body,
        api=_is_api(task),
    )
    items: PageItems | None = None
    if ending.outcome is Outcome.OK:
        try:
            items = await readers.read(_body(task, answer))
        except UnreadablePage as error:
            ending = replace(of_failure(error), retry_after=ending.retry_after)
    result = _advised(replace(_ended(task, ending, now), status=answer.status), task, answer.body)
    if items is None:
        return result
    judged = focus(items, topic, url=task.url, inherited=task.inherited, depth=task.depth)
    return replace(
        result,
        relevant=judged.relevant,
        judged=bool(topic),
        site_worth=judged.site_worth,
        accounts=items.accounts,
        posts=items.posts,
        tombstones=items.tombstones,
        links=tuple(
            link for link in judged.links if link.source not in off and is_safe(link, invented_only=invented_only)
        ),
        directives=_directives(task, items.directives, answer.headers.get("x-robots-tag", ())),
        validators=Validators(etag=headers.get("etag"), last_modified=headers.get("last-modified")),
        content_hash=hashlib.sha256(answer.body).hexdigest(),
    )


def result_of_failure(task: Task, error: BaseException, now: datetime) -> PageResult:
    """The result of a fetch that brought nothing to read."""
    result = _ended(task, of_failure(error), now)
    return _advised(result, task, b"") if result.outcome is Outcome.ROBOTS else result


def _advised(result: PageResult, task: Task, body: bytes) -> PageResult:
    """``result`` with what the source knows: a rest that the body asks for, what to read instead of what is closed."""
    source = all_sources().get(task.source)
    advice = source.advice(task.url, task.page, result.status, body) if source else Advice()
    if advice.rest is not None:
        later = result.outcome not in (Outcome.OK, Outcome.NOT_MODIFIED)
        rest = max(advice.rest, result.retry_after or 0.0)
        result = replace(result, retry_after=rest, outcome=Outcome.RETRY if later else result.outcome)
    if advice.gone:
        result = replace(result, outcome=Outcome.GONE)
    closed = result.outcome in (Outcome.REFUSED, Outcome.GONE, Outcome.ROBOTS)
    instead = (
        replace(link, context={**task.context, **link.context}, inherited=task.inherited) for link in advice.instead
    )
    return replace(result, hint=advice.hint, links=tuple(instead) if closed else ())


def is_safe(link: Link, *, invented_only: bool) -> bool:
    """Whether a link may become a task at all: traps would fill the frontier before the fetch refuses them."""
    try:
        check_url(link.url, invented_only=invented_only)
    except UnsafeAddress:
        return False
    return True


def _is_api(task: Task) -> bool:
    try:
        return page_class(task.source, task.page).robots == "api"
    except UnreadablePage:
        return False


def _directives(task: Task, own: PageDirectives, header: Sequence[str]) -> PageDirectives:
    # X-Robots-Tag on an API answer is about the JSON document, not about the posts in it (DESIGN 5.3 b).
    if page_class(task.source, task.page).robots != "page":
        return own
    asked = header_directives(header)
    return PageDirectives(noindex=own.noindex or asked.noindex, nofollow=own.nofollow or asked.nofollow)


def _body(task: Task, answer: Answer) -> Body:
    return Body(
        source=task.source,
        page=task.page,
        url=task.url,
        status=answer.status,
        headers=tuple((name, value) for name, values in answer.headers.items() for value in values),
        body=answer.body,
        context=tuple(task.context.items()),
    )


def _ended(task: Task, ending: Ending, now: datetime) -> PageResult:
    return PageResult(
        task_id=task.id,
        token=task.token,
        url=task.url,
        source=task.source,
        page=task.page,
        outcome=ending.outcome,
        fetched_at=now,
        redirect_to=ending.redirect_to,
        retry_after=ending.retry_after,
        parked=ending.parked,
        message=ending.message,
    )
