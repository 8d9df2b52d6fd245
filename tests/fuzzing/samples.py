"""Good files of every kind, for fuzzing to spoil."""

import datetime
import io

import docx
import fpdf

from retrieval.documents import LeftOut, Limits
from retrieval.index.manifest import Manifest, StoredFile

TEXT = """題

1. 停戦の条件
・犬がいる[1]。「猫も(三匹)いる。」
2026年1月19日

| a | b |
|---|---|
| c | d |

[1] 注。
"""
PAGE = f"<html><body><article><h1>題</h1><p>犬<sup>1</sup></p><ul><li>{TEXT}</ul></article></body>"
LINES = """{"_id": "a", "title": "題", "text": "犬がいる。", "date": "2026-01-19"}
{"text": "猫"}
"""
QUESTION = '{"id": "q1", "question": "犬は?", "document": "a.md", "answers": [["犬", "猫"]]}'


def word() -> bytes:
    document, target = docx.Document(), io.BytesIO()
    document.add_heading("題", 1)
    document.add_paragraph("犬がいる。")
    document.add_table(2, 2).cell(0, 0).text = "猫"
    document.save(target)
    return target.getvalue()


def pdf() -> bytes:
    file = fpdf.FPDF()
    file.set_compression(False)
    file.set_font("helvetica", size=12)
    for _ in range(2):
        file.add_page()
        file.cell(text="A dog is here.")
    return bytes(file.output())


def manifest() -> bytes:
    files = {name: StoredFile(size=1, sha256="0" * 64) for name in ("a.sqlite", "b.faiss")}
    return Manifest(
        built_at=datetime.datetime(2026, 1, 19, tzinfo=datetime.UTC),
        model="words",
        dimension=6,
        numbers="float32",
        passage_size=400,
        limits=Limits(),
        sources={"犬.txt": "0" * 64},
        left_out=(LeftOut("x.txt", "no text in it"),),
        stale=(),
        documents=1,
        passages=1,
        sentences=1,
        efforts={"b.faiss": 256},
        files=files,
    ).to_bytes()


SAMPLES = {
    "docx": word(),
    "html": PAGE.encode(),
    "jsonl": LINES.encode(),
    "md": f"---\ntitle: 題\ndate: 2026-01-19\n---\n# 見出し\n\n{TEXT}\n> 引用\n\n```\ncode\n```\n".encode(),
    "pdf": pdf(),
    "txt": TEXT.encode("cp932"),
    "splitter": TEXT.encode(),
    "manifest": manifest(),
    "questions": QUESTION.encode(),
}
