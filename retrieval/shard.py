"""A machine's share of the documents, where several build one index."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"(\d{1,4})/(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shard:
    """Share `number`, from 1, of the `of` that there are."""

    number: int
    of: int

    def holds(self, name: str) -> bool:
        """Whether the file of that name is in it: every file is in one, whoever asks."""
        digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


WHOLE = Shard(1, 1)


def parse(written: object) -> object:
    """``2/4`` as a Shard; what is no text as it is. Raises ValueError."""
    if not isinstance(written, str):
        return written
    match = _WRITTEN.fullmatch(written)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise ValueError("no share; write it as 2/4, the second of four")
    return Shard(int(match[1]), int(match[2]))
