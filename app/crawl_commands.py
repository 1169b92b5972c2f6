"""The commands about crawling (``schedule``, ``worker``, ``crawl``, ``harvest``, ``hosts``): parse, call, print."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from app.config import Config
from app.durations import Every, spoken


def say(text: str) -> None:
    """A line of a worker, with its time."""
    click.echo(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}")


@click.group()
def schedule() -> None:
    """Crawl queries again and again; `worker` or `crawl --due` does it.

    \b
    Examples:
      nichescout schedule add "east coast sushi" --every 7d
      nichescout schedule list
      nichescout schedule remove "east coast sushi"
    """


@schedule.command("add")
@click.argument("query")
@click.option("--every", type=Every(), default="7d", show_default=True, help="How often: 12h, 7d, 2w.")
@click.option("--pages", type=click.IntRange(1), help="Fetch at most so many pages each time.")
@click.option("--minutes", type=click.FloatRange(0.01), help="Crawl at most so long each time.")
@click.option("--source", "sources", multiple=True, help="Only this source (repeatable).")
@click.pass_obj
def schedule_add(config: Config, /, query: str, every: timedelta, **options: Any) -> None:
    """Crawl QUERY now and then every so often; a query that is scheduled gets the new rhythm.

    \b
    Example:
      nichescout schedule add "east coast sushi" --every 7d --pages 300
    """
    from app.scheduling import add

    made = add(config, query, every=every, options={name: value for name, value in options.items() if value})
    first = "now" if made.last_at is None else f"{made.next_at:%Y-%m-%d %H:%M} UTC"
    click.echo(f"“{made.query}” every {spoken(made.every)}, next: {first}.")
    click.echo("Run it with: nichescout worker   (or from cron: nichescout crawl --due)", err=True)


@schedule.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout.")
@click.pass_obj
def schedule_list(config: Config, as_json: bool) -> None:
    """What is scheduled, the next one first."""
    from app import terminal
    from app.scheduling import rows

    found = rows(config)
    if as_json:
        for row in found:
            click.echo(json.dumps(row.as_json(), ensure_ascii=False))
    elif not found:
        click.echo('Nothing is scheduled. Add something with: nichescout schedule add "QUERY" --every 7d')
    else:
        columns = ("no", "query", "every", "next", "last", "ended", "options")
        terminal.stdout_console().print(terminal.table("", columns, [row.cells() for row in found]))


@schedule.command("remove")
@click.argument("query", metavar="QUERY|NUMBER")
@click.pass_obj
def schedule_remove(config: Config, query: str) -> None:
    """Crawl a query no more; what was found stays."""
    from app.scheduling import remove

    remove(config, query)
    click.echo(f"Not scheduled any more: {query}")


@click.command()
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Only discoveries that were asked for over HTTP, from this WARC instead of the network.",
)
@click.pass_obj
def worker(config: Config, replay: Path | None) -> None:
    """Do what is due (discoveries asked for, schedules, creators to look at again) and index it; until it is stopped.

    \b
    Several may run. Ctrl-C or SIGTERM ends one cleanly, and the next one goes on where it was.
    Stop all crawling at once with a file named `stop` in the data folder.
    """
    from app.worker import work

    work(config, say, replay=replay)


@click.command()
@click.option("--due", is_flag=True, help="Only what is due: schedules, and creators to look at again. For cron.")
@click.option("--pages", type=click.IntRange(1), help="Fetch at most so many pages of each job.")
@click.option("--minutes", type=click.FloatRange(0.01), help="Crawl each job at most so long.")
@click.pass_obj
def crawl(config: Config, /, due: bool, pages: int | None, minutes: float | None) -> None:
    """Go on with everything that was begun and is not fetched yet, then index it.

    \b
    Examples:
      nichescout crawl --minutes 10
      nichescout crawl --due
    """
    from app.by_itself import work_frontier
    from app.discovery import check_contact
    from app.telling import Stopped
    from app.worker import work_what_is_due

    if due and (pages or minutes):
        raise click.UsageError("--due keeps to the bounds of each schedule; give --pages or --minutes to: schedule add")
    try:
        if due:
            work_what_is_due(config, say)
        else:
            check_contact(config)
            work_frontier(config, say, pages=pages, minutes=minutes)
    except Stopped:
        raise KeyboardInterrupt from None


@click.command()
@click.argument("query", required=False)
@click.option("--all", "every", is_flag=True, help="One line for each crawl instead of the newest in full.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout; with --all JSON Lines.")
@click.pass_obj
def harvest(config: Config, /, query: str | None, every: bool, as_json: bool) -> None:
    """What the newest crawl for QUERY (or for any) brought in: relevant creators per 100 pages, by source and seed.

    Relevant is who names the theme in the bio or in enough posts; the ranking looks closer.

    \b
    Examples:
      nichescout harvest "east coast sushi"
      nichescout harvest --all
    """
    from app.harvest_view import as_json as in_json
    from app.harvest_view import harvest_lines, headline
    from app.harvesting import harvests

    for one in harvests(config, query, every=every):
        if as_json:
            click.echo(json.dumps(in_json(one), ensure_ascii=False))
            continue
        click.echo(headline(one))
        for line in () if every else harvest_lines(one, most_seeds=None):
            click.echo(line)


@click.group()
def hosts() -> None:
    """Pause or block hosts, and allow them again; effective with a worker's next lease.

    \b
    Examples:
      nichescout hosts pause forum.example --reason "they asked us to wait until May"
      nichescout hosts block shop.example --reason "nothing but a shop"
      nichescout hosts allow forum.example
    """


@hosts.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout.")
@click.pass_obj
def hosts_list(config: Config, as_json: bool) -> None:
    """The hosts that are paused or blocked, with reason and date."""
    from catalog.store import open_catalog

    with open_catalog(config.place, create=False) as catalog:
        rules = catalog.host_rules()
    for rule in rules:
        if as_json:
            click.echo(
                json.dumps({"host": rule.host, "rule": rule.rule, "reason": rule.reason, "at": rule.at.isoformat()})
            )
        else:
            click.echo(f"{rule.host}  {rule.rule} since {rule.at:%Y-%m-%d}: {rule.reason}")
    if not rules and not as_json:
        click.echo("No host is paused or blocked.")


def _rule(config: Config, host: str, kind: Any, reason: str) -> None:
    from catalog.store import open_catalog

    with open_catalog(config.place) as catalog:
        made = catalog.rule_host(host, kind, reason)
    click.echo(f"{made.host} and all hosts under it are {made.rule}: {made.reason}")


@hosts.command("pause")
@click.argument("host")
@click.option("--reason", required=True, help="Why, for the list.")
@click.pass_obj
def hosts_pause(config: Config, host: str, reason: str) -> None:
    """Fetch nothing from HOST and the hosts under it until it is allowed again."""
    _rule(config, host, "paused", reason)


@hosts.command("block")
@click.argument("host")
@click.option("--reason", required=True, help="Why, for the list.")
@click.pass_obj
def hosts_block(config: Config, host: str, reason: str) -> None:
    """Never fetch anything from HOST and the hosts under it."""
    _rule(config, host, "blocked", reason)


@hosts.command("allow")
@click.argument("host")
@click.pass_obj
def hosts_allow(config: Config, host: str) -> None:
    """Take back a pause or a block; what waited there waits again."""
    from base.errors import UserError
    from catalog.store import open_catalog

    with open_catalog(config.place, create=False) as catalog:
        if not catalog.allow_host(host):
            raise UserError(f"{host} is neither paused nor blocked; see: nichescout hosts list")
    click.echo(f"{host} may be fetched again.")
