"""Passages, or sentences, as the encoder has them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from retrieval.index import arrays
from retrieval.index.graph import Graph, Groups
from retrieval.index.scripts import Scripts
from retrieval.index.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Encoded:
    """The vectors of an index's passages, or of its sentences, and the scripts that those are in."""

    vectors: Vectors
    scripts: Scripts

    @classmethod
    def mapped(cls, path: Path, graph: Path, effort: int | None) -> Encoded:
        """Those of files which the caller has checked; without a graph where there is no `effort`."""
        held = arrays.mapped(path)
        found = None if effort is None else Graph.mapped(graph, effort, Groups.mapped(held))
        return cls(Vectors(held["rows"], found), Scripts(held["codes"], held["centres"]))
