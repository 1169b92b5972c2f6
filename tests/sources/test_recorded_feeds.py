"""Feeds of blogs and newsletters. Of feeds that only point elsewhere (headlines, alerts, comments) no post is theirs;
of photos without a word there is nothing to keep."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "feedjira_AmazonWebServicesBlog.xml": (1, 10),
    "feedjira_AtomEscapedHTMLInPreTag.xml": (1, 1),
    "feedjira_DuplicateContentAtomFeed.xml": (1, 10),
    "feedjira_FeedBurnerXHTML.xml": (5, 10),
    "feedjira_FeedjiraBlog.xml": (1, 1),
    "feedjira_GiantRobotsSmashingIntoOtherGiantRobots.xml": (4, 3),
    "feedjira_HREFConsideredHarmful.xml": (1, 10),
    "feedjira_HuffPostCanada.xml": (3, 2),
    "feedjira_InvalidDateFormat.xml": (1, 2),
    "feedjira_PaulDixExplainsNothing.xml": (1, 5),
    "feedjira_PaulDixExplainsNothingWFW.xml": (1, 5),
    "feedjira_RSSWithComments.xml": (1, 1),
    "feedjira_SamRuby.xml": (1, 20),
    "feedjira_TechCrunch.xml": (9, 20),
    "feedjira_TenderLovemaking.xml": (1, 10),
    "feedjira_TrotterCashionHome.xml": (1, 14),
    "feedjira_TypePadNews.xml": (1, 10),
    "feedjira_a10.xml": (1, 5),
    "feedjira_google_alerts_atom.xml": (1, 0),
    "feedjira_json_feed.json": (1, 20),
    "feedjira_pet_atom.xml": (1, 10),
    "rssparser_content-encoded.rss": (1, 7),
    "rssparser_craigslist.rss": (1, 25),
    "rssparser_encoding.rss": (1, 40),
    "rssparser_feedburner.atom": (1, 25),
    "rssparser_guardian.rss": (46, 55),
    "rssparser_gulp-atom.atom": (1, 10),
    "rssparser_heise.atom": (1, 15),
    "rssparser_incomplete-fields.atom": (1, 0),
    "rssparser_instant-article.rss": (1, 1),
    "rssparser_many-links.rss": (1, 25),
    "rssparser_missing-fields.atom": (1, 0),
    "rssparser_narro.rss": (1, 1),
    "rssparser_rss-1.rss": (31, 69),
    "rssparser_unrecognized.rss": None,
    "rssparser_uolNoticias.rss": (1, 6),
    "wp_lsd_author_luis-sanchez_feed.rss": (1, 3),
    "wp_lsd_comments_feed.rss": (0, 0),
    "wp_lsd_feed.rss": (1, 3),
    "wp_lsd_tag_tutorial_feed.rss": (1, 3),
    "xray_atom.http": (1, 8),
    "xray_instagram-atom.http": (13, 12),
    "xray_jsonfeed-1.1.http": (3, 48),
    "xray_jsonfeed.http": (1, 9),
    "xray_podcast-rss.http": (1, 12),
    "xray_rss-no-xml-tag.http": (1, 6),
    "xray_rss-xml-content-type.http": (1, 10),
    "xray_rss.http": (1, 8),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_feeds() -> None:
    check_files(TABLE, "feeds")
