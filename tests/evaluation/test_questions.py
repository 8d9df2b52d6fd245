import json
from pathlib import Path

import pytest

from retrieval import evaluation
from retrieval.documents import Content, Document
from retrieval.errors import UsageError
from retrieval.evaluation import Question


def test_a_set_is_read_with_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('\ufeff{"id": "a", "question": "犬\u2028は", "note": "x"}\n\n', encoding="utf-8")
    found = evaluation.load(path)
    assert (found.name, found.unit, found.seeds) == ("set", "passage", None)
    assert found.questions == (Question(id="a", question="犬\u2028は"),)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["{"], "line 1: not JSON"),
        (['{"id": ' + "9" * 5000 + "}"], "line 1: not JSON (number out of range"),
        (["[" * 100_000], "line 1: not JSON (recursion limit exceeded"),
        (["[]"], "line 1: Input should be an object"),
        (['{"id": "a", "question": "犬"}', '{"id": "b"}'], "line 2, question: Field required"),
        (['{"id": "a", "question": "  "}'], "line 1, question: the question has no words"),
        (
            ['{"id": "a", "question": "犬", "answers": ["犬"]}'],
            "line 1, answers.0: Input should be a valid array",
        ),
        (['{"id": "a", "question": "犬", "document": "x", "answers": [[" "]]}'], "line 1, answers.0.0: "),
        (['{"id": "a", "question": "犬", "answers": [["犬"]]}'], "line 1: answers without a document"),
        (
            ['{"id": "a", "question": "犬", "short_answers": ["犬"]}'],
            "line 1: short_answers without a document",
        ),
        (
            ['{"id": "a", "question": "犬", "document": "a", "short_answers": [" "]}'],
            "line 1, short_answers.0: ",
        ),
        (
            ['{"id": "a", "question": "犬", "document": "x", "documents": {"y": [["犬"]]}}'],
            "line 1: both document and documents",
        ),
        (
            ['{"id": "a", "question": "犬"}', "", '{"id": "a", "question": "猫"}'],
            "line 3, id: a stands there twice",
        ),
        (
            ['{"id": "a", "question": "犬", "docments": {"x": [["犬"]]}}'],
            "line 1: docments: no such field; write documents, or leave it out",
        ),
        (['{"id": "a", "question": "犬", "documnet": "x"}'], "line 1: documnet: no such field; write"),
        (['{"id": "a", "question": "犬", "answer": [["犬"]]}'], "line 1: answer: no such field; write"),
        ([], "no questions in it"),
    ],
)
def test_a_wrong_line_is_named_by_number_and_field(tmp_path: Path, lines: list[str], problem: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        evaluation.load(path)
    assert str(refused.value).startswith(f"{path}")
    assert problem in str(refused.value)


def test_other_fields_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    lines = [
        {"id": "a", "question": "犬", "note": "x", "topic": "y", "docments": {}},
        {"id": "b", "question": "猫", "document": "x", "answers": [["猫"]], "answer": "猫"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert [bool(one.answers_by_document()) for one in evaluation.load(path).questions] == [False, True]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        evaluation.load(tmp_path / "nowhere.jsonl")
    (tmp_path / "set.jsonl").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="not UTF-8 text"):
        evaluation.load(tmp_path / "set.jsonl")


ANY = Question(id="a", question="何", document="a.txt", answers=(("犬", "猫"), ("鳥",)))


@pytest.mark.parametrize(
    ("document", "text", "right"),
    [
        ("a.txt", "犬と猫", True),  # all of the first
        ("a.txt", "鳥だけ", True),  # or the second
        ("a.txt", "犬だけ", False),
        ("b.txt", "犬と猫", False),
        ("a.txt", "犬と\n猫", True),
    ],
)
def test_a_passage_is_right_with_all_of_one_alternative(document: str, text: str, right: bool) -> None:
    assert ANY.is_answered_by(document, text) is right


@pytest.mark.parametrize(
    ("answer", "text"), [("停戦の条件", "停戦の\n条件"), ("a lasting peace", "a lasting\npeace")]
)
def test_line_breaks_do_not_count(answer: str, text: str) -> None:
    question = Question(id="a", question="何", document="a.txt", answers=((answer,),))
    assert question.is_answered_by("a.txt", text)
    assert question.problem_with("a.txt", Document.of("a.txt", "", Content(text=text))) is None
    assert not question.is_answered_by("a.txt", text[1:])


def test_several_documents_have_answers_of_their_own() -> None:
    question = Question(id="a", question="何", documents={"a.txt": (("犬",),), "b.txt": (("猫",),)})
    assert question.is_answered_by("a.txt", "犬")
    assert not question.is_answered_by("b.txt", "犬")
    assert Question(id="a", question="何").answers_by_document() == {}


def test_what_keeps_a_document_from_answering_is_said() -> None:
    document = Document.of("a.txt", "", Content(text="犬と\n猫。鳥。"))
    assert ANY.problem_with("a.txt", document) is None
    assert ANY.problem_with("a.txt", None) == "question a, document: a.txt is not in the index"


def beir(folder: Path, queries: list[dict], qrels: str) -> Path:
    (folder / "corpus.jsonl").write_text('{"_id": "1", "text": "犬。"}\n', encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    (folder / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return folder


QUERIES = [{"_id": "q1", "text": "犬"}, {"_id": 2, "text": "猫"}, {"_id": "q3", "text": "鳥"}]


def test_every_wrong_line_and_field_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    lines = [
        "[" * 100_000,
        '{"id": 7}',
        '{"id": "a", "question": "犬"}',
        '{"id": "b", "question": "\\ud800"}',
    ]
    lines += ['{"id": "c", "question": "犬", "lang": ' + "9" * 50 + "}", '{"id": "", "question": "犬"}']
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        evaluation.load(path)
    said = str(refused.value)
    assert [part.split(":")[0] for part in said.removeprefix(f"{path}, ").split("; ")] == [
        "line 1",
        "line 2, id",
        "line 2, question",
        "line 4",
        "line 5, lang",
        "line 6, id",
    ]
    assert len(said.splitlines()) == 1
    path.write_text("{\n" * 30, encoding="utf-8")
    with pytest.raises(UsageError, match=r"line 20: .*; and 10 more$"):
        evaluation.load(path)


@pytest.mark.parametrize("header", ["", "query-id\tcorpus-id\tscore\n"])
def test_a_beir_folder_is_a_set_by_document(tmp_path: Path, header: str) -> None:
    found = evaluation.load(beir(tmp_path, QUERIES, f"{header}q1\t1\t1\n2\t1\t2\n2\t7\t1\nq3\t1\t0\n"))
    assert (found.name, found.unit, found.seeds) == (tmp_path.name, "document", tmp_path / "corpus.jsonl")
    # what is judged 0 is not relevant, and a query without relevant documents is not asked
    assert {one.id: list(one.answers_by_document()) for one in found.questions} == {
        "q1": ["corpus.jsonl#1"],
        "2": ["corpus.jsonl#1", "corpus.jsonl#7"],
    }
    assert found.questions[0].is_answered_by("corpus.jsonl#1", "any passage of it")
    assert not found.questions[0].is_partly_said("corpus.jsonl#1", "犬。")


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"answers": ["柴 犬", "猫"]}, ["柴\n犬がいる", "猫"]),
        ({"answers": ["猫", 7, " "]}, ["猫"]),
        ({"answers": "猫"}, []),  # of the sets that have it, each its own way
        ({"answer": ["猫"]}, []),
        (["猫"], []),
        (None, []),
    ],
)
def test_short_answers_of_a_beir_folder_say_what_is_an_answer(
    tmp_path: Path, metadata: object, said: list[str]
) -> None:
    [one] = evaluation.load(
        beir(tmp_path, [{"_id": "q1", "text": "動物", "metadata": metadata}], "q1\t1\t1\n")
    ).questions
    texts = ["柴\n犬がいる", "猫", "鳥", "7"]
    assert [text for text in texts if one.is_partly_said("corpus.jsonl#1", text)] == said
    assert one.is_answered_by("corpus.jsonl#1", "鳥")
    assert not one.is_partly_said("corpus.jsonl#2", "猫")


@pytest.mark.parametrize(
    ("qrels", "problem"),
    [
        ("q1\t1\n", "qrels.tsv, line 1: not a query, a document and a score"),
        ("q1\t1\t1\nq1 1 1\n", "qrels.tsv, line 2: not a query"),
        ("q1\t1\t1\nq1\t1\t--1\n", "qrels.tsv, line 2: not a query"),
        ("q1 1 1\nq1\t1\t²\nq1\t1\t1\n", "line 2: not a query, a document and a score, by tabs"),
        ("q9\t1\t1\n", "queries.jsonl: no query q9, which the qrels judge"),
        ("q1\t1\t0\n", "judge no document relevant"),
    ],
)
def test_a_broken_beir_folder_is_named(tmp_path: Path, qrels: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        evaluation.load(beir(tmp_path, QUERIES, qrels))


def test_a_query_that_stands_there_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 4, _id: q1 stands there twice"):
        evaluation.load(beir(tmp_path, [*QUERIES, QUERIES[0]], "q1\t1\t1\n"))


def test_a_folder_without_judgements_is_no_beir_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not a BEIR folder; it has no qrels.tsv and no qrels/test.tsv"):
        evaluation.load(tmp_path)
