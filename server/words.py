"""What the page says, in the words of a marketing person: how well somebody fits, where they live, how people react."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from search.present import place_words
from search.report import VettingReport
from search.results import CreatorResult, PlaceResult, Reason, Result
from server.display_names import platform

BANDS: Final = {"strong": "Strong fit", "possible": "Possible fit", "unsure": "Unsure"}
SECTIONS: Final = (  # of the page: name, address, what lies under it
    ("Search", "/", ("/search", "/creators", "/compare")),
    ("Find new ones", "/discover", ("/discover",)),
    ("Lists", "/lists", ("/lists",)),
    ("Watches", "/watches", ("/watches",)),
)
PARTS: Final = {
    "posts": "What they write",
    "profile": "How they describe themselves",
    "place": "Where they live",
    "authenticity": "Signs of a real voice",
    "engagement": "How people react",
}
CONTACTS: Final = {"contact": "contact page", "links": "page of links", "site": "own site"}
STATES: Final = {
    "waiting": "Waiting for a worker",
    "running": "Looking",
    "done": "Done",
    "failed": "It did not work",
    "cancelled": "Stopped",
}
STAGES: Final = {"planning": "Planning", "crawling": "Reading pages", "indexing": "Taking it in", "ranking": "Ranking"}
OUTCOMES: Final = {
    "done": "All that was planned and found is read.",
    "pages": "The limit on pages was reached.",
    "minutes": "The time was up.",
    "later": "Some sites ask us to wait; a worker tries them again.",
    "stopped": "It was stopped.",
    "halted": "Reading is switched off on this machine.",
    "disk": "The disk is nearly full.",
}
PLACE_FITS: Final = {
    "fits": "lives where you asked",
    "possible": "may live where you asked, or near",
    "near": "lives near the place you asked for",
    "elsewhere": "lives elsewhere",
    "unknown": "where they live is not known",
}
WENT_WRONG: Final = {
    403: "This is not allowed",
    404: "Nothing here",
    409: "Several are called so",
    422: "This was not understood",
    429: "A moment, please",
    500: "Something broke",
    503: "Not now",
    504: "This took too long",
}
_SURE: Final = ((0.9, "almost certain"), (0.7, "likely"), (0.4, "perhaps"), (0.0, "a guess"))
_FULL: Final = 0.97  # a factor from which nothing was taken off
_WORD: Final = re.compile(r"\w{3,}")


class Part(NamedTuple):
    """One bar of "why this score"; ``value`` is a share of 1."""

    name: str
    value: float
    said: str


def parts_of(result: Result) -> list[Part]:
    """The parts of a score, each as a bar."""
    parts = result.match.parts
    told = []
    for name, words in PARTS.items():
        value = float(getattr(parts, name))
        shown = max(0.0, min(1.0, value if name != "engagement" else 0.5 + (value - 1.0) / 0.06))
        said = f"{value:.2f}" if name in ("posts", "profile") else f"× {value:.2f}"
        told.append(Part(words, shown, said))
    return told


def lowered(result: Result) -> list[str]:
    """Why somebody stands lower than what they write alone would put them."""
    parts, creator = result.match.parts, result.creator
    why = []
    if parts.place < _FULL:
        home = _home(creator)
        why.append(f"they seem to live in {home.name}" if home else "no text says where they live")
    warnings = [warning.text for warning in creator.warnings if warning.code != "silent"]
    if parts.authenticity < _FULL:
        why += warnings or ["some signs speak against a real voice"]
    return why


def lives(creator: CreatorResult) -> str:
    """Where somebody lives and how sure that is: "Lives in Boston, MA, US: likely"."""
    home = _home(creator)
    return "Where they live is not known" if home is None else f"Lives in {home.name}: {sure(home.confidence)}"


def place_line(place: PlaceResult) -> str:
    """A place with its role, and how sure it is."""
    said = place_words(place.role, place.name, place.confidence)
    return f"{said}: {sure(place.confidence)}"


def sure(confidence: float) -> str:
    """A probability in words."""
    return next(words for least, words in _SURE if confidence >= least)


def size(creator: CreatorResult) -> str:
    """Followers of the largest account with the bounds of its size."""
    counts = [account.followers for account in creator.accounts if account.followers is not None]
    if not counts:
        return "Number of followers not shown"
    tier = creator.tier
    bounds = ""
    if tier is not None:
        upto = f" to {tier.max:,}" if tier.max is not None else " and more"
        bounds = f" ({tier.name}: {tier.min:,}{upto})"
    return f"{max(counts):,} followers{bounds}"


def activity(creator: CreatorResult) -> str:
    """How often and when last."""
    rate = creator.posts_per_month
    often = ""
    if rate is not None:
        often = f"{rate:.0f} posts a month" if rate >= 1.5 else "about a post a month" if rate >= 0.67 else (
            f"a post every {round(1 / rate)} months" if rate > 0 else "hardly posts"
        )  # fmt: skip
    last = f"last on {day(creator.last_post_at)}" if creator.last_post_at else ""
    return ", ".join(filter(None, [often, last])) or "no dated posts"


def reactions(creator: CreatorResult) -> str:
    """How people react, in words: "More reactions than 8 of 10 accounts of its size on mastodon"."""
    rated = [one for one in creator.accounts if one.engagement.percentile is not None]
    if not rated:
        return ""
    best = max(rated, key=lambda one: one.followers or 0)
    share = best.engagement.percentile or 0.0
    of_ten = round(share * 10)
    if of_ten >= 5:
        return f"More reactions than {min(of_ten, 9)} of 10 accounts of its size on {platform(best.platform)}"
    return f"Fewer reactions than {min(10 - of_ten, 9)} of 10 accounts of its size on {platform(best.platform)}"


def writes_about(creator: CreatorResult) -> str:
    """Own words with their share of the posts: "sushi (8 of 10 posts), nigiri (3 of 10)"."""
    told = [(topic.label, max(1, round(topic.share * 10))) for topic in creator.topics[:3]]
    return ", ".join(f"{label} ({of_ten} of 10{'' if at else ' posts'})" for at, (label, of_ten) in enumerate(told))


def on_topic(report: VettingReport) -> str:
    """How much is on topic: "14 of 30 posts are about sushi"."""
    niche = report.niche
    if niche is None or niche.share is None:
        return ""
    about = niche.theme or "it"
    return f"{niche.posts} of {report.post_count} posts are about {about}"


def day(moment: datetime | None) -> str:
    """A date as people write it."""
    return "" if moment is None else f"{moment.astimezone(UTC):%-d %b %Y}"


def iso_day(day_: str) -> str:
    """A day as it is kept, as people write it: "2026-11-20" is "20 Nov 2026"."""
    return f"{date.fromisoformat(day_):%-d %b %Y}"


def marked(quote: str, theme: str) -> Markup:
    """A quotation, escaped, with the words of the theme marked."""
    stems = sorted({word[: max(4, len(word) - 2)] for word in _WORD.findall(theme.lower())}, key=len, reverse=True)
    if not stems:
        return Markup(escape(quote))  # noqa: S704 - escaped
    pieces, end = [], 0
    for found in re.finditer(rf"(?i)\b(?:{'|'.join(map(re.escape, stems))})\w*", quote):
        pieces += [escape(quote[end : found.start()]), Markup("<mark>%s</mark>") % found[0]]
        end = found.end()
    return Markup("").join([*pieces, escape(quote[end:])])


def web_address(url: str) -> str:
    """An address that may stand in a link; anything else leads nowhere."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else "#"
    except ValueError:
        return "#"


