"""The whole way in a real browser: Debian's Chromium, the real model, the digests.

Leaves pictures of the answer and its source: pytest tests/ui/test_browser.py --basetemp pictures
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from retrieval.settings import PROJECT
from ui.texts import EN, JA

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no browser: chromium is not installed"
)
BUILDING = 300_000  # milliseconds that the model and the first index may take
PATIENCE = 60_000
CHAIR, ANSWER = "平和委員会の議長は誰か", "議長には米国大統領が自ら就き"
# each with what stands in its best passage
QUESTIONS = {"ブダノフらがマイアミで話し合った議題は何か": "核心の議題", CHAIR: ANSWER}
# what Streamlit's own widgets break, and no page can mend: the file uploader's drop zone has a label
# beside role="presentation"
STREAMLITS_OWN = {"presentation-role-conflict"}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(PROJECT / "seeds", tmp_path_factory.mktemp("documents") / "seeds"))


@pytest.fixture(scope="module")
def server(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a free port, with no index yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SHUTTEN_SEEDS": str(seeds),
        "SHUTTEN_INDEX": str(tmp_path_factory.mktemp("index")),
        "SHUTTEN_FEEDBACK": str(tmp_path_factory.mktemp("feedback") / "feedback.jsonl"),
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    log = tmp_path_factory.mktemp("log") / "server.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "retrieval", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", log)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def _wait(url: str, log: Path) -> None:
    for _ in range(600):
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start: {log.read_text('utf-8')}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(server: str, chromium) -> Iterator[Callable[..., object]]:
    """Opens a page of the app in a browser of its own; none of them may ask for anything elsewhere."""
    outside: list[str] = []
    contexts = []

    def is_local(url: str) -> bool:
        return url.startswith((server, server.replace("http", "ws", 1), "data:", "blob:"))

    def opened(path: str = "", scheme: str = "light", width: int = 1100, height: int = 800):
        context = chromium.new_context(
            color_scheme=scheme,
            locale="ja-JP",
            viewport={"width": width, "height": height},
            device_scale_factor=1.5,
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda r: None if is_local(r.url) else outside.append(r.url))
        page.on("websocket", lambda w: None if is_local(w.url) else outside.append(w.url))
        page.goto(f"{server}/{path}")
        # the first visit waits for the index
        ready = "stChatInputTextArea" if path.startswith("?") or not path else "stHeading"
        page.get_by_test_id(ready).first.wait_for(timeout=BUILDING)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert outside == []


def ask(page, question: str, number: int = 0):
    """Ask, and return the answer when it stands there."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    page.locator(f"#shutten-question-{number}").wait_for()
    answer = page.get_by_test_id("stChatMessage").nth(2 * number + 1)
    answer.locator(".shutten-text, [data-testid=stAlert]").first.wait_for()
    settled(page)
    return answer


