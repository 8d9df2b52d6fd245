from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import flaws, passages
from retrieval.passages import Passage
from tests.conftest import document_of, markdown_of

LINE = st.text(st.sampled_from("停戦協議のab1 、。「」#-　[]¹|🔹"), max_size=60)
TEXT = st.lists(
    st.one_of(
        LINE,
        st.sampled_from(
            ["", "# 見出し", "## 小見出し", "- 項目", "1. 番", "① 丸", "| a | b |", "[1] 注。", "---"]
        ),
    ),
    max_size=25,
).map("\n".join)


def texts(found: list[Passage]) -> list[str]:
    return [passage.text for passage in found]


def sentences(passage: Passage) -> list[str]:
    return [passage.said_at(one.span) for one in passage.sentences]


def test_a_section_is_a_passage_with_its_heading_and_path() -> None:
    found = passages.split(
        markdown_of("# 題\n前書き。\n\n## 一\n甲。乙。\n\n### 細目\n丙。\n\n## 二\n丁。\n"), 400
    )
    assert [(one.section, one.text) for one in found] == [
        (("題",), "# 題\n前書き。"),
        (("題", "一"), "## 一\n甲。乙。"),
        (("題", "一", "細目"), "### 細目\n丙。"),
        (("題", "二"), "## 二\n丁。"),
    ]
    assert [one.lines for one in found] == [(1, 2), (4, 5), (7, 8), (10, 11)]
    assert [one.quotable for one in found[1].sentences] == [False, True, True]


def test_two_sections_of_one_name_stay_two() -> None:
    found = passages.split(markdown_of("# 題\n\n## 理由\n甲。\n\n## 理由\n乙。\n"), 400)
    assert texts(found) == ["# 題\n\n## 理由\n甲。", "## 理由\n乙。"]


def test_headings_with_nothing_below_go_to_the_next_section() -> None:
    assert texts(passages.split(markdown_of("# 題\n\n## 一\n\n甲。"), 400)) == ["# 題\n\n## 一\n\n甲。"]
    assert texts(passages.split(markdown_of("甲。\n\n# 終わり"), 400)) == ["甲。", "# 終わり"]


def test_a_rule_is_no_passage_of_its_own() -> None:
    assert texts(passages.split(markdown_of("# 一\n甲。\n\n---\n\n# 二\n乙。"), 400)) == [
        "# 一\n甲。\n\n---",
        "# 二\n乙。",
    ]


def test_sentences_fill_a_passage_and_the_last_ones_begin_the_next() -> None:
    one = "停戦の条件を協議した。"  # 11 characters
    # a fifth of 100 holds one of them; nine fit into a passage
    found = passages.split(document_of(one * 20), 100)
    assert texts(found) == [one * 9, one * 9, one * 4]
    assert [passage.start for passage in found] == [0, 88, 176]


def test_a_sentence_too_long_to_repeat_is_not_repeated() -> None:
    clause = "停戦の条件を協議し、"  # 10 characters
    found = passages.split(document_of(clause * 12 + "終えた。"), 50)
    assert texts(found) == [clause * 5, clause * 5, clause * 2 + "終えた。"]


def test_a_paragraph_that_fits_is_not_divided() -> None:
    first, second = "甲" * 29 + "。", "乙" * 14 + "。" + "丙" * 14 + "。"
    assert texts(passages.split(document_of(f"{first}\n{second}"), 50)) == [first, second]
    assert texts(passages.split(document_of(f"{first}\n{second}"), 61)) == [f"{first}\n{second}"]


def test_a_list_stays_with_the_line_that_introduces_it() -> None:
    text = "甲" * 30 + "。\n柱は次のとおり。\n- 保証\n- 復興"  # 31 + 1 + 8 + 10 characters
    assert texts(passages.split(document_of(text), 49)) == [
        "甲" * 30 + "。",
        "柱は次のとおり。\n- 保証\n- 復興",
    ]
    assert sentences(passages.split(document_of(text), 400)[0])[1:] == [
        "柱は次のとおり。",
        "- 保証",
        "- 復興",
    ]


def test_a_list_too_long_for_a_passage_is_divided_between_its_items() -> None:
    items = [f"- {number}番目の条件の項目である" for number in range(1, 8)]  # 14 characters
    found = passages.split(document_of("\n".join(["条件は次のとおり。", *items])), 50)
    assert found[0].text == "条件は次のとおり。\n" + "\n".join(items[:2])
    assert all(passage.text.startswith("- ") for passage in found[1:])


