from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import documents
from retrieval.errors import UnreadableDocument, UsageError
from retrieval.reading import intake


@pytest.mark.parametrize(
    ("given_", "safe"),
    [
        ("記事.md", "記事.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\記事.TXT", "記事.txt"),
        ("..hidden.txt", "hidden.txt"),
        ('a<b>:"c|?*.html', "a_b_c_.html"),
        ("a\x00b\u202ec.pdf", "a_bc.pdf"),
        ("か\u3099.txt", "が.txt"),
        ("あ" * 300 + ".md", "あ" * 120 + ".md"),
    ],
)
def test_names(given_: str, safe: str) -> None:
    assert intake.safe_name(given_) == safe


@pytest.mark.parametrize("name", ["", "a", "a.exe", ".md", "....", "a.md/", " .txt"])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="known are"):
        intake.safe_name(name)


@given(st.text())
def test_a_safe_name_stays_in_its_folder_and_is_seen(name: str) -> None:
    safe = intake.safe_name(f"{name}犬.txt")
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 500


def test_a_document_is_stored_and_seen(seeds: Path) -> None:
    assert intake.add(seeds, "新しい/魚.txt", "魚の話\n魚がいる。".encode()) == "魚.txt"
    assert (seeds / "魚.txt").read_text("utf-8") == "魚の話\n魚がいる。"
    assert documents.read(seeds / "魚.txt").title == "魚の話"
    assert not list(seeds.glob(".*"))


def test_the_folder_is_made(tmp_path: Path) -> None:
    intake.add(tmp_path / "new" / "seeds", "a.txt", "犬。".encode())
    assert (tmp_path / "new" / "seeds" / "a.txt").is_file()


def test_nothing_is_overwritten_and_nothing_stored_twice(seeds: Path) -> None:
    before = (seeds / "cat.txt").read_bytes()
    assert intake.add(seeds, "cat.txt", "別の猫の話".encode()) == "cat-2.txt"
    assert (seeds / "cat.txt").read_bytes() == before
    with pytest.raises(UsageError, match=r"cat\.txt: stands there already"):
        intake.add(seeds, "cat.txt", before)
    assert sorted(path.name for path in seeds.glob("cat*")) == ["cat-2.txt", "cat.txt"]


def test_what_cannot_be_read_is_refused_and_leaves_nothing(seeds: Path) -> None:
    before = sorted(seeds.rglob("*"))
    for name, data in [("a.pdf", b"no pdf"), ("b.txt", b"  \n "), ("c.jsonl", b"{")]:
        with pytest.raises(UnreadableDocument):
            intake.add(seeds, name, data)
    assert sorted(seeds.rglob("*")) == before


def test_too_large(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "LARGEST", 3)
    with pytest.raises(UsageError, match="larger than"):
        intake.add(seeds, "a.txt", b"four")


def test_a_single_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("犬", encoding="utf-8")
    with pytest.raises(UsageError, match="single file"):
        intake.add(tmp_path / "one.txt", "a.txt", b"x")


def test_removing(seeds: Path) -> None:
    intake.remove(seeds, "sub/bird.txt")
    assert not (seeds / "sub" / "bird.txt").exists()
    for name in ("sub/bird.txt", "../seeds/cat.txt", "/etc/hostname", "sub"):
        with pytest.raises(UsageError, match="no such file"):
            intake.remove(seeds, name)
    assert (seeds / "cat.txt").exists()
