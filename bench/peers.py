"""The same corpus, model and machine, in turn: this project, LangChain, LlamaIndex, txtai, Haystack.

    PYTHONPATH=. python bench/peers.py BEIR_FOLDER --work FOLDER [--questions N] [--documents N] [--runs 5]

Each round runs every system once, in an order that rotates from round to round, each in a process and an
environment of its own, with its documented set-up (bench/peers/, whose files say what that is). A ratio
compares a system with this project in the same round. The environments, of 1 to 2 GB each, are made below
FOLDER at the first start, which needs the package index; the runs ask nothing of the network. What was
broken off goes on with the same command; to measure anew, remove FOLDER/runs. Memory is read from /proc:
Linux only.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer

from retrieval.evaluation import beir
from retrieval.settings import PROJECT

SCRIPTS = Path(__file__).with_suffix("")
OWN = "shutten"
# in the order of the table; each is bench/peers/NAME.py
SYSTEMS = {
    OWN: "Shutten",
    "langchain": "LangChain",
    "llamaindex": "LlamaIndex",
    "txtai": "txtai",
    "haystack": "Haystack",
}
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked: the words of each question by its id, and its relevant documents' ids."""

    texts: Mapping[str, str]
    relevant: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run gave, or its ratios to another: recall 0 to 1, seconds, milliseconds, MiB."""

    recall_1: float
    recall_10: float
    build: float
    p50: float
    p95: float
    memory: float
    load: float

    def over(self, other: "Figures") -> "Figures":
        """Each figure divided by the other's."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Figures(*(own / against for own, against in pairs))


COLUMNS = {
    "recall_1": ("R@1", ".3f"),
    "recall_10": ("R@10", ".3f"),
    "build": ("build, s", ".1f"),
    "p50": ("p50, ms", ".1f"),
    "p95": ("p95, ms", ".1f"),
    "memory": ("memory, MiB", ".0f"),
    "load": ("load, s", ".1f"),
}
_RATIO = ".2f"


