"""What a validation says of a model."""

from collections.abc import Iterable, Sequence

from sklearn.metrics import roc_auc_score


def share(right: Iterable[bool]) -> float:
    """Of all, those that are right."""
    found = list(right)
    return round(sum(found) / len(found), 4)


def auroc(present: Sequence[float], absent: Sequence[float]) -> float:
    """The chance that one of `present` is above one of `absent`; a tie counts half."""
    told = [True] * len(present) + [False] * len(absent)
    return round(float(roc_auc_score(told, [*present, *absent])), 4)
