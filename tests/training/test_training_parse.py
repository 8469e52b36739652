"""The arcs of a dependency parse between a name and a figure."""

import pytest

from training.experiments.parse.rules import RULES
from training.experiments.parse.tree import Parse, arc_path, governor_of, head_word, subject_of

ACTIVE = "Larkfield/NNP/nsubj/1 agreed/VBD/ROOT/1 to/TO/aux/3 lend/VB/xcomp/1 Kenya/NNP/dative/3 $2bn/CD/dobj/3"
PASSIVE = (
    "$2bn/CD/nsubjpass/2 was/VBD/auxpass/2 lent/VBN/ROOT/2 "
    "by/IN/agent/2 Larkfield/NNP/pobj/3 and/CC/cc/4 Varga/NNP/conj/4"
)
WHICH = "Larkfield/NNP/nsubj/4 which/WDT/nsubj/2 pledged/VBD/relcl/0 $2bn/CD/dobj/2 fell/VBD/ROOT/4"
OWNER = (
    "Norway/NNP/poss/2 's/POS/case/0 plan/NN/nsubj/7 "
    "to/TO/aux/4 lend/VB/acl/2 Peru/NNP/dative/4 $2bn/CD/dobj/4 failed/VBD/ROOT/7"
)
NOUN = "Larkfield/NNP/nsubj/1 announced/VBD/ROOT/1 $2bn/CD/nummod/3 loan/NN/dobj/1 from/IN/prep/3 Varga/NNP/pobj/4"


def parse_of(line: str) -> Parse:
    """A parse written as word/tag/arc/head; each word is as if two characters wide."""
    words, tags, arcs, heads = zip(*[part.rsplit("/", 3) for part in line.split()], strict=True)
    places = range(0, 3 * len(words), 3)
    lower = tuple(word.lower() for word in words)
    return Parse(tuple(places), tuple(place + 2 for place in places), tuple(map(int, heads)), arcs, lower, tags)


@pytest.mark.parametrize(
    ("line", "name", "up", "at", "subject", "rules"),
    [
        (ACTIVE, "larkfield", "nsubj", "upper", True, ["subject of giving"]),
        (ACTIVE, "kenya", "dative", "verb", False, ["place of giving"]),
        (PASSIVE, "larkfield", "by", "verb", False, ["agent of giving"]),
        (PASSIVE, "varga", "by", "verb", False, ["agent of giving"]),
        (WHICH, "larkfield", "", "upper", True, ["subject of giving"]),
        (OWNER, "norway", "poss", "upper", True, ["subject of giving"]),
        (NOUN, "larkfield", "nsubj", "verb", True, ["subject of giving"]),
        (NOUN, "varga", "from", "noun", False, ["from or by at noun"]),
    ],
)
def test_a_name_hangs_together_with_a_figure(
    line: str, name: str, up: str, at: str, subject: bool, rules: list[str]
) -> None:
    parse = parse_of(line)
    over = governor_of(parse, parse.words.index("$2bn"))
    found = arc_path(parse, parse.words.index(name), over)
    assert (found.up, found.at, found.subject) == (up, at, subject)
    assert [rule for rule, _, holds in RULES if holds(found, over)] == rules


def test_the_owner_of_a_plan_does_what_is_planned() -> None:
    parse = parse_of(OWNER)
    assert subject_of(parse, parse.words.index("lend")) == parse.words.index("norway")


def test_the_head_word_of_a_span_is_above_its_other_words() -> None:
    parse = parse_of(PASSIVE)
    assert head_word(parse, parse.starts[4], parse.ends[6]) == 4
    assert head_word(parse, 2, 3) is None
