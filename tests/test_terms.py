import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.terms import analyse


def words(text: str) -> list[str]:
    return [term for term in analyse(text) if not term.startswith("_")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("政策金利を引き上げた。", ["政策", "金利", "引く", "上げる"]),  # no particles, auxiliaries, marks
        ("打ち合せと打合せ", ["打ち合わせ", "打ち合わせ"]),
        ("ＮＡＴＯとnato", ["nato", "nato"]),
        ("1億4,000万人", ["140000000", "人"]),
        ("８０００億ドル", ["800000000000", "ドル"]),
        ("キエフとキーウ", ["キーウ", "キーウ"]),
        ("米国とアメリカ", ["アメリカ", "アメリカ"]),
        ("米露", ["アメリカ", "ロシア"]),
        ("米を炊く", ["米", "炊く"]),  # rice, not the country
        ("ПУТИН и всё", ["プーチン", "и", "все"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_grams_are_kanji_and_pairs_within_a_run() -> None:
    grams = [term for term in analyse("停戦のabライン") if term.startswith("_")]
    assert grams == ["_停", "_戦", "_停戦", "_戦の", "_ライ", "_イン"]


def test_a_compound_is_found_in_its_document() -> None:
    asked = set(analyse("政策金利"))
    assert asked <= set(analyse("日銀は政策金利を据え置いた。"))
    assert not asked <= set(analyse("日銀は政策を変えず、金利も動かさなかった。"))


@settings(deadline=None)
@given(st.text())
def test_any_text_has_terms_or_none_the_same_each_time(text: str) -> None:
    terms = analyse(text)
    assert terms == analyse(text)
    assert all(terms)


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_compatibility_forms_make_no_difference(text: str) -> None:
    assert analyse(unicodedata.normalize("NFKC", text)) == analyse(text)


@pytest.mark.parametrize("text", ["\ud800\udfff", "\0", "a\ud800b"])
def test_what_is_no_character_is_passed_over(text: str) -> None:
    analyse(text)


def test_a_text_longer_than_sudachi_takes_at_once() -> None:
    sentence = "停戦の条件を協議した。"
    assert analyse(sentence * 3000).count("停戦") == 3000
    assert len(analyse("停" * 60_000)) >= 60_000


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"{number}項目の和平計画を協議した" for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(analyse, texts)) == [analyse(text) for text in texts]


def test_no_spelling_stands_for_two_names() -> None:
    held = json.loads(files("retrieval").joinpath("synonyms.json").read_text(encoding="utf-8"))
    spellings = [*held["several"], *(s for own in held["one"].values() for s in own)]
    assert len(spellings) == len(set(spellings))
    assert not set(spellings) & set(held["one"])
