"""From text to figures: find numbers, reject what is none, join ranges, assign units, bounds, rates and links."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from ledger.extraction.context.bounds import apply_bound
from ledger.extraction.context.currency import OPEN_DOLLAR, CurrencyResolver
from ledger.extraction.context.ellipsis import assign_units
from ledger.extraction.context.grouping import regroup
from ledger.extraction.context.links import link_figures
from ledger.extraction.context.per import apply_rate
from ledger.extraction.context.refuse import in_a_word, refusal
from ledger.extraction.context.tables import DROPPED, apply_table_headings, rows_among_furniture
from ledger.extraction.entities import inner_segments, outer_figures, unescaped
from ledger.extraction.numbers.atoms import COUNT, MONEY, QUANTITY, Atom, SentenceSpan
from ledger.extraction.numbers.fold import fold
from ledger.extraction.numbers.grammar import before_forms, names_of
from ledger.extraction.numbers.join import join_ranges
from ledger.extraction.numbers.scan import RANGE_NEXT, parse_atom, scan
from ledger.extraction.times.assign import periods_of_sums
from ledger.extraction.times.period import Period
from ledger.extraction.times.sums import FigureMention
from ledger.extraction.trace import Trace
from schemas import CurrencyBasis, Figure, FigureLink, Section, Segment


def extract_figures(
    text: str, segments: Sequence[Segment], published: date | None = None, trace: Trace | None = None
) -> tuple[Figure, ...]:
    """The figures of `text` in order; `segments` give its sentences, and the furniture that yields none.

    Offsets are code points into `text`. Amounts are `Decimal` in units, not thousands or millions. `published` anchors
    relative periods. `trace` collects the numbers that become no figure, where it is asked to.
    """
    return tuple(figures_of(text, segments, published, trace or Trace()))


def figures_of(text: str, segments: Sequence[Segment], published: date | None, trace: Trace) -> Iterator[Figure]:
    """The same, one at a time; `trace` collects the rejected numbers."""
    plain = unescaped(text)
    if plain is None:
        return _figures_of(text, segments, published, trace)
    figures = list(_figures_of(plain.text, inner_segments(segments, plain), published, trace))
    trace.rejected = [
        replace(number, start=plain.outer(number.start), end=plain.outer(number.end)) for number in trace.rejected
    ]
    return outer_figures(figures, plain)


def _figures_of(text: str, segments: Sequence[Segment], published: date | None, trace: Trace) -> Iterator[Figure]:
    encoded = fold(text)
    folded = encoded.decode("latin-1")
    segments = rows_among_furniture(folded, segments)
    currencies = CurrencyResolver(encoded)
    atoms = _named(folded, list(_atoms(folded, encoded, segments, currencies, trace)), segments, trace)
    for atom in atoms:
        apply_bound(folded, atom)
        apply_rate(folded, atom)
        if atom.money is not None and len(atom.money.codes) == 1:
            currencies.explicit[atom.money.codes[0]] += 1
    link_figures(folded, atoms)
    money = _currencies(atoms, currencies)
    mentions = [
        FigureMention(
            atom.start, atom.end, atom.sentence.start, max(atom.sentence.end, atom.end), True, (unit, atom.value)
        )
        for atom, (unit, _) in zip(atoms, money, strict=True)
        if atom.kind is MONEY
    ]
    times = iter(periods_of_sums(text, mentions, segments, published))
    return (
        _figure(atom, unit, basis, next(times) if atom.kind is MONEY else None)
        for atom, (unit, basis) in zip(_drained(atoms), money, strict=True)
    )


def _drained(atoms: list[Atom]) -> Iterator[Atom]:
    """The atoms in order, each released once it is a figure, so that a long text never holds all of both."""
    atoms.reverse()
    while atoms:
        yield atoms.pop()


def _currencies(atoms: list[Atom], currencies: CurrencyResolver) -> list[tuple[str, CurrencyBasis | None]]:
    """Unit and currency basis of each atom; cents follow the sum before them in the sentence."""
    found: list[tuple[str, CurrencyBasis | None]] = []
    last: tuple[SentenceSpan, str] | None = None
    for atom in atoms:
        if atom.money is None:
            found.append((atom.unit, None))
            continue
        unit, basis = currencies.resolve(atom.money, atom.sentence)
        if atom.money.factor != 1 and last is not None and last[0] is atom.sentence and last[1] in atom.money.codes:
            unit = last[1]
        if "elliptic" in atom.rules or "table_heading" in atom.rules:
            basis = CurrencyBasis.INFERRED
        if currencies.open_dollar and atom.money.codes[0] == "USD" and len(atom.money.codes) > 1:
            atom.rules.append(OPEN_DOLLAR)
        last = (atom.sentence, unit)
        found.append((unit, basis))
    return found


# Python 3.11 looks a member up in its enum, or a property of it, at six times the cost of a name.
FURNITURE, COMMENT = Section.FURNITURE, Section.COMMENT


def sentence_spans(segments: Sequence[Segment]) -> Iterator[tuple[int, int, Segment]]:
    """Start, end and segment of the sentences of all segments that may hold figures, in order."""
    for segment in segments:
        if segment.section is FURNITURE or segment.section is COMMENT:
            continue
        for sentence in segment.sentences or (segment,):
            yield sentence.start, sentence.end, segment


def _atoms(
    text: str, encoded: bytes, segments: Sequence[Segment], currencies: CurrencyResolver, trace: Trace
) -> Iterator[Atom]:
    """All readable numbers that are not glued to a word."""
    last_end = -1
    for start, end, sentence, read in scan(text, encoded, sentence_spans(segments)):
        atom = read
        if read is not None and (read.start != start or (read.money is not None and read.money.local)):
            atom = _in_its_country(text, start, end, sentence, read, currencies)
        if atom is None:
            trace.reject_out_of_range(start, end)
        elif in_a_word(text, atom, last_end):
            trace.reject("in_a_word", atom.start, atom.end, "the number is part of a word")
        elif atom.money is not None and _is_letter_name(text, atom, currencies):
            trace.reject("letter_currency", atom.start, atom.end, "a letter before a plain number is a name")
        else:
            last_end = atom.end
            yield atom


def _in_its_country(
    text: str, start: int, end: int, sentence: SentenceSpan, atom: Atom, currencies: CurrencyResolver
) -> Atom | None:
    """The atom, read again where the letters before it are a currency only in a text about their country."""
    if atom.money is not None:
        named = any(currencies.scores()[code] for code in atom.money.codes) if atom.money.local else True
        if named or _is_local(text, atom, currencies):
            return atom
        return parse_atom(text, atom.number_start, end, sentence)
    if atom.start == start or not atom.digits:
        return atom
    letters = text[start : atom.start].strip()
    form = before_forms().get(letters.encode("latin-1"))
    if form is None or len(letters) < 2 or _FLIGHT.search(text, max(0, start - 8), start):
        return atom
    if not any(currencies.scores()[code] for code in form.codes):
        return atom
    return parse_atom(text, start, end, sentence, letters=True)


_FLIGHT = re.compile(r"\b[Ff]lights? $")
"""Before letters that name an airline: "flight QR 211"."""
_PRICE = re.compile(r" (?:per|a|an|each)\b|/[a-z]")


_PRICE_BEFORE = re.compile(r"\b(?:at|to|from|of|by|for|costs?|about|around) $")


def _is_letter_name(text: str, atom: Atom, currencies: CurrencyResolver) -> bool:
    """Whether a letter such as "R" or "P" beside a plain number makes it a name and not money."""
    assert atom.money is not None
    if atom.tail == "c":
        return not _PRICE.match(text, atom.end) and not _PRICE_BEFORE.search(text, atom.start - 8, atom.start)
    if not atom.money.letter or atom.number_start == atom.start:
        return False
    if atom.factor != 1 or not atom.digits.isdigit() or _PRICE.match(text, atom.end):
        return False
    if RANGE_NEXT.match(text, atom.end) or _beside_sum(text, atom):
        return False
    return not _is_local(text, atom, currencies)


_SUM = r"(?:\d{1,3}(?:[ ,]\d{3})+|\d+[.,]\d+|\d+ ?-?(?:bn|billion|mn?|million|trn?|trillion|k|thousand))\b"
"""A number that looks like money behind a letter."""


def _beside_sum(text: str, atom: Atom) -> bool:
    """Whether a word of price stands before the letter, and a sum with it in the sentence: "by R10 to R2 190"."""
    if not _PRICE_BEFORE.search(text, max(0, atom.start - 8), atom.start):
        return False
    letters = re.escape(text[atom.start : atom.number_start].strip())
    return re.compile(rf"\b{letters} ?{_SUM}").search(text, atom.sentence.start, atom.sentence.end) is not None


def _is_local(text: str, atom: Atom, currencies: CurrencyResolver) -> bool:
    """Whether the text speaks of the letters' country ("QR 211" in Doha) or names the letter's currency ("Naira")."""
    assert atom.money is not None
    if atom.number_start - atom.start > 1 and text[atom.start + 1].isalpha():
        return any(currencies.scores()[code] for code in atom.money.codes)
    sentence = text[atom.sentence.start : atom.sentence.end].lower()
    return any(name in sentence for code in atom.money.codes for name in names_of(code))


def _named(text: str, atoms: list[Atom], segments: Sequence[Segment], trace: Trace) -> list[Atom]:
    """The atoms that are figures, with ranges joined, each with its kind and unit."""
    kept = []
    apply_table_headings(text, atoms, segments)
    for index, atom in enumerate(atoms):
        if atom.rules and atom.rules[-1] == DROPPED:
            trace.reject(DROPPED, atom.start, atom.end, "its column holds no figures")
            continue
        if atom.kind is None or atom.kind is QUANTITY:
            following = atoms[index + 1] if index + 1 < len(atoms) else None
            reason = (
                None
                if atom.kind is None and _completed(text, atom, following)
                else refusal(text, atom, name=trace.wanted)
            )
            if reason is not None:
                trace.reject(reason, atom.start, atom.end, "the words around it say what it is")
                continue
        kept.append(atom)
    regroup(text, kept)
    return assign_units(text, join_ranges(text, kept))


_YEAR_BEFORE = re.compile(r"(?:19|20)\d\d[-/]$")
"""A year of which the number is the end: "deals of 2024-25 to Rs 1.93 lakh crore"."""


def _completed(text: str, atom: Atom, following: Atom | None) -> bool:
    """Whether the next number lends its unit over a dash or "to": "20-25%", "between 5 and 10 per cent"."""
    if following is None or following.kind is None or following.start - atom.end > 5:
        return False
    if text[atom.start - 1 : atom.start] in "-/" and _YEAR_BEFORE.search(text, max(0, atom.start - 5), atom.start):
        return False
    gap = text[atom.end : following.start]
    if gap == "-":
        return True
    if (
        len(atom.digits) == 4 and atom.digits.isdigit() and atom.factor == 1
    ) or atom.sentence is not following.sentence:
        return False
    return gap in (" to ", " or ", " - ") or (
        gap == " and " and text[max(0, atom.start - 8) : atom.start].lower() == "between "
    )


def _figure(atom: Atom, unit: str, basis: CurrencyBasis | None, period: Period | None) -> Figure:
    sentence, end = atom.sentence, atom.end
    return Figure.trusted(
        start=atom.start,
        end=end,
        sentence_start=sentence.start,
        sentence_end=max(end, sentence.end),
        section=sentence.segment.section,
        kind=atom.kind or COUNT,
        unit=unit,
        value=atom.value,
        lower=atom.lower,
        upper=atom.upper,
        bound=atom.bound,
        currency_basis=basis,
        per=atom.per,
        period=period.iso if period else None,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        links=tuple([FigureLink.trusted(kind=kind, start=other.start, rule=rule) for kind, other, rule in atom.links])
        if atom.links
        else (),
        rules=_shared((*atom.rules, period.rule) if period else tuple(atom.rules)),
    )


@lru_cache(maxsize=1 << 12)
def _shared(rules: tuple[str, ...]) -> tuple[str, ...]:
    """The same tuple for the same rules: thousands of figures fire the same few."""
    return rules
