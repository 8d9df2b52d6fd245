"""Any text may be asked: it has an answer, or one line says why not."""

import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run_with
from hypothesis import strategies as st

from retrieval import Searcher
from retrieval.errors import UsageError
from retrieval.search.question import LONGEST, asked, is_brief

ANY = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize("question", ["", "  ", "　\n\t", "\0", "\ufeff", "\u200b \u2060"])
def test_a_question_that_says_nothing_is_refused(searcher: Searcher, question: str) -> None:
    with pytest.raises(UsageError, match="the question has no words; write what you want to know"):
        searcher.ask(question, 3)


def test_a_question_of_100_000_characters_is_refused(searcher: Searcher) -> None:
    with pytest.raises(UsageError, match="the question has 100,000 characters; ask with 10,000 at most"):
        searcher.ask("犬" * 100_000, 3)


@pytest.mark.parametrize("one", ["犬", "﷽", "🐕", "\ud83d", "a", "犬。", "\u202e", "<b>"])
def test_the_longest_question_is_answered(searcher: Searcher, one: str) -> None:
    found = searcher.ask(("犬" + one * LONGEST)[:LONGEST], 3)
    assert len(found.hits) == 3
    json.dumps(found.to_json(), ensure_ascii=False).encode()


@run_with(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=ANY)
def test_any_text_is_answered_or_refused_in_one_line(searcher: Searcher, question: str) -> None:
    try:
        found = searcher.ask(question, 3)
    except UsageError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - both may happen
    else:
        assert found.question == asked(question)
        json.dumps(found.to_json(), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("question", "brief"),
    [
        ("停電", True),
        (" ロシア経済 ", True),
        ("2026", True),
        ("こんにちは", True),
        ("続けて", True),
        ("Peace Board", True),
        ("議長は誰か", False),
        ("議長だれ", False),
        ("参加国いくつ", False),
        ("何人", False),
        ("どんな構想", False),
        ("うどん", True),
        ("停電の規模は", False),
        ("停電?", False),
        ("中国の立場", False),
        ("Who won?", False),
        ("peace at last", False),
        ("世界経済会議運営事務局長", True),
        ("世界経済会議運営事務局長官", False),
        (unicodedata.normalize("NFD", "ダボス会議ダボス会議ダボ"), True),  # which makes 18 of 12 characters
    ],
)
def test_a_word_or_two_is_brief(question: str, brief: bool) -> None:
    assert is_brief(question) is brief


def test_half_a_character_is_shown_as_such(searcher: Searcher) -> None:
    assert searcher.ask("犬\ud83dか", 1).question == "犬\ufffdか"
    assert searcher.ask("<b>&犬</b>", 1).question == "<b>&犬</b>"
