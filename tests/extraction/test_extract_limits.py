"""A number that is larger or finer than amounts are is no figure but a Problem that names its words."""

import pytest

from ledger.options import Attributor
from ledger.pipeline import claims_of
from tests.store.factory_store import document

CASES = [
    (
        "A fund of $9999999999999999999999999 million was announced. Kesto will invest $3 million in a mill.",
        ["$3 million"],
        ["$9999999999999999999999999 million"],
    ),
    ("Kesto pledged $1,000,000,000,000,000,000 to Arvania.", ["$1,000,000,000,000,000,000"], []),
    ("Kesto pledged $1,000,000,000,000,000,001 to Arvania.", [], ["$1,000,000,000,000,000,001"]),
    ("Kesto pledged one quintillion euros to Arvania.", ["one quintillion euros"], []),
    ("Kesto pledged $2 quintillion to Arvania.", [], ["$2 quintillion"]),
    ("Kesto pledged €99999999999 billion to Arvania.", [], ["€99999999999 billion"]),
    (f"Kesto pledged {'9' * 200} dollars to Arvania.", [], [f"{'9' * 200} dollars"]),
    ("The mill emits 0.00000001 tonnes of it. Kesto pledged $5 million.", ["$5 million"], ["0.00000001 tonnes"]),
    ("Kesto pledged $7 million to Arvania.", ["$7 million"], []),
    *(
        (f"Kesto pledged {said} to Arvania and $7 million to Ruvia.", ["$7 million"], [said])
        for said in (
            f"$1-{'9' * 22} billion",
            f"$1–{'9' * 22} billion",
            f"$1 - {'9' * 22} billion",
            f"€1-{'9' * 40} billion",
            f"$1-{'9' * 200} billion",
            f"$3 billion-{'9' * 22} billion",
            f"$1-${'9' * 22} billion",
            f"$1 to {'9' * 22} billion",
            f"$1 to ${'9' * 22} billion",
            f"${'9' * 22}-1 billion",
            f"${'9' * 22}-{'9' * 23} billion",
            f"${'9' * 22} billion to $1 trillion",
            f"$1-{'9' * 22}",
            f"1%-{'9' * 34}%",
            f"1-{'9' * 22} billion dollars",
            f"$1/{'9' * 22} billion",
        )
    ),
    (f"It takes between $1 and ${'9' * 22} billion.", [], [f"$1 and ${'9' * 22} billion"]),
    (f"It takes $1 million and ${'9' * 22} billion.", ["$1 million"], [f"${'9' * 22} billion"]),
]


@pytest.mark.parametrize(("text", "figures", "left_out"), CASES, ids=[text[:50] for text, _, _ in CASES])
def test_what_is_out_of_range_is_left_out_and_reported(text: str, figures: list[str], left_out: list[str]) -> None:
    article = document(text)
    reading = claims_of(article, attributor=Attributor.FAST)
    assert [claim.exact for claim in reading.claims] == figures
    assert [problem.text for problem in reading.problems if problem.rule == "out_of_range"] == left_out
    for problem in reading.problems:
        start, end = (int(place) for place in problem.where.rpartition(":")[2].split("-"))
        assert article.text[start:end] == problem.text
        assert problem.document_id == article.document_id
