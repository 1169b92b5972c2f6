"""What a person sees in a terminal: the plan, the progress on stderr, the ranked answer with its reasons.

Text from pages is printed with control characters removed and never read as markup.
"""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from search.results import Answer, CreatorResult, Reason, Result, YouSaid, corrections_of

_PIPED_WIDTH = 10_000  # nothing is wrapped or cut in a file
BAND_STYLE = {"strong": "green", "possible": "yellow", "unsure": "dim"}


def stdout_console() -> Console:
    """For results; plain text when piped, and then wide enough not to cut anything."""
    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    return Console(highlight=False, markup=False, emoji=False, width=width)


def stderr_console() -> Console:
    """For progress and notes."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def clean(text: str) -> str:
    """One line without control characters (a page must not be able to move the cursor)."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def answer_lines(answer: Answer) -> Group:
    """The understood query, the ranked creators with reasons, what is near when nothing matched."""
    parts: list[Text | Padding] = [_understood(answer)]
    parts += [Text(f"  note: {clean(note)}", style="yellow") for note in answer.query.notes]
    if answer.outcome == "none":
        parts.append(
            Text("Nobody in the index fits. To look further: nichescout discover " + _quoted(answer.query.text))
        )
    elif answer.outcome == "nearest_only":
        parts.append(Text("Nobody fits with confidence; these come nearest:", style="bold"))
    shown = answer.results if answer.outcome == "matches" else answer.nearest
    for result in shown:
        parts.extend(_result_lines(result))
    if answer.outcome == "matches":
        more = "at least " if answer.total_is_lower_bound else ""
        parts.append(
            Text(f"\n{len(answer.results)} of {more}{answer.total} shown; one in full: nichescout show ID", style="dim")
        )
    return Group(*parts)


def _understood(answer: Answer) -> Text:
    where = ", ".join(
        place.name if place.relation == "in" else f"{place.relation} {place.name}" for place in answer.query.places
    )
    line = Text("Looking for ", style="bold")
    like = answer.query.filters.get("like")
    line.append(clean(answer.query.theme) or ("others" if like else "anybody"), style="bold cyan")
    if like:
        line.append(" like ", style="bold")
        line.append(clean(str(like)), style="bold cyan")
    if where:
        line.append(" in " if answer.query.places[0].relation == "in" else " ", style="bold")
        line.append(clean(where), style="bold cyan")
    return line


def _result_lines(result: Result) -> list[Text | Padding]:
    creator, match = result.creator, result.match
    head = Text(f"\n{match.rank:>2}. ", style="bold")
    head.append(clean(creator.name) or first_handle(creator) or creator.id, style="bold")
    head.append(f"  {match.band} ({match.confidence:.0%})", style=BAND_STYLE.get(match.band, ""))
    lines: list[Text | Padding] = [head]
    about = " · ".join(filter(None, [where(creator), size(creator), activity(creator)]))
    if about:
        lines.append(indented(Text(about)))
    shown = [Text(clean(f"{account.platform}  {account.url}"), style="blue") for account in creator.accounts]
    shown += [Text(f"! {clean(warning.text)}", style="red") for warning in creator.warnings]
    shown += said_lines(corrections_of(result))
    lines += [indented(text) for text in shown]
    lines += [indented(_reason(reason)) for reason in match.reasons]
    lines.append(indented(Text(creator.id, style="dim")))
    return lines


def said_lines(said: Iterable[YouSaid]) -> list[Text]:
    """Corrections, each with its date."""
    return [Text(clean(each.text), style="magenta") for each in said]


def indented(text: Text, by: int = 4) -> Padding:
    """Wrapped lines keep the indent."""
    return Padding(text, (0, 0, 0, by), expand=False)


def _reason(reason: Reason) -> Text:
    line = Text("- " + clean(reason.text))
    if reason.quote:
        line.append(f": “{clean(reason.quote)}”", style="italic")
    read = f"read {day(reason.fetched_at)}" if reason.url else ""  # without an address it was said, not read
    when = day(reason.posted_at) or read
    tail = ", ".join(filter(None, [when, clean(reason.url)]))
    if tail:
        line.append(f" ({tail})", style="dim")
    return line


def where(creator: CreatorResult) -> str:
    """The likeliest home and how sure that is."""
    homes = [place for place in creator.places if place.role == "home"]
    return f"{clean(homes[0].name)} ({homes[0].confidence:.0%} sure)" if homes else "place unknown"


def size(creator: CreatorResult) -> str:
    """Followers of the largest account, with the tier."""
    counts = [account.followers for account in creator.accounts if account.followers is not None]
    if not counts:
        return ""
    tier = f", {creator.tier.name}" if creator.tier and creator.tier.name else ""
    return f"{max(counts):,} followers{tier}"


def activity(creator: CreatorResult) -> str:
    """How often and when last."""
    rate = f"{creator.posts_per_month:.1f} posts a month" if creator.posts_per_month is not None else ""
    last = f"last {day(creator.last_post_at)}" if creator.last_post_at else ""
    return ", ".join(filter(None, [rate, last]))


def first_handle(creator: CreatorResult) -> str:
    """For somebody without a name."""
    return next((clean(account.handle) for account in creator.accounts if account.handle), "")


def day(moment: datetime | None) -> str:
    """ISO date; nothing for an unknown time."""
    return "" if moment is None else moment.date().isoformat()


def _quoted(text: str) -> str:
    return '"' + clean(text).replace('"', "'") + '"'


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A plain table; cells are cleaned."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(clean(cell)) for cell in row))
    return made
