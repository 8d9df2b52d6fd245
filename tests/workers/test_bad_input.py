"""Everything that may lie in a folder: each file has its document, or one clear line that says why not."""

import io
import os
import socket
import tempfile
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import fpdf
import pypdf
import pytest

from retrieval import documents, workers
from retrieval.documents import Document, LeftOut, Limits, html
from retrieval.workers import Made

SMALL = Limits(max_seconds=20, max_memory=256, max_pages=100, max_characters=100_000)
TIGHT = Limits(max_seconds=20, max_memory=128, max_pages=100, max_characters=100_000)


def read(folder: Path, limits: Limits = SMALL) -> dict[str, Document | str]:
    """Each document that was read, or the reason why it was not, by name."""
    found: dict[str, Document | str] = {}
    for file in workers.read(documents.find(folder), limits, 400):
        for one in file.documents:
            if isinstance(one, Made):
                found[one.document.name] = one.document
                text = one.document.text
                assert all(p.text == text[p.start : p.end] for p in one.passages)
            else:
                assert len(one.reason.splitlines()) == 1
                found[one.name] = one.reason
    return found


def reason(folder: Path, name: str, data: bytes, limits: Limits = SMALL) -> str:
    """Why a file with these bytes is left out; the one beside it is read."""
    (folder / name).write_bytes(data)
    (folder / "zz.txt").write_text("犬がいる。", "utf-8")
    found = read(folder, limits)
    assert isinstance(found.pop("zz.txt"), Document)
    assert list(found) == [name]
    said = found[name]
    assert isinstance(said, str), said
    return said


def pdf(*pages: str) -> bytes:
    """A PDF of pages with one line each."""
    file = fpdf.FPDF()
    file.set_font("helvetica", size=12)
    for page in pages:
        file.add_page()
        file.cell(text=page)
    return bytes(file.output())


def raw_pdf(objects: dict[int, bytes]) -> bytes:
    """A PDF of these objects; the first is its catalog."""
    body, offsets = b"%PDF-1.7\n", {}
    for number, own in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj %b endobj\n" % (number, own)
    size = max(objects) + 1
    table = b"".join(
        b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
        for number in range(size)
    )
    end = b"xref\n0 %d\n%btrailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return body + end % (size, table, size, len(body))


CATALOG, FONT = b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"


def page(contents: bytes = b"5 0 R") -> bytes:
    return b"<</Type /Page /Parent 2 0 R /Contents %b /Resources <</Font <</F 4 0 R>>>>>>" % contents


def stream(data: bytes, *, packed: bool = False) -> bytes:
    filter = b" /Filter /FlateDecode" if packed else b""
    return b"<</Length %d%b>> stream\n%b\nendstream" % (len(data), filter, data)


def word_file(**parts: bytes) -> bytes:
    """A Word file with some of its parts replaced."""
    target = io.BytesIO()
    docx.Document().save(target)
    made = io.BytesIO()
    names = {f"word/{name}.xml": data for name, data in parts.items()}
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, names.get(name, old.read(name)))
    return made.getvalue()


ZIP = io.BytesIO()
with zipfile.ZipFile(ZIP, "w") as _file:
    _file.writestr("a.txt", "text")


@pytest.mark.parametrize("ending", [".txt", ".md", ".html", ".pdf", ".docx", ".jsonl"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\t\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xef\xbb\xbf\xef\xbb\xbf\n",
        bytes(range(256)) * 9,
        ZIP.getvalue(),
        b"\0" * 3000,
    ],
    ids=["empty", "blank", "bom", "bom16", "boms", "random", "zip", "nuls"],
)
def test_what_is_no_document_has_a_reason(tmp_path: Path, ending: str, data: bytes) -> None:
    (tmp_path / f"a{ending}").write_bytes(data)
    (tmp_path / "zz.txt").write_text("犬がいる。", "utf-8")
    found = read(tmp_path)
    assert isinstance(found.pop("zz.txt"), Document)
    if ending == ".jsonl" and data in (b"", b" \n\t\n", b"\xef\xbb\xbf", b"\xff\xfe"):
        assert found == {"a.jsonl": "no documents in it"}
    assert found
    assert all(isinstance(one, str) for one in found.values())


