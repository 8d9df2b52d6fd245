"""What may be asked: any text that says something, of a length that someone means."""

from retrieval.documents.document import BLANK, writable
from retrieval.errors import EmptyQuestion, LongQuestion

LONGEST = 10_000  # characters


def asked(question: str) -> str:
    """The question as it is searched for and shown, with a sign for what is no character.

    Raises EmptyQuestion, or LongQuestion where it is longer than `LONGEST`.
    """
    if not question.strip(BLANK):
        raise EmptyQuestion("the question is empty; write what you want to know")
    if len(question) > LONGEST:
        raise LongQuestion(f"the question has {len(question):,} characters; ask with {LONGEST:,} at most")
    return writable(question)
