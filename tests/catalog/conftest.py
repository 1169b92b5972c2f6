from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import postgresql
from tests.catalog.builders import World


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def on_postgres(request: pytest.FixtureRequest) -> bool:
    """The same test on both databases; on PostgreSQL where there is one (or where REQUIRE_SERVICES asks for it)."""
    if request.param == "postgresql":
        postgresql.server()
    return bool(request.param == "postgresql")


@pytest.fixture
def world(tmp_path: Path, on_postgres: bool) -> Iterator[World]:
    made = World(tmp_path / "data", on_postgres=on_postgres)
    yield made
    made.close()


@pytest.fixture
def file_world(tmp_path: Path) -> Iterator[World]:
    """A catalog in a SQLite file, for what only files have."""
    made = World(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def server_world(tmp_path: Path) -> Iterator[World]:
    """A catalog on PostgreSQL, for what only servers have."""
    made = World(tmp_path / "data", on_postgres=True)
    yield made
    made.close()


@pytest.fixture(scope="session")
def new_world() -> Iterator[Callable[[], World]]:
    """Fresh worlds in files for property tests, which may not use function-scoped fixtures."""
    made: list[World] = []
    with TemporaryDirectory() as folder:

        def make() -> World:
            for old in made:
                old.close()
            made[:] = [World(Path(folder) / f"{next(numbers)}")]
            return made[0]

        numbers = count()
        yield make
        for world in made:
            world.close()
