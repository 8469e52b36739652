"""Tables: short lines under a heading with the currency and magnitude of their numbers ("Donor / Pledge / US$ m")."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from ledger.extraction.context.bounds import set_bound
from ledger.extraction.numbers.atoms import MONEY, ONE, QUANTITY, Atom
from ledger.extraction.numbers.grammar import Money, any_of, before_forms, behind_forms, iso_codes, pattern, scales
from ledger.extraction.numbers.numerals import EXACT, stored
from ledger.lexicons.load import toml
from schemas import Bound, Segment

LONGEST_TABLE_LINE = 100
"""Characters of the longest line that can be a row or a heading."""


@dataclass(frozen=True, slots=True)
class TableHeading:
    """What a heading says of the numbers below it."""

    money: Money
    factor: Decimal
    at_most: bool


@cache
def _heading_pattern() -> Any:
    """Magnitude and currency in either order, between separators: "(tln won, ...", "US$ m", "in billions of pesos"."""
    names = any_of(
        form for form in behind_forms() if form.islower() and form.isascii() and form[:1].isalpha() and len(form) > 2
    )
    forms = before_forms()
    signs = any_of(form for form in forms if not form[-1:].isalnum() and not forms[form].letter)
    codes = any_of(
        [code.encode() for code in iso_codes()] + [code.encode() for code in toml("currencies")["headings"]["codes"]]
    )
    magnitude = any_of(form for form in scales())
    return pattern(
        rb"(?:^|[ (,/|:])(?:(?i:("
        + magnitude
        + rb"))(?:[ -]of)?[ -](?:(?i:("
        + names
        + rb"))|("
        + codes
        + rb")|("
        + signs
        + rb"))"
        rb"|(?:("
        + signs
        + rb")|("
        + codes
        + rb")|(?i:("
        + names
        + rb")))(?:[ -]?(?i:("
        + magnitude
        + rb")))?)(?:$|[ ),/|:])"
    )


def table_heading_of(line: str) -> TableHeading | None:
    """What a line says of the numbers below it, or None where it is no heading."""
    match = _heading_pattern().search(line.encode("latin-1"))
    if match is None:
        return None
    first, name_a, code_a, sign_a, sign_b, code_b, name_b, last = match.groups()
    form = sign_a or sign_b or code_a or code_b
    money = before_forms().get(form) if form else behind_forms().get((name_a or name_b).lower())
    if money is None:
        return None
    magnitude = first or last
    factor = (scales().get(magnitude) or scales().get(magnitude.lower()) or ONE) if magnitude else ONE
    lower = line.lower()
    return TableHeading(money, factor, any(words in lower for words in toml("currencies")["headings"]["at_most"]))


def table_headings(text: str, segments: Sequence[Segment], with_money: frozenset[int]) -> dict[int, TableHeading]:
    """Start of a short segment → the heading over it; `with_money`: starts of segments with sums of their own."""
    found: dict[int, TableHeading] = {}
    heading: TableHeading | None = None
    for segment in segments:
        if segment.end - segment.start > LONGEST_TABLE_LINE:
            heading = None
            continue
        said = None if segment.start in with_money else table_heading_of(text[segment.start : segment.end])
        if said is not None:
            heading = said
        elif heading is not None:
            found[segment.start] = heading
    return found


def apply_table_headings(text: str, atoms: list[Atom], segments: Sequence[Segment]) -> None:
    """Make bare numbers of rows money, as their heading says."""
    bare = [atom for atom in atoms if _is_cell(text, atom)]
    if not bare:
        return
    with_money = frozenset(atom.sentence.segment.start for atom in atoms if atom.kind is MONEY)
    found = table_headings(text, segments, with_money)
    for atom in bare:
        heading = found.get(atom.sentence.segment.start)
        if heading is None:
            continue
        factor = atom.factor if atom.factor != ONE else heading.factor
        if atom.kind is QUANTITY:
            factor, atom.end = scales()[b"m"], atom.number_end + len(atom.tail)
        value = stored(EXACT.multiply(atom.raw, factor))
        if value is None:
            continue
        atom.kind, atom.money, atom.factor, atom.value, atom.unit = MONEY, heading.money, factor, value, ""
        atom.rules.append("table_heading")
        set_bound(atom, Bound.AT_MOST if heading.at_most else Bound.EXACT)


def _is_cell(text: str, atom: Atom) -> bool:
    """Whether the atom is a number at the end of a short line or cell, without a unit of its own."""
    if atom.sentence.segment.end - atom.sentence.segment.start > LONGEST_TABLE_LINE or not atom.digits:
        return False
    if atom.kind is not None and not (atom.kind is QUANTITY and atom.tail == " m"):
        return False
    rest = text[atom.end : atom.sentence.segment.end].strip()
    return not rest or rest[0] in "|+-(/" or (rest[0] == "." and len(rest) == 1)
