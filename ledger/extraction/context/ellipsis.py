"""Ellipsis: numbers that leave out their unit or noun.

"$5bn of equity and 3 billion of debt", "432 firms, 103 of them Scottish".
"""

import re

from ledger.extraction.numbers.atoms import COUNT, MONEY, ONE, PERCENT, QUANTITY, Atom
from ledger.extraction.numbers.authority import unit_named
from ledger.extraction.numbers.grammar import Money, behind_forms
from ledger.extraction.numbers.nouns import Noun, hyphenated_noun, noun_behind
from ledger.lexicons.load import toml
from schemas import Section

MONEY_SCALE = 1_000_000
"""From here on a number without a noun may be a sum of money."""
SMALL = 10
"""Up to here a number in words without a noun is no figure ("one of them")."""


PLUSES = ("+", "-plus", "-odd", "-or-so", " or so", " or more", " plus")
"""Words between a number and what it counts."""
PLUS_OPENINGS = frozenset({plus[:2] for plus in PLUSES} | {"+" + chr(code) for code in range(256)})


def count_noun(text: str, atom: Atom) -> Noun | None:
    """The noun that directly follows a bare number."""
    limit = atom.sentence.end
    start = atom.end
    if text[start : start + 2] in PLUS_OPENINGS:
        start += next((len(plus) for plus in PLUSES if text.startswith(plus, start)), 0)
    return hyphenated_noun(text, start, limit) or noun_behind(text, start, limit)


def as_count(text: str, atom: Atom) -> bool:
    """Make the atom a count of the noun behind it; False where there is none."""
    noun = count_noun(text, atom)
    if noun is None:
        return False
    unit = unit_named(noun.head) if _is_one_word(text[atom.end : noun.end]) else None
    atom.kind, atom.unit = (QUANTITY, unit) if unit else (COUNT, noun.head or "item")
    atom.number_end, atom.end = atom.end, noun.end
    atom.rules.append("quantity_authority" if unit else "count_noun")
    return True


def _is_one_word(words: str) -> bool:
    """Whether the number's phrase is the noun alone: "40 quintals", but "40 spare quintals" counts things."""
    return bool(words) and " " not in words[1:]


def _is_small_word(atom: Atom) -> bool:
    return not atom.digits and atom.value <= SMALL


def assign_units(text: str, atoms: list[Atom]) -> list[Atom]:
    """The atoms that have a unit or get one: from the noun behind them or a neighbouring number."""
    for atom in atoms:
        if atom.kind is None and not _is_small_word(atom):
            as_count(text, atom)
    return [
        atom
        for index, atom in enumerate(atoms)
        if (index == 0 or atom.start >= atoms[index - 1].end)
        and (atom.kind is not None or _inherit(text, atoms, index))
    ]


def _inherit(text: str, atoms: list[Atom], index: int) -> bool:
    """Take kind and unit from the nearest fitting number, or the noun from a cue word; False where it is no figure."""
    atom = atoms[index]
    if _is_small_word(atom) or (atom.number_end - atom.number_start == 1 and atom.factor == ONE):
        return False
    if text[atom.start - 1 : atom.start] == "-" and text[max(0, atom.start - 2) : atom.start - 1].isdigit():
        return False
    named = _named_currency(text, atom)
    if named is not None:
        atom.kind, atom.money = MONEY, named
        atom.rules.append("currency_named_before")
        return True
    if EMPLOYS.search(text, max(atom.sentence.start, atom.start - 28), atom.start):
        atom.kind, atom.unit = COUNT, "person"
        atom.rules.append("count_employed")
        return True
    model = _model(text, atoms, index)
    if model is not None:
        atom.kind, atom.unit, atom.money = model.kind, model.unit, model.money
        atom.rules.append("elliptic")
        return True
    noun = _cue_noun(text, atom)
    atom.kind, atom.unit = COUNT, noun or "item"
    atom.rules.append("count_cue" if noun else "count_bare")
    return True


_NAMED = re.compile(r"\b[Ii]n (?:[A-Z][a-z]+ )?([A-Za-z]{3,12})\b")