def test_cut_off_files_are_read_or_have_a_reason(tmp_path: Path) -> None:
    word = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("A paragraph of a Word file.")
    document.save(word)
    for name, data in {"a.pdf": pdf("Some text."), "a.docx": word.getvalue()}.items():
        for part in range(1, 10):
            (tmp_path / f"{part}{name}").write_bytes(data[: len(data) * part // 10])
    found = read(tmp_path)
    assert len(found) == 18
    assert sum(isinstance(one, str) for one in found.values()) >= 9


def test_an_empty_user_password_opens_and_another_does_not(tmp_path: Path) -> None:
    for name, password in {"open": "", "shut": "word"}.items():
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("Secret.")))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        with (tmp_path / f"{name}.pdf").open("wb") as file:
            writer.write(file)
    found = read(tmp_path)
    assert isinstance(found["open.pdf"], Document)
    assert found["open.pdf"].text == "Secret."
    assert found["shut.pdf"] == "encrypted; remove its password first"


def test_a_scanned_pdf_asks_for_ocr(tmp_path: Path) -> None:
    assert "run OCR on it first" in reason(tmp_path, "a.pdf", pdf(" "))


def test_a_decompression_bomb_costs_its_document_only(tmp_path: Path) -> None:
    bomb = zlib.compress(b"\0" * 150_000_000, 9)
    bomb = zlib.compress(bomb, 9)
    contents = b"<</Length %d /Filter [/FlateDecode /FlateDecode]>> stream\n%b\nendstream" % (len(bomb), bomb)
    kids = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
    data = raw_pdf({1: CATALOG, 2: kids, 3: page(), 4: FONT, 5: contents})
    assert len(data) < 10_000
    assert reason(tmp_path, "a.pdf", data)


def test_a_word_file_that_unpacks_to_a_gigabyte_meets_the_memory_limit(tmp_path: Path) -> None:
    said = reason(tmp_path, "a.docx", word_file(document=b"<w>" + b" " * 500_000_000), TIGHT)
    assert said == "needs more memory than 128 MiB; raise SHUTTEN_MAX_MEMORY, or divide the document"


@pytest.mark.parametrize("kids", [b"2 0 R", b"3 0 R 6 0 R"], ids=["itself", "each other"])
def test_loops_in_a_pdf_come_to_an_end(tmp_path: Path, kids: bytes) -> None:
    tree = b"<</Type /Pages /Kids [%b] /Count 1>>"
    objects = {1: CATALOG, 2: tree % kids, 3: tree % b"6 0 R", 4: FONT, 6: tree % b"3 0 R"}
    assert reason(tmp_path, "a.pdf", raw_pdf(objects))


@pytest.mark.parametrize(
    "length", [b"99999999999999999999", b"-1", b"5 0 R", b"(x)"], ids=["huge", "negative", "itself", "text"]
)
def test_a_stream_that_lies_about_its_size_is_read_or_has_a_reason(tmp_path: Path, length: bytes) -> None:
    lies = b"<</Length %b>> stream\nBT /F 12 Tf (Some text.) Tj ET\nendstream" % length
    kids = b"<</Type /Pages /Kids [3 0 R] /Count 99999999999999999999>>"
    for number, count in enumerate((b"1", b"-1")):
        tree = b"<</Type /Pages /Kids [3 0 R] /Count %b>>" % count
        (tmp_path / f"{number}.pdf").write_bytes(raw_pdf({1: CATALOG, 2: tree, 3: page(), 4: FONT, 5: lies}))
    (tmp_path / "2.pdf").write_bytes(raw_pdf({1: CATALOG, 2: kids, 3: page(), 4: FONT, 5: lies}))
    found = read(tmp_path)
    assert len(found) == 3
    assert "SHUTTEN_MAX_PAGES" in str(found["2.pdf"])


def test_a_stream_shared_by_thousands_of_pages_meets_a_limit(tmp_path: Path) -> None:
    text = stream(zlib.compress(b"BT /F 12 Tf " + b"(Some text. ) Tj " * 3000 + b"ET"), packed=True)
    kids = b"<</Type /Pages /Kids [%b] /Count 5000>>" % (b"3 0 R " * 5000)
    data = raw_pdf({1: CATALOG, 2: kids, 3: page(), 4: FONT, 5: text})
    said = reason(tmp_path, "a.pdf", data, Limits(30, 256, 5000, 100_000))
    says = "characters or more, and at most 100,000 are read; raise SHUTTEN_MAX_CHARACTERS"
    assert says in said


