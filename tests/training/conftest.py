import gzip
import json
from pathlib import Path

import pytest

from training import data, jaquad


@pytest.fixture
def known(tmp_path: Path) -> data.TrainingSet:
    """25 articles of a paragraph each, with one question."""
    lines = [
        {
            "title": f"町{number}",
            "text": "一つ目の文です。市長は田中です。三つ目の文です。",
            "questions": [{"question": "市長は誰ですか?", "answers": [{"text": "田中", "start": 11}]}],
        }
        for number in range(25)
    ]
    path = tmp_path / "set.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return jaquad.read(path, seed=1)
