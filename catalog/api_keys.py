"""Keys of the endpoint: made, found by their hash, revoked. A key itself is shown once and stored nowhere."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, select, update

from catalog import schema
from catalog.unit import Unit

Scope = Literal["read", "write", "admin"]
SCOPES: Final[tuple[Scope, ...]] = ("read", "write", "admin")  # each holds those before it
PREFIX: Final = "nsk_"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is known of a key."""

    id: int
    name: str
    scope: Scope
    per_minute: int
    created: datetime
    revoked: datetime | None


def add_key(unit: Unit, name: str, scope: Scope, per_minute: int) -> tuple[ApiKey, str]:
    """A new key, and the secret that is not kept."""
    secret = PREFIX + secrets.token_urlsafe(32)
    table = schema.api_key
    values = {
        "name": name,
        "digest": digest(secret),
        "scope": scope,
        "per_minute": per_minute,
        "created": unit.now,
    }
    row = unit.connection.execute(table.insert().values(values).returning(table)).one()
    return _key(row), secret


def keys(connection: Connection) -> list[ApiKey]:
    """All, revoked ones too, oldest first."""
    return [_key(row) for row in connection.execute(select(schema.api_key).order_by(schema.api_key.c.id))]


def key_of(connection: Connection, secret: str) -> ApiKey | None:
    """The key with this secret, unless it was revoked."""
    table = schema.api_key
    row = connection.execute(
        select(table).where(table.c.digest == digest(secret), table.c.revoked.is_(None))
    ).one_or_none()
    return None if row is None else _key(row)


def revoke_key(unit: Unit, key_id: int) -> bool:
    """End a key; False where none of this number holds."""
    table = schema.api_key
    mine = update(table).where(table.c.id == key_id, table.c.revoked.is_(None))
    return bool(unit.connection.execute(mine.values(revoked=unit.now)).rowcount)


def digest(secret: str) -> str:
    """Of 32 random bytes: a plain hash is as good as a slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id, name=row.name, scope=row.scope, per_minute=row.per_minute, created=row.created, revoked=row.revoked
    )