def main(
    folder: Annotated[Path, typer.Argument(metavar="BEIR_FOLDER", exists=True, file_okay=False)],
    work: Annotated[Path, typer.Option(help="Folder for environments, the model and what was measured.")],
    questions: Annotated[int | None, typer.Option(min=10, help="Ask so many, evenly drawn; all.")] = None,
    documents: Annotated[int | None, typer.Option(min=10, help="Take the first so many; all.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="Rounds.")] = 5,
) -> None:
    """Measure, print two tables, write results.json."""
    corpus = _corpus(folder, documents)
    asked = drawn(_questions(folder, {one["_id"] for one in corpus}), questions)
    own = work.absolute() / "runs" / f"{folder.resolve().name}-{len(corpus)}-{len(asked.texts)}"
    own.mkdir(parents=True, exist_ok=True)
    _write(own / beir.CORPUS, corpus)
    _write(own / "questions.jsonl", ({"_id": id, "text": text} for id, text in asked.texts.items()))
    model = _model(work.absolute())
    pythons = {name: _python(name, work.absolute()) for name in SYSTEMS}
    rounds = [
        {
            name: figures(measured(name, pythons[name], model, own, number), asked)
            for name in turn(list(SYSTEMS), number)
        }
        for number in range(runs)
    ]
    lines = [
        f"{len(corpus)} documents, {len(asked.texts)} questions, {runs} rounds; {_machine()}",
        "",
        *table("median (lowest–highest)", rounds, {key: form for key, (_, form) in COLUMNS.items()}),
        "",
        *table("ratio to Shutten's", [ratios(one) for one in rounds], dict.fromkeys(COLUMNS, _RATIO)),
    ]
    print("\n".join(lines))
    results = {
        "machine": _machine(),
        "documents": len(corpus),
        "questions": len(asked.texts),
        "rounds": [{name: asdict(one) for name, one in round_.items()} for round_ in rounds],
        "requirements": {
            name: _requirements(name).read_text().splitlines() for name in pythons if name != OWN
        },
    }
    (own / "results.json").write_text(json.dumps(results, indent=2), encoding="utf-8")


def _corpus(folder: Path, most: int | None) -> list[dict[str, Any]]:
    lines = (folder / beir.CORPUS).read_text(encoding="utf-8").split("\n")
    return [{"title": "", **json.loads(line)} for line in lines if line.strip()][:most]


def _questions(folder: Path, documents: set[str]) -> Questions:
    """Those whose relevant documents are all among the `documents`."""
    texts, relevant = {}, {}
    for one in beir.load(folder).questions:
        ids = frozenset(name.removeprefix(f"{beir.CORPUS}#") for name in one.answers_by_document())
        if ids <= documents:
            texts[one.id], relevant[one.id] = one.question, ids
    return Questions(texts, relevant)


def drawn(questions: Questions, most: int | None) -> Questions:
    """At most so many of the questions, evenly over their order."""
    ids = list(questions.texts)
    if most is not None and most < len(ids):
        ids = [ids[number * len(ids) // most] for number in range(most)]
    return Questions({id: questions.texts[id] for id in ids}, {id: questions.relevant[id] for id in ids})


def _write(path: Path, lines: Iterable[object]) -> None:
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")


def _model(work: Path) -> Path:
    """The folder with the model, made if it is not there."""
    folder, begun = work / "model", work / "model.part"
    if not folder.exists():
        shutil.rmtree(begun, ignore_errors=True)
        _run([sys.executable, SCRIPTS / "export.py", begun], PYTHONPATH=str(PROJECT))
        begun.rename(folder)
    return folder


def _requirements(name: str) -> Path:
    return SCRIPTS / f"{name}.txt"


def _python(name: str, work: Path) -> Path:
    """The interpreter of that system's environment, which is made if it is missing or was made of other
    requirements.
    """
    if name == OWN:
        return Path(sys.executable)
    wanted, folder = _requirements(name), work / "environments" / name
    python, made_of = folder / "bin" / "python", folder / "requirements.txt"
    if not made_of.exists() or made_of.read_bytes() != wanted.read_bytes():
        print(f"{name}: making its environment", file=sys.stderr)
        _run([sys.executable, "-m", "venv", folder])
        _run([python, "-m", "pip", "install", "--quiet", "--requirement", wanted])
        shutil.copy(wanted, made_of)
    return python


def _run(command: Sequence[str | Path], **environment: str) -> None:
    subprocess.run(command, env=_without_project() | environment, check=True)


def _without_project() -> dict[str, str]:
    """The environment's variables; the peers do not get the project's modules."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def turn(names: Sequence[str], number: int) -> list[str]:
    """The order of round `number`, from 0: each name comes first in one of as many rounds as there are."""
    start = number % len(names)
    return [*names[start:], *names[:start]]


def measured(name: str, python: Path, model: Path, own: Path, number: int) -> dict[str, Any]:
    """What measured.py wrote of that system in that round; it is run if it has not been."""
    out = own / f"{number + 1}-{name}.json"
    if not out.exists():
        print(f"round {number + 1}: {name}", file=sys.stderr, flush=True)
        script = SCRIPTS / "measured.py"
        command = [python, "-P", script, SCRIPTS / f"{name}.py", model, own / beir.CORPUS]
        environment = _without_project() | OFFLINE | ({"PYTHONPATH": str(PROJECT)} if name == OWN else {})
        log = out.with_suffix(".log")
        with log.open("w") as said:
            run = subprocess.run(
                [*command, own / "questions.jsonl", out],
                env=environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if run.returncode:
            sys.exit(f"{name} has failed; {log} says why")
    written: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return written


def figures(run: Mapping[str, Any], asked: Questions) -> Figures:
    """The figures of what measured.py wrote."""
    p50, p95 = np.percentile(run["ask"], (50, 95)) * 1000
    return Figures(
        recall_1=recall(run["found"], asked.relevant, 1),
        recall_10=recall(run["found"], asked.relevant, 10),
        build=run["build"],
        p50=float(p50),
        p95=float(p95),
        memory=run["memory"],
        load=run["load"],
    )


def recall(found: Mapping[str, Sequence[str]], relevant: Mapping[str, frozenset[str]], depth: int) -> float:
    """The mean share of a question's relevant documents that are among the first `depth` found."""
    shares = [len(own & set(found[id][:depth])) / len(own) for id, own in relevant.items()]
    return sum(shares) / len(shares)


def ratios(round_: Mapping[str, Figures]) -> dict[str, Figures]:
    """Each system's figures over this project's in the same round."""
    return {name: one.over(round_[OWN]) for name, one in round_.items()}


def table(title: str, rounds: Sequence[Mapping[str, Figures]], forms: Mapping[str, str]) -> list[str]:
    """The lines of a Markdown table: a system's medians over the rounds, with the spread."""
    heads = [title, *(head for head, _ in COLUMNS.values())]
    lines = [_row(heads), "|" + "---|" * len(heads)]
    for name, shown in SYSTEMS.items():
        cells = (spread([getattr(one[name], key) for one in rounds], form) for key, form in forms.items())
        lines.append(_row([shown, *cells]))
    return lines


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def spread(values: Sequence[float], form: str) -> str:
    """The median with the lowest and the highest, or the value alone where all read the same."""
    low, middle, high = (format(one, form) for one in (min(values), median(values), max(values)))
    return middle if low == high else f"{middle} ({low}–{high})"


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{named[0] if named else platform.machine()}, {os.cpu_count()} cores"


if __name__ == "__main__":
    typer.run(main)
