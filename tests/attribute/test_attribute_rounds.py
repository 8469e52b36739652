"""The words that tell a round's investors, and those that tell a late pledge from a cancelled one."""

import pytest
import re2

from ledger.attribute.labels.late import is_only_late
from ledger.lexicons import toml
from ledger.lexicons.load import joined

ROUNDS = toml("rounds")
LATE = toml("frames")["late"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (name, text, held)
        for name, entry in ROUNDS.items()
        for held, key in ((True, "example"), (False, "counter"))
        for text in entry[key]
    ],
)
def test_words_of_rounds_are_in_their_examples_alone(name: str, text: str, expected: bool) -> None:
    assert bool(re2.search(f"(?i){joined(ROUNDS[name]['pattern'])}", text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [(text, key == "example") for key in ("example", "counter") for text in LATE[key]]
)
def test_a_delay_with_its_length_is_no_cancellation(text: str, expected: bool) -> None:
    assert is_only_late(text) == expected
