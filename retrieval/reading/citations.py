"""A passage's quoted sentence as a citation: plain, Markdown, BibTeX.

`place` is where in the document it stands, in the reader's words: 「45–51行」, "p. 3".
"""

import re
import unicodedata
from itertools import pairwise
from pathlib import PurePosixPath

from retrieval.search import Hit

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
# what Markdown, GitHub's and that of note-takers, reads as more than itself: anywhere; as an address or a
# picture's name; at a line's beginning
_SIGNS = re.compile(
    r"[\\`*_\[\]<~$#|^{}@]|&(?=#?\w+;)|%(?=%)|=(?==)|:(?=//|[\w+-]+:)|(?<=www)\.|^[-+>=:]",
    re.ASCII | re.MULTILINE | re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(\d+)([.)])", re.ASCII | re.MULTILINE)
_INDENT = re.compile(r"^[ \t]")  # four blanks would be code
_DAY = re.compile(r"\d{4}(?:-\d{2}){0,2}")


def plain(hit: Hit, place: str) -> str:
    """「quote」 and, behind it, where it is from; on one line, as far as the quote is."""
    source = hit.source
    named = "".join([source.publisher or source.author or "", f"『{source.title}』"])
    said = [named, source.date, " › ".join(hit.section), f"{hit.passage.document} {place}"]
    return f"「{hit.quote.text}」({'、'.join(part for part in said if part)})"


def markdown(hit: Hit, place: str) -> str:
    """The quote as a block, its source below it; signs of Markdown in them mean nothing."""
    source = hit.source
    said = [source.publisher or source.author, source.title, source.date, " › ".join(hit.section)]
    said += [hit.passage.document, place, source.url]
    return f"{quoted(hit.quote.text)}\n>\n> — {literal(' · '.join(part for part in said if part))}\n"


def bibtex(hit: Hit, place: str) -> str:
    """An entry for BibTeX and Biber, with the quote in `annotation`."""
    source, passage = hit.source, hit.passage
    date = source.date if source.date and _DAY.fullmatch(source.date) else None
    fields = {
        "title": source.title,
        "author": source.author,
        "publisher": source.publisher,
        "date": date,
        "year": date[:4] if date else None,
        "url": source.url,
        "note": f"{passage.document}, {place}",
        "annotation": hit.quote.text,
    }
    lines = [f"  {name} = {{{_latex(value)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(passage.document, date, hit.quote.start)},", *lines, "}"])


def literal(text: str) -> str:
    """The text with every sign of Markdown taken literally, and all else left as it reads."""
    return _NUMBERED.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", text))


def quoted(text: str) -> str:
    """The text as a Markdown block quotation, its lines kept."""
    lines = [_INDENT.sub(lambda blank: f"&#{ord(blank[0])};", literal(line)) for line in text.split("\n")]
    # a backslash at a line's end keeps the break; before a blank line there is nothing to break
    ends = ["\\" if line.strip() and after.strip() else "" for line, after in pairwise([*lines, ""])]
    return "\n".join(f"> {line}{end}".rstrip() for line, end in zip(lines, ends, strict=True))


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)


def _key(document: str, date: str | None, start: int) -> str:
    """Letters and digits that name the place: dog-2026-31."""
    bare = unicodedata.normalize("NFKD", PurePosixPath(document).stem).encode("ascii", "ignore").decode()
    word = re.sub(r"[^A-Za-z0-9]+", "-", bare).strip("-") or "source"
    return "-".join(part for part in (word, date[:4] if date else "", str(start)) if part)
