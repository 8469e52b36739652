"""Joining: two neighbouring numbers that are the ends of one range, or the two sides of a change."""

import re
from decimal import Decimal

from ledger.extraction.numbers.atoms import MONEY, ONE, PERCENT, QUANTITY, Atom
from ledger.extraction.numbers.numerals import EXACT, stored
from ledger.lexicons.load import toml
from schemas import Bound, RelationKind


def _words(name: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(toml("joins")[name]["words"]) + r")\b", re.IGNORECASE)


CHANGE_WORDS = _words("change")
"""Words that make "from X to Y" a change."""
WITHOUT_AMOUNT = frozenset(toml("joins")["change"]["without_amount"])
RANGE_WORDS = _words("range")
"""Words that make "from X to Y" a range."""
RANGE_DASHES, RANGE_TO = frozenset(toml("joins")["range"]["dashes"]), frozenset(toml("joins")["range"]["to"])
JOINING = RANGE_DASHES | RANGE_TO | {" and ", " or "}
"""What stands between the two ends of a range."""
CLAUSE_REACH = 90
"""Characters before a number in which the verb of a change or range is looked for."""
UNSCALED = (ONE, Decimal(100))
"""Factors of a first end that may lack the second's magnitude: "five to six million", "one to two hundred million"."""
WIDEST_GAP = 14
"""Characters of the longest words between the two ends of a range."""


def _clause(text: str, atom: Atom) -> str:
    """The words of the clause before the atom."""
    before = text[max(atom.sentence.start, atom.start - CLAUSE_REACH) : atom.start]
    cut = max(before.rfind(mark) for mark in (";", ":", ".\n", '"', "|"))
    return before[cut + 1 :]


def _word_before(text: str, atom: Atom) -> str:
    before = text[max(atom.sentence.start, atom.start - 12) : atom.start].rstrip()
    return before[before.rfind(" ") + 1 :].lower()


def _compatible(a: Atom, b: Atom) -> bool:
    """Whether one unit can serve both numbers."""
    if a.kind is None or b.kind is None:
        return a.kind not in (PERCENT, QUANTITY)
    if a.kind is not b.kind:
        return False
    if a.kind is MONEY:
        return bool(a.money and b.money and set(a.money.codes) & set(b.money.codes))
    return a.unit == b.unit


def _shared_scale(a: Atom, b: Atom) -> Decimal | None:
    """The first end with the second's magnitude where it has none of its own; None where the ends do not ascend."""
    value = a.value
    if a.factor != b.factor and a.value < b.raw and a.factor in UNSCALED:
        value = stored(EXACT.multiply(a.value, EXACT.divide(b.value, b.raw))) or a.value
    elif a.factor == ONE and b.factor == ONE and b.money is not None and a.money is None and b.money.factor != ONE:
        value = stored(EXACT.multiply(a.raw, b.money.factor)) or a.value
    return value if value < b.value else None


def _abbreviated(a: Atom, b: Atom) -> bool:
    return a.factor != ONE and b.factor == ONE and b.kind is None


def connect(text: str, a: Atom, b: Atom) -> str | None:  # noqa: PLR0911 - one answer a construction
    """The rule that joins `a` and `b` into a range, or "change" where they are two sides of a change, or None."""
    gap = text[a.end : b.start]
    if a.bound is Bound.RANGE:
        return None
    if b.money is not None and b.money.factor < ONE and _is_hundredths(gap, a, b):
        return "sum_of_parts"
    if gap == " " and _goes_on(a, b):
        return "sum_of_parts"
    if gap not in JOINING or not _compatible(a, b) or _abbreviated(a, b):
        return None
    value = _shared_scale(a, b)
    before = _word_before(text, a)
    if gap in RANGE_DASHES:
        told = gap == "-" or a.kind is not None or b.kind is not None or b.factor > a.factor
        return _dashed(text, b) if value is not None and told else None
    if gap == " and " and before in ("between", '"between', "(between"):
        return "range_between" if value is not None else None
    if (
        gap == " or "
        and value is not None
        and a.kind is None
        and b.kind in (QUANTITY, MONEY)
        and b.raw - a.raw <= 10
        and a.factor == ONE
    ):
        return "range_or"
    if gap in RANGE_TO:
        return _to(text, a, b, before, ascending=value is not None)
    return None


