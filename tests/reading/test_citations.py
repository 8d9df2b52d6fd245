from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from retrieval import Hit, Searcher
from retrieval.reading import citations


@pytest.fixture
def hit(searcher: Searcher) -> Hit:
    return searcher.ask("犬", 1).hits[0]


def test_plain(hit: Hit) -> None:
    assert citations.plain(hit, "8行") == "「犬がいる。」(動物社『犬の記録』、2026-01-19、犬、dog.md 8行)"


def test_markdown(hit: Hit) -> None:
    assert citations.markdown(hit, "8行") == (
        "> 犬がいる。\n>\n> — 動物社 · 犬の記録 · 2026-01-19 · 犬 · dog.md · 8行\n"
    )


def test_bibtex(hit: Hit) -> None:
    start = hit.quote.start
    assert citations.bibtex(hit, "8行").split("\n") == [
        f"@misc{{dog-2026-{start},",
        "  title = {犬の記録},",
        "  publisher = {動物社},",
        "  date = {2026-01-19},",
        "  year = {2026},",
        "  note = {dog.md, 8行},",
        "  annotation = {犬がいる。},",
        "}",
    ]


def test_signs_of_latex_mean_nothing(hit: Hit) -> None:
    odd = replace(hit, source=replace(hit.source, title=r"50% & {A_b} #1 $x$ ~ ^ \alpha"))
    expected = (
        r"title = {50\% \& \{A\_b\} \#1 \$x\$ \textasciitilde{} \textasciicircum{} \textbackslash{}alpha},"
    )
    assert expected in citations.bibtex(odd, "1")


def test_what_is_no_date_is_not_given_as_one(hit: Hit) -> None:
    odd = replace(hit, source=replace(hit.source, date="冬のある日"))
    assert "date =" not in citations.bibtex(odd, "1")
    assert "冬のある日" in citations.plain(odd, "1")


def test_a_name_without_latin_letters_still_has_a_key(hit: Hit) -> None:
    odd = replace(hit, passage=replace(hit.passage, document="犬.md"))
    assert citations.bibtex(odd, "1").startswith("@misc{source-2026-")


LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), min_size=1)


@given(LINES)
def test_a_quotation_says_every_sign_and_nothing_is_markdown(lines: list[str]) -> None:
    tokens = MarkdownIt("commonmark").parse(citations.quoted("\n".join(lines)))
    kinds = [token.type for token in tokens]
    assert kinds == [
        "blockquote_open",
        "paragraph_open",
        "inline",
        "paragraph_close",
        "blockquote_close",
    ]
    said = "".join("\n" if one.type == "hardbreak" else one.content for one in tokens[2].children or [])
    assert said == "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        "- 犬",
        "+ 犬",
        "* 犬",
        "1. 犬",
        "12) 犬",
        "# 犬 #",
        "> 犬",
        "犬\n===",
        "犬\n---",
        "***",
        " - 犬",
        "     犬",
        "|a|\n|-|\n|犬|",
        "~~10~20人~~",
        "<b>犬</b> &amp; &#9829;",
        "[犬](http://a.example) ![犬](b.png) <http://a.example> [1]: b",
        "`犬` **犬** __犬__ 犬\\",
    ],
)
def test_no_sign_at_any_place_is_markdown(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(citations.quoted(text))
    assert [token.type for token in tokens if token.level < 2] == [
        "blockquote_open",
        "paragraph_open",
        "paragraph_close",
        "blockquote_close",
    ]
    children = tokens[2].children or []
    assert {one.type for one in children} <= {"text", "text_special", "hardbreak"}
    said = "".join("\n" if one.type == "hardbreak" else one.content for one in children)
    assert said == text


@pytest.mark.parametrize("text", ["2026-01-19", "us-role.md", "20%・和平:停戦 (仮) 12:30!", "AT&T, a/b"])
def test_what_is_no_markdown_reads_as_it_is(text: str) -> None:
    assert citations.literal(text) == text


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("https://a.example/b", r"https\://a.example/b"),
        ("www.a.example", r"www\.a.example"),
        ("a@b.example", r"a\@b.example"),
        (":smile: $x$ ==犬==", r"\:smile: \$x\$ \==犬\=="),
    ],
)
def test_no_address_and_no_picture_s_name_comes_alive(text: str, literal: str) -> None:
    assert citations.literal(text) == literal


def test_a_blank_line_begins_a_paragraph_of_the_same_quotation() -> None:
    assert citations.quoted("犬。\n\n猫。\n鳥。") == "> 犬。\n>\n> 猫。\\\n> 鳥。"
