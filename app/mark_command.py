"""``nichescout mark`` as click sees it: list and export by name, everything else is about a creator."""

import json
from pathlib import Path
from typing import Any, cast

import click

from app.config import Config
from catalog.records import Mark, MarkKind

KINDS = ("person", "organisation", "aggregator")
WITH_VALUE = ("place", "not-in", "same-as", "not-same-as")
ABOUT = "CREATOR"  # the command for whatever is not list or export, named as its usage line should read
RELEVANCE = ("relevant", "not-relevant")
ALONE = (*RELEVANCE, "hide", *KINDS)


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
    nichescout mark CREATOR relevant | not-relevant [--for QUERY | --always]
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
@click.option("--for", "query", metavar="QUERY", help="(not-)relevant for this query; default: your last search.")
@click.option("--always", is_flag=True, help="(not-)relevant whatever is asked.")
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
        told = say(config, name, _mark(config, what, value, options))
        click.echo(f"{told.name} {told.address}: {told.text}")
    if told.note:
        click.echo(f"nichescout: {told.note}", err=True)


def _mark(config: Config, what: str, value: str | None, options: dict[str, Any]) -> Mark:
    if (value is None) == (what in WITH_VALUE):
        raise click.UsageError(f"{what} needs one name after it" if value is None else f"{what} takes no {value!r}")
    query, reason = options["query"], options["reason"]
    if what not in RELEVANCE and (query is not None or options["always"]):
        raise click.UsageError("--for and --always go with relevant and not-relevant only")
    if what in KINDS:
        return Mark(kind="kind", value=what, reason=reason)
    if what in RELEVANCE:
        query = None if options["always"] else _asked(config, query)
    return Mark(kind=cast(MarkKind, what), value=value or "", query=query, reason=reason)


def _asked(config: Config, query: str | None) -> str | None:
    """The query that a word on relevance is about: the one given, else the last search, else whatever is asked."""
    from app.last_search import recall

    if query is None:
        query = recall(config.data)
        if query == "":
            raise click.UsageError(
                "your last search had options for its place or named a creator; say for which query: --for QUERY"
            )
    elif not query.strip():
        raise click.UsageError("--for needs a query; for whatever is asked: --always")
    return query


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


@mark.command(short_help="Write your words on relevance as judgements for eval.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def export(config: Config, folder: Path) -> None:
    """Write your words on relevance into FOLDER, as queries.tsv and qrels.trec for eval."""
    from app.mark_export import export_judgements

    done = export_judgements(config, folder)
    click.echo(f"{folder}: queries.tsv ({done.queries}), qrels.trec ({done.judgements})")
    if done.elsewhere:
        click.echo(
            f"nichescout: judgements on creators of no collection, whom eval cannot know: {done.elsewhere}", err=True
        )
