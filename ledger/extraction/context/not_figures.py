"""Named patterns of the words around a bare number that make it no figure, split so that each costs little.

All patterns as one automaton have states for every mixture of what may stand before a number, tens of megabytes of
them. So each alternative is tried from the number outwards: those that begin with it, or one character before it,
forwards; those that end with it backwards; those that look both ways only where their part up to the number fits.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from ledger.extraction.numbers.grammar import PATTERN_MEMORY, Finder, pattern
from ledger.lexicons.load import joined, toml

OPEN_MARK, CLOSE_MARK = "\x01", "\x02"
"""What marks the number in the words that the patterns are matched against."""
WINDOW_BEFORE, WINDOW_BEHIND = 32, 28
"""Characters around a number that the patterns see."""
QUANTIFIERS = ("?", "*", "+", "{")


@cache
def _lists() -> dict[str, str]:
    return {name: "|".join(forms) for name, forms in toml("not_figures")["lists"].items()}


def compiled_source(source: str) -> str:
    """A lexicon pattern with its lists and markers filled in."""
    for name, alternatives in _lists().items():
        source = source.replace("{" + name + "}", alternatives)
    return source.replace("«", OPEN_MARK).replace("»", CLOSE_MARK)


@cache
def named_patterns() -> dict[str, Any]:
    """Name of a refusal → its compiled pattern."""
    return {
        entry["name"]: pattern(compiled_source(joined(entry["pattern"])).encode("latin-1"), captures=False)
        for entry in toml("not_figures")["not_figure"]
    }


def _outside_groups(source: str) -> Iterator[tuple[int, str]]:
    """Place and character of all that stands in no group and no class of a pattern, without escaped characters."""
    depth = at = 0
    while at < len(source):
        character = source[at]
        if character == "\\":
            at += 1
        elif character == "[":
            at += 2
            while source[at] != "]":
                at += 2 if source[at] == "\\" else 1
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif depth == 0:
            yield at, character
        at += 1


def _alternatives(source: str) -> list[str]:
    """The alternatives of a pattern: ["a(?:b|c)", "d"] of "a(?:b|c)|d"."""
    bars = [at for at, character in _outside_groups(source) if character == "|"]
    return [source[start + 1 : end] for start, end in zip([-1, *bars], [*bars, len(source)], strict=True)]


def _from_number(source: str) -> str | None:
    """An alternative that begins with the number or with one character before it, as one that begins with the latter.

    >>> _from_number("[(]\\x01") == "[(]\\x01", _from_number("\\x01") == "[^\\x01]?\\x01", _from_number("at \\x01")
    (True, True, None)
    """
    start = source.find(OPEN_MARK)
    if start < 0 or source.startswith(QUANTIFIERS, start + 1) or not _TOUCHING.fullmatch(source, 0, start):
        return None
    return source if start else f"[^{OPEN_MARK}]?{source}"


_ONE = r"(?:\[(?:\\.|[^\]])+\]|\\[dn(\[.+^]|[\w#:'])"
_TOUCHING = re.compile(rf"(?:\(\?:\^\|{_ONE}\)|{_ONE})?")
"""A pattern of no more than one character, or of the start of the words."""


def _placed(source: str) -> tuple[str, ...]:
    """An alternative, or where it names no place of the number, the two with the number behind it and before it."""
    number = f"{OPEN_MARK}[^{CLOSE_MARK}]*{CLOSE_MARK}"
    if OPEN_MARK not in source:
        return f"(?:{source})[^{OPEN_MARK}]*{number}", f"{number}(?s:.*)(?:{source})"
    return (source if CLOSE_MARK in source else f"{source}[^{CLOSE_MARK}]*{CLOSE_MARK}",)


def _up_to_number(source: str) -> str:
    """An alternative up to the end of its number; as a whole pattern is its own first part, nothing is lost.

    Raises ValueError where the number stands in a group or may be missing.
    """
    end = next((at + 1 for at, character in _outside_groups(source) if character == CLOSE_MARK), None)
    if end is None or source.startswith(QUANTIFIERS, end):
        raise ValueError(f"the number of a pattern stands in no group and is never left out: {source!r}")
    return source[:end]


class _Split(NamedTuple):
    """Some patterns, split by where they look; None where there are no such alternatives."""

    behind: Finder | None
    """Alternatives that begin with the number or with one character before it."""
    before: Finder | None
    """Others that end with it, and the first parts of those that go on behind it."""
    around: Finder | None
    """Those of `before` in full."""

    def fits(self, left: bytes, number: bytes, right: bytes) -> bool:
        """Whether a pattern matches the words around a number, which stands between its marks."""
        if self.behind is not None and self.behind.find(left[-1:] + number + right)[0] >= 0:
            return True
        if self.before is None or self.around is None or self.before.find(left + number)[0] < 0:
            return False
        return self.around.find(left + number + right)[0] >= 0


def _finder(alternatives: Iterable[str], opening: str = "", closing: str = "") -> Finder | None:
    source = "|".join(f"(?:{alternative})" for alternative in alternatives)
    whole = f"{opening}(?:{source}){closing}".encode("latin-1")
    return Finder(pattern(whole, captures=False, memory=2 * PATTERN_MEMORY)) if source else None


@cache
def _split(*, time: bool) -> _Split:
    """The patterns, all of them or those for lengths of time."""
    entries = [entry for entry in toml("not_figures")["not_figure"] if not time or entry.get("time")]
    every = [
        placed
        for entry in entries
        for part in _alternatives(compiled_source(joined(entry["pattern"])))
        for placed in _placed(part)
    ]
    behind = [touching for part in every if (touching := _from_number(part)) is not None]
    others = {part: _up_to_number(part) for part in every if _from_number(part) is None}
    return _Split(_finder(behind, opening="^"), _finder(others.values(), closing="\\z"), _finder(others))


def refused_by_pattern(text: str, start: int, end: int, *, time: bool = False, name: bool = False) -> str | None:
    """The pattern that refuses the number, or None; its name is looked up only where `name` is set."""
    left = text[max(0, start - WINDOW_BEFORE) : start].encode("latin-1")
    number = f"{OPEN_MARK}{text[start:end]}{CLOSE_MARK}".encode("latin-1")
    right = text[end : end + WINDOW_BEHIND].encode("latin-1")
    if not _split(time=time).fits(left, number, right):
        return None
    if not name:
        return "not_figure"
    around = left + number + right
    return next((rule for rule, compiled in named_patterns().items() if compiled.search(around)), "not_figure")
