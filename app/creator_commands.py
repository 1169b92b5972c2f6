"""The commands about single creators (``show``, ``compare``, ``like``): parse, call one function, print, as ``cli``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from app.config import Config
from app.printing import print_answer
from app.query_options import Day, niche_options, overrides_of
from base.errors import UserError

if TYPE_CHECKING:
    from search.engine import Engine
    from search.report import VettingReport


NO_THEME = "who"  # a query that asks for nothing of its own


@click.command()
@click.argument("creator")
@click.option("--for", "niche", metavar="QUERY", help="Beside this niche: share of posts, evidence, place.")
@click.option("--brand", "brands", multiple=True, help="Who mentions it? A name, a handle or a domain (repeatable).")
@click.option("--now", type=Day(), help="The day that silence counts to; default: today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def show(config: Config, /, creator: str, as_json: bool, **options: Any) -> None:
    """All about CREATOR (id, handle@host or address): topics, rhythm, reactions, paid posts, whom they name.

    \b
    Examples:
      nichescout show mika@pixel.example --for "east coast sushi"
      nichescout show https://rolls.example/ --brand "Alder & Pine" --brand @alderpine --json
    """
    from app.asking import open_configured

    with open_configured(config) as engine:
        (report,) = _reports(config, engine, (creator,), options)
    if as_json:
        from search.results import answer_json

        click.echo(answer_json(report))
    else:
        from app.terminal import stdout_console
        from app.vetting_view import report_lines

        stdout_console().print(report_lines(report))


@click.command()
@click.argument("creators", nargs=-1, required=True)
@click.option("--for", "niche", metavar="QUERY", help="Beside this niche: share of posts, evidence.")
@click.option("--brand", "brands", multiple=True, help="Who mentions it? A name, a handle or a domain (repeatable).")
@click.option("--now", type=Day(), help="The day that silence counts to; default: today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def compare(config: Config, /, creators: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Put two to five CREATORS side by side: the same rows for all, differences marked.

    \b
    Example:
      nichescout compare mika@pixel.example https://rolls.example/ --for "east coast sushi"
    """
    from app.asking import open_configured
    from search.comparison import compare as compared

    with open_configured(config) as engine:
        comparison = compared(_reports(config, engine, creators, options))
    if as_json:
        from search.results import answer_json

        click.echo(answer_json(comparison))
    else:
        from app.comparison_view import print_comparison
        from app.terminal import stdout_console

        print_comparison(comparison, stdout_console())


@click.command()
@click.argument("creator")
@click.argument("query", default="")
@niche_options
@click.option("--limit", type=click.IntRange(1, 500), default=10, show_default=True)
@click.option("--now", type=Day(), help="The day that recency counts from; default: today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="One line per creator on stdout.")
@click.pass_obj
def like(config: Config, /, creator: str, query: str, as_json: bool, as_csv: bool, **options: Any) -> None:
    """Find those who write about what CREATOR writes about; QUERY narrows it to a theme or a place.

    \b
    Examples:
      nichescout like mika@pixel.example
      nichescout like mika@pixel.example "in philadelphia" --tier nano
    """
    from app.asking import open_configured

    wanted = {name: options.pop(name) for name in ("limit", "now")}
    with open_configured(config) as engine:
        known = creator if engine.find(creator) else _id_of(config, engine, creator)
        overrides = overrides_of({**options, "like": known})
        answer = engine.search(query or NO_THEME, overrides=overrides, **wanted)
    print_answer(config, answer, overrides, as_json, as_csv)


def _reports(config: Config, engine: "Engine", names: Sequence[str], options: dict[str, Any]) -> "list[VettingReport]":
    """A report on each name. Raises UserError for one that nobody or several have."""
    from app.background import with_background

    asked = options.pop("brands")
    brands = (*config.brands, *(brand for brand in asked if brand not in config.brands))
    reports = [engine.vet(_id_of(config, engine, name), brands=brands, **options) for name in names]
    return [with_background(report, config.place) for report in reports]


def _id_of(config: Config, engine: "Engine", name: str) -> str:
    """The id of a creator of the index, whom the catalog may know by further addresses and older ids."""
    from catalog.store import open_catalog

    found = engine.find(name)
    if found is None and config.place.may_exist:
        with open_catalog(config.place, create=False) as catalog:
            found = engine.find(catalog.resolve(name) or "")
    if found is None:
        raise UserError(
            f"nobody in the index is called {name!r}; give the id that a result ends with, handle@host or an address"
        )
    return found
