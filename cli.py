"""The command line: parse, call one function, print. Results on stdout, progress and logs on stderr.

Exit codes: 0 fine, 1 an error that the user can mend (one line), 2 a usage error. Everything heavy is imported inside
the command that needs it; ``search`` stays light (tests/test_lazy_imports.py).
"""

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from app.config import Config, load_config
from app.printing import print_answer
from app.query_options import Day, niche_options, overrides_of
from base.errors import UserError

_ELSEWHERE: Final = {
    "app.backup_commands": ("backup", "restore"),
    "app.catalog_commands": ("catalog",),
    "app.crawl_commands": ("crawl", "harvest", "hosts", "schedule", "worker"),
    "app.creator_commands": ("compare", "like", "show"),
    "app.desk_commands": ("list", "watch"),
    "app.follower_commands": ("import", "leads"),
    "app.forget_command": ("forget",),
    "app.server_commands": ("keys",),
    "server.commands": ("mcp", "serve"),
}
"""Commands by the module that holds them, imported when one of them is asked for."""


class Group(click.Group):
    """Prints our own errors as one line with their exit code; anything else is a bug and keeps its traceback.

    Commands of other modules are imported when they are asked for.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted([*super().list_commands(ctx), *(name for names in _ELSEWHERE.values() for name in names)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        for module, names in _ELSEWHERE.items():
            if cmd_name in names:
                held = import_module(module)
                command: click.Command = getattr(held, cmd_name, None) or getattr(held, f"{cmd_name}_")
                return command
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except UserError as error:
            click.echo(f"nichescout: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("nichescout: stopped; the same command goes on from here", err=True)
            ctx.exit(130)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of catalog and index.")
@click.option("--catalog", metavar="ADDRESS", help="The catalog on PostgreSQL: postgresql://USER@HOST/DATABASE.")
@click.option("--index", metavar="ADDRESS", help="Index on Elasticsearch (https://HOST:9200/PREFIX); or: local.")
@click.version_option(package_name="nichescout", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context, /, data: Path | None, **options: str | None) -> None:
    """Find small, trusted, local voices for a niche: ranked creators, each with the reasons.

    \b
    Start:   nichescout init
             nichescout discover "east coast sushi"
    Again:   nichescout search "sushi in boston"
    """
    ctx.obj = load_config(data, catalog=options["catalog"], index=options["index"])


@main.command()
@click.option("--contact", prompt="Address at which site owners can reach you (a page or a mail address)")
@click.option("--here", is_flag=True, help="Write into the current folder instead of the data folder.")
@click.pass_obj
def init(config: Config, contact: str, here: bool) -> None:
    """Write nichescout.toml, an editable hosts.toml, and a text for the owners of the sites that are read."""
    from app.setup import initialise

    done = initialise(Path.cwd() if here else config.data, contact)
    click.echo(f"{done.settings}\n{done.hosts}{' (kept as it was)' if done.hosts_kept else ''}")
    click.echo(f"{done.page} (for the page at which site owners reach you: edit and publish it)")
    click.echo('Next: nichescout discover "east coast sushi"', err=True)


@main.command()
@click.argument("query")
@niche_options
@click.option("--dry-run", is_flag=True, help="Show the plan and its cost; fetch nothing.")
@click.option("--pages", type=click.IntRange(1), help="Fetch at most so many pages.")
@click.option("--minutes", type=click.FloatRange(0.01), help="Crawl at most so long.")
@click.option("--source", "sources", multiple=True, help="Only this source (repeatable); see: nichescout sources.")
@click.option("--hosts", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another hosts.toml.")
@click.option(
    "--archive", type=click.Path(file_okay=False, path_type=Path), help="Keep what was kept as WARC in this folder."
)
@click.option("--replay", type=click.Path(dir_okay=False, path_type=Path), help="Use this WARC instead of the network.")
@click.option("--limit", type=click.IntRange(1, 500), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--explain", is_flag=True, help="Print the weights behind the scores.")
@click.pass_obj
def discover(config: Config, /, query: str, dry_run: bool, as_json: bool, **options: Any) -> None:
    """Plan, crawl, index and rank creators for QUERY.

    \b
    Examples:
      nichescout discover "east coast sushi"
      nichescout discover "sourdough around Munich" --dry-run
      nichescout discover "shoe lovers in Chicago" --pages 200 --minutes 10
    """
    from app import discovery, plan_view, terminal
    from app.progress import DiscoveryProgress

    wanted = discovery.DiscoverOptions(overrides=overrides_of(options), **options)
    if dry_run:
        plan = discovery.plan_discovery(config, query, wanted)
        leads = plan_view.lead_lines(discovery.leads_of_plan(config, plan, wanted))
        terminal.stdout_console().print(plan_view.plan_lines(plan), *leads, plan_view.by_hand_lines(plan))
        return
    with DiscoveryProgress(terminal.stderr_console()) as progress:
        answer, plan = discovery.discover(config, query, wanted, progress)
    print_answer(config, answer, wanted.overrides, as_json)
    if not as_json:
        terminal.stdout_console().print(plan_view.by_hand_lines(plan))


@main.command()
@click.argument("query")
@niche_options
@click.option("--limit", type=click.IntRange(1, 500), default=10, show_default=True)
@click.option("--now", type=Day(), help="The day that recency counts from; default: today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="One line per creator on stdout.")
@click.option("--explain", is_flag=True, help="Print the weights behind the scores.")
@click.pass_obj
def search(config: Config, /, query: str, as_json: bool, as_csv: bool, **options: Any) -> None:
    """Rank the creators of the index for QUERY; fetches nothing.

    \b
    Examples:
      nichescout search "sushi in boston"
      nichescout search "ramen" --near "Portland, ME" --tier nano --json
    """
    with _collecting_no_garbage():
        from app.asking import open_configured

        overrides = overrides_of(options)
        with open_configured(config, one_query=True) as engine:
            answer = engine.search(query, overrides=overrides, **options)
        print_answer(config, answer, overrides, as_json, as_csv)


@contextmanager
def _collecting_no_garbage() -> Iterator[None]:
    """For one answer: looking for garbage among what was just imported is a good part of a cold search."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()  # the collector counts what was made meanwhile among the old, or it would look at all of it now
        gc.enable()


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def mark(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Correct what nichescout believes of a creator; see: nichescout mark --help."""
    from app.mark_command import mark as command

    with command.make_context("mark", list(words), parent=ctx.parent) as inner:
        command.invoke(inner)


@main.group()
def index() -> None:
    """Build, inspect and check the searchable copy of the catalog."""


@index.command("build")
@click.pass_obj
def index_build(config: Config) -> None:
    """Bring the index up to the catalog; does nothing when nothing is new."""
    _build(config, rebuild=False)


@index.command("rebuild")
@click.pass_obj
def index_rebuild(config: Config) -> None:
    """Make the index anew from the catalog, beside the old one, then switch."""
    _build(config, rebuild=True)


def _build(config: Config, *, rebuild: bool) -> None:
    from app import terminal
    from app.asking import build_configured
    from app.progress import DiscoveryProgress, built_line

    with DiscoveryProgress(terminal.stderr_console()) as progress:
        summary = build_configured(config, rebuild=rebuild, on_progress=progress.building)
    click.echo(built_line(summary))


@index.command("info")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def index_info(config: Config, as_json: bool) -> None:
    """What the index is and how much it holds."""
    from app.inspection import index_facts

    _print_facts(index_facts(config), as_json)


@index.command("verify")
@click.pass_obj
def index_verify(config: Config) -> None:
    """Compare the index with the catalog; exit 1 when they differ."""
    from app.inspection import verify

    click.echo(verify(config))


@index.command("rollback")
@click.pass_obj
def index_rollback(config: Config) -> None:
    """On Elasticsearch: search again in the index of before the last rebuild; the newer one is deleted."""
    from app.inspection import go_back

    click.echo(go_back(config))


@index.command("drop-older")
@click.pass_obj
def index_drop_older(config: Config) -> None:
    """On Elasticsearch: delete the indices that rebuilds kept for going back."""
    from app.inspection import drop_kept

    click.echo(drop_kept(config))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout.")
@click.pass_obj
def sources(config: Config, as_json: bool) -> None:
    """Where nichescout can look, what each source needs, and what is never read."""
    from app import terminal
    from app.sources_view import not_built_lines, source_rows

    rows = source_rows(config)
    if as_json:
        for row in rows:
            click.echo(json.dumps(row.as_json(), ensure_ascii=False))
        return
    columns = ("source", "kind", "on", "needs", "hosts", "refused by robots.txt", "trouble", "rules")
    table = terminal.table("", columns, [row.cells() for row in rows])
    terminal.stdout_console().print(table, "\n" + not_built_lines(), markup=False)


@main.command()
@click.argument("target")
@click.option("--url", help="The address that a file was fetched from.")
@click.option("--source", help="Read it as a page of this source, e.g. mastodon.")
@click.option("--page", help="... of this kind, e.g. statuses.")
@click.pass_obj
def read(config: Config, /, target: str, **options: Any) -> None:
    """Print as JSON Lines what is read from one page (FILE or URL); nothing is stored.

    A file is what its --url says, else what its own shape tells.

    \b
    Examples:
      nichescout read saved.html --url https://blog.example/about
      nichescout read https://blog.example/feed.xml
    """
    from app.reading import read_target

    for line in read_target(config, target, **options):
        click.echo(line)


@main.command("eval")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--run", "run_file", type=click.Path(dir_okay=False, path_type=Path), help="Write a TREC run.")
@click.option("--now", type=Day(), help="The day that recency counts from; default: the newest post.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def eval_(config: Config, /, folder: Path, as_json: bool, **options: Any) -> None:
    """Measure the ranking on a judged collection (creators.jsonl, posts.jsonl, queries.tsv, qrels.trec)."""
    from app import terminal
    from app.evaluation import eval_cache, evaluate_collection, metric_rows
    from app.progress import DiscoveryProgress

    with DiscoveryProgress(terminal.stderr_console()) as progress:
        metrics = evaluate_collection(
            folder, cache=eval_cache(), model=config.model, on_progress=progress.building, **options
        )
    if as_json:
        click.echo(json.dumps(metrics.as_json()))
    else:
        rows = metric_rows(metrics)
        terminal.stdout_console().print(terminal.table(folder.name, ("measure", "mean", "95% interval"), rows))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def doctor(config: Config, as_json: bool) -> None:
    """Check settings, catalog, index, model, and what hosts answered last."""
    from app.inspection import doctor_facts

    facts = doctor_facts(config)
    _print_facts(facts, as_json)
    if not all(fact.fine for fact in facts):
        sys.exit(1)


def _print_facts(facts: Any, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({fact.name: fact.value for fact in facts}, ensure_ascii=False))
        return
    for fact in facts:
        click.echo(f"{'' if fact.fine else '! '}{fact.name}: {fact.text}")


def run() -> NoReturn:
    """The installed command: ``main``, then the end without Python's tidying up, a tenth of a cold search."""
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            click.echo(end.code, err=True)
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):  # whoever reads has enough: "| head"
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