def _named_currency(text: str, atom: Atom) -> Money | None:
    """The currency that the sentence names before a sum: "In yen the bid was worth about 7 trillion"."""
    if not _large(atom):
        return None
    for match in _NAMED.finditer(text, max(atom.sentence.start, atom.start - 80), atom.start):
        money = behind_forms().get(match.group(1).lower().encode("latin-1"))
        if money is not None:
            return money
    return None


def _large(atom: Atom) -> bool:
    """Whether the number has a magnitude of a million or more, in digits or words."""
    return atom.factor >= MONEY_SCALE or (not atom.digits and atom.value >= MONEY_SCALE // 2)


def _is_sum(atom: Atom) -> bool:
    return atom.kind is MONEY


def _behind(atom: Atom) -> bool:
    """Whether the currency of a sum stands behind its number, where the next sum may leave it out."""
    return atom.kind is MONEY and atom.number_start == atom.start and "elliptic" not in atom.rules


def _fits(atom: Atom, other: Atom) -> bool:
    """Whether `other` may lend its unit: a large number to a large one, a small one to a small one."""
    if other.kind is None or other.kind is PERCENT:
        return False
    if _large(atom):
        return other.factor >= 1000 or (other.value >= 1000 and other.kind is COUNT)
    if other.kind is MONEY:
        return False
    if other.kind is QUANTITY:
        return other.factor == ONE and other.unit not in NOT_INHERITED
    return True


_NOUNS = toml("nouns")
EMPLOYS = re.compile(rf"\b(?:{'|'.join(_NOUNS['employs']['patterns'])})(?: [a-z]+){{0,3}} $", re.IGNORECASE)
PEOPLE = re.compile(rf"\b(?:{'|'.join(_NOUNS['people']['patterns'])})\b", re.IGNORECASE)
NOT_INHERITED = frozenset(_NOUNS["not_inherited"]["units"])


def _model(text: str, atoms: list[Atom], index: int) -> Atom | None:
    """The number whose unit the atom leaves out: in its sentence, then its paragraph; for sums also further back."""
    atom = atoms[index]
    earlier = [other for other in atoms[max(0, index - 12) : index] if _fits(atom, other)][::-1]
    later = [other for other in atoms[index + 1 : index + 6] if other.sentence is atom.sentence and _fits(atom, other)]
    same = [other for other in earlier if other.sentence is atom.sentence]
    near = [
        other
        for other in earlier
        if other.sentence.segment is atom.sentence.segment
        or other.sentence.segment.group == atom.sentence.segment.group
    ]
    if not _large(atom):
        return next(iter([*same, *later, *(other for other in near if not _other_row(atom, other))]), None)
    return _large_model(text, atom, same, later, [*near, *(other for other in earlier if other not in near)])


def _other_row(atom: Atom, other: Atom) -> bool:
    """Whether `other` is a count in another row of a table, which says for itself what it counts."""
    segment = other.sentence.segment
    return other.kind is COUNT and segment.section is Section.TABLE_CELL and segment is not atom.sentence.segment


def _large_model(text: str, atom: Atom, same: list[Atom], later: list[Atom], near: list[Atom]) -> Atom | None:
    """The model of a number of millions: a count where people stand near it, else a sum with its currency behind it."""
    around = text[max(atom.sentence.start, atom.start - 40) : min(atom.sentence.end, atom.end + 20)]
    if PEOPLE.search(around):
        return next((other for other in [*same, *later, *near] if other.kind is COUNT), None)
    if not atom.digits:
        return next((other for other in [*same, *near, *later]), None)
    for group in (same, later, near):
        chosen = next((other for other in group if _behind(other)), None)
        if chosen is None and atom.factor > MONEY_SCALE:
            chosen = next((other for other in group if _is_sum(other)), None)
        chosen = chosen or next((other for other in group if not _is_sum(other)), None)
        if group is not near and chosen is None:
            chosen = next(iter(group), None)
        if chosen is not None:
            return chosen
    return next(iter(near), None) if atom.value >= 100 * MONEY_SCALE else None


def _cue_noun(text: str, atom: Atom) -> str | None:
    before = text[max(atom.sentence.start, atom.start - 80) : atom.start].lower()
    cues: dict[str, str] = toml("nouns")["cues"]
    found = [(before.rfind(cue), noun) for cue, noun in cues.items() if cue in before]
    return max(found)[1] if found else None
