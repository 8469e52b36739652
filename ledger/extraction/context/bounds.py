"""Bounds: words before or behind a number that say how the true value relates to it ("more than", "or less")."""

import re
from collections.abc import Iterable
from functools import cache

from ledger.extraction.numbers.atoms import AS_SAID, COUNT, MONEY, PERCENT, QUANTITY, RANGE, Atom, SentenceSpan
from ledger.extraction.numbers.fold import fold
from ledger.extraction.numbers.grammar import time_units
from ledger.lexicons.load import toml
from schemas import Bound

BOUND_REACH = 64
"""Characters before a number in which a bound word may stand."""


def _plain(form: str) -> str:
    return fold(form.casefold()).decode("latin-1").replace("\\.", ".")


@cache
def before_words() -> dict[str, Bound]:
    """Lower-case words before a number → bound."""
    words: dict[str, Bound] = {}
    for entry in toml("bounds")["bound"]:
        for form in entry["before"]:
            for spelling in {form.replace("s?", ""), form.replace("s?", "s")}:
                words[_plain(spelling)] = Bound(entry["bound"])
    return words


@cache
def bound_signs() -> dict[str, Bound]:
    """Signs that bound the number they touch (">", "~", ">=") → bound."""
    return {form: bound for form, bound in before_words().items() if not any(map(str.isalpha, form))}


@cache
def _sign_ends() -> frozenset[str]:
    return frozenset(sign[-1] for sign in bound_signs())


@cache
def fillers() -> frozenset[str]:
    """Words that may stand between a bound word and its number."""
    return frozenset(toml("bounds")["fillers"]["before"])


@cache
def other_phrases() -> dict[str, frozenset[str]]:
    """Bound word → words before it that make it part of another phrase ("signed up to")."""
    return {word: frozenset(before) for word, before in toml("bounds")["phrases"].items()}


@cache
def negations() -> frozenset[str]:
    """Words that turn "more than" behind them into "at most": "not more than"."""
    return frozenset(toml("bounds")["negations"]["words"])


@cache
def past_openers() -> frozenset[str]:
    """Words before "past $90m" that make it a bound ("sales went past"), and no way ("takes the pair past")."""
    return frozenset(toml("bounds")["past_openers"]["words"])


@cache
def length_openers() -> frozenset[str]:
    """Words before "over 10 years" that make it a length ("for over 10 years") and not a period ("over 10 years")."""
    return frozenset(toml("bounds")["length_openers"]["words"])


@cache
def behind_pattern() -> re.Pattern[str]:
    """Words behind a number that bound it, one named group for each bound."""
    groups = []
    for entry in toml("bounds")["bound"]:
        forms = sorted(entry.get("after", ()), key=lambda form: (-len(form), form))
        if forms:
            spelt = "|".join(form if form[0] in "- \\" else " " + form for form in forms)
            groups.append("(?P<" + entry["bound"] + ">,?(?:" + spelt + r")(?![A-Za-z]))")
    plus = r"(?P<plus>\+(?!\d)|-plus\b| plus(?= [a-z]+s\b| ?[/|,.;:)]|$))"
    return re.compile(r"(?: of (?:it|that|this|them|which))?(?:" + "|".join(groups) + ")|" + plus, re.IGNORECASE)


NEGATED = 6
"""Words before "more than" in which a negation turns it into "at most"."""


LONGEST_FORM = 6
"""Words of the longest bound form."""


@cache
def last_words() -> frozenset[str]:
    """The last words of all bound forms and fillers; most numbers stand behind none of them."""
    lasts = {form.split()[-1].rpartition("-")[2] for form in (*before_words(), *fillers(), "at most,", "at least,")}
    written = {spelling for word in lasts for spelling in (word, word.capitalize(), word.upper())}
    return frozenset(
        written
        | {mark + word for word in written for mark in "(\"['"}
        | {f"{word}-{last}" for word in ("an", "well") for last in lasts}
    )


SHORT_BOUNDS = {form: Bound(bound) for form, bound in toml("bounds")["short"].items()}
"""Abbreviations whose point touches the number ("c.$20m", "approx.500") → bound."""
_SHORT = re.compile(rf"\b({'|'.join(SHORT_BOUNDS)})\.$", re.IGNORECASE)


def short_bound(text: str, at: int) -> bool:
    """Whether the point before `at` ends an abbreviation that bounds a number."""
    return _SHORT.search(text, max(0, at - 8), at) is not None


def bound_before(text: str, atom: Atom) -> tuple[Bound, str] | None:
    """The bound that the words before the atom say, with the words."""
    at, floor = atom.start, atom.sentence.start
    beside = text[at - 1 : at]
    if beside in _sign_ends():
        sign = bound_signs().get(text[max(0, at - 2) : at]) or bound_signs().get(beside)
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
        or text[(text.rfind(" ", start, at - 1) + 1 or start) : at - 1] not in last_words()
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
        and any(word in negations() or word.endswith("n't") for word in words[-NEGATED:])
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


@cache
def _form_lengths() -> dict[str, tuple[int, ...]]:
    return _lengths((*before_words(), "at most,", "at least,"))


@cache
def _filler_lengths() -> dict[str, tuple[int, ...]]:
    return _lengths(fillers())


def _longest(words: list[str]) -> tuple[Bound, int, str] | None:
    """The longest bound form that ends `words`: its bound, its number of words, and itself."""
    known = before_words()
    for length in _form_lengths().get(words[-1].lstrip("(\"'["), ()) if words else ():
        if length > len(words):
            continue
        said = " ".join(words[-length:]).lstrip("(\"'[")
        bound = known.get(said) or (known.get(said[:-1]) if said in ("at most,", "at least,") else None)
        if bound is not None:
            return bound, length, said
    return None


def _drop_fillers(words: list[str]) -> None:
    known, lengths = fillers(), _filler_lengths()
    while words:
        fitting = (length for length in lengths.get(words[-1], ()) if length <= len(words))
        dropped = next((length for length in fitting if " ".join(words[-length:]) in known), 0)
        if not dropped:
            return
        del words[-dropped:]


def _is_preposition(said: str, before: str, atom: Atom) -> bool:
    """Whether the word is no bound here.

    "over 10 years" is a period, "spread over 380 acres" a place, "within 5 km" a distance.
    """
    if before in other_phrases().get(said, ()):
        return True
    if said in ("past", "well past"):
        return atom.kind not in (MONEY, PERCENT) or before not in past_openers()
    if said == "over":
        return atom.kind is QUANTITY and atom.unit in time_units() and before not in length_openers()
    if said == "under" and atom.kind is QUANTITY and atom.unit in time_units():
        return before not in length_openers()
    return said == "within" and not (atom.kind is QUANTITY and atom.unit in time_units())


def words_behind(text: str, end: int, sentence: SentenceSpan) -> tuple[Bound, str] | None:
    """The bound that the words from `end` on say, with the words."""
    if text[end : end + 2] not in BOUND_OPENINGS:
        return None
    match = behind_pattern().match(text, end, sentence.segment.end)
    if match is None:
        return None
    name = match.lastgroup or ""
    return (Bound.AT_LEAST if name == "plus" else Bound(name)), match.group().strip(" ,")


BOUND_OPENINGS = (
    frozenset(lead + letter for lead in " -," for letter in "abceghilmnoprtw( ABCEGHILMNOPRTW")
    | {"+" + chr(code) for code in range(256)}
    | {"+"}
)
"""First two characters of words that may bound the number they follow."""


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
