import errno
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from retrieval import Settings, build, workers
from retrieval.documents import LeftOut
from retrieval.errors import CannotWrite, NoDocuments
from retrieval.index.build import Changes, changes, is_current
from retrieval.index.generation import open_current
from retrieval.index.making import Progress
from retrieval.index.reuse import Known


def test_a_build_holds_every_document_and_vector(settings: Settings, words) -> None:
    report = build(settings, words)
    assert (report.documents, report.passages, report.left_out) == (3, 3, ())
    index = open_current(settings.index, "words")
    assert index.catalog.names() == ["cat.txt", "dog.md", "sub/bird.txt"]
    assert len(index.legs.passages.vectors) == 3
    assert len(index.legs.sentences.vectors) == report.sentences == 3 + 3 + 2
    # 犬 stands three times in dog.md's only passage, once in its title: (0, 4, 0, 0, 1, 0) / sqrt(17)
    row = index.legs.passages.vectors.rows(np.array([1]))[0]
    np.testing.assert_allclose(row, np.array([0, 4, 0, 0, 1, 0]) / np.sqrt(17), 2**-11)


def test_passages_come_back_as_they_were_split(built: Settings) -> None:
    catalog = open_current(built.index, "words").catalog
    metadata, passage = catalog.passage(1)
    assert metadata.title == "犬の記録"
    assert metadata.date == "2026-01-19"
    assert passage.section == ("犬",)
    assert passage.lines == (6, 8)
    assert passage.text == "# 犬\n\n犬がいる。犬が走る。"
    with pytest.raises(IndexError):
        catalog.passage(3)


def test_the_layout_says_whose_each_sentence_is(built: Settings) -> None:
    layout = open_current(built.index, "words").legs.layout
    assert layout.passages.tolist() == [0, 0, 0, 1, 1, 1, 2, 2]
    assert layout.firsts.tolist() == [0, 3, 6, 8]
    # the headings announce and are not quoted
    assert layout.quotable.tolist() == [False, True, True, False, True, True, False, True]


