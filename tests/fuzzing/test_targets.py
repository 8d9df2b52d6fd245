"""Readers, splitter, manifest and question sets, given anything at all."""

import pytest
from hypothesis import given
from hypothesis import settings as run_with
from hypothesis import strategies as st

from tests.fuzzing.samples import SAMPLES
from tests.fuzzing.targets import TARGETS

EDIT = st.tuples(st.floats(0, 1), st.integers(0, 12), st.binary(max_size=12))


def edited(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """The data with some bytes taken out at each place, and others put there."""
    for where, out, put in edits:
        at = int(where * len(data))
        data = data[:at] + put + data[at + out :]
    return data


def test_every_target_has_a_sample_that_is_good() -> None:
    assert SAMPLES.keys() == TARGETS.keys()
    for name, sample in SAMPLES.items():
        TARGETS[name](sample)


@pytest.mark.parametrize("name", TARGETS)
@run_with(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes(name: str, data: bytes) -> None:
    TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
@run_with(max_examples=60, deadline=None)
@given(edits=st.lists(EDIT, min_size=1, max_size=6))
def test_a_spoilt_file(name: str, edits: list[tuple[float, int, bytes]]) -> None:
    TARGETS[name](edited(SAMPLES[name], edits))


@run_with(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from("犬。\n 「」()[1]・1.#|-—!?a\u3000🐕\ufffd\u2028"), max_size=400))
def test_any_text_of_the_signs_that_matter_is_split(text: str) -> None:
    TARGETS["splitter"](text.encode())
