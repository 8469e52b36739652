"""Golden ledgers from the words of articles through all stages: articles in, commitments and totals out."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.book import Book
from ledger.book.ingest import document_of, now
from ledger.pipeline import reading_of

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "golden_articles.toml").read_text(encoding="utf-8"))[
    "ledger"
]


def made(case: dict[str, Any], folder: Path) -> Book:
    """A ledger of the case's articles, with what people say of their claims."""
    book = Book.open(folder / "book")
    texts = [
        document_of(article["text"].lstrip(), article["day"], f"{number}.txt")
        for number, article in enumerate(case["article"])
    ]
    book.add(map(reading_of, texts), now())
    ids = dict(book.claims.select("exact", "claim_id").collect().iter_rows())
    for said in case.get("decisions", []):
        book.decide(**{**said, "target": ids[said["target"]], "other": ids.get(said.get("other"))}, author="an analyst")
    return book


@pytest.mark.parametrize("case", CASES, ids=[case["name"].partition(":")[0] for case in CASES])
def test_golden_ledger(case: dict[str, Any], tmp_path: Path) -> None:
    book = made(case, tmp_path)
    expected = sorted(case["commitments"], key=lambda row: Decimal(row["value"]))
    found = book.commitments.sort("value").collect().to_dicts()
    assert [(row["value"], row["unit"], row["counted"]) for row in found] == [
        (Decimal(row["value"]), row["unit"], row["counted"]) for row in expected
    ]
    for row, wanted in zip(found, expected, strict=True):
        assert "actor" not in wanted or row["actor"] == wanted["actor"]
    assert dict(book.exclusions()["exclusion_reason"].value_counts().iter_rows()) == case["reasons"]
    for total in case["totals"]:
        row = book.totals(**total["ask"]).row(0, named=True)
        assert {end: row[end] for end in ("low", "stated", "high")} == {
            end: Decimal(total[end]) for end in ("low", "stated", "high")
        }
