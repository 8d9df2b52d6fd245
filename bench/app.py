"""How the app behaves in a real browser: first paint, a warm answer, memory over many questions.

    PYTHONPATH=. python bench/app.py [QUESTIONS] [SEEDS]

Memory is the server's resident set, read from /proc: Linux only. The machine is shared and noisy:
compare figures of one run.
"""

import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from retrieval.settings import PROJECT

QUESTIONS = ("平和委員会の議長は誰か", "ダボスで何が話されるか", "Who leads the talks?", "提案の構造は何か")
_EVERY = 50  # questions between two looks at the memory; a new browser then, too
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# when the page's own heading stands there, seen at the next frame
_HEADING = "!!document.querySelector('h1') && performance.now()"


def main(questions: str = "500", seeds: str = "seeds") -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as index:
        environment = os.environ | {"SHUTTEN_SEEDS": seeds, "SHUTTEN_INDEX": index}
        subprocess.run([sys.executable, "-m", "retrieval", "build"], cwd=PROJECT, env=environment, check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "retrieval", "serve", "--port", str(port)]
        environment["STREAMLIT_SERVER_HEADLESS"] = "true"
        started = perf_counter()
        server = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health")
            print(f"server up          {perf_counter() - started:8.2f} s")
            _measure(f"http://localhost:{port}", server.pid, int(questions))
        finally:
            server.terminate()
            server.wait()


def _wait(url: str) -> None:
    while True:
        try:
            with urlopen(url, timeout=5):
                return
        except OSError:
            sleep(0.05)


def _measure(url: str, server: int, questions: int) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for visit in ("first", "second"):
            page = browser.new_page()
            page.goto(url)
            heading = page.wait_for_function(_HEADING, polling="raf").json_value()
            paint = page.wait_for_function(_PAINT).json_value()
            print(f"{visit:<6} paint       {paint:8.0f} ms, heading {heading:.0f} ms")
            page.close()
        took = []
        asked = itertools.cycle(QUESTIONS)
        for done in range(0, questions, _EVERY):
            page = browser.new_page()
            page.goto(url)
            took += [_ask(page, number, next(asked)) for number in range(min(_EVERY, questions - done))]
            page.close()
            print(f"{len(took):5} questions    {_resident(server):8.0f} MB", flush=True)
        took.sort()
        print(f"answer drawn       {took[len(took) // 2]:8.2f} s median, {took[0]:.2f} s quickest")


def _ask(page: Page, number: int, question: str) -> float:
    """Seconds from the Enter key until the answer stands on the page."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    started = perf_counter()
    box.press("Enter")
    page.get_by_test_id("stChatMessage").nth(2 * number + 1).locator(
        "blockquote, [data-testid=stAlert]"
    ).wait_for()
    return perf_counter() - started


def _resident(process: int) -> float:
    """Megabytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main(*sys.argv[1:])
