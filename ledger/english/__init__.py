"""English: the one inflection of nouns and verbs, the small words of a sentence, and which words are common ones."""

from ledger.english.nouns import irregular_singular, plural, plurals, singular
from ledger.english.verbs import VerbForms, verb_forms

__all__ = ["VerbForms", "irregular_singular", "plural", "plurals", "singular", "verb_forms"]
