"""What the words of a text settle about wholes and parts, whatever the weights make of the pair."""

import pytest

import ledger
from ledger.attribute import attribute
from ledger.book.ingest import document_of
from ledger.extraction import extract_figures
from ledger.lexicons.load import toml
from ledger.relate.decide import PART
from ledger.relate.donors import donor_patterns, with_donors
from ledger.relate.sums import sums_of
from ledger.segment import segment
from schemas import RelationKind, TimeBasis

RULES = toml("relate")


@pytest.mark.parametrize("name", ["together", "beside"])
def test_words_of_donors_are_in_their_example_and_not_in_their_counter_example(name: str) -> None:
    pattern, entry = donor_patterns()[name], RULES["donors"][name]
    assert pattern.search(f" {entry['example']} ")
    assert not pattern.search(f" {entry['counter']} ")


@pytest.mark.parametrize(("name", "words"), [("separate", "openers"), ("opened", "openers")])
def test_a_sentence_opens_with_the_words_of_its_example(name: str, words: str) -> None:
    entry = RULES[name]
    assert entry["example"].casefold().startswith(tuple(entry[words]))
    assert not entry["counter"].casefold().startswith(tuple(entry[words]))


def tied(text: str, kind: RelationKind = RelationKind.PART_OF) -> set[tuple[str, str]]:
    claims = ledger.extract(text, attributor="fast")
    exact = {claim.claim_id: claim.exact for claim in claims}
    return {(one.exact, exact[tie.claim_id]) for one in claims for tie in one.relations if tie.kind is kind}


@pytest.mark.parametrize(("first", "second", "inside"), [(60, 30, 2), (90, 80, 0), (60, 42, 2), (60, 48, 0)])
def test_donors_lie_inside_their_total_where_they_fit(first: int, second: int, inside: int) -> None:
    text = (
        "Donors pledged $100 million for Samoa.\n\n"
        f"Norway pledged ${first} million. Chile pledged ${second} million. Peru, apart from that, gives $3 million."
    )
    document, segments = document_of(text), segment(text)
    sums = sums_of(document, segments, attribute(document, segments, extract_figures(text, segments)))
    decided = with_donors(sums, [[] for _ in sums])
    assert [option.other for some in decided for option in some if option.kind == PART] == [0] * inside


def test_two_payers_of_one_sentence_stay_apart_unless_one_is_said_to_lie_inside() -> None:
    apart = "Norway will give $15 million through the church, and Chile has given $6 million to Samoa."
    inside = "Norway will give $15 million through the church, of which Chile has given $6 million to Samoa."
    assert tied(apart) == set()
    assert tied(inside) == {("$6 million", "$15 million")}


def test_a_running_total_is_no_other_amount_of_what_it_sums() -> None:
    text = "The IMF lends Ghana $3 billion. This payment brings Ghana's total drawings from the IMF to $2.3 billion."
    assert tied(text, RelationKind.REPLACES) == set()


def test_a_cost_that_several_pay_is_a_sum_of_many() -> None:
    text = (
        "The European Investment Bank lends €75 million for a solar plant in Kenya, and KfW lends €30 million. The "
        "plant will cost €148 million. Kesto Energi will put in €43 million as equity."
    )
    basis = {claim.exact: claim.time_basis for claim in ledger.extract(text, attributor="fast")}
    assert basis == {
        "€148 million": TimeBasis.CUMULATIVE,
        "€75 million": None,
        "€30 million": None,
        "€43 million": None,
    }


@pytest.mark.parametrize(
    ("text", "payers"),
    [
        (
            "Towns in Ohio get $64 million for lead pipes.\n\nThe Ohio Environmental Protection Agency is awarding the "
            "money as $41 million in loans and $23 million in grants.",
            ["Ohio Environmental Protection Agency"],
        ),
        ("Donors pledged $60 million for Samoa.\n\nNorway pledged $40 million. Chile pledged $20 million.", []),
    ],
)
def test_who_pays_all_parts_pays_the_whole_that_names_nobody(text: str, payers: list[str]) -> None:
    whole = ledger.extract(text, attributor="fast")[0]
    assert [name.name for name in whole.actor] == payers
