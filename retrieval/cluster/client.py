"""The connection to Milvus: what is asked of it, and what goes wrong with it in one line.

pymilvus is imported only here, and only when a connection is made: it is installed apart.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.cluster.address import Address
from retrieval.errors import DamagedIndex, Unreachable, one_line

_INSTALL = "pip install -r requirements-milvus.txt"
# seconds: to connect, to answer, to write, to make a collection ready after a restart
_CONNECT, _ANSWER, _WORK, _READY = 5, 10, 120, 600
_OLDEST = (2, 5)  # the first Milvus that has BM25
_EFFORT = 512  # rows that a search for vectors keeps in view where its index is a graph
_MESSAGE = 8 << 20  # bytes; Milvus takes 64 MiB at once
_IN_A_QUERY = 1000  # numbers that one query names, and rows that it gives
# Milvus's codes for a collection that is not there, and for an alias; milvus-lite has one for both
_GONE, _NO_ALIAS = 100, (100, 1600)

Row = Mapping[str, Any]


class Client:
    """One server's collections. Methods raise Unreachable, and DamagedIndex where a collection is gone."""

    def __init__(self, address: Address) -> None:
        """Raises Unreachable where pymilvus is missing, or the server does not answer or is too old."""
        self.address = address
        for module, package in (("pymilvus", "pymilvus"), ("milvus_lite", "milvus-lite")):
            if (module == "pymilvus" or address.in_a_file) and find_spec(module) is None:
                raise Unreachable(f"{address}: {package} is not installed; install it: {_INSTALL}")
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what is wrong, is said in one line
        import pymilvus

        for name in ("pymilvus", "milvus_lite"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._kinds = pymilvus
        self._ready: set[str] = set()
        with self._said():
            self._client = pymilvus.MilvusClient(address.server, token=address.token, timeout=_CONNECT)
            version = self._client.get_server_version(timeout=_ANSWER)
        found = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
        if found < _OLDEST:
            raise Unreachable(f"{address}: Milvus {version} is too old; 2.5 or newer is needed")

    def collections(self) -> list[str]:
        """The names of all collections."""
        with self._said():
            return list(self._client.list_collections(timeout=_ANSWER))

    def named(self, alias: str) -> str | None:
        """The collection that an alias stands for; None where it stands for none."""
        with self._said():
            try:
                return str(self._client.describe_alias(alias, timeout=_ANSWER)["collection_name"])
            except self._kinds.MilvusException as error:
                if error.code not in _NO_ALIAS:
                    raise
        return None

    def name(self, alias: str, collection: str) -> None:
        """Let an alias stand for a collection, at once for everybody."""
        known = self.named(alias)
        with self._said():
            change = self._client.alter_alias if known else self._client.create_alias
            change(collection, alias, timeout=_ANSWER)

    def create(
        self, collection: str, schema: Any, indexes: Sequence[Mapping[str, Any]], level: str = "Bounded"
    ) -> None:
        """A collection with these indexes, each as `add_index` takes it, that can be asked. Where another
        machine has made it, or part of it, it is only completed. `level` is how new that is, in Milvus's
        words, which those who ask see.
        """
        try:
            with self._said():
                self._client.create_collection(
                    collection, schema=schema, consistency_level=level, timeout=_WORK
                )
        except Unreachable:
            if collection not in self.collections():
                raise
        with self._said():
            made = self._client.list_indexes(collection)
            wanted = self._client.prepare_index_params()
            for one in indexes:
                if one["field_name"] not in made:
                    wanted.add_index(index_name=one["field_name"], **one)
            if len(wanted):
                # not to be waited for: it looks only every half second, and there are no rows yet
                self._client.create_index(collection, wanted, timeout=_WORK, sync=False)
        self._ready.discard(collection)
        self._make_ready(collection)

    @property
    def types(self) -> Any:
        """pymilvus's types of fields."""
        return self._kinds.DataType

    def schema(self) -> Any:
        """A schema without fields yet, and with none but those that it is given."""
        return self._client.create_schema(auto_id=False, enable_dynamic_field=False)

    def bm25(self, texts: str, weights: str) -> Any:
        """What makes a field of weights, for BM25, of a field of texts."""
        kinds = self._kinds
        return kinds.Function(
            name="bm25",
            function_type=kinds.FunctionType.BM25,
            input_field_names=[texts],
            output_field_names=[weights],
        )

    def drop(self, collection: str) -> None:
        """Remove a collection with all that is in it."""
        with self._said():
            self._client.drop_collection(collection, timeout=_WORK)

    def insert(self, collection: str, rows: Iterable[Row]) -> None:
        """Add rows, as many at once as a message holds."""
        for some in _messages(rows):
            with self._said():
                self._client.insert(collection, some, timeout=_WORK)

    def delete(self, collection: str, expression: str) -> None:
        """Remove the rows of which the expression is true."""
        self._make_ready(collection)
        with self._said():
            self._client.delete(collection, filter=expression, timeout=_WORK)

    def settle(self, collection: str) -> None:
        """Put on the disk what was added."""
        with self._said():
            self._client.flush(collection, timeout=_WORK)

    def search(
        self,
        collection: str,
        field: str,
        asked: Iterable[object],
        count: int,
        expression: str,
        wanted: str = "id",
    ) -> list[list[int]]:
        """The `count` rows nearest to each of what is asked, best first; fewer where fewer are there. Of
        each row it is the number that is in its field `wanted`."""
        self._make_ready(collection)
        with self._said():
            found = self._client.search(
                collection,
                data=list(asked),
                anns_field=field,
                limit=count,
                filter=expression,
                output_fields=[wanted],
                search_params={"params": {"ef": _EFFORT} if field == "vector" else {}},
                timeout=_ANSWER,
            )
        return [[hit["entity"][wanted] if wanted != "id" else hit["id"] for hit in hits] for hits in found]

    def rows(self, collection: str, expression: str, fields: Sequence[str]) -> list[Row]:
        """Every row of which the expression is true, by its number."""
        found: list[Row] = []
        self._make_ready(collection)
        with self._said():
            pages = self._client.query_iterator(
                collection,
                batch_size=_IN_A_QUERY,
                filter=expression,
                output_fields=["id", *fields],
                timeout=_ANSWER,
            )
            while page := pages.next():
                found += page
            pages.close()
        return sorted(found, key=lambda row: row["id"])

    def numbered(self, collection: str, numbers: NDArray[np.int64], fields: Sequence[str]) -> list[Row]:
        """The rows with these numbers, as far as there are such, rising."""
        found: list[Row] = []
        self._make_ready(collection)
        with self._said():
            for start in range(0, len(numbers), _IN_A_QUERY):
                some = numbers[start : start + _IN_A_QUERY].tolist()
                found += self._client.query(
                    collection,
                    filter=f"id in {some}",
                    output_fields=["id", *fields],
                    timeout=_ANSWER,
                )
        return sorted(found, key=lambda row: row["id"])

    def count(self, collection: str, expression: str = "") -> int:
        """How many rows there are of which the expression is true; of all, where it is empty. It waits for
        all that was written before: who asks afterwards sees it, too."""
        self._make_ready(collection)
        with self._said():
            [found] = self._client.query(
                collection,
                filter=expression,
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=_ANSWER,
            )
        return int(found["count(*)"])

    def _make_ready(self, collection: str) -> None:
        """Let a collection be asked: milvus-lite forgets that it was, and so may a server that stopped."""
        if collection not in self._ready:
            with self._said():
                self._client.load_collection(collection, timeout=_READY)
            self._ready.add(collection)

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Say in one line what pymilvus raises."""
        from grpc import RpcError

        try:
            yield
        except self._kinds.MilvusException as error:
            if error.code == _GONE:
                raise DamagedIndex(
                    f"{self.address}: {_reason(error.message)}; it may have been built anew meanwhile: try "
                    "again, or build it"
                ) from None
            raise self._refused(error.message) from None
        except RpcError as error:
            raise self._refused(str(error)) from None

    def _refused(self, reason: object) -> Unreachable:
        remedy = "see that Milvus runs there, and that the address is right"
        if self.address.in_a_file:
            remedy = "see that its folder is there, and that no other process has it open"
        return Unreachable(f"{self.address}: {_reason(reason)}; {remedy}")


def _messages(rows: Iterable[Row]) -> Iterator[list[dict[str, Any]]]:
    """The rows, in lists that are no longer than a message."""
    held: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        # a character is four bytes at most, and so is each value of a vector
        own = sum(4 * len(value) for value in row.values() if isinstance(value, Sized))
        if held and size + own > _MESSAGE:
            yield held
            held, size = [], 0
        held.append(dict(row))
        size += own
    if held:
        yield held


def _reason(message: object) -> str:
    """The first line of what the server says."""
    return one_line(str(message).strip().split("\n")[0])[:300].rstrip(".;")
