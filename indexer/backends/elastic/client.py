"""The only module that talks to the server, by the official client; what goes wrong is told by ``troubles.py``.

An answer that is not whole (a shard failed, the time was up) is an error: nobody gets fewer results without being
told. Every request has a time limit.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple

import elastic_transport
import elasticsearch
import orjson
from elasticsearch import BadRequestError, Elasticsearch, JsonSerializer, helpers

from base.ahead import ahead
from indexer.backends.elastic.address import Access, Address
from indexer.backends.elastic.troubles import StateGone, causes, not_written, reason, told
from indexer.errors import IndexUnavailable

Json = dict[str, Any]

SEARCH_SECONDS: Final = 10.0  # a query that takes longer is an error
WRITE_SECONDS: Final = 120.0
KEEP: Final = "5m"  # how long a reader's state lives after its last question
_SERVER_SECONDS: Final = 8  # the server gives up before the client does, and says so
_RETRIES: Final = 2
_ITEM_RETRIES: Final = 6  # of one document that the server was too busy for
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0  # seconds between those
_LEASE_SECONDS: Final = 180.0
_CHUNK: Final = 500  # documents, at most
_CHUNK_BYTES: Final = 8 << 20
_AHEAD: Final = 6  # batches of a hundred: a request's, and one more
_CONFLICT: Final = 409  # a newer version is there: as good as done


class Written(NamedTuple):
    """What a bulk request left undone because something newer was there already."""

    outdated: frozenset[str]  # ids


class _Answers(JsonSerializer):
    """Reads answers by orjson, which takes half the time; it would refuse to write halves of characters."""

    def json_loads(self, data: bytes) -> Any:
        return orjson.loads(data)


class Cluster:
    """A connection to one cluster; no request is made before the first method call."""

    def __init__(self, address: Address, access: Access) -> None:
        self.address = address
        secure: Json = {}
        if access.ca is not None:
            secure["ca_certs"] = str(access.ca)
        if access.fingerprint is not None:
            secure["ssl_assert_fingerprint"] = access.fingerprint
            secure["verify_certs"] = access.ca is not None  # the fingerprint is what is trusted
            secure["ssl_show_warn"] = False
        self._client = Elasticsearch(
            address.url,
            api_key=access.api_key,
            serializer=_Answers(),
            max_retries=_RETRIES,
            retry_on_status=(502, 503, 504),
            retry_backoff_base=0.1,
            retry_backoff_cap=1.0,
            **secure,
        )
        self._searching = self._client.options(request_timeout=SEARCH_SECONDS)
        self._writing = self._client.options(request_timeout=WRITE_SECONDS, retry_on_timeout=True)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    # Searching

    def open_state(self, index: str) -> str:
        """A name for the present content of an index, all shards of it; always answered by the same copies."""
        with self._told():
            answer = self._searching.open_point_in_time(
                index=index, keep_alive=KEEP, allow_partial_search_results=False
            )
        return str(answer["id"])

    def close_state(self, name: str) -> None:
        """Let go of it; no error where the server is gone."""
        try:
            self._searching.options(max_retries=0, request_timeout=2.0, ignore_status=404).close_point_in_time(id=name)
        except (elastic_transport.TransportError, elasticsearch.ApiError):
            return  # it goes by itself after KEEP

    def search(self, requests: Sequence[tuple[str, Json]]) -> list[Json]:
        """Ask several things of states in one request; answers in the same order.

        Raises StateGone, IndexUnavailable (also for an answer that is not whole).
        """
        searches: list[Json] = []
        for state, request in requests:
            searches.append({"search_type": "dfs_query_then_fetch", "allow_partial_search_results": False})
            searches.append({**request, "pit": {"id": state, "keep_alive": KEEP}, "timeout": f"{_SERVER_SECONDS}s"})
        with self._told():
            answers: list[Json] = self._searching.msearch(searches=searches)["responses"]
        for answer in answers:
            self._check(answer)
        return answers

    def _check(self, answer: Mapping[str, Any]) -> None:
        if "error" in answer:
            kinds = {cause.get("type") for cause in causes(answer["error"])}
            if "search_context_missing_exception" in kinds or "no_shard_available_action_exception" in kinds:
                raise StateGone
            raise IndexUnavailable(
                f"the search server at {self.address.url} could not search: {reason(answer['error'])}"
            )
        failed = answer["_shards"]["failed"]
        if answer["timed_out"] or failed:
            what = (
                f"{failed} of {answer['_shards']['total']} parts of the index failed"
                if failed
                else "it ran out of time"
            )
            raise IndexUnavailable(f"the search server at {self.address.url} answered only in part: {what}; try again")

    # Documents

    def held(self, index: str, ids: Sequence[str], fields: Sequence[str], *, patient: bool = True) -> dict[str, Json]:
        """Of those that exist: index, version and stored fields, as of now. Raises IndexMissing, IndexUnavailable."""
        if not ids:
            return {}
        with self._told():
            client = self._writing if patient else self._searching
            answer = client.mget(index=index, ids=list(ids), stored_fields=list(fields), source=False)
        found = {}
        for document in answer["docs"]:
            if "error" in document:
                raise IndexUnavailable(f"the search server at {self.address.url}: {reason(document['error'])}")
            if document["found"]:
                found[str(document["_id"])] = document
        return found

    def write(self, actions: Iterable[Json]) -> Written:
        """Send documents in chunks of bounded size; those that the server was too busy for again, later and later.

        Raises IndexUnavailable when something could not be written at last.
        """
        outdated = set()
        with self._told():
            for done, items in helpers.streaming_bulk(
                self._writing,
                ahead(actions, batches=_AHEAD),  # the next request's are made while the server takes these
                chunk_size=_CHUNK,
                max_chunk_bytes=_CHUNK_BYTES,
                raise_on_error=False,  # with True nothing is tried again (elasticsearch-py issue 864)
                raise_on_exception=True,
                max_retries=_ITEM_RETRIES,
                initial_backoff=_FIRST_PAUSE,
                max_backoff=_LONGEST_PAUSE,
                retry_on_status=(429, 503),
                yield_ok=False,
                require_alias=True,  # an index that was deleted meanwhile is not made anew by its first document
            ):
                item = next(iter(items.values()))
                if not done and item["status"] == _CONFLICT:
                    outdated.add(str(item["_id"]))
                elif not done:
                    raise IndexUnavailable(not_written(self.address, item))
        return Written(frozenset(outdated))

    def put_state(self, index: str, document: Json, seen: tuple[int, int] | None, key: str) -> bool:
        """Write the state document if nobody wrote it since ``seen`` (None: if there is none); False otherwise."""
        only_if: Json = {"op_type": "create"} if seen is None else {"if_seq_no": seen[0], "if_primary_term": seen[1]}
        with self._told():
            # Not tried again by itself: a second try would meet the first one's success and call it somebody else's.
            answer = self._writing.options(max_retries=0, retry_on_timeout=False, ignore_status=_CONFLICT).index(
                index=index, id=key, document=document, **only_if
            )
        return answer.meta.status != _CONFLICT

    # Indices

    def indices(self, names: str) -> dict[str, Json]:
        """Physical name → its mapping and aliases, of everything that a name, list or pattern stands for."""
        with self._told():
            answer = self._searching.options(ignore_status=404).indices.get(
                index=names, features=["mappings", "aliases"], expand_wildcards="open"
            )
        return {} if answer.meta.status == 404 else dict(answer.body)

    def identity(self, index: str) -> str:
        """What the server calls an index and nothing else, another one of the same name included; "": there is none."""
        with self._told():
            answer = self._searching.options(ignore_status=404).indices.get_settings(index=index, name="index.uuid")
        return "" if answer.meta.status == 404 else str(answer[index]["settings"]["index"]["uuid"])

    def create(self, index: str, alias: str, mappings: Json, settings: Json) -> bool:
        """A new index under a physical name, with an alias of its own for writing; False: there is one."""
        with self._told():
            answer = self._writing.options(ignore_status=400).indices.create(
                index=index, mappings=mappings, settings=settings, aliases={alias: {}}
            )
            if answer.meta.status == 400 and not _is_there(answer.body):
                raise BadRequestError(str(answer.body), answer.meta, answer.body)
        return answer.meta.status != 400

    def switch(self, actions: Sequence[Json]) -> None:
        """Change aliases, all in one step."""
        with self._told():
            self._writing.indices.update_aliases(actions=list(actions))

    def drop(self, names: Iterable[str]) -> None:
        """Delete indices; those that are gone already are no error."""
        for name in names:
            with self._told():
                self._writing.options(ignore_status=404).indices.delete(index=name)

    def set(self, index: str, settings: Json) -> None:
        """Change settings of an index."""
        with self._told():
            self._writing.indices.put_settings(index=index, settings=settings)

    def refresh(self, index: str) -> None:
        """Show everything that was written to every later search."""
        with self._told():
            answer = self._writing.indices.refresh(index=index)
        if answer["_shards"]["failed"]:
            raise IndexUnavailable(f"{answer['_shards']['failed']} parts of the index at {self.address} do not answer")

    def expunge(self, index: str) -> None:
        """Write anew what still holds a deleted document. As long as it takes: half a minute at least.

        A shard keeps what was deleted for a copy that may have to catch up, for half a day, and looks whether it
        still must every half minute. Raises IndexUnavailable when it goes on keeping it.
        """
        patient = self._client.options(request_timeout=24 * 3600.0)
        with self._told():
            patient.indices.put_settings(index=index, settings={"soft_deletes.retention_lease.period": "1ms"})
            try:
                self._wait_for_leases(index)
                patient.indices.flush(index=index, force=True, wait_if_ongoing=True)
                patient.indices.forcemerge(index=index, only_expunge_deletes=True)
                patient.indices.flush(index=index, force=True, wait_if_ongoing=True)
            finally:
                patient.indices.put_settings(index=index, settings={"soft_deletes.retention_lease.period": None})

    def _wait_for_leases(self, index: str) -> None:
        deadline = time.monotonic() + _LEASE_SECONDS
        while time.monotonic() < deadline:
            answer = self._searching.indices.stats(index=index, level="shards", metric="docs")
            copies = [
                copy for about in answer["indices"].values() for each in about["shards"].values() for copy in each
            ]
            if all(
                lease["retaining_seq_no"] > copy["seq_no"]["global_checkpoint"]
                for copy in copies
                for lease in copy["retention_leases"]["leases"]
            ):
                return
            time.sleep(0.5)
        raise IndexUnavailable(
            f"the index at {self.address} still keeps what was deleted, for a copy that is not there; "
            "when the cluster is green again, run: nichescout index build"
        )

    def version(self) -> str:
        """The server's version, by a request that a bare node answers too."""
        with self._told():
            answer = self._searching.nodes.info(node_id="_local", metric="http")
        return ", ".join(sorted({str(node["version"]) for node in answer["nodes"].values()}))

    def health(self) -> Json:
        """Of our indices: "status" and unassigned shards."""
        with self._told():
            answer = self._searching.cluster.health(index=f"{self.address.prefix}-*", timeout="2s")
        return dict(answer.body)

    def size(self) -> int:
        """Bytes on the disks of the cluster, copies and older editions included."""
        with self._told():
            answer = self._searching.indices.stats(index=f"{self.address.prefix}-*", metric="store")
        return int(answer["_all"]["total"]["store"]["size_in_bytes"])

    def _told(self) -> AbstractContextManager[None]:
        return told(self.address)


def _is_there(answer: Json) -> bool:
    return any(cause.get("type") == "resource_already_exists_exception" for cause in causes(answer.get("error")))
