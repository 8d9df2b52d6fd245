"""Vectors that need not be made again: those of the index, and those of a build that was broken off.

A text is known by a digest of itself. A build writes each vector down as soon as it has it, in a file
beside the generations; the next one of the same model goes on from there, however this one ended. A
record has a checksum, and one that is torn or damaged is encoded again.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import Encoder
from retrieval.errors import NoIndex
from retrieval.index import arrays, durable, generation
from retrieval.index.vectors import Rows

_UNFINISHED = "unfinished-*.vectors"

Keys = NDArray[np.uint64]
"""uint64 (n, 2): a digest of each of n texts."""


def keys_of(texts: Sequence[str]) -> Keys:
    """What the texts are known by."""
    digests = (hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts)
    return np.frombuffer(b"".join(digests), "<u8").reshape(-1, 2)


def forget(index: Path) -> None:
    """Remove what unfinished builds have written down: a finished one has it all."""
    for path in index.glob(_UNFINISHED):
        with suppress(OSError):  # the next build finds it
            durable.remove_file(path)


class Known:
    """What is known already of the vectors that an encoder gives, and what is learnt of them.

    Kept in memory are the texts' keys; the vectors are in files.
    """

    def __init__(self, index: Path, encoder: Encoder) -> None:
        """Raises OSError where an unfinished build's file cannot be mended."""
        self._encoder = encoder
        of = f"{encoder.name}\n{encoder.numbers}\n{encoder.dimension}\n<f2"
        self._journal = index / _UNFINISHED.replace("*", hashlib.sha256(of.encode()).hexdigest()[:12])
        row = ("row", "<f2", (encoder.dimension,))
        self._record = np.dtype([("key", "<u8", (2,)), row, ("sum", "<u4")])
        self._cut_torn()
        self._written = self._records()
        self._before: list[_Pool] = []
        if not Path(encoder.name).is_dir():  # what is in a folder may have changed under its name
            self._before = [*_of_index(index, encoder), *self._of_journal()]
        self._own: list[_Pool] = []

    def rows(self, texts: Sequence[str], keys: Keys, report: Callable[[int], None]) -> Rows:
        """The texts' vectors. All that is made of them is made of these, which are what is kept: or a
        rebuild would make something else.

        Each different text is encoded once, and none that is known. `report` hears of how many texts
        there are vectors. Raises OSError where a vector cannot be written down.
        """
        _, firsts, of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        rows = np.empty((len(firsts), self._encoder.dimension), np.float16)
        missing = np.arange(len(firsts))
        for pool in (*self._before, *self._own):
            known, found = pool.look_up(keys[firsts[missing]])
            rows[missing[known]] = found
            missing = missing[~known]
        done, different = len(firsts) - len(missing), max(1, len(firsts))
        report(len(texts) * done // different)
        wanted = [texts[at] for at in firsts[missing]]
        for numbers, vectors in self._encoder.encode_passages(wanted) if wanted else ():
            some = missing[numbers]
            rows[some] = vectors
            self._add(keys[firsts[some]], rows[some])
            self._learn(keys[firsts[some]])
            done += len(some)
            report(len(texts) * done // different)
        return rows[of.reshape(-1)]

    def _cut_torn(self) -> None:
        """Take what is torn off the file's end, or nothing behind it could be read."""
        with suppress(FileNotFoundError):
            size = self._journal.stat().st_size
            if torn := size % self._record.itemsize:
                durable.shorten(self._journal, size - torn)

    def _records(self) -> int:
        with suppress(FileNotFoundError):
            return self._journal.stat().st_size // self._record.itemsize
        return 0

    def _add(self, keys: Keys, rows: Rows) -> None:
        """Write down what was encoded, for a build after this one. Raises OSError."""
        records = np.zeros(len(keys), self._record)
        records["key"], records["row"] = keys, rows
        records["sum"] = [_sum(record) for record in records]
        durable.append(self._journal, records.tobytes())

    def _learn(self, keys: Keys) -> None:
        """Know what was just written down. Pools of like size become one, so that they stay few."""
        start, self._written = self._written, self._written + len(keys)
        self._own.append(_Pool(keys, np.arange(start, self._written), self._mapped()["row"]))
        while len(self._own) > 1 and len(self._own[-1].keys) >= len(self._own[-2].keys):
            last, before = self._own.pop(), self._own.pop()
            both = (np.concatenate([before.keys, last.keys]), np.concatenate([before.at, last.at]))
            self._own.append(_Pool(*both, last.rows))

    def _mapped(self) -> NDArray[np.void]:
        return np.memmap(self._journal, self._record, "r")

    def _of_journal(self) -> list[_Pool]:
        """The sound records of a file that may not be there."""
        if not self._written:
            return []
        records = self._mapped()
        sound = np.flatnonzero([_sum(one) == one["sum"] for one in records])
        return [_Pool(records["key"][sound], sound, records["row"])]


class _Pool:
    """Vectors by their texts' keys: the row of `keys[n]` is `rows[at[n]]`; rows may be mapped from a file."""

    def __init__(self, keys: Keys, at: NDArray[np.int64], rows: Rows) -> None:
        order = np.argsort(keys[:, 0], kind="stable")
        self.keys, self.at, self.rows = keys[order], at[order], rows

    def look_up(self, keys: Keys) -> tuple[NDArray[np.bool_], Rows]:
        """Which of the keys are known, bool (n,), and their rows."""
        if not len(self.keys):
            return np.zeros(len(keys), np.bool_), self.rows[:0]
        found = np.minimum(np.searchsorted(self.keys[:, 0], keys[:, 0]), len(self.keys) - 1)
        known = (self.keys[found] == keys).all(axis=1)
        return known, self.rows[self.at[found[known]]]


def _of_index(index: Path, encoder: Encoder) -> list[_Pool]:
    """The vectors of the index, where it has been built with the same model and numbers."""
    files = (generation.PASSAGES, generation.SENTENCES)
    try:
        wanted = generation.wanted_by(index, encoder.name, encoder.dimension)
        found = generation.stored(index, files, wanted)
    except NoIndex:
        return []
    try:
        if found.manifest.numbers != encoder.numbers:
            return []
        held = [arrays.mapped(found.folder / name) for name in files]
    finally:
        found.hold.release()  # what is mapped stays, although its file may go
    return [_Pool(one["keys"], np.arange(len(one["keys"])), one["rows"]) for one in held]


def _sum(record: np.void) -> int:
    return zlib.crc32(record.tobytes()[: -record.dtype["sum"].itemsize])
