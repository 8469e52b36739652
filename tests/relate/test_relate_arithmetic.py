"""Arithmetic of sums: which are the percentage of another that stands beside them."""

from collections.abc import Sequence

import pytest

from ledger.attribute import attribute
from ledger.book.ingest import document_of
from ledger.extraction import extract_figures
from ledger.relate.arithmetic import additions, columns, shares
from ledger.relate.sums import sums_of
from ledger.segment import segment


def shares_in(text: str) -> set[tuple[str, str]]:
    """The parts and wholes of a text by percentage, in its words."""
    document, segments = document_of(text), segment(text)
    claims = attribute(document, segments, extract_figures(text, segments))
    sums = sums_of(document, segments, claims)
    return {(sums[part].claim.exact, sums[whole].claim.exact) for part, whole in shares(sums)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Norway will invest $20 billion in ports. It will invest $13 billion, or 65 percent of that, in Bergen.",
            [("$13 billion", "$20 billion")],
        ),
        (
            "The ministry will spend €218 million on works: roads get €55.6 million (25.5 pc), schools €27.3 million "
            "(12.5 pc).",
            [("€55.6 million", "€218 million"), ("€27.3 million", "€218 million")],
        ),
        (
            "Velora will invest $21.4 billion in mills. Of this, 64.9%, or $13.9 billion, goes to Bergen.",
            [("$13.9 billion", "$21.4 billion")],
        ),
        # another ratio, another currency, a percentage of something else or too far away, a rate near 100
        ("Norway will invest $20 billion in ports. It will invest $13 billion, or 45 percent, in Bergen.", []),
        ("Norway will invest $20 billion in ports. It will invest €13 billion, or 65 percent, in Bergen.", []),
        ("Norway will invest $20 billion in ports. It will invest $13 billion in Bergen. Rates are 65 percent.", []),
        ("Norway will invest $20 billion in ports and $19.8 billion (99 percent) in roads.", []),
        ("Velora will invest $20 billion in ports. Its sales rose 65 percent.", []),
        ("Norway will invest $20 billion, up 5 percent from $19 billion.", []),
        ("Norway will invest $13 billion, or 65 percent more than last year, in Bergen.", []),
        ("Norway will invest $20 billion in ports for 65 percent of its trade and $10 billion in roads.", []),
        ("Norway lends $20 billion at 65 percent; Peru borrows $13 billion.", []),
    ],
)
def test_percentages_tie_parts_to_wholes(text: str, expected: Sequence[tuple[str, str]]) -> None:
    assert shares_in(text) == set(expected)


TABLE = """
The fund approved $70 million of grants in May.

| Receiver | Amount |
|---|---|
| Kenya | $40 million |
| Malawi | $12 million |
| Ghana | $9 million |
| Peru | $9 million |
{total}"""


@pytest.mark.parametrize("total", ["", "| Total | $70 million |\n"])
def test_equal_rows_of_a_column_are_added_each(total: str) -> None:
    text = TABLE.format(total=total)
    document, segments = document_of(text), segment(text)
    sums = sums_of(document, segments, attribute(document, segments, extract_figures(text, segments)))
    [column] = columns(sums)
    assert [sums[at].claim.exact for at in column[:4]] == ["$40 million", "$12 million", "$9 million", "$9 million"]
    whole = column[-1] if total else 0
    assert {part for part, other in additions(sums) if other == whole} >= set(column[:4])


def test_a_column_that_does_not_add_up_ties_nothing() -> None:
    text = TABLE.format(total="").replace("$40 million", "$45 million")
    document, segments = document_of(text), segment(text)
    sums = sums_of(document, segments, attribute(document, segments, extract_figures(text, segments)))
    assert additions(sums) == {}
