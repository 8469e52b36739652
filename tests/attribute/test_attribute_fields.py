"""Fields: a case table, the lexicon audited against its own examples, and what must always hold."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.attribute.fields.score import all_fields, field_mentions, fields
from ledger.attribute.tokens import WORD, scene
from ledger.lexicons import toml
from schemas import Bound, FieldCode, Figure, Kind, Section, Segment, Sentence

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "fields.toml").read_text(encoding="utf-8"))["case"]
LEXICON = toml("fields")


def scene_of(marked: str):
    """The scene of a text of one sentence a line, its figures in [brackets]; the first of several lines is the
    headline.
    """
    text, spans = "", []
    for part in marked.split("["):
        inside, closed, after = part.partition("]")
        if closed:
            spans.append((len(text), len(text) + len(inside)))
        text += inside + after
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
    return scene(text, segments, figures)


def codes(marked: str) -> set[str]:
    return {tag.code.value for tag in fields(scene_of(marked), 0)}


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


PIECES = st.sampled_from(
    [
        "a chip fab",
        "[€40 million]",
        "a battery plant",
        "the hospital",
        ",",
        "which",
        "[€5 million]",
        "refugees",
        "\n",
        ".",
        "İ",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12))
def test_tags_quote_the_document_and_none_is_told_twice(pieces):
    laid = scene_of(" ".join(["The town", *pieces]))
    for tags in all_fields(laid):
        assert len({tag.code for tag in tags}) == len(tags)
        for tag in tags:
            assert laid.text[tag.start : tag.end] == tag.exact
            assert 0 < tag.confidence <= 1


@pytest.mark.parametrize("name", list(toml("field_rules")))
def test_each_list_of_words_is_in_its_example_alone(name):
    listed = set(toml("field_rules")[name]["words"])

    def has(sentence: str) -> bool:
        words = [match.group().lower() for match in WORD.finditer(sentence)]
        return bool(
            listed & ({word.split("-")[0] for word in words if "-" in word} if name == "hyphenated" else {*words})
        )

    assert has(toml("field_rules")[name]["example"])
    assert not has(toml("field_rules")[name]["counter"])


def test_circumstances_are_not_what_money_is_for():
    assert field_mentions(WORD.findall("aid for aruma amid fuel shortages")) == field_mentions(
        WORD.findall("aid for aruma")
    )
    assert field_mentions(WORD.findall("amid drought, a battery-separator plant"))
