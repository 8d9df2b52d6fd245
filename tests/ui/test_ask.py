"""The question page: every state of it."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest

from retrieval import Settings, build
from retrieval.evaluation import feedback
from retrieval.index import generation
from retrieval.search import small_talk
from retrieval.search.small_talk import SmallTalk
from ui import answer, ask, engine
from ui.texts import EN, JA

pytestmark = pytest.mark.usefixtures("by_coverage")


def test_the_first_visit_builds_the_index(page, settings: Settings) -> None:
    app = page("ask").run()
    assert not app.error
    assert (settings.index / "CURRENT").is_file()
    assert app.chat_input[0].placeholder == JA.placeholder


def test_an_empty_conversation_suggests_questions_from_the_headings(page, built: Settings) -> None:
    opened = page("ask")
    app = opened.run()
    assert [one.label for one in app.button if one.key.startswith("suggestion-opening")] == [
        JA.about.format("動物の話"),
        JA.about.format("犬の記録"),
    ]
    opened.press("suggestion-opening-1")
    assert f">{JA.about.format('犬の記録')}</h2>" in opened.html
    assert not [one for one in app.button if one.key.startswith("suggestion-opening")]


def test_the_quote_comes_first_with_its_source(page, built: Settings) -> None:
    opened = page("ask")
    opened.run()
    opened.ask("犬がいる")
    shown = opened.html
    lead = shown[shown.index("<blockquote") : shown.index("</blockquote>")]
    assert "犬がいる。" in lead
    said = [f"<bdi>{one}</bdi>" for one in ("動物社", "2026-01-19", "犬", "6–8行")]
    assert f"<b><bdi>犬の記録</bdi></b> {' · '.join(said)}" in lead
    card = shown[shown.index('<h3 class="shutten-source">1. ') :]
    assert card.startswith(
        '<h3 class="shutten-source">1. <bdi>犬の記録</bdi> · <bdi>動物社</bdi>'
        ' · <span class="date">2026-01-19</span></h3>'
    )
    assert "<mark><u>犬</u>がいる。</mark><u>犬</u>が走る。" in card


def test_a_conversation_keeps_its_order_and_folds_what_is_old(page, built: Settings) -> None:
    opened = page("ask")
    opened.run()
    opened.ask("犬がいる")
    app = opened.ask("鳥が鳴く")
    shown = opened.html
    first, second = (shown.index(f'id="shutten-question-{number}"') for number in (0, 1))
    assert first < second
    assert len(app.chat_message) == 4
    # the old answer's quote stays, its cards are folded away; the new one's are there
    assert "犬がいる。" in shown[first:second]
    assert {key[:6] for key in keys(app, "open-")} == {"open-1"}
    assert [one.label for one in app.expander] == [JA.passages.format(3)]


def keys(app, beginning: str) -> list[str]:
    return [one.key for one in app.button if one.key.startswith(beginning)]


def test_the_views_show_the_same_findings(page, built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = page("ask")
    opened.run()
    app = opened.ask("犬がいる")
    monkeypatch.setattr(engine.Searcher, "queries", lambda *_: pytest.fail("asked again"))
    app.segmented_control[0].set_value("source")
    opened.run()
    assert keys(app, "open-") == ["open-0-source-0", "open-0-source-1"]
    nothing = opened.html[opened.html.index(JA.nothing_here) :]
    assert f"<li>鳥の話 — {JA.nothing}</li>" in nothing
    app.segmented_control[0].set_value("beside")
    opened.run()
    assert len(app.columns) == 3
    assert JA.nothing in [one.value for one in app.columns[2].text]
    app.segmented_control[0].set_value("time")
    opened.run()
    assert opened.html.index("1. <bdi>犬の記録") < opened.html.index(JA.undated)


def test_no_answer_is_said_and_the_nearest_are_folded_away(page, built: Settings) -> None:
    opened = page("ask")
    opened.run()
    app = opened.ask("天気")
    assert app.info[0].value == JA.not_found
    assert JA.try_this[0] in opened.html
    assert JA.clear not in opened.html
    assert "<blockquote" not in opened.html
    assert not keys(app, "open-")
    assert app.expander[0].label == JA.nearest.format(3)


def test_where_filters_are_set_to_clear_them_may_help(page, built: Settings) -> None:
    opened = page("ask", source=["dog.md"])
    opened.run()
    opened.ask("天気")
    assert f"<li>{JA.clear}</li>" in opened.html


def test_small_talk_is_told_what_can_be_asked(page, built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = SmallTalk(fitted_by="hand", intercept=9, weights=(0, 0, 0, 0, 0, 0))
    monkeypatch.setattr(small_talk, "fitted", lambda _: talk)
    opened = page("ask")
    opened.run()
    app = opened.ask("今日はどんな天気ですか")
    assert app.info[0].value == JA.no_question
    assert JA.try_this[0] not in opened.html
    assert app.expander[0].label == JA.nearest.format(3)


def test_filters_are_taken_from_the_link_and_kept_in_it(page, built: Settings) -> None:
    opened = page("ask", source=["dog.md", "none.md"], since=["2025"])
    app = opened.run()
    assert [one.value for one in app.warning] == [JA.filter_gone]
    assert app.multiselect(key="filter-documents").value == ["dog.md"]
    assert app.selectbox(key="filter-since").value == "2025"
    app = opened.ask("犬がいる")
    assert {hit.passage.document for hit in app.session_state.conversation[0].findings.answer.hits} == {
        "dog.md"
    }
    assert JA.filtered.format("犬の記録 · 動物社 · 2026-01-19、2025–") in [one.value for one in app.text]
    assert opened.address == {"source": ["dog.md"], "since": ["2025"], "lang": ["ja"]}
    opened.press("filter-clear")
    assert opened.address == {"lang": ["ja"]}
    assert app.multiselect(key="filter-documents").value == []


def test_filters_that_leave_nothing_are_one_sentence(page, built: Settings) -> None:
    opened = page("ask", until=["1999"])
    opened.run()
    app = opened.ask("犬")
    assert [one.value for one in app.error] == [JA.failures["EmptySelection"]]


def test_a_permanent_link_opens_the_document_at_the_passage(page, built: Settings) -> None:
    [passage] = generation.catalog(built.index).passages("dog.md")
    quoted = passage.sentences[-1].span
    opened = page("ask", doc=["dog.md"], at=[f"{passage.start}-{quoted.start}"])
    app = opened.run()
    assert '<span class="passage" id="shutten-passage">' in opened.html
    assert "<mark>犬が走る。</mark>" in opened.html
    [link] = [one.value for one in app.code if "doc=" in one.value]
    assert parse_qs(link.partition("?")[2]) == {
        "doc": ["dog.md"],
        "at": [f"{passage.start}-{quoted.start}"],
    }


@pytest.mark.parametrize(("doc", "at"), [("none.md", "0"), ("dog.md", "99999"), ("dog.md", "x")])
def test_a_link_to_what_is_not_there_is_one_sentence(page, built: Settings, doc: str, at: str) -> None:
    opened = page("ask", doc=[doc], at=[at])
    app = opened.run()
    assert [one.value for one in app.error] == [JA.no_place]
    assert opened.address == {"lang": ["ja"]}


def test_opening_at_the_place_and_going_on(page, settings: Settings, words, seeds: Path) -> None:
    parts = [f"# 第{number}部\n\n{animal}がいる。\n" for number, animal in enumerate("猫犬鳥", start=1)]
    (seeds / "long.md").write_text("\n".join(parts), encoding="utf-8")
    build(settings, words)
    own = list(generation.catalog(settings.index).passages("long.md"))
    opened = page("ask", doc=["long.md"], at=[str(own[1].start)])
    app = opened.run()
    assert JA.number.format(2, 3) in [one.value for one in app.caption]
    opened.press("reader-after")
    assert f"<mark>{'# 第3部'}</mark>" in opened.html
    assert app.button(key="reader-after").disabled
    opened.press("reader-before")
    opened.press("reader-before")
    assert app.button(key="reader-before").disabled
    assert opened.address["at"] == [f"{own[0].start}-{own[0].start}"]


def test_a_passage_that_changed_since_is_said(page, built: Settings, words, seeds: Path) -> None:
    opened = page("ask")
    opened.run()
    app = opened.ask("犬がいる")
    (seeds / "dog.md").write_text("犬の別の話\n\n犬がいたのは昔のことだ。\n" * 9, encoding="utf-8")
    build(built, words)
    app = opened.press(keys(app, "open-")[0])
    assert JA.changed in [one.value for one in app.warning]


def test_documents_and_questions_are_escaped(page, settings: Settings, seeds: Path) -> None:
    hostile = "<script>alert('魚')</script> 10~20人、30~40人 $5 :smile: [x](http://e.example)"
    (seeds / "x.md").write_text(f"# {hostile[:60]}\n\n魚。{hostile}\n", "utf-8")
    opened = page("ask")
    opened.run()
    app = opened.ask("魚<b>魚</b>")
    shown = opened.html
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
    assert "魚&lt;b&gt;魚&lt;/b&gt;" in shown
    assert "10~20人、30~40人 $5 :smile:" in shown
    spoken = [one.value for kind in ("markdown", "caption", "info", "error") for one in getattr(app, kind)]
    assert not [one for one in spoken if "魚" in one]
    # a label is Markdown: what comes from a heading stands in it with every sign escaped
    labels = [one.label for one in app.button if one.key.startswith("suggestion")]
    assert not [one for one in labels if "<" in one.replace("\\<", "") or ":" in one.replace("\\:", "")]


@pytest.mark.parametrize(
    ("question", "failure"),
    [("　", "EmptyQuestion"), ("\u200b", "EmptyQuestion"), ("魚" * 10_001, "LongQuestion")],
)
def test_what_cannot_be_asked_is_one_sentence_where_the_answer_would_be(
    page, built: Settings, question: str, failure: str
) -> None:
    opened = page("ask")
    opened.run()
    opened.ask("犬がいる")
    app = opened.ask(question)
    assert len(app.session_state.conversation) == 1
    said = [one.value for one in app.chat_message[-1].error]
    assert said == [one.value for one in app.error] == [JA.failures[failure]]
    assert f'id="shutten-question-1">{question[:300]}' in opened.html
    app = opened.ask("猫がいる")
    assert not app.error


def test_a_source_that_is_gone_leaves_the_filter_and_that_is_said(page, built: Settings, words) -> None:
    opened = page("ask", source=["dog.md"])
    app = opened.run()
    (built.seeds / "dog.md").unlink()
    build(built, words)
    opened.run()
    assert app.multiselect(key="filter-documents").value == []
    assert [one.value for one in app.toast] == [JA.filter_gone]


def test_sources_of_one_title_are_told_apart_by_their_names(page, settings: Settings, words) -> None:
    for name in ("a.txt", "b.txt"):
        (settings.seeds / name).write_text("同じ題名\n魚がいる。", "utf-8")
    build(settings, words)
    app = page("ask").run()
    options = app.multiselect(key="filter-documents").options
    assert {"同じ題名 (a.txt)", "同じ題名 (b.txt)"} < set(options)
    assert len(set(options)) == len(options) == 5


def test_the_language_is_switched_where_nothing_can_be_asked(page, settings: Settings) -> None:
    for path in list(settings.seeds.rglob("*.*")):
        path.unlink()
    opened = page("ask", lang=["en"])
    app = opened.run()
    for said in (EN, JA, EN):
        assert [one.value for one in app.error] == [said.failures["NoDocuments"]]
        opened.press("language-switch")


def test_a_document_that_is_gone_does_not_come_into_the_address(page, built: Settings, words) -> None:
    opened = page("ask")
    app = opened.run()
    opened.ask("犬がいる")
    (built.seeds / "dog.md").unlink()
    build(built, words)
    opened.press("open-0-rank-1")
    assert [one.value for one in app.error] == [JA.no_place]
    assert opened.address == {"lang": ["ja"]}


def test_no_documents_is_one_sentence_and_can_be_tried_again(page, settings: Settings) -> None:
    for path in list(settings.seeds.rglob("*.*")):
        path.unlink()
    opened = page("ask")
    app = opened.run()
    assert [one.value for one in app.error] == [JA.failures["NoDocuments"]]
    (settings.seeds / "cat.txt").write_text("動物の話\n猫がいる。", "utf-8")
    opened.press("build-again")
    assert not app.error
    assert app.chat_input


def test_an_older_index_that_answers_is_said_to(page, built: Settings, words) -> None:
    build(built, words)
    current = built.index / (built.index / "CURRENT").read_text("utf-8").strip()
    (current / "keywords.safetensors").write_bytes(b"")
    shown = page("ask")
    app = shown.run()
    assert [one.value for one in app.warning] == [JA.older]
    assert "keywords.safetensors: not the file that was built" in shown.html
    shown.ask("犬")
    assert "犬の記録" in shown.html


def test_an_index_of_another_model_is_one_sentence(page, built: Settings, monkeypatch) -> None:
    monkeypatch.setattr(engine.encoder("words"), "name", "others")
    app = page("ask").run()
    assert [one.value for one in app.error] == [JA.failures["ForeignIndex"]]


def test_a_wrong_setting_is_one_sentence(page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUTTEN_K", "many")
    opened = page("ask")
    app = opened.run()
    assert [one.value for one in app.error] == [JA.failures["UsageError"]]
    assert "SHUTTEN_K=many" in opened.html


def test_a_thumb_is_recorded(page, built: Settings) -> None:
    opened = page("ask")
    opened.run()
    app = opened.ask("犬がいる")
    app.feedback[0].set_value(1).run()
    app.feedback[1].set_value(0).run()
    assert not app.exception
    up, down = feedback.load(built.feedback)
    assert (up.question, up.document, up.quote, up.right) == ("犬がいる", "dog.md", "犬がいる。", True)
    assert down.right is False
    app.feedback[0].set_value(None).run()
    assert feedback.load(built.feedback)[-1].right is None
    assert feedback.answered(feedback.load(built.feedback)) == {}


def test_citations_are_ready_to_copy(page, built: Settings) -> None:
    opened = page("ask")
    opened.run()
    app = opened.ask("犬がいる")
    plain, markdown, bibtex = (one.value for one in app.code[:3])
    assert plain.startswith("「犬がいる。」(動物社『犬の記録』")
    assert markdown.startswith("> 犬がいる。\n")
    assert bibtex.startswith("@misc{dog-2026-")


def test_a_flawed_sentence_is_shown_as_such_and_warned_of(page, settings: Settings) -> None:
    (settings.seeds / "x.txt").write_text("題\n魚がいる。但是,但是这样的事情。魚が泳ぐ。", "utf-8")
    opened = page("ask")
    opened.run()
    opened.ask("魚がいる")
    flawed = f'<span class="flawed" title="{JA.flaws["foreign"]}">但是,但是这样的事情。</span>'
    assert flawed in opened.html
    assert f"⚠ {JA.flawed}" in opened.html


def test_notes_and_twins_stand_below_the_passage(page, settings: Settings) -> None:
    text = "題\n\n魚が川を泳ぎ、長い冬のあいだ待っているのを、誰も知らない。[^1]\n\n[^1]: 魚の本、12頁。\n"
    for name in ("one.md", "two.md"):
        (settings.seeds / name).write_text(text, "utf-8")
    opened = page("ask")
    opened.run()
    opened.ask("魚が川を泳ぎ")
    assert f"<b>{JA.notes}</b>\n[^1]: 魚の本、12頁。" in opened.html
    assert f"<b>{JA.also}</b>" in opened.html


def test_a_new_conversation_begins_empty(page, built: Settings) -> None:
    opened = page("ask")
    opened.run()
    app = opened.ask("犬がいる")
    assert [one.label for one in app.get("download_button")] == [JA.export]
    opened.press("new")
    assert not app.chat_message
    assert keys(app, "suggestion-opening")


def test_a_conversation_does_not_grow_for_ever(page, built: Settings, monkeypatch) -> None:
    monkeypatch.setattr(ask, "KEPT", 2)
    opened = page("ask")
    opened.run()
    for question in ("犬", "猫", "鳥"):
        app = opened.ask(question)
    assert [one.number for one in app.session_state.conversation] == [1, 2]
    assert "猫</h2>" in opened.html
    assert "犬</h2>" not in opened.html


def test_the_language_is_switched_and_kept_in_the_link(page, built: Settings) -> None:
    opened = page("ask")
    app = opened.run()
    assert "document.documentElement.lang = 'ja'" in opened.html
    opened.press("language-switch")
    assert app.chat_input[0].placeholder == EN.placeholder
    assert opened.address == {"lang": ["en"]}
    assert "document.documentElement.lang = 'en'" in opened.html
    opened.press("language-switch")
    assert app.chat_input[0].placeholder == JA.placeholder
    assert opened.address == {"lang": ["ja"]}


def test_a_link_in_english_opens_in_english(page, built: Settings) -> None:
    assert page("ask", lang=["en"]).run().chat_input[0].placeholder == EN.placeholder
    assert page("ask", lang=["xx"]).run().chat_input[0].placeholder == JA.placeholder


def test_a_rebuilt_index_is_taken_up_by_the_next_question(page, built: Settings, words) -> None:
    opened = page("ask")
    opened.run()
    (built.seeds / "fish.txt").write_text("魚の話\n魚が泳いでいる。", "utf-8")
    build(built, words)
    app = opened.ask("魚が泳いでいる")
    assert app.session_state.conversation[0].findings.answer.hits[0].passage.document == "fish.txt"


def test_more_sources_than_are_shown_are_named(page, built: Settings, monkeypatch) -> None:
    monkeypatch.setattr(answer, "_SOURCES", 1)
    opened = page("ask")
    opened.run()
    app = opened.ask("犬がいる")
    for view in ("source", "beside"):
        app.segmented_control[0].set_value(view)
        opened.run()
        more = opened.html[opened.html.index(f"<summary>{JA.found_more.format(1)}</summary>") :]
        assert "<li>動物の話</li>" in more
