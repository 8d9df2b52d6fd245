"""Question sets and, from them, figures."""

from pathlib import Path

from retrieval.evaluation import beir, questions
from retrieval.evaluation.questions import Question, QuestionSet

__all__ = ["Question", "QuestionSet", "load"]


def load(path: Path) -> QuestionSet:
    """The question set at `path`: a BEIR folder, or a JSON Lines file.

    Raises UsageError naming a wrong file with every wrong line and field.
    """
    return beir.load(path) if path.is_dir() else questions.load(path)
