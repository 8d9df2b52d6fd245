"""How long the steps take: loading, building, a question on a warm index.

    PYTHONPATH=. python bench/speed.py [SEEDS]

The machine is shared and noisy: compare figures of one run, and the smallest of several.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from retrieval import Searcher, Settings, build, load_encoder
from retrieval.index.selection import EVERYTHING

QUESTION = "平和委員会の議長は誰か"
_TIMES = 20


def main(seeds: str = "seeds") -> None:
    """Print the figures."""
    started = perf_counter()
    encoder = load_encoder(Settings.load().model)
    print(f"load the model     {perf_counter() - started:8.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(seeds=Path(seeds), index=Path(folder))
        started = perf_counter()
        report = build(settings, encoder)
        took = perf_counter() - started
        texts = report.passages + report.sentences
        print(f"build the index    {took:8.2f} s, {texts / took:.0f} texts a second")
        searcher = Searcher.open(settings.index, encoder)
        queries = encoder.encode_queries([QUESTION])
        passages = searcher.index.passages
        everything = searcher.index.catalog.selected(EVERYTHING)
        print(f"encode a question  {_smallest(lambda: encoder.encode_queries([QUESTION])):8.1f} ms")
        [found] = searcher.signals([QUESTION])
        whole = _smallest(lambda: searcher.ask(QUESTION, settings.k))
        print(f"answer, encoded    {_smallest(lambda: searcher.answer(QUESTION, found, settings.k)):8.1f} ms")
        vectors = _smallest(lambda: passages.search(queries, 100, everything))
        print(f"search the vectors {vectors:8.1f} ms")
        print(f"ask, all of it     {whole:8.1f} ms")


def _smallest(work: Callable[[], object]) -> float:
    """Milliseconds of the quickest of several runs."""
    took = []
    for _ in range(_TIMES):
        started = perf_counter()
        work()
        took.append(perf_counter() - started)
    return 1000 * min(took)


if __name__ == "__main__":
    main(*sys.argv[1:])
