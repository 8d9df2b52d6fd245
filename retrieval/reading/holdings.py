"""The documents that are held, as a reader looks through them."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from retrieval.index.catalog import Holding


def _backwards(date: str) -> list[int]:
    """Sorts later dates first; of two, the one that says no day comes behind that which does."""
    return [*(-ord(sign) for sign in date), 1]


# what they are sorted by; what has no date comes last
ORDERS: dict[str, Callable[[Holding], Any]] = {
    "name": lambda one: one.name,
    "date": lambda one: (not one.metadata.date, _backwards(one.metadata.date or ""), one.name),
    "size": lambda one: (-one.size, one.name),
    "flawed": lambda one: (-one.flawed, one.name),
}


def chosen(held: Iterable[Holding], wanted: str, order: str) -> list[Holding]:
    """Those whose title, publisher or name has every word of `wanted`, in one of ORDERS.

    Width and case of letters do not count.
    """
    words = _plain(wanted).split()
    fitting = [one for one in held if all(word in _plain(_said(one)) for word in words)]
    return sorted(fitting, key=ORDERS[order])


def _said(one: Holding) -> str:
    source = one.metadata
    return " ".join(part for part in [one.name, source.title, source.publisher, source.date] if part)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
