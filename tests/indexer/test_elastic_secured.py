"""A node that wants certificates and keys: what is trusted, what the documented roles may do."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.backends.elastic.opening import describe, drop_older, open_for_reading, open_for_writing, open_new_edition
from indexer.errors import IndexUnavailable
from indexer.locations import Server
from tests.conftest import started_or_skipped
from tests.indexer.test_elastic import MODEL, filled, names_found
from tests.indexer.worlds import DIMENSION, creator
from tests.services.secured import KeyProxy, SecuredNode

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredNode]:
    def start() -> SecuredNode:
        made = SecuredNode(f"secured-{tmp_path_factory.getbasetemp().name}")
        made.start()
        return made

    made = started_or_skipped(start)
    yield made
    made.stop()
    shutil.rmtree(made.data)


@pytest.fixture(scope="module")
def proxy(node: SecuredNode) -> Iterator[KeyProxy]:
    made = KeyProxy(node)
    yield made
    made.close()


def place(address: str, folder: Path, **access: object) -> Server:
    file = folder / f"access-{len(list(folder.glob('access-*')))}.toml"
    file.write_text("".join(f'{name} = "{value}"\n' for name, value in access.items()))
    file.chmod(0o600)
    return Server(f"{address}/scout", folder / "remote", file)


def test_keys_with_the_documented_roles_do_their_work_and_no_more(
    node: SecuredNode, proxy: KeyProxy, tmp_path: Path
) -> None:
    builds = place(proxy.address, tmp_path, ca=node.ca, api_key="builder-key")
    searches = place(proxy.address, tmp_path, fingerprint=node.fingerprint, api_key="searcher-key")
    filled(builds, [creator("one", ["sushi"]), creator("gone", ["sushi"])])
    fresh = open_new_edition(builds, model=MODEL, dimension=DIMENSION)
    fresh.upsert([creator("one", ["sushi"])])
    fresh.commit_parts({3: 7})
    fresh.commit(epoch="e", seq=9)
    fresh.publish()
    fresh.close()
    assert drop_older(builds) == 1
    assert describe(builds).startswith("Elasticsearch 9.")

    reader = open_for_reading(searches)
    reader.refresh()
    assert names_found(reader, "sushi") == ["one"]
    reader.close()
    with pytest.raises(IndexUnavailable, match="API key may not do this"):
        filled(searches._replace(folder=tmp_path / "elsewhere"), [creator("two", ["sushi"])])
    with pytest.raises(IndexUnavailable, match="API key may not do this"):
        open_for_reading(searches._replace(address=f"{proxy.address}/another"))


@pytest.mark.parametrize(
    ("access", "told"),
    [
        ({}, "is not trusted"),
        ({"fingerprint": "ab" * 32}, "is not trusted"),
        ({"ca": True}, "wants a valid API key: set NICHESCOUT_INDEX_API_KEY"),
        ({"ca": True, "api_key": "dXNlcjpub2JvZHk="}, "wants a valid API key"),
    ],
)
def test_what_a_node_refuses_is_told_in_words(
    node: SecuredNode, tmp_path: Path, access: dict[str, object], told: str
) -> None:
    """By the node itself."""
    given = {name: node.ca if name == "ca" else value for name, value in access.items()}
    with pytest.raises(IndexUnavailable, match=told):
        open_for_writing(
            place(node.address.replace("http:", "https:"), tmp_path, **given), model=MODEL, dimension=DIMENSION
        )