def settled(page) -> None:
    """Wait until the page's script has ended and nothing fades in any more: what does is paler."""
    page.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")
    page.wait_for_function(
        "() => document.getAnimations().every(one => one.playState !== 'running'"
        " || one.effect.getComputedTiming().iterations === Infinity)"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ask_read_and_open_the_source(visit, scheme: str, tmp_path: Path) -> None:
    page = visit(scheme=scheme)
    for number, (question, expected) in enumerate(QUESTIONS.items()):
        answer = ask(page, question, number)
        card = answer.locator(".shutten-text").first
        assert expected in card.inner_text()
        assert "miami-and-davos.md" in answer.locator(".shutten-place").first.inner_text()
        assert card.locator("mark").count() == 1
        # the reader begins at the question, not at the last passage
        page.wait_for_function(
            "number => { const r = document.getElementById(`shutten-question-${number}`)"
            ".getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight / 3 }",
            arg=number,
        )
    assert ANSWER in answer.locator("blockquote").inner_text()
    assert card.locator("u").first.inner_text() in CHAIR
    page.screenshot(path=tmp_path / "answer.png")
    answer.get_by_role("button", name=JA.open).first.click()
    passage = page.locator("#shutten-passage")
    passage.wait_for()
    page.wait_for_function(
        "() => { const r = document.getElementById('shutten-passage').getBoundingClientRect();"
        " return r.top >= 0 && r.top < innerHeight }"
    )
    assert passage.inner_text().strip() == card.inner_text().strip()
    assert ANSWER in passage.locator("mark").inner_text()
    page.screenshot(path=tmp_path / "source.png")


def test_the_views_are_switched_without_asking_again(visit) -> None:
    page = visit()
    answer = ask(page, CHAIR)
    for view, sign in (
        (
            "source",
            answer.get_by_text(JA.nothing_here).or_(answer.locator("[class*=st-key-card-0-source-1]")),
        ),
        ("beside", answer.locator("[class*=st-key-shutten-beside]")),
        ("time", answer.locator("[class*=st-key-card-0-time-]")),
        ("rank", answer.locator("[class*=st-key-card-0-rank-1]")),
    ):
        answer.get_by_role("radio", name=JA.views[view]).or_(
            answer.get_by_role("button", name=JA.views[view])
        ).first.click()
        sign.first.wait_for()
    assert page.get_by_test_id("stChatMessage").count() == 2
    with page.expect_download() as saved:
        page.get_by_role("button", name=JA.export).click()
    assert f"引用文: {ANSWER}" in Path(saved.value.path()).read_text("utf-8")


def test_a_permanent_link_opens_the_same_passage_elsewhere(visit) -> None:
    page = visit()
    card = ask(page, CHAIR).locator(".shutten-text").first.inner_text()
    page.get_by_role("button", name=JA.open).first.click()
    page.locator("#shutten-passage").wait_for()
    page.wait_for_url(re.compile(r"\?doc="))
    link = urlsplit(page.url)
    assert parse_qs(link.query)["doc"] == ["miami-and-davos.md"]
    other = visit(f"?{link.query}")
    passage = other.locator("#shutten-passage")
    passage.wait_for()
    assert passage.inner_text().strip() == card.strip()
    other.get_by_role("button", name=JA.after).click()
    other.wait_for_function("text => document.getElementById('shutten-passage').innerText !== text", arg=card)
    other.wait_for_url(lambda url: url.partition("?")[2] not in ("", link.query))
    other.keyboard.press("Escape")
    passage.wait_for(state="detached")
    other.wait_for_url(lambda url: "doc=" not in url)


def test_filters_are_chosen_kept_in_the_link_and_taken_from_it(visit) -> None:
    page = visit()
    page.get_by_role("button", name=JA.filter).click()
    page.get_by_role("combobox", name=JA.sources).click()
    page.get_by_role("option").nth(1).click()
    page.wait_for_url(re.compile(r"\?source="))
    [name] = parse_qs(urlsplit(page.url).query)["source"]
    chosen = page.get_by_text(f"{JA.filter} (1)")
    chosen.wait_for()
    page.wait_for_timeout(1200)  # what comes sooner is taken for a click from before
    page.go_back()
    chosen.wait_for(state="detached")
    page.wait_for_timeout(1200)
    page.go_forward()
    chosen.wait_for()
    page.wait_for_url(re.compile(r"\?source="))
    other = visit(f"?{urlsplit(page.url).query}")
    answer = ask(other, CHAIR)
    assert {place.split(" · ")[-2] for place in answer.locator(".shutten-place").all_inner_texts()} == {name}


def test_addresses_in_other_words_and_other_pages_are_one_step_of_the_history_each(visit) -> None:
    page = visit("?at=120&other=x")
    page.wait_for_url(re.compile(r"/\?lang=ja$"))
    page.wait_for_timeout(1200)  # not told of the new address, Streamlit goes on sending the old one
    assert page.evaluate("history.length") == 2  # with the empty one of a new window
    for role, name, found in (
        ("button", JA.other, "lang=en"),
        ("link", EN.documents, "/documents.*lang=en"),
        ("link", EN.ask, r"/\?lang=en"),
    ):
        settled(page)
        page.get_by_role(role, name=name).click()
        page.wait_for_url(re.compile(found))
        page.wait_for_timeout(1200)  # what comes sooner is taken for a click from before
    assert page.evaluate("history.length") == 5
    for steps, found in ((-1, r"/documents\?lang=en$"), (-2, r"/\?lang=ja$")):
        page.evaluate(f"history.go({steps})")
        page.wait_for_url(re.compile(found))
        page.wait_for_timeout(1200)  # a page that has not been drawn yet is not known to be left
        settled(page)
        assert re.search(found, page.url)
    page.get_by_placeholder(JA.placeholder).wait_for()


def test_what_is_clicked_during_a_search_loses_no_question(visit) -> None:
    page = visit()
    box = page.get_by_test_id("stChatInputTextArea")
    for question in QUESTIONS:
        box.fill(question)
        box.press("Enter")
        page.wait_for_timeout(50)  # far less than a search takes
    page.get_by_role("button", name=JA.other).click()
    page.get_by_placeholder(EN.placeholder).wait_for()
    page.locator("#shutten-question-1").wait_for()
    settled(page)
    for number, question in enumerate(QUESTIONS):
        assert page.locator(f"#shutten-question-{number}").inner_text() == question
    assert page.locator("[id^=shutten-question-]").count() == len(QUESTIONS)
    answer = page.get_by_test_id("stChatMessage").nth(2 * number + 1)  # the passages of the newest are shown
    assert QUESTIONS[question] in answer.locator(".shutten-text").first.inner_text()


def test_what_is_clicked_while_documents_are_stored_loses_none(visit, seeds: Path) -> None:
    page = visit("documents")
    page.get_by_role("heading", name=JA.held.format(3)).wait_for()
    names = [f"灯台{number}.txt" for number in range(6)]
    page.locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "text/plain", "buffer": f"{name}\n\n灯台の話である。\n".encode()}
            for name in names
        ]
    )
    page.get_by_text(names[-1]).first.wait_for()
    page.get_by_role("button", name=JA.add_yes, exact=True).click()
    page.get_by_role("button", name=JA.other).click()
    page.get_by_role("heading", name=EN.held.format(9)).wait_for()
    page.get_by_text(f"{EN.added}: {names[-1]}").wait_for()
    for name in names:
        (seeds / name).unlink()
    page.reload()
    page.get_by_role("button", name=EN.rebuild).click()
    page.get_by_role("heading", name=EN.held.format(3)).wait_for(timeout=BUILDING)


