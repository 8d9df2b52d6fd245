"""Recall@k of a question set, and the confidence's AUROC, from what `ask --json` printed.

python -m retrieval ask --questions SET --json -k 10 > answers.jsonl
python bench/recall.py SET answers.jsonl
"""

import json
import sys
from pathlib import Path

from sklearn.metrics import roc_auc_score

from retrieval.evaluation import questions


def main(path: str, answers: str) -> None:
    """Print the figures."""
    asked = questions.load(Path(path))
    found = [json.loads(line) for line in Path(answers).read_text(encoding="utf-8").splitlines()]
    ranks = []
    for question, answer in zip(asked, found, strict=True):
        if question.answers_by_document():
            right = [
                hit["rank"]
                for hit in answer["passages"]
                if question.is_answered_by(hit["document"], hit["text"])
            ]
            ranks.append(min(right, default=sys.maxsize))
    for k in (1, 3, 5, 10):
        print(f"R@{k} {sum(rank <= k for rank in ranks) / len(ranks):.3f} of {len(ranks)}")
    answerable = [bool(question.answers_by_document()) for question in asked]
    if not all(answerable):
        print(f"AUROC {roc_auc_score(answerable, [one['confidence'] for one in found]):.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
