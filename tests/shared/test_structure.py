"""How the originals are divided, as a person would: offsets only, none of their words.

`structure.json` was made by this module and checked by eye against the texts (`show --passages`);
after a change to how documents are divided that is right, look again and make it anew:

    PYTHONPATH=. python tests/shared/test_structure.py ../shared/seeds > tests/shared/structure.json
"""

import json
import sys
from pathlib import Path

import pytest

from retrieval import documents, flaws, passages
from retrieval.documents import Document

GOLDEN = Path(__file__).with_name("structure.json")
NAMES = ("000_af83f04ed2d891ee.txt", "002_d570f89aaf8bbc82.txt", "004_62939fec7dd72711.txt")


def structure(document: Document) -> dict[str, list[list[int]]]:
    """Headings with their level, sentences, flawed sentences, footnote marks with their footnotes."""
    sentences = {one.span: one for passage in passages.split(document, 400) for one in passage.sentences}
    return {
        "headings": [[b.level, b.start, b.end] for b in document.blocks if b.kind == "heading"],
        "sentences": [[span.start, span.end] for span in sorted(sentences)],
        "flawed": [[span.start, span.end] for span in sorted(sentences) if sentences[span].flaw],
        "marks": [[m.start, m.end, m.note.start, m.note.end] for m in document.marks],
    }


@pytest.fixture(params=NAMES)
def document(request: pytest.FixtureRequest, shared: Path) -> Document:
    return documents.read(shared / "seeds" / request.param)


def test_the_originals_are_divided_as_a_person_would(document: Document) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))[document.name]
    found = structure(document)
    for what in found:
        assert found[what] == golden[what], what


def test_the_sentence_that_a_page_broke_is_one(shared: Path) -> None:
    document = documents.read(shared / "seeds" / NAMES[1])
    across = [
        one
        for passage in passages.split(document, 400)
        for one in passage.sentences
        if "\n\n" in document.text[one.span.start : one.span.end]
    ]
    assert len(across) == 1
    assert document.text[across[0].span.end - 1] == "。"


def test_nine_footnotes_are_linked(shared: Path) -> None:
    document = documents.read(shared / "seeds" / NAMES[1])
    notes = [block for block in document.blocks if block.kind == "note"]
    assert [note.label for note in notes] == [str(number) for number in range(1, 10)]
    calls = {mark.label for mark in document.marks if mark.start != mark.note.start}
    assert calls == {note.label for note in notes}
    cited = {note.label for passage in passages.split(document, 400) for note in passage.notes}
    assert cited == calls


def test_every_bullet_is_under_a_heading(shared: Path) -> None:
    document = documents.read(shared / "seeds" / NAMES[0])
    bullets = [passage for passage in passages.split(document, 400) if "\n- " in passage.text]
    assert len(bullets) >= 10
    assert all(len(passage.section) >= 2 for passage in bullets)


def test_only_the_machines_chinese_is_flawed(shared: Path) -> None:
    found = {
        name: [
            one.flaw
            for passage in passages.split(documents.read(shared / "seeds" / name), 400)
            for one in passage.sentences
            if one.flaw
        ]
        for name in NAMES
    }
    assert found == {NAMES[0]: [], NAMES[1]: [], NAMES[2]: [flaws.FOREIGN] * 3}


if __name__ == "__main__":
    made = {name: structure(documents.read(Path(sys.argv[1]) / name)) for name in NAMES}
    print(json.dumps(made, separators=(",", ":")).replace('"0', '\n"0').replace(',"', ',\n"'))
