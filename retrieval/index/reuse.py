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
from safetensors.numpy import load, save

from retrieval.encoder import Encoder
from retrieval.errors import NoIndex
from retrieval.index import durable, generation
from retrieval.index.vectors import Vectors

_TOGETHER = 64  # texts encoded between two reports of progress
_UNFINISHED = "unfinished-*.vectors"
ROW = "<f2"  # as Vectors keeps it

Keys = NDArray[np.uint64]
"""uint64 (n, 2): a digest of each of n texts."""

Rows = NDArray[np.float16]
"""float16 (n, dimension): vectors of unit length, but for rounding."""


def keys_of(texts: Sequence[str]) -> Keys:
    """What the texts are known by."""
    digests = (hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts)
    return np.frombuffer(b"".join(digests), "<u8").reshape(-1, 2)


def to_bytes(keys: Keys) -> bytes:
    """The keys of a generation's passages and, behind them, its sentences, as a file."""
    return save({"keys": np.ascontiguousarray(keys)})


def encode(
    texts: Sequence[str],
    keys: Keys,
    encoder: Encoder,
    index: Path,
    report: Callable[[int, int], None],
) -> Rows:
    """The texts' vectors. All that is made of them is made of these, which are what is kept: or a rebuild
    would make something else.

    Each different text is encoded once, and none that is known. `report` hears how many there are
    vectors of, and how many there will be. Raises CannotWrite.
    """
    _, firsts, of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    rows = np.empty((len(firsts), encoder.dimension), np.float16)
    try:
        known = _Known(index, encoder)
    except OSError as error:
        raise durable.refused(index, error) from None
    is_known, found = known.look_up(keys[firsts])
    rows[is_known] = found
    missing = np.flatnonzero(~is_known)
    # texts of one length together: the model's work is that of the longest of a batch
    order = missing[np.argsort([-len(texts[firsts[at]]) for at in missing], kind="stable")]
    for start in range(0, len(order), _TOGETHER):
        report(len(rows) - len(order) + start, len(rows))
        together = order[start : start + _TOGETHER]
        rows[together] = encoder.encode_passages([texts[at] for at in firsts[together]])
        try:
            known.add(keys[firsts[together]], rows[together])
        except OSError as error:
            raise durable.refused(index, error) from None
    report(len(rows), len(rows))
    return rows[of.reshape(-1)]


def forget(index: Path) -> None:
    """Remove what unfinished builds have written down: a finished one has it all."""
    for path in index.glob(_UNFINISHED):
        with suppress(OSError):  # the next build finds it
            durable.remove_file(path)


class _Known:
    """What is known already of the vectors that `encoder` gives, and what is learnt of them."""

    def __init__(self, index: Path, encoder: Encoder) -> None:
        of = f"{encoder.name}\n{encoder.numbers}\n{encoder.dimension}\n{ROW}"
        self._journal = index / _UNFINISHED.replace("*", hashlib.sha256(of.encode()).hexdigest()[:12])
        self._record = np.dtype([("key", "<u8", (2,)), ("row", ROW, (encoder.dimension,)), ("sum", "<u4")])
        self._cut_torn()
        pools = [_nothing(encoder.dimension)]
        if not Path(encoder.name).is_dir():  # what is in a folder may have changed under its name
            pools += [_of_index(index, encoder), _of_records(self._journal, self._record)]
        self._keys = np.concatenate([keys for keys, _ in pools])
        self._rows = np.concatenate([rows for _, rows in pools])
        self._order = np.argsort(self._keys[:, 0], kind="stable")

    def _cut_torn(self) -> None:
        """Take what is torn off the file's end, or nothing behind it could be read."""
        with suppress(FileNotFoundError):
            size = self._journal.stat().st_size
            if torn := size % self._record.itemsize:
                durable.shorten(self._journal, size - torn)

    def look_up(self, keys: Keys) -> tuple[NDArray[np.bool_], Rows]:
        """Which of the keys are known, bool (n,), and their rows."""
        if not len(self._keys):
            return np.zeros(len(keys), bool), self._rows
        at = np.searchsorted(self._keys[:, 0], keys[:, 0], sorter=self._order)
        found = self._order[np.minimum(at, len(self._order) - 1)]
        known = (self._keys[found] == keys).all(axis=1)
        return known, self._rows[found[known]]

    def add(self, keys: Keys, rows: Rows) -> None:
        """Write down what was encoded, for a build after this one. Raises OSError."""
        records = np.zeros(len(keys), self._record)
        records["key"], records["row"] = keys, rows
        records["sum"] = [_sum(record) for record in records]
        durable.append(self._journal, records.tobytes())


def _of_index(index: Path, encoder: Encoder) -> tuple[Keys, Rows]:
    """The vectors of the index, where it has been built with the same model and numbers."""
    files = (generation.KEYS, generation.PASSAGES, generation.SENTENCES)
    try:
        wanted = generation.wanted_by(index, encoder.name, encoder.dimension)
        found = generation.stored(index, files, wanted)
    except NoIndex:
        return _nothing(encoder.dimension)
    try:
        if found.manifest.numbers != encoder.numbers:
            return _nothing(encoder.dimension)
        rows = np.concatenate([Vectors.from_bytes(found.data[name]).all_rows() for name in files[1:]])
        keys = load(found.data[generation.KEYS])["keys"]
    finally:
        found.hold.release()
    return (keys, rows) if len(keys) == len(rows) else _nothing(encoder.dimension)


def _of_records(path: Path, record: np.dtype[np.void]) -> tuple[Keys, Rows]:
    """The sound records of a file that may not be there, or end amid one."""
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    records = np.frombuffer(data[: len(data) // record.itemsize * record.itemsize], record)
    sound = records[[_sum(one) == one["sum"] for one in records]] if len(records) else records
    return sound["key"], sound["row"]


def _sum(record: np.void) -> int:
    return zlib.crc32(record.tobytes()[: -record.dtype["sum"].itemsize])


def _nothing(dimension: int) -> tuple[Keys, Rows]:
    return np.empty((0, 2), np.uint64), np.empty((0, dimension), ROW)
