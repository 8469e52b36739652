"""Find the cues of `ledger/lexicons/cues.toml` in the words of a sentence: what each says of money, firmness and time, and in which tense."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from ledger.english import plurals, verb_forms
from ledger.lexicons import toml

FIGURE = "#"
"""The word that stands for a whole figure."""

TENSES = {
    "will": "will", "shall": "will", "must": "will", "won't": "will!", "would": "would", "should": "would", "wouldn't": "would!",
    "could": "may", "may": "may", "might": "may", "can": "may", "cannot": "may!", "can't": "may!", "couldn't": "may!", "to": "to",
    "has": "perf", "have": "perf", "having": "perf", "had": "pluperf", "hasn't": "perf!", "haven't": "perf!", "hadn't": "pluperf!",
    "is": "is", "are": "is", "isn't": "is!", "aren't": "is!", "was": "was", "were": "was", "wasn't": "was!", "weren't": "was!",
    "be": "be", "been": "been", "being": "being", "get": "is", "gets": "is", "got": "was", "do": "do", "does": "do", "did": "did",
    "didn't": "did!", "doesn't": "do!", "don't": "do!", "not": "!", "never": "!", "without": "!",
}  # fmt: skip
"""Words before a verb that make its tense; "!" is a negation."""

ADVERBS = frozenset(
    [
        "also",
        "now",
        "already",
        "still",
        "yet",
        "then",
        "jointly",
        "just",
        "only",
        "even",
        "again",
        "soon",
        "formally",
        "officially",
        "recently",
        "since",
        "so",
        "far",
        "both",
        "each",
        "together",
        "first",
        "later",
        "finally",
        "instead",
        "itself",
        "quietly",
        "ever",
        "all",
        "once",
    ]
)
DETERMINERS = frozenset(
    [
        "a",
        "an",
        "the",
        "its",
        "their",
        "his",
        "her",
        "our",
        "this",
        "that",
        "these",
        "those",
        "of",
        "new",
        "another",
        "no",
        "any",
        "first",
        "such",
        "which",
        "own",
        "#",
        "first-ever",
    ]
)
VERB_LEADS = frozenset(
    [
        "to",
        "will",
        "would",
        "may",
        "could",
        "might",
        "can",
        "not",
        "should",
        "they",
        "we",
        "who",
        "it",
        "he",
        "she",
        "i",
        "and",
        "or",
        "won't",
        "didn't",
        "must",
    ]
)
NUMBER_LEADS = frozenset(
    [
        "#",
        "about",
        "some",
        "around",
        "over",
        "nearly",
        "almost",
        "roughly",
        "up",
        "more",
        "less",
        "at",
        "between",
        "€",
        "$",
        "£",
    ]
)
PASSIVE = {"is": "prespass", "was": "pastpass", "be": "topass", "been": "perfpass", "being": "progpass"}


@dataclass(frozen=True, slots=True, eq=False)  # one object a cue, so that it is looked up by what it is
class Cue:
    """A named cue: what it speaks for, and the sentences that it must be found in and not be found in."""

    name: str
    kind: str
    """verb, noun, hedge, neg, mod or time."""
    measure: str | None
    stage: str | None
    example: str
    counter: str


class Hit(NamedTuple):
    """A cue found in a sentence: words `first` to `last` (excluded)."""

    first: int
    last: int
    cue: Cue
    tense: str
    """Tense of a verb with "!" where it is denied; empty for other cues."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One form of a phrase that is a cue."""

    words: tuple[str, ...]
    cue: Cue
    form: str
    """base, s, ed, en, ing for verbs; empty for other cues."""


def _phrases(cue: Cue, said: str) -> list[Phrase]:
    if said.startswith("="):
        return [Phrase(tuple(said[1:].split()), cue, "base" if cue.kind == "verb" else "")]
    first, *rest = words = said.split()
    if (cue.kind in ("verb", "hedge", "neg") and first.isalpha()) or (cue.kind == "verb" and "-" in first):
        return [Phrase((word, *rest), cue, form) for form, word in verb_forms(first).labelled()]
    if cue.kind == "noun" and words[-1].replace("-", "").isalpha() and len(words[-1]) > 2:
        forms = dict.fromkeys([words[-1], *plurals(words[-1])])
        return [Phrase((*words[:-1], form), cue, "") for form in forms]
    return [Phrase(tuple(words), cue, "")]


