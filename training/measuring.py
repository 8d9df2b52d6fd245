"""The written texts as what `retrieval evaluate` reads: documents, and a question set."""

import json
from collections.abc import Iterable
from pathlib import Path

from retrieval.evaluation import feedback
from retrieval.evaluation.questions import Question
from training.data import TrainingSet

DOCUMENTS = "texts.jsonl"


def write(known: TrainingSet, out: Path) -> None:
    """``documents/texts.jsonl``, where paragraphs that share a title are one document, and
    ``written.jsonl``, of all questions: right is a passage that has the whole sentence that answers."""
    sections: dict[str, list[str]] = {}
    for one in known.paragraphs:
        sections.setdefault(one.title, []).append(one.text)
    documents = [{"_id": title, "title": title, "text": "\n\n".join(own)} for title, own in sections.items()]
    (out / "documents").mkdir(parents=True, exist_ok=True)
    _write(out / "documents" / DOCUMENTS, (json.dumps(one, ensure_ascii=False) for one in documents))
    _write(out / "written.jsonl", (one.model_dump_json(exclude_defaults=True) for one in _asked(known)))


def _asked(known: TrainingSet) -> Iterable[Question]:
    for number, one in enumerate(known.learnt + known.validated):
        document = f"{DOCUMENTS}#{known.paragraphs[one.paragraph].title}"
        quotes = [(document, answer) for answer in one.answers]
        yield feedback.to_question(f"a{number}", one.text, quotes, "answered")
    near = [text for one in known.paragraphs for text in one.unanswered]
    for number, text in enumerate(near):
        yield feedback.to_question(f"u{number}", text, (), "unanswered")


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
