"""Leads: names from the operator's own lists of followers, until somebody reads their page or they expire."""

from typing import Final

from sqlalchemy import Column, Index, String, Table, Text, UniqueConstraint

from catalog.schema.base import metadata, serial
from catalog.types import Json, UtcTime

lead: Final = Table(
    "lead",
    metadata,
    serial(),
    Column("kind", String, nullable=False),  # of the name that it is known by
    Column("value", Text, nullable=False),
    Column("network", String, nullable=False),  # "" where the list did not say
    Column("handle", Text, nullable=False),  # "" where only a number is known
    Column("url", Text, nullable=False),  # for a person to open; "" where there is none
    Column("read_url", Text),  # the address of its task; NULL: only by hand
    Column("relation", String, nullable=False),  # follower, following, listed
    Column("file_kind", String, nullable=False),  # what kind of file said so
    Column("since", UtcTime),  # when they followed; says nothing about posts
    Column("words", Json, nullable=False),  # in the name, where any of them says something
    Column("places", Json, nullable=False),  # [[key of a place, letters], ...] in the name
    Column("imported_at", UtcTime, nullable=False),
    UniqueConstraint("kind", "value"),
    Index(None, "imported_at"),
    Index(None, "read_url"),
    sqlite_autoincrement=True,
)
