"""The words of `constructions.toml` and the code lists of `roles.toml`: what a word is when a sentence is coded for
roles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ledger.english import plurals, verb_forms
from ledger.lexicons import toml

FIGURE, NAME, OTHER = "F", "N", "w"
START, END = "^", "$"
SIGNS: Mapping[str, str] = {sign: code for sign, code in toml("roles")["signs"].items() if sign != "example"}
DETERMINERS = frozenset(toml("roles")["determiners"]["words"])


def codes(name: str) -> frozenset[str]:
    """The codes of one list of `roles.toml`."""
    return frozenset(toml("roles")[name]["codes"])


BREAKS = codes("breaks")
PREPOSITIONS = codes("prepositions")
AUXILIARIES = codes("auxiliaries")
_NOUN_LEADS, _VERB_LEADS = codes("noun_leads"), codes("verb_leads")


@dataclass(frozen=True, slots=True)
class WordClass:
    """What a word may be: a verb of a class in a form (b base, s, d past, n participle, g -ing), a noun, or a function
    word.
    """

    verb: str
    form: str
    other: str


FORM_MARKS = {"base": "b", "s": "s", "ed": "d", "en": "n", "ing": "g"}
"""The mark of each form of a verb in the names of features."""


@cache
def word_classes() -> Mapping[str, WordClass]:
    """The class of each single word of `constructions.toml`; a word of several classes has the first of them."""
    data = toml("constructions")
    verbs: dict[str, tuple[str, str]] = {}
    others: dict[str, str] = {}
    for entry in data["class"]:
        for word in entry["words"]:
            if " " in word:
                continue
            if entry["kind"] == "verb":
                for form, spelling in verb_forms(word).labelled():
                    verbs.setdefault(spelling, (entry["name"], FORM_MARKS[form]))
            else:
                for form in (word, *plurals(word)) if entry["kind"] == "noun" else (word,):
                    others.setdefault(form, entry["name"])
    return {word: WordClass(*verbs.get(word, ("", "")), others.get(word, "")) for word in {*verbs, *others}}


@cache
def construction_phrases() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """The phrases of several words of `constructions.toml`, by their first word."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for entry in toml("constructions")["class"]:
        for word in entry["words"]:
            if " " in word:
                parts = tuple(word.split())
                found.setdefault(parts[0], []).append((parts, entry["name"]))
    return {first: tuple(rows) for first, rows in found.items()}


def word_code(word: WordClass, before: str, determined: bool) -> tuple[str, str]:
    """Code and verb form of a word, by the code before it: "plans" is a verb after a name, a noun after "its" or an
    article.
    """
    if word.verb and (
        word.form in ("d", "n", "g") or before in _VERB_LEADS or not (word.other or determined or before in _NOUN_LEADS)
    ):
        return word.verb, word.form
    return word.other or OTHER, ""


@cache
def lexicon_words() -> frozenset[str]:
    """The words and signs that have a code other than `OTHER`, or change the code of the next word."""
    return frozenset({*DETERMINERS, *SIGNS, *construction_phrases(), *word_classes()})


@cache
def unambiguous_codes() -> Mapping[str, str]:
    """The code of each sign, and of each word that is never a verb and opens no phrase: it is the same everywhere."""
    plain = {
        word: entry.other
        for word, entry in word_classes().items()
        if not entry.verb and word not in DETERMINERS and word not in construction_phrases()
    }
    return {**plain, **SIGNS}


@cache
def money_roles() -> Mapping[str, str]:
    """What the subject of a verb of each class does with the money: "gives", "gets" or nothing."""
    return {
        entry["name"]: entry.get("subject", "") for entry in toml("constructions")["class"] if entry["kind"] == "verb"
    }


@cache
def money_role(verb: str) -> str:
    """What the subject of a verb does with the money; the mark of a passive ("!") is kept.

    >>> money_role("invest"), money_role("invest!"), money_role("say")
    ('gives', 'gives!', '')
    """
    role = money_roles().get(verb.rstrip("!"), "")
    return role + "!" if role and verb.endswith("!") else role
