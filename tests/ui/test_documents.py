"""The documents page: every state of it."""

import pytest

from retrieval import Settings
from retrieval.reading import intake
from ui import documents, engine
from ui.texts import EN, JA


def drop(opened, *files: tuple[str, bytes]):
    """Drop files on the page and press the button."""
    opened.app.file_uploader[0].set_value([(name, data, "text/plain") for name, data in files])
    [button] = [one for one in opened.app.button if one.label == JA.add_yes]
    button.click()
    return opened.run()


def test_before_the_first_build_documents_can_be_added(page, settings: Settings) -> None:
    opened = page("documents")
    app = opened.run()
    assert not app.error
    drop(opened, ("魚.txt", "魚の話\n魚がいる。".encode()))
    assert (settings.seeds / "魚.txt").is_file()
    assert JA.held.format(4) in [one.value for one in app.header]


def test_every_source_with_what_is_known_of_it(page, built: Settings) -> None:
    opened = page("documents")
    app = opened.run()
    assert JA.held.format(3) in [one.value for one in app.header]
    assert (
        '<div class="shutten-source"><bdi>犬の記録</bdi> · <bdi>動物社</bdi>'
        ' · <span class="date">2026-01-19</span></div>' in opened.html
    )
    size = len((built.seeds / "dog.md").read_text("utf-8"))
    facts = ["dog.md", JA.size.format(size), JA.passages_of.format(1)]
    assert " · ".join(f"<bdi>{one}</bdi>" for one in facts) in opened.html
    assert f'<bdi>動物の話</bdi> · <span class="date">{JA.undated}' in opened.html


def test_problems_are_named(page, built: Settings) -> None:
    (built.seeds / "x.txt").write_text("題\n魚がいる。但是,但是这样的事情。", "utf-8")
    (built.seeds / "y.pdf").write_bytes(b"none")
    opened = page("documents")
    app = opened.run()
    assert JA.waiting in [one.value for one in app.warning]
    opened.press("take-in")
    assert JA.flawed_of.format(1) in opened.html
    assert JA.unread in [one.value for one in app.header]
    assert "<li>y.pdf: " in opened.html
    assert JA.waiting not in [one.value for one in app.warning]


def test_searching_and_sorting(page, built: Settings) -> None:
    opened = page("documents")
    app = opened.run()
    app.text_input(key="search").set_value("動物")
    app.selectbox(key="sort").set_value("date")
    opened.run()
    assert [one.key for one in app.button if one.key.startswith("read-")] == ["read-dog.md", "read-cat.txt"]
    app.text_input(key="search").set_value("ない題名")
    opened.run()
    assert JA.nothing_held in [one.value for one in app.info]


def test_many_documents_are_on_several_pages(page, built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_ROWS", 2)
    app = page("documents").run()
    assert len([one for one in app.button if one.key.startswith("read-")]) == 2
    assert len(app.get("pagination")) == 1


def test_what_is_added_is_checked_and_built_in(page, built: Settings) -> None:
    opened = page("documents")
    app = opened.run()
    drop(opened, ("../../fish.txt", "魚の話\n魚がいる。".encode()), ("bad.pdf", b"none"))
    assert (built.seeds / "fish.txt").is_file()
    assert not (built.seeds / "bad.pdf").exists()
    assert f"✕ {JA.refused}: bad.pdf" in opened.html
    assert JA.held.format(4) in [one.value for one in app.header]
    assert JA.built.format(4, 4) in [one.value for one in app.success]


def test_what_became_of_each_file_is_said(page, built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "rebuild", lambda _: None)
    opened = page("documents")
    opened.run()
    drop(
        opened,
        ("<b>魚.txt", "魚の話\n魚がいる。".encode()),
        ("cat.txt", (built.seeds / "cat.txt").read_bytes()),
    )
    assert f"✓ {JA.added}: _b_魚.txt" in opened.html
    assert f"✕ {JA.refused}: cat.txt. {JA.failures['AlreadyHeld']}" in opened.html
    assert "cat.txt: stands there already, with the same text" in opened.html


def test_removing_asks_first(page, built: Settings) -> None:
    opened = page("documents")
    app = opened.run()
    opened.press("remove-dog.md")
    assert JA.remove_this in [one.value for one in app.text]
    opened.press("remove-no")
    assert (built.seeds / "dog.md").exists()
    opened.press("remove-dog.md")
    opened.press("remove-yes")
    assert not (built.seeds / "dog.md").exists()
    assert JA.held.format(2) in [one.value for one in app.header]


def test_removing_one_of_a_collection_says_how_many_go(page, built: Settings) -> None:
    lines = '{"_id": "a", "title": "魚", "text": "魚がいる。"}\n{"_id": "b", "title": "鳥", "text": "鳥。"}\n'
    intake.add(built.seeds, "many.jsonl", lines.encode())
    opened = page("documents")
    app = opened.run()
    opened.press("take-in")
    opened.press("remove-many.jsonl#a")
    assert JA.remove_many.format(2) in [one.value for one in app.warning]
    opened.press("remove-yes")
    assert JA.held.format(3) in [one.value for one in app.header]


def test_what_is_gone_already_is_one_sentence(page, built: Settings) -> None:
    opened = page("documents")
    app = opened.run()
    opened.press("remove-dog.md")
    (built.seeds / "dog.md").unlink()
    opened.press("remove-yes")
    assert JA.failures["UsageError"] in [one.value for one in app.error]


def test_a_folder_emptied_meanwhile_is_one_sentence(page, built: Settings) -> None:
    opened = page("documents")
    app = opened.run()
    opened.press("remove-dog.md")
    for name in ("dog.md", "cat.txt", "sub/bird.txt"):
        (built.seeds / name).unlink()
    opened.press("remove-yes")
    assert JA.failures["NoDocuments"] in [one.value for one in app.error]


def test_the_last_document_removed_leaves_one_sentence(page, built: Settings) -> None:
    for name in ("cat.txt", "sub/bird.txt"):
        intake.remove(built.seeds, name)
    opened = page("documents")
    app = opened.run()
    opened.press("remove-dog.md")
    opened.press("remove-yes")
    assert JA.failures["NoDocuments"] in [one.value for one in app.error]


def test_reading(page, built: Settings) -> None:
    opened = page("documents")
    opened.run()
    opened.press("read-cat.txt")
    assert '<span class="passage" id="shutten-passage"><mark>動物の話</mark>' in opened.html


@pytest.mark.parametrize("key", ["read-cat.txt", "remove-cat.txt"])
def test_what_was_open_is_not_when_one_comes_back(page, built: Settings, monkeypatch, key: str) -> None:
    opened = page("documents")
    app = opened.run()
    opened.press(key)
    assert app.get("dialog")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("ui.link.is_on_this_page", lambda: False)
        opened.run()
    assert not app.get("dialog")
    opened.press(key)
    assert app.get("dialog")
    opened.go_to({"lang": ["en"]})
    assert not app.get("dialog")


def test_in_english(page, built: Settings) -> None:
    app = page("documents", lang=["en"]).run()
    assert EN.held.format(3) in [one.value for one in app.header]
