"""Refusals: bare numbers that are no figures, each refused by a named pattern of the lexicon or a named rule here."""

import re

from ledger.extraction.context.bounds import short_bound
from ledger.extraction.context.not_figures import refused_by_pattern
from ledger.extraction.numbers.atoms import ASCII_LETTERS, MONEY, ONE, PERCENT, QUANTITY, WORD_BYTES, Atom
from ledger.extraction.numbers.grammar import time_units
from ledger.extraction.numbers.nouns import stops
from ledger.lexicons.load import toml

WORD_CHARACTERS = frozenset(map(chr, WORD_BYTES))
YEARS = range(1500, 2100)
"""Bare numbers that may be years."""
YEAR_CUES = frozenset(toml("not_figures")["lists"]["year_cue"])
_WORD_BEFORE = re.compile(r"([A-Za-z'.&]+)[ -]$")
_PLURAL_NEXT = re.compile(r" [a-z][a-z-]+s\b| people\b| men\b| women\b| [a-z-]+ (?:[a-z]+s|people)\b")


def in_a_word(text: str, atom: Atom, last_end: int) -> bool:
    """Whether the atom is part of a word ("GB200", "5G", "F-35"); a dash after `last_end` is of a range."""
    start, end = atom.start, atom.end
    before = text[start - 1 : start] if start else ""
    if before != " ":
        if text[start] == "." and (before.isdigit() or before.isupper()):
            return True
        if before == ":" and atom.factor == ONE and _CLOCK.match(text, start) and text[start - 2 : start - 1].isdigit():
            return True
        if last_end != start - 1 and before:
            glued = _glued_before(text, atom, before)
            if glued is not None:
                return glued
    if text[end : end + 1] not in WORD_CHARACTERS or text[end - 1] not in WORD_CHARACTERS:
        return False
    return not (atom.rules and atom.rules[-1].startswith("glued"))


def _glued_before(text: str, atom: Atom, before: str) -> bool | None:
    """Whether what touches the atom on the left makes it part of a word; None where that does not decide."""
    start = atom.start
    if ord(before) in WORD_BYTES and ord(text[start]) in WORD_BYTES:
        glued = atom.kind is PERCENT or (atom.kind is MONEY and atom.number_start > atom.start)
        return not (glued and _FUNCTION_WORD.search(text, max(0, start - 8), start))
    if before == "-" and not atom.digits and start > 1 and text[start - 2].isdigit():
        return True
    if before == "-" and _MODEL_BEFORE.search(text, max(0, start - 10), start):
        return True
    if before in ("-", ".", "/") and start > 1 and ord(text[start - 2]) in WORD_BYTES and atom.kind is None:
        if before == "." and short_bound(text, start):
            return None
        return (
            before == "."
            or text[start - 2].isupper()
            or (ord(text[start - 2]) in ASCII_LETTERS and not _prefix_word(text, start))
        )
    return None


_MODEL_BEFORE = re.compile(r"(?:^|[^A-Za-z0-9])[A-Z][A-Za-z]{0,3}\d{2,4}-$")
"""A model's name that goes on behind a dash: "V236-15.0 MW"."""
_FUNCTION_WORD = re.compile(r"(?:^|[^A-Za-z0-9])(?:an?|the|of|to|by|at|was|is|and|from|for|with|about|in|than)$")
"""A word to which a missing space glued a number: "with a1.5 percent"."""
_CLOCK = re.compile(r"[0-5]\d(?![\d:])")
_ORDINAL_NEXT = re.compile(r"-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)(?:$|[^\w-]| )")
_PREFIXES = re.compile(r"(?:\b(?:mid|pre|post|sub|non|top|under|over|around|about)|\d)-$", re.IGNORECASE)


def _prefix_word(text: str, start: int) -> bool:
    return bool(_PREFIXES.search(text, max(0, start - 12), start))


def is_year(text: str, atom: Atom) -> bool:
    """Whether a bare four-digit number is a year: no plural noun follows, or "in" or "since" stands before."""
    written = atom.digits
    if len(written) != 4 or not written.isdigit() or int(written) not in YEARS or atom.factor != ONE:
        return False
    before = _WORD_BEFORE.search(text, max(0, atom.start - 16), atom.start)
    cue = before is not None and before.group(1).lower().strip(".") in YEAR_CUES
    if int(written) % 50 and int(written) in RECENT_YEARS and not _COUNT_NEXT.match(text, atom.end):
        return True
    return (cue and not _counted(text, atom)) or not _PLURAL_NEXT.match(text, atom.end)


