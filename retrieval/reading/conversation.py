"""A conversation with its sources, as one Markdown text to keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.reading.citations import literal, quoted
from retrieval.reading.findings import Findings
from retrieval.search import Hit


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the page's language that stand around what the sources say.

    `place` says where a hit stands (lines or page), `sureness` how sure it is.
    """

    title: str
    quote: str
    unanswered: str
    twins: str
    place: Callable[[Hit], str]
    sureness: Callable[[Hit], str]


def export(conversation: Sequence[Findings], labels: Labels) -> str:
    """Every question in order, each with its passages word for word and where they stand."""
    parts = [f"# {literal(labels.title)}"]
    for findings in conversation:
        answer = findings.answer
        parts.append(f"## {literal(' '.join(answer.question.split()))}")
        if not answer.answered:
            parts.append(f"*{literal(labels.unanswered)}*")
        parts += [part for hit in answer.hits for part in _passage(hit, labels)]
    return "\n\n".join(parts) + "\n"


def _passage(hit: Hit, labels: Labels) -> list[str]:
    source, passage = hit.source, hit.passage
    named = [source.title, source.publisher, source.date]
    place = [" › ".join(hit.section), passage.document, labels.place(hit), labels.sureness(hit), source.url]
    parts = [
        f"### {hit.rank}\\. {literal(' · '.join(part for part in named if part))}",
        f"{literal(labels.quote)} {literal(hit.quote.text)}".replace("\n", "\\\n"),
        quoted(passage.text),
        literal(" · ".join(part for part in place if part)),
    ]
    if hit.twins:
        also = "; ".join(f"{source.title} ({one.document})" for source, one in hit.twins)
        parts.append(f"{literal(labels.twins)} {literal(also)}")
    return parts
