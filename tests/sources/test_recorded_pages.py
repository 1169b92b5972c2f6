"""Web pages. Two accounts: an author and the publication. None: front pages of lists and stories that nobody signed
or dated."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "mf2_fberriman.com.html": (0, 0),
    "mf2_snarfed.org.html": (1, 1),
    "postlight_github.com.html": (1, 1),
    "postlight_medium.com--another.html": (1, 1),
    "postlight_medium.com.html": (1, 1),
    "postlight_sect.iij.ad.jp.html": (1, 1),
    "postlight_techlog.iij.ad.jp.html": (1, 1),
    "postlight_www.popsugar.com.html": (1, 1),
    "readability_archive-of-our-own.html": (1, 1),
    "readability_blogger.html": (1, 1),
    "readability_daringfireball-1.html": (0, 0),
    "readability_dropbox-blog.html": (1, 1),
    "readability_firefox-nightly-blog.html": (1, 1),
    "readability_gitlab-blog.html": (2, 1),
    "readability_medium-1.html": (1, 1),
    "readability_medium-3.html": (1, 1),
    "readability_tumblr.html": (1, 1),
    "readability_v8-blog.html": (1, 1),
    "readability_wordpress.html": (1, 1),
    "traf_basicthinking.de.tweets.html": (2, 1),
    "traf_befifty.montauk.html": (2, 1),
    "traf_blog.python.org.html": (1, 1),
    "traf_buchperlen.wordpress.com.html": (1, 1),
    "traf_caktusgroup.com.django.html": (2, 1),
    "traf_changelog.blog.zwischenbilanz.html": (2, 1),
    "traf_crazy-julia.de.tipps.html": (1, 1),
    "traf_denkanstoos.com.2012.html": (1, 1),
    "traf_franziska-elea.de.vuitton.html": (1, 1),
    "traf_github.blog.spiceland.html": (2, 1),
    "traf_gregoryszorc.com.python3.html": (0, 0),
    "traf_iloveponysmag.com.barbour.html": (1, 1),
    "traf_incurvy.de.wellness.html": (1, 1),
    "traf_knowtechie.com.rally.html": (2, 1),
    "traf_kulu-media.com.meta-outage.html": (2, 1),
    "traf_lady50plus.de.sekre.html": (1, 1),
    "traf_lemire.me.json.html": (1, 1),
    "traf_luxuriousmagazine.com.polo.html": (1, 1),
    "traf_luxuryhaven.co.hyatt.html": (1, 1),
    "traf_majkaswelt.com.fashion.html": (1, 1),
    "traf_mixed.de.vrodo.html": (2, 1),
    "traf_modepilot.de.duschkopf.html": (1, 1),
    "traf_moritz-meyer.net.vreni.html": (1, 1),
    "traf_netzpolitik.org.abmahnungen.html": (1, 1),
    "traf_novalanalove.com.ear-candy.html": (0, 0),
    "traf_plentylife.blogspot.pamela-reif.html": (1, 1),
    "traf_shingon-reiki.de.schamanismus.html": (1, 1),
    "traf_soundofscience.fr.1927.html": (1, 1),
    "traf_spreeblick.com.habeck.html": (1, 1),
    "traf_stackoverflow.com.rust.html": (1, 1),
    "traf_theplanetarypress.com.forestlands.html": (1, 1),
    "traf_wikimediafoundation.org.turkey.html": (1, 1),
    "trafeval_1hundetagebuch.wordpress.com.langer.html": (1, 1),
    "trafeval_abookshelffullofsunshine.blogspot.com.interview.html": (1, 1),
    "trafeval_surfguard.wordpress.com.medien.html": (1, 1),
    "trafeval_verfassungsblog.de.expertinnen.html": (1, 1),
    "trafeval_weinlachgummis.blogspot.com.rezi.html": (1, 1),
    "wp_lsd_author_luis-sanchez_page.html": (1, 0),
    "wp_lsd_create-your-first-streamlabs-chatbot-script_page.html": (1, 1),
    "wp_lsd_home.html": (1, 0),
    "xray_adactio-links.http": (0, 0),
    "xray_ascraeus.http": (1, 0),
    "xray_rel-canonical.http": (1, 1),
    "xray_waterpigs.http": (0, 0),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_pages() -> None:
    check_files(TABLE, "html")
