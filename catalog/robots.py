"""What robots.txt files said, for a day. How they are read is the crawler's business."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from catalog import schema
from catalog.tasks import RobotsRow
from catalog.unit import Unit

_LIFE: Final = timedelta(hours=24)
_BYTES: Final = 500 * 1024


def kept(connection: Connection, origin: str, now: datetime) -> RobotsRow | None:
    """A robots.txt that is not older than a day."""
    table = schema.robots
    row = connection.execute(
        select(table).where(table.c.origin == origin, table.c.fetched_at > now - _LIFE)
    ).one_or_none()
    if row is None:
        return None
    return RobotsRow(origin=row.origin, status=row.status, body=row.body, fetched_at=row.fetched_at)


def keep(unit: Unit, row: RobotsRow) -> None:
    """Keep a robots.txt, cut at half a megabyte."""
    table = schema.robots
    unit.connection.execute(table.delete().where(table.c.origin == row.origin))
    values = {"origin": row.origin, "status": row.status, "body": row.body[:_BYTES], "fetched_at": row.fetched_at}
    unit.insert(table, [values])
