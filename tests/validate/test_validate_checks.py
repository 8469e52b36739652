"""Each check refuses what it is named for, and nothing is dropped in silence."""

import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.validate import CHECKS, spans, validate
from schemas import LARGEST_AMOUNT, Bound, Claim, Evidence, FieldCode, FieldTag, Kind, Relation, RelationKind, Severity
from schemas.examples import CLAIM, DOCUMENT
from schemas.periods import PERIOD
from tests.store.factory_store import claim_in, document, pledge

ARTICLE, (GOOD,) = pledge()
HUGE = LARGEST_AMOUNT + 1
ELSEWHERE = Evidence(start=0, end=6, exact="nobody", rule="x")
TAG = FieldTag(code=FieldCode.SPACE, start=0, end=5, exact="space", rule="x")

FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("claim_has_its_id", {"claim_id": "0" * 16}),
    ("claim_has_its_id", {"document_id": "0" * 16}),
    ("quote_equals_slice", {"exact": "$300 milliom"}),
    ("context_equals_slice", {"prefix": "somewhere else "}),
    ("context_equals_slice", {"suffix": ""}),
    ("quote_in_sentence", {"sentence_start": GOOD.start + 1}),
    ("quote_in_sentence", {"sentence_end": len(ARTICLE.text) + 5}),
    ("evidence_equals_slice", {"measure_evidence": ELSEWHERE}),
    ("evidence_equals_slice", {"stage_evidence": ELSEWHERE}),
    ("evidence_equals_slice", {"fields": (TAG,)}),
    ("evidence_equals_slice", {"actor": (GOOD.actor[0].model_copy(update={"said": "Nobody"}),)}),
    ("evidence_equals_slice", {"speaker": GOOD.actor[0].model_copy(update={"end": len(ARTICLE.text) + 40})}),
    ("ends_in_order", {"lower": GOOD.value + 1}),
    ("ends_in_order", {"upper": GOOD.value - 1}),
    ("amount_in_range", {"value": HUGE, "lower": HUGE, "upper": HUGE}),
    ("amount_in_range", {"bound": Bound.RANGE, "upper": HUGE}),
    ("bound_fits_ends", {"upper": None}),
    ("bound_fits_ends", {"bound": Bound.MORE_THAN}),
    ("bound_fits_ends", {"bound": Bound.AT_MOST}),
    ("bound_fits_ends", {"bound": Bound.RANGE, "upper": None}),
    ("unit_fits_kind", {"unit": "dollars"}),
    ("unit_fits_kind", {"unit": "ZZZ"}),
    ("unit_fits_kind", {"kind": Kind.PERCENT, "unit": "USD"}),
    ("unit_fits_kind", {"kind": Kind.COUNT, "unit": "Direct Job"}),
    ("unit_fits_kind", {"kind": Kind.QUANTITY, "unit": ""}),
    ("currency_basis_iff_money", {"currency_basis": None}),
    ("currency_basis_iff_money", {"kind": Kind.PERCENT, "unit": "percent"}),
    ("stage_iff_commitment", {"stage": None}),
    ("period_is_iso", {"period": "two years"}),
    ("period_is_iso", {"period": "2029/2025"}),
]


@pytest.mark.parametrize(("rule", "change"), FAULTS)
def test_a_fault_is_refused_by_the_check_named_for_it(rule: str, change: dict[str, Any]) -> None:
    kept, problems = validate(ARTICLE, [GOOD.model_copy(update=change)])
    assert kept == ()
    assert [problem.rule for problem in problems] == [rule]
    assert problems[0].severity is Severity.ERROR
    assert problems[0].where.startswith(ARTICLE.source)


def test_every_check_has_a_fault_in_the_table() -> None:
    assert {check.name for check in CHECKS if check.severity is Severity.ERROR} == {rule for rule, _ in FAULTS}


def test_what_holds_is_kept_as_it_is() -> None:
    assert validate(ARTICLE, [GOOD]) == ((GOOD,), ())


def test_the_published_example_holds_but_for_its_relation() -> None:
    kept, problems = validate(DOCUMENT, [CLAIM])
    assert [claim.claim_id for claim in kept] == [CLAIM.claim_id]
    assert [problem.rule for problem in problems] == ["relation_stands"]


def test_a_stage_without_evidence_is_kept_with_a_warning() -> None:
    kept, problems = validate(ARTICLE, [GOOD.model_copy(update={"stage_evidence": None})])
    assert len(kept) == 1
    assert [(problem.rule, problem.severity) for problem in problems] == [("stage_has_evidence", Severity.WARNING)]


@pytest.mark.parametrize(
    "period",
    [
        "P2Y",
        "P18M",
        "P1Y6M",
        "P10D",
        "PT36H",
        "2026",
        "2026-03",
        "2026-03-01",
        "2025/2029",
        "/2030",
        "2025/",
        "2025-04/2026-03",
        "P2Y/2030",
        "2026/P5Y",
    ],
)
def test_periods_of_iso_8601(period: str) -> None:
    assert PERIOD.fullmatch(period)


@pytest.mark.parametrize(
    "period", ["", "P", "PT", "2Y", "26", "2026-13", "2026-1", "/", "2025/2029/2031", "by 2030", "FY2026", "P2X"]
)
def test_no_periods(period: str) -> None:
    assert not PERIOD.fullmatch(period)


TWO = document("Tessel will invest $300 million in clean energy in Arvania.\n")


def overlapping(*quotes: str) -> list[Claim]:
    return [claim_in(TWO, quote, Decimal(300), "Tessel", "Arvania") for quote in quotes]


@pytest.mark.parametrize("order", [("$300", "$300 million"), ("$300 million", "$300"), ("300 million", "$300")])
def test_of_two_claims_on_the_same_words_the_longer_stays(order: tuple[str, str]) -> None:
    kept, problems = validate(TWO, overlapping(*order))
    assert [claim.exact for claim in kept] == [max(order, key=len)]
    assert [problem.rule for problem in problems] == ["no_overlap"]


def test_a_relation_to_a_claim_that_was_left_out_is_taken_off() -> None:
    tie = Relation(kind=RelationKind.CONVERTS, claim_id="f" * 16, rule="bracket")
    kept, problems = validate(ARTICLE, [GOOD.model_copy(update={"relations": (tie,)})])
    assert kept == (GOOD,)
    assert [(problem.rule, problem.severity) for problem in problems] == [("relation_stands", Severity.WARNING)]


def test_spans_name_every_piece_of_evidence() -> None:
    assert [label for label, *_ in spans(GOOD)] == [
        "measure investment",
        "stage pledged",
        "actor Norlund",
        "recipient Arvania",
        "field clean_energy",
    ]


@given(st.lists(st.tuples(st.integers(0, len(TWO.text) - 1), st.integers(1, 12)), max_size=8))
def test_every_claim_is_kept_or_told_and_none_overlap(places: list[tuple[int, int]]) -> None:
    quotes = {TWO.text[start : start + length] for start, length in places}
    claims = list({claim.claim_id: claim for claim in overlapping(*sorted(quotes))}.values())
    kept, problems = validate(TWO, claims)
    assert len(kept) + len([problem for problem in problems if problem.severity is Severity.ERROR]) == len(claims)
    assert all(before.end <= after.start for before, after in itertools.pairwise(kept))
    assert validate(TWO, list(kept)) == (kept, ())
