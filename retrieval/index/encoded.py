"""Passages, or sentences, as the encoder has them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from retrieval.index import arrays
from retrieval.index.graph import Graph
from retrieval.index.scripts import Scripts
from retrieval.index.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Encoded:
    """The vectors of an index's passages, or of its sentences, and the scripts that those are in."""

    vectors: Vectors
    scripts: Scripts

    @classmethod
    def mapped(cls, path: Path, graph: Graph | None) -> Encoded:
        """Those of a file, which the caller has checked."""
        held = arrays.mapped(path)
        return cls(Vectors(held["rows"], graph), Scripts(held["codes"], held["centres"]))
