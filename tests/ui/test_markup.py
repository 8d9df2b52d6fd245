from dataclasses import replace

import pytest

from retrieval import Hit, Searcher
from retrieval.search import confidence
from retrieval.search.confidence import Evidence
from ui import markup
from ui.texts import JA


@pytest.fixture
def hit(searcher: Searcher) -> Hit:
    return searcher.ask("犬", 1).hits[0]


@pytest.mark.parametrize(("chance", "doubted"), [(0.05, True), (0.99, False)])
def test_a_quotation_that_may_be_no_answer_says_so(hit: Hit, chance: float, doubted: bool) -> None:
    lead = markup.lead(replace(hit, confidence=chance), JA)
    assert (JA.sure_means["low"].format(chance) in lead) == doubted


def test_what_the_confidence_is_made_of_is_said(hit: Hit) -> None:
    model = confidence.fitted("")
    talked = replace(hit, evidence=Evidence(closeness=0.5, small_talk=0.25))
    said = markup.evidence(talked, model, JA)
    assert f"{JA.evidence['closeness']}</td><td" in said
    assert f"{0.5 * model.weights['closeness']:+.2f}" in said
    assert JA.evidence["usual"] not in said
    assert f"{model.intercept:+.2f}" in said
    assert JA.small_talk in said
    assert "0.250" in said
    assert "× 0.75" in said
    assert JA.small_talk not in markup.evidence(replace(hit, evidence=Evidence(small_talk=0.001)), model, JA)


def test_what_turns_the_direction_of_writing_stays_within_its_part(hit: Hit) -> None:
    odd = replace(hit, source=replace(hit.source, title="\u202e題"))
    said = markup.heading(odd, JA, 1)
    assert "1. <bdi>\u202e題</bdi> · <bdi>動物社</bdi> · " in said
