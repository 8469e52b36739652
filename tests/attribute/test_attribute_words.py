"""The quick reader of words against the pattern that says what a word is, and claims made unchecked against checked
ones.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.attribute import attribute
from ledger.attribute.tokens import WORD, in_classes, word_spans
from ledger.extraction import extract_figures
from ledger.segment import segment
from schemas import Claim, Document

SIGNS = st.text(alphabet="aZéßñİ日本٣१0１9.,-’'&/\u0301\u00a0\u2003 \t\n$€…“”½²_", max_size=40)
TEXT = """Varga Steel will lend Norway €3bn ($3.2bn) over five years, Osk said.

The company’s plant is to hire 400 people by 2030, up 5%."""


@given(SIGNS)
@settings(deadline=None)
def test_words_are_those_of_the_pattern(text: str) -> None:
    assert word_spans(in_classes(text), 0, len(text)) == [match.span() for match in WORD.finditer(text)]
    assert len(in_classes(text)) == len(text)


def test_claims_made_unchecked_pass_the_checks() -> None:
    row = {
        "document_id": "0",
        "source": "-",
        "retrieved_at": "2026-01-01T00:00:00Z",
        "text": TEXT,
        "raw_sha256": "0" * 64,
    }
    document = Document.model_validate(row, strict=False)
    segments = segment(TEXT)
    claims = attribute(document, segments, extract_figures(TEXT, segments))
    assert claims
    for claim in claims:
        assert Claim.model_validate_json(claim.model_dump_json()) == claim
        for record in (claim, claim.measure_evidence, *claim.actor, *claim.recipient, *claim.fields, *claim.relations):
            assert list(record.__dict__) == list(type(record).model_fields)
