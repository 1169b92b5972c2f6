"""The vector cache: exact, by model, forgets physically, survives rubbish."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

from indexer.vector_cache import VectorCache
from tests.indexer.worlds import unit


def test_vectors_come_back_bit_for_bit(tmp_path: Path) -> None:
    vectors = {f"k{number}": unit(str(number)) for number in range(1200)}
    with VectorCache(tmp_path / "a" / "v.sqlite") as cache:
        cache.put("m", vectors)
        cache.put("other", {"k1": unit("x")})
    with VectorCache(tmp_path / "a" / "v.sqlite") as cache:
        found = cache.get("m", [*vectors, "unknown", "k1"])
        assert set(found) == set(vectors)
        assert all((found[key] == vectors[key]).all() for key in vectors)
        assert cache.get("none", ["k1"]) == {}


def test_delete_is_physical_and_for_every_model(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    mark = unit("gone").tobytes()
    cache = VectorCache(path)
    cache.put("m", {"k": unit("gone"), "stays": unit("stays")})
    cache.put("n", {"k": unit("gone")})
    files = lambda: b"".join(file.read_bytes() for file in tmp_path.iterdir())  # noqa: E731
    assert mark in files()
    cache.delete(["k", "unknown"])
    assert mark not in files()
    assert (cache.get("m", ["k"]), cache.get("n", ["k"]), set(cache.get("m", ["stays"]))) == ({}, {}, {"stays"})
    cache.close()


def test_an_unreadable_file_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    path.write_bytes(b"not a database " * 500)
    with VectorCache(path) as cache:
        cache.put("m", {"k": unit("a")})
        assert np.array_equal(cache.get("m", ["k"])["k"], unit("a"))
    assert path.with_suffix(".unreadable").exists()


def test_what_was_put_survives_a_kill(tmp_path: Path) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from indexer.vector_cache import VectorCache
from tests.indexer.worlds import unit
cache = VectorCache(Path(sys.argv[1]))
cache.put("m", {"k": unit("a")})
os.kill(os.getpid(), signal.SIGKILL)
"""
    path = tmp_path / "v.sqlite"
    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False, env={**os.environ})
    assert killed.returncode == -signal.SIGKILL
    with VectorCache(path) as cache:
        assert np.array_equal(cache.get("m", ["k"])["k"], unit("a"))