def test_100_000_pages_meet_a_limit_whatever_the_file_says(tmp_path: Path) -> None:
    for number, count in enumerate((100_000, 1)):
        kids = b"<</Type /Pages /Kids [%b] /Count %d>>" % (b"3 0 R " * 100_000, count)
        (tmp_path / f"{number}.pdf").write_bytes(
            raw_pdf({1: CATALOG, 2: kids, 3: page(), 4: FONT, 5: stream(b"")})
        )
    found = read(tmp_path, Limits(60, 1024, 100, 100_000))
    says = "has 100,000 pages, more than 100; raise SHUTTEN_MAX_PAGES, or divide the document"
    assert found == {"0.pdf": says, "1.pdf": says}


@pytest.mark.parametrize("ending", [".txt", ".md", ".html", ".jsonl"])
def test_a_line_of_200_megabytes_meets_a_limit(tmp_path: Path, ending: str) -> None:
    with (tmp_path / f"a{ending}").open("wb") as file:
        file.write(b'{"text": "' if ending == ".jsonl" else b"<p>" if ending == ".html" else b"")
        for _ in range(200):
            file.write(b"a" * 1_000_000)
        file.write(b'"}' if ending == ".jsonl" else b"")
    [said] = read(tmp_path, Limits(30, 1024, 100, 1_000_000)).values()
    assert "SHUTTEN_MAX_" in str(said)


