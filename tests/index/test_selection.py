from pathlib import Path

import numpy as np
import pytest

from retrieval import passages
from retrieval.index.catalog import Catalog
from retrieval.index.selection import Selection
from tests.conftest import catalog_of, markdown_of

DATES = {"a.md": "2025-11", "b.md": "2025-11-20", "sub/c.md": "2026", "d[1].md": None, "d1.md": None}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Five documents of one passage each, by two publishers."""
    read = []
    for number, (name, date) in enumerate(DATES.items()):
        front = f"publisher: P{number % 2}\n" + (f"date: {date}\n" if date else "")
        document = markdown_of(f"---\n{front}---\n# 題\n\n## 節{number}\n文。")
        read.append(
            (document.__class__(**{**_fields(document), "name": name}), passages.split(document, 400))
        )
    folder: Path = tmp_path_factory.mktemp("catalog")
    return catalog_of(folder, read, range(5))


def _fields(document) -> dict[str, object]:
    return {name: getattr(document, name) for name in document.__slots__}


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        (Selection(), [0, 1, 2, 3, 4]),
        (Selection(documents=("a.md",)), [0]),
        (Selection(documents=("*.md",)), [0, 1, 2, 3, 4]),
        (Selection(documents=("sub/*", "b.md")), [1, 2]),
        (Selection(documents=("d[1].md",)), [3]),  # a name, where there is one of that name
        (Selection(documents=("d[1]*",)), [4]),
        (Selection(documents=("?.md", "d[1].md")), [0, 1, 3]),
        (Selection(documents=("nowhere",)), []),
        (Selection(publishers=("P1",)), [1, 3]),
        (Selection(since="2025-11-15"), [0, 1, 2]),
        (Selection(since="2025-12"), [2]),
        (Selection(until="2025-11-15"), [0]),
        (Selection(until="2025"), [0, 1]),
        (Selection(since="2025-11-20", until="2025-11-20"), [0, 1]),
        (Selection(section="節2"), [2]),
        (Selection(section="題"), [0, 1, 2, 3, 4]),
        (Selection(publishers=("P0",), until="2025"), [0]),
        (Selection(documents=("'; DROP TABLE passages; --",)), []),
    ],
)
def test_a_selection_leaves_what_fits_all_of_it(held: Catalog, selection: Selection, left: list[int]) -> None:
    assert np.flatnonzero(held.selected(selection)).tolist() == left
