import pytest

from retrieval.shard import WHOLE, Shard, parse

NAMES = [f"{number}.txt" for number in range(100)]


def test_every_file_is_in_one_share() -> None:
    shares = [Shard(number, 3) for number in (1, 2, 3)]
    for name in NAMES:
        assert sum(one.holds(name) for one in shares) == 1
    assert all(sum(map(one.holds, NAMES)) > 20 for one in shares)
    assert all(map(WHOLE.holds, NAMES))


def test_which_share_that_is_never_changes() -> None:
    # blake2b of "cat.txt", eight bytes, is divisible by two; of "dog.md" it is not
    assert [Shard(1, 2).holds(name) for name in ("cat.txt", "dog.md")] == [True, False]


def test_it_is_written_as_two_numbers() -> None:
    assert parse("2/4") == Shard(2, 4)
    assert str(Shard(2, 4)) == "2/4"
    assert parse(WHOLE) is WHOLE


@pytest.mark.parametrize("written", ["0/4", "5/4", "1", "1/0", "a/b", "1/2/3", "٢/٤", "-1/4"])
def test_what_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="write it as 2/4"):
        parse(written)
