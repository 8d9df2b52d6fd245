"""Finding and reading files, whatever their format."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import documents
from retrieval.documents import Document, LeftOut, Metadata
from retrieval.errors import NoDocuments, UnreadableDocument
from tests.conftest import document_of


def test_files_are_named_relative_to_the_folder_and_hidden_ones_passed_over(tmp_path: Path) -> None:
    for name in ("b.txt", "sub/a.md", ".hidden.txt", ".git/c.txt", "sub/.d/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("文。", encoding="utf-8")
    assert list(documents.find(tmp_path)) == ["b.txt", "sub/a.md"]


def test_a_name_that_is_not_utf_8_is_spelt_out(tmp_path: Path) -> None:
    # as archives made on Japanese Windows leave them: 日.txt in Shift_JIS
    path = tmp_path / os.fsdecode(b"\x93\xfa.txt")
    path.write_text("文。", encoding="utf-8")
    assert documents.find(tmp_path) == {r"\x93\xfa.txt": path}


def test_a_file_stands_for_a_folder_with_it_alone(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("文。", encoding="utf-8")
    assert documents.find(tmp_path / "b.txt") == {"b.txt": tmp_path / "b.txt"}


def test_a_missing_or_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoDocuments, match="no such folder"):
        documents.find(tmp_path / "nowhere")
    with pytest.raises(NoDocuments, match=r"no documents; put \.docx, \.htm, .* files there"):
        documents.find(tmp_path)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.xlsx", b"x", "unknown format .xlsx"),
        ("a.docx", b"x", "not a readable Word file"),
        ("a.html", b"", "no text in this page"),
        ("a", b"x", "unknown format (no ending)"),
        ("a.txt", b" \n\t\n", "no text in it"),
        ("a.md", "---\ntitle: 題\n---\n\n".encode(), "no text in it"),
        ("a.txt", b"abc\xff", "its encoding cannot be told; save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableDocument) as refused:
        documents.read(tmp_path / name)
    assert reason in str(refused.value)
    assert list(documents.read_all(tmp_path / name, name)) == [LeftOut(name, str(refused.value))]


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="cannot be opened"):
        documents.read(tmp_path / "gone.txt")


def test_line_ends_and_the_byte_order_mark_are_not_text(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + "一\r\n二\r三\n".encode()
    (tmp_path / "a.TXT").write_bytes(data)
    document = documents.read(tmp_path / "a.TXT")
    assert document.text == "一\n二\n三\n"
    assert document.sha256 == hashlib.sha256(data).hexdigest()


def test_the_title_is_given_or_the_first_heading_or_line_or_the_name() -> None:
    assert document_of("# 見出し\n文。", metadata=Metadata(title="題")).title == "題"
    assert document_of("前書き\n## 見出し ##\n文。").title == "見出し"
    assert document_of("\n 一行目 \n二行目").title == "一行目"
    assert document_of("一つの文。").title == "一つの文。"
    assert document_of("長" * 121, name="sub/name.txt").title == "name"


def test_a_nul_is_no_character() -> None:
    assert document_of("a\0b").text == "a\ufffdb"


def test_lines_and_pages_of_a_span() -> None:
    document = document_of("ab\n\ncd\nef", page_starts=(0, 4, 7))
    assert document.line_starts == (0, 3, 4, 7)
    assert document.lines(0, 2) == (1, 1)
    assert document.lines(0, 3) == (1, 1)  # the line end belongs to its line
    assert document.lines(1, 5) == (1, 3)
    assert document.lines(7, 9) == (4, 4)
    assert document.pages(0, 4) == (1, 1)
    assert document.pages(3, 8) == (1, 3)
    assert document_of("ab").pages(0, 1) is None


def test_a_collection_holds_a_document_a_line(tmp_path: Path) -> None:
    lines = [
        json.dumps({"_id": "a", "title": "題", "text": "一\r\n二", "date": "2026-01-19", "other": 1}),
        "",
        json.dumps({"_id": 7, "text": "三"}),
        "{",
        json.dumps({"_id": "a", "text": "四"}),
        json.dumps({"_id": "c", "title": "題"}),
        json.dumps(["a"]),
        json.dumps({"_id": "d", "text": " "}),
        json.dumps({"text": "五"}),
        "[" * 100_000,
        json.dumps({"_id": "\ud800", "text": "六\udfff"}),
    ]
    path = tmp_path / "c.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = list(documents.read_all(path, "sub/c.jsonl"))
    read = {one.name: one for one in found if isinstance(one, Document)}
    assert {name: one.text for name, one in read.items()} == {
        "sub/c.jsonl#a": "一\n二",
        "sub/c.jsonl#7": "三",
        "sub/c.jsonl#9": "五",
        "sub/c.jsonl#\ufffd": "六\ufffd",
    }
    assert read["sub/c.jsonl#a"].metadata == Metadata(title="題", date="2026-01-19")
    left_out = {one.name: one.reason for one in found if isinstance(one, LeftOut)}
    assert list(left_out) == [
        *(f"sub/c.jsonl line {number}" for number in (4, 5, 6, 7)), "sub/c.jsonl#d", "sub/c.jsonl line 10",
    ]  # fmt: skip
    assert left_out["sub/c.jsonl line 4"].startswith("not JSON")
    assert left_out["sub/c.jsonl line 5"] == "_id: a stands there twice"
    assert left_out["sub/c.jsonl line 7"] == "not a JSON object"
    assert left_out["sub/c.jsonl line 10"] == "not JSON (nested too deeply)"
    assert left_out["sub/c.jsonl line 6"] == "text: Field required"


def test_a_collection_that_is_not_text_is_left_out_whole(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_bytes(b"\xff")
    [left_out] = documents.read_all(tmp_path / "c.jsonl", "c.jsonl")
    assert left_out == LeftOut("c.jsonl", "its encoding cannot be told; save it as UTF-8")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0")), max_size=5))
def test_texts_come_back_from_a_collection(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "texts.jsonl"
    path.write_text("\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts), "utf-8")
    found = documents.read_all(path, "c")
    assert [one.text for one in found if isinstance(one, Document)] == [t for t in texts if t.strip()]


def test_the_file_of_a_document() -> None:
    files = {
        "a/b.md",
        "corpus.jsonl",
        "a#b.jsonl",
        "c#.md",
        "notes.md",
        "notes.md#2.txt",
        "corpus.jsonl#2.txt",
    }
    assert documents.file_of("corpus.jsonl#x#1", files) == "corpus.jsonl"
    assert documents.file_of("a#b.jsonl#7", files) == "a#b.jsonl"
    # never another file, which would be deleted for it
    for own in (*files, "notes.md#1", "gone.jsonl#1", "gone.txt"):
        assert documents.file_of(own, files) == own
