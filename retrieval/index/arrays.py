"""Arrays in a file, in the format of safetensors: written piece by piece, and mapped when they are read.

What is mapped takes memory only where it is looked at, and the system may have it back at any time. The
library safetensors itself reads a file's arrays into memory, and makes all its bytes before it writes one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TYPES = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "F16": "<f2", "F32": "<f4", "I32": "<i4", "I64": "<i8", "U64": "<u8",
}  # fmt: skip
_NAMES = {np.dtype(code): name for name, code in _TYPES.items()}
_ALIGNED = 8  # bytes


def pieces(arrays: Mapping[str, NDArray[Any]]) -> Iterator[memoryview | bytes]:
    """The file's bytes, in order. The widest arrays come first, so that each begins where it is aligned."""
    widest_first = sorted(arrays.items(), key=lambda item: -item[1].dtype.itemsize)
    header: dict[str, object] = {}
    start = 0
    for name, array in widest_first:
        header[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": array.shape,
            "data_offsets": [start, start + array.nbytes],
        }
        start += array.nbytes
    said = json.dumps(header).encode()
    said += b" " * (-len(said) % _ALIGNED)
    yield len(said).to_bytes(8, "little") + said
    for _, array in widest_first:
        if array.nbytes:
            yield np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def runs(firsts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """So many numbers from each first one on, run behind run: int64 (sum of the counts,)."""
    starts = np.cumsum(counts) - counts
    return np.asarray(np.arange(counts.sum()) + np.repeat(firsts - starts, counts), np.int64)


def mapped(path: Path) -> dict[str, NDArray[Any]]:
    """The file's arrays, read-only; the caller has checked that it is what `pieces` gave."""
    held = np.asarray(np.memmap(path, np.uint8, "r"))  # memmap's own class takes its time at each slice
    length = int.from_bytes(held[:8].tobytes(), "little")
    header = json.loads(held[8 : 8 + length].tobytes())
    data = held[8 + length :]
    return {
        name: data[slice(*own["data_offsets"])].view(_TYPES[own["dtype"]]).reshape(own["shape"])
        for name, own in header.items()
    }
