"""Watches looked at: each saved search asked again, whom it shows anew, news sent to webhooks."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.asking import open_configured
from app.backup import WEBHOOK_KEY
from app.config import Config
from app.telling import Say
from app.webhooks import send
from base.errors import UserError
from catalog.store import Catalog
from catalog.watches import Delivery, Watch
from niche.overrides import Overrides
from search.engine import Engine
from search.results import Result, answer_json, iso_time

SHOWN: Final = 100  # creators of a saved search that are watched


_OPTIONS: Final = {  # names of the endpoint's parameters, and of ours where they differ
    "place": "places",
    "platform": "platforms",
    "kind": "kinds",
    "language": "languages",
    "radius": "radius_km",
    "active_within": "active_within_days",
}


class News(NamedTuple):
    """A result of a saved search, and since when the watch has shown it (None: it has not, yet)."""

    result: Result
    first_at: datetime | None
    is_new: bool  # whoever keeps the watch has not seen it


def overrides_of_watch(options: Mapping[str, Any]) -> Overrides:
    """The filters that a watch keeps, by the names of the endpoint's parameters."""
    values: dict[str, Any] = {
        _OPTIONS.get(name, name): tuple(value) if isinstance(value, list) else value for name, value in options.items()
    }
    return Overrides(**values)


def kept_options(overrides: Overrides) -> dict[str, Any]:
    """The other way round: what a watch keeps of the options that were given."""
    names = {option: name for name, option in _OPTIONS.items()}
    given = {field.name: getattr(overrides, field.name) for field in fields(overrides)}
    return {
        names.get(name, name): list(value) if isinstance(value, tuple) else value
        for name, value in given.items()
        if value not in (None, (), False)
    }


def begin(catalog: Catalog, engine: Engine, name: str, query: str, overrides: Overrides, *, webhook: str = "") -> Watch:
    """Save a search and look once, so that from now on it can tell who is new. Raises QueryError, BadList."""
    answer = engine.search(query, overrides=overrides, limit=SHOWN)  # what is not understood is said before it is kept
    watch = catalog.add_watch(name, query, kept_options(overrides), webhook=webhook)
    catalog.keep_matches(watch.id, [result.creator.id for result in answer.results])
    return catalog.one_watch(watch.id)


def news(catalog: Catalog, engine: Engine, watch: Watch) -> list[News]:
    """Ask a saved search again: the new ones first, then as ranked. Nothing is remembered.

    Raises QueryError and the like where its words or filters are no longer understood.
    """
    answer = engine.search(watch.query, overrides=overrides_of_watch(watch.options), limit=SHOWN)
    since = {one.creator_id: one.first_at for one in catalog.shown(watch.id)}
    told = [
        News(
            result, at := since.get(result.creator.id), watch.checked is not None and (at is None or at > watch.checked)
        )
        for result in answer.results
    ]
    return sorted(told, key=lambda one: not one.is_new)


def see(catalog: Catalog, engine: Engine, watch: Watch) -> list[News]:
    """``news``, and they are not new the next time: somebody has seen them."""
    told = news(catalog, engine, watch)
    catalog.keep_matches(watch.id, [one.result.creator.id for one in told], seen=True)
    return told


def look(catalog: Catalog, engine: Engine, watch: Watch) -> int:
    """Remember whom a saved search shows now, for its feed and its webhook, though nobody sees it; how many are new."""
    told = news(catalog, engine, watch)
    new = catalog.keep_matches(watch.id, [one.result.creator.id for one in told])
    return len(new) if watch.checked is not None else 0


def look_at_all(config: Config, catalog: Catalog, say: Say) -> None:
    """Look at every watch, as after the index has changed."""
    watches = catalog.watches()
    if not watches:
        return
    with open_configured(config) as engine:
        for watch in watches:
            try:
                new = look(catalog, engine, watch)
            except UserError as error:
                say(f"watch “{watch.name}”: {error}")
                continue
            if new:
                say(f"watch “{watch.name}”: {new} new")


def deliver(config: Config, catalog: Catalog, say: Say) -> None:
    """Send what is due to webhooks, signed; what does not arrive is tried again later."""
    due = catalog.due_deliveries()
    if not due:
        return
    with open_configured(config) as engine:
        for delivery in due:
            watch = catalog.one_watch(delivery.watch_id)
            body = payload(watch, delivery, engine)
            outcome, arrived = send(watch.webhook, body, signature(config.data, watch, body))
            catalog.delivered(delivery, outcome, arrived=arrived)
            say(f"webhook of watch “{watch.name}”: {outcome}")


def payload(watch: Watch, delivery: Delivery, engine: Engine) -> bytes:
    """What is sent: the watch, and those who are new and may still be shown."""
    shown = [creator_id for creator_id in delivery.creator_ids if engine.find(creator_id) is not None]
    creators = [json.loads(answer_json(engine.vet(creator_id).creator)) for creator_id in shown]
    value = {
        "delivery": delivery.id,
        "at": iso_time(delivery.at),
        "watch": {"id": watch.id, "name": watch.name, "query": watch.query},
        "creators": creators,
    }
    return json.dumps(value, ensure_ascii=False).encode()


def webhook_secret(data: Path, watch: Watch) -> str:
    """By which the receiver of a watch's news knows that they are ours; shown when a watch is made."""
    return hmac.new(_key(data), f"watch {watch.id} {watch.webhook}".encode(), hashlib.sha256).hexdigest()


def signature(data: Path, watch: Watch, body: bytes) -> str:
    """``sha256=`` and the hex digest of the body under the watch's secret."""
    secret = webhook_secret(data, watch).encode()
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def _key(data: Path) -> bytes:
    """The data folder's key for signing; made when it is first needed, for its owner alone."""
    file = data / WEBHOOK_KEY
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(handle, "wb") as out:
        key = secrets.token_bytes(32)
        out.write(key)
    return key
