"""JSON Lines files as checked records."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from retrieval.errors import UsageError

Record = TypeVar("Record", bound=BaseModel)

_NAMED = 20  # problems named in one message


def text(path: Path) -> str:
    """The file's text. Raises UsageError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text") from None


def read(path: Path, form: type[Record]) -> list[tuple[int, Record]]:
    """The records of a file, a line each, with their line numbers; blank lines are passed over.

    Raises UsageError naming every wrong line and field.
    """
    found: list[tuple[int, Record]] = []
    problems: list[str] = []
    # not splitlines: a U+2028 inside a string ends no line
    for number, line in enumerate(text(path).split("\n"), start=1):
        try:
            if line.strip():
                found.append((number, form.model_validate_json(line)))
        except ValidationError as error:
            problems += [_fault(f"line {number}", one) for one in error.errors()]
    refuse(path, problems)
    return found


def refuse(path: Path, problems: Sequence[str]) -> None:
    """Raise UsageError naming the `problems` of a file, if there are any."""
    if problems:
        more = f"; and {len(problems) - _NAMED} more" if problems[_NAMED:] else ""
        raise UsageError(f"{path}, {'; '.join(problems[:_NAMED])}{more}")


def refusal(where: str, error: ValidationError) -> UsageError:
    """Every fault in one line: where it is, the field, and what is wrong."""
    return UsageError("; ".join(_fault(where, one) for one in error.errors()))


def _fault(where: str, error: ErrorDetails) -> str:
    if error["type"] == "json_invalid":
        reason = error["ctx"]["error"].replace(" at line 1 column ", " at character ")
        return f"{where}: not JSON ({reason})"
    place = ", ".join([where, *filter(None, [".".join(map(str, error["loc"]))])])
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"
