"""A row "Total" of a table is the whole of the rows of its column, through all stages of the text."""

import pytest

from ledger.options import Attributor
from ledger.pipeline import claims_of
from schemas import Document, RelationKind

LEAD = "Norland pledges aid to Sudria\n\nNorland will give grants to towns of Sudria, its ministry said.\n\n"

Rows = list[tuple[str, str]]
WITH_TOTAL: dict[str, tuple[str, Rows]] = {
    "bars, below": (
        "| Town | Grant, $ million |",
        [("Lund", "12"), ("Tessaly", "20"), ("Corva", "8"), ("Total", "40")],
    ),
    "bars, own signs": (
        "| Town | Grant |",
        [("Lund", "$12m"), ("Tessaly", "$20m"), ("Corva", "$8m"), ("Total", "$40m")],
    ),
    "euros": ("| Town | € million |", [("Lund", "3.5"), ("Tessaly", "2.5"), ("Corva", "4"), ("Total", "10")]),
    "two rows": ("| Town | Grant, $ million |", [("Lund", "15"), ("Tessaly", "25"), ("Total", "40")]),
    "four rows": (
        "| Town | US$ m |",
        [("Lund", "5"), ("Tessaly", "7"), ("Corva", "8"), ("Ostra", "30"), ("Total", "50")],
    ),
    "grand total": (
        "| Town | Grant, $ million |",
        [("Lund", "11"), ("Tessaly", "22"), ("Corva", "33"), ("Grand total", "66")],
    ),
    "rounded": (
        "| Town | Grant, $ million |",
        [("Lund", "12.4"), ("Tessaly", "20.3"), ("Corva", "8.1"), ("Total", "41")],
    ),
}
WITHOUT_TOTAL: dict[str, tuple[str, Rows]] = {
    "equal grants": ("| Town | Grant, $ million |", [("Lund", "12"), ("Tessaly", "12"), ("Corva", "12")]),
    "two towns": ("| Town | € million |", [("Lund", "3"), ("Tessaly", "14")]),
    "falling": ("| Town | Grant, $ million |", [("Lund", "95"), ("Tessaly", "21"), ("Corva", "12")]),
    "jobs": ("| Town | Jobs |", [("Lund", "1,200"), ("Tessaly", "800"), ("Total", "2,000")]),
    "shares": ("| Town | % |", [("Lund", "60"), ("Tessaly", "40"), ("Total", "100")]),
    "two currencies": ("| Town | Grant |", [("Lund", "$12m"), ("Tessaly", "€20m"), ("Corva", "£8m")]),
}


def part_of(head: str, rows: Rows) -> dict[str, set[str]]:
    """For each amount as said, the amounts that it is said to lie inside of."""
    table = "\n".join([head, "|---|---|", *[f"| {label} | {amount} |" for label, amount in rows]])
    document = Document.model_validate(
        {
            "document_id": "0",
            "source": "-",
            "retrieved_at": "2026-01-01T00:00:00Z",
            "text": f"{LEAD}{table}\n",
            "raw_sha256": "0" * 64,
        },
        strict=False,
    )
    claims = claims_of(document, attributor=Attributor.FAST).claims
    said = {claim.claim_id: claim.exact for claim in claims}
    return {
        claim.exact: {said[relation.claim_id] for relation in claim.relations if relation.kind is RelationKind.PART_OF}
        for claim in claims
    }


@pytest.mark.parametrize("name", WITH_TOTAL)
def test_the_rows_above_a_total_lie_inside_it(name: str) -> None:
    head, rows = WITH_TOTAL[name]
    total = rows[-1][1]
    assert part_of(head, rows) == {amount: set() if amount == total else {total} for _, amount in rows}


@pytest.mark.parametrize("name", WITHOUT_TOTAL)
def test_no_row_is_the_whole_of_a_column_without_a_total(name: str) -> None:
    head, rows = WITHOUT_TOTAL[name]
    assert part_of(head, rows) == {amount: set() for _, amount in rows}
