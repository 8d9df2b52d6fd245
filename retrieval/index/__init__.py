"""The index on disk: built as a whole, switched to at once, never changed afterwards."""

from retrieval.index.build import BuildReport, Changes, Progress, build, changes
from retrieval.index.generation import Generation, current

__all__ = [
    "BuildReport",
    "Changes",
    "Generation",
    "Progress",
    "build",
    "changes",
    "current",
]
