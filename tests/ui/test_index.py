"""The index page: every state of it."""

from threading import Event

import pytest

from retrieval import Settings, build
from retrieval.index.generation import current
from retrieval.index.making import Progress
from ui import engine
from ui.texts import EN, JA

LONG = 30


def test_what_is_indexed_and_with_what(page, built: Settings) -> None:
    opened = page("index")
    app = opened.run()
    for name, value in (
        ("documents", "3"),
        ("model", "words (float32)"),
        ("dimension", "6"),
        ("passage_size", "400"),
    ):
        assert f"<td>{JA.facts[name]}</td><td>{value}</td>" in opened.html
    assert current(built.index) in opened.html
    assert [one.value for one in app.success] == [JA.current]
    assert JA.left_out_none in [one.value for one in app.text]


def test_what_has_changed_since_and_what_was_left_out(page, built: Settings, words) -> None:
    (built.seeds / "<b>.pdf").write_bytes(b"none")
    build(built, words)
    (built.seeds / "new.txt").write_text("鳥", "utf-8")
    (built.seeds / "cat.txt").write_text("猫", "utf-8")
    (built.seeds / "dog.md").unlink()
    opened = page("index")
    opened.run()
    for kind, name in (("added", "new.txt"), ("changed", "cat.txt"), ("removed", "dog.md")):
        assert f"<li>{JA.kinds[kind]}: {name}</li>" in opened.html
    assert "<li>&lt;b&gt;.pdf: " in opened.html


def test_other_settings_are_a_change(page, built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUTTEN_PASSAGE_SIZE", "200")
    opened = page("index")
    opened.run()
    assert f"<li>{JA.kinds['settings']}: {JA.settings['passage_size']}</li>" in opened.html


def test_without_an_index_it_can_be_built_here(page, settings: Settings) -> None:
    opened = page("index")
    app = opened.run()
    assert [one.value for one in app.error] == [JA.failures["NoIndex"]]
    opened.press("rebuild")
    assert not app.error
    assert JA.built.format(3, 3) in [one.value for one in app.success]


def test_a_damaged_index_is_one_sentence_and_is_mended_here(page, built: Settings) -> None:
    manifest = built.index / current(built.index) / "manifest.json"
    manifest.write_text("{}", "utf-8")
    opened = page("index")
    app = opened.run()
    assert [one.value for one in app.error] == [JA.failures["DamagedIndex"]]
    opened.press("rebuild")
    assert not app.error


def test_while_it_is_rebuilt_the_old_index_answers(
    page, built: Settings, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()

    def slowly(settings, encoder, report):
        report(Progress("read", 1, 3))
        assert go_on.wait(LONG)
        return build(settings, encoder, report)

    monkeypatch.setattr(engine, "build", slowly)
    before = current(built.index)
    opened = page("index")
    opened.run()
    opened.app.button(key="rebuild").click()
    app = opened.app.run()
    assert app.button(key="rebuild").disabled
    assert app.button(key="stop-rebuild").label == JA.stop
    asking = page("ask")
    asking.run()
    asking.ask("犬がいる")
    [exchange] = asking.app.session_state.conversation
    assert exchange.findings.answer.hits[0].quote.text == "犬がいる。"
    assert current(built.index) == before
    go_on.set()
    opened.run()
    assert current(built.index) != before
    assert JA.built.format(3, 3) in [one.value for one in app.success]


def test_a_rebuild_that_is_stopped_leaves_the_old_index(
    page, built: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()

    def slowly(settings, encoder, report):
        assert go_on.wait(LONG)
        return build(settings, encoder, report)

    monkeypatch.setattr(engine, "build", slowly)
    before = current(built.index)
    opened = page("index")
    opened.run()
    opened.app.button(key="rebuild").click()
    app = opened.app.run()
    app.button(key="stop-rebuild").click().run()
    assert app.button(key="stop-rebuild").disabled
    go_on.set()
    opened.run()
    assert JA.stopped in [one.value for one in app.warning]
    assert current(built.index) == before


def test_a_rebuild_without_documents_fails_in_one_sentence(page, built: Settings) -> None:
    opened = page("index")
    app = opened.run()
    for path in list(built.seeds.rglob("*.*")):
        path.unlink()
    opened.press("rebuild")
    assert JA.failures["NoDocuments"] in [one.value for one in app.error]
    assert current(built.index)


def test_in_english(page, built: Settings) -> None:
    opened = page("index", lang=["en"])
    opened.run()
    assert f"<td>{EN.facts['documents']}</td><td>3</td>" in opened.html


def test_how_a_build_ended_is_told_to_those_who_watched_it(page, built: Settings) -> None:
    watching = page("index")
    watching.run()
    assert watching.press("rebuild").success[0].value == JA.built.format(3, 3)
    other = page("index").run()
    assert [one.value for one in other.success] == [JA.current]
