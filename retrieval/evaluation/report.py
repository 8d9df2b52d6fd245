"""What an evaluation found, as files."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import takewhile
from pathlib import Path

import jinja2

from retrieval.evaluation.measures import NAMES
from retrieval.evaluation.quoting import Quoted, quoted
from retrieval.evaluation.run import FUSED, Asked, Ranking
from retrieval.evaluation.summary import ANSWERING, Summary, figure, to_json
from retrieval.search import Hit

METRICS, PAGE = "metrics.json", "report.html"
FAILURES, MISQUOTED = "failures.jsonl", "misquoted.jsonl"
RUN, QRELS = "run.trec", "qrels.trec"
_UNITS = {
    "passage": (
        "An answer that stands at several places of a document counts once, at the best of them; R@k is "
        "the share of the documents with an answer that have given it by rank k."
    ),
    "document": "Documents are ranked by their best passage.",
}


def write(folder: Path, summary: Summary, asked: Sequence[Asked]) -> None:
    """All files of an evaluation into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / METRICS).unlink(missing_ok=True)
    answerable = [one for one in asked if one.units]
    failures = [_failure(one) for one in sorted(answerable, key=_how_bad) if one.rank != 1]
    misquoted = [_misquote(one, own) for one in answerable if (own := quoted(one)) and not own.says]
    _write(folder / FAILURES, map(_json, failures))
    _write(folder / MISQUOTED, map(_json, misquoted))
    _write(folder / QRELS, (line for one in answerable for line in _qrels(one)))
    _write(folder / RUN, (line for one in asked for line in _trec(one.question.id, one.rankings[FUSED])))
    (folder / PAGE).write_text(_page(summary, asked, failures, misquoted), encoding="utf-8")
    # comes last: a folder that has it is whole
    (folder / METRICS).write_text(to_json(summary) + "\n", encoding="utf-8")


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _page(
    summary: Summary,
    asked: Sequence[Asked],
    failures: list[dict[str, object]],
    misquoted: list[dict[str, object]],
) -> str:
    from retrieval.evaluation import plots  # half a second to import: not for every command to pay

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    source = files("retrieval.evaluation").joinpath("report.html").read_text(encoding="utf-8")
    first = summary.measures[FUSED]["R@1"].value
    return environment.from_string(source).render(
        summary=summary,
        lead=f"{figure(first)} of the answers come first, {figure(summary.value('R@10'))} in the first ten.",
        names=NAMES,
        unit=_UNITS[summary.unit],
        figure=figure,
        answering=[(name, summary.value(name), meaning) for name, meaning in ANSWERING.items()],
        failures=failures,
        misquoted=misquoted,
        unanswerable=[
            {
                "id": one.question.id,
                "question": one.question.question,
                "confidence": one.answer.confidence,
            }
            for one in asked
            if not one.units and one.answer.answered
        ],
        plots={
            "legs": plots.svg(plots.legs(summary.measures)),
            "ranks": plots.svg(plots.ranks(one.rank for one in asked if one.units)),
            "reliability": plots.svg(plots.reliability(summary.answering.bins)),
        },
    )


def _failure(asked: Asked) -> dict[str, object]:
    question = asked.question
    expected = [{"document": one.document, "lines": list(one.lines), "text": one.text} for one in asked.right]
    # without a passage that holds all of an answer, its document is all that can be named
    expected = expected or [{"document": name, "lines": [], "text": ""} for name in sorted(asked.units)]
    # an answer leaves out what repeats a better passage, so the right one need not be among its hits
    scores = (score for unit, score in asked.rankings[FUSED].items() if unit in asked.units)
    best = max(scores, default=-math.inf)
    above = takewhile(lambda hit: hit.score > best and not asked.is_right(hit), asked.answer.hits)
    return {
        "id": question.id,
        "question": question.question,
        "type": question.type,
        "rank": asked.rank,
        "expected": expected,
        "above": [_shown(hit) for hit in above],
    }


def _misquote(asked: Asked, own: Quoted) -> dict[str, object]:
    question = asked.question
    return {
        "id": question.id,
        "question": question.question,
        "type": question.type,
        "saying": list(own.saying),
        "passage": _shown(own.hit),
    }


def _shown(hit: Hit) -> dict[str, object]:
    passage, quote = hit.passage, hit.quote
    return {
        "rank": hit.rank,
        "document": passage.document,
        "lines": list(passage.lines),
        "score": hit.score,
        "confidence": hit.confidence,
        "before": passage.text[: quote.start - passage.start],
        "quote": quote.text,
        "behind": passage.text[quote.end - passage.start :],
    }


def _how_bad(asked: Asked) -> tuple[int, str]:
    """The worst first: no rank, then the deepest."""
    return -(asked.rank or 1_000_000), asked.question.id


def _qrels(asked: Asked) -> list[str]:
    return [f"{asked.question.id} 0 {_word(unit)} 1" for unit in sorted(asked.units)]


def _trec(id: str, ranking: Ranking) -> list[str]:
    return [
        f"{id} Q0 {_word(unit)} {rank} {score!r} shutten"
        for rank, (unit, score) in enumerate(ranking.items(), start=1)
    ]


def _word(name: str) -> str:
    """The name without blanks, which separate TREC's columns; % as in a URL."""
    return "".join(f"%{ord(c):02X}" if c.isspace() or c == "%" else c for c in name)


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
