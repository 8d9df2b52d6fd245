"""PDF files, made here."""

import io

import fpdf
import pypdf
import pytest

from retrieval.documents import Document, pdf
from retrieval.errors import UnreadableDocument


def made(pages: list[list[str]], **metadata: str) -> bytes:
    """A PDF with these lines, in Latin script, on these pages."""
    file = fpdf.FPDF()
    for name, value in metadata.items():
        getattr(file, f"set_{name}")(value)
    for lines in pages:
        file.add_page()
        file.set_font("helvetica", size=12)
        for line in lines:
            file.cell(text=line, new_x=fpdf.XPos.LMARGIN, new_y=fpdf.YPos.NEXT)
    return bytes(file.output())


def test_pages_are_kept() -> None:
    content = pdf.read(made([["First page."], ["Second page."]], title="A  title", author="Somebody"))
    assert content.text == "First page.\nSecond page."
    assert content.page_starts == (0, 12)
    assert content.metadata.title == "A title"
    assert content.metadata.author == "Somebody"
    document = Document.of("a.pdf", "", content)
    assert document.pages(0, 11) == (1, 1)
    assert document.pages(12, 18) == (2, 2)


def test_wrapped_lines_are_joined_and_ended_ones_are_not() -> None:
    content = pdf.read(
        made([["This line was only wrapped by the", "page, and this one ends here.", "Short", "1. Item"]])
    )
    assert content.text == "This line was only wrapped by the page, and this one ends here.\nShort\n1. Item"


def test_a_paragraph_goes_on_over_a_page_break() -> None:
    content = pdf.read(
        made([["A paragraph that does not end at the"], ["end of its page, but on the next."]])
    )
    assert content.text == "A paragraph that does not end at the end of its page, but on the next."
    assert Document.of("a.pdf", "", content).pages(0, len(content.text)) == (1, 2)


def test_a_page_without_text_is_a_page() -> None:
    content = pdf.read(made([["One."], [], ["Three."]]))
    assert content.text == "One.\nThree."
    assert len(content.page_starts) == 3
    assert Document.of("a.pdf", "", content).pages(5, 11) == (3, 3)


def japanese(*pages: list[str]) -> bytes:
    """A PDF whose glyphs are numbered as UTF-16 is, in a font that it names and does not bring."""
    to_unicode = (
        "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange"
    )
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    objects = {
        1: "<</Type /Catalog /Pages 2 0 R>>",
        2: f"<</Type /Pages /Kids [{kids}] /Count {len(pages)}>>",
        3: "<</Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H"
        " /DescendantFonts [4 0 R] /ToUnicode 5 0 R>>",
        4: "<</Type /Font /Subtype /CIDFontType2 /BaseFont /Any"
        " /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /DW 1000>>",
        5: _stream(to_unicode),
    }
    for number, lines in enumerate(pages):
        shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td" for line in lines)
        objects[10 + 2 * number] = (
            f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {11 + 2 * number} 0 R"
            " /Resources <</Font <</F 3 0 R>>>>>>"
        )
        objects[11 + 2 * number] = _stream(f"BT /F 12 Tf 20 700 Td {shown} ET")
    body, offsets = "%PDF-1.7\n", {}
    for number, own in objects.items():
        offsets[number] = len(body)
        body += f"{number} 0 obj {own} endobj\n"
    size = max(objects) + 1
    table = "".join(
        f"{offsets[number]:010} 00000 n \n" if number in offsets else "0000000000 00000 f \n"
        for number in range(1, size)
    )
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer <</Size {size} /Root 1 0 R>>"
    return f"{body}{end}\nstartxref\n{len(body)}\n%%EOF".encode()


def _stream(own: str) -> str:
    return f"<</Length {len(own)}>> stream\n{own}\nendstream"


def test_japanese_lines_are_joined_without_a_blank() -> None:
    content = pdf.read(japanese(["停戦の条件をめぐる協議は", "来月まで続く。", "別の段落。"]))
    assert content.text == "停戦の条件をめぐる協議は来月まで続く。\n別の段落。"


