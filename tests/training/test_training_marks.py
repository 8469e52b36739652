"""The marks of written articles: what they say, and which ones are refused."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from training.corpus.articles import FOLDER, raw_articles, read_file
from training.corpus.marks import relation_faults, unmarked

MANIFEST = FOLDER.parent / "MANIFEST.md"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("share", ("share", None, [], [], [], None, None)),
        ("grant/pledged|Norway", ("grant", "pledged", ["Norway"], [], [], None, None)),
        (
            "loan/approved|A; B|C|health;oil_gas",
            ("loan", "approved", ["A", "B"], ["C"], ["health", "oil_gas"], None, None),
        ),
        ("loan/approved|A|C||plan", ("loan", "approved", ["A"], ["C"], [], "plan", None)),
        ("loan/approved||||second-loan<plan", ("loan", "approved", [], [], [], "second-loan", "plan")),
    ],
)
def test_a_mark_labels_its_figure(said: str, expected: tuple[object, ...]) -> None:
    text, [mark], faults = unmarked(f"a {{$3bn|{said}}} b")
    label = mark.label
    assert (text, text[mark.start : mark.end], faults) == ("a $3bn b", "$3bn", [])
    labels = (label["measure"], label["stage"], label["actor"], label["recipient"], label["fields"])
    assert (*labels, mark.pledge, mark.whole) == expected


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("gift/pledged", "'gift' is not a valid measure"),
        ("grant", "stage '' does not fit grant"),
        ("share/pledged", "stage 'pledged' does not fit share"),
        ("grant/pledged|A|B|astrology", "not a valid field: astrology"),
        ("grant/pledged|A|B||one two", "'one two' is not a valid relation; write id or id<whole"),
        ("grant/pledged|A|B||<plan", "'<plan' is not a valid relation; write id or id<whole"),
        ("share||||plan", "a statistic has no relation, but 'plan' is given"),
        ("grant/pledged|A|B||plan|more", "a mark has at most 6 parts"),
    ],
)
def test_a_mark_that_breaks_the_guidelines_is_reported(said: str, fault: str) -> None:
    _, marks, faults = unmarked(f"{{$3bn|{said}}}")
    assert (marks, faults) == ([], [f"{{$3bn|{said}}}: {fault}"])


@pytest.mark.parametrize(
    ("relations", "faults"),
    [
        (["plan", "part<plan", "part<plan"], []),
        (["plan", "part<plan", "part"], []),
        (["plan<all", "part<plan", "all"], []),
        (["part<plan"], ["the whole 'plan' of 'part' is not in the article"]),
        (["a", "b", "part<a", "part<b"], ["'part' has two wholes: 'a' and 'b'"]),
        (["a<a"], ["'a' lies inside itself: a < a"]),
        (["a<b", "b<c", "c<a", "d<a"], ["'a' lies inside itself: a < b < c < a"]),
    ],
)
def test_relations_that_contradict_one_another_are_reported(relations: list[str], faults: list[str]) -> None:
    _, marks, _ = unmarked(" ".join(f"{{$1m|grant/pledged||||{relation}}}" for relation in relations))
    assert list(relation_faults(marks)) == faults


def test_an_article_with_relations_tells_commitments_and_wholes(tmp_path: Path) -> None:
    path = tmp_path / "made_1.txt"
    path.write_text(
        "=== made-1 | 2025-03-01 | wire | relations\n"
        "Norlund will spend {$900 million|investment/pledged|Norlund|||plan}, "
        "{$200 million|investment/pledged|Norlund|||mill<plan} of it on a mill. "
        "Sales rose {4%|change|Norlund}. It also bought a farm for {$3 million|acquisition/disbursed|Norlund}.\n\n"
        "=== made-2 | 2025-03-02 | wire\nNorlund will spend {$900 million|investment/pledged|Norlund}.\n",
        encoding="utf-8",
    )
    (first, _), (second, _) = read_file(path)
    assert [(label["commitment"], label["part_of"]) for label in first.labels] == [
        ("w-made-1:plan", None),
        ("w-made-1:mill", "w-made-1:plan"),
        (None, None),
        ("w-made-1:#3", None),
    ]
    assert (first.has_relations, second.has_relations) == (True, False)
    assert second.labels[0]["commitment"] is None


def test_relations_without_the_flag_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "made_1.txt"
    path.write_text("=== made-1 | 2025-03-01 | wire\nIt lends {$900 million|loan/pledged||||plan}.\n", encoding="utf-8")
    [(_, faults)] = read_file(path)
    assert faults == ["marks have relations, but the head of the article does not say so"]


def test_the_written_articles_follow_the_guidelines_and_the_manifest_counts_them() -> None:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    faults, names = [], []
    for path in sorted(FOLDER.glob("*.txt")):
        batch = rows[path.stem.rpartition("_")[0]]
        batch["files"] += 1
        for head, body in raw_articles(path.read_text(encoding="utf-8")):
            _, marks, wrong = unmarked(body)
            faults += [*wrong, *relation_faults(marks)]
            names.append(head["name"])
            batch.update({"articles": 1, "marks": len(marks), "commitments": sum(mark.is_commitment for mark in marks)})
            batch.update({"relations": bool(head["relations"]), "parts": sum(mark.whole is not None for mark in marks)})
    columns = ("files", "articles", "marks", "commitments", "relations", "parts")
    manifest = MANIFEST.read_text(encoding="utf-8")
    missing = [
        line
        for name, row in rows.items()
        if (line := f"| {name} | {' | '.join(str(row[column]) for column in columns)} |") not in manifest
    ]
    assert (faults, missing, len(names) - len(set(names))) == ([], [], 0)
