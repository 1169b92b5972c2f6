"""Ratios inside one run, with generous margins, that only a regression breaks: machines are what they are.

The budgets themselves are measured by ``make bench``.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from benchmarks.speed.build import KnownCatalog, RandomVectors
from benchmarks.speed.processes import spend
from catalog.records import CreatorRecord
from indexer.backends.embedded.passage_scan import LARGE, LIKELY, _nearest
from indexer.backends.embedded.vectors import SignBits, VectorFile, quantise, sign_bits
from indexer.documents import bundle, draft
from indexer.pieces import PieceStarts
from places.gazetteer import Gazetteer, open_gazetteer
from tests.conftest import Demo
from text.analysis import analyse
from text.split import split_words

LIBRARIES = "import click, numpy, onnxruntime, tokenizers, tantivy, numkong"
DIMENSION = 384


def cpu(work: Callable[[], object], times: int = 3) -> float:
    """CPU seconds of this thread, the best of some."""
    spent = []
    for _ in range(times):
        started = time.thread_time()
        work()
        spent.append(time.thread_time() - started)
    return min(spent)


def test_a_cold_search_costs_little_beside_its_imports(demo: Demo) -> None:
    """Budget 2.0; 3 here, as pairs of processes on a busy machine scatter."""
    command = [Path(sys.executable).with_name("nichescout"), "--data", demo.data, "search", "sushi", "--json"]
    pairs = [(spend([sys.executable, "-c", LIBRARIES]).cpu, spend(command).cpu) for _ in range(4)]
    assert min(search for _, search in pairs[1:]) <= 3.0 * min(imports for imports, _ in pairs[1:])


def test_help_loads_no_library_of_the_search() -> None:
    heavy = ["numpy", "onnxruntime", "tokenizers", "tantivy", "numkong", "rich", "scrapy", "sqlalchemy"]
    script = f"""
import sys, cli
try:
    cli.main(["--help"])
except SystemExit:
    print([name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_looking_at_signs_first_is_quicker_than_a_whole_scan() -> None:
    """Six tenths of the time over a million, 0.9 here; where it begins to be used (LARGE) both take about as long."""
    rows = np.random.default_rng(1).standard_normal((LARGE // 10, DIMENSION)).astype(np.float32)
    few = quantise(rows)
    passages = VectorFile(np.tile(few.i8, (20, 1)), np.tile(few.scale, 20), few.f16)
    signs = SignBits(np.tile(sign_bits(rows), (20, 1)))
    vector = rows[7] / np.linalg.norm(rows[7])
    signs.distances(vector)
    signs.distances(vector)  # laid out anew
    chosen = cpu(lambda: passages.scan(vector, _nearest(signs.distances(vector), None, LIKELY)), 5)
    assert chosen <= 0.9 * cpu(lambda: passages.scan(vector), 5)


@pytest.fixture(scope="module")
def records() -> list[CreatorRecord]:
    catalog = KnownCatalog(30, 10)
    return list(catalog.creators(catalog.creator_ids()).values())


def made(records: list[CreatorRecord], gazetteer: Gazetteer, pieces: PieceStarts) -> None:
    """What a build makes of creators whose vectors are known."""
    vectors = RandomVectors()
    for record in records:
        read = draft(record, piece_starts=pieces, split=split_words)
        known = dict(zip(read.texts, vectors.encode(list(read.texts)), strict=True))
        bundle(read, known, gazetteer=gazetteer, split=split_words, dimension=DIMENSION)


def test_documents_cost_a_bounded_multiple_of_their_tokens(records: list[CreatorRecord]) -> None:
    """About 30 times the token chain alone; 80 here. A second gazetteer in the process changes nothing."""
    texts = [f"{post.title}\n{post.text}" for record in records for post in record.posts]
    chain = cpu(lambda: [analyse(text, language="en") for text in texts])
    pieces = PieceStarts(RandomVectors().model.folder)
    for _ in range(2):
        with closing(open_gazetteer()) as gazetteer:
            made(records, gazetteer, pieces)  # loads tables
            assert cpu(lambda: made(records, gazetteer, pieces)) <= 80 * chain
