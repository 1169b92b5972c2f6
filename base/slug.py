"""A name as files, addresses and headers take it."""

import re


def slug(name: str) -> str:
    """Its small ASCII letters and digits, all else as single hyphens; "" where none are left."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")  # compiled when asked for: a cold search passes by here
