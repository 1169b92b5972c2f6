"""The commands of the endpoint (``serve``, ``mcp``, ``keys``): parse, call one function, print, as ``cli``."""

import click

from app.config import Config
from base.errors import UserError


@click.group()
def keys() -> None:
    """Keys of the HTTP endpoint: who may read, write, or everything."""


@keys.command("add")
@click.argument("name")
@click.option("--scope", type=click.Choice(["read", "write", "admin"]), default="read", show_default=True)
@click.option("--per-minute", type=click.IntRange(1, 100_000), default=120, show_default=True, help="Requests.")
@click.pass_obj
def keys_add(config: Config, name: str, scope: str, per_minute: int) -> None:
    """Make a key; it is shown once and kept nowhere.

    \b
    Example:
      nichescout keys add newsletter-tool --scope write
    """
    from typing import cast

    from catalog.api_keys import Scope
    from catalog.store import open_catalog

    with open_catalog(config.place) as catalog:
        key, secret = catalog.add_key(name, scope=cast("Scope", scope), per_minute=per_minute)
    click.echo(secret)
    click.echo(f"Key {key.id} “{key.name}” may {key.scope}; it is not shown again.", err=True)


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout.")
@click.pass_obj
def keys_list(config: Config, as_json: bool) -> None:
    """The keys that were made, without their secrets."""
    import json

    from app import terminal
    from catalog.store import open_catalog

    with open_catalog(config.place, create=False) as catalog:
        held = catalog.api_keys()
    if as_json:
        for key in held:
            revoked = key.revoked.isoformat() if key.revoked else None
            value = {"id": key.id, "name": key.name, "scope": key.scope, "per_minute": key.per_minute}
            click.echo(json.dumps({**value, "created": key.created.isoformat(), "revoked": revoked}))
        return
    rows = [
        (str(key.id), key.name, key.scope, str(key.per_minute), terminal.day(key.created), terminal.day(key.revoked))
        for key in held
    ]
    columns = ("key", "name", "may", "a minute", "made", "revoked")
    terminal.stdout_console().print(terminal.table("", columns, rows))


@keys.command("revoke")
@click.argument("number", type=int)
@click.pass_obj
def keys_revoke(config: Config, number: int) -> None:
    """End a key, by the number that ``keys list`` shows; a running server follows within ten seconds."""
    from catalog.store import open_catalog

    with open_catalog(config.place, create=False) as catalog:
        if not catalog.revoke_key(number):
            raise UserError(f"no key {number} holds; see: nichescout keys list")
    click.echo(f"Key {number} is revoked.")
