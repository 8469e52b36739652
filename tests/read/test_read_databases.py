"""Exports of news databases: split into their articles, whatever drifts; and no other text taken for one."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.extraction import extract_figures
from ledger.lexicons import load
from ledger.read import read_documents
from ledger.read.article import Article, ReadProblem
from ledger.read.databases import database_articles, database_of, markup_articles, markup_database_of
from ledger.read.databases.words import day_of, labelled, labels, mark
from ledger.segment import segment
from schemas import Document, Severity
from tests.read.factory_databases import FORMS, MARKUP_FORMS, Told, articles

AT = datetime(2026, 1, 5, tzinfo=UTC)
LEXICON = load.toml("databases")
ROOT = Path(__file__).parents[2]
Made = list[Article | ReadProblem]


def _read(form: str, told: Sequence[Told], seed: int) -> Made:
    if form in FORMS:
        return list(database_articles(FORMS[form](told, seed)))
    return list(markup_articles(MARKUP_FORMS[form](told, seed).encode()))


def _articles(made: Made) -> list[Article]:
    return [entry for entry in made if isinstance(entry, Article)]


def _right(form: str, seeds: range, size: int) -> dict[str, float]:
    """Shares of articles, days, publishers and texts that are right, over exports of `size` articles."""
    right = {"found": 0, "published": 0, "publisher": 0, "title": 0, "text": 0}
    for seed in seeds:
        told = articles(size, seed)
        found = _articles(_read(form, told, seed))
        right["found"] += len(found) == size and size
        for one, other in zip(told, found, strict=False):
            for name in ("published", "publisher", "title", "text"):
                right[name] += getattr(one, name) == getattr(other, name)
    return {name: count / (len(seeds) * size) for name, count in right.items()}


@pytest.mark.parametrize("form", [*FORMS, *MARKUP_FORMS])
def test_each_form_is_split_into_its_articles(form: str) -> None:
    assert min(_right(form, range(3), 8).values()) == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("form", [*FORMS, *MARKUP_FORMS])
def test_three_hundred_articles_of_each_form_are_right(form: str) -> None:
    shares = _right(form, range(40, 55), 20)
    assert min(shares.values()) >= 0.99, shares


@pytest.mark.parametrize("form", [*FORMS, *MARKUP_FORMS])
def test_numbers_lengths_and_sections_are_kept(form: str) -> None:
    told = articles(6, 5)
    found = _articles(_read(form, told, 5))
    for one, other in zip(told, found, strict=True):
        assert other.number
        assert not form.startswith("factiva") or other.number == one.number
        (part,) = other.parts
        assert (part.start, part.end) == (0, len(other.text.rstrip()))
        assert str(other.number) in part.place


@pytest.mark.parametrize("form", [*FORMS, *MARKUP_FORMS])
def test_an_article_without_a_day_is_told_by_its_place_and_title(form: str) -> None:
    told = articles(30, 3)
    undated = [article.title[:40] for article in told if article.published is None]
    problems = [entry for entry in _read(form, told, 3) if isinstance(entry, ReadProblem)]
    assert len(problems) == len(undated) > 0
    for title, problem in zip(undated, problems, strict=True):
        assert problem.rule == "incomplete"
        assert problem.severity is Severity.WARNING
        assert "no day of publication" in problem.message
        assert title in str(problem.place)


RULE = "_" * 60
COUNTS = {
    "nexis": (
        "3 of 40 DOCUMENTS\n\n          Northwire\n\n          May 3, 2024\n\nMill\n\nLENGTH: 2 words\n\n"
        "It opened.\n\nLANGUAGE: ENGLISH\n",
        40,
    ),
    "nexis_uni": (
        "Documents (2)\n1. Mill opens\nMill opens\nNorthwire\nMay 3, 2024\nLength: 2 words\nBody\nIt opened.\n"
        "Load-Date: May 3, 2024\nEnd of Document\n",
        2,
    ),
    "proquest": (
        f"{RULE}\nDocument 1 of 5\nTitle: Mill\nPublication title: Northwire\nPublication date: May 3, 2024\n"
        f"Full text: It opened.\n{RULE}",
        5,
    ),
    "factiva": (
        "Mill opens\n2 words\n3 May 2024\nNorthwire\nNWIR\n© 2024 Northwire\nIt opened.\n"
        "Document NWIR000020240503ek0040004x\nResults Found\t9\n",
        9,
    ),
}


@pytest.mark.parametrize("form", COUNTS)
def test_the_count_on_the_cover_is_checked(form: str) -> None:
    text, announced = COUNTS[form]
    assert database_of(text) == form
    made = list(database_articles(text))
    [article] = _articles(made)
    assert (article.text, article.publisher, str(article.published)[:4]) == (
        f"{article.title}\n\nIt opened.\n",
        "Northwire",
        "2024",
    )
    [problem] = [entry for entry in made if isinstance(entry, ReadProblem)]
    assert (problem.rule, problem.place) == ("count", None)
    assert f"announces {announced} articles and holds 1" in problem.message


FITS_NOT = [
    ("proquest", "Full text: Not available.", "no_text"),
    ("proquest", "Word count: 900\n\nFull text: It opened.", "cut"),
]


@pytest.mark.parametrize(("form", "words", "rule"), FITS_NOT)
def test_what_does_not_fit_names_the_article(form: str, words: str, rule: str) -> None:
    head = (
        f"{'_' * 60}\nDocument 1 of 1\nTitle: Mill opens\nPublication title: Northwire\nPublication date: May 3, 2024\n"
    )
    made = list(database_articles(f"{head}{words}\n"))
    [problem] = [entry for entry in made if isinstance(entry, ReadProblem)]
    assert problem.rule == rule
    assert "'Mill opens'" in str(problem.place)
    assert len(_articles(made)) == (rule != "no_text")


def test_an_article_that_never_ends_is_told() -> None:
    text = FORMS["nexis_uni"](articles(3, 1), 1)
    cut = text[: text.rindex("\n\n", 0, len(text) - 60)]
    rules = [entry.rule for entry in database_articles(cut) if isinstance(entry, ReadProblem)]
    assert {"cut", "count"} <= set(rules)


def _texts_of_articles() -> list[Path]:
    folders = [ROOT / name for name in ("seeds", "tests", "training/data", "docs")]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in (".txt", ".md", ".toml"))


def test_no_article_is_taken_for_an_export() -> None:
    paths = _texts_of_articles()
    assert len(paths) > 50
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert database_of(text) is None, path
        assert markup_database_of(text.encode()) is None, path


LOOKALIKES = [
    "3 of 40 DOCUMENTS\n\nVelora pays $3 million.",
    "End of Document\n\nLength: 40 km",
    "Document 3 of 40\n\nTitle: the mill",
    "_" * 60 + "\nTitle: the mill\n\nSection: Business\n",
    "The mill\n\nDocument NWIR000020240503ek0040004x",
    '<div class="article enArticle"><p>Velora pays $3 million.</p></div>',
    "Byline: Ada Lind\nSection: News\nLength: 40 words\n\nBody\n\nVelora pays $3 million.",
]


@pytest.mark.parametrize("text", LOOKALIKES)
def test_one_line_of_an_export_makes_none(text: str) -> None:
    assert database_of(text) is None
    assert markup_database_of(text.encode()) is None
    assert list(database_articles(text)) == list(markup_articles(text.encode())) == []


SMALL = {name: make(articles(2, 7), 7) for name, make in (FORMS | MARKUP_FORMS).items()}


@settings(max_examples=40)
@given(st.sampled_from([*SMALL]), st.data())
def test_a_cut_or_garbled_export_never_raises(form: str, data: st.DataObject) -> None:
    text = SMALL[form]
    start, end = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    garbled = text[:start] + data.draw(st.text(max_size=20)) + text[end:]
    for entry in (*database_articles(garbled), *markup_articles(garbled.encode("utf-8", "replace"))):
        assert isinstance(entry, Article | ReadProblem)


DAYS = [
    ("January 11, 2010 Monday", "2010-01-11"), ("11 January 2010", "2010-01-11"), ("Jan 11, 2010", "2010-01-11"),
    ("Montag 11. Januar 2010", "2010-01-11"), ("lundi 11 janvier 2010", "2010-01-11"), ("1er mars 2024", "2024-03-01"),
    ("11 de enero de 2010", "2010-01-11"), ("lunedì 11 gennaio 2010", "2010-01-11"),
    ("maandag 11 januari 2010", "2010-01-11"),
    ("2010-01-11T01:35:58Z", "2010-01-11"), ("11.01.2010", "2010-01-11"), ("2010年1月11日", "2010-01-11"),
    ("11/01/2010", "None"), ("January 2010", "None"), ("31 February 2010", "None"), ("January 11", "None"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "day"), DAYS)
def test_days_are_read_in_the_languages_of_menus(words: str, day: str) -> None:
    assert str(day_of(words)) == day


@pytest.mark.parametrize("entry", LEXICON["mark"], ids=[entry["name"] for entry in LEXICON["mark"]])
def test_marks_match_their_examples_alone(entry: dict[str, list[str]]) -> None:
    name = str(entry["name"])
    assert all(mark(name, example) for example in entry["examples"])
    assert not any(mark(name, counter) for counter in entry["counter"])


@pytest.mark.parametrize("entry", LEXICON["label"], ids=[f"{e['database']}-{e['field']}" for e in LEXICON["label"]])
def test_labels_are_read_from_their_examples(entry: dict[str, object]) -> None:
    found = labelled(str(entry["example"]), labels(str(entry["database"])))
    assert found is not None
    assert found[0] == entry["field"]


def test_no_label_means_two_things_in_one_database() -> None:
    text = files("ledger.lexicons").joinpath("databases.toml").read_text(encoding="utf-8")
    for database in ("nexis", "proquest"):
        entries = [entry for entry in tomllib.loads(text)["label"] if entry["database"] == database]
        words = [word for entry in entries for word in entry["words"]]
        assert sorted(words) == sorted(set(words)), database


FILES = {"nexis": "nexis.txt", "proquest": "proquest.txt", "factiva_html_coded": "factiva.html", "factiva_xml": "f.xml"}


@pytest.mark.parametrize("form", FILES)
def test_a_file_of_an_export_is_read_as_its_articles(form: str, tmp_path: Path) -> None:
    told = articles(4, 11)
    path = tmp_path / FILES[form]
    path.write_text((FORMS | MARKUP_FORMS)[form](told, 11), encoding="utf-8")
    found = [entry for entry in read_documents(path, retrieved_at=AT) if isinstance(entry, Document)]
    assert [(one.text, one.publisher, one.title) for one in found] == [
        (one.text, one.publisher, one.title) for one in told
    ]
    assert all(one.source.startswith(f"{path.as_posix()}#") for one in found)


def _told(path: Path, number: int) -> Told:
    """An article of a file as an export would tell it."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    title = lines.pop(0) if len(lines[0]) <= 200 else "A mill opens"
    name = f"NWIR000020240503ek{number:03}0004x"
    return Told(title, "Northwire", date(2024, 5, 3), None, None, tuple(lines), "en", name)


def _figures(text: str) -> Counter[tuple[str, str]]:
    found = extract_figures(text, segment(text), date(2024, 5, 3))
    return Counter((figure.unit, str(figure.value)) for figure in found)


@pytest.mark.slow
@pytest.mark.parametrize("form", [*FORMS, *MARKUP_FORMS])
def test_the_figures_of_an_export_are_those_of_the_plain_article(form: str) -> None:
    paths = [*sorted((ROOT / "seeds").rglob("*.txt")), *sorted((ROOT / "training/data/articles").rglob("*.txt"))[:20]]
    told = [_told(path, number) for number, path in enumerate(paths)]
    found = _articles(_read(form, told, 3))
    assert len(found) == len(told)
    plain = [_figures(article.text) for article in told]
    read = [_figures(article.text) for article in found]
    lost = sum((one - other).total() + (other - one).total() for one, other in zip(plain, read, strict=True))
    assert lost <= 0.005 * sum(one.total() for one in plain)
