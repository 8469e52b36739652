"""The lists of `roles.toml`: codes that exist, and examples in which they occur."""

from collections.abc import Iterator

import pytest

from ledger.attribute.names.mentions import mentions
from ledger.attribute.roles.layout import lay_out_roles
from ledger.attribute.roles.words import BREAKS, DETERMINERS, PREPOSITIONS, SIGNS, codes
from ledger.attribute.tokens import tokenize_document
from ledger.extraction import extract_figures
from ledger.lexicons import toml
from ledger.segment import segment

LISTS = toml("roles")
SPECIAL = {"F", "N", "w", "'s", "-x", "^", "$"}
KNOWN = {entry["name"] for entry in toml("constructions")["class"]} | set(SIGNS.values()) | SPECIAL


def codes_of(text: str) -> list[str]:
    """The codes of a text that is one sentence or line."""
    segments = segment(text)
    layout = lay_out_roles(tokenize_document(text, segments, extract_figures(text, segments)), mentions(text, segments))
    return [code for row in layout.rows for code in row.items]


def listed() -> Iterator[tuple[str, str]]:
    for name, entry in LISTS.items():
        for code in entry.get("codes", ()):
            yield name, code
        for sequence in entry.get("sequences", ()):
            for code in sequence:
                yield name, code


@pytest.mark.parametrize(("name", "code"), list(listed()))
def test_every_code_of_a_list_exists(name: str, code: str) -> None:
    assert code in KNOWN


@pytest.mark.parametrize("name", list(LISTS))
def test_every_list_has_an_example(name: str) -> None:
    assert LISTS[name]["example"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Volvo will lend Kenya $5 million.", ["N", "modal", "lend", "N", "F"]),
        ("Kenya – a loan of $5 million", ["N", "-", "loan_n", "of", "F"]),
        ("Volvo's plans cost $5 million", ["N", "'s", "invest_n", "cost", "F"]),
    ],
)
def test_a_sentence_is_coded(text: str, expected: list[str]) -> None:
    found = codes_of(text)
    assert [code for code in found if code != "w"][: len(expected)] == expected


def test_lists_hold_what_their_names_say() -> None:
    assert {"the", "an"} <= DETERMINERS
    assert {"by", "from", "to"} <= PREPOSITIONS == codes("prepositions")
    assert {";", '"'} <= BREAKS
    assert SIGNS["–"] == SIGNS["—"] == "-"
