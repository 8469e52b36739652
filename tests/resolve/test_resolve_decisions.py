"""Decisions: people overrule what resolution concluded, later decisions overrule earlier ones, nothing is lost."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from ledger.resolve import commitment_id_of, proposed_aliases, replay_decisions, resolve, resolve_more
from ledger.resolve.corrected import apply_corrections

ARTICLES = [
    {
        "day": None,
        "text": "Kestrel Motors said it would put $2.5 billion into a battery plant in Portugal. "
        "Its rival Osprey plans a $7 billion plant in Spain.",
        "claims": [
            {"quote": "$2.5 billion", "value": "2.5e9", "actor": ["Kestrel Motors"], "recipient": ["Portugal"]},
            {"quote": "$7 billion", "value": "7e9", "actor": ["Osprey Inc"], "recipient": ["Spain"]},
        ],
    },
    {
        "day": None,
        "text": "Portugal welcomed the $2.5 billion battery plant of Kestrel Motors.",
        "claims": [{"quote": "$2.5 billion", "value": "2.5e9", "actor": ["Kestrel Motors"], "recipient": ["Portugal"]}],
    },
]


@pytest.fixture(scope="module")
def frames(factory: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    made: tuple[pl.DataFrame, pl.DataFrame] = factory.frames(ARTICLES)
    return made


def reason(frames: tuple[pl.DataFrame, pl.DataFrame], decisions: pl.DataFrame | None, claim: str) -> str | None:
    said = resolve(*frames, decisions).memberships.filter(pl.col("claim_id") == claim)["exclusion_reason"].item()
    return None if said is None else str(said)


def test_a_rejected_claim_leaves_its_commitment_and_an_acceptance_brings_it_back(factory: Any, frames: Any) -> None:
    _, seven, _ = claim = frames[0]["claim_id"].to_list()
    reject, accept = factory.decision("reject", seven, minute=1), factory.decision("accept", seven, minute=2)
    assert reason(frames, factory.decided(reject), seven) == "rejected"
    assert reason(frames, factory.decided(accept, reject), seven) is None
    by_commitment = factory.decided(factory.decision("reject", commitment_id_of(seven)))
    assert reason(frames, by_commitment, seven) == "rejected"
    assert len(claim) == 3


def test_a_decision_about_a_commitment_holds_for_all_its_claims(factory: Any, frames: Any) -> None:
    first, seven, again = frames[0]["claim_id"].to_list()
    whole = commitment_id_of(min_claim(frames))
    reject, accept = factory.decision("reject", whole, minute=1), factory.decision("accept", whole, minute=2)
    found = resolve(*frames, factory.decided(reject))
    assert dict(found.memberships.select("claim_id", "exclusion_reason").iter_rows()) == {
        first: "rejected",
        again: "rejected",
        seven: None,
    }
    assert dict(found.commitments.select("commitment_id", "counted").iter_rows()) == {
        whole: False,
        commitment_id_of(seven): True,
    }
    assert found.memberships.filter(exclusion_reason="rejected")["because"].unique().to_list() == [
        f"decision: commitment rejected by {reject['decision_id']}"
    ]
    back = resolve(*frames, factory.decided(accept, reject)).commitments.filter(commitment_id=whole)
    assert back.select("counted", "confidence").row(0) == (True, 1.0)


def min_claim(frames: tuple[pl.DataFrame, pl.DataFrame]) -> str:
    """The claim that the twice told pledge is named by."""
    rows = resolve(*frames).commitments.filter(pl.col("claims").list.len() == 2)
    return str(rows["claims"].list.first().item())


CORRECTED = ("field", "value", "column", "expected")
CORRECTIONS = [
    ("value", "3e9", "value", Decimal(3000000000)),
    ("unit", "EUR", "unit", "EUR"),
    ("actor", "Osprey; Heron", "actor", ["Osprey", "Heron"]),
    ("fields", "automotive", "fields", ["automotive"]),
    ("period", "2026", "period", "2026"),
]
OF_COMMITMENTS = [
    ("value", "3e9", "lower", Decimal(3000000000)),
    ("bound", "at_least", "upper", None),
    ("stage", "cancelled", "exclusion_reason", "cancelled"),
    ("measure", "revenue", "exclusion_reason", "statistic"),
]
OF_CLAIMS = [
    ("value", "3e9", "upper", Decimal(3000000000)),
    ("bound", "at_most", "lower", None),
    ("measure", "loan", "measure", "loan"),
    ("stage", "disbursed", "stage", "disbursed"),
]


def cell(rows: pl.DataFrame, column: str) -> Any:
    """The value of a column of the one row, lists as lists."""
    (value,) = rows[column].to_list()
    return value


@pytest.mark.parametrize(CORRECTED, [*CORRECTIONS, *OF_COMMITMENTS])
def test_a_correction_of_a_commitment_leaves_it_one(
    factory: Any, frames: Any, field: str, value: str, column: str, expected: Any
) -> None:
    whole = commitment_id_of(min_claim(frames))
    found = resolve(*frames, factory.decided(factory.decision("correct", whole, field=field, value=value)))
    assert cell(found.commitments.filter(commitment_id=whole), column) == expected
    assert found.commitments.height == 2
    reasons = found.memberships.filter(commitment_id=whole)["exclusion_reason"].to_list()
    assert reasons == ["statistic"] * 2 if field == "measure" else "restated" in reasons


def test_a_later_telling_joins_the_rejection(factory: Any) -> None:
    early = {**ARTICLES[1], "text": "Report. " + str(ARTICLES[1]["text"]), "day": factory.day(2026, 1, 5)}
    claims, documents = factory.frames([*ARTICLES, early])
    new = claims.filter(document_id=documents["document_id"][2])["claim_id"].to_list()
    old, old_documents = claims.filter(~pl.col("claim_id").is_in(new)), documents.head(2)
    before = resolve(old, old_documents)
    whole = commitment_id_of(min_claim((old, old_documents)))
    decisions = factory.decided(factory.decision("reject", whole))
    every = resolve(claims, documents, decisions)
    assert every.memberships.filter(exclusion_reason="rejected").height == 3
    assert every.commitments.filter(exclusion_reason="rejected")["commitment_id"].item() == commitment_id_of(new[0])
    members = before.memberships.filter(commitment_id=whole)["claim_id"].to_list()
    more = resolve_more(before, claims, documents, [*new, *members], decisions)
    assert more.memberships.sort("claim_id").equals(every.memberships.sort("claim_id"))
    assert more.commitments.sort("commitment_id").equals(every.commitments.sort("commitment_id"))


@pytest.mark.parametrize(("field", "value"), [("value", "many"), ("stage", "hoped"), ("colour", "red")])
def test_a_correction_that_does_not_fit_a_commitment_is_left_aside(
    factory: Any, frames: Any, field: str, value: str
) -> None:
    decision = factory.decision("correct", commitment_id_of(min_claim(frames)), field=field, value=value)
    assert resolve(*frames, factory.decided(decision)).commitments.equals(resolve(*frames).commitments)


def test_different_parts_and_same_joins(factory: Any, frames: Any) -> None:
    first, seven, again = frames[0]["claim_id"].to_list()
    assert resolve(*frames).commitments.height == 2
    different = factory.decision("different", first, again, minute=1)
    assert resolve(*frames, factory.decided(different)).commitments.height == 3
    same = factory.decision("same", first, again, minute=2)
    assert resolve(*frames, factory.decided(same, different)).commitments.height == 2
    assert resolve(*frames, factory.decided(factory.decision("same", first, seven))).commitments.height == 1


def test_a_part_lies_inside_its_whole(factory: Any, frames: Any) -> None:
    first, seven, again = frames[0]["claim_id"].to_list()
    found = resolve(*frames, factory.decided(factory.decision("part_of", first, seven)))
    assert dict(found.memberships.select("claim_id", "exclusion_reason").iter_rows()) in (
        {first: "part_of", again: "restated", seven: None}, {first: "restated", again: "part_of", seven: None},
    )  # fmt: skip


@pytest.mark.parametrize(CORRECTED, [*CORRECTIONS, *OF_CLAIMS])
def test_a_correction_stands(factory: Any, frames: Any, field: str, value: str, column: str, expected: Any) -> None:
    seven = frames[0]["claim_id"][1]
    found = resolve(*frames, factory.decided(factory.decision("correct", seven, field=field, value=value)))
    assert cell(found.commitments.filter(commitment_id=commitment_id_of(seven)), column) == expected


def test_a_claim_corrected_to_a_statistic_is_one(factory: Any, frames: Any) -> None:
    seven = frames[0]["claim_id"][1]
    assert (
        reason(frames, factory.decided(factory.decision("correct", seven, field="measure", value="revenue")), seven)
        == "statistic"
    )


@pytest.mark.parametrize(("field", "value"), [("value", "many"), ("stage", "hoped"), ("colour", "red")])
def test_a_correction_that_does_not_fit_is_left_aside(factory: Any, frames: Any, field: str, value: str) -> None:
    decided = factory.decided(factory.decision("correct", frames[0]["claim_id"][1], field=field, value=value))
    assert resolve(*frames, decided).commitments.equals(resolve(*frames).commitments)
    replay = replay_decisions(decided, frames[0])
    row = frames[0].row(1, named=True)
    assert [problem.rule for problem in apply_corrections(row, replay.corrections[row["claim_id"]])[1]] == [
        "correction_fits"
    ]


def test_an_alias_renames_and_can_be_taken_back(factory: Any, frames: Any) -> None:
    alias = factory.decision("alias", "Osprey Inc", "Heron", minute=1)
    found = resolve(*frames, factory.decided(alias))
    assert "Heron" in found.actors["name"]
    assert "Osprey Inc" not in found.actors["name"]
    back = factory.decision("different", "Osprey Inc", "Heron", minute=2)
    assert "Osprey Inc" in resolve(*frames, factory.decided(back, alias)).actors["name"]


def test_a_decision_finds_its_claim_again_by_the_quote(factory: Any, frames: Any) -> None:
    row = frames[0].row(1, named=True)
    anchor = {part: row[part] for part in ("document_id", "exact", "prefix", "suffix")}
    assert (
        reason(frames, factory.decided(factory.decision("reject", "an id of before", **anchor)), row["claim_id"])
        == "rejected"
    )


def test_names_that_differ_in_legal_form_are_one_and_likenesses_are_only_proposed(factory: Any) -> None:
    said = ["Osprey Motors Inc.", "Osprey Motors", "Osprey Motors", "Osprey Motor"]
    text = ". ".join(f"{name} pays ${place + 1} billion" for place, name in enumerate(said))
    claims = [
        {"quote": f"${place + 1} billion", "value": f"{place + 1}e9", "actor": [name]}
        for place, name in enumerate(said)
    ]
    actors = resolve(*factory.frames([{"day": None, "text": text, "claims": claims}])).actors
    assert actors["name"].to_list() == ["Osprey Motor", "Osprey Motors"]
    assert proposed_aliases(actors).select("name", "other").rows() == [("Osprey Motor", "Osprey Motors")]
