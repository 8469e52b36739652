"""What is told in several articles: which sums are one pledge, which lie inside which, and what is counted.

The articles of `tests/cases/across_articles.toml` go through all stages, some through `ingest` as those of any ledger.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import ledger
from benchmarks.resolve_scale import generated
from ledger.book import Book
from ledger.book.cache import Derived, derive
from ledger.book.ingest import document_of
from ledger.book.query import rows_of
from ledger.pipeline import reading_of
from ledger.resolve import across, resolve, slices
from tests.book.factory_book import snapshot_of

CASES: Sequence[Mapping[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "across_articles.toml").read_text(encoding="utf-8")
)["ledger"]


def written(articles: Sequence[Mapping[str, Any]], folder: Path) -> Path:
    """The articles as files named by their number; returns the sidecar that tells their days."""
    lines = ["file,published,publisher"]
    for number, article in enumerate(articles, 1):
        (folder / f"{number}.txt").write_text(article["text"], encoding="utf-8")
        lines.append(f"{number}.txt,{article['day']},paper {number}")
    sidecar = folder / "days.csv"
    sidecar.write_text("\n".join(lines), encoding="utf-8")
    return sidecar


def ingested(articles: Sequence[Mapping[str, Any]], folder: Path) -> Book:
    """A ledger of the articles."""
    sidecar = written(articles, folder)
    book = ledger.open(folder / "case.ledger")
    book.ingest(sorted(folder.glob("*.txt")), metadata=sidecar, attributor="fast")
    return book


def derived(articles: Sequence[Mapping[str, Any]]) -> Derived:
    """What the articles come to, in memory."""
    documents = (
        document_of(article["text"], article["day"], f"{number}.txt").model_copy(
            update={"publisher": f"paper {number}"}
        )
        for number, article in enumerate(articles, 1)
    )
    return derive(snapshot_of([reading_of(document) for document in documents]))


def told(book: Book) -> dict[str, Mapping[str, Any]]:
    """Article number and quote → the row of the sum."""
    return by_quote(book.rows())


def by_quote(rows: pl.DataFrame) -> dict[str, Mapping[str, Any]]:
    rows = rows.filter(pl.col("commitment").is_not_null()).sort("source", "start")
    return {f"{Path(row['source']).stem} {row['exact']}": row for row in rows.iter_rows(named=True)}


def groups_of(rows: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """The sums that share a commitment."""
    groups: dict[str, list[str]] = {}
    for name, row in rows.items():
        groups.setdefault(row["commitment"], []).append(name)
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_articles_together(case: Mapping[str, Any]) -> None:
    known = derived(case["article"])
    rows = by_quote(rows_of(known))
    assert groups_of(rows) == sorted(sorted(group) for group in case["one"])
    inside = known.resolution.commitments.filter(pl.col("part_of").is_not_null()).select("commitment_id", "part_of")
    assert set(inside.rows()) == {
        (rows[part]["commitment"], rows[whole]["commitment"]) for part, whole in case.get("inside", [])
    }
    assert sorted(row["exact"] for row in rows.values() if row["counted"]) == sorted(case["counted"])
    in_doubt = [row for row in rows.values() if "names_in_doubt" in row["review"]]
    assert bool(in_doubt) == ("doubt" in case)
    for names in case.get("doubt", []):
        assert all(name in in_doubt[0]["because"] for name in names)


def by_name(name: str) -> Sequence[Mapping[str, Any]]:
    return next(case for case in CASES if case["name"] == name)["article"]


def test_a_person_decides_whether_two_names_are_one(tmp_path: Path) -> None:
    book = ingested(by_name("a firm by its short and its long name"), tmp_path)
    first = book.review()["because"][0]
    assert "names_in_doubt" in first, "what is in doubt comes first"
    book.decide("different", "Norlund", "Norlund Energi", author="Ana")
    assert [row["counted"] for row in told(book).values()] == [True, True]
    book.decide("alias", "Norlund Energi", "Norlund", author="Ana")
    assert groups_of(told(book)) == [["1 $1.2 billion", "2 $1.2 billion"]]
    assert not any(row["review"] for row in told(book).values() if "names_in_doubt" in row["review"])


def test_a_decision_on_two_claims_settles_their_names(tmp_path: Path) -> None:
    book = ingested(by_name("a group and its daughter"), tmp_path)
    one, other = (row["claim_id"] for row in told(book).values())
    book.decide("same", one, other, author="Ana")
    assert not any("names_in_doubt" in row["review"] for row in told(book).values())
    book.decide("different", one, other, author="Ana")
    assert [row["counted"] for row in told(book).values()] == [True, True]


def test_names_that_differ_in_form_are_proposed(tmp_path: Path) -> None:
    book = ingested(by_name("a group and its daughter"), tmp_path)
    assert ("Adria Green", "Adria Group") in book.proposed_aliases().select("name", "other").rows()


def test_why_shows_the_words_that_put_a_part_into_the_whole_of_another_article(tmp_path: Path) -> None:
    book = ingested(by_name("part of the package announced in May"), tmp_path)
    rows = told(book)
    part, whole = rows["2 $10 million"], rows["1 $35 million"]
    [quote] = book.why(part["claim_id"]).quotes
    assert quote.row["because"] == (
        f"inside_whole: counted within commitment {whole['commitment']}, by claim {part['claim_id']} "
        "(“for schools, part of the”)"
    )


def test_one_article_more_gives_what_all_together_give(tmp_path: Path) -> None:
    articles = by_name("won and euros without a dollar between")
    sidecar = written(articles, tmp_path)
    book = ledger.open(tmp_path / "grown.ledger")
    for number in (1, 2):
        book.ingest(tmp_path / f"{number}.txt", metadata=sidecar, attributor="fast")
        book.totals()  # works out what there is, so that the next article is added to it
    assert groups_of(told(book)) == [["1 €1.4 billion", "2 2.1 trillion won"]]


def test_claims_resolved_some_at_a_time_come_to_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    claims, documents, _ = generated(600)
    at_once = resolve(claims, documents)
    claims.write_parquet(tmp_path / "claims.parquet")
    monkeypatch.setattr(slices, "CLAIMS_AT_ONCE", 70)
    monkeypatch.setattr(across, "KEYED_AT_ONCE", 100)
    monkeypatch.setattr(across, "PAIRS_AT_ONCE", 7)
    monkeypatch.setattr(across, "JOINED_AT_ONCE", 20)
    parted = resolve(pl.scan_parquet(tmp_path / "claims.parquet"), documents.lazy())
    assert at_once.commitments.height < claims.height
    for name in ("commitments", "memberships", "actors"):
        assert getattr(parted, name).equals(getattr(at_once, name)), name
    for name in ("names", "counts", "blocks", "components"):
        one, other = (getattr(each.state, name).sort(pl.all()) for each in (parted, at_once))
        assert one.equals(other), name


@pytest.mark.parametrize(
    ("rows", "rounds"),
    [
        ([], []),
        ([(3, 0)], []),
        ([(3, 4), (5, 6)], [(3, 5, 1)]),
        ([(3, 4), (5, 7)], [(3, 3, 1), (5, 5, 1)]),
        ([(1, 10), (2, 25), (3, 1)], [(1, 1, 1), (2, 2, 3), (3, 3, 1)]),
    ],
)
def test_buckets_are_packed_by_what_their_joins_make_and_a_large_one_is_parted(
    rows: list[tuple[int, int]], rounds: list[tuple[int, int, int]]
) -> None:
    sizes = pl.DataFrame(rows, schema=["bucket", "rows"], orient="row")
    assert list(across.packed(sizes, 10)) == rounds
