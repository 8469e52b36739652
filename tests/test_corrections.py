"""A corrected value is parsed the same way, and refused with what would do, on every path by which it can come."""

import csv
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.book import Book
from ledger.book.cache import Derived
from ledger.book.decide import DecisionDraft, decisions_of
from ledger.book.reviewed import taken_of
from ledger.cli.decisions import drafts_of
from ledger.corrections import corrected_value, decided_as, revised
from ledger.errors import LedgerError
from ledger.export import Asked, AskedRow
from ledger.export.review_cells import cell_text
from ledger.export.reviewed_workbook import ReviewCell
from ledger.lexicons.load import toml
from ledger.pipeline import Reading
from ledger.resolve.corrected import apply_corrections
from ledger.resolve.decisions import Correction
from schemas import Bound, Decision, DecisionKind, Kind, Measure
from tests.store.factory_store import claim_in, document

CASES = tomllib.loads((Path(__file__).parent / "cases" / "corrections.toml").read_text(encoding="utf-8"))["case"]
AT = datetime(2026, 3, 3, tzinfo=UTC)
TEXT = (
    "Norlund will invest $300 million in clean energy in Arvania, Kesto €45-50 million, Tessel at least £20 million, "
    "a share of 12 percent, for 3 factories of 5 gigawatts.\n"
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """What a ledger of one article with six kinds of figures comes to."""
    article = document(TEXT)

    def claim(words: str, value: str, **more: Any) -> Any:
        return claim_in(article, words, Decimal(value), "Norlund", "Arvania", **more)

    statistic: dict[str, Any] = {
        "measure": Measure.OTHER,
        "stage": None,
        "stage_evidence": None,
        "currency_basis": None,
    }
    low, high = Decimal(45_000_000), Decimal(50_000_000)
    claims = (
        claim("$300 million", "300e6"),
        claim("€45-50 million", "47.5e6", unit="EUR", lower=low, upper=high, bound=Bound.RANGE),
        claim("£20 million", "20e6", unit="GBP", upper=None, bound=Bound.AT_LEAST),
        claim("12 percent", "12", kind=Kind.PERCENT, unit="percent", **statistic),
        claim("3 factories", "3", kind=Kind.COUNT, unit="factory", **statistic),
        claim("5 gigawatts", "5", kind=Kind.QUANTITY, unit="gigawatt", **statistic),
    )
    book = Book.open(tmp_path_factory.mktemp("corrections") / "book")
    book.add([Reading(article, claims, ())], AT)
    return book.derived()


QUOTES = {
    "exact": "$300 million",
    "range": "€45-50 million",
    "least": "£20 million",
    "share": "12 percent",
    "plants": "3 factories",
    "power": "5 gigawatts",
}


def by_command_line(known: Derived, row: dict[str, Any], field: str, value: str, _: Path) -> Decision:
    draft = DecisionDraft(DecisionKind.CORRECT, row["claim_id"], field=field, value=value)
    return decisions_of([draft], known, None, author="Ana", at=AT)[0]


def by_file(known: Derived, row: dict[str, Any], field: str, value: str, folder: Path) -> Decision:
    with (folder / "said.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([("kind", "target", "field", "value"), ("correct", row["claim_id"], field, value)])
    return decisions_of(drafts_of(folder / "said.csv"), known, None, author="Ana", at=AT)[0]


def by_workbook(known: Derived, row: dict[str, Any], field: str, value: str, _: Path) -> Decision:
    said = cell_text(ReviewCell("Claims!T5", value, "s"), f"review_{field}")
    asked = Asked("Claims!T5", DecisionKind.CORRECT, said, field)
    taken = taken_of([AskedRow(row["claim_id"], "Claims!Z5", "", [asked], (), None)], known, author="Ana", at=AT)
    if taken.refused:
        raise LedgerError(taken.refused[0].reason)
    return taken.decisions[0]


PATHS = (by_command_line, by_file, by_workbook)


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['field']}:{case['write'][:12]}")
@pytest.mark.parametrize("path", PATHS)
def test_a_value_is_taken_or_refused_the_same_on_every_path(
    known: Derived, tmp_path: Path, path: Callable[..., Decision], case: dict[str, Any]
) -> None:
    row = known.claims.filter(exact=QUOTES[case["of"]]).row(0, named=True)
    if "refused" in case:
        with pytest.raises(LedgerError) as told:
            path(known, row, case["field"], case["write"], tmp_path)
        assert case["refused"] in str(told.value)
        assert "\n" not in str(told.value)
        return
    assert path(known, row, case["field"], case["write"], tmp_path).value == case["kept"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['field']}:{case['write'][:12]}")
def test_replay_takes_what_the_other_paths_take_and_leaves_the_rest_aside(known: Derived, case: dict[str, Any]) -> None:
    row = known.claims.filter(exact=QUOTES[case["of"]]).row(0, named=True)
    new, left = apply_corrections(row, [Correction(case["field"], case["write"], "d")])
    if "refused" in case:
        assert new == row
        assert case["refused"] in left[0].message
        return
    assert left == []
    assert new == row | revised(row, case["field"], case["kept"])
    for name, wanted in case.get("gives", {}).items():
        found = new[name]
        given = "; ".join(found) if isinstance(found, list) else "" if found is None else str(found).split(".")[0]
        assert given == wanted, name
    ends = [end for end in (new["lower"], new["value"], new["upper"]) if end is not None]
    assert ends == sorted(ends)


def test_a_value_that_is_kept_is_kept_as_it_is_when_read_again() -> None:
    for case in CASES:
        if "kept" in case and case["of"] == "exact":
            assert corrected_value(case["field"], case["kept"] or "null") == case["kept"]


def test_a_field_that_cannot_be_corrected_is_refused_with_those_that_can() -> None:
    with pytest.raises(LedgerError, match=r"value\|lower"):
        corrected_value("colour", "red")
    with pytest.raises(LedgerError, match="choose value, lower"):
        revised({}, "colour", "red")


@pytest.mark.parametrize("name", toml("synonyms"))
def test_every_word_for_a_code_is_the_word_of_one_code(name: str) -> None:
    words = [(word.casefold(), code) for code, said in toml("synonyms")[name].items() for word in said]
    assert len({word for word, _ in words}) == len(words), "no word stands for two codes"
    for word, code in words:
        said = decided_as(word) if name == "decision" else corrected_value({"field": "fields"}.get(name, name), word)
        assert said == code, word


@pytest.mark.parametrize(("code", "label"), toml("export")["codes"]["field"].items())
def test_a_field_is_known_by_its_label(code: str, label: str) -> None:
    assert corrected_value("fields", label.upper()) == code
