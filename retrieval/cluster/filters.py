"""A reader's selection as an expression that Milvus compares, with the same outcome as `Selection.where`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence

from retrieval.cluster.tables import expression, quoted
from retrieval.index.selection import Selection

_LAST = "\U0010ffff"  # behind every other character
_PATTERN = frozenset("*?[")


def of(selection: Selection, names: Callable[[], Sequence[str]]) -> str:
    """An expression that is true of the passages and sentences that the selection leaves; empty for all.

    Patterns become names, of which `names` gives all: Milvus has none as a shell's are. What is a document's
    name is no pattern.
    """
    tests = []
    if selection.documents:
        tests.append(f"name in {expression(_fitting(selection.documents, names))}")
    if selection.publishers:
        tests.append(f"publisher in {expression(selection.publishers)}")
    # the shorter of two dates says how far they are compared: 2025-11 is since 2025-11-15, too
    if since := selection.since:
        shorter = expression(since[:end] for end in range(1, len(since)))
        tests.append(f"(date >= {quoted(since)} or date in {shorter})")
    if until := selection.until:
        tests.append(f'(date != "" and date < {quoted(until + _LAST)})')
    if selection.section:
        tests.append(f"section like {quoted(f'%{_literally(selection.section)}%')}")
    return " and ".join(tests)


def _fitting(wanted: Iterable[str], names: Callable[[], Sequence[str]]) -> list[str]:
    found = dict.fromkeys(wanted)
    if perhaps := [one for one in found if not _PATTERN.isdisjoint(one)]:
        held = names()
        with sqlite3.connect(":memory:") as connection:
            for pattern in (one for one in perhaps if one not in held):
                fits = connection.execute
                found |= dict.fromkeys(
                    name for name in held if fits("SELECT ? GLOB ?", (name, pattern)).fetchone()[0]
                )
        connection.close()
    return list(found)


def _literally(part: str) -> str:
    """A part of a text as `like` takes it: its own signs mean something there."""
    return "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in part)
