"""The commands of the desk (``list``, ``watch``): parse, call one function, print."""

import json
from typing import Any

import click

from app.config import Config
from app.query_options import niche_options, overrides_of


@click.group("list")
def list_() -> None:
    """Shortlists: who is to be contacted, was, answered; with fee, next step and notes."""


@list_.command("show")
@click.argument("name", required=False)
@click.pass_obj
def list_show(config: Config, name: str | None) -> None:
    """All lists, or those on one."""
    from app import terminal
    from app.asking import open_configured
    from app.listed import listed
    from catalog.store import open_catalog

    with open_catalog(config.place, create=False) as catalog:
        if name is None:
            rows = [(str(one.id), one.name, str(one.creators), ", ".join(one.brands)) for one in catalog.lists()]
            terminal.stdout_console().print(terminal.table("", ("list", "name", "creators", "brands"), rows))
            return
        shortlist = catalog.list_called(name)
        with open_configured(config) as engine:
            held = [row.as_row() for row in listed(catalog, engine, shortlist)]
    columns = ("name", "status", "date", "fee", "next_step", "note", "address")
    cells = [[str(row[column] or "") for column in columns] for row in held]
    terminal.stdout_console().print(terminal.table(shortlist.name, columns, cells))


@list_.command("add")
@click.argument("name")
@click.argument("creator", required=False)
@click.option("--status", help="to contact, contacted, answered, agreed or declined.")
@click.option("--date", "on_day", help="Day of the status, like 2026-12-01.")
@click.option("--fee")
@click.option("--next", "next_step", help="What comes next.")
@click.option("--note")
@click.option("--for", "query", default="", metavar="QUERY", help="The search they were found by, for its quotation.")
@click.option("--brand", "brands", multiple=True, help="Brand or code: who of the list names it? (repeatable)")
@click.pass_obj
def list_add(config: Config, /, name: str, creator: str | None, query: str, **options: Any) -> None:
    """Put CREATOR on the list NAME, or change what is noted there; a list that is not there is made.

    \b
    Example:
      nichescout list add "Autumn launch" mika@pixel.example --status contacted --note "met at the market"
    """
    from catalog.errors import UnknownList
    from catalog.store import open_catalog

    brands = options.pop("brands")
    with open_catalog(config.place, create=False) as catalog:
        try:
            shortlist = catalog.list_called(name)
        except UnknownList:
            shortlist = catalog.add_list(name)
        if brands:
            shortlist = catalog.set_brands(shortlist.id, brands)
        if creator is not None:
            entry = catalog.put_entry(shortlist.id, creator, options, query=query)
            click.echo(f"{shortlist.name}: {creator}, {entry.status}")
        else:
            click.echo(f"{shortlist.name}: {shortlist.creators} creators")


@list_.command("remove")
@click.argument("name")
@click.argument("creator", required=False)
@click.pass_obj
def list_remove(config: Config, name: str, creator: str | None) -> None:
    """Take CREATOR off the list NAME; without a creator, delete the list."""
    from base.errors import UserError
    from catalog.store import open_catalog

    with open_catalog(config.place, create=False) as catalog:
        shortlist = catalog.list_called(name)
        if creator is None:
            catalog.remove_list(shortlist.id)
        elif not catalog.remove_entry(shortlist.id, creator):
            raise UserError(f"{creator} is not on the list {shortlist.name!r}")


@list_.command("export")
@click.argument("name")
@click.option("--format", "form", type=click.Choice(["csv", "json", "md"]), default="csv", show_default=True)
@click.pass_obj
def list_export(config: Config, name: str, form: str) -> None:
    """A list with contact, best quotation and its address, place and how sure, and your notes."""
    from app.asking import open_configured
    from app.listed import exported, listed
    from catalog.store import open_catalog

    with (
        open_catalog(config.place, create=False) as catalog,
        open_configured(config) as engine,
    ):
        shortlist = catalog.list_called(name)
        click.echo(exported(shortlist, listed(catalog, engine, shortlist), form), nl=False)


@click.group()
def watch() -> None:
    """Saved searches: who is new since last time."""


@watch.command("add")
@click.argument("name")
@click.argument("query")
@niche_options
@click.option("--webhook", default="", help="An https address that gets the news, signed.")
@click.pass_obj
def watch_add(config: Config, /, name: str, query: str, webhook: str, **options: Any) -> None:
    """Save the search QUERY with its options under NAME.

    \b
    Example:
      nichescout watch add "Sushi, small" "east coast sushi" --tier nano
    """
    from app.asking import open_configured
    from app.watching import begin, webhook_secret
    from app.webhooks import check_webhook
    from catalog.store import open_catalog

    overrides = overrides_of(options)
    if webhook:
        check_webhook(webhook)
    with (
        open_catalog(config.place, create=False) as catalog,
        open_configured(config) as engine,
    ):
        made = begin(catalog, engine, name, query, overrides, webhook=webhook)
    click.echo(f"Watch {made.id}: {made.name}")
    if webhook:
        click.echo(f"Its news are signed with: {webhook_secret(config.data, made)}")


@watch.command("show")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout.")
@click.pass_obj
def watch_show(config: Config, name: str | None, as_json: bool) -> None:
    """All watches, or who one shows, the new ones first; looking marks them as seen."""
    from app import terminal
    from app.asking import open_configured
    from app.watching import see
    from catalog.store import open_catalog
    from search.results import answer_json

    with open_catalog(config.place, create=False) as catalog:
        if name is None:
            rows = [(str(one.id), one.name, one.query, terminal.day(one.checked)) for one in catalog.watches()]
            if as_json:
                for row in rows:
                    click.echo(json.dumps(dict(zip(("id", "name", "query", "checked"), row, strict=True))))
            else:
                terminal.stdout_console().print(terminal.table("", ("watch", "name", "query", "looked at"), rows))
            return
        with open_configured(config) as engine:
            told = see(catalog, engine, catalog.watch_called(name))
    if as_json:
        for one in told:
            click.echo(answer_json(one))
        return
    cells = [
        ("new" if one.is_new else "", one.result.creator.name, one.result.match.band, terminal.day(one.first_at),
         one.result.creator.id)
        for one in told
    ]  # fmt: skip
    terminal.stdout_console().print(terminal.table("", ("", "name", "fit", "since", "id"), cells))


@watch.command("remove")
@click.argument("name")
@click.pass_obj
def watch_remove(config: Config, name: str) -> None:
    """Delete a watch."""
    from catalog.store import open_catalog

    with open_catalog(config.place, create=False) as catalog:
        catalog.remove_watch(catalog.watch_called(name).id)
