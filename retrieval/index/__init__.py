"""The index on disk: built as a whole, switched to at once, never changed afterwards."""

from retrieval.index.build import BuildReport, Changes, build, changes
from retrieval.index.generation import Generation, current
from retrieval.index.making import Progress

__all__ = [
    "BuildReport",
    "Changes",
    "Generation",
    "Progress",
    "build",
    "changes",
    "current",
]
