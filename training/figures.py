"""What a validation says of a model."""

from collections.abc import Iterable, Sequence


def share(right: Iterable[bool]) -> float:
    """Of all, those that are right."""
    found = list(right)
    return round(sum(found) / len(found), 4)


def auroc(present: Sequence[float], absent: Sequence[float]) -> float:
    """The chance that one of `present` is above one of `absent`; a tie counts half."""
    told = [(yes > no) + 0.5 * (yes == no) for yes in present for no in absent]
    return round(sum(told) / len(told), 4)
