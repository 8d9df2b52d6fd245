import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from retrieval import Settings
from retrieval.search import confidence, fuse
from retrieval.search.confidence import Confidence
from ui import engine

_REPLACED = re.compile(r"history\.replaceState\(history\.state, '', location\.pathname \+ '\??([^']*)'\)")
LONG = 60  # seconds that background work may take on a busy machine


class Page:
    """A page in Streamlit's own test harness, with the hand-workable encoder."""

    def __init__(self, settings: Settings, name: str, link: dict[str, list[str]]) -> None:
        self.settings = settings
        script = f"from ui import frame, {name}\nframe.page({name}.draw)\n"
        self.app = AppTest.from_string(script, default_timeout=LONG)
        for key, values in link.items():
            self.app.query_params[key] = values

    def run(self) -> AppTest:
        """Draw the page, and once more after what goes on in the background has ended."""
        self.app.run()
        while [one for one in self.app.button if one.key.startswith("stop-")]:
            for job in (engine.last_rebuild(self.settings), engine.last_evaluation(self.settings)):
                assert job is None or job.wait(LONG)
            self.app.run()
        assert not self.app.exception
        self._take_the_address()
        return self.app

    def _take_the_address(self) -> None:
        """What the page's script does in a browser, which the harness does not run."""
        for address in _REPLACED.findall(self.html):
            self.app.query_params = parse_qs(address)

    @property
    def address(self) -> dict[str, list[str]]:
        """What the page's address says."""
        said = self.app.query_params.items()
        return {name: [value] if isinstance(value, str) else value for name, value in said}

    def go_to(self, address: dict[str, list[str]]) -> AppTest:
        """What the browser does when it goes back or forward."""
        self.app.query_params = dict(address)
        return self.run()

    def ask(self, question: str) -> AppTest:
        self.app.chat_input[0].set_value(question)
        return self.run()

    def press(self, key: str) -> AppTest:
        self.app.button(key=key).click()
        return self.run()

    @property
    def html(self) -> str:
        """All that stands on the page from documents and questions."""
        return "\n".join(element.proto.body for element in self.app.get("html"))


@pytest.fixture
def by_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    """P is above the threshold where the passage has more than half of the question's terms."""
    ranked = fuse.ranked
    monkeypatch.setattr(fuse, "ranked", lambda found: replace(ranked(found), odds=20 * found.coverage))
    weights = dict.fromkeys(confidence.EVIDENCE, 0.0) | {"odds": 1.0}
    fitted = Confidence(fitted_by="hand", intercept=-10, weights=weights, threshold=0.5)
    monkeypatch.setattr(confidence, "fitted", lambda _: fitted)


@pytest.fixture
def hours_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every click comes long after the address before."""
    monkeypatch.setattr("ui.link.LATE", 0)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, settings: Settings, words) -> Callable[..., Page]:
    """Opens the page of that name, with that link; nothing is indexed yet."""
    monkeypatch.setattr(engine, "encoder", lambda _: words)
    engine._searcher.cache_clear()
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    return lambda name, **link: Page(settings, name, link)
