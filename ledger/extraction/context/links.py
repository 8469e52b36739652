"""Links: how neighbouring figures relate: a conversion in brackets, a part of a whole."""

import itertools
import re

from ledger.extraction.context.bounds import set_bound, words_behind
from ledger.extraction.numbers.atoms import MONEY, QUANTITY, Atom
from ledger.lexicons.load import toml
from schemas import Bound, RelationKind

_LEXICON = toml("joins")
_HEDGES = "|".join(_LEXICON["conversion"]["hedges"])
_BRACKET = re.compile(rf"(?: (?:a|per|each)[ -][a-z]+)? ?[(\[](?:(?:{_HEDGES}) ?)*")
_OR = re.compile(rf",? (?:{'|'.join(_LEXICON['conversion']['openers'])})(?: (?:the|{_HEDGES}))* ?")
_PART = re.compile(rf" (?:out )?of (?:{'|'.join(_LEXICON['part']['words'])})(?: [a-z-]+){{0,3}} ?")
MAX_GAP = 60
"""Characters of the longest words between two linked figures."""
CARRIED = frozenset({Bound.AT_MOST, Bound.AT_LEAST, Bound.MORE_THAN, Bound.LESS_THAN, Bound.ABOUT})
"""Bounds that a conversion shares with the sum it converts."""


def link_figures(text: str, atoms: list[Atom]) -> None:
    """Link neighbouring figures that are the same money in two currencies, or a part and its whole."""
    for first, second in itertools.pairwise(atoms):
        if first.sentence.segment is not second.sentence.segment or second.start - first.end > MAX_GAP:
            continue
        gap = text[first.end : second.start]
        if _is_conversion(gap, first, second):
            rule = "conversion_bracket" if "(" in gap or "[" in gap else "conversion_or"
            second.links = (*second.links, (RelationKind.CONVERTS, first, rule))
            _carry_bound(text, gap, first, second)
        elif first.kind is second.kind is MONEY and _PART.fullmatch(gap) and first.value < second.value:
            first.links = (*first.links, (RelationKind.PART_OF, second, "part_of"))


def _is_conversion(gap: str, first: Atom, second: Atom) -> bool:
    if first.kind is not second.kind or first.kind not in (MONEY, QUANTITY):
        return False
    if first.kind is MONEY:
        if first.money is None or second.money is None or first.money.codes == second.money.codes:
            return False
    elif first.unit == second.unit:
        return False
    return bool(_BRACKET.fullmatch(gap) or (first.kind is MONEY and _OR.fullmatch(gap)))


def _carry_bound(text: str, gap: str, first: Atom, second: Atom) -> None:
    """A bracketed conversion shares its bound ("up to 30bn kroner ($2.99bn)"), as does "or so" behind the bracket."""
    if "(" not in gap and "[" not in gap:
        # "UA 34m (roughly 49m dollars or 48bn francs)": both conversions are rough
        if (
            first.bound in CARRIED
            and second.bound is Bound.EXACT
            and any(rule == "conversion_bracket" for *_, rule in first.links)
        ):
            set_bound(second, first.bound)
            second.rules.append("bound_carried")
        return
    if first.bound is Bound.EXACT and text[second.end : second.end + 1] in ")]":
        said = words_behind(text, second.end + 1, second.sentence)
        if said is not None:
            set_bound(first, said[0])
    if second.bound is Bound.EXACT and first.bound in CARRIED:
        set_bound(second, first.bound)
        second.rules.append("bound_carried")