def cue_of(row: Mapping[str, Any]) -> Cue:
    """The cue of a line of the lexicon."""
    return Cue(
        row["name"], row["name"].partition(".")[0], row.get("measure"), row.get("stage"), row["example"], row["not"]
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """The cues that the same words may be: all of them, or by the class that what stands before tells."""

    every: tuple[Phrase, ...]
    nominal: tuple[Phrase, ...]
    verbal: tuple[Phrase, ...]
    torn: bool
    """Whether a noun and a verb are spelt alike."""


def reading(phrases: Sequence[Phrase]) -> Reading:
    """The reading of phrases that are spelt alike, one for each cue."""
    nominal = _once([phrase for phrase in phrases if not phrase.form])
    verbal = _once([phrase for phrase in phrases if phrase.form or phrase.cue.kind != "noun"])
    torn = any(phrase.cue.kind == "noun" for phrase in phrases) and any(phrase.form for phrase in phrases)
    return Reading(_once(phrases), nominal, verbal, torn)


def _once(phrases: Sequence[Phrase]) -> tuple[Phrase, ...]:
    found: dict[str, Phrase] = {}
    for phrase in phrases:
        found.setdefault(phrase.cue.name, phrase)
    return tuple(found.values())


@cache
def lexicon() -> Mapping[str, tuple[tuple[tuple[str, ...], Reading], ...]]:
    """First word → (the further words, how the phrase reads), longest first."""
    data = toml("cues")
    found: dict[tuple[str, ...], list[Phrase]] = {}
    for row, cue in zip(data["cues"]["list"], cues(), strict=True):
        for said in row["words"].split(","):
            for choice in product(*(word.split("|") for word in said.split())):
                for phrase in _phrases(cue, " ".join(choice)):
                    rivals = found.setdefault(phrase.words, [])
                    if all((r.cue.name, r.form) != (cue.name, phrase.form) for r in rivals):
                        rivals.append(phrase)
    by_first: dict[str, list[tuple[tuple[str, ...], Reading]]] = {}
    for words, phrases in found.items():
        by_first.setdefault(words[0], []).append((words[1:], reading(phrases)))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in by_first.items()}


@cache
def _by_second_word() -> Mapping[str, tuple[Reading | None, Mapping[str, tuple[tuple[tuple[str, ...], Reading], ...]]]]:
    """First word → how it reads alone, and by the second word the longer phrases, longest first."""
    found = {}
    for first, rows in lexicon().items():
        longer: dict[str, list[tuple[tuple[str, ...], Reading]]] = {}
        for rest, read in rows:
            if rest:
                longer.setdefault(rest[0], []).append((rest, read))
        alone = next((read for rest, read in rows if not rest), None)
        found[first] = (alone, {second: tuple(phrases) for second, phrases in longer.items()})
    return found


@cache
def cues() -> tuple[Cue, ...]:
    """All cues, in the order of the lexicon."""
    return tuple(cue_of(row) for row in toml("cues")["cues"]["list"])


def tense(words: Sequence[str], at: int, form: str) -> str:
    """The tense of the verb at word `at` in this form: "will", "past", "perfpass" …, with "!" where it is denied."""
    found: list[str] = []
    back = at - 1
    while back >= 0 and at - back <= 5:
        word = words[back]
        mark = TENSES.get(word)
        if mark is None:
            if word.endswith("ly") or word in ADVERBS:
                back -= 1
                continue
            mark = "will" if word.endswith(("'ll", "’ll")) else "perf" if word.endswith(("'ve", "’ve")) else None
            if mark is None:
                break
        found.append(mark)
        back -= 1
    denied = "!" if any(mark.endswith("!") for mark in found) else ""
    marks = [mark.rstrip("!") for mark in found if mark != "!"]
    return _tense(form, marks) + denied


def _tense(form: str, marks: Sequence[str]) -> str:
    first = marks[0] if marks else ""
    if form == "ing":
        return (
            "prog" if first in ("is", "been") else "pastprog" if first == "was" else "prog" if first == "be" else "ing"
        )
    if form in ("base", "s"):
        return first if first in ("will", "would", "may", "to", "did") else "pres"
    if first in PASSIVE:
        further = marks[1] if len(marks) > 1 else ""
        return f"{further}pass" if first == "be" and further in ("will", "would", "may") else PASSIVE[first]
    return first if first in ("perf", "pluperf") else "past" if form == "ed" else "part"


def hits(words: Sequence[str]) -> list[Hit]:
    """The cues in `words` (lower-cased, a figure is `#`), leftmost and longest first; a word of two classes is read by what stands before it."""
    book = _by_second_word()
    words = tuple(words)
    found: list[Hit] = []
    past, last = 0, len(words) - 1
    for at in [at for at, word in enumerate(words) if word in book]:
        if at < past:
            continue
        read, longer = book[words[at]]
        length = 1
        for rest, phrase in longer.get(words[at + 1], ()) if at < last else ():
            if words[at + 1 : at + 1 + len(rest)] == rest:
                read, length = phrase, len(rest) + 1
                break
        if read is not None:
            past = at + length
            found += [
                Hit(at, past, said.cue, tense(words, at, said.form) if said.form else "")
                for said in _phrases_of(words, at, length, read)
            ]
    return found


def _phrases_of(words: Sequence[str], at: int, length: int, read: Reading) -> tuple[Phrase, ...]:
    if not read.torn:
        return read.every
    before = words[at - 1] if at else ""
    after = words[at + length] if at + length < len(words) else ""
    verbal = before in VERB_LEADS or before in TENSES or (before not in DETERMINERS and after in NUMBER_LEADS)
    return read.verbal if verbal else read.nominal


__all__ = ["FIGURE", "Cue", "Hit", "cues", "hits", "lexicon", "tense"]
