"""A larger invented web around one niche: who is who, who links to whom, and the truth about relevance. Seeded.

The truth is decided first, by chance; texts, names and links follow from it. Nothing here knows how a crawl judges.
What the pages look like is in ``pages.py``, what their words are in ``words.py``. The shape follows the issue that
asked for the proof (``shape.py`` measures it, a test holds it) and was fixed before the order was tuned.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal

from benchmarks.harvest.words import DESCRIPTIONS, FIRST, NICHE_NAMES, SECOND, TOPICS, names_niche

CREATORS: Final = 1800
SERVERS: Final = 14
FORUMS: Final = 2
DIRECTORIES: Final = 24
_RELEVANT: Final = 0.055
_DECOYS: Final = 0.09  # of those who are off topic
_NEIGHBOURS: Final = 0.1  # of those who are off topic and no decoys
_NAMED: Final = 0.45  # of the relevant: a word of the niche in the name, and now and then in what others call them
_HIDDEN: Final = 0.33  # of the relevant: linked by off-topic people only
_KINDS: Final[tuple["Kind", ...]] = ("blog", "account", "member")
_HOW_MANY: Final = (0.5, 0.4, 0.1)
Kind = Literal["blog", "account", "member"]
"""A blog on its own host, an account on a social server, a member of a forum."""


@dataclass(slots=True, eq=False)
class Creator:
    """Somebody invented. ``relevant`` is the truth; ``decoy`` carries the niche's word and is off topic."""

    number: int
    kind: Kind
    name: str
    host: str
    handle: str
    relevant: bool
    topic: str
    decoy: bool = False
    named: bool = False  # the niche's word is in the name
    hidden: bool = False  # linked by off-topic people only
    shy: bool = False  # never names the theme, speaks as its people do
    neighbour: bool = False  # off topic, but keeps company with the niche
    links: list["Creator"] = field(default_factory=list, repr=False)  # in stories, mentions and boosts
    roll: list["Creator"] = field(default_factory=list, repr=False)  # a blog's blogroll
    lists: list[str] = field(default_factory=list, repr=False)  # directories that a blog links to
    talks: list["Discussion"] = field(default_factory=list, repr=False)  # of a member

    @property
    def key(self) -> str:
        """How a page object names the account: the host of a blog, handle@host elsewhere."""
        return self.host if self.kind == "blog" else f"{self.handle}@{self.host}"

    @property
    def url(self) -> str:
        """The address for people; of a member a discussion in which they wrote, for that is what others link to."""
        if self.kind == "blog":
            return f"https://{self.host}/"
        return f"https://{self.host}/@{self.handle}" if self.kind == "account" else self.talks[0].url

    def knows(self) -> Iterator["Creator"]:
        """Whom this one's pages link to."""
        yield from self.links
        yield from self.roll

    def shown_with(self) -> Iterator["Creator"]:
        """Who else stands on the page that others link to."""
        for talk in self.talks[:1]:
            yield from talk.writers


