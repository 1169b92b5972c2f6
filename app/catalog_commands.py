"""``nichescout catalog copy`` and ``catalog info`` as click sees them."""

import json

import click

from app.config import Config


@click.group()
def catalog() -> None:
    """Copy the catalog to a server or back, and see what it holds."""


@catalog.command("copy")
@click.argument("target", metavar="TARGET")
@click.option("--replace", is_flag=True, help="Give up the catalog that is there.")
@click.pass_obj
def catalog_copy(config: Config, target: str, replace: bool) -> None:
    """Copy the catalog to TARGET: an address of PostgreSQL, or a data folder.

    Jobs, hosts and the forgotten included. The copy gets a feed of its own, so that the index is written anew from it;
    the catalog that was copied stays as it is.

    \b
    Examples:
      nichescout catalog copy postgresql://nichescout@db.example/nichescout
      nichescout --catalog postgresql://nichescout@db.example/nichescout catalog copy elsewhere
    """
    from app.moving import copy_to

    done = copy_to(config, target, replace=replace)
    click.echo(f"{done.place}: {done.creators} creators, {done.posts} posts, {done.rows} rows in {done.seconds:.1f} s")
    click.echo(f"Next: {done.next}", err=True)


@catalog.command("info")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def catalog_info(config: Config, as_json: bool) -> None:
    """Where the catalog is and how much it holds."""
    from app.moving import catalog_facts

    facts = catalog_facts(config)
    if as_json:
        click.echo(json.dumps({fact.name: fact.value for fact in facts}, ensure_ascii=False))
        return
    for fact in facts:
        click.echo(f"{fact.name}: {fact.text}")
