"""The written texts as what `retrieval evaluate` reads: documents, and a question set."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.data import TrainingSet

DOCUMENTS = "texts.jsonl"
_CYRILLIC, _JAPANESE = re.compile("[Ѐ-ӿ]"), re.compile("[ぁ-ヿ一-鿿]")


def write(known: TrainingSet, out: Path) -> None:
    """``documents/texts.jsonl``, where paragraphs that share a title are one document, and
    ``questions.jsonl``, of all questions: right is a passage that has the whole sentence that answers."""
    sections: dict[str, list[str]] = {}
    for one in known.paragraphs:
        sections.setdefault(one.title, []).append(one.text)
    documents = [{"_id": title, "title": title, "text": "\n\n".join(own)} for title, own in sections.items()]
    (out / "documents").mkdir(parents=True, exist_ok=True)
    _write(out / "documents" / DOCUMENTS, documents)
    _write(out / "questions.jsonl", _asked(known))


def _asked(known: TrainingSet) -> Iterable[dict[str, Any]]:
    for number, one in enumerate(known.learnt + known.validated):
        document = f"{DOCUMENTS}#{known.paragraphs[one.paragraph].title}"
        yield _named(f"a{number}", one.text, "answered") | {"document": document, "answers": [one.answers]}
    near = [text for one in known.paragraphs for text in one.unanswered]
    for number, text in enumerate(near):
        yield _named(f"u{number}", text, "unanswered")


def _named(id: str, question: str, type: str) -> dict[str, Any]:
    japanese = bool(_JAPANESE.search(question))
    lang = "ja" if japanese else "ru" if _CYRILLIC.search(question) else "en"
    return {"id": id, "question": question, "lang": lang, "type": type}


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
