"""Words that the end of a line cut, joined again."""

import re
from collections.abc import Iterable
from functools import cache

from ledger.lexicons import load

HYPHENS = "-\u2010\u00ad"
DASHES = "–—/"
WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
LAST = re.compile(r"[^\W_]+(?:[-\u2010][^\W_]+)*$")
FIRST = re.compile(r"^[^\W_]+")


@cache
def _parts(name: str) -> frozenset[str]:
    """First parts of words that keep their hyphen (`kept`), or endings of words (`endings`)."""
    return frozenset(load.toml("pages")["hyphen"][name].split())


def words_of(lines: Iterable[str]) -> frozenset[str]:
    """The words of a document in lower case, those with a hyphen inside whole."""
    return frozenset(word.lower().replace("\u2010", "-") for line in lines for word in WORD.findall(line))


def join_lines(before: str, after: str, known: frozenset[str] = frozenset()) -> str:
    """Two lines as one; a word cut by a hyphen is joined as the document spells it elsewhere.

    >>> join_lines("It spent on infra-", "structure."), join_lines("a low-", "carbon mill"), join_lines("$5-", "6bn")
    ('It spent on infrastructure.', 'a low-carbon mill', '$5-6bn')
    """
    if not before or not after:
        return before + after
    if before[-1] in DASHES and before[-2:-1] not in ("", " "):
        return before + after
    if before[-1] not in HYPHENS or before[-2:-1] in ("", " "):
        return f"{before} {after}"
    head, tail = LAST.search(before[:-1]), FIRST.search(after)
    if head is None or tail is None:
        return before + after
    return before[:-1] + ("-" if _keeps(head[0].lower(), tail[0], known) else "") + after


def _keeps(head: str, tail: str, known: frozenset[str]) -> bool:
    """Whether a word cut behind `head` keeps its hyphen."""
    if not tail[0].islower() or head[-1].isdigit():
        return True
    if f"{head}-{tail}" in known:
        return True
    if f"{head}{tail}" in known or tail in _parts("endings"):
        return False
    return head.rpartition("-")[2] in _parts("kept")
