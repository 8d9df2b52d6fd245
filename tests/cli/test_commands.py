import json
import os
from pathlib import Path

import pytest

from retrieval import cli
from retrieval.cli import console
from retrieval.settings import PAGE_RERANKER, PROJECT


def test_build_then_nothing_to_do(run) -> None:
    code, out, _ = run("build")
    assert code == 0
    assert out.startswith("built: 3 documents, 3 passages")
    code, out, _ = run("build")
    assert code == 0
    assert out.startswith("nothing has changed: 3 documents, 3 passages")


def test_build_leaves_out_and_says_so(run, seeds: Path) -> None:
    (seeds / "broken.txt").write_bytes(b"\xff\xff\xff")
    for _ in range(2):
        code, out, err = run("build", "--json")
        assert code == 4
        assert json.loads(out)["left_out"][0]["name"] == "broken.txt"
        assert "left out: broken.txt: its encoding cannot be told; save it as UTF-8" in err


def test_status_names_the_changes(run, seeds: Path) -> None:
    run("build")
    (seeds / "new.txt").write_text("魚。", encoding="utf-8")
    code, out, _ = run("status")
    assert code == 0
    assert "added      new.txt" in out
    code, out, _ = run("status", "--json")
    assert json.loads(out)["changes"]["added"] == ["new.txt"]
    assert json.loads(out)["model"] == "words"


def test_ask_for_people(run) -> None:
    run("build")
    code, out, _ = run("ask", "犬")
    assert code == 0
    assert "1. 犬の記録 | 動物社 | 2026-01-19 | 犬" in out
    assert "dog.md, lines 6-8" in out


