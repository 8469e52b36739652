"""Tell the tense of a verb from the words before it."""

from collections.abc import Sequence

from ledger.english.function_words import function_words, tense_marks

PASSIVE = {"is": "prespass", "was": "pastpass", "be": "topass", "been": "perfpass", "being": "progpass"}
"""Form of "be" before a past participle → the tense of the passive."""
PROGRESSIVE = {"is": "prog", "been": "prog", "be": "prog", "was": "pastprog"}
"""Form of "be" before a form in -ing → the tense."""
MODALS = frozenset({"will", "would", "may"})
TENSE_MARKS = tense_marks()
ADVERBS = function_words("adverbs")
REACH = 5
"""Words before a verb among which its auxiliaries stand: "has not yet formally been approved"."""


def verb_tense(words: Sequence[str], at: int, form: str) -> str:
    """The tense of the verb at word `at` in this form: "will", "past", "perfpass" …, with "!" where it is denied.

    >>> verb_tense(["it", "has", "not", "yet", "been", "approved"], 5, "en")
    'perfpass!'
    """
    found = _marks_before(words, at)
    denied = "!" if any(mark.endswith("!") for mark in found) else ""
    return _tense(form, [mark.rstrip("!") for mark in found if mark != "!"]) + denied


def _marks_before(words: Sequence[str], at: int) -> list[str]:
    """The tense marks before word `at`, the nearest first; adverbs among them are passed over."""
    found: list[str] = []
    for word in reversed(words[max(0, at - REACH) : at]):
        mark = TENSE_MARKS.get(word)
        if mark is None:
            if word.endswith("ly") or word in ADVERBS:
                continue
            mark = "will" if word.endswith(("'ll", "’ll")) else "perf" if word.endswith(("'ve", "’ve")) else None
            if mark is None:
                break
        found.append(mark)
    return found


def _tense(form: str, marks: Sequence[str]) -> str:
    first = marks[0] if marks else ""
    if form == "ing":
        return PROGRESSIVE.get(first, "ing")
    if form in ("base", "s"):
        return first if first in MODALS or first in ("to", "did") else "pres"
    if first in PASSIVE:
        further = marks[1] if len(marks) > 1 else ""
        return f"{further}pass" if first == "be" and further in MODALS else PASSIVE[first]
    if first in ("perf", "pluperf"):
        return first
    return "past" if form == "ed" else "part"


__all__ = ["verb_tense"]
