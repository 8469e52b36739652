"""Bounds: words before or behind a number that say how the true value relates to it ("more than", "or less")."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from ledger.extraction.numbers.atoms import AS_SAID, COUNT, MONEY, PERCENT, QUANTITY, RANGE, Atom, SentenceSpan
from ledger.extraction.numbers.fold import fold
from ledger.extraction.numbers.grammar import time_units
from ledger.lexicons.load import toml
from schemas import Bound

BOUND_REACH = 64
"""Characters before a number in which a bound word may stand."""


def _plain(form: str) -> str:
    return fold(form.casefold()).decode("latin-1").replace("\\.", ".")


def _before_words() -> dict[str, Bound]:
    words: dict[str, Bound] = {}
    for entry in _LEXICON["bound"]:
        for form in entry["before"]:
            for spelling in {form.replace("s?", ""), form.replace("s?", "s")}:
                words[_plain(spelling)] = Bound(entry["bound"])
    return words


_LEXICON = toml("bounds")
BEFORE_WORDS = _before_words()
"""Lower-case words before a number → bound."""
SIGNS = {form: bound for form, bound in BEFORE_WORDS.items() if not any(map(str.isalpha, form))}
"""Signs that bound the number they touch (">", "~", ">=") → bound."""
SIGN_ENDS = frozenset(sign[-1] for sign in SIGNS)
FILLERS = frozenset(_LEXICON["fillers"]["before"])
"""Words that may stand between a bound word and its number."""
OTHER_PHRASES = {word: frozenset(before) for word, before in _LEXICON["phrases"].items()}
"""Bound word → words before it that make it part of another phrase ("signed up to")."""
NEGATIONS = frozenset(_LEXICON["negations"]["words"])
"""Words that turn "more than" behind them into "at most": "not more than"."""
PAST_OPENERS = frozenset(_LEXICON["past_openers"]["words"])
"""Words before "past $90m" that make it a bound ("sales went past"), and no way ("takes the pair past")."""
LENGTH_OPENERS = frozenset(_LEXICON["length_openers"]["words"])
"""Words before "over 10 years" that make it a length ("for over 10 years") and not a period ("over 10 years")."""


def _behind_forms(entry: Mapping[str, Any]) -> list[str]:
    """The patterns behind a number of one bound, the longest first, with the space before them."""
    forms = sorted(entry.get("after", ()), key=lambda form: (-len(form), form))
    return [form if form[0] in "- \\" else f" {form}" for form in forms]


def _behind_pattern() -> re.Pattern[str]:
    groups = []
    for entry in _LEXICON["bound"]:
        forms = _behind_forms(entry)
        if forms:
            groups.append("(?P<" + entry["bound"] + ">,?(?:" + "|".join(forms) + r")(?![A-Za-z]))")
    plus = r"(?P<plus>\+(?!\d)|-plus\b| plus(?= [a-z]+s\b| ?[/|,.;:)]|$))"
    return re.compile(r"(?: of (?:it|that|this|them|which))?(?:" + "|".join(groups) + ")|" + plus, re.IGNORECASE)


NEGATED = 6
"""Words before "more than" in which a negation turns it into "at most"."""


LONGEST_FORM = 6
"""Words of the longest bound form."""


def _last_words() -> frozenset[str]:
    lasts = {form.split()[-1].rpartition("-")[2] for form in (*BEFORE_WORDS, *FILLERS, "at most,", "at least,")}
    written = {spelling for word in lasts for spelling in (word, word.capitalize(), word.upper())}
    return frozenset(
        written
        | {mark + word for word in written for mark in "(\"['"}
        | {f"{word}-{last}" for word in ("an", "well") for last in lasts}
    )


LAST_WORDS = _last_words()
"""The last words of all bound forms and fillers; most numbers stand behind none of them."""
SHORT_BOUNDS = {form: Bound(bound) for form, bound in _LEXICON["short"].items()}
"""Abbreviations whose point touches the number ("c.$20m", "approx.500") → bound."""
_SHORT = re.compile(rf"\b({'|'.join(SHORT_BOUNDS)})\.$", re.IGNORECASE)


def short_bound(text: str, at: int) -> bool:
    """Whether the point before `at` ends an abbreviation that bounds a number."""
    return _SHORT.search(text, max(0, at - 8), at) is not None


def bound_before(text: str, atom: Atom) -> tuple[Bound, str] | None:
    """The bound that the words before the atom say, with the words."""
    at, floor = atom.start, atom.sentence.start
    beside = text[at - 1 : at]
    if beside in SIGN_ENDS:
        sign = SIGNS.get(text[max(0, at - 2) : at]) or SIGNS.get(beside)
        if sign is not None:
            return sign, beside
    if beside == "." and (short := _SHORT.search(text, max(floor, at - 8), at)) is not None:
        return SHORT_BOUNDS[short.group(1).lower()], short.group()
    if atom.kind is PERCENT and text[at - 3 : at] in (" a ", " an"):
        at = text.rfind(" ", 0, at - 1) + 1  # "about a 9 percent holding"
        beside = " "
    start = max(floor, at - BOUND_REACH)
    if (
        at <= start
        or beside not in " \n(-"
        or text[(text.rfind(" ", start, at - 1) + 1 or start) : at - 1] not in LAST_WORDS
    ):
        return None
    words = text[start:at].lower().replace("-", " ").split()
    _drop_fillers(words)
    found = _longest(words)
    return _in_phrase(words, *found, atom) if found else None


def _in_phrase(words: list[str], bound: Bound, length: int, said: str, atom: Atom) -> tuple[Bound, str] | None:
    """The bound that a form says among the words before it, or None where it is no bound there."""
    del words[-length:]
    if _is_preposition(said, words[-1] if words else "", atom):
        return None
    if bound is Bound.ABOUT and (outer := _longest(words)) is not None and outer[0] is not Bound.ABOUT:
        kept = _is_preposition(outer[2], words[-outer[1] - 1] if len(words) > outer[1] else "", atom)
        return (bound, said) if kept else (outer[0], f"{outer[2]} {said}")
    if (
        bound is Bound.MORE_THAN
        and not (words and words[-1] == "the")
        and any(word in NEGATIONS or word.endswith("n't") for word in words[-NEGATED:])
    ):
        return Bound.AT_MOST, said
    return bound, said


def _lengths(forms: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Last word → the numbers of words of the forms that end in it, the most first."""
    lengths: dict[str, set[int]] = {}
    for form in forms:
        words = form.split()
        if len(words) <= LONGEST_FORM:
            lengths.setdefault(words[-1], set()).add(len(words))
    return {last: tuple(sorted(found, reverse=True)) for last, found in lengths.items()}


