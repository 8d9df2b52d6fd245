import numpy as np
import pytest

from retrieval.index.scripts import Growing, Means, Scripts
from retrieval.script import SCRIPTS

JAPANESE, LATIN = SCRIPTS.index("japanese"), SCRIPTS.index("latin")
TEXTS = ["停戦", "和平", "peace", "米国"]
FLOAT16 = 2**-11
ROWS = np.array([[1, 0], [0, 1], [0.6, 0.8], [1, 0]], np.float16)


@pytest.fixture
def scripts() -> Scripts:
    return Scripts.of(TEXTS, ROWS)


def test_texts_of_the_most_common_script_are_expected_where_they_are(scripts: Scripts) -> None:
    # (1 + 0 + 1) / 3, whatever the question is written in
    for question in ("停戦", "ceasefire", "перемирие"):
        [expected] = scripts.expected([question], np.array([[1, 0]], np.float32))
        assert expected[JAPANESE] == pytest.approx(2 / 3)


def test_the_mean_of_few_texts_is_drawn_to_what_was_to_be_expected(scripts: Scripts) -> None:
    queries = np.array([[1, 0], [1, 0], [1, 0]], np.float32)
    latin = scripts.expected(["ceasefire", "停戦", "перемирие"], queries)[:, LATIN]
    # one text, at 0.6, and what counts as two at the Japanese mean, above or below it by 0.04
    assert latin == pytest.approx(
        [(0.6 + 2 * (2 / 3 + 0.04)) / 3, (0.6 + 2 * (2 / 3 - 0.04)) / 3, (0.6 + 2 * (2 / 3)) / 3],
        rel=FLOAT16,
    )


def test_text_by_text_as_all_at_once(scripts: Scripts) -> None:
    growing = Growing(2)
    for text, row in zip(TEXTS, ROWS, strict=True):
        growing.add([text], row[None])
    again = growing.scripts()
    assert again.codes.tolist() == [JAPANESE, JAPANESE, LATIN, JAPANESE]
    assert again.present == [JAPANESE, LATIN]
    query = np.array([[0.6, 0.8]], np.float32)
    np.testing.assert_array_equal(again.expected(["停戦"], query), scripts.expected(["停戦"], query))


def test_the_means_of_parts_are_those_of_the_whole() -> None:
    texts = ["猫", "犬", "a cat", "鳥"]
    rows = np.eye(4, dtype=np.float16)
    whole = Scripts.of(texts, rows)
    both = Means.together([Scripts.of(texts[:3], rows[:3]), Scripts.of(texts[3:], rows[3:])])
    assert both.present == whole.present == [0, 1]
    assert both.counts.tolist() == [3, 1, 0, 0]
    np.testing.assert_allclose(both.centres, whole.centres)