def test_a_tables_row_is_whole_and_knows_its_header() -> None:
    text = "| 国 | 人口 |\n|---|---|\n| 日本 | 1億。多い。 |"
    for document in (markdown_of(text), document_of(text)):
        [found] = passages.split(document, 400)
        assert sentences(found) == text.split("\n")
        header = found.sentences[2].header
        assert header is not None
        assert text[header.start : header.end] == "| 国 | 人口 |"
        assert [one.quotable for one in found.sentences] == [True, False, True]


def test_what_is_longer_than_a_passage_is_not_said_with_each() -> None:
    table = markdown_of(f"| {'国' * 60} |\n|---|\n| 日本 |\n")
    assert [one.header for passage in passages.split(table, 50) for one in passage.sentences][-1] is None
    titled = passages.split(markdown_of(f"# {'題' * 400}\n\n甲。"), 50)
    assert {one.section for one in titled} == {("題" * 299 + "…",)}


def test_a_passage_names_the_pages_that_it_is_on() -> None:
    found = passages.split(document_of("甲。\n乙。\n丙。", page_starts=(0, 3, 6)), 400)
    assert [one.pages for one in found] == [(1, 3)]
    assert passages.split(document_of("甲。"), 400)[0].pages is None


def test_the_front_matter_is_in_no_passage() -> None:
    assert texts(passages.split(markdown_of("---\ntitle: 題\n---\n甲。"), 400)) == ["甲。"]


def test_a_passage_carries_the_footnotes_that_it_cites() -> None:
    text = "甲した[1]。乙した[2]。\n\n[1] 出典甲。\n[2] 出典乙。"
    body, first, second = passages.split(document_of(text), 400)
    assert [(one.label, text[one.span.start : one.span.end]) for one in body.notes] == [
        ("1", "[1] 出典甲。"),
        ("2", "[2] 出典乙。"),
    ]
    assert (first.text, first.notes, first.section) == ("[1] 出典甲。", (), ())
    assert second.text == "[2] 出典乙。"


def test_footnotes_below_a_heading_are_in_its_section() -> None:
    found = passages.split(
        markdown_of("# 題\n甲[^1]。\n\n## 注\n\n[^1]: 出典。\n\n[^2]: 他。\n\n# 次\n乙[^2]。"), 400
    )
    assert [(one.section, one.text) for one in found] == [
        (("題",), "# 題\n甲[^1]。"),
        (("題", "注"), "## 注\n\n[^1]: 出典。"),
        (("題", "注"), "[^2]: 他。"),
        (("次",), "# 次\n乙[^2]。"),
    ]


def test_a_passage_knows_the_dates_that_it_mentions() -> None:
    [found] = passages.split(document_of("題\n2026年1月19日\n昨年11月と令和8年1月20日に。"), 400)
    assert found.dates == ("2026-01-19", "2025-11", "2026-01-20")


def test_a_flawed_sentence_is_named() -> None:
    [found] = passages.split(document_of("停戦を協議した。但是,但是这样的事情。次に進む。"), 400)
    assert [one.flaw for one in found.sentences] == [None, flaws.FOREIGN, None]


def test_a_footnote_may_name_a_chinese_source() -> None:
    text = "停戦を協議したと伝えた[1]。\n\n[1] 新华社这样报道，我们的记者。"
    found = passages.split(document_of(text), 400)
    assert [one.flaw for passage in found for one in passage.sentences] == [None, None]


@pytest.mark.parametrize("made", [document_of, markdown_of])
@given(text=TEXT, size=st.integers(50, 400))
def test_what_holds_for_any_text(made, text: str, size: int) -> None:
    found = passages.split(made(text), size)
    covered: set[int] = set()
    for passage in found:
        assert passage.text == text[passage.start : passage.end]
        assert 0 < len(passage.text) <= size
        first = text.count("\n", 0, passage.start) + 1
        assert passage.lines == (first, first + passage.text.count("\n"))
        covered.update(range(passage.start, passage.end))
        inner = [(s.span.start, s.span.end) for s in passage.sentences]
        assert inner[0][0] == passage.start
        assert inner[-1][1] == passage.end
        assert all(a < b for a, b in inner)
        assert all(b <= c for (_, b), (c, _) in pairwise(inner))
    assert all(a.start < b.start and a.end < b.end for a, b in pairwise(found))
    assert {at for at, character in enumerate(text) if not character.isspace()} <= covered


@given(st.text(max_size=300))
def test_spans_are_exact_and_complete_for_any_characters(text: str) -> None:
    document = document_of(text)
    found = passages.split(document, 50)
    covered = {at for passage in found for at in range(passage.start, passage.end)}
    assert {at for at, character in enumerate(document.text) if not character.isspace()} <= covered
