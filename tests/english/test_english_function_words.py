"""The lists of small words: each has its example, names lists that there are, and has no word twice."""

import pytest

from ledger.english.function_words import function_words, tense_marks
from ledger.lexicons import toml

LISTS = {name: entry for name, entry in toml("english/function_words").items() if name != "tense_marks"}


@pytest.mark.parametrize("name", LISTS)
def test_the_example_of_a_list_has_a_word_of_it(name):
    example = LISTS[name]["example"].lower()
    for sign in "()[],:;.?!—“”":
        example = example.replace(sign, f" {sign} ")
    example = example.replace("€4 million", "#")
    assert function_words(name) & set(example.split())


@pytest.mark.parametrize("name", LISTS)
def test_no_list_has_a_word_twice(name):
    own = LISTS[name]["words"].split()
    assert len(own) == len(set(own))
    assert not any(function_words(other) & set(own) for other in LISTS[name].get("with", ()))


def test_every_tense_mark_is_known():
    assert {mark.rstrip("!") for mark in tense_marks().values()} == {
        "will", "would", "may", "to", "perf", "pluperf", "is", "was", "be", "been", "being", "do", "did", "",
    }  # fmt: skip
