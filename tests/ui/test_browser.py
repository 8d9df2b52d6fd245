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
QUESTION = "ブダノフらがマイアミで話し合った議題は何か"


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
def test_ask_read_and_open_the_source(server: str, scheme: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(color_scheme=scheme, locale="ja-JP")  # type: ignore[arg-type]
        outside: list[str] = []
        page.on("request", lambda r: None if _is_local(r.url, server) else outside.append(r.url))
        page.goto(server)
        box = page.get_by_test_id("stChatInputTextArea")
        box.wait_for(timeout=300_000)  # the first visit loads the model and builds the index
        box.fill(QUESTION)
        box.press("Enter")
        card = page.locator(".shutten-text").first
        card.wait_for(timeout=60_000)
        assert "マイアミ" in card.inner_text()
        assert card.locator("mark").count() == 1
        source = page.locator(".shutten-place").first.inner_text()
        assert "miami-and-davos.md" in source
        page.get_by_role("button", name=JA.open).first.click()
        passage = page.locator("#shutten-passage")
        passage.wait_for(timeout=30_000)
        page.wait_for_function(
            "() => { const r = document.getElementById('shutten-passage').getBoundingClientRect();"
            " return r.top >= 0 && r.top < innerHeight }"
        )
        assert passage.inner_text().strip() == card.inner_text().strip()
        browser.close()
    assert outside == []


def _is_local(url: str, server: str) -> bool:
    return url.startswith((server, server.replace("http", "ws", 1), "data:", "blob:"))
