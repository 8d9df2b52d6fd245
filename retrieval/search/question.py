"""What may be asked: any text with a word in it, of a length that someone means."""

import unicodedata

from retrieval import morphemes
from retrieval.documents.document import writable
from retrieval.errors import EmptyQuestion, LongQuestion

LONGEST = 10_000  # characters
_BRIEF = 12  # characters, of which a word or two have no more
_JOINING = frozenset("とやて")  # particles that stand between words, and in what one is told to do
_ASKING = frozenset({"?", "誰", "どこ", "いつ", "どう", "どれ", "どの", "どんな", "どちら", "どなた", "何処"})
_COUNTING = ("何", "幾")  # 何人, いくつ


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
    if len(text) > _BRIEF or len(text.split()) > 2:
        return False
    words = list(morphemes.of(text))
    forms = [one.normalized_form() for one in words]
    particles = {one.surface() for one in words if one.part_of_speech()[0] == "助詞"}
    asks = any(form in _ASKING or form.startswith(_COUNTING) for form in forms)
    return not asks and particles <= _JOINING
