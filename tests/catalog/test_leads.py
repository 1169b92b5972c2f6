"""Leads: kept without the forgotten, admitted like any link, expired after a month, and gone with their person."""

from typing import Any

import pytest

from catalog.identity import handle_alias, url_alias
from catalog.items import Alias, AliasKind, Link, Outcome
from catalog.leads import LEAD_LIFE, PLAN, Lead, LeadReport
from catalog.networks import NETWORKS, profile_alias, profile_at
from catalog.store import open_catalog
from tests.catalog.builders import World, account, made_older, result
from tests.catalog.test_consent import stored
from tests.catalog.test_forgetting import everything

LOOKUP = "https://pixel.example/api/v1/accounts/lookup?acct=mika"


def instagram(name: str = "mikabites", **more: Any) -> Lead:
    network = NETWORKS["instagram"]
    fields = {"alias": network.alias(name), "network": "instagram", "handle": name, "url": network.url(name)}
    return Lead(**({"relation": "follower"} | fields | more))


def fediverse(name: str = "mika", host: str = "pixel.example") -> Lead:
    return Lead(
        alias=handle_alias(name, host),
        network="fediverse",
        handle=f"{name}@{host}",
        url=f"https://{host}/@{name}",
        relation="following",
        link=Link(
            url=f"https://{host}/api/v1/accounts/lookup?acct={name}", source="mastodon", page="account", score=0.6
        ),
    )


def bare(name: str = "mikabites") -> Lead:
    return Lead(alias=Alias(AliasKind.HANDLE, name), network="", handle=name, url="", relation="listed")


def add(world: World, *leads: Lead, label: str = "found among your followers") -> LeadReport:
    return world.catalog.add_leads(leads, file_kind="a list", label=label)


def states(world: World) -> dict[str, str]:
    return {row.handle: row.state for row in world.catalog.leads()}


def test_leads_are_kept_once_and_what_can_be_read_becomes_a_task(world: World) -> None:
    first = add(world, instagram(), fediverse(), instagram())
    assert first == LeadReport(new=2, known=1, forgotten=0, to_read=1)
    assert states(world) == {"mikabites": "by hand", "mika@pixel.example": "waiting"}
    assert add(world, instagram(), fediverse()) == LeadReport(known=2)
    job = world.catalog.leads_job()
    assert job is not None
    lease = world.catalog.lease(job, "w")
    assert lease is not None
    assert [(task.url, task.source) for task in lease.tasks] == [(LOOKUP, "mastodon")]
    world.catalog.commit_page(result(lease.tasks[0], accounts=(account(),)))
    assert states(world)["mika@pixel.example"] == "read"
    [mika] = world.records()
    assert [(line.plan, line.seed) for line in mika.discovered_by] == [(PLAN, "found among your followers")]
    assert [row.creator_id for row in world.catalog.leads()] == [None, mika.id]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome.REFUSED, "refused"), (Outcome.ROBOTS, "refused"), (Outcome.GONE, "failed"), (Outcome.RETRY, "waiting")],
)
def test_what_became_of_a_lead(outcome: Outcome, state: str, world: World) -> None:
    add(world, fediverse())
    job = world.catalog.leads_job()
    assert job is not None
    lease = world.catalog.lease(job, "w")
    assert lease is not None
    world.catalog.commit_page(result(lease.tasks[0], outcome))
    assert states(world) == {"mika@pixel.example": state}


def test_somebody_known_another_way_is_said_to_be(world: World) -> None:
    world.page(account("mikabites", host="instagram.com"))
    add(world, instagram())
    assert states(world) == {"mikabites": "known"}


def test_leads_expire_with_what_was_to_be_fetched(world: World) -> None:
    add(world, fediverse(), fediverse("noor"), instagram())
    world.clock.later(days=LEAD_LIFE.days - 1)
    add(world, fediverse("noor"))  # imported again: stays for longer
    world.clock.later(days=1)
    assert states(world) == {"noor@pixel.example": "waiting"}  # before anything was deleted, too
    assert world.catalog.expire_leads() == 2
    assert world.catalog.expire_leads() == 0
    traces = stored(world)
    assert b"mikabites" not in traces
    assert b"acct=mika" not in traces
    assert b"acct=noor" in traces


