"""Creators a second of place reading, over generated creators, or those of a collection with real ways to write.

python -m benchmarks.speed.places [--evaldata FOLDER] [--json FILE]

How well it reads is measured by ``benchmarks.places``. Budget: 2,000 creators/s, each with its newest posts, once the
tables are loaded (over the collection local-dev, where it is given).
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.places import texts_of
from benchmarks.speed.figures import Figure, tell
from benchmarks.speed.made_up import MadeUpCatalog
from catalog.records import CreatorRecord
from places.gazetteer import open_gazetteer
from places.model import PlaceText
from places.read import read_places

_CREATORS: Final = 1000
_COLLECTION: Final = "local-dev"
_PASSES: Final = 3


def main(evaldata: Path | None, file: Path | None) -> int:
    name = _COLLECTION if evaldata else "generated creators"
    texts = list(texts_of(evaldata / _COLLECTION).values()) if evaldata else _generated()
    started = time.process_time()
    with open_gazetteer() as gazetteer:
        read_places(texts[0], gazetteer)
        loading = time.process_time() - started
        seconds = []
        for _ in range(_PASSES):
            started = time.process_time()
            for each in texts:
                read_places(each, gazetteer)
            seconds.append(time.process_time() - started)
    figures = [
        Figure(
            f"places of {len(texts):,} creators ({name})", len(texts) / min(seconds), "creators/s", 2000, at_least=True
        ),
        Figure("texts of them", sum(map(len, texts)) / min(seconds), "texts/s"),
        Figure("loading the tables", loading, "s"),
    ]
    return tell(figures, file)


def _generated() -> list[Sequence[PlaceText]]:
    catalog = MadeUpCatalog(_CREATORS, 10)
    return [_texts(record) for record in catalog.creators(catalog.creator_ids()).values()]


def _texts(record: CreatorRecord) -> list[PlaceText]:
    (account,) = record.accounts
    own = {"location": account.location, "bio": account.bio, "name": account.name, "handle": account.handle}
    texts = [PlaceText(kind=kind, text=text) for kind, text in own.items()]  # type: ignore[arg-type]
    for post in record.posts:
        texts += [PlaceText(kind="tag", text=tag) for tag in post.tags]
        texts.append(PlaceText(kind="post", text=f"{post.title}\n{post.text}"))
    return texts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Speed of place reading.")
    parser.add_argument("--evaldata", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sys.exit(main(given.evaldata, given.json))
