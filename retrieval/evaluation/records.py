"""JSON Lines files as checked records."""

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
            yield number, form.model_validate_json(line)
        except ValidationError as error:
            raise refusal(f"{path}, line {number}", error) from None


def refusal(where: str, error: ValidationError) -> UsageError:
    """The first fault as one line: where it is, the field, and what is wrong."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        reason = first["ctx"]["error"].replace(" at line 1 column ", " at character ")
        return UsageError(f"{where}: not JSON ({reason})")
    place = ", ".join([where, *filter(None, [".".join(map(str, first["loc"]))])])
    return UsageError(f"{place}: {first['msg'].removeprefix('Value error, ')}")
