"""What a selection becomes; that Milvus understands it, tests/cluster/test_index.py shows."""

import pytest

from retrieval.cluster import filters
from retrieval.index.selection import EVERYTHING, Selection

NAMES = ["2026/a.pdf", "2026/b.txt", "2025/a.pdf", "it's [1].md", "it's 1.md"]


@pytest.mark.parametrize(
    ("selection", "expression"),
    [
        (EVERYTHING, ""),
        (Selection(documents=("b.txt", 'say "a\\b"')), r'name in ["b.txt", "say \"a\\b\""]'),
        (Selection(publishers=("動物社", "B")), 'publisher in ["動物社", "B"]'),
        (Selection(since="2025-1"), '(date >= "2025-1" or date in ["2", "20", "202", "2025", "2025-"])'),
        (Selection(until="2025"), '(date != "" and date < "2025\U0010ffff")'),
        (Selection(section="50%_\\"), r'section like "%50\\%\\_\\\\%"'),
        (Selection(publishers=("A",), section="犬"), 'publisher in ["A"] and section like "%犬%"'),
    ],
)
def test_each_part(selection: Selection, expression: str) -> None:
    assert filters.of(selection, lambda: NAMES) == expression


def test_patterns_become_names_and_a_name_is_taken_as_it_is_written_too() -> None:
    def wanted(*documents: str) -> str:
        return filters.of(Selection(documents=documents), lambda: NAMES)

    assert wanted("2026/*") == 'name in ["2026/*", "2026/a.pdf", "2026/b.txt"]'
    assert wanted("202?/a.pdf") == 'name in ["202?/a.pdf", "2026/a.pdf", "2025/a.pdf"]'
    assert wanted("2026/[^a]*", "2025/a.pdf") == 'name in ["2026/[^a]*", "2025/a.pdf", "2026/b.txt"]'
    # what is the name of one is no pattern: it would leave it's 1.md
    assert wanted("it's [1].md") == 'name in ["it\'s [1].md"]'
