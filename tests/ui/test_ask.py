"""The page in Streamlit's own test harness, with the hand-workable encoder."""

import pytest
from streamlit.testing.v1 import AppTest

from retrieval import Settings, build
from retrieval.evaluation import feedback
from ui import engine
from ui.texts import JA


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, settings: Settings, words) -> AppTest:
    monkeypatch.setattr(engine, "encoder", lambda _: words)
    engine._searcher.clear()
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    return AppTest.from_file("../../app.py", default_timeout=30)


def html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def test_the_first_visit_builds_the_index(page: AppTest, settings: Settings) -> None:
    page.run()
    assert not page.exception
    assert not page.error
    assert (settings.index / "CURRENT").is_file()
    assert page.chat_input[0].placeholder == JA.placeholder


def test_a_conversation(page: AppTest) -> None:
    page.run()
    page.chat_input[0].set_value("犬").run()
    assert not page.exception
    assert "犬の記録" in html(page)
    page.chat_input[0].set_value("鳥").run()
    shown = html(page)
    assert not page.exception
    # both questions are still there, in their order
    assert shown.index('id="shutten-question-0">犬<') < shown.index('id="shutten-question-1">鳥<')
    assert len(page.chat_message) == 4


def test_documents_and_questions_are_escaped(page: AppTest, settings: Settings) -> None:
    (settings.seeds / "x.txt").write_text(
        "魚。<script>alert('魚')</script> 10~20人、30~40人 $5 :smile:", "utf-8"
    )
    page.run()
    page.chat_input[0].set_value("魚<b>魚</b>").run()
    shown = html(page)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
    assert "魚&lt;b&gt;魚&lt;/b&gt;" in shown
    assert "10~20人、30~40人 $5 :smile:" in shown


def test_a_blank_question_is_one_sentence(page: AppTest) -> None:
    page.run()
    page.chat_input[0].set_value("　").run()
    assert not page.exception
    assert len(page.error) == 1


def test_no_documents_is_one_sentence(page: AppTest, settings: Settings) -> None:
    for path in list(settings.seeds.rglob("*.*")):
        path.unlink()
    page.run()
    assert not page.exception
    assert "no documents" in page.error[0].value.replace("\\", "")


def test_an_older_index_that_answers_is_said_to(page: AppTest, settings: Settings, words) -> None:
    build(settings, words)
    build(settings, words)
    current = settings.index / (settings.index / "CURRENT").read_text("utf-8").strip()
    (current / "keywords.safetensors").write_bytes(b"")
    page.run()
    assert not page.exception
    assert not page.error
    assert "keywords.safetensors: not the file that was built" in page.warning[0].value.replace("\\", "")
    page.chat_input[0].set_value("犬").run()
    assert "犬の記録" in html(page)


def test_a_wrong_setting_is_one_sentence(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUTTEN_K", "many")
    page.run()
    assert not page.exception
    assert "SHUTTEN_K=many" in page.error[0].value.replace("\\", "")


def test_a_thumb_is_recorded(page: AppTest, settings: Settings) -> None:
    page.run()
    page.chat_input[0].set_value("犬").run()
    page.feedback[0].set_value(1).run()
    page.feedback[1].set_value(0).run()
    assert not page.exception
    up, down = feedback.load(settings.feedback)
    assert (up.question, up.document, up.quote, up.right) == ("犬", "dog.md", "犬がいる。", True)
    assert not down.right


def test_a_flawed_sentence_is_shown_as_such(page: AppTest, settings: Settings) -> None:
    (settings.seeds / "x.txt").write_text("題\n魚がいる。但是,但是这样的事情。魚が泳ぐ。", "utf-8")
    page.run()
    page.chat_input[0].set_value("魚").run()
    shown = html(page)
    flawed = f'<span class="flawed" title="{JA.flaws["foreign"]}">但是,但是这样的事情。</span>'
    assert flawed in shown
