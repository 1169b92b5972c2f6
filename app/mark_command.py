"""``nichescout mark`` as click sees it: list and export by name, everything else is about a creator."""

import json
from typing import Any, cast

import click

from app.config import Config
from catalog.records import Mark, MarkKind

KINDS = ("person", "organisation", "aggregator")
WITH_VALUE = ("place", "not-in", "same-as", "not-same-as")
ABOUT = "CREATOR"  # the command for whatever is not list or export, named as its usage line should read
ALONE = ("relevant", "not-relevant", "hide", *KINDS)


class Marks(click.Group):
    """``mark CREATOR ...`` and ``mark --undo`` beside ``mark list`` and ``mark export``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is no command is about a creator."""
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = [ABOUT, *args]
        return super().parse_args(ctx, args)


@click.group(cls=Marks, context_settings={"help_option_names": ["-h", "--help"]})
def mark() -> None:
    """Correct what nichescout believes of CREATOR; your word wins in your results.

    \b
    nichescout mark CREATOR relevant | not-relevant [--for QUERY]
    nichescout mark CREATOR place PLACE | not-in PLACE
    nichescout mark CREATOR person | organisation | aggregator
    nichescout mark CREATOR same-as OTHER | not-same-as OTHER
    nichescout mark CREATOR hide [--reason TEXT]
    nichescout mark --undo               takes back the last one
    nichescout mark CREATOR --undo       ... on this creator

    CREATOR is an id, handle@host, an address, or a handle or name that only one has.
    """


@mark.command(ABOUT, hidden=True)
@click.argument("name", required=False, metavar="")
@click.argument("what", required=False, type=click.Choice([*ALONE, *WITH_VALUE]), metavar="WHAT")
@click.argument("value", required=False, metavar="[PLACE | OTHER]")
@click.option("--for", "query", metavar="QUERY", help="... for this query; default: for whatever is asked.")
@click.option("--reason", default="", help="A note for yourself.")
@click.option("--undo", is_flag=True, help="Take back the last mark.")
@click.pass_obj
def creator(config: Config, /, name: str | None, what: str | None, value: str | None, **options: Any) -> None:
    """Say something of a creator, or take it back."""
    from app.marking import say, take_back

    if options["undo"]:
        if what is not None:
            raise click.UsageError("--undo takes back the last mark; give only the creator, or nobody")
        told = take_back(config, name)
        click.echo(f"Taken back: {told.name} {told.address}: {told.text}")
    else:
        if name is None or what is None:
            raise click.UsageError(f"say what: {', '.join([*ALONE, *WITH_VALUE])}")
        told = say(config, name, _mark(what, value, options["query"], options["reason"]))
        click.echo(f"{told.name} {told.address}: {told.text}")
    if told.late:
        click.echo(f"nichescout: kept, but not in the search index yet: {told.late}", err=True)


def _mark(what: str, value: str | None, query: str | None, reason: str) -> Mark:
    if (value is None) == (what in WITH_VALUE):
        raise click.UsageError(f"{what} needs one name after it" if value is None else f"{what} takes no {value!r}")
    if query is not None and what not in ("relevant", "not-relevant"):
        raise click.UsageError("--for goes with relevant and not-relevant only")
    if what in KINDS:
        return Mark(kind="kind", value=what, reason=reason)
    return Mark(kind=cast(MarkKind, what), value=value or "", query=query, reason=reason)


@mark.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout.")
@click.pass_obj
def list_(config: Config, as_json: bool) -> None:
    """The marks that hold, newest first."""
    from app.marking import all_marks

    for row in all_marks(config):
        click.echo(
            json.dumps(row.as_json(), ensure_ascii=False) if as_json else f"{row.name} {row.address}: {row.text}"
        )
