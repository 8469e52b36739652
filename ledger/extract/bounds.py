"""Bounds: words before or behind a number that say how it relates to the true one."""

import re
from functools import cache

from ledger.extract.atoms import Atom, Place
from ledger.extract.fold import fold
from ledger.lexicons.load import toml
from schemas import Bound, Kind

REACH = 64
"""Characters before a number in which a bound word may stand."""
TIME_UNITS = frozenset({"year", "month", "week", "day", "hour", "minute", "decade", "century", "quarter", "season", "fortnight", "weekend", "second"})
SIGNS = {
    "~": Bound.ABOUT,
    ">": Bound.MORE_THAN,
    "<": Bound.LESS_THAN,
    "\x1a": Bound.AT_LEAST,
    "\x19": Bound.AT_MOST,
    ">=": Bound.AT_LEAST,
    "<=": Bound.AT_MOST,
}
PRECEDES_LENGTH = frozenset({"for", "in", "after", "of", "took", "lasted", "lasting", "taken", "than"})
"""Words before "over 10 years" that make it a length ("for over 10 years") and not a period ("over 10 years")."""


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
def fillers() -> frozenset[str]:
    """Words that may stand between a bound word and its number."""
    return frozenset(toml("bounds")["fillers"]["before"])


@cache
def phrases() -> dict[str, frozenset[str]]:
    """Bound word → words before it that make it part of another phrase."""
    return {word: frozenset(before) for word, before in toml("bounds")["phrases"].items()}


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


NEGATIONS = frozenset({"not", "no", "never", "nor", "without", "nobody", "none", "cannot", "neither"})
NEGATED = 6
"""Words before "more than" in which a negation turns it into "at most"."""


LONGEST_FORM = 6


@cache
def last_words() -> frozenset[str]:
    """The last words of all bound forms and fillers; most numbers stand behind none of them."""
    lasts = {form.split()[-1].rpartition("-")[2] for form in (*before_words(), *fillers(), "at most,", "at least,")}
    written = {spelling for word in lasts for spelling in (word, word.capitalize(), word.upper())}
    return frozenset(
        written | {mark + word for word in written for mark in "(\"['"} | {f"{word}-{last}" for word in ("an", "well") for last in lasts}
    )


def bound_before(text: str, atom: Atom) -> tuple[Bound, str] | None:
    """The bound that the words before the atom say, with the words."""
    sign = SIGNS.get(text[max(0, atom.start - 2) : atom.start]) or SIGNS.get(text[atom.start - 1 : atom.start])
    if sign is not None:
        return sign, text[atom.start - 1]
    start = max(atom.place.start, atom.start - REACH)
    if (
        atom.start <= start
        or text[atom.start - 1] not in " \n(-"
        or text[(text.rfind(" ", start, atom.start - 1) + 1 or start) : atom.start - 1] not in last_words()
    ):
        return None
    words = text[start : atom.start].lower().replace("-", " ").split()
    _drop_fillers(words)
    before_words()
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


def _longest(words: list[str]) -> tuple[Bound, int, str] | None:
    """The longest bound form that ends `words`: its bound, its number of words, and itself."""
    known = before_words()
    for length in range(min(LONGEST_FORM, len(words)), 0, -1):
        said = " ".join(words[-length:]).lstrip("(\"'[")
        bound = known.get(said) or (known.get(said[:-1]) if said in ("at most,", "at least,") else None)
        if bound is not None:
            return bound, length, said
    return None


def _drop_fillers(words: list[str]) -> None:
    known = fillers()
    while words:
        for length in (3, 2, 1):
            if len(words) >= length and " ".join(words[-length:]) in known:
                del words[-length:]
                break
        else:
            return


def _is_preposition(said: str, before: str, atom: Atom) -> bool:
    """Whether the word is no bound here: "over 10 years" is a period, "spread over 380 acres" a place, "within 5 km" a distance."""
    if before in phrases().get(said, ()):
        return True
    if said == "over":
        return atom.kind is Kind.QUANTITY and atom.unit in TIME_UNITS and before not in PRECEDES_LENGTH
    if said == "under" and atom.kind is Kind.QUANTITY and atom.unit in TIME_UNITS:
        return before not in PRECEDES_LENGTH
    return said == "within" and not (atom.kind is Kind.QUANTITY and atom.unit in TIME_UNITS)


def words_behind(text: str, end: int, place: Place) -> tuple[Bound, str] | None:
    """The bound that the words from `end` on say, with the words."""
    if text[end : end + 2] not in OPENINGS:
        return None
    match = behind_pattern().match(text, end, place.segment.end)
    if match is None:
        return None
    name = match.lastgroup or ""
    return (Bound.AT_LEAST if name == "plus" else Bound(name)), match.group().strip(" ,")


OPENINGS = (
    frozenset(lead + letter for lead in " -," for letter in "abceghilmnoprtw( ABCEGHILMNOPRTW") | {"+" + chr(code) for code in range(256)} | {"+"}
)
"""First two characters of words that may bound the number they follow."""


def apply_bound(text: str, atom: Atom) -> None:
    """Give the atom the bound that the words around it say; a range has its own."""
    if atom.bound is Bound.RANGE:
        return
    said = bound_before(text, atom)
    behind = words_behind(text, atom.end, atom.place)
    if behind is None and atom.kind is Kind.COUNT and atom.number_end < atom.end:
        behind = words_behind(text, atom.number_end, atom.place)
    if behind is not None and (said is None or behind[0] is not Bound.ABOUT):
        said = behind
    set_bound(atom, said[0] if said else atom.bound)
    if said is not None:
        atom.rules.append(f"bound_{said[0]}")


def set_bound(atom: Atom, bound: Bound) -> None:
    """Set the bound and the ends that follow from it."""
    atom.bound = bound
    if bound is Bound.RANGE:
        return
    atom.lower = None if bound in (Bound.LESS_THAN, Bound.AT_MOST) else atom.value
    atom.upper = None if bound in (Bound.MORE_THAN, Bound.AT_LEAST) else atom.value