@dataclass(frozen=True, slots=True)
class Directory:
    """A list of blogs by nobody in particular."""

    host: str
    listed: tuple[Creator, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Discussion:
    """A topic of a forum: its title and who wrote in it."""

    host: str
    number: int
    title: str
    writers: list[Creator] = field(default_factory=list, repr=False)

    @property
    def url(self) -> str:
        """The address for people."""
        return f"https://{self.host}/t/{self.title.lower().replace(' ', '-').replace(',', '')}/{self.number}"


@dataclass(frozen=True, slots=True)
class WideWorld:
    """The whole web. ``tagged``: whom each server's hashtag shows; ``results``: what the search finds."""

    seed: int
    creators: tuple[Creator, ...]
    directories: tuple[Directory, ...]
    discussions: tuple[Discussion, ...]
    tagged: dict[str, tuple[Creator, ...]]
    results: tuple[Creator, ...]

    @property
    def relevant(self) -> frozenset[str]:
        """The truth table: keys of those who belong to the niche."""
        return frozenset(one.key for one in self.creators if one.relevant)

    def start(self) -> set[Creator]:
        """Whom the pages of the plan show or link to."""
        forum = (one for each in self.discussions if names_niche(each.title) for one in each.writers)
        tags = (one for each in self.tagged.values() for one in each)
        return {*self.results, *tags, *self.directories[0].listed, *forum}


def anchor(one: Creator, other: Creator) -> str:
    """The words with which ``one`` links to ``other``."""
    chance = Random(f"{one.key} {other.key}")
    if other.relevant and other.named and chance.random() < 0.3:
        return chance.choice(DESCRIPTIONS)
    return chance.choice((other.name, other.name, "this post", "a friend", "what she wrote", "here"))


def make_world(seed: int, *, creators: int = CREATORS) -> WideWorld:
    """The invented web of a seed: about 2.5 pages a creator, one creator in eighteen relevant."""
    chance = Random(seed)
    people = _people(chance, creators)
    discussions = [each for forum in range(FORUMS) for each in _discussions(chance, people, f"forum{forum}.example")]
    _link(chance, people)
    open_ = [one for one in people if one.relevant and not one.hidden]
    decoys = [one for one in people if one.decoy]
    others = [one for one in people if not one.relevant]
    blogs = [one for one in open_ if one.kind == "blog"]
    results = [*chance.sample(blogs, 5), *chance.sample(decoys, 9), *chance.sample(others, 6)]
    chance.shuffle(results)
    directories = tuple(_directory(chance, number, people, decoys) for number in range(DIRECTORIES))
    for one in people:
        if one.kind == "blog" and chance.random() < 0.1:
            one.lists.append(chance.choice(directories).host)
    hosts = [f"social{server}.example" for server in chance.sample(range(SERVERS), 4)]
    tagged = {host: _timeline(chance, people, host) for host in hosts}
    world = WideWorld(seed, tuple(people), directories, tuple(discussions), tagged, tuple(results))
    _make_reachable(chance, world)
    return world


def _people(chance: Random, creators: int) -> list[Creator]:
    names: set[str] = set()
    people: list[Creator] = []
    for number in range(creators):
        relevant = chance.random() < _RELEVANT
        decoy = not relevant and chance.random() < _DECOYS
        named = relevant and chance.random() < _NAMED
        [kind] = chance.choices(_KINDS, _HOW_MANY)
        handle = _handle(chance, chance.choice(NICHE_NAMES) if decoy or named else chance.choice(SECOND), names)
        at_home = relevant and chance.random() < 0.4  # one server and one forum are where the niche meets
        server, forum = (0, 0) if at_home else (chance.randrange(SERVERS), chance.randrange(FORUMS))
        hosts = {"blog": f"{handle}.example", "account": f"social{server}.example", "member": f"forum{forum}.example"}
        people.append(
            Creator(
                number=number,
                kind=kind,
                name=handle.replace("-", " ").title(),
                host=hosts[kind],
                handle=handle.replace("-", ""),
                relevant=relevant,
                topic="sourdough" if relevant else chance.choice(TOPICS),
                decoy=decoy,
                named=named,
                hidden=relevant and chance.random() < _HIDDEN,
                shy=relevant and chance.random() < 0.2,
                neighbour=not relevant and not decoy and chance.random() < _NEIGHBOURS,
            )
        )
    return people


def _handle(chance: Random, word: str, taken: set[str]) -> str:
    while True:
        handle = f"{chance.choice(FIRST)}-{word}" + (str(chance.randrange(100)) if chance.random() < 0.8 else "")
        if handle not in taken:
            taken.add(handle)
            return handle


def _link(chance: Random, people: list[Creator]) -> None:
    """Like links like, mostly. Half of a relevant creator's links lead to the niche, a fifth to its neighbours, some to
    anybody; of a neighbour's links one in six leads to the niche, of anybody else's one in fifty. Blogrolls alike.
    """
    open_ = [one for one in people if one.relevant and not one.hidden]
    relevant = [one for one in people if one.relevant]
    decoys = [one for one in people if one.decoy]
    neighbours = [one for one in people if one.neighbour]
    by_topic = {topic: [one for one in people if one.topic == topic and not one.relevant] for topic in TOPICS}
    for one in people:
        for at in range(chance.randint(4, 12)):
            drawn = chance.random()
            if one.relevant:
                among = open_ if drawn < 0.5 else neighbours if drawn < 0.7 else decoys if drawn < 0.76 else people
            elif drawn < (0.16 if one.neighbour else 0.02):
                among = relevant
            elif drawn < (0.2 if one.neighbour else 0.08):
                among = decoys
            else:
                among = by_topic[one.topic] if drawn < 0.8 else people
            other = chance.choice(among)
            if other is one or other in one.knows() or (one.relevant and other.hidden):
                continue
            in_roll = one.kind == "blog" and other.kind == "blog" and at % 3 == 0
            (one.roll if in_roll else one.links).append(other)


def _directory(chance: Random, number: int, people: list[Creator], decoys: list[Creator]) -> Directory:
    blogs = [one for one in people if one.kind == "blog" and not one.hidden]
    listed = chance.sample(blogs, 25) + chance.sample([one for one in decoys if one.kind == "blog"], 3)
    return Directory(f"list{number}.example", tuple(dict.fromkeys(listed)))


def _timeline(chance: Random, people: list[Creator], host: str) -> tuple[Creator, ...]:
    here = [one for one in people if one.kind == "account" and one.host == host]
    fitting = [one for one in here if one.relevant and not one.hidden]
    others = [one for one in here if not one.relevant]
    return tuple(fitting[:3] + chance.sample(others, min(5, len(others))))


def _discussions(chance: Random, people: list[Creator], host: str) -> list[Discussion]:
    """Talk of a forum: one discussion in twenty names the niche, another carries its word by chance, most neither.

    Half of the relevant members write under a title that names it; whoever is hidden never does.
    """
    titles = [(number, chance.choice(TOPICS).title()) for number in range(1, 41)]
    niche = [Discussion(host, number, f"Sourdough questions {number}") for number, _ in titles[::20]]
    decoys = [Discussion(host, number, f"Sourdough Records, the label {number}") for number, _ in titles[10::20]]
    named = {talk.number for talk in (*niche, *decoys)}
    others = [Discussion(host, number, f"{title} {number}") for number, title in titles if number not in named]
    for one in (one for one in people if one.kind == "member" and one.host == host):
        named_too = one.relevant and not one.hidden and chance.random() < 0.5
        first = chance.choice(niche if named_too else decoys if one.decoy and chance.random() < 0.3 else others)
        one.talks = list(dict.fromkeys((first, chance.choice(others))))
        for talk in one.talks:
            talk.writers.append(one)
    return [talk for talk in (*niche, *decoys, *others) if talk.writers]


def _make_reachable(chance: Random, world: WideWorld) -> None:
    """Whoever nobody leads to gets a link from somebody off topic who can be reached."""
    while missing := [one for one in world.creators if one.relevant and one not in reach(world.start())]:
        bridges = [one for one in reach(world.start(), depth=3) if not one.relevant]
        chance.choice(sorted(bridges, key=lambda one: one.number)).links.append(missing[0])


def reach(start: Iterable[Creator], *, only_relevant: bool = False, depth: int = 99) -> set[Creator]:
    """Whom links lead to. ``only_relevant``: over pages of the relevant alone."""
    reached = set(start)
    edge = [one for one in reached if one.relevant or not only_relevant]
    while edge and depth:
        depth -= 1
        linked = {other for one in edge for other in one.knows()}
        further = (linked | {other for one in linked for other in one.shown_with()}) - reached
        reached |= further
        edge = [one for one in further if one.relevant or not only_relevant]
    return reached
