"""Fields: a case table, the lexicon audited against its own examples, and what must always hold."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.attribute.fields.score import all_fields, field_evidence, field_mentions
from ledger.attribute.labels.classify import committed_label_models, label_probabilities
from ledger.attribute.labels.document import lay_out_document
from ledger.attribute.tokens import WORD, tokenize_document
from ledger.lexicons import toml
from schemas import Bound, FieldCode, FieldTag, Figure, Kind, Section, Segment, Sentence
from tests.attribute.factory_attribute import assert_quotes, pieces, unmarked

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "fields.toml").read_text(encoding="utf-8"))["case"]
LEXICON = toml("fields")


def tokens_of(marked: str):
    """The tokens of a text, one sentence a line, figures in [brackets]; of several lines the first is the headline."""
    text, spans = unmarked(marked)
    segments, start = [], 0
    for number, line in enumerate(text.split("\n")):
        section = Section.HEADLINE if number == 0 and "\n" in text else Section.PARAGRAPH
        segments.append(
            Segment(
                section=section,
                start=start,
                end=start + len(line),
                sentences=(Sentence(start=start, end=start + len(line)),),
            )
        )
        start += len(line) + 1
    figures = tuple(
        Figure(
            start=a,
            end=b,
            sentence_start=0,
            sentence_end=len(text),
            section=Section.PARAGRAPH,
            kind=Kind.MONEY,
            unit="EUR",
            value=Decimal(number),
            lower=Decimal(number),
            upper=Decimal(number),
            bound=Bound.EXACT,
            rules=("test",),
        )
        for number, (a, b) in enumerate(spans, start=1)
    )
    return tokenize_document(text, segments, figures)


def all_tags(marked: str) -> tuple[tuple[FieldTag, ...], ...]:
    document = lay_out_document(tokens_of(marked))
    measures = [row.measure for row in label_probabilities(document, committed_label_models())]
    return all_fields(field_evidence(document), measures)


def codes(marked: str) -> set[str]:
    return {tag.code.value for tag in all_tags(marked)[0]}


KNOWN = pytest.mark.xfail(strict=True, reason="known failure")


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["text"], marks=[KNOWN] if case.get("fails") else []) for case in CASES]
)
def test_fields(case):
    assert codes(case["text"]) == set(case.get("are", []))


@pytest.mark.parametrize("code", LEXICON)
def test_every_field_has_a_word_in_its_example_and_none_in_its_counter_example(code):
    for sentence, expected in ((LEXICON[code]["example"], True), (LEXICON[code]["counter"], False)):
        words = [match.group().lower() for match in WORD.finditer(sentence)]
        assert (code in {mention.code for mention in field_mentions(words)}) == expected


def test_every_code_has_words_and_a_place_in_the_lists():
    assert set(LEXICON) == {code.value for code in FieldCode}
    assert all({"cet", "dac", "strong", "medium", "weak"} <= set(data) for data in LEXICON.values())


def test_the_headline_speaks_for_a_figure_whose_sentence_does_not():
    assert "semiconductors" in codes("Chip fab for Lubin\nOrvo will spend [€40 million] there.")


PIECES = pieces("a chip fab|[€40 million]|a battery plant|the hospital|,|which|[€5 million]|refugees|\n|.|İ")


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12))
def test_tags_quote_the_document_and_none_is_told_twice(pieces):
    text = " ".join(["The town", *pieces])
    tokens = tokens_of(text)
    for tags in all_tags(text):
        assert len({tag.code for tag in tags}) == len(tags)
        assert_quotes(tokens.text, tags)


@pytest.mark.parametrize("name", list(toml("field_rules")))
def test_each_list_of_words_is_in_its_example_alone(name):
    listed = set(toml("field_rules")[name]["words"])

    def has(sentence: str) -> bool:
        words = [match.group().lower() for match in WORD.finditer(sentence)]
        said = [word.split("-")[0] for word in words if "-" in word] if name == "hyphenated" else words
        return any(f" {word} " in f" {' '.join(said)} " for word in listed)

    assert has(toml("field_rules")[name]["example"])
    assert not has(toml("field_rules")[name]["counter"])


def test_circumstances_are_not_what_money_is_for():
    assert field_mentions(["aid", "for", "aruma", "amid", "fuel", "shortages"]) == field_mentions(
        ["aid", "for", "aruma"]
    )
    assert field_mentions(["amid", "drought", ",", "a", "battery-separator", "plant"])
