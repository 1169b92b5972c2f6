"""Which accounts are one creator: claims turned into edges, edges into creators.

An edge needs a strong claim: rel=me in both directions between pages that were both read, a link that the
platform verified, ``moved_to``, or the operator's word, which also keeps apart. Equal names never join. The creators
are a function of the accounts and the applied edges: of a joined set the oldest creator id shows, the others redirect
to it; when an edge goes, they come back under their old ids.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, func, literal, or_, select, union, update

from catalog import schema
from catalog.consent import ADDRESSES
from catalog.grouping import apply_edges
from catalog.identity import is_link_hub
from catalog.marks import Pair, said_of
from catalog.unit import Unit, values_in

MAX_ONE_WAY: Final = 3  # more accounts that claim one address without being named by it: a copied rel=me or a hub

Edge = tuple[str, str, str]  # a, b, kind; a < b

_link, _name, _account, _edge, _creator = (
    schema.account_link, schema.account_alias, schema.account, schema.join_edge, schema.creator
)  # fmt: skip
_linked = (
    select(
        _link.c.account_id,
        _name.c.account_id.label("target"),
        _link.c.url,
        _link.c.rel_me,
        _link.c.verified_at.is_not(None).label("verified"),
        literal(False).label("moved"),
    )
    .join(_name, and_(_name.c.value == _link.c.url, _name.c.kind.in_(ADDRESSES), _name.c.until.is_(None)))
    .where(or_(_link.c.rel_me, _link.c.verified_at.is_not(None)), _link.c.account_id != _name.c.account_id)
)
_moved = (
    select(_account.c.id, _name.c.account_id, _account.c.url, literal(False), literal(False), literal(True))
    .join(_name, and_(_name.c.value == _account.c.moved_value, _name.c.kind == _account.c.moved_kind))
    .where(_name.c.until.is_(None), _account.c.id != _name.c.account_id)
)
_CLAIMS: Final = union(
    _linked.where(values_in(_link.c.account_id)),
    _linked.where(values_in(_name.c.account_id)),
    _moved.where(values_in(_account.c.id), _account.c.moved_value.is_not(None)),
    _moved.where(values_in(_name.c.account_id)),
)
_EDGES: Final = union(
    *(select(_edge.c.a, _edge.c.b, _edge.c.kind).where(values_in(side)) for side in (_edge.c.a, _edge.c.b))
)
_GROUPS: Final = select(schema.profile.c.account_id).where(
    values_in(schema.profile.c.account_id), schema.profile.c.kind == "group"
)
_READ: Final = select(_account.c.id, _account.c.read, _account.c.host).where(values_in(_account.c.id))
_ABSORBED: Final = (
    select(_creator.c.account_id)
    .where(values_in(_creator.c.account_id))
    .group_by(_creator.c.account_id)
    .having(func.count() > 1)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """``source`` says that ``target`` is the same person, at ``url``."""

    source: str
    target: str
    url: str
    rel_me: bool
    verified: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether an account may be joined at all."""

    read: bool
    hub: bool


def update_joins(unit: Unit) -> None:
    """Bring edges and creators up to date with what this transaction changed."""
    if not unit.relink:
        return
    accounts = set(unit.relink)
    while True:
        claims, said = _claims(unit, accounts), said_of(unit, accounts)
        around = accounts.union(*((claim.source, claim.target) for claim in claims), *said.same, *said.apart)
        stored = _stored_edges(unit, around)
        if not unit.lock(around):
            break
    if claims or stored or said.same or said.apart:
        beyond = around - accounts
        claims, said = claims | _claims(unit, beyond), said.with_more(said_of(unit, beyond))
        wanted = _wanted(unit, claims, around)
        wanted |= {(a, b, "operator"): "" for a, b in said.same}
        wanted = {edge: url for edge, url in wanted.items() if edge[:2] not in said.apart}
        _write_edges(unit, wanted, stored, said.apart)
        apply_edges(unit, around | {side for a, b, _ in stored for side in (a, b)})
    elif _regroup_needed(unit, accounts):
        apply_edges(unit, accounts)
    unit.relink.clear()


