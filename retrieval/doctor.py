"""Whether everything that Shutten needs is there and in order; what is not, with its remedy."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from retrieval import building, documents, indexes, reranker, workers
from retrieval.documents import LeftOut
from retrieval.encoder import Encoder
from retrieval.errors import NoIndex, ShuttenError, Unreachable
from retrieval.settings import PROJECT, Settings

_PYTHON = (3, 11)
_REQUIREMENTS = PROJECT / "requirements.txt"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what it is, what was found, and what to do about it; None where all is well."""

    what: str
    found: str
    remedy: str | None = None


def examine(load: Callable[[], Settings], encoder: Callable[[Settings], Encoder]) -> Iterator[Check]:
    """Every check, one after the other, the quick ones first.

    `load` gives the settings, `encoder` the model that they name; what they raise is what is found.
    """
    yield _python()
    yield _packages()
    yield _reading()
    try:
        settings = load()
    except ShuttenError as error:
        yield Check("settings", str(error), "set it to what is asked for, or leave it out")
        return
    yield _documents(settings)
    yield _writable("index folder", settings.folder)
    yield _writable("feedback", settings.feedback.parent)
    yield _model(settings, encoder)
    if settings.reranker:
        yield _reranker(settings)
    yield _index(settings)


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _PYTHON:
        return Check("Python", found, "take 3.11 or newer: make setup PYTHON=python3.11")
    return Check("Python", found)


def _packages() -> Check:
    """Whether each requirement is installed in the version that it is pinned to."""
    wrong = []
    for line in _REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        name, _, wanted = line.split("#")[0].strip().partition("==")
        if not wanted:
            continue
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "missing"
        if installed.split("+")[0] != wanted:
            wrong.append(f"{name} is {installed}, not {wanted}")
    if wrong:
        return Check("packages", "; ".join(wrong), "pip install -r requirements.txt")
    return Check("packages", "all as pinned")


def _reading() -> Check:
    """Whether a process of its own reads a document."""
    with tempfile.TemporaryDirectory(prefix="shutten-") as folder:
        path = Path(folder) / "a.txt"
        path.write_text("出典。", encoding="utf-8")
        try:
            [file] = workers.read({path.name: path}, documents.Limits(), 400)
        except ShuttenError as error:
            return Check("reading", str(error), "make setup")
    for one in file.documents:
        if isinstance(one, LeftOut):
            return Check("reading", one.reason, "make setup")
    return Check("reading", "documents are read by processes of their own")


def _documents(settings: Settings) -> Check:
    try:
        found = documents.find(settings.seeds)
    except ShuttenError as error:
        return Check("documents", str(error), "put documents there, or name another folder (--seeds)")
    return Check("documents", f"{len(found)} files in {settings.seeds}")


def _writable(what: str, folder: Path) -> Check:
    """Whether files can be made in a folder, which need not be there yet."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return Check(what, f"{folder} can be written to")
    return Check(what, f"{folder} cannot be written to", f"give yourself the right to write to {there}")


def _model(settings: Settings, load: Callable[[Settings], Encoder]) -> Check:
    try:
        encoder = load(settings)
    except ShuttenError as error:
        return Check("model", str(error), "see above, or leave --model out for the default")
    [row] = encoder.encode_queries(["出典"])
    if row.shape != (encoder.dimension,) or not np.isclose(np.linalg.norm(row), 1, atol=1e-3):
        return Check("model", f"{settings.model} gives no unit vectors", "name another (--model)")
    return Check("model", f"{settings.model}, {encoder.dimension} values a vector")


def _reranker(settings: Settings) -> Check:
    try:
        reranker.load(settings.reranker)
    except ShuttenError as error:
        return Check("reranker", str(error), "see above, or leave --reranker out")
    return Check("reranker", settings.reranker)


def _index(settings: Settings) -> Check:
    build = "python -m retrieval build"
    try:
        found = indexes.state(settings.index, settings.model)
        changes = building.changes(settings)
    except NoIndex as error:
        return Check("index", str(error), build)
    except Unreachable as error:
        return Check("index", str(error), "start Milvus there, or name another index (--index)")
    except ShuttenError as error:
        return Check("index", f"cannot be compared with the documents: {error}", "see documents, above")
    if found.trouble:
        return Check("index", found.trouble, build)
    if changes:
        return Check("index", "the documents or the settings have changed since it was built", build)
    missing = len(found.manifest.left_out) + len(found.manifest.stale)
    said = f"{found.manifest.documents} documents, whole and up to date"
    return Check("index", f"{said}; {missing} could not be read (see status)" if missing else said)
