"""The commands for what an operator brings along (``import``, ``leads``): parse, call one function, print."""

import json
from pathlib import Path
from typing import Final

import click

from app.config import Config
from base.errors import UsageError

NETWORKS: Final = ("instagram", "tiktok", "x", "bluesky", "threads", "facebook", "youtube", "pinterest")
"""Those of ``catalog.networks``, written out so that the command line stays light; a test compares them."""


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--network", type=click.Choice(NETWORKS), help="Where handles without one are at home (plain lists).")
@click.pass_obj
def import_(config: Config, files: tuple[Path, ...], network: str | None) -> None:
    """Bring your followers (exports, lists of handles) or collections (creators.jsonl) into the catalog.

    Instagram, TikTok and X exports (zip, folder or file), Mastodon CSV, Bluesky getFollowers, OPML, lists of handles
    or addresses. The kind is told by content. Files are read where they are and never copied.

    \b
    Then:  nichescout leads                 what their names say
           nichescout leads --fetch         read those that can be read
           nichescout index build           after a collection
    """
    from app.importing import import_collection, is_collection
    from catalog.store import open_catalog

    with open_catalog(config.place) as catalog:
        for file in files:
            if is_collection(file):
                done = import_collection(catalog, file)
                click.echo(
                    f"{done.collection}: {done.accounts} accounts, {done.posts} posts, {done.kept_back} kept back"
                )
                continue
            from app.followers import import_followers

            for report in import_followers(catalog, file, network=network or ""):
                click.echo(report.line())


@click.command()
@click.option("--for", "query", metavar="QUERY", help="Only names that fit this niche, the best first.")
@click.option("--fetch", is_flag=True, help="Read those that can be read, then build the index.")
@click.option("--pages", type=click.IntRange(1), help="With --fetch: at most so many pages.")
@click.option("--minutes", type=click.FloatRange(0.01), help="With --fetch: at most so long.")
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout.")
@click.pass_obj
def leads(
    config: Config, query: str | None, fetch: bool, pages: int | None, minutes: float | None, limit: int, as_json: bool
) -> None:
    """Who of your followers may write about a niche, by their names; which can be read, which to open by hand.

    \b
    Examples:
      nichescout leads
      nichescout leads --for "food in chicago" --limit 100
      nichescout leads --fetch
    """
    from app import terminal
    from app.followers import fetch_leads, fitted_leads
    from app.leads_view import lead_lines, summary_line
    from app.progress import DiscoveryProgress

    if not fetch and (pages or minutes):
        raise UsageError("--pages and --minutes bound what --fetch reads; add --fetch")
    if fetch:
        with DiscoveryProgress(terminal.stderr_console()) as progress:
            if not fetch_leads(config, progress, query=query, pages=pages, minutes=minutes):
                click.echo("Nothing waits to be fetched.", err=True)
    page = fitted_leads(config, query, limit=limit)
    if as_json:
        for lead in page.leads:
            click.echo(json.dumps(lead.as_json(), ensure_ascii=False))
        return
    if page.leads:
        terminal.stdout_console().print(lead_lines(page))
    click.echo(summary_line(page, query))
