import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import sentences
from retrieval.sentences import Span

TEXT = st.text(st.sampled_from("停戦 a1.。！？!?、「」『』()（）\"'…\n　"), max_size=80)


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences.split(text, 0, len(text))]


@pytest.mark.parametrize(
    "expected",
    [
        ["停戦した。", "協議は続く。"],
        ["本当か！？", "本当だ。"],
        ["彼は「行く。戻る。」と言った。", "帰った。"],  # not inside quotation marks
        ["合意（案。未定）を示した。", "次へ。"],
        ["「行く。」", "「行かない。」"],  # two speakers
        ["アメリカが这样。を目指す。", "次へ。"],  # no sentence begins with を
        ["述べた。<sup>1</sup>", "続けた。[2]", "終えた。注3"],  # a footnote's mark belongs to what it is on
        ["文末に括弧がある（注）。", "次の文。"],
        ["終わらない文"],
        ["ここで終わる。」", "閉じるだけの括弧は数えない。"],
        ["開いたまま「の括弧も。", "数えない。"],
        ["開いた（ままでも「引用。の中。」では切らない。", "次の文。"],
        ["）閉じるだけでも（注。二つ。）と「引用。」は一つ。", "次の文。"],
        ["『「入れ子。」の引用。』と言った。", "次の文。"],
        ["It is 3.5 percent.", "The U.S. agreed.", "Done!"],
        ["Dr. Smith and J. R. Hill came.", "No. 7 did not."],
        ["He said “Go. Now.” and left.", "They stayed."],
        ["Он ушёл в 2 тыс. км.", "Потом вернулся?", "Да…", "Нет."],
        ["1. First item.", "2. Second item."],
        ["日本語です。", "English follows.", "また日本語。"],
    ],
)
def test_examples(expected: list[str]) -> None:
    joined = "".join(one if one[-1] in "。！？」>]" else one + " " for one in expected)
    assert split(joined) == expected


def test_a_part_of_the_text_is_counted_in_the_whole() -> None:
    text = "前。停戦した。続く。後。"
    assert sentences.split(text, 2, 10) == [Span(2, 7), Span(7, 10)]


@given(TEXT)
def test_every_character_but_blanks_is_in_exactly_one_sentence(text: str) -> None:
    spans = sentences.split(text, 0, len(text))
    covered = [at for span in spans for at in range(span.start, span.end)]
    assert covered == sorted(set(covered))
    assert {at for at, character in enumerate(text) if not character.isspace()} <= set(covered)
    for span in spans:
        piece = text[span.start : span.end]
        assert piece
        assert piece == piece.strip()


@given(TEXT, st.integers(1, 20))
def test_pieces_are_short_enough_and_nothing_is_lost(text: str, limit: int) -> None:
    pieces = sentences.cut(text, Span(0, len(text)), limit)
    covered = [at for piece in pieces for at in range(piece.start, piece.end)]
    assert covered == sorted(set(covered))
    assert {at for at, character in enumerate(text) if not character.isspace()} <= set(covered)
    assert all(0 < piece.end - piece.start <= limit for piece in pieces)


def test_a_long_sentence_is_cut_behind_a_pause() -> None:
    quoted = "彼は「停戦する。撤退も、する。復興も約束、する」と述べた。"
    assert [quoted[one.start : one.end] for one in sentences.cut(quoted, Span(0, len(quoted)), 20)] == [
        "彼は「停戦する。撤退も、する。",
        "復興も約束、する」と述べた。",
    ]
    number = Span(0, 11)
    assert [(one.start, one.end) for one in sentences.cut("8,000,000ドル", number, 8)] == [(0, 8), (8, 11)]
    text = "停戦の条件を、米国と露国が、長く協議した"
    pieces = sentences.cut(text, Span(0, len(text)), 15)
    assert [text[piece.start : piece.end] for piece in pieces] == [
        "停戦の条件を、米国と露国が、",
        "長く協議した",
    ]
