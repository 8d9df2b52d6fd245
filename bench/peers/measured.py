"""One system over one corpus: what it takes, and what it finds. Linux; each run is a process of its own.

    python -P bench/peers/measured.py SYSTEM.py MODEL CORPUS QUESTIONS OUT

SYSTEM.py has a class `System`:

    System(model)               loads; `model` is a folder with a SentenceTransformer (float32)
    build(corpus, documents)    until questions can be asked; `corpus` is the file that the `documents`
                                are in, each with `_id`, `title` and `text`
    ask(question)               the documents' ids in the order of their passages, the best first

QUESTIONS is a JSON Lines file, ``{"_id": "…", "text": "…"}`` a line, OUT the JSON that `main` writes. This
runs in the environment of each system, so it needs the standard library only; and with ``-P``, for with
this folder on the module search path its haystack.py would hide Haystack.
"""

import importlib.util
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

WARM_UP = 5  # questions whose time does not count


def main(system: str, model: str, corpus: str, questions: str, out: str) -> None:
    """Write ``load``, ``build`` (seconds), ``ask`` (seconds of each question but the first), ``memory``
    (MiB) and ``found`` (the documents' ids of each question, each id once).
    """
    documents, asked = _lines(corpus), _lines(questions)
    started = perf_counter()
    own = _class(Path(system))(Path(model))
    loaded = perf_counter()
    own.build(Path(corpus), documents)
    built = perf_counter()
    memory = _peak()
    took, found = [], {}
    for question in asked:
        before = perf_counter()
        ids = own.ask(question["text"])
        took.append(perf_counter() - before)
        found[question["_id"]] = list(dict.fromkeys(ids))
    measured = {
        "load": loaded - started,
        "build": built - loaded,
        "ask": took[WARM_UP:],
        "memory": max(memory, _peak()),
        "found": found,
    }
    # whole or not at all: what is there is not measured again
    begun = Path(f"{out}.part")
    begun.write_text(json.dumps(measured, ensure_ascii=False), encoding="utf-8")
    begun.replace(out)


def _lines(path: str) -> list[dict[str, Any]]:
    text = Path(path).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _class(path: Path) -> Any:
    """The class `System` of that file. What it imports is loaded here, and is part of loading."""
    spec = importlib.util.spec_from_file_location("system", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.System


def _peak() -> float:
    """MiB: the most that this process has held, and that those which it has started and that still run have.

    Not ru_maxrss: that of a process is never below what the one that started it held then.
    """
    children = [one.read_text().split() for one in Path("/proc/self/task").glob("*/children")]
    processes = ["self", *(child for some in children for child in some)]
    return sum(map(_most_held, processes))


def _most_held(process: str) -> float:
    """MiB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 2**10
    return 0.0  # it has ended and waits to be fetched


if __name__ == "__main__":
    main(*sys.argv[1:])
