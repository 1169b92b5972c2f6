"""``nichescout init``: write the files that an operator edits."""

import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

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
# catalog = "postgresql://nichescout@db.example/nichescout"   # for many workers, see docs/scale.md
# min_free = 200   # MiB of free disk below which nothing is crawled
# archive_days = 30  # days after which a page leaves the archives that --archive wrote
# keep_days = 365  # days after which somebody whom no page showed is deleted
# model = "all-MiniLM-L6-v2"   # another sentence model by name or path needs: nichescout index rebuild
"""


_PAGE: Final = """\
# About our crawler

We look for people who write about a subject, so that we can write to them. For that our program, nichescout, reads
public pages: feeds, blogs, public profiles and forums. Its requests say `nichescout/VERSION (+{contact})`.

- It asks robots.txt first and obeys it, under the name `nichescout`, and otherwise the rules for `*`.
- It asks one address of a host at a time, at most one a second, and slows down where `Crawl-delay`, `Retry-After` or
  an error asks for it.
- It never logs in, never gets around a block, and keeps nothing that a page asks to leave out (`noindex`, a profile's
  opt-out).
- It keeps public texts with their address and date, numbers of followers and reactions, and where somebody seems to
  live. It keeps no e-mail addresses or phone numbers, and nobody who only answers.
- What is gone from the web leaves our copy, too.

**To be left out:** write `User-agent: nichescout` and `Disallow: /` into your robots.txt, or `#nobot` into your
profile.

**To have everything deleted, to see what we hold, or to complain:** {contact}. Say under which address or handle we
would find you. We delete it within days, and our program then knows you by a keyed hash and stays away.
"""


@dataclass(frozen=True, slots=True)
class Initialised:
    """What ``init`` wrote."""

    settings: Path
    hosts: Path
    hosts_kept: bool
    page: Path  # a text for the page that the User-Agent points to


def initialise(folder: Path, contact: str) -> Initialised:
    """Write ``nichescout.toml``, an editable ``hosts.toml`` and a text for site owners into ``folder``.

    An existing ``hosts.toml`` or text is kept. Raises ConfigError when ``contact`` is neither a web nor a mail
    address, or when the folder already has settings.
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
    page = folder / "about-our-crawler.md"
    if not page.exists():
        page.write_text(_PAGE.format(contact=contact), "utf-8")
    return Initialised(settings, hosts, kept, page)
