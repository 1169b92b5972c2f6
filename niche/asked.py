"""Filters in words: how recent, on which platform, in which language, which kinds besides; how big is in ``sizes``.

Each function takes its words out of the draft and says what they ask for; nothing here decides between words and
options.
"""

from collections.abc import Container
from typing import Final

from niche import vocabulary as words
from niche.draft import Draft
from niche.model import NicheFilters
from niche.nations import NATIONS, SPOKEN_IN
from niche.numbers import find_days
from niche.overrides import PLATFORM_GROUPS, PLATFORMS, resolve_platforms
from niche.sizes import take_size

_WORDS_BETWEEN: Final = 3  # a size word counts when what is sought follows after at most so many words


def take_filters(draft: Draft) -> NicheFilters:
    """Everything of the below; what each filter means for the platforms' groups is left to the caller."""
    low, high = take_size(draft)
    days = take_recency(draft)
    include = take_included(draft)
    kinds = take_kinds(draft)
    languages = take_languages(draft)
    return NicheFilters(
        platforms=take_platforms(draft), languages=languages, kinds=kinds, include=include, min_followers=low,
        max_followers=high, active_within_days=days,
    )  # fmt: skip


def take_recency(draft: Draft) -> int | None:
    """Days within which there must be a post."""
    asked: list[int] = []
    for start, end, days in reversed(find_days(draft.rest)):
        asked.append(days)
        _add_days(draft, _start_with_active(draft, start), end, days)
    for first, end, days_said in reversed(words.RECENCY.all(draft)):
        found = draft.words()
        asked.append(int(days_said))
        _add_days(draft, _start_with_active(draft, found[first].start), found[end - 1].end, asked[-1])
    for first, end, _ in reversed(words.ACTIVE.all(draft)):
        found = draft.words()
        has_year = end < len(found) and draft.joined(end) and _is_year(found[end].text)
        if has_year or (
            end == first + 1 and found[first].text in words.ACTIVE_ALONE and (asked or _says_active(draft, first))
        ):
            days = words.YEAR_DAYS if has_year else words.ACTIVE_DAYS
            asked.append(days)
            _add_days(draft, found[first].start, found[end].end if has_year else found[end - 1].end, days)
    return min(asked, default=None)


