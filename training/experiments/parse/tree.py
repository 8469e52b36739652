"""A dependency parse of a sentence, and how a name hangs together with a figure in it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ledger.attribute.roles.words import PREPOSITIONS, money_role, word_classes

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
SAME = frozenset({"conj", "appos"})
"""Arcs whose lower end plays the part of the upper one."""
MODIFIERS = frozenset({"nummod", "compound", "nmod", "amod", "quantmod", "npadvmod"})
LONGEST = 4
"""A longer path is not spelled out."""


class Parse(NamedTuple):
    """The words of a sentence with their offsets in the document, each with its head, its arc and its tag.

    The root is its own head.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    heads: tuple[int, ...]
    arcs: tuple[str, ...]
    words: tuple[str, ...]
    tags: tuple[str, ...]


class Governor(NamedTuple):
    """What governs a figure: its own arcs upward, the first verb among them, and whose act that verb is."""

    spine: tuple[int, ...]
    verb: int | None
    code: str
    """Class of the verb, "!" where it is passive."""
    side: str
    arc: str
    """What the figure is to the verb."""
    subject: int | None


class ArcPath(NamedTuple):
    """The arcs between a name and a figure."""

    up: str
    """Arcs from the name to where both meet, named by preposition where there is one."""
    down: str
    """Arcs from there to the figure."""
    at: str
    """Where they meet: at the figure, a noun over it, its verb, a verb above, or nowhere."""
    code: str
    """Class of the word where they meet."""
    subject: bool
    """Whether the name is the subject of the figure's verb, be it through "agreed to" or "which"."""


def ancestors(parse: Parse, word: int) -> tuple[int, ...]:
    """A word and all above it, up to the root."""
    chain = [word]
    while parse.heads[chain[-1]] != chain[-1]:
        chain.append(parse.heads[chain[-1]])
    return tuple(chain)


def head_word(parse: Parse, start: int, end: int) -> int | None:
    """The word of a span that is above its others, or null where the span has none."""
    inside = [i for i, (a, b) in enumerate(zip(parse.starts, parse.ends, strict=True)) if a < end and start < b]
    return min(inside, key=lambda i: len(ancestors(parse, i)), default=None)


def path_name(parse: Parse, chain: Sequence[int]) -> str:
    """The arcs of a chain of words in one word: "in" for the object of "in", "mod" for any modifier.

    Members of lists and appositions count as their heads.

    >>> arcs, words, tags = ("pobj", "prep", "ROOT"), ("kenya", "in", "invest"), ("NNP", "IN", "VB")
    >>> path_name(Parse((), (), (1, 2, 2), arcs, words, tags), (0, 1))
    'in'
    """
    said = []
    for word in chain:
        arc, form = parse.arcs[word], parse.words[word]
        if arc in SAME or arc == "pobj":
            continue
        said.append(
            (form if form in PREPOSITIONS else "prep")
            if arc in ("prep", "agent", "dative") and parse.tags[word] in ("IN", "TO")
            else arc
        )
    said = ["mod" if arc in MODIFIERS else arc for arc in said]
    return "/".join(said) if len(said) <= LONGEST else "+"


def children(parse: Parse, word: int) -> list[int]:
    """The words right under a word, in order."""
    return [i for i, head in enumerate(parse.heads) if head == word and i != word]


def is_verb(parse: Parse, word: int) -> bool:
    """Whether a word is a verb in any form."""
    return parse.tags[word].startswith("VB")


def is_passive(parse: Parse, verb: int) -> bool:
    """Whether a verb is passive, a bare participle ("$5bn pledged by") among them."""
    bare = parse.arcs[verb] == "acl" and parse.tags[verb] == "VBN"
    return bare or any(parse.arcs[i] in ("auxpass", "nsubjpass") for i in children(parse, verb))


def word_class(parse: Parse, word: int) -> str:
    """The class of a word in the lexicon of constructions, "!" where it is a passive verb."""
    cue = word_classes().get(parse.words[word])
    if is_verb(parse, word):
        return (cue.verb if cue and cue.verb else "v") + ("!" if is_passive(parse, word) else "")
    return cue.other if cue and cue.other else "n" if parse.tags[word].startswith("NN") else "w"


def subject_of(parse: Parse, verb: int) -> int | None:
    """Whose act a verb is: its subject, else the subject of the verb or the owner of the noun above it.

    For "which", the noun that it stands for.
    """
    for word in ancestors(parse, verb):
        under = children(parse, word)
        found = [
            i
            for i in under
            if parse.arcs[i] in SUBJECTS or (parse.arcs[i] == "dep" and i < word and is_verb(parse, word))
        ]
        if found and parse.tags[found[0]] in ("WDT", "WP"):
            return parse.heads[word]
        owners = [i for i in under if parse.arcs[i] == "poss"] if not is_verb(parse, word) else []
        if found or owners:
            return (found or owners)[0]
    return None


def governor_of(parse: Parse, figure: int) -> Governor:
    """What governs the figure whose uppermost word is `figure`."""
    spine = ancestors(parse, figure)
    place = next((k for k, word in enumerate(spine) if k and is_verb(parse, word)), None)
    if place is None:
        return Governor(spine, None, "", "", path_name(parse, spine[:-1]), subject_of(parse, spine[-1]))
    code = word_class(parse, spine[place])
    return Governor(
        spine, spine[place], code, money_role(code), path_name(parse, spine[:place]), subject_of(parse, spine[place])
    )


def arc_path(parse: Parse, name: int, figure: Governor) -> ArcPath:
    """The arcs between a figure and the name whose uppermost word is `name`."""
    chain = ancestors(parse, name)
    meeting = next(word for word in chain if word in figure.spine)
    up, down = chain[: chain.index(meeting)], figure.spine[: figure.spine.index(meeting)]
    verb = figure.verb
    at = (
        "figure"
        if not down
        else "verb"
        if meeting == verb
        else "upper"
        if verb is not None and verb in down
        else "noun"
    )
    subject = figure.subject is not None and figure.subject in _shared_roles(parse, chain)
    return ArcPath(path_name(parse, up), path_name(parse, down), at, word_class(parse, meeting), subject)


def _shared_roles(parse: Parse, chain: Sequence[int]) -> Iterator[int]:
    """A word and those whose part it plays, as one of a list or an apposition."""
    for word in chain:
        yield word
        if parse.arcs[word] not in SAME:
            return
