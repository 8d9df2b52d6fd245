"""A place in a document, as a permanent link names it, and the passages around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from retrieval.documents import Document
from retrieval.errors import UsageError
from retrieval.index.protocols import Documents
from retrieval.passages import Passage
from retrieval.spans import Span

_AT = re.compile(r"(\d{1,12})(?:-(\d{1,12}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A passage of a document, `number` of `count` from 1, and the sentence in it that is meant.

    `before` and `after` are where its neighbours begin, None at the document's ends.
    """

    document: Document
    passage: Passage
    sentence: Span
    number: int
    count: int
    before: int | None
    after: int | None


def find(catalog: Documents, name: str, at: int, sentence: int | None = None) -> Place:
    """The place of the passage of the document called `name` that begins at the character `at`.

    Where none begins there, it is the one that `at` lies in. `sentence` is the character at which the
    sentence that is meant begins; without, it is the passage's first. Raises UsageError where the
    index has no such document, or the document no such character.
    """
    document = catalog.document(name)
    if document is None:
        raise UsageError(f"{name}: no such document in the index")
    if not 0 <= at < len(document.text):
        raise UsageError(f"{name}: no character {at}, it has {len(document.text)}; ask again")
    passages = list(catalog.passages(name))
    number = max(0, bisect_right([passage.start for passage in passages], at) - 1)
    passage = passages[number]
    meant = passage.start if sentence is None else sentence
    inside = [one.span for one in passage.sentences if one.span.start <= meant]
    return Place(
        document=document,
        passage=passage,
        sentence=inside[-1] if inside else passage.sentences[0].span,
        number=number + 1,
        count=len(passages),
        before=passages[number - 1].start if number else None,
        after=passages[number + 1].start if number + 1 < len(passages) else None,
    )


def to_link(name: str, at: int, sentence: int) -> dict[str, str]:
    """The parts of a permanent link that `of_link` reads."""
    return {"doc": name, "at": f"{at}-{sentence}"}


def of_link(doc: str, at: str) -> tuple[str, int, int | None]:
    """The name, the passage's and the sentence's character. Raises UsageError where `at` is none."""
    match = _AT.fullmatch(at)
    if not match:
        raise UsageError(f"at={at}: not a place; it is written as at=120 or at=120-150")
    return doc, int(match[1]), int(match[2]) if match[2] else None
