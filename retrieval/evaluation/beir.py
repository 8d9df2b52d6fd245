"""BEIR folders: ``corpus.jsonl``, ``queries.jsonl``, ``qrels.tsv`` (or ``qrels/test.tsv``).

The form is that of Thakur et al. 2021, https://github.com/beir-cellar/beir. Where a query's ``metadata``
lists ``answers``, they are its short answers, as in sets that were made of SQuAD and its kin.
"""

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from retrieval.errors import UsageError
from retrieval.evaluation import records
from retrieval.evaluation.questions import Question, QuestionSet

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"
_QRELS = ("qrels.tsv", "qrels/test.tsv")
_SCORE = re.compile(r"-?\d{1,9}")


class _Query(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str = Field(alias="_id", min_length=1)
    text: str = Field(pattern=r"\S")
    metadata: Any = None  # each set has its own

    @property
    def short_answers(self) -> tuple[str, ...]:
        """What its metadata lists as answers, as far as those are strings that say something."""
        listed = self.metadata.get("answers") if isinstance(self.metadata, dict) else None
        if not isinstance(listed, list):
            return ()
        return tuple(one for one in listed if isinstance(one, str) and one.strip())


def load(folder: Path) -> QuestionSet:
    """The set in a BEIR folder: every query with a judgement above 0, judged by document.

    Raises UsageError naming the first wrong file with every wrong line and field.
    """
    relevant = _qrels(folder)
    queries = _queries(folder / QUERIES)
    if missing := relevant.keys() - queries.keys():
        raise UsageError(f"{folder / QUERIES}: no query {min(missing)}, which the qrels judge")
    questions = tuple(
        # any passage of a relevant document is right: the alternative asks for nothing more
        Question(
            id=id,
            question=query.text,
            lang="",
            documents=dict.fromkeys(relevant[id], ((),)),
            short_answers=query.short_answers,
        )
        for id, query in queries.items()
        if id in relevant
    )
    if not questions:
        raise UsageError(f"{folder}: its qrels judge no document relevant")
    return QuestionSet(folder.resolve().name, questions, "document", folder / CORPUS)


def _queries(path: Path) -> dict[str, _Query]:
    """The queries by their ids."""
    queries: dict[str, _Query] = {}
    for number, query in records.read(path, _Query):
        if query.id in queries:
            raise UsageError(f"{path}, line {number}, _id: {query.id} stands there twice")
        queries[query.id] = query
    return queries


def _qrels(folder: Path) -> dict[str, list[str]]:
    """The names, as the index has them, of each query's relevant documents."""
    path = next((folder / name for name in _QRELS if (folder / name).is_file()), None)
    if path is None:
        raise UsageError(f"{folder}: not a BEIR folder; it has no {' and no '.join(_QRELS)}")
    relevant: dict[str, list[str]] = {}
    problems: list[str] = []
    for number, line in enumerate(records.text(path).split("\n"), start=1):
        fields = line.split("\t")
        if not line.strip() or (number == 1 and not _SCORE.fullmatch(fields[-1].strip())):
            continue  # the header
        if len(fields) != 3 or not _SCORE.fullmatch(fields[2].strip()):
            problems.append(f"line {number}: not a query, a document and a score, by tabs")
            continue
        query, document, score = fields
        if int(score) > 0:
            relevant.setdefault(query, []).append(f"{CORPUS}#{document}")
    records.refuse(path, problems)
    return relevant
