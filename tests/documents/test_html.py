"""Web pages as they are found: footnotes that are only linked, captions, text without a paragraph."""

from retrieval import passages
from retrieval.documents import Document, html

FIRST = "停戦の条件をめぐる協議は来月まで続く見通しである。双方の隔たりはなお大きい。"
SECOND = "復興の資金については、十年間で八千億ドルを集める計画が示された。"


def page(body: str) -> Document:
    return Document.of("a.html", "", html.read(f"<html><body>{body}</body></html>".encode()))


def test_a_footnote_that_is_only_linked_has_its_number() -> None:
    document = page(
        f"<article><p>{FIRST}<sup><a href='#n1'>[1]</a></sup></p><p>{SECOND}</p>"
        "<ol><li id=n1><p>村の記録による。<a href='#r1'>↩</a></p></li></ol></article>"
    )
    body, note = passages.split(document, 400)
    assert FIRST + "¹" in body.text
    assert note.text == "¹ 村の記録による。"
    assert [(one.label, document.text[one.span.start : one.span.end]) for one in body.notes] == [
        ("1", "¹ 村の記録による。")
    ]


def test_a_caption_is_no_row() -> None:
    document = page(
        f"<article><p>{FIRST}</p><table><caption>表1</caption><tr><th>村</th><th>負担</th></tr>"
        "<tr><td>上村</td><td>三割</td></tr></table></article>"
    )
    row = document.blocks[-1]
    assert row.lead is not None
    assert document.text[row.lead.start : row.lead.end] == "| 村 | 負担 |"


def test_text_without_a_paragraph_is_kept() -> None:
    assert page(f"{FIRST}<br><br>{SECOND}<b>強調</b>の文。").text == f"{FIRST}\n\n{SECOND}強調の文。"
    assert (
        page(f"{FIRST}<p>{SECOND}</p>終わりの文である。").text == f"{FIRST}\n\n{SECOND}\n\n終わりの文である。"
    )


def test_a_row_is_no_title() -> None:
    assert page(f"<table><tr><td>{FIRST}</td></tr></table>").title == "a"


def test_ruby_is_left_out_and_navigation_too() -> None:
    document = page(
        "<nav><a href=/>トップ</a></nav>"
        f"<article><p><ruby>停戦<rp>（</rp><rt>ていせん</rt><rp>）</rp></ruby>の話。{FIRST}</p></article>"
        "<footer>© 川新聞</footer>"
    )
    assert document.text == f"停戦の話。{FIRST}"
