"""``nichescout forget`` as click sees it: forget somebody, show all that is held on them, list who was forgotten."""

import json
from typing import Any

import click

from app.config import Config


@click.command()
@click.argument("name", required=False, metavar="ADDRESS|HANDLE")
@click.option("--show", is_flag=True, help="Print everything that is held on them, and delete nothing.")
@click.option("--list", "listed", is_flag=True, help="List who was forgotten: date, reference, platform, names.")
@click.option("--reference", default="", help="A note to find the request by; kept for good, so it names nobody.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout.")
@click.pass_obj
def forget(config: Config, /, name: str | None, show: bool, listed: bool, reference: str, as_json: bool) -> None:
    """Delete everything on somebody, joined accounts too, from every store, and never take them in again.

    \b
    Examples:
      nichescout forget https://rolls.example/ --show
      nichescout forget https://rolls.example/ --reference "letter of 2 May"
      nichescout forget @mika@pixel.example
      nichescout forget --list

    It cannot be undone. What stays are hashes of their names, by which a later crawl, import or restore knows them.
    """
    from app import forgetting

    if listed:
        if name or show or reference:
            raise click.UsageError("--list stands alone")
        for line in forgetting.forgettings(config):
            _say({"date": f"{line.at:%Y-%m-%d}", "reference": line.reference, "platform": line.platforms or None,
                  "names": line.aliases}, as_json)  # fmt: skip
        return
    if not name:
        raise click.UsageError("whom? Give an address or handle@host; to see who was forgotten: --list")
    if show:
        for held in forgetting.holdings(config, name):
            since = f"{held.since:%Y-%m-%d %H:%M}" if held.since else None
            _say({"kind": held.kind, "text": held.text, "from": held.url or None, "since": since}, as_json)
        return
    _report(forgetting.forget(config, name, reference=reference))


def _say(values: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
    else:
        click.echo("  ".join(str(value) for value in values.values() if value is not None))


def _report(done: Any) -> None:
    click.echo(
        f"Forgotten ({done.reference}): {done.accounts} accounts, {done.posts} posts, {done.marks} marks, "
        f"{done.addresses} addresses, {done.archived} archived pages, {done.log_lines} lines of logs. "
        f"{done.names} names are kept as hashes, so that they stay out."
    )
    for line in done.open:
        click.echo(f"nichescout: {line}", err=True)
    click.echo(
        "nichescout: earlier back-ups still hold them; a restore takes them out again before anything is read",
        err=True,
    )
