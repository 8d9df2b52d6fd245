"""Where an index in Milvus is: ``milvus://host:19530/name``, or a file of milvus-lite's, ``name.db``."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_SCHEMES = {"milvus": "http", "milvus+tls": "https"}
_PORT = 19530
_FILE = ".db"  # pymilvus knows milvus-lite by it
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_IN_A_FILE = "shutten"  # the name of the index in a file, which has no other


@dataclass(frozen=True, slots=True)
class Address:
    """An index in Milvus: `server` is what pymilvus connects to, `name` what the index is called there.

    `shown` is how it is written, without the `token` that opens the server, ``user:password`` or a key.
    """

    server: str
    name: str
    shown: str = field(compare=False)
    token: str = field(default="", repr=False)

    def __str__(self) -> str:
        return self.shown

    @property
    def in_a_file(self) -> bool:
        """Whether it is milvus-lite that has it."""
        return self.server.endswith(_FILE)

    @property
    def written(self) -> str:
        """How it is written, with the token."""
        token = quote(self.token, safe=":")
        return self.shown.replace("://", f"://{token}@", 1) if token else self.shown

    def folder(self, below: Path) -> Path:
        """The folder of what this machine keeps of the index: beside its file, or else below that one."""
        if self.in_a_file:
            return Path(f"{self.server}.local") / self.name
        return below / f"milvus-{hashlib.sha256(self.shown.encode()).hexdigest()[:12]}"


def parse(written: object) -> object:
    """An Address where the text is one, a Path where it is another; what is no text as it is.

    Raises ValueError where it looks like an address and is none.
    """
    if isinstance(written, Path) and written.suffix == _FILE:
        written = str(written)
    if not isinstance(written, str):
        return written
    if "://" not in written:
        path = Path(written)
        if path.suffix != _FILE:
            return path
        return Address(str(path.absolute()), _IN_A_FILE, str(path))
    parts = urlsplit(written)
    name = parts.path.strip("/")
    try:
        port = parts.port or _PORT
    except ValueError:
        port = None
    if parts.scheme not in _SCHEMES or not parts.hostname or port is None or not _NAME.fullmatch(name):
        raise ValueError(
            "no address; write it as milvus://host:19530/name (or milvus+tls://…), the name in letters, "
            "digits and _, or name a file that ends in .db"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    token = unquote(parts.netloc.rpartition("@")[0])
    return Address(
        server=f"{_SCHEMES[parts.scheme]}://{host}:{port}",
        name=name,
        shown=f"{parts.scheme}://{host}:{port}/{name}",
        token=token,
    )
