"""Posts out of sentence material: who writes what, where and when. Deterministic for one seed.

Every creator has a voice (a share of the theme's sentences), so that two people on one theme do not write alike,
and walks through it without repeating a sentence before all were used.
"""

import calendar
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from tests.world.model import Creator, Post, Presence, Sites, Source, Stay, Theme, Town
from tests.world.source_form import read_source

_LATELY = timedelta(days=120)  # trips are recent, so that a crawl of the newest posts finds them
_RECENCY = 1.5  # above 1: people wrote more lately than long ago
_VOICE = 0.55  # share of a theme's sentences that one person uses
_MATERIAL = {"es": "spanish", "de": "german"}  # themes of those who do not write English
_MONTHS = tuple(calendar.month_name)[1:]
_BLOG_SHARE = 3  # of somebody with a blog and an account, every third post is on the blog


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The source form with the posts written."""

    source: Source
    posts: tuple[Post, ...]
    by_id: Mapping[str, Creator]
    by_presence: Mapping[Presence, tuple[Post, ...]]  # newest first

    @property
    def sites(self) -> Sites:
        """Hosts that are more than one person's home."""
        return self.source.sites

    @property
    def creators(self) -> tuple[Creator, ...]:
        """Everybody."""
        return self.source.creators

    def creator(self, creator_id: str) -> Creator:
        """One of them. Raises KeyError."""
        return self.by_id[creator_id]

    def posts_at(self, presence: Presence) -> tuple[Post, ...]:
        """The posts at one presence, newest first."""
        return self.by_presence.get(presence, ())

    @property
    def hosts(self) -> frozenset[str]:
        """Every host at which somebody lives."""
        return frozenset(presence.host for creator in self.creators for presence in creator.presences)


@cache
def load_world() -> World:
    """The demo world, written once per process."""
    source = read_source()
    posts = tuple(post for creator in source.creators for post in _Writer(source, creator).write())
    by_presence: dict[Presence, tuple[Post, ...]] = {}
    for post in posts:
        by_presence[post.presence] = (post, *by_presence.get(post.presence, ()))
    by_id = {creator.id: creator for creator in source.creators}
    return World(source=source, posts=posts, by_id=by_id, by_presence=by_presence)


