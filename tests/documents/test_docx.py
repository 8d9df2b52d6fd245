"""Word files that are damaged: read or refused, each in one line."""

import io
import re
import zipfile

import docx as word
import pytest

from retrieval.documents import docx
from retrieval.errors import UnreadableDocument


@pytest.fixture(scope="module")
def whole() -> bytes:
    file = word.Document()
    file.add_paragraph("水門は閉じた。")
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


def outcome(data: bytes) -> str:
    try:
        return docx.read(data).text
    except UnreadableDocument as error:
        return str(error)


@pytest.mark.parametrize("damage", [b"", b"<a", b"<a/>"])
@pytest.mark.parametrize(
    "part",
    ["word/document.xml", "[Content_Types].xml", "_rels/.rels", "word/styles.xml", "docProps/core.xml"],
)
def test_a_damaged_part_is_one_line(whole: bytes, part: str, damage: bytes) -> None:
    source, target = zipfile.ZipFile(io.BytesIO(whole)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in source.namelist():
            file.writestr(name, damage if name == part else source.read(name))
    said = outcome(target.getvalue())
    assert said in ("水門は閉じた。", "") or re.fullmatch(r"not a readable Word file \(.*\)", said)


def test_damaged_bytes_are_one_line(whole: bytes) -> None:
    said = {outcome(whole[:at] + b"\xff\x00\xff" + whole[at + 3 :]) for at in range(40, len(whole), 997)}
    assert any("not a readable Word file" in one for one in said)
    assert all(len(one.splitlines()) <= 1 for one in said)
