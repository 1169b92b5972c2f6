"""The forgotten stay out: of new addresses, of the links on other people's profiles, of "moved to"."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from catalog import schema
from catalog.forgotten import front_page_of, names_in_address
from catalog.identity import host_of, normal_alias
from catalog.items import AccountItem
from catalog.unit import Unit, values_in

_PEOPLED: Final = select(schema.account.c.host).where(values_in(schema.account.c.host)).distinct()


def addresses_of_the_forgotten(unit: Unit, urls: Iterable[str]) -> frozenset[str]:
    """Those of these canonical addresses that speak of somebody who asked to be forgotten.

    What lies on a host whose front page is a forgotten name counts while nobody else is known there.
    """
    if not unit.anybody_forgotten():
        return frozenset()
    named = {url: names_in_address(url) for url in urls}
    fronts = {url: front_page_of(url) for url in named}
    held = unit.held(set().union(*named.values(), *fronts.values()))
    if not held:
        return frozenset()
    on_their_host = {url for url, front in fronts.items() if not held.isdisjoint(front)}
    shared = {row.host for row in unit.fetch(_PEOPLED, {host_of(url) for url in on_their_host})}
    theirs = {url for url, names in named.items() if not held.isdisjoint(names)}
    return frozenset(theirs | {url for url in on_their_host if host_of(url) not in shared})


def without_the_forgotten(unit: Unit, item: AccountItem) -> AccountItem:
    """An account without its links to people who asked to be forgotten."""
    if not unit.anybody_forgotten():
        return item
    gone = addresses_of_the_forgotten(unit, [link.url for link in item.links])
    moved = normal_alias(item.moved_to) if item.moved_to else None
    return replace(
        item,
        links=tuple(link for link in item.links if link.url not in gone),
        moved_to=None if moved and unit.held([moved]) else item.moved_to,
    )
