"""The command line as a process."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.settings import PROJECT

COMMAND = f"{sys.executable} -m retrieval"


@pytest.mark.parametrize("repeated", [1, 2000])  # less than a buffer is written at the end, more before
def test_a_reader_that_has_gone_is_no_failure(run, seeds: Path, repeated: int) -> None:
    (seeds / "cat.txt").write_text("猫がいる。\n" * repeated, encoding="utf-8")
    run("build")
    command = [sys.executable, "-m", "retrieval", "show", "cat.txt"]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_streams_that_are_closed_are_no_failure(run, seeds: Path, closed: str) -> None:
    (seeds / "cat.txt").write_text("猫がいる。\n", encoding="utf-8")
    run("build")
    done = subprocess.run(f"{COMMAND} show cat.txt {closed}", shell=True, cwd=PROJECT, capture_output=True)
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.decode() == ("" if closed.startswith(">&-") else "猫がいる。\n\n")


def test_interrupted_while_it_imports() -> None:
    script = """
import os, runpy, signal, sys

class Interrupts:
    def find_spec(self, name, *_):
        if name == "retrieval.cli":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
runpy.run_module("retrieval", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")


def test_who_only_asks_loads_no_reader_and_no_builder() -> None:
    script = "import sys, retrieval.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {"typer", "retrieval.search.searcher"} <= loaded
    assert not loaded & {
        "bm25s",
        "datasketch",
        "lxml",
        "mammoth",
        "pymilvus",
        "pypdf",
        "torch",
        "trafilatura",
    }
