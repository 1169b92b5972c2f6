"""What every table shares: the metadata, and columns that many have."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def ulid() -> Column[str]:
    """An id that we assign."""
    return Column("id", String(26), primary_key=True)


def serial() -> Column[int]:
    """A number that the database assigns."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


LARGE: Final = BigInteger().with_variant(Integer(), "sqlite")
"""Numbers of which there may be more than two thousand million; every integer of SQLite is that large."""


def large_serial(name: str = "id") -> Column[int]:
    """A number that the database assigns, of things without number."""
    return Column(name, LARGE, primary_key=True, autoincrement=True)


def cascading(target: str, *, cascade: bool = True) -> ForeignKey:
    """A reference that goes (or is emptied) with its target."""
    return ForeignKey(target, ondelete="CASCADE" if cascade else "SET NULL")
