"""Datelines: which names at the head of a paragraph only say where it was written."""

import pytest

from ledger.attribute.names.datelines import datelines
from ledger.attribute.names.mentions import mentions
from ledger.segment import segment


@pytest.mark.parametrize(
    ("line", "written_in"),
    [
        ("NAIROBI — Kenya will pay $4 million.", ["NAIROBI"]),
        ("Nairobi, 3 March 2025 - Kenya will pay $4 million.", ["Nairobi"]),
        ("LISBON (Wire) - Donors promised $4 million.", ["LISBON"]),
        ("GARY, Indiana — The mill will cost $4 million.", ["GARY", "Indiana"]),
        ("Kenya - $4 million", []),
        ("Kenya – 4 million dollars for wells.", []),
        ("Kenya will pay $4 million — Norway pays the rest.", []),
        ("In Nairobi — a city of hills — Norway pays $4 million.", []),
    ],
)
def test_what_a_dateline_names(line: str, written_in: list[str]) -> None:
    text = f"Wells dug for villages\n\n{line}\n"
    segments = segment(text)
    found = mentions(text, segments)
    dated = sorted({(found[index].start, found[index].said) for index in datelines(text, segments, found)})
    assert [said for _, said in dated] == written_in
