"""Hard negatives: what the project's own search takes for the answer, and is not."""

import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.building import build, is_current
from retrieval.encoder import Encoder
from retrieval.index.making import Progress
from retrieval.search.searcher import Searcher
from retrieval.settings import Settings
from training import data
from training.data import Negative, Paragraph, TrainingSet

FOUND = 12  # passages asked for
KEPT = 8  # of them, at most
_TOGETHER = 256  # questions asked at once

log = logging.getLogger(__name__)


def mine(known: TrainingSet, encoder: Encoder, folder: Path) -> TrainingSet:
    """The set with each question's negatives; kept in `folder`, and read from there the next time."""
    paragraphs, questions = known.paragraphs, known.learnt + known.validated
    done = folder / f"negatives-{encoder.name}.jsonl"
    if not done.exists():
        searcher = _searcher(paragraphs, encoder, folder)
        part = done.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            for at in range(0, len(questions), _TOGETHER):
                together = questions[at : at + _TOGETHER]
                answers = searcher.ask_all([one.text for one in together], FOUND)
                for question, answer in zip(together, answers, strict=True):
                    hits = [
                        (int(hit.passage.document.rpartition("#")[2]), hit.passage.text, hit.quote.start)
                        for hit in answer.hits
                    ]
                    kept = [
                        (number, paragraphs[number].sentence_at(start))
                        for number, text, start in hits
                        if number != question.paragraph and not question.is_answered_by(text)
                    ]
                    file.write(json.dumps(kept[:KEPT]) + "\n")
                log.info("negatives of %d of %d questions", at + len(together), len(questions))
        part.rename(done)
    with done.open(encoding="utf-8") as file:
        found = [[Negative(*one) for one in json.loads(line)] for line in file]
    return data.with_negatives(known, found)


def _searcher(paragraphs: Sequence[Paragraph], encoder: Encoder, folder: Path) -> Searcher:
    """A searcher over all the paragraphs, each a document."""
    seeds = folder / "paragraphs"
    seeds.mkdir(parents=True, exist_ok=True)
    with (seeds / "paragraphs.jsonl").open("w", encoding="utf-8") as file:
        for number, one in enumerate(paragraphs):
            line = {"_id": str(number), "title": one.title, "text": one.text}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    settings = Settings.load(seeds=seeds, index=folder / f"index-{encoder.name}", model=encoder.name)
    if not is_current(settings):
        build(settings, encoder, _reported())
    return Searcher.open(settings.index, encoder)


def _reported() -> Callable[[Progress], None]:
    said = 0

    def report(progress: Progress) -> None:
        nonlocal said
        tenth = 10 * progress.done // max(1, progress.total)
        if tenth != said:
            said = tenth
            log.info("%s: %d of %d", progress.stage, progress.done, progress.total)

    return report
