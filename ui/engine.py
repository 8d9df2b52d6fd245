"""The model and the index, loaded once for all sessions, and the work that goes on behind them."""

import gc
import logging
import threading
from functools import cache, lru_cache
from pathlib import Path

from retrieval import Encoder, Searcher, Settings, build, indexes, load_encoder
from retrieval.cluster.address import Address
from retrieval.errors import FaultySet, ShuttenError
from retrieval.evaluation import QuestionSet, report, run, shelf, summary
from retrieval.index.build import BuildReport
from retrieval.index.making import Progress
from retrieval.reading.job import Job, Report
from retrieval.reranker import Reranker
from retrieval.reranker import load as load_reranker

Rebuild = Job[Progress, BuildReport]
Evaluation = Job[tuple[int, int], Path]

log = logging.getLogger(__name__)
_lock = threading.Lock()
_loading = threading.RLock()  # who comes while it is loaded waits, and does not load it a second time
_rebuilds: dict[Path | Address, Rebuild] = {}
_evaluations: dict[Path | Address, Evaluation] = {}


def encoder(model: str) -> Encoder:
    """The encoder called `model`."""
    with _loading:
        return load_encoder(model)


def searcher(settings: Settings) -> Searcher:
    """A searcher on the current generation, whichever it is by now. Raises NoIndex where there is none."""
    generation = indexes.current(settings.index)
    with _loading:
        return _searcher(settings, generation)


@cache
def _reranker(model: str) -> Reranker:
    return load_reranker(model)


@lru_cache(maxsize=2)
def _searcher(settings: Settings, generation: str) -> Searcher:
    rerank = _reranker(settings.reranker) if settings.reranker else None
    return Searcher.open(settings.index, encoder(settings.model), rerank)


def warm_up() -> None:
    """Load what a question needs, before the first reader comes. What is wrong, the pages will say."""
    try:
        settings = Settings.load()
        encoder(settings.model).encode_queries([settings.model])
        searcher(settings).ask(settings.model, 1)
    except ShuttenError as error:
        log.info("not warm: %s", error)
    # Streamlit collects garbage after every run of a page: a third of a second through the model's
    # objects, which stay anyway, with all other threads waiting
    gc.collect()
    gc.freeze()


def rebuild(settings: Settings) -> Rebuild:
    """Build the index anew in the background; where that is going on, it is that one."""
    with _lock:
        running = _rebuilds.get(settings.index)
        if running is None or not running.running:
            running = Job(lambda report: build(settings, encoder(settings.model), report))
            _rebuilds[settings.index] = running
        return running


def last_rebuild(settings: Settings) -> Rebuild | None:
    """The build that is going on, or the last one of this process."""
    return _rebuilds.get(settings.index)


def evaluate(settings: Settings, questions: QuestionSet, *, lenient: bool) -> Evaluation:
    """Measure with a question set in the background; where that is going on, it is that one."""
    with _lock:
        running = _evaluations.get(settings.index)
        if running is None or not running.running:
            running = Job(lambda report: _evaluate(settings, questions, lenient, report))
            _evaluations[settings.index] = running
        return running


def last_evaluation(settings: Settings) -> Evaluation | None:
    """The evaluation that is going on, or the last one of this process."""
    return _evaluations.get(settings.index)


def _evaluate(
    settings: Settings, questions: QuestionSet, lenient: bool, hear: Report[tuple[int, int]]
) -> Path:
    held = searcher(settings)
    problems = run.check(questions, held.index.catalog)
    if problems and not lenient:
        raise FaultySet("\n".join(problems))
    total = len(questions.questions)
    asked = run.evaluate(held, questions, lambda done: hear((done, total)))
    found = summary.of(questions, asked, held)
    folder = shelf.folder_for(settings, questions.name)
    report.write(folder, found, asked)
    return folder