def name_of(creator: CreatorResult) -> str:
    """The name, else a handle."""
    handles = (account.handle for account in creator.accounts if account.handle)
    return creator.name.strip() or next(handles, "") or "without a name"


def capital(text: str) -> str:
    """With a capital first."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """A line of an error as a sentence: a capital first, a full stop last."""
    return capital(text) + ("" if text.endswith((".", "!", "?")) else ".")


def beginning(text: str, length: int) -> str:
    """The first words of a text; an ellipsis where more follows."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rpartition(' ')[0] or line[:length]} …"


def grouped(reasons: Sequence[Reason]) -> list[tuple[str, list[Reason]]]:
    """Reasons that say the same stand together."""
    told: dict[str, list[Reason]] = {}
    for reason in reasons:
        told.setdefault(capital(reason.text), []).append(reason)
    return list(told.items())


def counted(number: int, words: str) -> str:
    """A number with its words: "1 creator", "2 creators"."""
    first, *rest = words.split(" ")
    return " ".join([f"{number:,}", first.removesuffix("s") if number == 1 else first, *rest])


def found_words(progress: Mapping[str, object]) -> str:
    """What a discovery read and found, in a line."""
    facts = [
        counted(int(str(progress[name])), words)
        for name, words in (
            ("pages", "pages read"),
            ("hosts", "sites"),
            ("accounts", "accounts"),
            ("posts", "posts"),
            ("kept_back", "kept back as their owners wish"),
            ("failed", "pages that could not be read"),
        )
        if progress.get(name)
    ]
    return ", ".join(facts) or "Nothing was read"


def places_told(creator: CreatorResult) -> list[PlaceResult]:
    """A person has one home: who lives there does not visit, and what is almost surely wrong is left out."""
    home = _home(creator)
    return [
        place
        for place in creator.places
        if place is home or (place.confidence >= 0.1 and (home is None or place.name != home.name))
    ][:4]


def without_commands(line: str) -> str:
    """What is not known, without the command that would mend it: the reader of a page has no terminal."""
    return line.partition("; see: ")[0]


def _home(creator: CreatorResult) -> PlaceResult | None:
    return next((place for place in creator.places if place.role == "home"), None)
