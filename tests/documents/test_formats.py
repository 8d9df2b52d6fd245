"""One document, written for this, in every format and encoding: the same passages, each at its place."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from retrieval import documents, passages, wording
from retrieval.documents import Document
from tests.documents.test_pdf import japanese

TITLE = "川の会議の記録"
DATE = "2026-01-19"
FIRST = "会議は１月の川辺で開かれ、ﾎﾟﾝﾌﾟの数と水門の高さが話し合われた¹。三つの村が案を出した。"
SECOND = "費用の分担は次の表のとおりである。"
ROWS = (("村", "負担"), ("上村", "三割"), ("下村", "七割"))
LIST = "残る課題は次の二つである。"
ITEMS = ("水門を誰が閉めるか", "冬の間に誰が見回るか")
NOTE = "¹ 村の記録による。"


def markdown() -> str:
    table = ["| " + " | ".join(row) + " |" for row in ROWS]
    items = [f"- {item}" for item in ITEMS]
    head = [f"---\ndate: {DATE}\n---", f"# {TITLE}", "", "## 水門の高さ", "", FIRST, ""]
    middle = ["## 費用の分担", "", SECOND, "", table[0], "|---|---|", *table[1:], ""]
    return "\n".join([*head, *middle, "### 残る課題", "", LIST, "", *items, "", NOTE, ""])


def text() -> str:
    table = ["| " + " | ".join(row) + " |" for row in ROWS]
    items = [f"- {item}" for item in ITEMS]
    head = [TITLE, DATE, "■ 水門の高さ", FIRST, "■ 費用の分担", SECOND]
    return "\n".join([*head, *table, "(1) 残る課題", LIST, *items, NOTE])


def html() -> str:
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    items = "".join(f"<li>{item}</li>" for item in ITEMS)
    first, note = (one.replace("¹", "<sup>1</sup>") for one in (FIRST, NOTE))
    return (
        f"<html><head><title>{TITLE}</title><meta property='article:published_time' content='{DATE}'></head>"
        "<body><nav><ul><li><a href='/'>トップ</a></li></ul></nav>"
        f"<h1>{TITLE}</h1><h2>水門の高さ</h2><p>{first}</p><h2>費用の分担</h2><p>{SECOND}</p>"
        f"<table>{table}</table><h3>残る課題</h3><p>{LIST}</p><ul>{items}</ul><p>{note}</p>"
        "<footer>© 川の会議</footer></body></html>"
    )


def word() -> bytes:
    file = docx.Document()
    file.core_properties.title = TITLE
    file.add_heading(TITLE, 0)
    file.add_paragraph(DATE)
    file.add_heading("水門の高さ", 2)
    paragraph = file.add_paragraph(FIRST.split("¹")[0])
    paragraph.add_run("1").font.superscript = True
    paragraph.add_run(FIRST.split("¹")[1])
    file.add_heading("費用の分担", 2)
    file.add_paragraph(SECOND)
    table = file.add_table(len(ROWS), 2)
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            table.cell(number, column).text = cell
    file.add_heading("残る課題", 3)
    file.add_paragraph(LIST)
    for item in ITEMS:
        file.add_paragraph(item, style="List Bullet")
    file.add_paragraph().add_run("1").font.superscript = True
    file.paragraphs[-1].add_run(NOTE.removeprefix("¹"))
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


def pages() -> bytes:
    """Two pages, a header and a page number on each; the first paragraph is broken over the page's end."""
    own = text().split("\n")
    own[3:4] = [FIRST[:30]]
    head = "川の会議　会報"
    return japanese([head, *own[:4], "- 1 -"], [head, FIRST[30:], *own[4:], "- 2 -"])


def collection() -> bytes:
    return json.dumps({"_id": "a", "text": text()}, ensure_ascii=False).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "a.md": lambda: markdown().encode(),
    "a.txt": lambda: text().encode(),
    "bom.txt": lambda: text().encode("utf-8-sig"),
    "utf16.txt": lambda: text().encode("utf-16"),
    "utf16-le.txt": lambda: text().encode("utf-16-le"),
    "utf16-be.txt": lambda: text().encode("utf-16-be"),
    "sjis.txt": lambda: text().replace("¹", "注1").encode("cp932"),
    "euc.md": lambda: markdown().replace("¹", "注1").encode("euc_jp"),
    "jis.txt": lambda: text().replace("¹", "注1").encode("iso2022_jp_ext"),
    "a.html": lambda: html().encode(),
    "sjis.htm": lambda: html().replace("<head>", "<head><meta charset=Shift_JIS>").encode("cp932", "ignore"),
    "a.docx": word,
    "a.pdf": pages,
    "a.jsonl": collection,
}


@pytest.fixture(params=FILES)
def document(request: pytest.FixtureRequest, tmp_path: Path) -> Document:
    (tmp_path / request.param).write_bytes(FILES[request.param]())
    [found] = documents.read_all(tmp_path / request.param, request.param)
    assert isinstance(found, Document), found
    return found


def test_the_passages_are_the_same(document: Document) -> None:
    """Compared by what is said; a sign, a table's rule, a date's line are the format's own."""
    found = passages.split(document, 100)
    signs = re.compile(rf"{TITLE}|{DATE}|■|\(1\)|\s")
    assert [signs.sub("", wording.of_passages(document, [one])[0]) for one in found] == [
        "".join(one.split())
        for one in (
            "水門の高さ" + FIRST.replace("¹", ""),
            "費用の分担" + SECOND + "".join(map("".join, ROWS)),
            "残る課題" + LIST + "".join(ITEMS),
            NOTE.removeprefix("¹"),
        )
    ]


def test_title_date_sections_and_footnotes_are_the_same(document: Document) -> None:
    assert document.title == TITLE
    assert document.metadata.date == DATE
    found = passages.split(document, 100)
    sections = [one.section[1:] if one.section[:1] == (TITLE,) else one.section for one in found]
    assert [one for one in sections if one] == [
        ("水門の高さ",),
        ("費用の分担",),
        ("費用の分担", "残る課題"),
    ]
    [cited] = [one for one in found if one.notes]
    assert "水門の高さが話し合われた" in cited.text.replace("\n", "")
    [note] = cited.notes
    assert document.text[note.span.start : note.span.end].endswith("村の記録による。")


def test_every_place_is_exact(document: Document) -> None:
    for passage in passages.split(document, 100):
        assert document.text[passage.start : passage.end] == passage.text
        first, last = passage.lines
        lines = document.text.split("\n")[first - 1 : last]
        assert passage.text in "\n".join(lines)


def test_a_pdfs_passage_names_its_pages(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pages())
    document = documents.read(tmp_path / "a.pdf")
    assert "会報" not in document.text
    assert "- 1 -" not in document.text
    found = {one.section[-1] if one.section else "": one.pages for one in passages.split(document, 100)}
    assert found == {"水門の高さ": (1, 2), "費用の分担": (2, 2), "残る課題": (2, 2), "": (2, 2)}
