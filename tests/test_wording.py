from dataclasses import replace
from itertools import pairwise

import pytest

from retrieval import passages, wording
from retrieval.documents import Metadata
from tests.conftest import document_of, markdown_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("## 見出し", "見出し"),
        ("- **項目**と`符号`", "項目と符号"),
        ("> 引用\n> の続き", "引用の続き"),
        ("<b>太字</b>と<br/>改行", "太字と改行"),
        ('[出典](https://example.org/a "題")を見る', "出典を見る"),
        ("<https://example.org/a>を見る", "https://example.org/aを見る"),
        ("和平に合\n\n意できる", "和平に合意できる"),
        ("the peace\ntalks", "the peace talks"),
        ("| 国 | 人口 |", "国 人口"),
        ("述べた<sup>1</sup>。終えた。¹²", "述べた。終えた。"),
        ("面積10m²、10<sup>6</sup>人", "面積10m²、106人"),
        ("3 * 4 * 5 < 6", "3 * 4 * 5 < 6"),
    ],
)
def test_signs_and_broken_lines_are_no_words(text: str, said: str) -> None:
    assert wording.plain(text) == said


def test_footnote_marks_are_left_out_and_footnotes_keep_their_words() -> None:
    document = document_of("甲した<sup>1</sup>。乙。\n\n<sup>1</sup> 出典。")
    body, note = passages.split(document, 400)
    assert wording.of_passages(document, [body])[0] == "甲した。乙。"
    assert wording.of_sentence(document, body.sentences[0]) == "甲した。"
    assert wording.of_passages(document, [note])[0] == "出典。"


def test_flawed_sentences_are_left_out_of_the_passage() -> None:
    document = document_of("停戦を協議した。但是,但是这样的事情。次に進む。")
    [passage] = passages.split(document, 400)
    assert wording.of_passages(document, [passage])[0] == "停戦を協議した。次に進む。"


def test_lines_that_are_sentences_of_their_own_stay_lines() -> None:
    document = document_of("柱は次のとおり。 二つある。\n- 保証\n- 復興")
    [passage] = passages.split(document, 400)
    assert wording.of_passages(document, [passage])[0] == "柱は次のとおり。 二つある。\n保証\n復興"


def test_nothing_but_flaws_is_encoded_as_it_is() -> None:
    document = document_of("縺ゅｊ縺後→縺")
    [passage] = passages.split(document, 400)
    assert wording.of_passages(document, [passage])[0] == "縺ゅｊ縺後→縺"


def test_a_title_that_the_text_has_not_stands_in_front() -> None:
    title = Metadata(title="水門")
    for text, said in (
        ("高さは三尺。", "水門\n高さは三尺。"),
        ("水門\n高さは三尺である。", "水門\n高さは三尺である。"),
        ("水門は高い。", "水門は高い。"),
    ):
        document = document_of(text, metadata=title)
        assert wording.of_passages(document, passages.split(document, 400)) == [said]


def test_a_row_is_said_with_its_header() -> None:
    document = markdown_of("| 国 | 人口 |\n|---|---|\n" + "\n".join(f"| 国{n} | {n}億 |" for n in range(9)))
    first, *_, last = passages.split(document, 60)
    assert wording.of_sentence(document, first.sentences[2]) == "国 人口 国0 0億"
    assert wording.of_passages(document, [first])[0].startswith("国 人口\n国0 0億\n国1 1億")
    assert wording.of_passages(document, [last])[0].startswith("国 人口\n国")


SOURCE = Metadata(title="題", publisher=None, date=None, url=None)


@pytest.mark.parametrize(
    ("sentence", "reach", "said"),
    [
        (0, 5, "甲一。"),
        (1, 0, "乙二三。"),
        (1, 7, "甲一。乙二三。"),
        (1, 9, "甲一。乙二三。"),
        (1, 10, "甲一。乙二三。丙四。"),
        (2, 12, "乙二三。丙四。丁五。"),
        (3, 99, "甲一。乙二三。丙四。丁五。"),
    ],
)
def test_what_a_reranker_reads_grows_around_the_sentence(sentence: int, reach: int, said: str) -> None:
    [passage] = passages.split(document_of("甲一。乙二三。丙四。丁五。"), 400)
    assert wording.around(SOURCE, passage, sentence, reach).text == f"題\n{said}"


def test_what_a_reranker_reads_has_the_nearest_heading_once() -> None:
    document = markdown_of("# 題\n\n## 節\n\n甲一<sup>1</sup>。\n")
    [passage] = [one for one in passages.split(document, 400) if "甲" in one.text]
    at = len(passage.sentences) - 1
    assert wording.around(SOURCE, passage, at, 0).text == "題\n節\n甲一。"
    assert wording.around(SOURCE, replace(passage, section=("題",)), at, 0).text == "題\n甲一。"


@pytest.mark.parametrize("head", ["", "題\n節"])
def test_an_excerpt_knows_where_its_sentences_start(head: str) -> None:
    excerpt = wording.Excerpt(head, 3, ("甲一。", "乙二三。", "丙四。"))
    pieces = [excerpt.text[start:end] for start, end in pairwise([*excerpt.starts, len(excerpt.text)])]
    assert pieces == list(excerpt.sentences)
    assert excerpt.text[: excerpt.starts[0]] == (f"{head}\n" if head else "")
