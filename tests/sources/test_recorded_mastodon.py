"""Mastodon's recorded answers by their shape: how many accounts and posts come out of each, counted in the bodies.

A status or profile of somebody who lives on another server gives no text: its home is asked (docs/consent.md). Posts of
denied accounts are counted here, before the gate.
"""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, key_of, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

_INSTANCES = (
    "entity_instancetimelinesaccessconfiguration", "entity_previewcardauthor.0", "entity_previewcardauthor.1",
    "entity_searchv2.0", "entity_searchv2.1", "entity_tag.0", "entity_tag.1", "test_hashtag_tl.0",
    "test_timeline_disabled.0", "test_timeline_disabled.1", "test_timeline_disabled.3",
)  # fmt: skip
_FROM_AFAR = (
    "entity_context", "entity_customemoji", "entity_mediaattachment.0", "entity_mediaattachment.1", "entity_poll",
    "entity_quote", "entity_status.0", "entity_statusmention",
)  # fmt: skip
_NOTHING = ("entity_featuredtag", "test_account_followers.1", "test_account_lookup.1", "test_account_search.2",
            "test_status_missing")  # fmt: skip
_ONE_ACCOUNT = (
    "entity_account.0", "entity_account.1", "entity_accountfield", "test_account_followers.0", "test_account_lookup.0",
    "test_account_lookup.2", "test_account_lookup.3", "test_account_search.1", "test_accounts.0", "test_accounts.1",
)  # fmt: skip

TABLE: Table = {
    key_of(f"mastodonpy_{name}.json"): counts
    for name, counts in (
        *((name, (0, 0)) for name in (*_INSTANCES, *_FROM_AFAR)),
        *((name, None) for name in _NOTHING),  # an empty list, an error, tags
        *((name, (1, 0)) for name in _ONE_ACCOUNT),
        ("entity_status.1", (1, 1)),
        ("entity_statusedit.0", (0, 0)),  # versions of a status: who may see it is not told
        ("entity_statusedit.1", (0, 0)),
        ("entity_suggestion", (40, 0)),
        ("test_account_search.0", (2, 0)),
        ("test_account_search.3", (2, 0)),
        ("test_accounts.2", (2, 0)),
        ("test_hashtag_tl.1", (1, 1)),
        ("test_timeline_disabled.2", (2, 20)),
    )
}


def read(recording: Recording) -> PageItems | None:
    return read_by_shape(recording, "mastodon")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "mastodon", read)
