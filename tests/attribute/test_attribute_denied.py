"""Sums that the text calls false are cancelled pledges."""

import re
from datetime import date

import pytest

from ledger.attribute import attribute
from ledger.book.ingest import document_of
from ledger.extraction import extract_figures
from ledger.lexicons.load import toml
from ledger.segment import segment
from schemas import Claim, Stage

RULES = toml("denied")["rule"]
SUM = re.compile(r"\[(.+?)\]")


def claims(text: str) -> list[Claim]:
    """The claims of a text."""
    document = document_of(text, date(2025, 11, 2), source="fair.txt")
    segments = segment(text)
    return list(attribute(document, segments, extract_figures(text, segments, document.published)))


def denied(text: str) -> list[str]:
    """The sums of a text that it calls false."""
    return [claim.exact for claim in claims(text) if claim.stage_evidence and ".denied." in claim.stage_evidence.rule]


def examples(key: str) -> list[object]:
    """The examples or counterexamples of all rules."""
    return [pytest.param(rule[key], id=rule["name"]) for rule in RULES]


@pytest.mark.parametrize("text", examples("example"))
def test_a_rule_finds_its_example(text: str) -> None:
    found = SUM.findall(text)
    plain = SUM.sub(r"\1", text)
    some = claims(plain)
    assert denied(plain) == [claim.exact for claim in some if claim.exact in found and claim.stage is not None] != []
    assert all(claim.stage is Stage.CANCELLED for claim in some if claim.exact in found)


@pytest.mark.parametrize("text", examples("counter"))
def test_a_rule_leaves_its_counterexample(text: str) -> None:
    assert denied(SUM.sub(r"\1", text)) == []


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        pytest.param(
            "The claim\n\nFreedonia has won $900 billion of foreign investment since January.\n\nVerdict\n\nFalse.",
            ["$900 billion"],
            id="labels as lines of their own",
        ),
        pytest.param(
            "CLAIM: Freedonia has won $900 billion of investment. Its own tally is shorter. VERDICT: False.",
            ["$900 billion"],
            id="a sentence between claim and verdict",
        ),
        pytest.param(
            "Messages that speak of a $50 million relief fund set up by Norway are a hoax, its embassy said.",
            ["$50 million"],
            id="hoax",
        ),
        pytest.param(
            "Acme denied reports that it would invest $3 billion in a plant in Texas.", ["$3 billion"], id="denied"
        ),
        pytest.param(
            "Acme denied reports that it would scrap its $3 billion investment in Texas.", [], id="denies the end of it"
        ),
        pytest.param(
            "Claims that Acme will not invest the promised $3 billion in Texas are false, it said.",
            [],
            id="denies a denial",
        ),
        pytest.param(
            "Reports that Acme's $3 billion investment in Texas was cancelled are untrue, it said.",
            [],
            id="the end of it is denied behind the sum",
        ),
        pytest.param(
            "A post says Acme will invest $25 billion in Trenton. Acme opened its mill there in 1998. That is false.",
            [],
            id="the denial is of another sentence",
        ),
        pytest.param(
            "Acme will invest $25 billion in Trenton. It is false economy to build anywhere else, it said.",
            [],
            id="another false",
        ),
        pytest.param(
            "It is not true that Denmark gave €40 million to the rebels. It gave €12 million to the Red Cross.",
            ["€40 million"],
            id="only the sum that is denied",
        ),
    ],
)
def test_denials(text: str, sums: list[str]) -> None:
    assert denied(text) == sums


def test_evidence_is_where_the_text_says_so() -> None:
    text = "A post says Acme will invest $25 billion in Trenton. That is false."
    evidence = claims(text)[0].stage_evidence
    assert evidence is not None
    assert (evidence.exact, evidence.rule) == ("That is false.", "stage.denied.false_next")
    assert text[evidence.start : evidence.end] == evidence.exact