def take_platforms(draft: Draft) -> tuple[str, ...]:
    """Platforms by name ("on mastodon") or by what is published there ("podcasts"); "not on" leaves all others."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for first, end, platform in reversed(words.PLATFORM.all(draft)):
        before = words.ON.before(draft, first) if draft.joined(first) else None
        if not _is_platform(draft, first, end, before):
            continue
        against = before is not None and before[1] == "not"
        (unwanted if against else wanted).append(platform)
        start = draft.words()[before[0] if before else first].start
        shown = f"not {platform}" if against else platform
        draft.add(start, draft.words()[end - 1].end, "filter", shown, option="--platform")
    for first, end, channel in reversed(words.CHANNELS.all(draft)):
        voice = words.VOICES.at(draft, first)
        if stands_apart(draft, first, end) or (voice is not None and voice[1] == "who"):
            wanted.append(channel)
            start, stop = draft.words()[first].start, draft.words()[end - 1].end
            draft.add(start, stop, "filter", channel, option="--platform")
    if unwanted and not wanted:
        wanted = list(reversed(PLATFORMS))
    against_all = set(resolve_platforms(unwanted))
    return tuple(
        dict.fromkeys(name for name in reversed(wanted) if not {*PLATFORM_GROUPS.get(name, (name,))} & against_all)
    )


def take_languages(draft: Draft) -> tuple[str, ...]:
    """Languages that creators write in: "in spanish", "deutschsprachige", "spanish-language"."""
    found_codes: list[str] = []
    for first, end, code in reversed(words.SPEAKING.all(draft)):
        found_codes.append(code)
        draft.add(draft.words()[first].start, draft.words()[end - 1].end, "filter", code, option="--language")
    for first, end, code in reversed(words.LANGUAGE.all(draft)):
        before = words.SPEAK_IN.before(draft, first) if draft.joined(first) else None
        if before is not None and stands_apart(draft, first, end):
            found_codes.append(code)
            start = draft.words()[before[0]].start
            draft.add(start, draft.words()[end - 1].end, "filter", code, option="--language")
    for first, end, key in reversed(NATIONS.all(draft)):
        if key in SPOKEN_IN and is_beside_voice(draft, first, end, ("what",)):
            found_codes.append(SPOKEN_IN[key])
            word = draft.words()[first]
            draft.add(word.start, word.end, "filter", found_codes[-1], option="--language")
    return tuple(dict.fromkeys(reversed(found_codes)))


def is_beside_voice(draft: Draft, first: int, end: int, kinds: Container[str]) -> bool:
    """Whether a word for who or what is sought (``kinds`` of VOICES) stands right before or after."""
    after = words.VOICES.at(draft, end) if draft.joined(end) else None
    before = words.VOICES.before(draft, first) if draft.joined(first) else None
    return any(voice is not None and voice[1] in kinds for voice in (after, before))


def take_included(draft: Draft) -> tuple[str, ...]:
    """Kinds that are wanted besides persons: "including brands"."""
    kinds: list[str] = []
    for first, end, kind in reversed(words.INCLUDE.all(draft)):
        kinds.append(kind)
        draft.add(draft.words()[first].start, draft.words()[end - 1].end, "filter", f"with {kind}s", option="--include")
    return tuple(dict.fromkeys(kinds))


def take_kinds(draft: Draft) -> tuple[str, ...]:
    """Kinds that nothing else is wanted of: "no brands" leaves persons and those of whom no kind is known."""
    kinds: tuple[str, ...] = ()
    for first, end, _ in reversed(words.NO_BRANDS.all(draft)):
        kinds = ("person", "unknown")
        start, stop = draft.words()[first].start, draft.words()[end - 1].end
        draft.add(start, stop, "filter", "person", option="--kind", alternatives=("organisation",))
    return kinds


def stands_apart(draft: Draft, first: int, end: int) -> bool:
    """Whether the words ``[first, end)`` are no part of a longer expression ("community gardens", "podcast equipment").

    They are none where the text ends or is understood, where punctuation or a function word follows, and in the
    plural at the beginning of the query ("blogs cuisine Lyon").
    """
    found = draft.words()
    is_end_of_compound = first > 0 and found[first - 1].end == found[first].start
    if end >= len(found) or not draft.joined(end) or is_end_of_compound:
        return True
    after = found[end].text
    if after == "of":
        return False
    phrases = (words.RELATION, words.VOICES, words.FILLER)
    if after in words.DANGLING or any(each.at(draft, end) for each in phrases):
        return True
    voice = words.VOICES.at(draft, first)
    return first == 0 and voice is not None and voice[1] != "one"


def _add_days(draft: Draft, start: int, end: int, days: int) -> None:
    draft.add(start, end, "filter", f"a post within {days} days", option="--active-within")


def _start_with_active(draft: Draft, start: int) -> int:
    """Where "active" begins that stands right before the span of time at ``start``."""
    found = draft.words()
    at = next((number for number, word in enumerate(found) if word.start >= start), len(found))
    before = words.ACTIVE.before(draft, at) if draft.joined(at) else None
    return found[before[0]].start if before else start


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.startswith("20") and word.isdecimal()


def _says_active(draft: Draft, at: int) -> bool:
    """Whether "active" is about who is sought: at the end, or soon before a voice ("active wear" is neither)."""
    found = draft.words()
    if at + 1 >= len(found) or not draft.joined(at + 1):
        return len(found) > 1
    if draft.joined(at) and words.VOICES.before(draft, at):
        return True
    for after in range(at + 1, min(at + _WORDS_BETWEEN + 2, len(found))):
        if not draft.joined(after):
            return False
        if words.VOICES.at(draft, after):
            return True
    return False


def _is_platform(draft: Draft, first: int, end: int, before: tuple[int, str] | None) -> bool:
    """Whether a platform's name means the platform, and is not itself the theme."""
    found = draft.words()
    if end < len(found) and draft.joined(end) and found[end].text in words.PLATFORM_TOPICS:
        return False
    if before is not None and (before[1] == "not" or found[first - 1].text in ("on", "auf", "en", "sur", "via")):
        return True
    plain = found[end - 1].text in words.PLAIN_PLATFORMS
    return plain or (end < len(found) and draft.joined(end) and words.VOICES.at(draft, end) is not None)