class _Writer:
    """One creator at the desk."""

    def __init__(self, source: Source, creator: Creator) -> None:
        self._source = source
        self._creator = creator
        self._random = random.Random(f"{source.sites.seed}/{creator.id}")
        self._voices: dict[str, Iterator[str]] = {}
        self._titles: dict[str, Iterator[str]] = {}
        self._own = list(creator.own)

    def write(self) -> list[Post]:
        """All posts of the creator, oldest first."""
        places = self._presences()
        stays = self._calendar(len(places))
        return [
            self._post(number, presence, stay, moment)
            for number, (presence, (stay, moment)) in enumerate(zip(places, stays, strict=True))
        ]

    def _presences(self) -> list[Presence]:
        """Where each post goes: forum posts are counted by the topics, others by the creator."""
        creator, (first, *others) = self._creator, self._creator.presences
        if first.kind == "forum":
            topics = (topic for topic in self._source.sites.topics if topic.forum == first.host and not topic.text)
            return [first for topic in topics for handle in topic.by if handle == first.handle]
        if not others:
            return [first] * creator.posts
        if creator.moved:
            return [first] * 4 + [others[0]] * (creator.posts - 4)
        blog, account = sorted(creator.presences, key=lambda presence: presence.kind)
        return [account if number % _BLOG_SHARE else blog for number in range(creator.posts)]

    def _calendar(self, count: int) -> list[tuple[Stay, datetime]]:
        """When and where each post is written, oldest first."""
        creator, sites = self._creator, self._source.sites
        newest = sites.newest - timedelta(hours=self._random.uniform(0, 600))
        oldest = max(sites.oldest, newest - timedelta(days=self._random.uniform(250, 800)))
        trips = [trip for trip in creator.trips for _ in range(trip.posts)]
        homes = [stay for stay in creator.stays for _ in range(stay.posts)]
        at_home = Stay(town=creator.town, posts=count)
        homes = homes or [at_home] * (count - len(trips))
        moments = sorted(self._moment(stay, oldest, newest) for stay in homes)
        found = list(zip(homes, moments, strict=True))
        for stay, group in itertools.groupby(trips):
            start = self._moment(stay, newest - _LATELY, newest)
            found += [(stay, start + timedelta(hours=20 * nth)) for nth, _ in enumerate(group)]
        strays = self._random.sample(range(len(found) * 2 // 3, len(found)), creator.stray)
        for index in strays:
            found[index] = (replace(found[index][0], theme="stray"), found[index][1])
        return sorted(found, key=lambda pair: pair[1])

    def _moment(self, stay: Stay, oldest: datetime, newest: datetime) -> datetime:
        start, end = stay.since or oldest, stay.until or newest
        start = min(start, end - timedelta(days=60))
        whole = (end - start) / timedelta(seconds=1)
        recency = 1 - self._random.random() ** _RECENCY
        return start + timedelta(seconds=int(whole * recency))

    def _post(self, number: int, presence: Presence, stay: Stay, moment: datetime) -> Post:
        creator, rng = self._creator, self._random
        town = self._source.towns[stay.town]
        key = stay.theme or (creator.theme if rng.random() < creator.focus else "noise")
        key = _MATERIAL.get(creator.language, key)
        theme = self._source.themes[key]
        slots = _Slots(theme, town, rng)
        lines = self._lines(presence, theme, stay)
        # An own sentence is spoken as written; material has its slots filled.
        lines = [line if line in creator.own else slots.fill(line) for line in lines]
        if creator.mark:
            lines.append(creator.mark)
        slots["month"] = _MONTHS[moment.month - 1]  # a title speaks of its own day
        return Post(
            creator=creator.id,
            presence=presence,
            number=number,
            published=moment,
            title=slots.fill(self._title(theme)) if theme.titles else "",
            paragraphs=_paragraphs(lines, 3 if presence.kind in ("blog", "byline") else 20),
            tags=self._tags(theme, town),
            language=creator.language,
            theme=key,
            **self._reactions(),
        )

    def _lines(self, presence: Presence, theme: Theme, stay: Stay) -> list[str]:
        rng = self._random
        least, most = {"mastodon": (2, 3), "forum": (2, 4), "podcast": (3, 5)}.get(presence.kind, (6, 10))
        voice = self._voices.setdefault(theme.key, self._walk(theme.sentences, _VOICE))
        lines = [next(voice) for _ in range(rng.randint(least, most))]
        settled = not self._creator.stays or stay == self._creator.stays[-1]
        if self._own and settled and theme.key not in ("noise", "stray"):
            lines.insert(0, self._own.pop(0))
        if rng.random() < (0.35 if most <= 3 else 0.8):
            lines.append(rng.choice(theme.asides))
        return lines

    def _title(self, theme: Theme) -> str:
        return next(self._titles.setdefault(theme.key, self._walk(theme.titles, 1.0)))

    def _walk(self, material: Sequence[str], share: float) -> Iterator[str]:
        """The material in this person's order, again and again."""
        count = min(len(material), max(10, round(share * len(material))))
        voice = self._random.sample(list(material), count)
        while True:
            yield from voice
            self._random.shuffle(voice)

    def _tags(self, theme: Theme, town: Town) -> tuple[str, ...]:
        rng, creator = self._random, self._creator
        if creator.own_tags:
            return creator.own_tags
        tags = rng.sample(theme.tags, min(len(theme.tags), rng.randint(1, 2)))
        word = "sushi" if theme.key in ("sushi", "spanish", "german", "stray") else theme.key
        if word != "noise" and (theme.key != creator.theme or rng.random() < 0.8):
            tags.insert(0, word)
        if rng.random() < 0.45:
            tags.append(f"{rng.choice(town.tags)}{word if word != 'noise' else ''}")
        if town.coast and rng.random() < 0.25 and word not in ("noise", "stray"):
            tags.append(f"eastcoast{word}")
        return tuple(dict.fromkeys(tags))

    def _reactions(self) -> dict[str, int]:
        rng = self._random
        reach = max(self._creator.followers, 150) ** 0.6
        likes = int(reach * rng.lognormvariate(-2.2, 0.8))
        return {"likes": likes, "shares": int(likes * rng.uniform(0, 0.4)), "replies": int(likes * rng.uniform(0, 0.3))}


class _Slots(dict[str, str]):
    """Words for the braces of one post; a slot keeps its word within the post where that reads better."""

    def __init__(self, theme: Theme, town: Town, rng: random.Random) -> None:
        super().__init__(
            area=rng.choice(town.areas),
            spot=rng.choice(town.spots),
            market=rng.choice(town.markets),
            scene=rng.choice(town.scenes),
            city=town.city,
        )
        self._words, self._random = theme.words, rng

    def __missing__(self, slot: str) -> str:
        word = self._random.choice(self._words[slot.lower()])
        return word[0].upper() + word[1:] if slot[0].isupper() else word

    def fill(self, template: str) -> str:
        """The template with its slots filled; a sentence begins with a capital."""
        text = template.format_map(self)
        return text[:1].upper() + text[1:]


def _paragraphs(lines: Sequence[str], size: int) -> tuple[str, ...]:
    return tuple(" ".join(lines[start : start + size]) for start in range(0, len(lines), size))
