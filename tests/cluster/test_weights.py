from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.cluster.weights import Weights
from retrieval.index.keywords import Keywords

TERMS = st.lists(st.sampled_from("abcdef"), max_size=8)


@given(st.lists(TERMS, min_size=1, max_size=8), TERMS)
def test_it_is_what_the_keywords_say(passages: list[list[str]], asked: list[str]) -> None:
    keywords = Keywords.of(passages)
    holding = Counter(term for own in passages for term in set(own))
    weights = Weights(holding, len(passages), sum(map(len, passages)) / len(passages))
    bags = [Counter(own) for own in passages]
    rows = np.arange(len(passages))
    scores, coverage = keywords.measured(keywords.asked(asked), rows)
    np.testing.assert_allclose(weights.scores(asked, bags), scores, rtol=1e-5)
    np.testing.assert_allclose(weights.coverage(asked, bags), coverage, rtol=1e-6)


def test_what_every_tenth_passage_has_proposes_nothing_where_there_is_more_to_tell() -> None:
    weights = Weights({"猫": 9, "犬": 1}, 10, 2.0)
    assert weights.telling(["猫", "犬", "犬", "鳥"]) == ["犬", "犬"]
    assert (weights.telling(["猫"]), weights.known(["猫"])) == ([], ["猫"])
    assert weights.telling(["鳥"]) == []
