"""``nichescout init``: write the two files that an operator edits."""

import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from app.config import FILE_NAME
from app.errors import ConfigError

_ADDRESS = re.compile(r"(https?://[^\s<>\"]+\.[^\s<>\"]+|(mailto:)?[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+)\Z")

_TEMPLATE = """\
# nichescout's settings. Environment variables (NICHESCOUT_CONTACT, ...) and options weigh more.

# Where the owner of a site that we read can reach you; it is sent with every request.
contact = "{contact}"

# pages = 400      # pages of one discovery at most
# minutes = 20     # minutes of one discovery at most
# delay = 1.0      # seconds between two requests to one host
# hosts = "hosts.toml"   # starting hosts per source; the file beside this one is used by default
# model = "all-MiniLM-L6-v2"   # another sentence model by name or path needs: nichescout index rebuild
"""


@dataclass(frozen=True, slots=True)
class Initialised:
    """What ``init`` wrote."""

    settings: Path
    hosts: Path
    hosts_kept: bool


def initialise(folder: Path, contact: str) -> Initialised:
    """Write ``nichescout.toml`` and an editable ``hosts.toml`` into ``folder``.

    An existing ``hosts.toml`` is kept. Raises ConfigError when ``contact`` is neither a web nor a mail address, or
    when the folder already has settings.
    """
    contact = contact.strip()
    if not _ADDRESS.match(contact):
        raise ConfigError(f"{contact!r} is not an address; give a page (https://...) or a mail address that you read")
    settings, hosts = folder / FILE_NAME, folder / "hosts.toml"
    if settings.exists():
        raise ConfigError(f"{settings} exists already; edit it, or move it away first")
    folder.mkdir(parents=True, exist_ok=True)
    kept = hosts.exists()
    if not kept:
        hosts.write_text(resources.files("crawler").joinpath("hosts.toml").read_text("utf-8"), "utf-8")
    settings.write_text(_TEMPLATE.format(contact=contact), "utf-8")
    return Initialised(settings, hosts, kept)
