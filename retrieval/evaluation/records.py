"""JSON Lines files as checked records."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from retrieval.errors import UsageError

Record = TypeVar("Record", bound=BaseModel)


def text(path: Path) -> str:
    """The file's text. Raises UsageError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text") from None


def read(path: Path, form: type[Record]) -> Iterator[tuple[int, Record]]:
    """The records of a file, a line each, with their line numbers; blank lines are passed over.

    Raises UsageError naming the first wrong line and field.
    """
    # not splitlines: a U+2028 inside a string ends no line
    for number, line in enumerate(text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, form.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            raise UsageError(f"{path}, line {number}: not JSON ({error.msg})") from None
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "the line"
            raise UsageError(f"{path}, line {number}, {field}: {first['msg']}") from None