@pytest.mark.parametrize(
    "data",
    [
        b"<div>" * 100_000 + "犬".encode(),
        b"<p>" + b"<b><i>" * 50_000 + "犬".encode(),
        b"<ul><li>" * 30_000 + "犬".encode(),
        b"<table><tr><td>" * 20_000 + "犬".encode(),
    ],
    ids=["div", "inline", "list", "table"],
)
def test_deeply_nested_html_is_read_or_has_a_reason(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.html").write_bytes(data)
    assert list(read(tmp_path)) == ["a.html"]


BOMB = '<!DOCTYPE x [<!ENTITY a0 "犬犬犬犬犬犬犬犬犬犬">'.encode() + b"".join(
    b'<!ENTITY a%d "%b">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 12)
)


def test_a_web_page_with_a_text_of_ten_megabytes_is_not_cut() -> None:
    text = "a" * 10_100_000
    page = f"<html><body><article><p>犬がいる。</p><p>{text}</p><p>終わり。</p></article></body></html>"
    assert html.read(page.encode()).text.split() == ["犬がいる。", text, "終わり。"]


def test_an_entity_bomb_in_a_web_page_does_not_go_off(tmp_path: Path) -> None:
    page = "]><html><body><p>犬がいる。&a11;</p></body></html>"
    (tmp_path / "a.html").write_bytes(BOMB + page.encode())
    found = read(tmp_path)["a.html"]
    assert isinstance(found, str) or len(found.text) < 1000


def test_an_entity_bomb_in_a_word_file_does_not_go_off(tmp_path: Path) -> None:
    space = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = b'<w:document xmlns:w="%b"><w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>'
    assert reason(tmp_path, "a.docx", word_file(document=BOMB + b"]>" + body % space))


def test_strange_characters_come_through_or_are_replaced_in_place(tmp_path: Path) -> None:
    text = "犬\0がいる。\x1b[31m\x07\u202e逆さ\u202c \u2066x\u2069\u200b。"
    (tmp_path / "a.txt").write_text(text, "utf-8")
    (tmp_path / "b.jsonl").write_text(
        '{"_id": "\\ud800", "title": "\\udfff題", "text": "犬\\ud83dがいる。\\ud83d\\udc15"}', "utf-8"
    )
    (tmp_path / "c.txt").write_bytes("犬".encode() + b"\xed\xa0\x80")
    found = read(tmp_path)
    assert found["a.txt"].text == text.replace("\0", "\ufffd")  # type: ignore[union-attr]
    document = found["b.jsonl#\ufffd"]
    assert isinstance(document, Document)
    assert (document.text, document.title) == ("犬\ufffdがいる。🐕", "\ufffd題")
    assert found["c.txt"] == "its encoding cannot be told; save it as UTF-8"


def test_strange_names(tmp_path: Path) -> None:
    names = [
        unicodedata.normalize("NFC", "がé.txt"),
        unicodedata.normalize("NFD", "がé.txt"),
        "a\nb.txt",
        "<b>&amp;.txt",
        "長" * 83 + "aa.txt",  # 255 bytes
        "\x1b[2J\u202e.txt",
        " .txt",
        "-k.txt",
    ]
    for name in names:
        (tmp_path / name).write_text("犬がいる。", "utf-8")
    for number, own in enumerate((b"\xff.txt", b"\\xff.txt")):
        (tmp_path / os.fsdecode(own)).write_text(f"犬が{number}匹。", "utf-8")
    found = read(tmp_path)
    assert set(found) == {*names, r"\xff.txt", r"\xff.txt'"}
    assert all(isinstance(one, Document) for one in found.values())
    assert len(set(map(repr, found))) == len(names) + 2


def test_what_is_no_file(tmp_path: Path) -> None:
    seeds, outside = tmp_path / "seeds", tmp_path / "outside"
    for folder in (seeds / "x.pdf", outside):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text("犬がいる。", "utf-8")
    (seeds / "out.txt").symlink_to(outside / "a.txt")
    (seeds / "relative.txt").symlink_to("../outside/a.txt")
    (seeds / "within.txt").symlink_to("x.pdf/a.txt")
    (seeds / "folder").symlink_to(outside)
    (seeds / "self").symlink_to(".")
    (seeds / "loop.txt").symlink_to("loop.txt")
    (seeds / "nowhere.txt").symlink_to("gone.txt")
    (seeds / "null.txt").symlink_to("/dev/zero")
    os.mkfifo(seeds / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(seeds / "socket.txt"))
        found = read(seeds)
    assert {name for name, one in found.items() if isinstance(one, Document)} == {"within.txt", "x.pdf/a.txt"}
    out = "a link out of the folder, which is not followed; put the file there"
    to_folder = "a link to a folder, which is not followed; put its files there"
    assert {name: one for name, one in found.items() if isinstance(one, str)} == {
        "out.txt": out,
        "relative.txt": out,
        "folder": to_folder,
        "self": to_folder,
        "loop.txt": "cannot be opened (Too many levels of symbolic links)",
        "nowhere.txt": "cannot be opened (No such file or directory)",
        "null.txt": out,
        "pipe.txt": "not a file but a folder, a pipe, a socket or a device",
        "socket.txt": "cannot be opened (No such device or address)",
    }


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_files_and_folders_that_may_not_be_opened() -> None:
    """In a copy of this process that is not root's, since root may open everything."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryFile("w+") as said:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "shut").mkdir(0o000)
        (folder / "a.txt").write_text("犬", "utf-8")
        (folder / "a.txt").chmod(0o000)
        if (child := os.fork()) == 0:
            if os.geteuid() == 0:
                os.seteuid(65534)
            for own, path in documents.find(folder).items():
                print(*documents.read_all(path, own), file=said)
            said.flush()
            os._exit(0)
        os.waitpid(child, 0)
        said.seek(0)
        reason = "cannot be opened (Permission denied)"
        assert said.read().splitlines() == [str(LeftOut(own, reason)) for own in ("a.txt", "shut")]
        (folder / "shut").chmod(0o700)


def test_a_file_that_is_gone_when_its_turn_comes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("犬がいる。", "utf-8")
    files = documents.find(tmp_path)
    (tmp_path / "a.txt").unlink()
    [file] = workers.read(files, SMALL, 400)
    assert (file.sha256, file.documents) == (
        "",
        (LeftOut("a.txt", "cannot be opened (No such file or directory)"),),
    )


def test_a_file_that_changes_while_it_is_read_is_read_again_by_the_next_build(tmp_path: Path) -> None:
    """The digest is of what was there before, so that the file counts as changed."""
    path = tmp_path / "a.txt"
    path.write_text("犬がいる。", "utf-8")
    real: Callable[..., str] = documents.digest

    def changing(*arguments: object) -> str:
        found = real(*arguments)
        path.write_text("猫がいる。", "utf-8")
        return found

    before = documents.digest(path, "a.txt")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(workers, "digest", changing)
        [file] = workers.read(documents.find(tmp_path), SMALL, 400)
    assert file.sha256 == before != documents.digest(path, "a.txt")
    [made] = file.documents
    assert isinstance(made, Made)
    assert made.document.text == "猫がいる。"


def test_it_takes_no_longer_than_it_may(tmp_path: Path) -> None:
    text = stream(zlib.compress(b"BT /F 12 Tf " + b"(Some text. ) Tj " * 9000 + b"ET"), packed=True)
    kids = b"<</Type /Pages /Kids [%b] /Count 5000>>" % (b"3 0 R " * 5000)
    data = raw_pdf({1: CATALOG, 2: kids, 3: page(), 4: FONT, 5: text})
    started = time.monotonic()
    said = reason(tmp_path, "a.pdf", data, Limits(3, 1024, 5000, 10**9))
    assert said == "takes longer than 3 seconds to read; raise SHUTTEN_MAX_SECONDS, or divide the document"
    assert time.monotonic() - started < 60
