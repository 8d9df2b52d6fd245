"""What may be asked: any text with a word in it, of a length that someone means."""

from retrieval.documents.document import writable
from retrieval.errors import EmptyQuestion, LongQuestion

LONGEST = 10_000  # characters
BRIEF = 12  # characters up to which a question is mostly a word or two: a name, a subject, a greeting


def asked(question: str) -> str:
    """The question as it is searched for and shown, with a sign for what is no character.

    Raises EmptyQuestion where it has neither letter nor digit, LongQuestion where it is longer than that.
    """
    if not any(map(str.isalnum, question)):
        raise EmptyQuestion("the question has no words; write what you want to know")
    if len(question) > LONGEST:
        raise LongQuestion(f"the question has {len(question):,} characters; ask with {LONGEST:,} at most")
    return writable(question)


def is_brief(question: str) -> bool:
    """Whether a question is a word or two."""
    return len(question.strip()) <= BRIEF
