"""``nichescout backup`` and ``restore`` as click sees them."""

from pathlib import Path

import click

from app.config import Config


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(config: Config, file: Path) -> None:
    """Write catalog, key of the forgotten, vectors and settings into FILE, also while a worker runs.

    \b
    Example:
      nichescout backup nichescout.tar.gz
    """
    from app.backup import backup as back_up

    done = back_up(config, file)
    click.echo(f"{file}: {done.creators} creators, {done.posts} posts, {done.size / 1e6:.1f} MB")
    click.echo("It holds what people wrote and the key of the forgotten: keep it as safe as the catalog.", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Give up the catalog that is there; its forgotten stay forgotten.")
@click.pass_obj
def restore(config: Config, file: Path, replace: bool) -> None:
    """Bring a backup back, without whoever was forgotten since, and write the index anew.

    \b
    Examples:
      nichescout --data elsewhere restore nichescout.tar.gz
      nichescout restore nichescout.tar.gz --replace
    """
    from app import terminal
    from app.backup import restore as bring_back
    from app.progress import DiscoveryProgress, built_line

    with DiscoveryProgress(terminal.stderr_console()) as progress:
        done = bring_back(config, file, replace=replace, on_progress=progress.building)
    click.echo(
        f"Restored as of {done.made} UTC: {done.creators} creators, {done.posts} posts; "
        f"{done.removed} accounts were taken out, as they had been forgotten since. {built_line(done.index)}"
    )
