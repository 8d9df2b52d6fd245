"""Which passages may answer: by document, publisher, date and section."""

from dataclasses import dataclass

_PUBLISHER = "json_extract(d.metadata, '$.publisher')"
_DATE = "json_extract(d.metadata, '$.date')"
_NAMES = "SELECT name FROM documents"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a reader restricts a question to; what is left empty restricts nothing.

    `documents` are names, or patterns as a shell has them (``2026/*.pdf``), of which one has to fit; what
    is a document's name is no pattern (``a[1].md``). Likewise one of `publishers`. `since` and `until` are
    ISO dates, perhaps without day or month, both included; a document without a date is in no range.
    `section` is a part of a heading above the passage.
    """

    documents: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    section: str | None = None

    def where(self) -> tuple[str, list[str]]:
        """SQL that is true of a passage `p` of a fitting document `d`, and the values for its marks."""
        # the shorter of two dates says how far they are compared: 2025-11 is since 2025-11-15, too
        tests = [
            (self.documents, f"d.name = {{0}} OR d.name GLOB {{0}} AND {{0}} NOT IN ({_NAMES})"),
            (self.publishers, f"{_PUBLISHER} = {{0}}"),
            (_one(self.since), f"substr({_DATE}, 1, length({{0}})) >= substr({{0}}, 1, length({_DATE}))"),
            (_one(self.until), f"substr({_DATE}, 1, length({{0}})) <= substr({{0}}, 1, length({_DATE}))"),
            (_one(self.section), "EXISTS (SELECT 1 FROM json_each(p.section) WHERE instr(value, {0}))"),
        ]
        conditions: list[str] = []
        values: list[str] = []
        for given, test in tests:
            if given:
                fits = [test.format(f"?{len(values) + number}") for number in range(1, len(given) + 1)]
                conditions.append(f"({' OR '.join(fits)})")
                values += given
        return " AND ".join(conditions) or "1", values


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


EVERYTHING = Selection()
