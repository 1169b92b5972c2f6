"""Why the accounts of a creator are one: the join edges that hold between them, for ``show``."""

from sqlalchemy import Connection, select

from catalog import schema
from catalog.records import JoinSeen


def read_joins(connection: Connection, creator_id: str) -> tuple[JoinSeen, ...]:
    """The joins that hold between the accounts of a creator; none for somebody unknown."""
    account, member, edge = schema.account, schema.membership, schema.join_edge
    rows = connection.execute(
        select(account.c.id, account.c.url)
        .join(member, member.c.account_id == account.c.id)
        .where(member.c.creator_id == creator_id)
    )
    urls = {row.id: row.url for row in rows}
    holding = select(edge).where(edge.c.a.in_(urls), edge.c.b.in_(urls), edge.c.revoked.is_(None), edge.c.applied)
    return tuple(
        JoinSeen(url=urls[row.a], other=urls[row.b], kind=row.kind, evidence_url=row.evidence_url, at=row.seen)
        for row in connection.execute(holding.order_by(edge.c.a, edge.c.b, edge.c.kind))
    )
