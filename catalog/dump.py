"""The whole catalog as sorted text, without what differs from run to run: for crash tests and for people.

Left out: ids that we assign, times of our own doing, leases, counters, which of several equal pages came first, and the
digest of a key.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from catalog import schema


def canonical_dump(connection: Connection) -> str:
    """One line per fact, sorted; equal catalogs give equal text."""
    names = _account_names(connection)
    lines = [
        *_accounts(connection, names),
        *_creators(connection, names),
        *_posts(connection, names),
        *_crawl(connection),
        *_leads(connection),
        *_marks(connection),
        *_suppression(connection),
        *_desk(connection, names),
    ]
    return "\n".join(sorted(lines)) + "\n"


def _line(kind: str, *values: object) -> str:
    return "\t".join([kind, *(repr(value) for value in values)])


def _account_names(connection: Connection) -> dict[str, str]:
    """Account id → its smallest current name, which does not depend on the order of arrival."""
    table = schema.account_alias
    names: dict[str, str] = {}
    for row in connection.execute(select(table).where(table.c.until.is_(None))):
        name = f"{row.kind}:{row.value}"
        names[row.account_id] = min(names.get(row.account_id, name), name)
    return names


def _accounts(connection: Connection, names: dict[str, str]) -> Iterator[str]:
    for row in connection.execute(select(schema.account)):
        moved = (row.moved_kind, row.moved_value)
        yield _line(
            "account", names.get(row.id), row.platform, row.host, row.handle, row.native_id, row.url, row.read, moved,
            row.collection_id,
        )  # fmt: skip
    for row in connection.execute(select(schema.consent)):
        yield _line("consent", names.get(row.account_id), row.state, row.strength)
    alias = schema.account_alias
    for row in connection.execute(select(alias)):
        yield _line("alias", names.get(row.account_id), row.kind, row.value, row.until is None)
    for row in connection.execute(select(schema.profile)):
        yield _line(
            "profile", names.get(row.account_id), row.provenance, row.kind, row.name, row.bio, row.location,
            row.languages, row.tags, row.created_at, row.complete,
        )  # fmt: skip
    for row in connection.execute(select(schema.account_link)):
        yield _line("link", names.get(row.account_id), row.provenance, row.url, row.rel_me, row.verified_at, row.text)
    for row in connection.execute(select(schema.account_count)):
        yield _line("count", names.get(row.account_id), row.followers, row.followers_step, row.following, row.posts)
    pages = _page_names(connection)
    for row in connection.execute(select(schema.account_seen)):
        yield _line("account seen", names.get(row.account_id), *pages[row.task_id])


def _creators(connection: Connection, names: dict[str, str]) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for row in connection.execute(select(schema.membership)):
        groups.setdefault(row.creator_id, []).append(names.get(row.account_id, ""))
    for members in groups.values():
        yield _line("creator", sorted(members))
    for row in connection.execute(select(schema.join_edge)):
        pair = sorted((names.get(row.a, ""), names.get(row.b, "")))
        yield _line("edge", pair, row.kind, row.evidence_url, row.revoked_by, row.applied)


def _posts(connection: Connection, names: dict[str, str]) -> Iterator[str]:
    ids: dict[str, tuple[str | None, str]] = {}
    for row in connection.execute(select(schema.post)):
        account = names.get(row.account_id)
        ids[row.id] = (account, row.native_id)
        yield _line(
            "post", account, row.native_id, row.url, row.kind, row.title, row.text, row.language, row.tags,
            row.published_at, row.edited_at, row.place, row.provenance, row.complete,
        )  # fmt: skip
    pages = _page_names(connection)
    for row in connection.execute(select(schema.post_seen)):
        yield _line("post seen", ids[row.post_id], *pages[row.task_id])
    for row in connection.execute(select(schema.post_alias)):
        yield _line("post alias", ids[row.post_id], row.value.partition(" ")[2] or row.value)
    for row in connection.execute(select(schema.post_history)):
        yield _line("post history", ids[row.post_id], row.hash)
    for row in connection.execute(select(schema.interaction)):
        yield _line(
            "interaction", ids[row.post_id], row.likes, row.shares, row.comments, row.distinct_repliers,
            row.author_reply_share,
        )  # fmt: skip


def _crawl(connection: Connection) -> Iterator[str]:
    address, task, job, plan = schema.address, schema.task, schema.job, schema.plan
    for row in connection.execute(select(address)):
        yield _line("address", row.url, row.state, row.content_hash)
    jobs = select(plan.c.query, job.c.kind, job.c.outcome).join(plan, plan.c.id == job.c.plan_id)
    for row in connection.execute(jobs):
        yield _line("job", row.query, row.kind, row.outcome)
    seeds = {row.id: row.label for row in connection.execute(select(schema.seed))}
    for label in seeds.values():
        yield _line("seed", label)
    pages = _page_names(connection)
    for row in connection.execute(select(task)):
        state = "waiting" if row.state == "leased" else row.state
        ways = sorted((steps, seeds[seed_id]) for steps, seed_id in row.ways)
        yield _line("task", *pages[row.id], state, row.outcome, ways)
    for row in connection.execute(select(schema.task_parent)):
        yield _line("task parent", *pages[row.task_id], pages[row.parent_id][1])


def _page_names(connection: Connection) -> dict[int, tuple[str, str]]:
    """Task id → its plan and address."""
    address, task, job, plan = schema.address, schema.task, schema.job, schema.plan
    statement = (
        select(task.c.id, plan.c.query, address.c.url)
        .join(job, job.c.id == task.c.job_id)
        .join(plan, plan.c.id == job.c.plan_id)
        .join(address, address.c.id == task.c.address_id)
    )
    return {row.id: (row.query, row.url) for row in connection.execute(statement)}


def _leads(connection: Connection) -> Iterator[str]:
    for row in connection.execute(select(schema.lead)):
        yield _line(
            "lead", row.kind, row.value, row.network, row.handle, row.url, row.read_url, row.relation, row.file_kind,
            row.since, row.words, row.places,
        )  # fmt: skip


def _marks(connection: Connection) -> Iterator[str]:
    named: dict[int, list[tuple[bool, str, str]]] = {}
    for row in connection.execute(select(schema.mark_name)):
        named.setdefault(row.mark_id, []).append((row.other, row.kind, row.value))
    for row in connection.execute(select(schema.mark)):
        about = sorted(named[row.id])
        yield _line("mark", about, row.kind, row.value, row.query, row.reason, row.undone_at is None)


def _suppression(connection: Connection) -> Iterator[str]:
    for row in connection.execute(select(schema.suppression)):
        yield _line("suppressed", row.digest, row.reference)


def _desk(connection: Connection, names: dict[str, str]) -> Iterator[str]:
    creators = {row.id: names.get(row.account_id) for row in connection.execute(select(schema.creator))}
    for row in connection.execute(select(schema.api_key)):
        yield _line("key", row.name, row.scope, row.per_minute, row.revoked is None)
    lists = {row.id: row for row in connection.execute(select(schema.shortlist))}
    for row in lists.values():
        yield _line("list", row.name, row.brands)
    for row in connection.execute(select(schema.shortlist_entry)):
        yield _line(
            "listed", lists[row.list_id].name, creators[row.creator_id], row.status, row.on_day, row.fee,
            row.next_step, row.note, row.query,
        )  # fmt: skip
    watches = {row.id: row for row in connection.execute(select(schema.watch))}
    for row in watches.values():
        yield _line("watch", row.name, row.query, sorted(row.options.items()), row.webhook)
    for row in connection.execute(select(schema.watch_match)):
        yield _line("watched", watches[row.watch_id].name, creators[row.creator_id])
    for row in connection.execute(select(schema.delivery)):
        told = sorted(creators.get(key) or "" for key in row.creator_ids)
        yield _line("delivery", watches[row.watch_id].name, told, row.due is None, row.outcome)
    for row in connection.execute(select(schema.discovery)):
        state = "waiting" if row.state == "running" else row.state
        yield _line("discovery", row.query, sorted(row.options.items()), state, row.message)
