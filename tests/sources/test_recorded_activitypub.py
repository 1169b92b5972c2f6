"""Recorded ActivityPub documents: how many accounts and posts come out of each. Counted by reading the bodies.

An actor that does not say whether it wants to be found is there by its names only.
"""

import pytest

from catalog.items import Consent
from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings, recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "lemmyapub_discourse_objects_page.json": (0, 1),
    "lemmyapub_discourse_objects_person.json": (1, 0),
    "lemmyapub_friendica_objects_person_1.json": (1, 0),
    "lemmyapub_lemmy_collections_group_outbox.json": (0, 2),  # two titles, announced by the group
    "lemmyapub_lemmy_objects_comment.json": (0, 1),
    "lemmyapub_lemmy_objects_group.json": (1, 0),
    "lemmyapub_lemmy_objects_page.json": (0, 1),
    "lemmyapub_lemmy_objects_person.json": (1, 0),
    "wpap_lemmy-ml-u-pfefferle.json": (1, 0),
    "wpap_lemmy-ml-well-known-webfinger.json": (0, 0),
    "wpap_notiz-blog-author-matthias-pfefferle.json": (1, 0),
    "wpap_notiz-blog-well-known-webfinger.json": (0, 0),
    "xray_Gargron.http": (1, 0),
    "xray_aaronpk.http": (1, 0),
    "xray_article.json.http": (0, 1),
    "xray_custom-emoji.json.http": (0, 0),  # attributed to somebody on another host; and nothing but an emoji
    "xray_jamey.http": (1, 0),
    "xray_note.json.http": (0, 1),
    "xray_photo.json.http": (0, 1),
    "xray_repost.json.http": (0, 0),  # somebody else's words
    "xray_sensitive.json.http": (0, 1),
    "xray_video.json.http": (0, 1),
}


def read(recording: Recording) -> PageItems | None:
    return read_by_shape(recording, "activitypub")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "activitypub", read)


def test_who_does_not_say_is_not_known() -> None:
    for recording in recordings("activitypub"):
        found = read(recording)
        for account in found.accounts if found else ():
            told = recording.name == "lemmyapub_friendica_objects_person_1.json"
            assert (account.consent.state is Consent.PROFILE) == told
            assert bool(account.bio or account.name) == told
