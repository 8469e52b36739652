"""Find the cues of `ledger/lexicons/cues.toml` in a sentence: what each says of money, firmness and time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from ledger.attribute.labels.tenses import verb_tense
from ledger.english import plurals, verb_forms
from ledger.english.function_words import function_words, tense_marks
from ledger.lexicons import toml

FIGURE = "#"
"""The word that stands for a whole figure."""

VERB_LEADS = function_words("verb_leads").union(tense_marks())
NUMBER_LEADS = function_words("number_leads")
DETERMINERS = function_words("noun_determiners")


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


class CueMatch(NamedTuple):
    """A cue found in a sentence: words `first` to `last`, end excluded."""

    first: int
    last: int
    cue: Cue
    tense: str
    """Tense of a verb with "!" where it is denied; empty for other cues."""


class CuePhrase(NamedTuple):
    """One form of a phrase that is a cue."""

    words: tuple[str, ...]
    cue: Cue
    form: str
    """base, s, ed, en, ing for verbs; empty for other cues."""


def _phrases(cue: Cue, said: str) -> list[CuePhrase]:
    """The forms of one phrase: verbs and nouns are inflected, a phrase after "=" is taken as it stands."""
    if said.startswith("="):
        return [CuePhrase(tuple(said[1:].split()), cue, "base" if cue.kind == "verb" else "")]
    first, *rest = words = said.split()
    if (cue.kind in ("verb", "hedge", "neg") and first.isalpha()) or (cue.kind == "verb" and "-" in first):
        return [CuePhrase((word, *rest), cue, form) for form, word in verb_forms(first).labelled()]
    if cue.kind == "noun" and words[-1].replace("-", "").isalpha() and len(words[-1]) > 2:
        forms = dict.fromkeys([words[-1], *plurals(words[-1])])
        return [CuePhrase((*words[:-1], form), cue, "") for form in forms]
    return [CuePhrase(tuple(words), cue, "")]


def cue_of(row: Mapping[str, Any]) -> Cue:
    """The cue of a line of the lexicon."""
    return Cue(
        row["name"], row["name"].partition(".")[0], row.get("measure"), row.get("stage"), row["example"], row["counter"]
    )


@dataclass(frozen=True, slots=True)
class CueSenses:
    """The cues that the same words may be: all, those that are nouns or fixed phrases, and those that are no nouns."""

    all: tuple[CuePhrase, ...]
    nominal: tuple[CuePhrase, ...]
    verbal: tuple[CuePhrase, ...]
    ambiguous: bool
    """Whether a noun and a verb are spelt alike."""


def senses_of(phrases: Sequence[CuePhrase]) -> CueSenses:
    """The senses of phrases that are spelt alike, one for each cue."""
    nominal = _one_a_cue([phrase for phrase in phrases if not phrase.form])
    verbal = _one_a_cue([phrase for phrase in phrases if phrase.form or phrase.cue.kind != "noun"])
    ambiguous = any(phrase.cue.kind == "noun" for phrase in phrases) and any(phrase.form for phrase in phrases)
    return CueSenses(_one_a_cue(phrases), nominal, verbal, ambiguous)


def _one_a_cue(phrases: Sequence[CuePhrase]) -> tuple[CuePhrase, ...]:
    found: dict[str, CuePhrase] = {}
    for phrase in phrases:
        found.setdefault(phrase.cue.name, phrase)
    return tuple(found.values())


Longer = tuple[tuple[str, ...], CueSenses]
"""The further words of a phrase, and its senses."""


@cache
def cue_index() -> Mapping[str, tuple[Longer, ...]]:
    """First word → the phrases that begin with it, longest first."""
    found: dict[tuple[str, ...], list[CuePhrase]] = {}
    for row, cue in zip(toml("cues")["cue"], all_cues(), strict=True):
        for phrase in _all_phrases(cue, row["words"]):
            rivals = found.setdefault(phrase.words, [])
            if all((r.cue.name, r.form) != (cue.name, phrase.form) for r in rivals):
                rivals.append(phrase)
    by_first: dict[str, list[Longer]] = {}
    for words, phrases in found.items():
        by_first.setdefault(words[0], []).append((words[1:], senses_of(phrases)))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in by_first.items()}


def _all_phrases(cue: Cue, said: str) -> Iterator[CuePhrase]:
    """Every form of every phrase of a line's words: phrases are parted by commas, "a|b" are two words for one."""
    for phrase in said.split(","):
        for choice in product(*(word.split("|") for word in phrase.split())):
            yield from _phrases(cue, " ".join(choice))


@cache
def _by_second_word() -> Mapping[str, tuple[CueSenses | None, Mapping[str, tuple[Longer, ...]]]]:
    """First word → its senses alone, and by the second word the longer phrases, longest first."""
    found = {}
    for first, rows in cue_index().items():
        longer: dict[str, list[Longer]] = {}
        for rest, senses in rows:
            if rest:
                longer.setdefault(rest[0], []).append((rest, senses))
        alone = next((senses for rest, senses in rows if not rest), None)
        found[first] = (alone, {second: tuple(phrases) for second, phrases in longer.items()})
    return found


@cache
def all_cues() -> tuple[Cue, ...]:
    """All cues, in the order of the lexicon."""
    return tuple(cue_of(row) for row in toml("cues")["cue"])


def find_cues(words: Sequence[str]) -> list[CueMatch]:
    """The cues in `words` (lower-cased, a figure is `#`), leftmost and longest first.

    A word that may be noun or verb is what the words beside it let it be.
    """
    index = _by_second_word()
    words = tuple(words)
    found: list[CueMatch] = []
    past, last = 0, len(words) - 1
    for at in [at for at, word in enumerate(words) if word in index]:
        if at < past:
            continue
        senses, longer = index[words[at]]
        length = 1
        for rest, phrase_senses in longer.get(words[at + 1], ()) if at < last else ():
            if words[at + 1 : at + 1 + len(rest)] == rest:
                senses, length = phrase_senses, len(rest) + 1
                break
        if senses is not None:
            past = at + length
            found += [
                CueMatch(at, past, phrase.cue, verb_tense(words, at, phrase.form) if phrase.form else "")
                for phrase in _likely_phrases(words, at, past, senses)
            ]
    return found


def _likely_phrases(words: Sequence[str], first: int, last: int, senses: CueSenses) -> tuple[CuePhrase, ...]:
    if not senses.ambiguous:
        return senses.all
    before = words[first - 1] if first else ""
    after = words[last] if last < len(words) else ""
    verbal = before in VERB_LEADS or (before not in DETERMINERS and after in NUMBER_LEADS)
    return senses.verbal if verbal else senses.nominal


__all__ = ["FIGURE", "Cue", "CueMatch", "all_cues", "cue_index", "find_cues"]
