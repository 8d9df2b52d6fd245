"""Both languages say everything."""

import re
from dataclasses import fields

import pytest

from retrieval import errors, flaws
from retrieval.evaluation.run import RANKINGS
from retrieval.evaluation.summary import ANSWERING
from retrieval.index.build import Changes
from retrieval.reading import holdings
from retrieval.search import confidence
from retrieval.settings import PROJECT
from ui.texts import EN, JA, LANGUAGES, Texts

NAMES = [field.name for field in fields(Texts)]
BRACES = re.compile(r"\{(\d)[^}]*\}")
KANA = re.compile("[ぁ-ゖァ-ヺ]")
SAME = {"name", "export_title", "markdown", "bibtex", "language"}  # no language of their own


def parts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return list(value.values()) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_the_same_things(name: str) -> None:
    ja, en = getattr(JA, name), getattr(EN, name)
    assert type(ja) is type(en)
    if isinstance(ja, dict):
        assert ja.keys() == en.keys()
    assert len(parts(ja)) == len(parts(en))
    for one, other in zip(parts(ja), parts(en), strict=True):
        assert one.strip()
        assert other.strip()
        assert sorted(BRACES.findall(one)) == sorted(BRACES.findall(other)), (one, other)
        if name not in SAME and name != "other":
            assert not KANA.search(other), other


def test_everything_that_the_library_names_has_a_text() -> None:
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    for said in LANGUAGES.values():
        assert set(said.evidence) == set(confidence.EVIDENCE)
        assert set(said.flaws) == {flaws.FOREIGN, flaws.GARBLED, flaws.REPEATED}
        assert set(said.answering) == set(ANSWERING)
        assert set(said.legs) == set(RANKINGS)
        assert set(said.orders) == set(holdings.ORDERS)
        assert set(said.kinds) == set(Changes.__slots__)
        # FloorNotMet is the command line's alone; FaultySet has its own sentence
        assert kinds - set(said.failures) == {"FloorNotMet", "FaultySet"}


def test_every_text_is_said_somewhere() -> None:
    pages = "".join(path.read_text("utf-8") for path in (PROJECT / "ui").glob("*.py"))
    assert [name for name in NAMES if not re.search(rf"\b(?:said|texts|here)\.{name}\b", pages)] == []


def test_japanese_comes_first() -> None:
    assert list(LANGUAGES) == ["ja", "en"]
