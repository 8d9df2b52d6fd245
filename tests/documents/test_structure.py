"""Headings that are only written like headings, lines that go on, footnotes: what no format marks."""

import pytest

from tests.conftest import document_of, markdown_of

PROSE = "停戦の条件をめぐる協議は来月まで続く見通しである。双方の隔たりはなお大きい。"


def headings(text: str) -> list[tuple[int, str]]:
    return [(block.level, block.title) for block in document_of(text).blocks if block.kind == "heading"]


def blocks(text: str) -> list[str]:
    document = document_of(text)
    return [text[block.start : block.end] for block in document.blocks]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("1. 停戦の条件", "停戦の条件"),
        ("１．停戦の条件", "停戦の条件"),
        ("(1) 停戦の条件", "停戦の条件"),
        ("① 停戦の条件", "停戦の条件"),
        ("【停戦の条件】", "停戦の条件"),
        ("■停戦の条件", "停戦の条件"),
        ("🔹1. 停戦の条件", "停戦の条件"),
        ("第1章 停戦の条件", "停戦の条件"),
        ("一、停戦の条件", "停戦の条件"),
        ("停戦の条件", "停戦の条件"),
        ("停戦の条件か、それとも夢か？", "停戦の条件か、それとも夢か？"),
    ],
)
def test_a_short_line_between_paragraphs_is_a_heading(line: str, title: str) -> None:
    [_, (_, found)] = headings(f"題名\n{PROSE}\n{line}\n{PROSE}")
    assert found == title


@pytest.mark.parametrize(
    "line",
    [
        "停戦の条件：",
        "停戦の条件、",
        "停戦した。",
        "2026年1月19日",
        "https://example.org/a",
        "- 停戦の条件",
        "「停戦の条件」",
    ],
)
def test_other_lines_are_none(line: str) -> None:
    assert headings(f"題名\n{PROSE}\n{line}\n{PROSE}") == [(0, "題名")]


def test_a_list_of_numbers_is_a_list() -> None:
    text = f"題名\n{PROSE}\n1. 停戦\n2. 撤退\n3. 復興\n{PROSE}"
    assert headings(text) == [(0, "題名")]
    assert [block.kind for block in document_of(text).blocks].count("item") == 3


def test_the_signs_nest_in_the_order_of_their_appearance() -> None:
    text = "\n".join(
        [
            "題",
            PROSE,
            "🇷🇺 1. 露",
            "■ 条件",
            "① 甲",
            "- 項目",
            "② 乙",
            PROSE,
            "🇺🇦 2. 宇",
            "■ 条件",
            PROSE,
            "次の題",
            PROSE,
        ]
    )
    assert headings(text) == [
        (0, "題"), (2, "露"), (3, "条件"), (4, "甲"), (4, "乙"), (2, "宇"), (3, "条件"), (1, "次の題"),
    ]  # fmt: skip


def test_a_heading_that_lost_its_line_break_is_one() -> None:
    text = f"題\n{PROSE}\n🔹1. 甲\n{PROSE}\n写真の説明 🔹2. 乙\n{PROSE}"
    assert [title for _, title in headings(text)] == ["題", "甲", "乙"]


def test_marked_headings_are_the_only_ones() -> None:
    document = markdown_of(f"# 題\n\n{PROSE}\n\n著者名\n\n{PROSE}")
    assert [block.kind for block in document.blocks] == ["heading", "paragraph", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("これをもって双方は和平に合", "意できると説得した。"),  # a word across the break
        ("その条件を協議した米国", "が案を示した。"),  # a particle behind it
        ("これは原文にいう quotation", "の出典を指す。"),
        ("Both sides have long been", "willing to talk."),
    ],
)
def test_a_sentence_torn_by_a_pages_end_is_one(first: str, second: str) -> None:
    assert blocks(f"{PROSE}{first}\n\n{second}") == [f"{PROSE}{first}\n\n{second}"]


@pytest.mark.parametrize(
    "second", ["だからこそ協議した。", "- 項目", "でも、協議した。", "米国が示した。", "1. 協議した。"]
)
def test_what_begins_anew_stays_apart(second: str) -> None:
    assert len(blocks(f"{PROSE}それは和平への道\n\n{second}")) == 2


def test_a_hard_line_break_is_inside_a_sentence() -> None:
    assert blocks("停戦の条件を\n協議した。") == ["停戦の条件を\n協議した。"]
    assert blocks("停戦の条件\n協議した。") == ["停戦の条件", "協議した。"]


def test_a_line_that_is_a_date_ends() -> None:
    assert blocks("2026年1月19日\n停戦の条件を協議した。")[0] == "2026年1月19日"
    assert blocks("令和8年1月19日\nの会談で協議した。")[0] == "令和8年1月19日"


def test_lines_wrapped_at_a_width_are_one_paragraph() -> None:
    text = "停戦の条件をめぐる協議は米国\n政府の仲介で始まり双方の代表\n団が出席した。\n次の段落である。"
    assert blocks(text) == [text.rsplit("\n", 1)[0], "次の段落である。"]


@pytest.mark.parametrize(
    "mark", ["<sup>1</sup>", "[1]", "［1］", "[１]", "[^1]", "¹", "注1", "（注1）", "脚注1", "※1", "＊1"]
)
def test_a_footnote_and_its_mark_know_each_other(mark: str) -> None:
    text = f"協議した{mark}。次。\n\n{mark} 出典の文。"
    document = document_of(text)
    [note] = [block for block in document.blocks if block.kind == "note"]
    assert text[note.start : note.end] == f"{mark} 出典の文。"
    assert note.label == "1"
    call, own = document.marks
    assert text[call.start : call.end] == text[own.start : own.end] == mark
    assert call.note == own.note
    assert (call.note.start, call.note.end) == (note.start, note.end)


@pytest.mark.parametrize("text", ["面積は10m²。", "配列[1]の値。", "[1] 参照。\n本文。", "注1が要る。"])
def test_a_mark_without_a_footnote_is_text(text: str) -> None:
    document = document_of(text)
    assert document.marks == ()
    assert all(block.kind != "note" for block in document.blocks)


def test_numbers_that_begin_again_point_to_their_own_footnotes() -> None:
    text = "甲[1]。\n\n[1] 一。\n\n乙[1]。\n\n[1] 二。"
    calls = [mark for mark in document_of(text).marks if mark.start != mark.note.start]
    assert [text[mark.note.start : mark.note.end] for mark in calls] == ["[1] 一。", "[1] 二。"]


def test_a_link_below_a_footnote_belongs_to_it() -> None:
    text = "甲[1]。\n\n[1] 題、\n<https://example.org/a>\n\n本文。"
    assert "[1] 題、\n<https://example.org/a>" in blocks(text)
