"""``serve`` and ``mcp`` as click sees them. Nothing heavy is imported before one of them runs."""

import click

from app.config import Config


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; others than this machine's "
              "own need a key first.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65_535), default=8642, show_default=True, help="0: any that is free.")
@click.option(
    "--name", "names", multiple=True, help="A host name by which it is called, as behind a proxy (repeatable)."
)
@click.option("--origin", "origins", multiple=True, help="Pages of this origin may ask, like https://app.example.")
@click.option("--log-queries", is_flag=True, help="Write what is searched into the log.")
@click.option("--engines", type=click.IntRange(1, 64), default=2, show_default=True, help="Searches at once.")
@click.option("--in-flight", type=click.IntRange(1, 10_000), default=32, show_default=True, help="Requests at once.")
@click.pass_obj
def serve(config: Config, /, host: str, port: int, names: tuple[str, ...], **options: object) -> None:
    """Answer over HTTP, and show the page, until it is stopped (Ctrl-C).

    \b
    Examples:
      nichescout serve
      nichescout serve --host 0.0.0.0 --port 80 --name scout.example
    """
    from typing import Any, cast

    from server.running import serve as run
    from server.settings import ServerSettings

    names = tuple(name.lower() for name in names)
    settings = ServerSettings(host=host, port=port, names=names, **cast("dict[str, Any]", options))
    run(config, settings)


@click.command()
@click.pass_obj
def mcp(config: Config) -> None:
    """Answer an assistant over the Model Context Protocol, on stdin and stdout.

    \b
    Tools: search_creators, get_creator, plan_niche.
    """
    from server.assistant import run

    run(config)
