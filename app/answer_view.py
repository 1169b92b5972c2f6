"""What a person sees of an answer: the query as understood, then the ranked creators, each with the reasons."""

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from app.query_view import understood_lines
from app.terminal import BAND_STYLE, activity, clean, day, first_handle, indented, said_lines, where
from search.results import Answer, CreatorResult, Reason, Result, corrections_of


def answer_lines(answer: Answer) -> Group:
    """The understood query, the ranked creators with reasons, what is near when nothing matched."""
    parts: list[Text | Padding] = [*understood_lines(answer.query)]
    if answer.degraded:
        parts.append(Text(f"! {clean(answer.degraded)}", style="red"))
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


def size(creator: CreatorResult) -> str:
    """Followers of the largest account, with the tier."""
    counts = [account.followers for account in creator.accounts if account.followers is not None]
    if not counts:
        return ""
    tier = f", {creator.tier.name}" if creator.tier and creator.tier.name else ""
    return f"{max(counts):,} followers{tier}"


def _quoted(text: str) -> str:
    return '"' + clean(text).replace('"', "'") + '"'