FORM_LENGTHS = _lengths((*BEFORE_WORDS, "at most,", "at least,"))
FILLER_LENGTHS = _lengths(FILLERS)


def _longest(words: list[str]) -> tuple[Bound, int, str] | None:
    """The longest bound form that ends `words`: its bound, its number of words, and itself."""
    for length in FORM_LENGTHS.get(words[-1].lstrip("(\"'["), ()) if words else ():
        if length > len(words):
            continue
        said = " ".join(words[-length:]).lstrip("(\"'[")
        bound = BEFORE_WORDS.get(said) or (BEFORE_WORDS.get(said[:-1]) if said in ("at most,", "at least,") else None)
        if bound is not None:
            return bound, length, said
    return None


def _drop_fillers(words: list[str]) -> None:
    while words and words[-1] in FILLER_LENGTHS:
        fitting = (length for length in FILLER_LENGTHS[words[-1]] if length <= len(words))
        dropped = next((length for length in fitting if " ".join(words[-length:]) in FILLERS), 0)
        if not dropped:
            return
        del words[-dropped:]


def _is_preposition(said: str, before: str, atom: Atom) -> bool:
    """Whether the word is no bound here.

    "over 10 years" is a period, "spread over 380 acres" a place, "within 5 km" a distance.
    """
    if before in OTHER_PHRASES.get(said, ()):
        return True
    if said in ("past", "well past"):
        return atom.kind not in (MONEY, PERCENT) or before not in PAST_OPENERS
    if said == "over":
        return atom.kind is QUANTITY and atom.unit in time_units() and before not in LENGTH_OPENERS
    if said == "under" and atom.kind is QUANTITY and atom.unit in time_units():
        return before not in LENGTH_OPENERS
    return said == "within" and not (atom.kind is QUANTITY and atom.unit in time_units())


def words_behind(text: str, end: int, sentence: SentenceSpan) -> tuple[Bound, str] | None:
    """The bound that the words from `end` on say, with the words."""
    if text[end : end + OPENING] not in BOUND_OPENINGS and text[end : end + 1] != "+":
        return None
    match = BEHIND.match(text, end, sentence.segment.end)
    if match is None:
        return None
    name = match.lastgroup or ""
    return (Bound.AT_LEAST if name == "plus" else Bound(name)), match.group().strip(" ,")


def _openings() -> Iterator[str]:
    """The first characters of what `BEHIND` matches, in small and capital letters, but for a plus sign."""
    for form in (*(form for entry in _LEXICON["bound"] for form in _behind_forms(entry)), " of it", "-plus", " plus"):
        plain = form.replace("\\", "")
        for opening in (plain[:OPENING], f",{plain}"[:OPENING]):
            yield from map("".join, product(*((letter.lower(), letter.upper()) for letter in opening)))


BEHIND = _behind_pattern()
"""Words behind a number that bound it, one named group for each bound."""
OPENING = 4
"""Characters by which to tell quickly that a number is followed by no bound."""
BOUND_OPENINGS = frozenset(_openings())


_RULES = {bound: f"bound_{bound}" for bound in Bound}
_OPEN_BELOW, _OPEN_ABOVE = (Bound.LESS_THAN, Bound.AT_MOST), (Bound.MORE_THAN, Bound.AT_LEAST)


def apply_bound(text: str, atom: Atom) -> None:
    """Give the atom the bound that the words around it say; a range has its own."""
    if atom.bound is RANGE:
        return
    said = bound_before(text, atom)
    behind = words_behind(text, atom.end, atom.sentence)
    if behind is None and atom.number_end < atom.end and atom.kind is COUNT:
        behind = words_behind(text, atom.number_end, atom.sentence)
    if behind is not None and (said is None or behind[0] is not Bound.ABOUT):
        said = behind
    if said is None:
        set_bound(atom, atom.bound)
    else:
        set_bound(atom, said[0])
        atom.rules.append(_RULES[said[0]])


def set_bound(atom: Atom, bound: Bound) -> None:
    """Set the bound and the ends that follow from it."""
    atom.bound = bound
    if bound is AS_SAID:
        atom.lower = atom.upper = atom.value
    elif bound is not RANGE:
        atom.lower = None if bound in _OPEN_BELOW else atom.value
        atom.upper = None if bound in _OPEN_ABOVE else atom.value