def test_documents_are_added_read_and_removed(visit, seeds: Path) -> None:
    other = visit()  # builds the index where there is none
    page = visit("documents")
    page.get_by_role("heading", name=JA.held.format(3)).wait_for()
    title = "雪山の**郵便局** $5 :smile: [x](y)"
    text = f"{title}\n\n雪山の郵便局は、毎週水曜日にだけ開く。局長は三毛猫である。\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "<img src=x>雪山.txt", "mimeType": "text/plain", "buffer": text.encode()}
    )
    page.get_by_text("雪山.txt").first.wait_for()
    page.get_by_role("button", name=JA.add_yes, exact=True).click()
    page.get_by_role("heading", name=JA.held.format(4)).wait_for(timeout=BUILDING)
    assert (seeds / "_img src=x_雪山.txt").read_text("utf-8") == text
    other.reload()
    # the title as it stands, though a button's label is Markdown
    suggested = other.get_by_role("button").filter(has_text="雪山")
    assert suggested.inner_text() == JA.about.format(title)
    answer = ask(other, "郵便局はいつ開くか")
    assert "毎週水曜日にだけ開く" in answer.locator("mark").first.inner_text()
    row = page.locator("[class*=st-key-held-]", has_text="雪山の")
    row.get_by_role("button", name=JA.remove).click()
    page.get_by_role("dialog").get_by_role("button", name=JA.remove_yes).click()
    page.get_by_role("heading", name=JA.held.format(3)).wait_for(timeout=BUILDING)
    assert not (seeds / "_img src=x_雪山.txt").exists()


def test_questions_are_answered_while_the_index_is_rebuilt(visit) -> None:
    asking, index = visit(), visit("index")
    index.get_by_role("button", name=JA.rebuild).click()
    index.get_by_role("button", name=JA.stop).wait_for()
    assert ANSWER in ask(asking, CHAIR).locator("blockquote").inner_text()
    index.get_by_text(re.compile("索引を作りました")).wait_for(timeout=BUILDING)
    assert ANSWER in ask(asking, CHAIR, 1).locator("blockquote").inner_text()


