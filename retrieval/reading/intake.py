"""Documents into the seeds folder, and out of it: checked first, under a safe name, all or nothing."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from itertools import count
from pathlib import Path

from retrieval import documents, workers
from retrieval.documents import FORMATS, LeftOut, Limits
from retrieval.documents.limits import DEFAULT
from retrieval.errors import AlreadyHeld, UnreadableDocument, UsageError
from retrieval.workers import Made

_PASSAGE = 400  # characters; how a file is divided makes no difference to whether it can be read
LARGEST = 100 * 2**20  # bytes of one file
_LONGEST_NAME = 120  # characters; file systems stop at 255 bytes, and Japanese takes three each
_COLLECTION = ".jsonl"  # the format of a file with many documents
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})  # controls, directions, halves of characters, private ones


def safe_name(name: str) -> str:
    """The last part of a file's name, without what a file system or a link could misread.

    Raises UsageError where nothing is left, or the ending is of no known format.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(sign for sign in _UNSAFE.sub("_", last) if unicodedata.category(sign) not in _UNSEEN)
    clean = clean.strip().lstrip(".").strip()
    stem, dot, ending = clean.rpartition(".")
    if not dot or not stem.strip() or f".{ending.lower()}" not in FORMATS:
        raise UsageError(f"{name}: unknown format; known are {', '.join(FORMATS)}")
    return f"{stem[:_LONGEST_NAME].strip()}.{ending.lower()}"


def add(seeds: Path, name: str, data: bytes, limits: Limits = DEFAULT) -> str:
    """Store one file below `seeds`, and return the name that it got there.

    It is read first, within the `limits`; nothing is stored that no document can be had from. The
    same bytes are not stored twice, and no other file is overwritten: a number is put behind the
    name. Raises UsageError or UnreadableDocument with the reason.
    """
    wanted = safe_name(name)
    if len(data) > LARGEST:
        raise UsageError(f"{name}: larger than {LARGEST // 2**20} MB; divide it")
    seeds = _folder(seeds)
    handle, draft = tempfile.mkstemp(dir=seeds, prefix=".adding-", suffix=Path(wanted).suffix)
    path = Path(draft)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        _check(path, wanted, limits)
        return _place(seeds, path, wanted, data)
    finally:
        path.unlink(missing_ok=True)


def remove(seeds: Path, name: str) -> None:
    """Delete the file called `name` (relative to `seeds`) for good. Raises UsageError without it."""
    path = documents.find(seeds).get(name)
    if path is None:
        raise UsageError(f"{name}: no such file in {seeds}")
    try:
        path.unlink()
    except OSError as error:
        raise UsageError(f"{path}: cannot be removed ({error.strerror})") from None


def _folder(seeds: Path) -> Path:
    if seeds.is_file():
        raise UsageError(f"{seeds}: a single file; name a folder to add documents to")
    try:
        seeds.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{seeds}: cannot be made ({error.strerror})") from None
    return seeds


def _check(path: Path, name: str, limits: Limits) -> None:
    """Raise UnreadableDocument where the file gives no document. A worker reads it: it may be anything."""
    [read] = workers.read({name: path}, limits, _PASSAGE)
    if not any(isinstance(one, Made) for one in read.documents):
        reasons = (one.reason for one in read.documents if isinstance(one, LeftOut))
        raise UnreadableDocument(next(reasons, "no document in it"))


def _place(seeds: Path, draft: Path, wanted: str, data: bytes) -> str:
    """Move the draft to the wanted name, or the first free one with a number."""
    stem, ending = Path(wanted).stem, Path(wanted).suffix
    for number in count(1):
        name = wanted if number == 1 else f"{stem}-{number}{ending}"
        path = seeds / name
        try:
            path.open("xb").close()  # unlike a rename it never takes a name that is taken
        except FileExistsError:
            if path.is_file() and path.read_bytes() == data:
                raise AlreadyHeld(f"{name}: stands there already, with the same text") from None
            continue
        draft.chmod(0o644)
        draft.replace(path)
        return name
    raise AssertionError("unreachable: the numbers do not end")
