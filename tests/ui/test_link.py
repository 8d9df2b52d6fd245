"""The page's address, with what stands in it: the history's steps back and forward."""

import pytest
from streamlit.testing.v1 import AppTest

from retrieval import Settings
from ui.texts import EN

pytestmark = pytest.mark.usefixtures("by_coverage")


def test_back_and_forward_close_the_document_and_open_it(page, built: Settings, hours_later) -> None:
    opened = page("ask")
    opened.run()
    opened.ask("犬がいる")
    empty = opened.address
    opened.press("open-0-rank-1")
    assert "shutten-passage" in opened.html
    full = opened.address
    assert full["doc"] == ["dog.md"]
    opened.go_to(empty)
    assert "shutten-passage" not in opened.html
    assert opened.address == empty
    opened.go_to(full)
    assert "shutten-passage" in opened.html
    assert opened.address == full


def test_a_click_before_the_address_came_is_no_going_back(page, built: Settings) -> None:
    opened = page("ask")
    app = opened.run()
    before = opened.address
    app.multiselect(key="filter-documents").set_value(["dog.md"]).run()
    app.query_params = dict(before)  # what the browser still has
    app.multiselect(key="filter-documents").set_value(["dog.md", "cat.txt"]).run()
    assert app.multiselect(key="filter-documents").value == ["dog.md", "cat.txt"]
    assert opened.address["source"] == ["dog.md", "cat.txt"]


def _choose(app: AppTest) -> None:
    app.multiselect(key="filter-documents").set_value(["dog.md"]).run()


def _switch(app: AppTest) -> None:
    app.button(key="language-switch").click().run()


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (_choose, lambda app: app.multiselect(key="filter-documents").value),
        (_switch, lambda app: app.chat_input[0].placeholder),
    ],
)
def test_back_undoes_what_was_changed_and_forward_does_it_again(
    page, built: Settings, hours_later, change, seen
) -> None:
    opened = page("ask")
    app = opened.run()
    addresses, states = [opened.address], [seen(app)]
    change(app)
    addresses.append(opened.address)
    states.append(seen(app))
    assert states[0] != states[1]
    for way in (0, 1):
        opened.go_to(addresses[way])
        assert seen(app) == states[way]
        assert opened.address == addresses[way]


def test_an_address_in_other_words_is_replaced_and_no_step_of_the_history(page, built: Settings) -> None:
    opened = page("ask", at=["120"], source=["cat.txt", "cat.txt"], since=["2026-99"], other=["x"])
    app = opened.run()
    replaced = "history.replaceState(history.state, '', location.pathname + '?source=cat.txt&lang=ja')"
    assert replaced in opened.html
    assert app.multiselect(key="filter-documents").value == ["cat.txt"]
    opened.run()
    assert "history.replaceState" not in opened.html
    assert opened.address == {"source": ["cat.txt"], "lang": ["ja"]}


def test_what_is_chosen_at_an_address_in_other_words_is_kept(page, built: Settings, hours_later) -> None:
    """Streamlit is not told what the page's script sets, and sends the address that it came with."""
    came_by = {"at": ["120"], "source": ["cat.txt"]}
    opened = page("ask", **came_by)
    app = opened.run()
    for chosen in (["cat.txt", "dog.md"], ["dog.md"]):
        app.query_params = dict(came_by)
        app.multiselect(key="filter-documents").set_value(chosen).run()
        assert app.multiselect(key="filter-documents").value == chosen
        assert opened.address == {"source": chosen, "lang": ["ja"]}
        assert "history.replaceState" not in opened.html


def test_an_address_that_says_nothing_leaves_all_as_it_is(page, built: Settings, hours_later) -> None:
    """The menu's addresses do."""
    opened = page("ask", source=["cat.txt"], lang=["en"])
    app = opened.run()
    opened.go_to({})
    assert app.multiselect(key="filter-documents").value == ["cat.txt"]
    assert app.chat_input[0].placeholder == EN.placeholder
    assert opened.address == {"source": ["cat.txt"], "lang": ["en"]}
