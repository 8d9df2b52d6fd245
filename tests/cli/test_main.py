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


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_no_file_takes_the_number_of_a_stream_here_or_in_what_is_started(closed: str, tmp_path: Path) -> None:
    (tmp_path / "started.py").write_text(
        "import pathlib, sys\n"
        "pathlib.Path(sys.argv[1]).write_text(str(None in (sys.stdin, sys.stdout, sys.stderr)))\n"
    )
    (tmp_path / "main.py").write_text(f"""
import os, pathlib, runpy, sys
from retrieval import cli

def main():
    with pathlib.Path({str(tmp_path / "number")!r}).open("w") as file:
        file.write(str(file.fileno()))
    os.execv(sys.executable, [sys.executable, {str(tmp_path / "started.py")!r}, {str(tmp_path / "none")!r}])

cli.main = main
runpy.run_module("retrieval", run_name="__main__")
""")
    command = f"PYTHONPATH={PROJECT} {sys.executable} {tmp_path / 'main.py'} {closed}"
    subprocess.run(command, shell=True, check=True)
    assert int((tmp_path / "number").read_text()) >= 3
    assert (tmp_path / "none").read_text() == "False"


@pytest.mark.parametrize(
    ("module", "handler", "code", "said"),
    [
        ("retrieval.cli", "default_int_handler", -signal.SIGINT, ""),
        ("retrieval.building", "default_int_handler", 130, "shutten: interrupted\n"),
        ("retrieval.cli", "SIG_IGN", 1, "shutten: "),
    ],
)
def test_interrupted_while_it_imports(
    module: str, handler: str, code: int, said: str, tmp_path: Path
) -> None:
    """Without a word; with one where a command runs; not at all where whoever started it says so."""
    script = f"""
import os, runpy, signal, sys

class Interrupts:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.{handler})
sys.meta_path.insert(0, Interrupts())
sys.argv = ["retrieval", "build", "--seeds", {str(tmp_path / "none")!r}]
runpy.run_module("retrieval", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True)
    assert (done.returncode, done.stderr[: len(said) or None]) == (code, said)


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
