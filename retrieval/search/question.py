"""What may be asked: any text with a word in it, of a length that someone means."""

import re
import unicodedata

from retrieval import morphemes
from retrieval.documents.document import writable
from retrieval.errors import EmptyQuestion, LongQuestion

LONGEST = 10_000  # characters
_BRIEF = 12  # characters, of which a word or two have no more
_JOINING = frozenset("とやて")  # particles that stand between words, and in what one is told to do
_ASKS = re.compile("[?？誰何]|だれ|なに|なん|どこ|いつ|なぜ|ど[うれのんち]|いく[つら]")


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
    """Whether a question is a word or two that ask nothing: a name, a subject, a greeting."""
    text = unicodedata.normalize("NFKC", question).strip()
    if len(text) > _BRIEF or len(text.split()) > 2 or _ASKS.search(text):
        return False
    particles = {one.surface() for one in morphemes.of(text) if one.part_of_speech()[0] == "助詞"}
    return particles <= _JOINING
