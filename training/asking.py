"""Other ways to ask the same: as one types into a search field."""

import random

from sudachipy import Morpheme

from retrieval import morphemes
from retrieval.evaluation import feedback

_AS_IT_IS = 0.75
_GRAMMAR = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白"})
_SAYING = frozenset({"名詞", "動詞", "形容詞", "形状詞", "接頭辞", "接尾辞"})
_EMPTY = frozenset({"何", "誰", "どこ", "いつ", "どれ", "為る", "言う", "呼ぶ", "有る", "居る"})


def anew(question: str, chance: random.Random) -> str:
    """Most often the question as it is; else its keywords, or itself without particles or its mark.
    One that is not in Japanese is always as it is."""
    roll = chance.random()
    if roll < _AS_IT_IS or feedback.language(question) != "ja":
        return question
    if roll < 0.85:
        return keywords(question) or question
    if roll < 0.93:
        return without_particles(question) or question
    return question.rstrip("?？。 ")


def keywords(question: str) -> str:
    """The words that say something, a blank wherever others stood between them."""
    said = "".join(
        word.dictionary_form() if _says_something(word) else " " for word in morphemes.of(question)
    )
    return " ".join(said.split())


def without_particles(question: str) -> str:
    """The question without what holds its words together."""
    return "".join(
        word.surface() for word in morphemes.of(question) if word.part_of_speech()[0] not in _GRAMMAR
    )


def _says_something(word: Morpheme) -> bool:
    return word.part_of_speech()[0] in _SAYING and word.normalized_form() not in _EMPTY
