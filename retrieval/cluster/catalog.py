"""The documents of an index in Milvus, as `index/catalog.py` has those of one in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from retrieval.cluster import filters, tables
from retrieval.cluster.builds import Build
from retrieval.cluster.client import Client, Row
from retrieval.cluster.tables import DOCUMENTS, PASSAGES, PIECES
from retrieval.documents import Document
from retrieval.documents.document import Metadata
from retrieval.index.catalog import Holding
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.passages import Passage

_REMEMBERED = 20_000  # passages
_FIELDS = ("document", "own", "twin_of")


@dataclass(frozen=True, slots=True)
class _Known:
    """A passage as its row has it, with its document's number, and the numbers of its twins."""

    document: int
    own: str
    twins: tuple[int, ...]


class ClusterCatalog:
    """What a build has. Its documents' names and what they say of themselves are asked for once."""

    trouble = None  # only a whole build answers

    def __init__(self, client: Client, build: Build) -> None:
        self._client, self._build = client, build
        self._known: dict[int, _Known] = {}

    def names(self) -> list[str]:
        """The documents' names, in the order of their files, as one machine would have them."""
        return [one.name for one in self.holdings()]

    def sources(self, selection: Selection = EVERYTHING) -> list[tuple[str, Metadata]]:
        """The documents of which the selection leaves a passage: name and metadata, in order."""
        held = [(one.name, one.metadata) for one in self.holdings()]
        if selection == EVERYTHING:
            return held
        # which headings there are, only passages know
        kind = PASSAGES if selection.section else DOCUMENTS
        found = self._client.rows(self._of(kind), self.expression(selection), ("name",))
        left = {row["name"] for row in found}
        return [(name, metadata) for name, metadata in held if name in left]

    def holdings(self) -> list[Holding]:
        """Every document with its size and what is wrong with it, in order."""
        return [one for _, one in self._listed]

    def sections(self, document: str) -> list[tuple[str, ...]]:
        """The headings above each of a document's passages, in order."""
        return [passage.section for passage in self.passages(document)]

    def document(self, name: str) -> Document | None:
        """The document called `name`, as it was when it was indexed."""
        number = self._numbers.get(name)
        if number is None:
            return None
        found = self._client.rows(self._of(PIECES), f"document == {number}", ("data",))
        return tables.document("".join(row["data"] for row in found))

    def passage(self, number: int) -> tuple[Metadata, Passage]:
        """The passage `number`, and what its document says of itself. Raises IndexError without one."""
        found = self._looked_up(number)
        return self._metadata[found.document], tables.passage(found.own)

    def passages(self, document: str) -> Iterator[Passage]:
        """Those of one document, in order."""
        where = f"document == {self._numbers.get(document, -1)}"
        for row in self._client.rows(self._of(PASSAGES), where, ("own",)):
            yield tables.passage(row["own"])

    def numbered(self) -> Iterator[tuple[int, Passage]]:
        """Every passage with its number, in the numbers' order."""
        for row in self._client.rows(self._of(PASSAGES), "id >= 0", ("own",)):
            yield row["id"], tables.passage(row["own"])

    def twins(self, number: int) -> list[int]:
        """The other passages with the text of passage `number`, or nearly, in order."""
        return list(self._looked_up(number).twins)

    def expression(self, selection: Selection) -> str:
        """The selection as an expression, true of passages and sentences; empty for all."""
        return filters.of(selection, self.names)

    def remember(self, rows: Iterable[Row], alike: Mapping[int, int]) -> None:
        """Keep passages that will be asked for, of rows that have `id`, `document`, `own` and `twin_of`.

        `alike` are those whose twin is in another share: the first that each is a twin of.
        """
        self._keep(self._made(rows, alike))

    def _keep(self, made: dict[int, _Known]) -> dict[int, _Known]:
        known = self._known if len(self._known) < _REMEMBERED else {}
        self._known = {**known, **made}  # other threads go on with what they had
        return made

    def _made(self, rows: Iterable[Row], alike: Mapping[int, int]) -> dict[int, _Known]:
        own = {row["id"]: row for row in rows}
        groups: dict[int, set[int]] = {}
        firsts = {number: alike.get(row["twin_of"], row["twin_of"]) for number, row in own.items()}
        for number, first in self._twins({row["twin_of"] for row in own.values()}).items():
            groups.setdefault(alike.get(first, first), set()).add(number)
        made = {}
        for number, row in own.items():
            before = known.twins if (known := self._known.get(number)) else ()
            twins = sorted(groups[firsts[number]].union(before) - {number})
            made[number] = _Known(row["document"], row["own"], tuple(twins))
        return made

    def _twins(self, firsts: Iterable[int]) -> dict[int, int]:
        """All passages that are twins of these, themselves included: the first of each."""
        found = self._client.rows(self._of(PASSAGES), f"twin_of in {sorted(firsts)}", ("twin_of",))
        return {row["id"]: row["twin_of"] for row in found}

    def _looked_up(self, number: int) -> _Known:
        if known := self._known.get(number):
            return known
        found = self._client.numbered(self._of(PASSAGES), np.array([number]), _FIELDS)
        if not found:
            raise IndexError(f"no passage {number}")
        # with all that say the same: whoever asks for one names them together
        alike = self._client.rows(self._of(PASSAGES), f"twin_of == {found[0]['twin_of']}", _FIELDS)
        return self._keep(self._made(alike, {}))[number]

    def _of(self, kind: str) -> str:
        return self._build.collection(kind)

    @cached_property
    def _listed(self) -> list[tuple[int, Holding]]:
        fields = ("name", "file", "metadata", "size", "passages", "flawed")
        found = self._client.rows(self._of(DOCUMENTS), "id >= 0", fields)
        # a file is in one share, so its documents stand in their order
        return [
            (
                row["id"],
                Holding(
                    row["name"],
                    tables.metadata(row["metadata"]),
                    row["size"],
                    row["passages"],
                    row["flawed"],
                ),
            )
            for row in sorted(found, key=lambda row: (row["file"], row["id"]))
        ]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {one.name: number for number, one in self._listed}

    @cached_property
    def _metadata(self) -> dict[int, Metadata]:
        return {number: one.metadata for number, one in self._listed}
