"""The documents that ship in `seeds/`, with the real model."""

import re
from pathlib import Path

import pytest

from retrieval import Searcher, Settings, build, documents, evaluation
from retrieval.encoder import Encoder
from retrieval.settings import PROJECT

NAMES = sorted(documents.find(PROJECT / "seeds"))
_QUOTED = re.compile("「[^」]*」|«[^»]*»|“[^”]*”|https?://\\S+")  # titles and links stay as they are
LONGEST_RUN = 30  # characters that may be the same as in an original, titles and names aside


@pytest.fixture(scope="module")
def searcher(e5: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    settings = Settings(index=tmp_path_factory.mktemp("index"))
    build(settings, e5)
    return Searcher.open(settings.index, e5)


def test_the_digest_answers_what_was_discussed_in_miami(searcher: Searcher) -> None:
    answer = searcher.ask("ブダノフらがマイアミで話し合った議題は何か", 5)
    assert answer.answered
    assert answer.hits[0].passage.document == "miami-and-davos.md"


def test_small_talk_is_not_answered(searcher: Searcher) -> None:
    asked = evaluation.load(PROJECT / "tests" / "questions" / "small-talk.jsonl").questions
    refused = [not answer.answered for answer in searcher.ask_all([one.question for one in asked], 1)]
    assert len(refused) == 74
    assert sum(refused) >= 66  # 69 when it was measured


def test_every_passage_and_quote_is_verbatim(searcher: Searcher) -> None:
    for hit in searcher.ask("和平案の項目", 100).hits:
        text = documents.read(PROJECT / "seeds" / hit.passage.document).text
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert text[hit.quote.start : hit.quote.end] == hit.quote.text
        assert hit.passage.start <= hit.quote.start < hit.quote.end <= hit.passage.end
        assert len(hit.passage.text) <= 400


@pytest.mark.parametrize("name", NAMES)
def test_a_digest_says_what_it_is(name: str) -> None:
    document = documents.read(PROJECT / "seeds" / name)
    assert document.metadata.source_note
    assert len(document.text) - document.body_start >= 2500


@pytest.mark.parametrize("name", NAMES)
def test_a_digest_is_in_its_own_words(name: str, shared: Path) -> None:
    originals = ["".join(p.read_text("utf-8").split()) for p in (shared / "seeds").glob("*.txt")]
    document = documents.read(PROJECT / "seeds" / name)
    body = document.text[document.body_start :].replace(document.title, "\0")
    prose = "".join(_QUOTED.sub("\0", body).split())
    for start in range(len(prose) - LONGEST_RUN):
        run = prose[start : start + LONGEST_RUN]
        assert not any(run in original for original in originals), run