def _is_hundredths(gap: str, a: Atom, b: Atom) -> bool:
    """Whether `b` is the cents of `a`: "thirteen dollars and forty-five cents"."""
    whole = a.kind is MONEY and b.kind is MONEY and a.money is not None and b.money is not None
    if not whole or gap not in (" and ", ", ", " ") or a.factor != ONE or a.number_start != a.start:
        return False
    assert a.money is not None
    assert b.money is not None
    return a.money.factor == ONE and b.value < ONE and bool(set(a.money.codes) & set(b.money.codes))


def _goes_on(a: Atom, b: Atom) -> bool:
    """Whether `b` is the rest of `a` in a smaller magnitude: "1 billion 250 million dollars", "Rs 5 crore 20 lakh"."""
    whole = a.digits.isdigit() and b.digits.isdigit() and a.factor > b.factor > ONE and b.value < a.factor
    before, behind = a.money is not None, b.money is not None
    return (
        whole and not (before and behind) and (a.kind is MONEY or b.kind in (MONEY, None)) and a.kind in (MONEY, None)
    )


def _dashed(text: str, b: Atom) -> str | None:
    if text[b.end : b.end + 1] == "-" and text[b.end + 1 : b.end + 2].isdigit():
        return None
    return "range_dash"


def _to(text: str, a: Atom, b: Atom, before: str, *, ascending: bool) -> str | None:
    clause = _clause(text, a)
    both = a.kind is not None and b.kind is not None
    if before in ("from", "(from"):
        if CHANGE_WORDS.search(clause) and not RANGE_WORDS.search(clause):
            return "change_from_to"
        return "range_from_to" if ascending else "change_from_to"
    if before == "by" and both:
        return "change_by_to"
    if not ascending:
        return None
    last = clause.split()[-4:]
    if (
        both
        and not {"from", "than"} & set(last)
        and any(CHANGE_WORDS.fullmatch(word.strip(",")) and word.lower() not in WITHOUT_AMOUNT for word in last)
        and not {"to", "at", "of", "by", "for"} & {word.lower() for word in last[-2:]}
    ):
        return "change_by_to"
    return "range_to"


def merge(text: str, a: Atom, b: Atom, rule: str) -> Atom:
    """One range of two ends; the unit, currency and magnitude said once serve both."""
    low = _shared_scale(a, b)
    assert low is not None
    before = _word_before(text, a)
    if rule in ("range_between", "range_from_to"):
        floor = max(0, a.start - 14)
        a.start = floor + text[floor : a.start].lower().rindex(before.lstrip('("'))
    a.end = b.end
    a.lower, a.upper, a.bound = low, b.value, Bound.RANGE
    a.value = stored(EXACT.divide(EXACT.add(low, b.value), Decimal(2))) or b.value
    a.factor, a.tail, a.attached = b.factor, b.tail, b.attached
    if a.kind is None:
        a.kind, a.unit, a.money = b.kind, b.unit, b.money
    elif a.money is not None and b.money is not None and len(b.money.codes) < len(a.money.codes):
        a.money = b.money
    a.rules += [*b.rules, rule]
    return a


def _add(a: Atom, b: Atom) -> Atom:
    """One sum of dollars and cents, or of billions and millions."""
    a.value = stored(EXACT.add(a.value, b.value)) or a.value
    a.end, a.number_end = b.end, b.number_end
    if a.kind is None:
        a.kind, a.unit, a.money, a.tail = b.kind, b.unit, b.money, b.tail
    a.rules += [*b.rules, "sum_of_parts"]
    return a


def join_ranges(text: str, atoms: list[Atom]) -> list[Atom]:
    """`atoms` in order with ranges made one and changes linked."""
    joined: list[Atom] = []
    for atom in atoms:
        last = joined[-1] if joined else None
        if last is not None and last.sentence is atom.sentence and atom.start - last.end <= WIDEST_GAP:
            rule = connect(text, last, atom)
            if rule == "sum_of_parts":
                joined[-1] = _add(last, atom)
                continue
            if rule is not None and rule.startswith("range"):
                joined[-1] = merge(text, last, atom, rule)
                continue
            if rule is not None:
                atom.rules.append(rule)
                if rule != "change_by_to":
                    atom.links = (*atom.links, (RelationKind.CHANGED_FROM, last, rule))
                if last.kind is None and atom.kind is not None:
                    last.kind, last.unit, last.money = atom.kind, atom.unit, atom.money
        joined.append(atom)
    return joined
