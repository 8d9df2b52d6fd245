"""The whole way in a real browser: Debian's Chromium, the real model, the digests."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from retrieval.settings import PROJECT
from ui.texts import JA

CHROMIUM = shutil.which("chromium")
# each with what stands in its best passage
QUESTIONS = {
    "ブダノフらがマイアミで話し合った議題は何か": "マイアミ",
    "平和委員会の議長は誰か": "議長には米国大統領が自ら就き",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a free port, with no index yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SHUTTEN_INDEX": str(tmp_path_factory.mktemp("index")),
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
    for _ in range(300):
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start: {log.read_text('utf-8')}")


@pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no browser: chromium is not installed"
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ask_read_and_open_the_source(server: str, scheme: str, tmp_path: Path) -> None:
    """Leaves pictures of both steps: pytest tests/ui/test_browser.py --basetemp pictures"""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(
            color_scheme=scheme,  # type: ignore[arg-type]
            locale="ja-JP",
            viewport={"width": 1100, "height": 800},
            device_scale_factor=1.5,
        )
        outside: list[str] = []
        page.on("request", lambda r: None if _is_local(r.url, server) else outside.append(r.url))
        page.goto(server)
        box = page.get_by_test_id("stChatInputTextArea")
        box.wait_for(timeout=300_000)  # the first visit loads the model and builds the index
        for number, (question, expected) in enumerate(QUESTIONS.items()):
            box.fill(question)
            box.press("Enter")
            answer = page.get_by_test_id("stChatMessage").nth(2 * number + 1)
            card = answer.locator(".shutten-text").first
            card.wait_for(timeout=60_000)
            assert expected in card.inner_text()
            assert "miami-and-davos.md" in answer.locator(".shutten-place").first.inner_text()
            assert card.locator("mark").count() == 1
            # the reader begins at the question, not at the last passage
            page.wait_for_function(
                "number => { const r = document.getElementById(`shutten-question-${number}`)"
                ".getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight / 3 }",
                arg=number,
            )
        page.screenshot(path=tmp_path / "answer.png")
        answer.get_by_role("button", name=JA.open).first.click()
        passage = page.locator("#shutten-passage")
        passage.wait_for(timeout=30_000)
        page.wait_for_function(
            "() => { const r = document.getElementById('shutten-passage').getBoundingClientRect();"
            " return r.top >= 0 && r.top < innerHeight }"
        )
        assert passage.inner_text().strip() == card.inner_text().strip()
        page.screenshot(path=tmp_path / "source.png")
        browser.close()
    assert outside == []


def _is_local(url: str, server: str) -> bool:
    return url.startswith((server, server.replace("http", "ws", 1), "data:", "blob:"))
