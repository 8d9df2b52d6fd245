"""What every page does when something fails."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from retrieval.errors import FloorNotMet, UsageError
from ui.texts import EN, JA


def draw(script: str, **link: str) -> AppTest:
    app = AppTest.from_string(f"from retrieval.errors import *\nfrom ui import frame\n{script}")
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_what_no_one_has_foreseen_is_one_sentence_and_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    app = draw("frame.unexpected(ZeroDivisionError('secret'))")
    assert [one.value for one in app.error] == [JA.failures["Exception"]]
    assert "secret" in caplog.text
    app = draw("frame.unexpected(ZeroDivisionError('secret'))", lang="en")
    assert [one.value for one in app.error] == [EN.failures["Exception"]]


@pytest.mark.parametrize("error", [UsageError, FloorNotMet])
def test_an_error_is_said_by_its_class_or_its_parents(error: type[Exception]) -> None:
    app = draw(f"frame.fail(frame.texts(), {error.__name__}('a<b>.md: wrong'))")
    said = {UsageError: "UsageError", FloorNotMet: "ShuttenError"}[error]
    assert [one.value for one in app.error] == [JA.failures[said]]
    [detail] = [one.proto.body for one in app.get("html")]
    assert "a&lt;b&gt;.md: wrong" in detail


def test_a_page_that_cannot_be_drawn_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUTTEN_PASSAGE_SIZE", "1")
    app = draw("frame.page(lambda settings, said: None)")
    assert [one.value for one in app.error] == [JA.failures["UsageError"]]
