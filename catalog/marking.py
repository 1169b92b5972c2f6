"""The operator speaks: marks written and undone, and what that changes at once."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sqlalchemy import select, update

from catalog import schema
from catalog.errors import AmbiguousName, BadMark, UnknownCreator
from catalog.feed import publish
from catalog.items import Alias, AliasKind
from catalog.joins import update_joins
from catalog.marks import mark_rows, still_hold, subject
from catalog.readers import account_named, all_names, namesakes
from catalog.records import Mark, MarkRow
from catalog.unit import Unit

CREATOR_KINDS: Final = ("person", "organisation", "aggregator")
_CHOICES: Final = 6  # addresses named where a name is several people's
_STABLE: Final = (
    (AliasKind.ACTOR_URI, AliasKind.DID, AliasKind.NATIVE),
    (AliasKind.URL,),
    (AliasKind.HANDLE,),  # may change hands: only where there is nothing better
)


def add_mark(unit: Unit, name: str, mark: Mark) -> MarkRow:
    """Write a mark on the creator of ``name``; saying again what holds changes nothing. Returns the one that holds.

    Two creators that are joined now are told apart by the names of their accounts. Raises UnknownCreator, BadMark.
    """
    _check(mark)
    mine, other = _accounts_meant(unit, name), []
    if subject(mark)[0] == "same-as":
        other = _accounts_meant(unit, mark.value)
        mine = [account for account in mine if account not in other] or mine
        other = [account for account in other if account not in mine]
        if not other:
            raise BadMark(f"{name} and {mark.value} are one account: name two")
        mark = replace(mark, value=_stable_names(unit, other[0])[0].value)
    else:
        mine = _together(unit, mine)
    for creator_id in _creators(unit, mine):
        for row in still_hold(_live(unit, creator_id)):
            if replace(row.mark, at=None) == replace(mark, at=None):
                return row
    values = {"kind": mark.kind, "value": mark.value, "query": mark.query, "reason": mark.reason, "at": unit.now}
    mark_id = unit.connection.scalar(schema.mark.insert().values(values).returning(schema.mark.c.id))
    unit.insert(
        schema.mark_name,
        [
            {"mark_id": mark_id, "other": is_other, "kind": alias.kind.value, "value": alias.value}
            for is_other, accounts in ((False, mine), (True, other))
            for account in accounts
            for alias in _stable_names(unit, account)
        ],
    )
    _changed(unit, [*mine, *other])
    return next(row for row in mark_rows(unit.connection, None) if row.id == mark_id)


def undo_mark(unit: Unit, name: str | None, kind: str | None) -> MarkRow | None:
    """Undo the newest mark that holds, of one creator or one kind where given; None where there is none."""
    creators = _creators(unit, _accounts_meant(unit, name)) if name is not None else [None]
    rows = [row for creator_id in creators for row in _live(unit, creator_id) if kind in (None, row.mark.kind)]
    if not rows:
        return None
    row = max(rows, key=lambda row: row.id)
    unit.connection.execute(update(schema.mark).where(schema.mark.c.id == row.id).values(undone_at=unit.now))
    _changed(unit, _accounts_in(unit, row.id))
    return replace(row, undone_at=unit.now)


def _check(mark: Mark) -> None:
    about, _ = subject(mark)
    if about in ("place", "kind", "same-as") and not mark.value.strip():
        raise BadMark(f"{mark.kind} needs a value")
    if about == "kind" and mark.value not in CREATOR_KINDS:
        raise BadMark(f"no kind {mark.value!r}: one of {', '.join(CREATOR_KINDS)}")


def _live(unit: Unit, creator_id: str | None) -> list[MarkRow]:
    return [row for row in mark_rows(unit.connection, creator_id) if row.undone_at is None]


def _accounts_meant(unit: Unit, name: str) -> list[str]:
    """All accounts of a creator's id; of an id that redirects, the account it was made for; of a name, its account."""
    creator, member = schema.creator, schema.membership
    row = unit.connection.execute(select(creator).where(creator.c.id == name)).one_or_none()
    if row is not None and row.redirect_to is None:
        found = unit.connection.scalars(select(member.c.account_id).where(member.c.creator_id == name)).all()
    else:
        one = row.account_id if row is not None else account_named(unit.connection, name)
        found = [one] if one else _only_one(unit, name)
    if not found:
        raise UnknownCreator(f"nobody here is called {name}: give an id, handle@host or an address")
    return sorted(found)


def _only_one(unit: Unit, name: str) -> list[str]:
    """The accounts with this handle or name, if they are one creator's. Raises AmbiguousName."""
    found = dict(namesakes(unit.connection, name))
    if len(_creators(unit, [*found])) > 1:
        listed = ", ".join([*found.values()][:_CHOICES])
        more = ", ..." if len(found) > _CHOICES else ""
        raise AmbiguousName(f"several are called {name}: give one address of {listed}{more}")
    return [*found]


def _together(unit: Unit, accounts: list[str]) -> list[str]:
    """These accounts and all that are one creator with them."""
    member = schema.membership
    creators = select(member.c.creator_id).where(member.c.account_id.in_(accounts))
    statement = select(member.c.account_id).where(member.c.creator_id.in_(creators.scalar_subquery()))
    return sorted(unit.connection.scalars(statement))


def _creators(unit: Unit, accounts: list[str]) -> list[str]:
    member = schema.membership
    statement = select(member.c.creator_id).where(member.c.account_id.in_(accounts)).distinct()
    return sorted(unit.connection.scalars(statement))


def _stable_names(unit: Unit, account_id: str) -> list[Alias]:
    """The names of an account that are least likely to pass to somebody else."""
    names = sorted(all_names(unit.connection, [account_id], current=True))
    return next(([each for each in names if each.kind in kinds] for kinds in _STABLE if _has(names, kinds)), [])


def _has(names: Iterable[Alias], kinds: tuple[AliasKind, ...]) -> bool:
    return any(each.kind in kinds for each in names)


def _accounts_in(unit: Unit, mark_id: int) -> list[str]:
    alias, name = schema.account_alias, schema.mark_name
    statement = (
        select(alias.c.account_id)
        .join(name, (name.c.kind == alias.c.kind) & (name.c.value == alias.c.value))
        .where(name.c.mark_id == mark_id, alias.c.until.is_(None))
    )
    return sorted(set(unit.connection.scalars(statement)))


def _changed(unit: Unit, accounts: list[str]) -> None:
    unit.dirty_accounts.update(accounts)
    unit.relink.update(accounts)
    update_joins(unit)
    publish(unit)
