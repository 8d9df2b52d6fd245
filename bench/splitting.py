"""How the time to divide a document grows with its length: it should double when the length does.

    PYTHONPATH=. python bench/splitting.py [MEGABYTES]

Each kind of text is one that some step could be slow on: one line without end, brackets that never
close, lines that could all be headings or torn sentences, footnote marks.
"""

import sys
from time import perf_counter

from retrieval import passages
from retrieval.documents import Content, Document

KINDS = {
    "one line of sentences": "停戦の条件を協議した。",
    "one line without a stop": "停戦の条件を協議し、",
    "one line without a pause": "停戦条件協議",
    "brackets that never close": "「停戦（の条件を",
    "short lines": "停戦の条件\n",
    "lines that go on": "停戦の条件を協議した。停戦の条件を協議した。その条件を協議し\nて、合意した。\n\n",
    "numbered lines": "1. 停戦の条件\n協議した。\n",
    "footnotes": "停戦[1]の条件。\n[1] 協議。\n",
    "table rows": "| 停戦 | 条件 |\n",
}


def main(megabytes: str = "2") -> None:
    """Print, for each kind, the seconds for half the length and for all of it, and their ratio."""
    print(f"{'':26} {'half':>8} {'whole':>8}  ratio")
    for name, unit in KINDS.items():
        whole = unit * (int(float(megabytes) * 1_000_000) // len(unit.encode()))
        half, full = (_seconds(text) for text in (whole[: len(whole) // 2], whole))
        print(f"{name:26} {half:8.2f} {full:8.2f}  {full / half:5.2f}")


def _seconds(text: str) -> float:
    started = perf_counter()
    passages.split(Document.of("a.txt", "", Content(text=text)), 400)
    return perf_counter() - started


if __name__ == "__main__":
    main(*sys.argv[1:])
