from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.catalog.builders import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "data")
    with made.catalog:
        yield made


@pytest.fixture(scope="session")
def new_world() -> Iterator[Callable[[], World]]:
    """Fresh worlds for property tests, which may not use function-scoped fixtures."""
    made: list[World] = []
    with TemporaryDirectory() as folder:

        def make() -> World:
            for old in made:
                old.catalog.close()
            made.append(World(Path(folder) / str(len(made))))
            return made[-1]

        yield make
        for world in made:
            world.catalog.close()
