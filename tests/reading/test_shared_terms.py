from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval.reading import shared_terms


def shown(question: str, text: str) -> list[str]:
    return [text[span.start : span.end] for span in shared_terms.find(question, text)]


def test_words_of_the_question_whatever_their_form() -> None:
    assert shown("議長は誰か", "議長には米国大統領が自ら就き") == ["議長"]
    assert shown("走った犬", "猫は走り、犬は寝た。") == ["走り", "犬"]


def test_other_spellings_and_names_are_the_same_word() -> None:
    assert shown("アメリカの提案", "米国が提案した。") == ["米国", "提案"]


def test_particles_pronouns_and_helping_verbs_are_not_underlined() -> None:
    assert shown("それは何をしているか", "それは何かをしている。") == []


def test_neighbours_are_one_underline() -> None:
    assert shown("平和委員会の議長", "平和委員会が開かれた。") == ["平和委員会"]


@given(st.text(max_size=60), st.text(max_size=200))
def test_spans_are_in_order_inside_and_apart(question: str, text: str) -> None:
    spans = shared_terms.find(question, text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end < b.start for a, b in pairwise(spans))
