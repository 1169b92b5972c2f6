"""The demo's recorded web for benchmarks: what a crawl of it starts from, and what its hosts answer."""

from pathlib import Path
from typing import Final

from crawler.hosts import load_hosts
from crawler.plan import Plan, make_plan
from crawler.replay import ReplayArchive
from crawler.results import Answer
from crawler.topic import Topic, topic_of
from niche.understand import understand
from places.gazetteer import open_gazetteer

QUERY: Final = "east coast sushi"
RECORDING: Final = Path(__file__).parents[1] / "fixtures" / "worlds" / "east-coast-sushi.warc.gz"


def plan_of(recording: Path) -> Plan:
    """The plan of ``QUERY`` with the hosts that stand beside a recording."""
    hosts = load_hosts(recording.with_name(recording.name.removesuffix(".warc.gz") + ".hosts.toml"))
    with open_gazetteer() as gazetteer:
        return make_plan(understand(QUERY, gazetteer), gazetteer, hosts)


def topic_of_plan(plan: Plan) -> Topic:
    """What a crawl by that plan is about."""
    return topic_of((plan.terms.theme, *plan.terms.hashtags))


def answer_to(archive: ReplayArchive, url: str) -> Answer:
    """What a host said. Raises NotInArchive."""
    capture = archive.answer("GET", url)
    headers: dict[str, list[str]] = {}
    for name, value in capture.headers:
        headers.setdefault(name.lower(), []).append(value)
    return Answer(status=capture.status or 0, headers=headers, body=capture.body)
