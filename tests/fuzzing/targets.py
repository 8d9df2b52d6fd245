"""What takes bytes from outside, each as a function of them that fails where a promise is broken.

The tests call them with what hypothesis makes (`test_targets.py`), `make fuzz` with what atheris
makes (`run.py`).
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from retrieval import passages
from retrieval.documents import Limits
from retrieval.errors import DamagedIndex, ForeignIndex, UsageError
from retrieval.evaluation import questions
from retrieval.index import manifest
from retrieval.workers import main
from retrieval.workers.wire import REPLY, Made
from tests.conftest import document_of

_FOLDER = tempfile.TemporaryDirectory(prefix="shutten-fuzz-")
_LIMITS = Limits(max_seconds=60, max_memory=1024, max_pages=50, max_characters=200_000)


def reader(ending: str) -> Callable[[bytes], None]:
    """Reading a file with this ending: documents or reasons, and what is said of it can be sent."""
    path = Path(_FOLDER.name) / f"a{ending}"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        for reply in main.read(path, path.name, _LIMITS, 100):
            assert REPLY.validate_json(REPLY.dump_json(reply)) == reply
            if isinstance(reply, Made):
                text = reply.document.text
                assert all(one.text == text[one.start : one.end] for one in reply.passages)

    return read


def splitter(data: bytes) -> None:
    """Passages of any text: spans of it, none too long, together all that is written in it."""
    document = document_of(data.decode("utf-8", "replace"))
    size = 50 + len(data) % 400
    covered = [False] * len(document.text)
    for one in passages.split(document, size):
        assert one.text == document.text[one.start : one.end]
        assert 0 < len(one.text) <= size
        covered[one.start : one.end] = [True] * len(one.text)
        assert all(one.start <= s.span.start < s.span.end <= one.end for s in one.sentences)
    assert all(seen or sign.isspace() for seen, sign in zip(covered, document.text, strict=True))


def manifests(data: bytes) -> None:
    """A manifest is what it was written as, or refused in one line."""
    try:
        found = manifest.parse(data, Path("manifest.json"))
    except (DamagedIndex, ForeignIndex) as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert found.to_bytes() == data


def question_sets(data: bytes) -> None:
    """A question set has questions, or is refused in one line."""
    path = Path(_FOLDER.name) / "set.jsonl"
    path.write_bytes(data)
    try:
        found = questions.load(path)
    except UsageError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert found.questions


ENDINGS = (".docx", ".html", ".jsonl", ".md", ".pdf", ".txt")
TARGETS: dict[str, Callable[[bytes], None]] = {ending[1:]: reader(ending) for ending in ENDINGS}
TARGETS |= {"splitter": splitter, "manifest": manifests, "questions": question_sets}
