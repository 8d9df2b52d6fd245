import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("停戦の条件", "japanese"),
        ("ドニエプル", "japanese"),
        ("ﾄﾞﾆｴﾌﾟﾙ", "japanese"),
        ("和平", "japanese"),
        ("the terms of the ceasefire", "latin"),
        ("cœur élan", "latin"),
        ("условия перемирия", "cyrillic"),
        ("휴전의 조건", "other"),
        ("2026-01-19", "other"),
        ("", "other"),
        # a sign of Japanese says as much as three letters
        ("NATO の東方拡大", "japanese"),
        ("山添博史「停戦」, NIDS Commentary, National Institute for Defense Studies", "latin"),
    ],
)
def test_the_script_of_a_text(text: str, expected: str) -> None:
    assert script.SCRIPTS[script.of(text)] == expected


@given(st.text())
def test_every_text_has_one(text: str) -> None:
    assert 0 <= script.of(text) < len(script.SCRIPTS)