def test_ask_for_programs(run) -> None:
    run("build")
    code, out, _ = run("ask", "犬", "-k", "2", "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer["passages"][0]["document"] == "dog.md"
    assert len(answer["passages"]) == 2


def test_ask_a_set(run, tmp_path: Path) -> None:
    run("build")
    lines = [{"id": "a", "question": "犬"}, {"id": "b", "question": "猫"}]
    asked = tmp_path / "set.jsonl"
    asked.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    code, out, _ = run("ask", "--questions", str(asked), "--json")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", "b"]


def test_show_a_document_and_the_lines_around_a_span(run, seeds: Path) -> None:
    run("build")
    code, out, _ = run("show", "cat.txt")
    assert (code, out) == (0, (seeds / "cat.txt").read_text(encoding="utf-8") + "\n")
    code, out, _ = run("show", "dog.md", "--start", "54", "--end", "56", "--context", "0")
    assert (code, out) == (0, "    6  # 犬\n")


def test_ask_restricts_and_shares_out(run, seeds: Path) -> None:
    run("build")
    asked = ("ask", "犬", "--json")

    def names(*options: str) -> list[str]:
        code, out, err = run(*asked, *options)
        assert code == 0, err
        return [one["document"] for one in json.loads(out)["passages"]]

    assert names("--source", "cat.txt", "--source", "sub/*") == ["cat.txt", "sub/bird.txt"]
    assert names("--publisher", "動物社") == names("--since", "令和8年1月19日") == ["dog.md"]
    assert names("--section", "犬", "--per-source", "1") == ["dog.md"]
    for options in (["--until", "2020"], ["--source", "nowhere"]):
        code, _, err = run(*asked, *options)
        assert (code, "the filters leave no passage" in err) == (2, True)
    code, _, err = run(*asked, "--since", "soon")
    assert (code, "soon: not a date; write it as 2026-01-19" in err) == (2, True)


def test_show_the_passages_that_were_made(run, seeds: Path) -> None:
    (seeds / "note.txt").write_text(
        "題\n2026-01-19\n猫がいる[1]。昨年11月。但是,但是这样的事情。\n\n[1] 出典。", encoding="utf-8"
    )
    run("build")
    code, out, _ = run("show", "note.txt", "--passages")
    assert code == 0
    assert out.split("\n\n")[0] == "note.txt, utf-8\ntitle       題\ndate        2026-01-19"
    first = out.split("\n\n")[1].split("\n")
    assert first == [
        "1. 題",
        "   lines 1–3, 38 characters from 0",
        " # 題",
        " # 2026-01-19",
        "   猫がいる[1]。",
        "   昨年11月。",
        " ! 但是,但是这样的事情。  (foreign)",
        "   cites [1] 出典。",
        "   dates 2026-01-19, 2025-11",
    ]
    code, out, _ = run("show", "note.txt", "--passages", "--json")
    shown = json.loads(out)
    assert [one["lines"] for one in shown] == [[1, 3], [5, 5]]
    assert shown[0]["notes"] == [{"label": "1", "start": 40, "end": 47}]
    code, _, err = run("show", "note.txt", "--passages", "--start", "1")
    assert (code, "leave out --start" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask", "犬"], 3, "no index yet; build it: python -m retrieval build"),
        (["status"], 3, "no index yet"),
        (["show", "x"], 3, "no index yet"),
        (["ask"], 2, "give one question, or --questions FILE"),
        (["ask", "  "], 2, "the question has no words"),
        (["ask", "犬", "-k", "0"], 2, "shutten: -k=0: Input should be greater than or equal to 1"),
        (["ask", "犬" * 10_001], 2, "the question has 10,001 characters; ask with 10,000 at most"),
        (["ask", "犬", "-k", "many"], 2, "'-k': Input should be a valid integer"),
        (["ask", "犬", "--since", "2026-13"], 2, "2026-13: not a date; write it as 2026-01-19, 2026-01"),
        (["ask", "犬", "--since", "２０２６"], 2, "２０２６: not a date"),
        (["ask", "--nonsense"], 2, "No such option: --nonsense"),
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["build", "--index", "file"], 1, "file"),
        (["ask", "--questions", "nowhere.jsonl"], 2, "nowhere.jsonl: No such file"),
        (["build", "--seeds", "nowhere"], 1, "nowhere: no such folder"),
        (["build", "--seeds", "empty"], 1, "empty: no documents"),
    ],
)
def test_what_goes_wrong_is_one_line(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    found, out, err = run(*arguments)
    assert (found, out) == (code, ""), err
    assert says in err
    assert [line.startswith("shutten: ") for line in err.splitlines() if "━" not in line] == [True]


def test_every_wrong_setting_is_named(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUTTEN_MAX_PAGES", "none")
    code, _, err = run("ask", "犬", "-k", "0")
    assert code == 2
    assert "shutten: -k=0: Input should be greater" in err
    assert "; SHUTTEN_MAX_PAGES=none: Input should be a valid integer" in err
    assert err.count("\n") == 1


def test_what_a_terminal_would_obey_is_not_printed(run, seeds: Path) -> None:
    hostile = "\x1b[2J\x9b31m\u202e\x07"
    (seeds / f"犬{hostile}\n.txt").write_text(f"題{hostile}\n犬が{hostile}走る。" + "猫がいる。" * 9, "utf-8")
    (seeds / f"x{hostile}\n.txt").write_bytes(b"")
    (seeds / os.fsdecode(b"\xff.txt")).write_text("犬。", "utf-8")
    code, out, err = run("build")
    assert code == 4
    assert [line[:12] for line in err.splitlines()][2:] == ["left out: x\ufffd"]
    name = f"犬{hostile}\n.txt"
    asked = run("ask", "犬", "--source", name)
    assert asked[0] == 0
    said = [out, err, *asked, *run("show", name), *run("show", name, "--passages"), *run("status")]
    assert not any(one in text for text in said if isinstance(text, str) for one in "\x1b\x9b\u202e\x07")
    code, out, _ = run("ask", "犬", "--source", name, "--json")
    assert (code, json.loads(out)["passages"][0]["document"]) == (0, name)
    assert run("show", r"\xff.txt")[:2] == (0, "犬。\n")
    assert run("ask", "犬", "--source", r"\xff.txt")[0] == 0


def test_a_name_may_be_composed_or_not(run, seeds: Path) -> None:
    (seeds / "cafe\u0301が.txt").write_text("犬。", "utf-8")
    run("build")
    assert run("show", "caf\u00e9が.txt")[:2] == (0, "犬。\n")


def test_a_damaged_index_gives_way_to_the_one_before_and_says_so(run, settings) -> None:
    for _ in range(2):
        run("build")
        (settings.seeds / "cat.txt").write_text("猫。", "utf-8")
    current = settings.index / (settings.index / "CURRENT").read_text("utf-8").strip()
    (current / "keywords.safetensors").write_bytes(b"")
    for command in (["ask", "犬"], ["ask", "犬", "--json"]):
        code, out, err = run(*command)
        assert code == 0
        assert "犬" in out
        assert "keywords.safetensors: not the file that was built; build it again" in err
        assert err.count("\n") == 1
    (current / "catalog.sqlite").write_bytes(b"")
    code, out, err = run("show", "dog.md")
    assert code == 0
    assert "犬がいる" in out
    assert "catalog.sqlite: not the file that was built" in err
    code, out, _ = run("status")
    assert "damaged    " in out
    assert "not the file that was built" in json.loads(run("status", "--json")[1])["trouble"]
    assert run("build")[0] == 0
    assert run("ask", "犬")[2] == ""
    assert json.loads(run("status", "--json")[1])["trouble"] is None


def test_a_document_that_cannot_be_read_any_more_is_named(run, seeds: Path) -> None:
    run("build")
    (seeds / "cat.txt").write_bytes(b"")
    for _ in range(2):
        code, _, err = run("build")
        assert code == 4
        assert err.endswith("stale: cat.txt: no text in it; what was indexed of it before stays\n")
    assert "stale      cat.txt: no text in it" in run("status")[1]
    assert json.loads(run("build", "--json")[1])["stale"] == [{"name": "cat.txt", "reason": "no text in it"}]
    assert "猫がいる" in run("ask", "猫")[1]


def test_a_model_that_cannot_be_loaded(run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from retrieval.encoder import load

    monkeypatch.setattr(console, "load_encoder", load)
    (tmp_path / "model").mkdir()
    code, out, err = run("build", "--model", str(tmp_path / "model"))
    assert (code, out) == (1, "")
    assert "cannot be loaded" in err
    assert err.count("\n") == 1


def test_an_index_of_another_model(run) -> None:
    run("build")
    code, out, err = run("ask", "犬", "--model", "other")
    assert (code, out) == (3, "")
    assert "built with the model words, not other; name that one (--model words)" in err
    assert err.count("\n") == 1


def test_a_document_that_is_not_there(run) -> None:
    run("build")
    code, _, err = run("show", "nothing.txt")
    assert code == 2
    assert "nothing.txt: no such document in the index; it has cat.txt, dog.md, sub/bird.txt" in err


def test_no_command_prints_the_help_alone(run) -> None:
    code, out, err = run()
    assert code == 2
    assert "ask" in out
    assert err == ""


def test_interrupted(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(console, "load_encoder", interrupt)
    assert run("build") == (130, "", "shutten: interrupted\n")


def test_serve_hands_its_settings_to_streamlit(run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execve", lambda *arguments: seen.append(arguments))
    monkeypatch.setattr(os, "chdir", lambda _: None)
    for name in ("SHUTTEN_MODEL", "SHUTTEN_RERANKER"):
        monkeypatch.delenv(name)
    run("serve", "--port", "8600", "--seeds", ".")  # Streamlit is started in another folder
    [(_, command, environment)] = seen
    assert command[-2:] == ["--server.port", "8600"]
    assert environment["SHUTTEN_SEEDS"] == str(tmp_path)
    assert Path(environment["SHUTTEN_INDEX"]).is_absolute()
    assert environment["SHUTTEN_RERANKER"] == PAGE_RERANKER
    run("serve", "--reranker", "")
    assert seen[1][2]["SHUTTEN_RERANKER"] == ""


COMMANDS = {
    **{one.callback.__name__: one.callback for one in cli.app.registered_commands},
    **{f"questions {one.callback.__name__}": one.callback for one in cli.questions.app.registered_commands},
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_and_has_help(run, command: str) -> None:
    code, out, _ = run(*command.split(), "--help")
    assert code == 0
    assert f"retrieval {command} [OPTIONS]" in out
    assert " ".join(COMMANDS[command].__doc__.split()[:6]) in out
    assert f"-m retrieval {command} " in (PROJECT / "README.md").read_text(encoding="utf-8")


def test_doctor_says_what_is_wrong_and_leaves_with_1(run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = run("doctor")
    assert (code, err) == (1, "")
    assert "ok     model         words, 6 values a vector" in out
    assert "WRONG  index " in out
    assert "       remedy        python -m retrieval build" in out
    run("build")
    code, out, _ = run("doctor", "--json")
    assert code == 0
    assert [json.loads(line)["remedy"] for line in out.splitlines()] == [None] * 8
    monkeypatch.setenv("SHUTTEN_K", "many")
    code, out, err = run("doctor")
    assert (code, err) == (1, "")
    assert "WRONG  settings      SHUTTEN_K=many: Input should be a valid integer" in out
