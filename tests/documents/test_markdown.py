import pytest

from retrieval.documents import Metadata, markdown
from retrieval.errors import UnreadableDocument


def test_the_front_matter_is_metadata_and_stays_in_the_text() -> None:
    source = "---\ntitle: 題: 副題なし\n---\n".replace("題: ", "題 ") + "# 見出し\n"
    content = markdown.read(source.encode())
    assert content.metadata == Metadata(title="題 副題なし")
    assert content.text == source
    assert content.text[content.body_start :] == "# 見出し\n"


@pytest.mark.parametrize(
    ("written", "date"),
    [("2026-01-19", "2026-01-19"), ("'2026'", "2026"), ("2026-13-01", "2026-13-01"), ("", None)],
)
def test_a_date_is_text_however_yaml_takes_it(written: str, date: str | None) -> None:
    assert markdown.read(f"---\ndate: {written}\n---\n文。".encode()).metadata.date == date


def test_the_writers_own_keys_pass() -> None:
    content = markdown.read("---\ntags: [a, b]\nauthor: 名\n---\n文。".encode())
    assert content.metadata == Metadata(author="名")


def test_every_value_is_text_and_several_are_one_line() -> None:
    content = markdown.read("---\ntitle: no\nauthor: [甲, 乙]\npublisher: 2026-01-19\n---\n文。".encode())
    assert content.metadata == Metadata(title="no", author="甲, 乙", publisher="2026-01-19")


@pytest.mark.parametrize(
    "source",
    [
        "文。\n",
        "---\n文が続く。\n---\n別の文。\n",
        "---\n[1\n---\n",
        "---\n{\n---\n文。",
        "--- 文\n",
        "---\n開いたまま\n",
    ],
)
def test_a_rule_is_no_front_matter(source: str) -> None:
    content = markdown.read(source.encode())
    assert (content.text, content.body_start, content.metadata) == (source, 0, Metadata())


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("---\ntitle: [a\n---\n文。", "front matter, line 3: "),
        (f"---\na: {'[' * 5000}\n---\n文。", "front matter: nested too deeply"),
        ("---\ntitle: a\nurl: {a: b}\n---\n文。", "front matter, url: Input should be a valid string"),
    ],
)
def test_a_broken_front_matter_is_named(source: str, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=f"^{reason}"):
        markdown.read(source.encode())


def test_blocks_are_markdowns_own() -> None:
    source = """# 題 #

段落の一行目
二行目。

- 項目
  続き
- 次

  | a | b |

| 国 | 人口 |
|---|---|
| 日本 | 1億 |

副題
----

```
# 見出しでない
```
"""
    found = [(b.kind, source[b.start : b.end]) for b in markdown.read(source.encode()).blocks]
    assert found == [
        ("heading", "# 題 #"),
        ("paragraph", "段落の一行目\n二行目。"),
        ("item", "- 項目\n  続き"),
        ("item", "- 次"),
        ("item", "| a | b |"),
        ("row", "| 国 | 人口 |"),
        ("row", "| 日本 | 1億 |"),
        ("heading", "副題\n----"),
        ("paragraph", "```\n# 見出しでない\n```"),
    ]
    headings = [(b.title, b.level) for b in markdown.read(source.encode()).blocks if b.kind == "heading"]
    assert headings == [("題", 0), ("副題", 1)]
