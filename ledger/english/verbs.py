"""Inflect English verbs by rule, with the exceptions of `ledger/lexicons/english/verbs.toml`, in both spellings."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from ledger.lexicons.load import toml

VOWELS = frozenset("aeiou")
SHORT_SYLLABLE = re.compile(r"(?:[^aeiou]*qu|[^aeiou]*)[aeiou][bdfgklmnprtvz]")
"""A verb of one syllable whose one vowel is short: its last consonant doubles ("plan", "quit", "up")."""
UNSTRESSED_L = re.compile(r".*[aeiouy].*(?:[^aeiou]|qu)[aeiou]l")
"""A verb of several syllables in -l: British spelling doubles it, American does not ("cancel")."""
HISSING = ("s", "sh", "ch", "x", "z")


class VerbForms(NamedTuple):
    """The forms of a verb, each with its spellings, the usual one first."""

    base: str
    third: tuple[str, ...]
    """With he, she or it: "plans"."""
    past: tuple[str, ...]
    participle: tuple[str, ...]
    """The past participle: "taken"."""
    gerund: tuple[str, ...]
    """The form in -ing."""

    def labelled(self) -> Iterator[tuple[str, str]]:
        """Each spelling after the label of its form: base, s, ed (past), en (past participle), ing."""
        yield "base", self.base
        for label, spellings in (("s", self.third), ("ed", self.past), ("en", self.participle), ("ing", self.gerund)):
            for spelling in spellings:
                yield label, spelling


@lru_cache(maxsize=1 << 12)
def verb_forms(verb: str) -> VerbForms:
    """The forms of a verb in lower case; what stands before a hyphen, or a known prefix, changes nothing.

    >>> verb_forms("plan").past, verb_forms("open").past, verb_forms("cancel").past
    (('planned',), ('opened',), ('cancelled', 'canceled'))
    >>> verb_forms("co-lead").participle, verb_forms("underwrite").past
    (('co-led',), ('underwrote',))
    """
    prefix = prefix_of(verb)
    if prefix:
        inner = verb_forms(verb[len(prefix) :])
        return VerbForms(verb, *(tuple([prefix + spelling for spelling in form]) for form in inner[1:]))
    stems = doubling(verb)
    third = _spellings(toml("english/verbs")["third"].get(verb)) or _third(verb, stems)
    irregular = toml("english/verbs")["irregular"].get(verb)
    if irregular is None:
        past = participle = _past(verb, stems)
    else:
        said = irregular.split()
        past, participle = _spellings(said[0]), _spellings(said[-1])
    gerund = _spellings(toml("english/verbs")["gerund"].get(verb)) or _gerund(verb, stems)
    return VerbForms(verb, third, past, participle, gerund)


@lru_cache(maxsize=1 << 12)
def spellings(verb: str) -> frozenset[str]:
    """Every spelling of every form of a verb.

    >>> sorted(spellings("give"))
    ['gave', 'give', 'given', 'gives', 'giving']
    """
    return frozenset(spelling for _, spelling in verb_forms(verb).labelled())


def _spellings(said: str | None) -> tuple[str, ...]:
    return tuple(said.split("|")) if said else ()


def prefix_of(verb: str) -> str:
    """What stands before the part of a verb that is inflected: "co-" of "co-lead", "re" of "rebuild"; often nothing."""
    if "-" in verb.strip("-"):
        return verb[: verb.rindex("-") + 1]
    return "" if verb in toml("english/verbs")["irregular"] else _prefixes().get(verb, "")


@cache
def _prefixes() -> Mapping[str, str]:
    """Verb with a prefix → the prefix."""
    table = toml("english/verbs")["prefixed"]
    return {prefix + verb: prefix for prefix, verbs in table.items() for verb in verbs.split()}


@cache
def _listed(name: str, key: str = "words") -> frozenset[str]:
    return frozenset(toml("english/verbs")[name][key].split())


def doubling(verb: str) -> tuple[str, ...]:
    """What the endings -ed and -ing are added to, as far as the last consonant goes: doubled, single, or either.

    >>> doubling("remit"), doubling("offer"), doubling("travel")
    (('remitt',), ('offer',), ('travell', 'travel'))
    """
    if verb in _listed("single"):
        return (verb,)
    twice = verb + verb[-1:]
    if verb in _listed("doubled") or SHORT_SYLLABLE.fullmatch(verb):
        return (twice,)
    if UNSTRESSED_L.fullmatch(verb) or verb in _listed("either", "double_first"):
        return (twice, verb)
    if verb in _listed("either", "single_first"):
        return (verb, twice)
    return (verb + "k",) if verb.endswith("ic") else (verb,)


def ends_in_y(word: str) -> bool:
    """Whether a word ends in a consonant and y, which becomes -ies."""
    return word.endswith("y") and word[-2:-1] not in VOWELS and len(word) > 1


def _third(verb: str, stems: tuple[str, ...]) -> tuple[str, ...]:
    if ends_in_y(verb):
        return (verb[:-1] + "ies",)
    if verb in _listed("plain_s"):
        return (verb + "s",)
    if verb.endswith(("s", "z")):
        return tuple([stem + "es" for stem in stems])
    long = verb.endswith(HISSING) or (verb.endswith("o") and verb[-2:-1] not in VOWELS)
    return (verb + ("es" if long else "s"),)


def _past(verb: str, stems: tuple[str, ...]) -> tuple[str, ...]:
    if ends_in_y(verb):
        return (verb[:-1] + "ied",)
    if verb.endswith("e"):
        return (verb + "d",)
    return tuple([stem + "ed" for stem in stems])


def _gerund(verb: str, stems: tuple[str, ...]) -> tuple[str, ...]:
    if verb.endswith("ie"):
        return (verb[:-2] + "ying",)
    if not verb.endswith("e"):
        return tuple([stem + "ing" for stem in stems])
    kept, dropped = verb + "ing", verb[:-1] + "ing"
    if verb in _listed("kept_e", "either"):
        return dropped, kept
    keeps = verb.endswith(("ee", "oe", "ye")) or len(verb) == 2 or verb in _listed("kept_e", "always")
    return (kept,) if keeps else (dropped,)


@cache
def irregular_bases() -> Mapping[str, str]:
    """Irregular past or participle → its verb; where two verbs share it, the first of the list."""
    found: dict[str, str] = {}
    table = toml("english/verbs")
    prefixed = {verb: prefix for verb, prefix in _prefixes().items() if verb[len(prefix) :] in table["irregular"]}
    for verb in (*table["irregular"], *prefixed):
        forms = verb_forms(verb)
        for spelling in (*forms.past, *forms.participle):
            found.setdefault(spelling, verb)
    return found


__all__ = ["VerbForms", "doubling", "ends_in_y", "irregular_bases", "prefix_of", "spellings", "verb_forms"]
