"""Editions on the server: which physical indices there are, which one readers open, switching between them.

Numbers are never used twice. What a switch replaced stays, for going back, until it is dropped.
"""

from dataclasses import dataclass
from typing import Any

from indexer.backends.elastic import mapping
from indexer.backends.elastic.client import Cluster
from indexer.editions import REBUILD, SCHEMA_VERSION, Manifest
from indexer.errors import IndexLocked, IndexMismatch, IndexMissing

Json = dict[str, Any]

ROLES = ("creators", "posts")


@dataclass(frozen=True, slots=True)
class Edition:
    """Two physical indices that belong together."""

    prefix: str
    manifest: Manifest
    number: int

    @property
    def creators(self) -> str:
        """Physical name."""
        return mapping.physical_name(self.prefix, "creators", self.manifest, self.number)

    @property
    def posts(self) -> str:
        """Physical name."""
        return mapping.physical_name(self.prefix, "posts", self.manifest, self.number)

    @property
    def names(self) -> tuple[str, str]:
        """Both physical names."""
        return self.creators, self.posts


def writing_alias(physical: str) -> str:
    """The alias through which an index is written."""
    return f"{physical}.writing"


def current(cluster: Cluster) -> Edition:
    """The edition that readers open. Raises IndexMissing, IndexMismatch (of another schema)."""
    prefix = cluster.address.prefix
    for name, about in cluster.indices(f"{prefix}-creators,{prefix}-posts").items():
        manifest = mapping.manifest_of(about["mappings"]["_meta"])
        if not mapping.is_readable(manifest):
            raise IndexMismatch(
                f"the search index at {cluster.address} has schema {manifest.schema_version}, this program reads "
                f"{SCHEMA_VERSION}; {REBUILD}"
            )
        return Edition(prefix, manifest, mapping.number_of(name))
    raise IndexMissing(f"there is no search index at {cluster.address} yet; run: nichescout index build")


def all_editions(cluster: Cluster) -> list[Edition]:
    """Every edition of the prefix, also unfinished ones, oldest first."""
    prefix = cluster.address.prefix
    found = {}
    for name, about in cluster.indices(f"{prefix}-creators-v*,{prefix}-posts-v*").items():
        edition = Edition(prefix, mapping.manifest_of(about["mappings"]["_meta"]), mapping.number_of(name))
        if name in edition.names:
            found[edition.number] = edition
    return [found[number] for number in sorted(found)]


def found(cluster: Cluster, manifest: Manifest, shards: int) -> Edition:
    """A new, empty edition that no reader sees. Raises IndexLocked when somebody else is founding one just now."""
    number = max((edition.number for edition in all_editions(cluster)), default=0) + 1
    edition = Edition(cluster.address.prefix, manifest, number)
    for name, fields in (
        (edition.creators, mapping.creators_mapping(manifest)),
        (edition.posts, mapping.posts_mapping(manifest)),
    ):
        if not cluster.create(name, writing_alias(name), fields, mapping.settings(shards)):
            raise IndexLocked(f"another build is making an index at {cluster.address} just now; run it again")
    return edition


def replaces_another(cluster: Cluster, edition: Edition) -> bool:
    """Whether readers open another edition now."""
    prefix = cluster.address.prefix
    return any(name not in edition.names for name in cluster.indices(f"{prefix}-creators,{prefix}-posts"))


def publish(cluster: Cluster, edition: Edition) -> None:
    """Make it the one that readers open, both indices in one step; what was there stays."""
    prefix = cluster.address.prefix
    for name in edition.names:
        cluster.set(name, mapping.live_settings())
    actions: list[Json] = []
    for role, name in zip(ROLES, edition.names, strict=True):
        alias = f"{prefix}-{role}"
        replaced = [other for other in cluster.indices(alias) if other != name]
        actions += [{"remove": {"index": other, "alias": alias}} for other in replaced]
        actions.append({"add": {"index": name, "alias": alias}})
    cluster.switch(actions)


def others(cluster: Cluster, keep: Edition | None) -> list[Edition]:
    """All editions but one, oldest first."""
    return [edition for edition in all_editions(cluster) if keep is None or edition.number != keep.number]