def test_from_the_keyboard_and_enter_during_kana_conversion(visit) -> None:
    page = visit()
    box = page.get_by_test_id("stChatInputTextArea")
    box.focus()
    ime = page.context.new_cdp_session(page)
    ime.send("Input.imeSetComposition", {"text": "ぎちょう", "selectionStart": 4, "selectionEnd": 4})
    for kind in ("rawKeyDown", "keyUp"):
        ime.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13},
        )
    ime.send("Input.insertText", {"text": CHAIR})
    assert CHAIR in box.input_value()
    settled(page)
    assert page.get_by_test_id("stChatMessage").count() == 0
    page.keyboard.press("Enter")
    page.locator("#shutten-question-0").wait_for()
    settled(page)
    # the next question can be typed at once
    assert page.evaluate("document.activeElement.dataset.testid") == "stChatInputTextArea"
    # open the source from the keyboard, close it, and be where one was
    button = page.get_by_role("button", name=JA.open).first
    button.focus()
    page.keyboard.press("Enter")
    page.locator("#shutten-passage").wait_for()
    page.keyboard.press("Escape")
    page.locator("#shutten-passage").wait_for(state="detached")
    page.wait_for_function("name => document.activeElement.innerText.includes(name)", arg=JA.open)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_axe_finds_nothing(visit, scheme: str, lang: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    said, axe = {"ja": JA, "en": EN}[lang], Axe()

    def violations(page) -> list:
        settled(page)
        return [
            (one["id"], [(node["html"][:200], node["failureSummary"]) for node in one["nodes"]][:3])
            for one in axe.run(page).response["violations"]
            if one["id"] not in STREAMLITS_OWN
        ]

    def check(page) -> None:
        page.wait_for_function("lang => document.documentElement.lang === lang", arg=lang)
        # what Streamlit draws anew is paler for a moment; what is wrong is still wrong after it
        found = violations(page)
        for _ in range(4):
            found = found and violations(page)
        assert found == []

    page = visit(f"?lang={lang}", scheme)
    check(page)
    ask(page, CHAIR)
    check(page)
    page.get_by_role("button", name=said.open).first.click()
    page.locator("#shutten-passage").wait_for()
    check(page)
    for path in ("documents", "evaluate", "index"):
        check(visit(f"{path}?lang={lang}", scheme))


def _rightmost(page) -> float:
    """Where the page's widest text ends, in pixels."""
    return page.locator("[class^=shutten], [data-testid=stHeading], [data-testid=stButton]").evaluate_all(
        "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
    )


@pytest.mark.parametrize("width", [400, 1600])
def test_nothing_runs_out_of_the_window(visit, width: int, tmp_path: Path) -> None:
    page = visit(width=width)
    answer = ask(page, CHAIR)
    for view, sign in (
        ("beside", "[class*=st-key-shutten-beside]"),
        ("rank", "[class*=st-key-card-0-rank-1]"),
    ):
        answer.get_by_text(JA.views[view]).first.click()
        answer.locator(sign).first.wait_for()
        settled(page)
        assert _rightmost(page) <= width
        widths = page.locator(".shutten-text").evaluate_all(
            "all => all.map(one => one.clientWidth / parseFloat(getComputedStyle(one).fontSize))"
        )
        assert max(widths) <= 42  # characters in a line
        page.screenshot(path=tmp_path / f"{view}.png")
    for path in ("documents", "evaluate", "index"):
        own = visit(path, width=width)
        settled(own)
        assert _rightmost(own) <= width
        own.screenshot(path=tmp_path / f"{path}.png")


def test_on_a_telephone_the_drawer_shows_the_sentence_that_is_meant(visit) -> None:
    page = visit("?doc=miami-and-davos.md&at=1742-1913", width=380)
    page.locator("#shutten-passage mark").wait_for()
    page.wait_for_function(
        "() => { const at = one => document.querySelector(one).getBoundingClientRect();"
        " const box = at('.shutten-document'), mark = at('#shutten-passage mark');"
        " return mark.top >= box.top && mark.bottom <= Math.min(box.bottom, innerHeight) }"
    )


def test_a_document_has_its_buttons_beside_it(visit) -> None:
    visit()  # builds the index where there is none
    page = visit("documents")
    rows = page.locator("[class*=st-key-held-]")
    rows.first.wait_for()
    for row in rows.all():
        title = row.locator(".shutten-source").bounding_box()
        button = row.get_by_role("button", name=JA.remove).bounding_box()
        assert button["x"] >= title["x"] + title["width"]


def test_ten_browsers_at_once_get_what_one_gets(visit) -> None:
    expected = ask(visit(), CHAIR).locator(".shutten-text").all_inner_texts()
    pages = [visit() for _ in range(10)]
    for page in pages:
        page.get_by_test_id("stChatInputTextArea").fill(CHAIR)
    for page in pages:
        page.keyboard.press("Enter")
    for page in pages:
        page.get_by_test_id("stChatMessage").nth(1).locator(".shutten-text").nth(len(expected) - 1).wait_for()
        settled(page)
        assert page.locator(".shutten-text").all_inner_texts() == expected
