"""Where things lie that can be made again: the cache folder, shared by all data folders of a user."""

import os
from pathlib import Path


def cache_dir() -> Path:
    """The folder of ``NICHESCOUT_CACHE``, else the platform's cache folder for this user. It may not exist yet."""
    named = os.environ.get("NICHESCOUT_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("nichescout", appauthor=False))
