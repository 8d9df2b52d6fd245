from collections.abc import Sequence

import numpy as np

from retrieval.index import twins

TEXT = "ロシアは停戦の条件として四つの州の割譲を求め、ウクライナはこれを拒んだと報じられている。"


def find(texts: Sequence[str], documents: Sequence[int]) -> list[int]:
    growing = twins.Growing()
    for text, document in zip(texts, documents, strict=True):
        growing.add(text, document)
    found: list[int] = growing.twins(lambda number: texts[number]).tolist()
    return found


def test_the_same_text_in_another_document_is_a_twin() -> None:
    near = TEXT.replace("報じられている", "報じられていた")
    other = "ダボスで開かれる会議には両国の首脳が出席し、復興の資金について話し合う予定である。"
    assert find([TEXT, other, TEXT, near], [0, 0, 1, 2]) == [0, 1, 0, 0]


def test_within_a_document_and_among_short_texts_there_are_none() -> None:
    assert find([TEXT, TEXT], [0, 0]) == [0, 1]
    assert find(["概要", "概要"], [0, 1]) == [0, 1]


def test_a_twin_is_never_in_the_same_document() -> None:
    # the third is the second's twin, too, but the first, which stands for both, is of its own document
    assert find([TEXT, TEXT, TEXT, TEXT], [0, 1, 0, 2]) == [0, 0, 2, 0]


def test_what_has_half_in_common_is_no_twin() -> None:
    half = TEXT[: len(TEXT) // 2] + "しかし協議は決裂し、米国は新たな制裁を科すと発表した。"
    assert find([TEXT, half], [0, 1]) == [0, 1]
    assert find([], []) == []


def test_a_few_are_compared_each_with_each() -> None:
    same = "犬と猫が同じ庭にいて、鳥が木の上からそれを見ている、と動物園の記録は伝えている。"
    texts = ["短い。", same, "違う。" * 10, f"{same}と。", same, "短い。", same[:20]]
    assert twins.among(texts, range(7)) == [0, 1, 2, 1, 1, 5, 6]
    # passages of one document are no twins
    assert twins.among(texts, [0, 1, 2, 1, 3, 0, 4]) == [0, 1, 2, 3, 1, 5, 6]
    assert twins.among([same], [0]) == [0]
    assert twins.among(["短い。"], [0]) == [0]


def test_hardly_a_pair_above_the_threshold_is_missed() -> None:
    rng = np.random.default_rng(1)
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 500)]
    texts = ["".join(rng.choice(signs, 200)) for _ in range(200)]
    # of 197 n-grams 8 at the end are others: a Jaccard similarity of 189 / 205
    near = [text[:-8] + "".join(rng.choice(signs, 8)) for text in texts]
    found = find([*texts, *near], range(400))
    assert found[:200] == list(range(200))
    assert sum(one == twin for one, twin in zip(found[200:], range(200), strict=True)) >= 199
