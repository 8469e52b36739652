"""Context: numbers whose unit or noun is said elsewhere ("$5bn of equity and 3 billion of debt", "432 firms, 103 of them Scottish")."""

import re

from ledger.extract.atoms import ONE, Atom
from ledger.extract.nouns import Noun, hyphenated_noun, noun_behind
from ledger.lexicons.load import toml
from schemas import Kind

MONEY_SCALE = 1_000_000
_PARTITIVE = re.compile(r" (?:of|out of) (?:the|its|their|his|her|our|those|these|some|about|nearly)(?: [\w-]+){0,2}? (?P<whole>\d[\d,.]*)?")
_MORE = re.compile(r" (?:more|new|additional|other|further|extra)\b")
SMALL = 10


def count_noun(text: str, atom: Atom) -> Noun | None:
    """The noun that directly follows a bare number."""
    limit = atom.place.end
    start = atom.end
    for plus in ("+", "-plus", "-odd", "-or-so", " or so", " or more", " plus"):
        if text.startswith(plus, start):
            start += len(plus)
            break
    return hyphenated_noun(text, start, limit) or noun_behind(text, start, limit)


def as_count(text: str, atom: Atom) -> bool:
    """Make the atom a count of the noun behind it; False where there is none."""
    noun = count_noun(text, atom)
    if noun is None:
        return False
    atom.kind, atom.unit, atom.end = Kind.COUNT, noun.head, noun.end
    atom.rules.append("count_noun")
    return True


def _is_small_word(atom: Atom) -> bool:
    return not atom.digits and atom.value <= SMALL


def settle(text: str, atoms: list[Atom]) -> list[Atom]:
    """Give every bare number its noun or unit from the words behind it or from its neighbours; those that get none are left out."""
    for atom in atoms:
        if atom.kind is None and not _is_small_word(atom):
            as_count(text, atom)
    kept: list[Atom] = []
    for index, atom in enumerate(atoms):
        if atom.kind is None and not _inherit(text, atoms, index):
            continue
        kept.append(atom)
    return kept


def _inherit(text: str, atoms: list[Atom], index: int) -> bool:
    """Take kind and unit from the nearest fitting number: of the sentence, then of the paragraph, then the cue words of the lexicon."""
    atom = atoms[index]
    if _is_small_word(atom) or atom.number_end - atom.number_start == 1 and atom.factor == ONE and not _listed(text, atom):
        return False
    model = _model(atoms, index)
    if model is not None:
        atom.kind, atom.unit, atom.money = model.kind, model.unit, model.money
        atom.rules.append("elliptic")
        return True
    if atom.factor >= MONEY_SCALE:
        return False
    noun = _cue_noun(text, atom)
    atom.kind, atom.unit = Kind.COUNT, noun or "item"
    atom.rules.append("count_cue" if noun else "count_bare")
    return True


def _listed(text: str, atom: Atom) -> bool:
    return True


def _fits(atom: Atom, other: Atom) -> bool:
    if other.kind is None or other.kind is Kind.PERCENT:
        return False
    if atom.factor >= MONEY_SCALE:
        return other.factor >= 1000 or other.value >= MONEY_SCALE
    if other.kind is Kind.MONEY:
        return False
    if other.kind is Kind.QUANTITY:
        return other.factor == ONE and other.unit not in ("month", "week", "day", "hour", "minute", "nanometre", "millimetre")
    return True


def _model(atoms: list[Atom], index: int) -> Atom | None:
    """The nearest earlier number of the sentence that fits, else the nearest later one, else the nearest earlier one of the segment or, for
    sums, of the document."""
    atom = atoms[index]
    earlier = [other for other in atoms[max(0, index - 12) : index] if _fits(atom, other)]
    later = [other for other in atoms[index + 1 : index + 6] if other.place is atom.place and _fits(atom, other)]
    same = [other for other in earlier if other.place is atom.place]
    if same:
        return same[-1]
    if later:
        return later[0]
    near = [other for other in earlier if other.place.segment is atom.place.segment or other.place.segment.group == atom.place.segment.group]
    if near:
        return near[-1]
    if atom.factor >= MONEY_SCALE:
        return earlier[-1] if earlier else None
    return None


def _cue_noun(text: str, atom: Atom) -> str | None:
    before = text[max(atom.place.start, atom.start - 80) : atom.start].lower()
    cues: dict[str, str] = toml("nouns")["cues"]
    found = [(before.rfind(cue), noun) for cue, noun in cues.items() if cue in before]
    return max(found)[1] if found else None