def test_a_pdf_without_text_asks_for_ocr() -> None:
    with pytest.raises(UnreadableDocument, match=r"no text in this PDF .*OCR"):
        pdf.read(made([[]]))


def test_an_encrypted_pdf_asks_for_its_password_to_be_removed() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made([["Secret."]])))
    writer.encrypt("word", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    with pytest.raises(UnreadableDocument, match="encrypted; remove its password"):
        pdf.read(target.getvalue())


@pytest.mark.parametrize("data", [b"", b"no PDF", b"%PDF-1.7\n%%EOF"])
def test_a_broken_pdf_is_one_line(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"^not a readable PDF \(.*\)$"):
        pdf.read(data)


def outcome(data: bytes) -> str:
    try:
        return pdf.read(data).text
    except UnreadableDocument as error:
        return str(error)


def test_a_truncated_pdf_is_read_or_refused_in_one_line() -> None:
    whole = made([["Some text."]])
    outcomes = {outcome(whole[:end]) for end in range(0, len(whole), 97)}
    assert any("not a readable PDF" in one for one in outcomes)
    assert all(len(one.splitlines()) == 1 for one in outcomes)


def test_a_damaged_pdf_is_read_or_refused_in_one_line() -> None:
    whole = made([["Some text."]])
    outcomes = {outcome(whole[:at] + b"9 /X" + whole[at + 4 :]) for at in range(9, len(whole), 41)}
    assert any("not a readable PDF" in one for one in outcomes)
    assert all(len(one.splitlines()) == 1 for one in outcomes)


def test_headers_footers_and_page_numbers_are_taken_out_where_they_repeat() -> None:
    bodies = [["The river rose."], ["The gate was shut.", "It held."], ["In 2026 it fell."]]
    pages = [["Report of 2026", *body, f"- {number} -"] for number, body in enumerate(bodies, start=7)]
    content = pdf.read(made(pages))
    assert content.text == "The river rose.\nThe gate was shut.\nIt held.\nIn 2026 it fell."
    assert content.page_starts == (0, 16, 44)


def test_what_stands_on_one_page_only_stays() -> None:
    content = pdf.read(made([["Report of 2026.", "The river rose.", "12"]]))
    assert content.text == "Report of 2026.\nThe river rose.\n12"


def test_radicals_ligatures_and_vertical_forms_are_the_characters_that_were_written() -> None:
    content = pdf.read(japanese(["\u2f47\u2f49と⻑い\ufb01le︒"]))
    assert content.text == "日月と長いfile。"


def test_vertical_text_is_lines_again() -> None:
    content = pdf.read(japanese(["題名", *"停戦の条件を協議した︒", "Shutten"]))
    assert content.text == "題名\n停戦の条件を協議した。\nShutten"


def test_readings_above_words_are_left_out() -> None:
    data = japanese(["ていせん じょうけん", "停戦の条件を協議した。", "これも"])
    small = data.replace(b"/F 12 Tf 20 700 Td", b"/F 6 Tf 20 700 Td").replace(
        b" Tj 0 -20 Td", b" Tj 0 -20 Td /F 12 Tf", 1
    )
    assert pdf.read(data).text.startswith("ていせん じょうけん")
    assert pdf.read(small).text == "停戦の条件を協議した。\nこれも"


def test_an_encoding_that_a_font_brings_itself_is_two_bytes_wide() -> None:
    encoding = b"1 begincodespacerange <0000> <FFFF> endcodespacerange"
    data = japanese(["停戦の条件"]).replace(b"/Encoding /Identity-H", b"/Encoding 6 0 R")
    own = b"6 0 obj <</Type /CMap /Length %d>> stream\n%s\nendstream endobj\n" % (len(encoding), encoding)
    assert pdf.read(data.replace(b"10 0 obj", own + b"10 0 obj", 1)).text == "停戦の条件"
