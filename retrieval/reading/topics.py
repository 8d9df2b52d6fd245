"""What a reader may ask: subjects from the documents' own headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest

from retrieval.index.protocols import Documents
from retrieval.reading.findings import Findings

_SHORTEST, _LONGEST = 4, 32  # characters of a heading that names a subject
# numbers, bullets and emoji in front; a colon or full stop behind
_FRONT = re.compile(
    r"^(?:[^\w「『（(]+|[①-⑳❶-❿]+|\d+[.．、:：)）]\s*|第?[一二三四五六七八九十]+[、.．章節]\s*)+"
)
_BEHIND = re.compile(r"[\s:：。．.]+$")
_ENOUGH = 8  # documents that openings are taken from


def openings(catalog: Documents, most: int) -> tuple[str, ...]:
    """Subjects to begin with: one heading of each of several documents in turn, at most `most`."""
    names = catalog.names()
    step = max(1, len(names) // _ENOUGH)
    by_document = [_subjects(catalog, name) for name in names[::step][:_ENOUGH]]
    in_turn = (one for row in zip_longest(*by_document) for one in row if one)
    return tuple(islice(dict.fromkeys(in_turn), most))


def following(catalog: Documents, findings: Findings, most: int) -> tuple[str, ...]:
    """Subjects to go on with: headings of the answering documents that stand nearest to what was found.

    The headings of the passages found are left out, and what the question names itself.
    """
    seen = {_subject(hit.section[-1]) for hit in findings.answer.hits if hit.section}
    asked = findings.answer.question
    by_document = []
    for hits in findings.by_source[:3]:
        own = list(_subjects(catalog, hits.source.name))
        here = next((_subject(hit.section[-1]) for hit in hits.hits if hit.section), None)
        at = own.index(here) if here in own else -1
        by_document.append(own[at + 1 :] + own[: at + 1])
    in_turn = (one for row in zip_longest(*by_document) for one in row if one)
    new = (one for one in in_turn if one not in seen and one not in asked)
    return tuple(islice(dict.fromkeys(new), most))


def is_question(subject: str) -> bool:
    """Whether a heading asks already."""
    return subject.endswith(("?", "？", "か"))


def _subjects(catalog: Documents, name: str) -> Iterable[str]:
    """A document's subjects: its innermost headings, or its title where it has none."""
    found = dict.fromkeys(_of_sections(catalog, name))
    return found or dict.fromkeys(_of_title(catalog, name))


def _of_sections(catalog: Documents, name: str) -> Iterator[str]:
    for path in catalog.sections(name):
        if path and _tells(subject := _subject(path[-1])):
            yield subject


def _of_title(catalog: Documents, name: str) -> Iterator[str]:
    document = catalog.document(name)
    if document and _tells(subject := _subject(document.title)):
        yield subject


def _subject(heading: str) -> str:
    return _BEHIND.sub("", _FRONT.sub("", heading))


def _tells(subject: str) -> bool:
    """Whether it names a subject: a sentence is too long, and PROFILE stands on every page."""
    return _SHORTEST <= len(subject) <= _LONGEST and not subject.isupper()
