"""For as long as one likes: builds killed at any moment, while readers ask. ``make soak``"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from retrieval import Searcher, Settings, build
from retrieval.settings import PROJECT

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
BUILD = """
from retrieval import Settings, build
from tests.conftest import WordEncoder
build(Settings(), WordEncoder())
"""


def said(searcher: Searcher) -> str:
    assert searcher.index.trouble is None
    return str([one.to_json() for one in searcher.ask_all(["猫", "犬が走る"], 5)])


@pytest.mark.soak
def test_builds_are_killed_at_any_moment_while_readers_ask(built: Settings, words) -> None:
    texts = ["動物の話\n猫がいる。犬はいない。\n", "犬の話\n猫も犬もいる。猫が走る。犬も走る。\n" * 50]
    cat = built.seeds / "cat.txt"
    expected = set()
    for text in texts:
        cat.write_text(text, "utf-8")
        build(built, words)
        expected.add(said(Searcher.open(built.index, words)))
    done = threading.Event()

    def read() -> int:
        asked = 0
        while not done.is_set():
            assert said(Searcher.open(built.index, words)) in expected
            asked += 1
        return asked

    killed = finished = 0
    chance = random.Random(7)
    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and not any(reader.done() for reader in readers):
            cat.write_text(texts[(killed + finished) % 2], "utf-8")
            process = subprocess.Popen(
                [sys.executable, "-c", BUILD], cwd=PROJECT, env=os.environ | built.environment()
            )
            try:
                # one in three is left to finish, however long it takes here
                whole = (killed + finished) % 3 == 2
                process.wait(timeout=None if whole else chance.uniform(0.5, 12))
                finished += 1
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
        done.set()
    assert min(reader.result() for reader in readers) > 0
    assert killed > 0
    assert finished > 0
    build(built, words)
    assert sum(path.is_dir() for path in built.index.iterdir()) <= 2
