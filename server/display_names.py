"""Names as people write them: platforms, sources, languages, kinds of creators and what a filter is called."""

from typing import Final

PLATFORMS: Final = {
    "activitypub": "Fediverse", "blog": "Blogs", "bluesky": "Bluesky", "discourse": "Discourse forum", "feed": "Feed",
    "fediverse": "Fediverse (all)", "flickr": "Flickr", "forem": "Forem", "forum": "Forums",
    "hackernews": "Hacker News", "instagram": "Instagram", "lemmy": "Lemmy", "mastodon": "Mastodon",
    "medium": "Medium", "newsletter": "Newsletters", "nodebb": "NodeBB forum", "pixelfed": "Pixelfed",
    "podcast": "Podcast", "reddit": "Reddit", "stackexchange": "Stack Exchange", "substack": "Substack",
    "threads": "Threads", "tiktok": "TikTok", "tumblr": "Tumblr", "web": "Website", "wordpress": "WordPress",
    "wordpress_com": "WordPress.com", "x": "X", "youtube": "YouTube",
}  # fmt: skip
SOURCES: Final = {
    "activitypub": "fediverse profiles", "blogroll": "blogs that blogs name", "bluesky": "Bluesky",
    "bluesky_hashtags": "Bluesky hashtags", "bluesky_search": "Bluesky search", "brave": "Brave Search",
    "discourse": "Discourse forums", "feed": "feeds of blogs and newsletters", "flickr": "Flickr", "forem": "Forem",
    "hackernews": "Hacker News", "instagram": "Instagram (your own keys)", "kagi": "Kagi", "lemmy": "Lemmy",
    "marginalia": "Marginalia", "mastodon": "Mastodon", "mojeek": "Mojeek", "nodebb": "NodeBB forums",
    "page": "home pages", "pixelfed": "Pixelfed", "podcast_index": "Podcast Index", "podcasts": "podcasts",
    "reddit": "Reddit", "searxng": "a search engine of your own", "sitemap": "archives of blogs",
    "stackexchange": "Stack Exchange", "threads": "Threads", "tumblr": "Tumblr", "wordpress": "WordPress blogs",
    "wordpress_com": "WordPress.com", "youtube": "YouTube",
}  # fmt: skip
LANGUAGES: Final = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "eo": "Esperanto", "es": "Spanish", "et": "Estonian", "eu": "Basque",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "ms": "Malay", "nb": "Norwegian Bokmål", "ne": "Nepali",
    "nl": "Dutch", "nn": "Norwegian Nynorsk", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "ta": "Tamil", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "yi": "Yiddish", "zh": "Chinese",
}  # fmt: skip
KINDS: Final = {
    "person": "a person",
    "organisation": "a business or organisation",
    "publication": "a magazine or site of several authors",
    "group": "a group",
    "aggregator": "a collection of other people's posts",
    "bot": "a bot",
    "unknown": "not known whether person or business",
}
SIZES: Final = {
    "nano": "nano: 1,000 to 9,999",
    "micro": "micro: 10,000 to 99,999",
    "small": "small: 1,000 to 99,999",
    "mid": "mid: 100,000 to 499,999",
    "big": "big: from 100,000",
    "macro": "macro: 500,000 to 999,999",
    "mega": "mega: from 1,000,000",
}
_OF: Final = {"platform": PLATFORMS, "language": LANGUAGES, "kind": KINDS, "tier": SIZES}


def shown(name: str, value: str) -> str:
    """A value of a parameter as people write it: ``shown("platform", "web")`` is "Website"."""
    return _OF.get(name, {}).get(value, value)


def platform(name: str) -> str:
    """A platform's name."""
    return PLATFORMS.get(name, name)


def language(code: str) -> str:
    """A language's name."""
    return LANGUAGES.get(code, code)


def source(name: str) -> str:
    """What a source reads."""
    return SOURCES.get(name, name)
