"""Engines for many: one thread each, as fresh as the index, whole again after the index was away."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from indexer.bundles import Vector
from indexer.errors import IndexMissing
from search.errors import EnginesBusy
from search.pool import EnginePool, SharedEncoder
from tests.conftest import Demo


class Counting:
    """An encoder that tells how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, text: str) -> Vector:
        self.asked.append(text)
        return np.full(4, len(text), np.float32)


def test_a_text_is_encoded_once_while_it_is_remembered() -> None:
    counting = Counting()
    shared = SharedEncoder(counting, keep=2)
    for text in ("a", "bb", "a", "ccc", "a", "bb"):
        assert shared.encode(text)[0] == len(text)
    assert counting.asked == ["a", "bb", "ccc", "bb"]


def test_each_engine_is_one_threads(small_demo: Demo) -> None:
    with EnginePool(small_demo.data, size=2, wait=0.05) as pool:
        with pool.engine() as one, pool.engine() as other:
            assert one is not other
            with pytest.raises(EnginesBusy), pool.engine():
                pass
        found: list[int] = []

        def ask() -> None:
            with pool.engine() as engine:
                found.append(engine.search("sushi in boston").total)

        with EnginePool(small_demo.data, size=2, wait=30) as patient:
            pool = patient
            threads = [threading.Thread(target=ask) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert len(found) == 6
        assert len(set(found)) == 1


def test_an_index_that_was_away_is_opened_again(small_demo: Demo, tmp_path: Path) -> None:
    data = Path(shutil.copytree(small_demo.data, tmp_path / "data"))
    with EnginePool(data, size=1) as pool:
        before = pool.info()
        (data / "index").rename(data / "away")
        for _ in range(2):
            with pytest.raises(IndexMissing):
                pool.info()
        (data / "away").rename(data / "index")
        assert pool.info() == before
