"""Builds in Milvus, by one machine or several: readers have the old one or the new, never part of one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from retrieval import Hit, Searcher, Settings, build, building, indexes
from retrieval.cluster import builds, opening, sending, tables
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.errors import BeingBuilt, DamagedIndex, NoDocuments, NoIndex
from retrieval.index import lock
from retrieval.index.build import Changes
from retrieval.index.build import is_current as is_here
from retrieval.index.making import Progress

Share = Callable[[int, int], Settings]
ASKED = ["犬", "猫と鳥", "鳥の話", "no such thing"]
SAME = "犬と猫が同じ庭にいて、鳥が木の上からそれを見ている、と動物園の記録は伝えている。"


def client_of(settings: Settings) -> Client:
    assert isinstance(settings.index, Address)
    return opening.connected(settings.index)


def collections(settings: Settings) -> list[str]:
    """The numbers of the builds that have a collection, with the kinds of those."""
    assert isinstance(settings.index, Address)
    own = (one for one in client_of(settings).collections() if one.startswith(f"{settings.index.name}_"))
    return sorted({f"{one.split('_')[1]} {one.split('_')[3]}" for one in own})


def numbers(settings: Settings) -> list[int]:
    """Which builds are there."""
    return sorted({int(one.split()[0]) for one in collections(settings)})


def test_nothing_to_do_when_nothing_has_changed(there: Settings, words) -> None:
    assert not building.is_current(there)
    made = build(there, words)
    assert (made.documents, made.passages, made.waits_for) == (3, 3, ())
    assert building.is_current(there)
    assert building.changes(there) == Changes()
    (there.seeds / "cat.txt").write_text("猫。", "utf-8")
    assert not building.is_current(there)
    assert building.changes(there).changed == ("cat.txt",)


def test_readers_see_the_build_before_until_the_new_one_is_whole(
    there: Settings, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(there, words)
    reader = Searcher.open(there.index, words)
    before = reader.ask("魚", 5)
    (there.seeds / "fish.txt").write_text("魚がいる。", "utf-8")
    heard: list[str] = []
    switch = Client.name

    def switched(client: Client, alias: str, collection: str) -> None:
        # all is there, and still the build before answers
        heard.append(Searcher.open(there.index, words).index.id)
        assert Searcher.open(there.index, words).ask("魚", 5) == before
        switch(client, alias, collection)

    monkeypatch.setattr(Client, "name", switched)
    build(there, words)
    assert heard == [reader.index.id]
    assert Searcher.open(there.index, words).ask("魚", 5).hits[0].passage.document == "fish.txt"
    # who had opened it before goes on with what it had
    assert reader.ask("魚", 5) == before


def test_the_build_before_stays_for_its_readers_and_no_other(there: Settings, words) -> None:
    readers = []
    for number in range(4):
        (there.seeds / "n.txt").write_text(f"魚が{number}匹いる。", "utf-8")
        build(there, words)
        readers.append(Searcher.open(there.index, words))
    assert numbers(there) == [3, 4]
    for reader in readers[2:]:
        assert reader.ask("魚", 1).hits[0].passage.document == "n.txt"
    with pytest.raises(DamagedIndex, match=r"built anew meanwhile: try\s+again"):
        readers[0].ask("鳥", 3)


@pytest.mark.parametrize("broken", ["_prepare", "add", "finish"])
def test_a_build_that_is_broken_off_leaves_the_one_before(
    there: Settings, here: Settings, words, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(there, words)
    reader = Searcher.open(there.index, words)
    (there.seeds / "fish.txt").write_text("魚がいる。", "utf-8")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending if broken == "_prepare" else sending._Share, broken, stop)
        with pytest.raises(KeyboardInterrupt):
            build(there, words)
    assert indexes.current(there.index) == reader.index.id
    assert Searcher.open(there.index, words).ask_all(ASKED, 5) == reader.ask_all(ASKED, 5)
    assert not building.is_current(there)
    build(there, words)
    build(here, words)
    answers = Searcher.open(here.index, words).ask_all(ASKED, 5)
    assert Searcher.open(there.index, words).ask_all(ASKED, 5) == answers
    assert numbers(there) == [1, 2]


def test_a_build_broken_off_after_the_switch_is_tidied_up_by_the_next(
    there: Settings, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for number in range(3):
        (there.seeds / "n.txt").write_text(f"魚が{number}匹いる。", "utf-8")
        build(there, words)
    (there.seeds / "n.txt").write_text("鳥がいる。", "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(Client, "drop", stop)
        with pytest.raises(KeyboardInterrupt):
            build(there, words)
    assert building.is_current(there)
    assert numbers(there) == [2, 3, 4]
    (there.seeds / "n.txt").write_text("犬がいる。", "utf-8")
    build(there, words)
    assert numbers(there) == [4, 5]


def test_progress_is_heard_of_and_can_stop_it(there: Settings, words) -> None:
    heard: list[Progress] = []
    build(there, words, heard.append)
    assert heard[-1] == Progress("send", 3, 3)
    assert {one.stage for one in heard} == {"read", "encode", "send"}


def more(settings: Settings) -> None:
    """Documents enough for each of three shares, with twins."""
    collection = '{"_id": "2", "text": "魚が泳ぐ。"}\n{"_id": "1", "text": "猫。"}\n'
    (settings.seeds / "n.jsonl").write_text(collection, "utf-8")
    for number in range(6):
        (settings.seeds / f"d{number}.txt").write_text(f"題\n{SAME}", "utf-8")
    (settings.seeds / "n.jsonl").write_text(
        '{"_id": "2", "text": "魚が泳ぐ。"}\n{"_id": "1", "text": "猫。"}', "utf-8"
    )


def test_shares_together_are_what_one_machine_would_build(share: Share, here: Settings, words) -> None:
    more(here)
    build(here, words)
    local = Searcher.open(here.index, words)
    assert [build(share(number, 3), words).waits_for for number in (2, 3, 1)] == [(1, 3), (1,), ()]
    found = Searcher.open(share(1, 3).index, words)
    assert found.index.manifest.documents == local.index.manifest.documents
    assert found.index.manifest.sources == local.index.manifest.sources
    assert found.index.catalog.names() == local.index.catalog.names()
    assert found.index.catalog.sources() == local.index.catalog.sources()
    assert sorted(one.text for _, one in found.index.catalog.numbered()) == sorted(
        one.text for _, one in local.index.catalog.numbered()
    )
    for question in ASKED:
        ours, theirs = local.ask(question, 20), found.ask(question, 20)
        # of passages that say the same, another may stand for them
        assert [hit.passage.text for hit in theirs.hits] == [hit.passage.text for hit in ours.hits]
        surest = [hit.confidence for hit in ours.hits]
        # the means of the shares are rounded before they become one
        assert [hit.confidence for hit in theirs.hits] == pytest.approx(surest, abs=1e-6)
        assert list(map(said_by, theirs.hits)) == list(map(said_by, ours.hits))
    assert max(map(len, map(said_by, local.ask("犬と猫と鳥", 20).hits))) == 6


def said_by(hit: Hit) -> set[str]:
    """The documents that say what a passage says."""
    return {hit.passage.document, *(passage.document for _, passage in hit.twins)}


def test_an_index_that_is_not_whole_says_what_is_missing(share: Share, words) -> None:
    more(share(1, 3))
    with pytest.raises(NoIndex, match="no index yet; build it: python -m retrieval build --index"):
        indexes.current(share(1, 3).index)
    build(share(2, 3), words)
    with pytest.raises(NoIndex, match=r"not whole yet; build what is missing: .* --shard 1/3, 3/3"):
        indexes.manifest(share(1, 3).index)
    assert building.is_current(share(2, 3))
    assert not building.is_current(share(1, 3))


def test_every_machine_takes_part_in_a_rebuild(share: Share, words) -> None:
    one, two = share(1, 2), share(2, 2)
    more(one)
    for settings in (one, two):
        build(settings, words)
    before = indexes.current(one.index)
    [changed] = [name for name in ("cat.txt", "dog.md") if two.shard.holds(name)]
    (two.seeds / changed).write_text("魚と魚と魚。", "utf-8")
    assert is_here(one)
    assert building.is_current(one)
    assert build(two, words).waits_for == (1,)
    assert indexes.current(one.index) == before
    # the first machine's documents are the same, and still the build waits for it
    assert not building.is_current(one)
    assert building.is_current(two)
    # what is sent a second time takes the place of the first
    (two.seeds / changed).write_text("魚と魚。", "utf-8")
    assert build(two, words).waits_for == (1,)
    encoded: list[Progress] = []
    assert build(one, words, encoded.append).waits_for == ()
    assert {step.stage for step in encoded} == {"send"}
    document = indexes.catalog(one.index).document(changed)
    assert document is not None
    assert document.text == "魚と魚。"
    assert all(map(building.is_current, (one, two)))
    assert numbers(one) == [1, 2]


def test_other_numbers_of_shares_do_not_mix(share: Share, words) -> None:
    more(share(1, 2))
    build(share(1, 2), words)
    assert build(share(1, 3), words).waits_for == (2, 3)
    assert build(share(2, 2), words).waits_for == ()
    assert Searcher.open(share(1, 2).index, words).index.manifest.documents == 11


def test_a_share_without_documents_is_refused(share: Share, words) -> None:
    names = [path.relative_to(share(1, 1).seeds).as_posix() for path in share(1, 1).seeds.rglob("*.*")]
    empty = next(one for one in map(share, range(1, 51), [50] * 50) if not any(map(one.shard.holds, names)))
    with pytest.raises(NoDocuments, match=r"share \d+/50 gets none of its 3 files; take fewer shares"):
        build(empty, words)


def test_a_share_that_is_not_as_it_was_sent_never_answers(
    there: Settings, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(there, words)
    before = indexes.current(there.index)
    (there.seeds / "cat.txt").write_text("猫。", "utf-8")
    count = Client.count
    monkeypatch.setattr(
        Client, "count", lambda self, name, where="": count(self, name, where) - name.endswith("passages")
    )
    with pytest.raises(DamagedIndex, match="share 1 has 2 passages, not 3; was it sent by two at once"):
        build(there, words)
    assert indexes.current(there.index) == before


def test_two_builds_of_one_share_here_do_not_get_into_each_other_s_way(there: Settings, words) -> None:
    build(there, words)
    with lock.building(there.folder), pytest.raises(BeingBuilt):
        build(there, words)


def test_what_could_not_be_read_is_told_of_all_shares(share: Share, words) -> None:
    more(share(1, 2))
    broken = next(name for name in map("b{}.txt".format, range(9)) if share(2, 2).shard.holds(name))
    (share(2, 2).seeds / broken).write_bytes(b"")
    assert build(share(1, 2), words).left_out == ()
    assert [one.name for one in build(share(2, 2), words).left_out] == [broken]
    assert [one.name for one in indexes.manifest(share(1, 2).index).left_out] == [broken]


def test_a_large_index_has_a_graph(
    there: Settings, here: Settings, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.cluster.tables.WORTH", 2)
    build(there, words)
    build(here, words)
    found = Searcher.open(there.index, words).ask_all(ASKED, 3)
    assert found == Searcher.open(here.index, words).ask_all(ASKED, 3)


def test_two_machines_that_find_it_whole_do_not_take_the_build_before_away(there: Settings, words) -> None:
    build(there, words)
    (there.seeds / "cat.txt").write_text("猫。", "utf-8")
    build(there, words)
    held = client_of(there)
    assert builds.finish(held, builds.current(held)) == ()
    assert numbers(there) == [1, 2]


def test_a_build_that_has_lost_rows_is_not_opened(there: Settings, words) -> None:
    build(there, words)
    client_of(there).delete(f"{indexes.current(there.index)}_passages", "id == 0")
    opening._opened.cache_clear()
    with pytest.raises(DamagedIndex, match="share 1 has 2 passages, not 3"):
        indexes.open_current(there.index, "words")


def test_a_build_broken_off_before_the_switch_is_gone_on_with(
    share: Share, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = share(1, 2), share(2, 2)
    build(first, words)
    assert building.standing(first).waits_for == (2,)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Client, "name", stop)
        with pytest.raises(KeyboardInterrupt):
            build(second, words)
    # all shares are there, and none answers
    assert not building.is_current(second)
    assert build(second, words).waits_for == ()
    assert building.is_current(first)
    assert building.is_current(second)
    assert building.standing(first).waits_for == ()
    assert Searcher.open(first.index, words).ask("犬", 1).hits


def test_what_another_machine_sends_already_of_the_next_build_stays(there: Settings, words) -> None:
    build(there, words)
    client = client_of(there)
    now = builds.current(client)
    ahead = replace(now, number=now.number + 2)
    tables.create(client, ahead.collection(tables.DOCUMENTS), tables.DOCUMENTS, 5, 0)
    (there.seeds / "fish.txt").write_text("魚がいる。", "utf-8")
    build(there, words)
    assert ahead.collection(tables.DOCUMENTS) in client.collections()