def test_a_heading_alone_is_quotable(settings: Settings, words) -> None:
    (settings.seeds / "dog.md").write_text("# 犬\n\n## 魚\n", encoding="utf-8")
    build(settings, words)
    assert open_current(settings.index, "words").legs.layout.quotable[3:5].all()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from here on."""
    names: list[str] = []
    really = workers.read

    def reading(files: Mapping[str, Path], *limits: object) -> Iterator[workers.File]:
        names.extend(files)
        return really(files, *limits)

    monkeypatch.setattr(workers, "read", reading)
    return names


def test_only_what_has_changed_is_read_again(built: Settings, words, read: list[str]) -> None:
    lines = ['{"_id": "a", "text": "魚がいる。"}', '{"_id": "b#c", "text": "鳥がいる。"}']
    (built.seeds / "many.jsonl").write_text("\n".join(lines), "utf-8")
    build(built, words)
    (built.seeds / "dog.md").write_text("# 犬\n\n犬が寝ている。\n", "utf-8")
    build(built, words)
    assert read == ["many.jsonl", "dog.md"]
    rebuilt = open_current(built.index, "words")
    read.clear()
    whole = built.model_copy(update={"index": built.index.with_name("whole")})
    build(whole, words)
    assert read == ["cat.txt", "dog.md", "many.jsonl", "sub/bird.txt"]
    anew = open_current(whole.index, "words")
    names = anew.catalog.names()
    assert rebuilt.catalog.names() == names == [*read[:2], "many.jsonl#a", "many.jsonl#b#c", read[3]]
    for name in names:
        assert rebuilt.catalog.document(name) == anew.catalog.document(name)
        assert list(rebuilt.catalog.passages(name)) == list(anew.catalog.passages(name))
    assert rebuilt.manifest.sources == anew.manifest.sources


def test_other_settings_and_what_could_not_be_read_are_read_again(
    built: Settings, words, read: list[str]
) -> None:
    build(built.model_copy(update={"passage_size": 100}), words)
    assert read == ["cat.txt", "dog.md", "sub/bird.txt"]
    (built.seeds / "many.jsonl").write_text('{"_id": "a", "text": "魚がいる。"}\n{"_id": "b"}', "utf-8")
    (built.seeds / "broken.txt").write_bytes(b"\xff\xfe\xfa")
    build(built, words)
    read.clear()
    report = build(built, words)
    assert read == ["broken.txt", "many.jsonl"]
    assert [one.name for one in report.left_out] == ["broken.txt", "many.jsonl line 2"]


def test_progress_counts_documents_then_texts(settings: Settings, words) -> None:
    seen: list[Progress] = []
    build(settings, words, seen.append)
    assert [p for p in seen if p.stage == "read"] == [Progress("read", n, 3) for n in range(4)]
    assert [p for p in seen if p.stage == "encode"] == [Progress("encode", 0, 11), Progress("encode", 11, 11)]


def test_an_unreadable_document_is_named_and_the_others_are_indexed(settings: Settings, words) -> None:
    (settings.seeds / "broken.txt").write_bytes(b"\xff\xfe\xfa")
    (settings.seeds / "table.xlsx").write_bytes(b"PK")
    report = build(settings, words)
    assert report.documents == 3
    assert [(one.name, one.reason.split(" ")[0]) for one in report.left_out] == [
        ("broken.txt", "begins"),
        ("table.xlsx", "unknown"),
    ]
    assert is_current(settings)


def test_nothing_readable_leaves_the_old_index(built: Settings, words) -> None:
    for path in list(built.seeds.rglob("*.*")):
        path.unlink()
    (built.seeds / "blank.txt").write_text(" \n", encoding="utf-8")
    with pytest.raises(NoDocuments, match=r"blank\.txt: no text in it"):
        build(built, words)
    assert len(open_current(built.index, "words").catalog.names()) == 3


def test_a_document_that_cannot_be_read_any_more_stays_and_is_reported(built: Settings, words) -> None:
    before = open_current(built.index, "words")
    (built.seeds / "dog.md").write_bytes(b"\xff\xfe\xfa")
    (built.seeds / "cat.txt").unlink()
    (built.seeds / "new.txt").write_bytes(b"\xff\xfe\xfa")
    report = build(built, words)
    reason = "begins as utf-16-le and is not; save it as UTF-8"
    assert report.stale == (LeftOut("dog.md", reason),)
    assert report.left_out == (LeftOut("new.txt", reason),)
    after = open_current(built.index, "words")
    assert after.catalog.names() == ["dog.md", "sub/bird.txt"]  # what was deleted went
    assert after.catalog.document("dog.md") == before.catalog.document("dog.md")
    assert list(after.catalog.passages("dog.md")) == list(before.catalog.passages("dog.md"))
    assert after.manifest.stale == report.stale
    assert is_current(built)
    build(built, words)  # it stays as long as it cannot be read
    assert open_current(built.index, "words").catalog.names() == after.catalog.names()
    (built.seeds / "dog.md").write_text("犬。", "utf-8")
    assert build(built, words).stale == ()
    (built.seeds / "dog.md").unlink()
    build(built, words)
    assert open_current(built.index, "words").catalog.names() == ["sub/bird.txt"]


def test_documents_of_a_collection_or_a_folder_stay_alike(built: Settings, words) -> None:
    lines = ['{"_id": "a", "text": "猫。"}', '{"_id": "b", "text": "犬。"}']
    corpus = built.seeds / "c.jsonl"
    corpus.write_text("\n".join(lines), "utf-8")
    build(built, words)
    corpus.write_text('{"_id": "b", "text": " "}\n{"_id": "d", "text": "鳥。"}', "utf-8")
    assert build(built, words).stale == (LeftOut("c.jsonl#b", "no text in it"),)
    names = open_current(built.index, "words").catalog.names()
    assert names == ["c.jsonl#b", "c.jsonl#d", "cat.txt", "dog.md", "sub/bird.txt"]
    corpus.write_bytes(b"\xff\xfe\xfa")
    (built.seeds / "sub").rename(built.seeds.parent / "elsewhere")
    (built.seeds / "sub").symlink_to(built.seeds.parent / "elsewhere")
    stale = build(built, words).stale
    assert [one.name for one in stale] == ["c.jsonl", "sub"]
    assert "a link to a folder" in stale[1].reason
    assert open_current(built.index, "words").catalog.names() == names


def test_a_line_that_cannot_be_read_any_more_keeps_what_it_was(built: Settings, words) -> None:
    corpus = built.seeds / "c.jsonl"
    lines = ["{", *(f'{{"_id": "{id}", "text": "犬{id}。"}}' for id in "abc")]

    def names(*held: str) -> list[str]:
        corpus.write_text("\n".join(held), "utf-8")
        build(built, words)
        found = open_current(built.index, "words").catalog.names()
        return [name.partition("#")[2] for name in found if "#" in name]

    assert names(*lines) == ["a", "b", "c"]
    assert names(*lines[:3]) == ["a", "b"]  # the first line was none before: what is gone was deleted
    assert names(lines[0], "[", lines[2]) == ["a", "b"]
    assert open_current(built.index, "words").manifest.stale[0].name == "c.jsonl line 2"
    assert names(lines[0], "[", lines[2]) == ["a", "b"]
    assert names(lines[0], lines[2]) == ["b"]


def test_other_limits_are_a_change_where_something_is_missing(built: Settings, words) -> None:
    roomier = built.model_copy(update={"max_characters": 10**8})
    assert not changes(roomier)
    (built.seeds / "new.txt").write_bytes(b"\xff\xfe\xfa")
    build(built, words)
    assert changes(roomier) == Changes(settings=("limits",))


def test_changes_name_what_differs(built: Settings) -> None:
    assert not changes(built)
    (built.seeds / "cat.txt").write_text("猫だけ。", encoding="utf-8")
    (built.seeds / "new.txt").write_text("魚。", encoding="utf-8")
    (built.seeds / "dog.md").unlink()
    now = built.model_copy(update={"passage_size": 100})
    assert changes(now) == Changes(("new.txt",), ("cat.txt",), ("dog.md",), ("passage_size",))


def test_no_index_is_not_current(settings: Settings, tmp_path: Path) -> None:
    assert not is_current(settings)


def test_a_document_that_is_called_as_another_is_left_out(settings: Settings, words) -> None:
    (settings.seeds / "c.jsonl").write_text('{"_id": "x.txt", "text": "犬がいる。"}', "utf-8")
    (settings.seeds / "c.jsonl#x.txt").write_text("猫がいる。", "utf-8")
    report = build(settings, words)
    assert report.documents == 4
    assert [(one.name, one.reason) for one in report.left_out] == [
        ("c.jsonl#x.txt", "another document is called so; rename one")
    ]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux tells which files are open")
def test_a_build_that_fails_leaves_no_file_of_its_own_open(
    settings: Settings, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Known, "rows", fails)
    with pytest.raises(CannotWrite) as refused:
        build(settings, words)
    opened = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert not [path for path in opened if str(path).endswith("(deleted)") and settings.index in path.parents]
    assert refused.value.exit_code == 1
