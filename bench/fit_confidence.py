"""Fit the confidence's coefficients on a question set, cross-validated by question.

    python bench/fit_confidence.py SET SEEDS

Builds an index of SEEDS in a temporary folder, asks every question of SET, and writes
retrieval/search/confidence.json. The threshold is where 85% of the answerable questions are still
answered: this one signal tells them apart too poorly for more.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from retrieval import Searcher, Settings, build, load_encoder
from retrieval.evaluation import questions
from retrieval.search.confidence import Confidence

K = 5
ANSWERED = 0.85  # share of the answerable questions that the threshold lets through
TARGET = Path(__file__).parent.parent / "retrieval" / "search" / "confidence.json"


def main(path: str, seeds: str) -> None:
    """Fit, print the cross-validated figures, write the file."""
    asked = questions.load(Path(path))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(seeds=Path(seeds), index=Path(folder))
        encoder = load_encoder(settings.model)
        build(settings, encoder)
        answers = Searcher.open(settings.index, encoder).ask_all([q.question for q in asked], K)
    hits = [(q, hit) for q, answer in zip(asked, answers, strict=True) for hit in answer.hits]
    signals = np.array([[hit.similarity] for _, hit in hits])
    right = np.array([q.is_answered_by(hit.passage.document, hit.passage.text) for q, hit in hits])
    groups = [q.id for q, _ in hits]
    model = LogisticRegression(C=1e6, max_iter=10_000)
    probability = cross_val_predict(
        model, signals, right, groups=groups, cv=GroupKFold(5), method="predict_proba"
    )[:, 1]
    best = probability.reshape(len(asked), -1).max(axis=1)
    answerable = np.array([bool(q.answers_by_document()) for q in asked])
    threshold = float(np.quantile(best[answerable], 1 - ANSWERED))
    print(f"AUROC {roc_auc_score(answerable, best):.3f}, cross-validated")
    print(f"answerable answered {np.mean(best[answerable] >= threshold):.2f}")
    print(f"unanswerable refused {np.mean(best[~answerable] < threshold):.2f}")
    model.fit(signals, right)
    fitted = Confidence(
        fitted_by=f"python bench/fit_confidence.py {Path(path).name} {Path(seeds).name}",
        intercept=round(float(model.intercept_[0]), 4),
        similarity=round(float(model.coef_[0][0]), 4),
        threshold=round(threshold, 4),
    )
    TARGET.write_text(fitted.model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
