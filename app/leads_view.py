"""How ``leads`` looks in a terminal: a table of names with what they say, and a line on what waits."""

from rich.table import Table

from app.followers import FittedLead, LeadPage
from app.terminal import day, table
from catalog.leads import LEAD_LIFE
from catalog.networks import NETWORKS

_WHO = {"follower": "follows you", "following": "you follow", "listed": "in your list"}
_READ = {
    "waiting": "yes, waits",
    "read": "yes, was read",
    "refused": "no, the site refuses",
    "failed": "not now, the site fails",
}


def lead_lines(page: LeadPage) -> Table:
    """The table."""
    return table(
        "",
        ("name", "says", "network", "who", "can be read"),
        [(_name(lead), _says(lead), _network(lead), _who(lead), _can_be_read(lead)) for lead in page.leads],
    )


def summary_line(page: LeadPage, query: str | None) -> str:
    """How many there are, and what to do next."""
    if not page.states:
        return "No leads. To bring your followers along: nichescout import FILE"
    waiting, by_hand = page.states["waiting"], page.states["by hand"]
    shown = (
        f"{len(page.leads):,} of {page.fitting:,} leads shown"
        if query is None
        else (f"{len(page.leads):,} of {page.fitting:,} leads shown whose names fit, of {page.states.total():,}")
    )
    parts = [shown, f"{by_hand:,} to open by hand"]
    parts += [f"{waiting:,} can be fetched: nichescout leads --fetch"] if waiting else []
    return f"{'; '.join(parts)}. Leads are deleted {LEAD_LIFE.days} days after their last import."


def _name(lead: FittedLead) -> str:
    return lead.row.handle or lead.row.alias.value.removeprefix("x.com/")


def _says(lead: FittedLead) -> str:
    return "; ".join(filter(None, [", ".join(lead.fit.words), ", ".join(lead.fit.places)]))


def _network(lead: FittedLead) -> str:
    known = NETWORKS.get(lead.row.network)
    return known.title if known else lead.row.network or "unknown"


def _who(lead: FittedLead) -> str:
    since = f" since {day(lead.row.since)}" if lead.row.since and lead.row.relation != "listed" else ""
    return _WHO[lead.row.relation] + since


def _can_be_read(lead: FittedLead) -> str:
    state = lead.row.state
    if state in _READ:
        return _READ[state]
    known = "known already; " if state == "known" else ""
    return f"{known}no (open by hand: {lead.row.url})" if lead.row.url else "no: import again with --network NAME"
