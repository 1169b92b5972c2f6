"""Shared by all tests: one cache for the gazetteer and the query encoder, reproducible property tests."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

CACHE = Path(__file__).parent.parent / ".cache" / "tests"
os.environ.setdefault("NICHESCOUT_CACHE", str(CACHE))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

settings.register_profile(
    "default", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("default")
