"""The plan as a person reads it: what will be asked where, what it costs, and what remains to be done by hand."""

from collections import Counter
from collections.abc import Mapping

from rich.console import Group
from rich.text import Text

from app.terminal import clean, table
from crawler.plan import Plan

_HOSTS_SHOWN = 12


def plan_lines(plan: Plan) -> Group:
    """Terms, seeds per source, requests per host, what is not covered."""
    return Group(Text("Plan", style="bold"), *_terms(plan), *_requests(plan))


def lead_lines(leads: Counter[str]) -> list[Text]:
    """How many leads are asked besides, and where; nothing without any."""
    if not leads:
        return []
    many = leads.total() > 1
    what = "leads whose names fit are asked" if many else "lead whose name fits is asked"
    return [
        Text(f"  followers {leads.total()} {what} as well: {_by_host(leads)}"),
        Text("            (not again what was read within a day)"),
    ]


def by_hand_lines(plan: Plan) -> Group:
    """The networks that cannot be read, with the addresses to open there."""
    rows = [(entry.network, entry.what, entry.url) for entry in plan.by_hand]
    return Group(
        Text("\nNot covered; open these by hand:", style="bold"), table("", ("network", "what", "address"), rows)
    )


def _terms(plan: Plan) -> list[Text]:
    terms = plan.terms
    return [
        Text("  hashtags  " + clean(" ".join(f"#{tag}" for tag in terms.hashtags))),
        Text("  phrases   " + clean(" · ".join(terms.phrases))),
        Text("  forums    " + clean(" · ".join(terms.forum_queries))),
    ]


def _requests(plan: Plan) -> list[Text]:
    total = sum(plan.requests.values())
    return [Text(f"  requests  {total} to start with: {_by_host(plan.requests)}")]


def _by_host(requests: Mapping[str, int]) -> str:
    """The busiest hosts with their requests."""
    busiest = sorted(requests.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{host} {count}" for host, count in busiest[:_HOSTS_SHOWN])
    rest = f", {len(busiest) - _HOSTS_SHOWN} more" if len(busiest) > _HOSTS_SHOWN else ""
    return f"{clean(shown)}{rest}"