RECENT_YEARS = range(1990, 2041)
"""Bare numbers that are years unless what is commonly counted follows: "2024 live updates", but "2024 jobs"."""
_COUNT_NEXT = re.compile(rf" (?:[a-z-]+ ){{0,2}}(?:{'|'.join(toml('not_figures')['lists']['commonly_counted'])})\b")
_COUNTED_NEXT = re.compile(r" (?:people|[a-z-]+(?:[^s]s))\b")


def _counted(text: str, atom: Atom) -> bool:
    """Whether a plural noun in lower case follows at once, the sign of a count such as "the 2000 jobs"."""
    return int(atom.digits) % 100 == 0 and bool(_COUNTED_NEXT.match(text, atom.end))


_NAME_BEFORE = re.compile(r"(?:^|[^A-Za-z0-9_.])((?:[A-Z][A-Za-z&']*|[A-Z]+[0-9]*))[ ]$")
_LOWER_NEXT = re.compile(r" [a-z]")
_NOUN_NEXT = re.compile(r"[ -](?:[a-z][a-z-]* ){0,3}?(?:[a-z-]+s|people|staff|aircraft)\b")


def is_name_number(text: str, atom: Atom) -> bool:
    """Whether a small bare number ends a capitalised name ("Falcon 9", "Vision 2030") and counts nothing."""
    if not atom.digits or "," in atom.digits or atom.factor != ONE or atom.start - atom.sentence.start < 2:
        return False
    before = _NAME_BEFORE.search(text, max(atom.sentence.start, atom.start - 24), atom.start)
    if before is None:
        return False
    if before.start(1) == atom.sentence.start and not (
        before.group(1).lower() not in stops() and _LOWER_NEXT.match(text, atom.end)
    ):
        return False
    return not _title_case(text, atom) and not _NOUN_NEXT.match(text, atom.end)


def _title_case(text: str, atom: Atom) -> bool:
    words = [
        word
        for word in text[atom.sentence.start : min(atom.sentence.end, atom.sentence.start + 200)].split()
        if len(word) > 3 and word[0].isalpha()
    ]
    return len(words) > 4 and sum(word[0].isupper() for word in words) * 4 >= len(words) * 3


_LETTER_NAME = re.compile(r"[A-Z] [A-Z][a-z]")
"""A letter that touches a small number before a capitalised word: "3W Clinic"."""


def _is_name(text: str, atom: Atom) -> bool:
    """Whether number and measure are words of a name: "Three Mile Island", "the 3 Million Homes scheme"."""
    if not text[atom.end + 1 : atom.end + 2].isupper() or text[atom.end] != " " or atom.unit in time_units():
        return False
    last = text[atom.number_end : atom.end].lstrip(" -")
    if not last[:1].isupper() or not last[1:2].islower():
        return False
    before = _WORD_BEFORE.search(text, max(0, atom.start - 16), atom.start)
    return (before is not None and before.group(1).islower()) or not _title_case(text, atom)


def refusal(text: str, atom: Atom, *, name: bool = False) -> str | None:
    """Why a number is no figure, or None; the name of a lexicon pattern is looked up only where `name` is set."""
    if atom.kind in (None, QUANTITY) and _is_name(text, atom):
        return "name_words"
    if not atom.digits and atom.kind is None and _ORDINAL_NEXT.match(text, atom.end):
        return "ordinal_words"
    if atom.kind is QUANTITY:
        if atom.value == ONE and not atom.digits and text[max(0, atom.start - 4) : atom.start].lower() == "not ":
            return "not_one"
        if len(atom.digits) < 3 and atom.attached and _LETTER_NAME.match(text, atom.number_end):
            return "letter_name"
        return (
            refused_by_pattern(text, atom.start, atom.end, time=True, name=name) if atom.unit in time_units() else None
        )
    return _bare_refusal(text, atom, name=name) if atom.digits else None


def _bare_refusal(text: str, atom: Atom, *, name: bool) -> str | None:
    """Why a bare number in digits is no figure, or None."""
    if len(atom.digits) > 1 and atom.digits[0] == "0" and "." not in atom.digits:
        return "leading_zero"
    if is_year(text, atom):
        return "year"
    by_pattern = refused_by_pattern(text, atom.start, atom.end, name=name)
    return by_pattern or ("name_number" if is_name_number(text, atom) else None)