def test_an_address_that_others_speak_of_outlives_the_lead(world: World) -> None:
    add(world, fediverse())
    world.page(account("noor"), links=(Link(url=LOOKUP, source="mastodon", page="account"),))
    world.clock.later(days=LEAD_LIFE.days)
    world.catalog.expire_leads()
    assert LOOKUP in world.catalog.canonical_dump()


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        (instagram(), "mikabites@instagram.com"),
        (instagram(), "https://www.instagram.com/MikaBites"),
        (instagram(), "https://instagram.com/mikabites/?hl=en"),
        (fediverse(), "@mika@pixel.example"),
        (fediverse(), "https://pixel.example/@mika"),
        (bare(), "mikabites@instagram.com"),
        (
            Lead(
                alias=url_alias("https://mika.example/feed"),
                also=(url_alias("https://mika.example/"),),
                network="feed",
                handle="",
                url="https://mika.example/feed",
                relation="listed",
                link=Link(url="https://mika.example/feed", source="feed", page="feed"),
            ),
            "https://mika.example/",
        ),
        (
            Lead(
                alias=Alias(AliasKind.DID, "did:plc:mikamikamika"),
                also=(NETWORKS["bluesky"].alias("mika.bsky.social"),),
                network="bluesky",
                handle="mika.bsky.social",
                url="https://bsky.app/profile/mika.bsky.social",
                relation="follower",
            ),
            "https://bsky.app/profile/mika.bsky.social",
        ),
    ],
)
@pytest.mark.parametrize("order", ["import, forget", "forget, import"])
def test_the_forgotten_are_no_leads_whichever_came_first(lead: Lead, name: str, order: str, world: World) -> None:
    neighbours = (fediverse("mikael"), instagram("mikabites2"))
    if order == "import, forget":
        add(world, lead, *neighbours)
        assert b"mika" in everything(world).replace(b"mikael", b"").replace(b"mikabites2", b"")
        world.catalog.forget(name, reference="letter")
    else:
        world.catalog.forget(name, reference="letter")
        assert add(world, lead, *neighbours) == LeadReport(new=2, forgotten=1, to_read=1)
    left = everything(world).replace(b"mikael", b"").replace(b"mikabites2", b"")
    assert b"mika" not in left
    assert add(world, lead).forgotten == 1
    assert len(states(world)) == 2


def test_a_creator_who_was_a_lead_is_forgotten_with_the_lead(world: World) -> None:
    add(world, fediverse())
    world.page(account())
    world.catalog.forget("mika@pixel.example", reference="letter")
    assert states(world) == {}
    assert b"mika" not in everything(world)


def test_leads_join_a_discovery_once(world: World) -> None:
    add(world, fediverse(), label="found among your followers (x)")
    job = world.catalog.start_job("sushi", [])
    link = Link(url=LOOKUP, source="mastodon", page="account", score=0.9)
    assert world.catalog.admit_leads(job, [("found among your followers (x)", link)]) == 1
    assert world.catalog.admit_leads(job, [("found among your followers (x)", link)]) == 0
    world.catalog.forget("mika@pixel.example", reference="letter")
    lookup_of_profile = Link(url="https://pixel.example/@mika", source="page", page="page")
    assert world.catalog.admit_leads(job, [("again", lookup_of_profile)]) in (0, 1)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.instagram.com/Mika.Bites/", "mika.bites@instagram.com"),
        ("https://www.instagram.com/_u/mikabites", "mikabites@instagram.com"),
        ("https://twitter.com/Mika", "mika@x.com"),
        ("https://m.tiktok.com/@mika", "mika@tiktok.com"),
        ("https://www.instagram.com/p/Cx12/", None),
        ("https://www.instagram.com/explore", None),
        ("https://x.com/home", None),
        ("https://pixel.example/@mika", None),
        ("no address", None),
    ],
)
def test_profile_addresses(url: str, name: str | None) -> None:
    found = profile_alias(url)
    assert (found and found.value) == name
    assert (profile_at(url) is None) == (name is None)


def test_a_catalog_from_before_leads_gets_them(world: World) -> None:
    world.page(account())
    made_older(world, "0003")
    with open_catalog(world.place, clock=world.clock) as catalog:
        assert catalog.add_leads([instagram()], file_kind="a list", label="found").new == 1