def _wanted(unit: Unit, claims: set[Claim], around: set[str]) -> dict[Edge, str]:
    """The edges of these accounts that their claims bear out."""
    candidates = {edge: url for edge, url in _edges(claims).items() if not around.isdisjoint(edge[:2])}
    sides = {side for a, b, _ in candidates for side in (a, b)}
    facts = _facts(unit, sides, claims | _claims(unit, sides - around))
    return {edge: url for edge, url in candidates.items() if _may_join(facts[edge[0]], facts[edge[1]])}


def _regroup_needed(unit: Unit, accounts: set[str]) -> bool:
    """Only merged accounts leave creators behind that no edge explains."""
    return bool(unit.fetch(_ABSORBED, sorted(accounts)))


def _claims(unit: Unit, accounts: Iterable[str]) -> set[Claim]:
    """Every claim that one of these accounts makes or that is made about it."""
    return {
        Claim(row.account_id, row.target, row.url, row.rel_me, row.verified, row.moved)
        for row in unit.fetch(_CLAIMS, sorted(accounts))
    }


def _facts(unit: Unit, accounts: Iterable[str], claims: Iterable[Claim]) -> Mapping[str, Facts]:
    """Whether each account was read, and whether it is a hub: more claim it than it names."""
    claims = list(claims)
    named = {(claim.source, claim.target) for claim in claims}
    one_way: defaultdict[str, set[str]] = defaultdict(set)
    for claim in claims:
        if not claim.moved and (claim.target, claim.source) not in named:
            one_way[claim.target].add(claim.source)
    ids = sorted(accounts)
    groups = {row.account_id for row in unit.fetch(_GROUPS, ids)}
    return {
        row.id: Facts(
            read=row.read, hub=len(one_way[row.id]) > MAX_ONE_WAY or is_link_hub(row.host) or row.id in groups
        )
        for row in unit.fetch(_READ, ids)
    }


def _may_join(first: Facts, second: Facts) -> bool:
    return first.read and second.read and not first.hub and not second.hub


def _edges(claims: Iterable[Claim]) -> dict[Edge, str]:
    """(a, b, kind) → evidence address of every edge that these claims would make."""
    by_pair: defaultdict[Pair, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_pair[min(claim.source, claim.target), max(claim.source, claim.target)].append(claim)
    edges: dict[Edge, str] = {}
    for (a, b), said in by_pair.items():
        me = [claim for claim in said if claim.rel_me]
        if len({claim.source for claim in me}) == 2:
            edges[a, b, "rel_me"] = min(claim.url for claim in me)
        for kind, strong in (("verified", [c for c in said if c.verified]), ("moved", [c for c in said if c.moved])):
            if strong:
                edges[a, b, kind] = min(claim.url for claim in strong)
    return edges


def _stored_edges(unit: Unit, accounts: Iterable[str]) -> set[Edge]:
    return {(row.a, row.b, row.kind) for row in unit.fetch(_EDGES, sorted(accounts))}


def _write_edges(unit: Unit, wanted: Mapping[Edge, str], stored: set[Edge], apart: frozenset[Pair]) -> None:
    edge = schema.join_edge
    for a, b, kind in sorted(stored):
        this = update(edge).where(edge.c.a == a, edge.c.b == b, edge.c.kind == kind)
        if (a, b, kind) in wanted:
            unit.connection.execute(this.where(edge.c.revoked.is_not(None)).values(revoked=None, revoked_by=None))
        else:
            why = "operator" if (a, b) in apart else "evidence"
            gone = this.where(edge.c.revoked.is_(None) | (edge.c.revoked_by != why))
            unit.connection.execute(gone.values(revoked=unit.now, revoked_by=why, applied=False))
    unit.insert(
        edge,
        [
            {"a": a, "b": b, "kind": kind, "evidence_url": url, "seen": unit.now}
            for (a, b, kind), url in sorted(wanted.items())
            if (a, b, kind) not in stored
        ],
    )
