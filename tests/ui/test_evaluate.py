"""The evaluation page: every state of it."""

import json
from threading import Event

import pytest

from retrieval import Searcher, Settings
from retrieval.evaluation import feedback, shelf
from retrieval.reading.job import Job
from retrieval.settings import PROJECT
from tests.ui.conftest import LONG
from ui import engine
from ui.texts import EN, JA

SET = [
    {"id": "a", "question": "<b>犬</b>はいるか", "document": "dog.md", "answers": [["犬がいる"]]},
    {"id": "b", "question": "犬はいない?", "document": "cat.txt", "answers": [["犬はいない"]]},
    {"id": "c", "question": "天気は"},
]
LINES = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in SET).encode()


@pytest.fixture
def own_set(built: Settings) -> Settings:
    shelf.add_set(built, "mine.jsonl", LINES)
    return built


def measure(opened, name: str):
    opened.app.selectbox(key="set").set_value(name)
    return opened.press("measure")


def test_without_a_run_it_says_what_to_do(page, built: Settings) -> None:
    app = page("evaluate").run()
    assert [one.value for one in app.info] == [JA.no_runs]
    assert app.selectbox(key="set").options == sorted(
        path.stem for path in (PROJECT / "tests" / "questions").glob("*.jsonl")
    )


def test_measures_plots_and_misses(page, own_set: Settings) -> None:
    opened = page("evaluate")
    opened.run()
    app = measure(opened, "mine")
    assert JA.measured in [one.value for one in app.success]
    assert "<td>R@1</td>" in opened.html
    assert "<td>R@1</td><td class=number>0.500</td>" in opened.html
    assert len(app.get("vega_lite_chart")) == 3
    [miss] = [one for one in app.expander if one.label.startswith(JA.miss.format(2))]
    # the question stands in a label, which is Markdown: every sign is escaped
    assert "\\<b\\>犬\\<\\/b\\>はいるか" in miss.label
    app.session_state["miss-a"] = True
    opened.run()
    assert "<bdi>dog.md</bdi> · <bdi>6–8行</bdi>" in opened.html
    assert "<mark>犬はいない。</mark>" in opened.html


def test_a_set_that_does_not_fit_is_one_sentence_unless_one_goes_on(page, own_set: Settings) -> None:
    odd = '{"id": "x", "question": "何", "document": "none.md", "answers": [["x"]]}\n'.encode()
    shelf.add_set(own_set, "odd.jsonl", LINES + odd)
    opened = page("evaluate")
    opened.run()
    app = measure(opened, "odd")
    assert [one.value for one in app.error] == [JA.faulty]
    assert "question x, document: none.md is not in the index" in opened.html
    app.checkbox(key="lenient").check()
    app = measure(opened, "odd")
    assert not app.error
    assert JA.measured in [one.value for one in app.success]


def test_a_set_is_added_or_refused_with_its_line(page, built: Settings) -> None:
    opened = page("evaluate")
    app = opened.run()
    for data, name in ((b'{"id": "a"}\n', "bad.jsonl"), (LINES, "good set.jsonl")):
        app.file_uploader[0].set_value((name, data, "application/json"))
        [button] = [one for one in app.button if one.label == JA.add_yes]
        button.click()
        opened.run()
        if name == "bad.jsonl":
            assert [one.value for one in app.error] == [JA.failures["UsageError"]]
            assert "bad.jsonl, line 1, question" in opened.html
    assert JA.set_added.format("good-set") in opened.html
    assert "good-set" in app.selectbox(key="set").options


def test_where_nothing_could_miss_nothing_is_praised(page, built: Settings) -> None:
    shelf.add_set(built, "none.jsonl", '{"id": "a", "question": "犬か"}\n'.encode())
    opened = page("evaluate")
    opened.run()
    app = measure(opened, "none")
    assert [one.value for one in app.success] == [JA.measured]


def test_who_presses_while_another_measures_is_told(page, own_set: Settings, monkeypatch) -> None:
    opened = page("evaluate")
    app = opened.run()
    goes_on = Event()
    others = Job(lambda _: goes_on.wait(LONG))
    monkeypatch.setitem(engine._evaluations, own_set.index, others)
    app.button(key="measure").click().run()
    assert JA.measuring in [one.value for one in app.warning]
    goes_on.set()
    assert others.wait(LONG)
    app = measure(opened, "mine")
    assert JA.measured in [one.value for one in app.success]


def test_thumbs_are_a_set(page, built: Settings, searcher: Searcher) -> None:
    feedback.record(built.feedback, "犬がいる", searcher.ask("犬がいる", 1).hits[0], right=True)
    opened = page("evaluate")
    app = opened.run()
    assert JA.set_marked.format(1) in app.selectbox(key="set").options
    measure(opened, shelf.MARKED)
    assert JA.no_misses in [one.value for one in app.success]


def test_two_runs_are_compared(page, own_set: Settings) -> None:
    opened = page("evaluate")
    opened.run()
    app = measure(opened, "mine")
    assert JA.compare_same in [one.value for one in app.text]
    [before] = shelf.runs(own_set)
    measure(opened, "mine")
    # what was measured last is what is shown; another one can be chosen all the same
    assert app.selectbox(key="run").value != before
    app.selectbox(key="run").set_value(before)
    opened.run()
    assert app.selectbox(key="run").value == before
    assert JA.run_a in [one.label for one in app.selectbox]
    assert "<td class=number>+0.000 (+0.000 +0.000)</td><td class=number>0/2/0</td>" in opened.html


def test_the_newest_run_is_compared_with_one_of_its_set(page, own_set: Settings) -> None:
    other = {"id": "z", "question": "鳥はどこか", "document": "dog.md", "answers": [["犬"]]}
    shelf.add_set(own_set, "other.jsonl", json.dumps(other).encode())
    opened = page("evaluate")
    app = opened.run()
    for name in ("mine", "other", "mine"):
        measure(opened, name)
    a, b = (app.selectbox(key=key).value for key in ("run-a", "run-b"))
    assert [b, a] == [shelf.runs(own_set)[at] for at in (0, 2)]
    assert not app.error
    app.selectbox(key="run-a").set_value(shelf.runs(own_set)[1])
    opened.run()
    assert [one.value for one in app.error] == [JA.failures["Unpaired"]]


def test_in_english(page, own_set: Settings) -> None:
    opened = page("evaluate", lang=["en"])
    opened.run()
    app = measure(opened, "mine")
    assert EN.measured in [one.value for one in app.success]


def test_a_run_that_cannot_be_read_is_named_and_the_others_go_on(page, own_set: Settings) -> None:
    broken = own_set.index / "evaluation" / "broken"
    broken.mkdir(parents=True)
    (broken / "metrics.json").write_text("{}", "utf-8")
    opened = page("evaluate")
    opened.run()
    app = measure(opened, "mine")
    assert [one.value for one in app.error] == [JA.failures["UsageError"]]
    assert "broken" in opened.html
    assert "<td>R@1</td>" in opened.html
