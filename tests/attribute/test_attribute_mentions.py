import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.attribute.names.document import in_title_case
from ledger.attribute.names.mentions import Mention, mentions, name_id
from ledger.lexicons.load import toml
from ledger.lexicons.names import load_names
from schemas import NameType, Section, Segment, Sentence

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/mentions.toml").read_text(encoding="utf-8"))["case"]


def cut(text: str) -> tuple[Segment, ...]:
    """Lines as segments, each a sentence per full stop; enough for a table of cases."""
    segments = []
    at = 0
    lines = text.split("\n")
    for line in lines:
        if line:
            sentences, start = [], 0
            for part in line.replace("? ", ". ").split(". "):
                sentences.append(Sentence(start=at + start, end=at + start + len(part)))
                start += len(part) + 2
            short = line[-1] != "." and len(lines) > 1
            section = (
                (Section.HEADLINE_LIST if "" not in lines[:-1] else Section.HEADLINE) if short else Section.PARAGRAPH
            )
            segments.append(Segment(section=section, start=at, end=at + len(line), sentences=tuple(sentences)))
        at += len(line) + 1
    return tuple(segments)


def read(text: str) -> tuple[Mention, ...]:
    return mentions(text, cut(text))


@pytest.mark.parametrize("case", CASES, ids=[case["construction"] for case in CASES])
def test_mentions_case(case: dict) -> None:
    found = read(case["text"])
    told = {f"{m.said} -> {m.name} ({m.rule})" for m in found}
    assert set(case.get("has", [])) <= told, told
    assert not {m.name for m in found} & set(case.get("hasnot", [])), told
    assert not {m.rule for m in found} & set(case.get("hasnot_rules", [])), told


def test_each_construction_is_told_once() -> None:
    assert len({case["construction"] for case in CASES}) == len(CASES)


def test_mention_keeps_its_words_and_its_id() -> None:
    text = "Zürich — “Nestlé” will pay Côte d'Ivoire $2 million, it said."
    for m in read(text):
        assert text[m.start : m.end] == m.said
        assert m.id == name_id(m.name) == name_id(m.name.upper())


def test_anaphors_are_marked() -> None:
    found = read("Corvale Steel makes beams in Norway. The company will spend $3 million.")
    assert {m.said for m in found if m.anaphor} == {"The company"}


def test_furniture_names_nobody() -> None:
    text = "Corvale Steel will pay Norway."
    assert mentions(text, (Segment(section=Section.FURNITURE, start=0, end=len(text)),)) == ()


def test_names_of_the_users_own_come_first(tmp_path: Path) -> None:
    own = tmp_path / "names.toml"
    own.write_text(
        '[[name]]\nname = "Zorbex"\ntype = "company"\ncountry = "Malta"\naliases = ["zbx labs", "IMF"]\n',
        encoding="utf-8",
    )
    text = "A loan from the IMF to zbx labs was paid."
    found = {(m.said, m.name, m.type, m.country) for m in mentions(text, cut(text), load_names(own))}
    assert found >= {("IMF", "Zorbex", NameType.COMPANY, "Malta"), ("zbx labs", "Zorbex", NameType.COMPANY, "Malta")}


@pytest.mark.parametrize(
    ("line", "is_title"),
    [("Corvale Steel Plans Second Mill", True), ("Corvale Steel plans a second mill", False), ("Oslo pays", False)],
)
def test_title_case_is_told_from_prose(line: str, is_title: bool) -> None:
    assert in_title_case(line, cut(line)[0]) is is_title


PIECES = [
    "Norway",
    "the company",
    " ",
    ". ",
    "\n",
    "Corvale Steel",
    "(",
    ")",
    "IMF",
    "it",
    "’s",
    "-based",
    "of",
    "and",
    "Ministry of",
    ", ",
    "AI",
    "日本",
    "É",
    "$2bn",
    "—",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_read_and_every_mention_is_a_slice(text: str) -> None:
    found = read(text)
    assert found == read(text)
    assert list(found) == sorted(found, key=lambda m: (m.start, -m.end, m.rule, m.name))
    for m in found:
        assert 0 <= m.start < m.end <= len(text)
        assert text[m.start : m.end] == m.said
        assert m.name
        assert "\n" not in m.said


@pytest.mark.parametrize("kind", [kind for kind, told in toml("names/anaphora").items() if "nouns" in told])
def test_each_kind_of_anaphor_reads_its_example(kind: str) -> None:
    assert any(m.rule == f"the_{kind}" for m in read(toml("names/anaphora")[kind]["example"]))
