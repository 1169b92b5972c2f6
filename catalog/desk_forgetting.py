"""Forgetting on the desk: whoever is forgotten leaves lists, watches and news, and no note or search names them."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from catalog import schema
from catalog.person import Person
from catalog.unit import Unit
from catalog.watches import drop_gone


def forget_on_desk(unit: Unit, creator_ids: Iterable[str], person: Person) -> None:
    """Before the accounts go. Notes that name the person are emptied; searches that do are deleted."""
    drop_gone(unit, creator_ids)
    entry = schema.shortlist_entry
    for row in unit.connection.execute(select(entry)).all():
        named = {name: "" for name in ("fee", "next_step", "note", "query") if person.is_in(getattr(row, name))}
        if named:
            mine = update(entry).where(entry.c.list_id == row.list_id, entry.c.creator_id == row.creator_id)
            unit.connection.execute(mine.values(named))
    shortlist, watch, discovery = schema.shortlist, schema.watch, schema.discovery
    for row in unit.connection.execute(select(shortlist)).all():
        brands = [brand for brand in row.brands if not person.is_in(brand)]
        name = f"forgotten {row.id}" if person.is_in(row.name) else row.name
        unit.connection.execute(update(shortlist).where(shortlist.c.id == row.id).values(brands=brands, name=name))
    for row in unit.connection.execute(select(watch)).all():
        if person.is_in(" ".join((row.name, row.query, row.webhook, str(dict(row.options))))):
            unit.connection.execute(delete(watch).where(watch.c.id == row.id))
    for row in unit.connection.execute(select(discovery)).all():
        if person.is_in(f"{row.query} {row.message} {dict(row.options)}"):
            unit.connection.execute(delete(discovery).where(discovery.c.id == row.id))
