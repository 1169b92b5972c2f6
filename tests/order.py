"""Which files several test processes take first: those that take longest, so that none is left over at the end.

A file is run by one process (``--dist loadfile``), which makes what its tests share once. To be brought up to date with
``pytest --durations=0`` from time to time; a wrong order costs some seconds and nothing else.
"""

from typing import Final

import pytest

LONGEST: Final = (
    "tests/test_crash.py",  # needs the demo, which a process makes while the others begin with what follows
    "tests/test_worker.py",
    "tests/indexer/test_elastic.py",
    "tests/indexer/test_elastic_outages.py",
    "tests/crawler/test_interrupted.py",
    "tests/sources/test_contract.py",
    "tests/app/test_remote_index.py",
    "tests/server/test_page.py",
    "tests/server/test_desk.py",
    "tests/app/test_marking.py",
    "tests/crawler/test_arrivals.py",
    "tests/crawler/test_archive_crawl.py",
    "tests/server/test_contract.py",
    "tests/test_docs.py",
    "tests/quality/test_gate.py",
    "tests/catalog/test_forgetting.py",
    "tests/crawler/test_kill_crawl.py",
    "tests/crawler/test_canary.py",
    "tests/search/test_backend_parity.py",
    "tests/test_forgotten.py",
    "tests/sources/test_hostile_bodies.py",
    "tests/indexer/test_elastic_secured.py",
    "tests/catalog/test_harvest.py",
    "tests/indexer/test_corrections.py",
    "tests/app/test_followers.py",
    "tests/search/test_corrections.py",
    "tests/crawler/test_hostile_answers.py",
    "tests/crawler/test_archive_care.py",
    "tests/niche/test_themes.py",
    "tests/test_discover_on_servers.py",
    "tests/indexer/test_build.py",
    "tests/catalog/test_many_writers.py",
    "tests/indexer/test_embedded.py",
    "tests/app/test_evaluation.py",
)
_RANK: Final = {file: rank for rank, file in enumerate(LONGEST)}


def longest_first(items: list[pytest.Item]) -> None:
    """Sort tests in place; those of one file, and all that are not named above, keep their order."""
    items.sort(key=lambda item: _RANK.get(item.nodeid.partition("::")[0], len(_RANK)))
