"""A sentence as a short row of codes, with the names and the figures in it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ledger.attribute.names.mentions import Mention
from ledger.attribute.roles.words import (
    DETERMINERS,
    END,
    FIGURE,
    NAME,
    OTHER,
    PREPOSITIONS,
    START,
    codes,
    construction_phrases,
    lexicon_words,
    unambiguous_codes,
    word_classes,
    word_code,
)
from ledger.attribute.tokens import SentenceTokens
from ledger.lexicons import toml
from ledger.lexicons.names import word_list
from schemas import NameType

LETTERS = {
    NameType.COUNTRY: "c",
    NameType.PLACE: "l",
    NameType.BODY: "b",
    NameType.GOVERNMENT: "b",
    NameType.COMPANY: "f",
    NameType.PERSON: "p",
    NameType.FUND: "u",
    NameType.OTHER: "o",
}
"""One letter for each type of name, to keep features short: country, location, body, firm, person, fund, other."""
MIXED = ("fbu", "cb")
"""The letters of types that coordination may mix: "Osk and the Varga Fund", "Japan and the European Union"."""
REPRESENTING_RULES = frozenset({"metonym", "leader", "seat"})
"""Rules that read, at the words of a capital or a person, what they stand for."""
NONE_LEFT = sys.maxsize
VERB_REACH = 12
"""Codes after a name within which its verb is looked for."""
PREPOSITION_REACH = 4
"""Codes before a name within which its preposition is looked for."""
ATTACHED = ("'s", "-x", "-at")
"""The codes of what is attached to a name."""
_AT_HOME = tuple(sorted(word_list("city_suffixes")))
MAX_COMMAS = 2
"""Commas between a subject and its verb: more than one apposition is another clause."""
_COORDINATIONS = toml("roles")["coordinations"]["sequences"]
_AFTER_PREPOSITION, _SUBJECT_ENDS = codes("after_preposition"), codes("subject_ends")
_AUXILIARIES = codes("auxiliaries")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name of the document with all its mentions."""

    number: int
    name: str
    id: str
    type: NameType
    letter: str
    mentions: tuple[int, ...]
    """Indices of the mentions."""


@dataclass(slots=True)
class Occurrence:
    """One or more coordinated mentions at one place of a sentence ("Larkfield, Varga and Osk")."""

    row: int
    """Index of the sentence."""
    at: int
    """Index of the code."""
    members: tuple[int, ...]
    """Numbers of the candidates."""
    mentions: tuple[int, ...]
    """Indices of the mentions, in the order of `members`."""
    letter: str
    shadows: frozenset[int] = frozenset()
    """Members that only name the capital or the head of another member at the same words ("Tokyo" for Japan)."""
    pronoun: bool = False
    """Whether the words are a pronoun."""
    before: str = ""
    """The code before it."""
    after: str = ""
    """The code after it."""
    preposition: str = ""
    """The preposition that governs it."""
    verb: str = ""
    """The class of the first full verb after it, with "!" where it is passive."""
    subject: bool = False
    first: bool = False
    stand: str = ""
    """Its syntactic position in one word: "subject", "owner", a preposition …"""


@dataclass(slots=True)
class SentenceCodes:
    """A sentence as codes."""

    items: list[str]
    """The codes."""
    forms: list[str]
    """The form of each verb, empty for other codes."""
    occurrences: list[Occurrence]
    figures: dict[int, int]
    """Index of the code of each figure."""


NO_CODES = SentenceCodes([], [], [], {})
"""A sentence without names and figures, which is not coded."""


class SentenceCoder:
    """Codes one sentence word by word; mentions and figures are taken whole."""

    def __init__(
        self,
        number: int,
        text: str,
        mentions: Sequence[tuple[int, Mention, Candidate]],
        figures: Sequence[tuple[int, int, int]],
    ) -> None:
        self.number = number
        self.text = text
        self.mentions = mentions
        self.figures = figures
        self.row = SentenceCodes([], [], [], {})
        self.offset = mentions[0][0] if mentions else 0
        self.mention = 0
        self.figure = 0
        self.skip = 0
        self.determined = False
        """Whether a determiner stands right before."""

    def code(self, sentence: SentenceTokens) -> SentenceCodes:
        """The codes of a sentence."""
        words, ends, items, forms = sentence.words, sentence.ends, self.row.items, self.row.forms
        known, unambiguous, opening = lexicon_words(), unambiguous_codes(), self._next_start()
        for index, (word, start, end) in enumerate(zip(words, sentence.starts, ends, strict=True)):
            if start < self.skip:
                continue
            if end > opening:
                taken = self._figure(start, end) or self._name(start, end)
                opening = self._next_start()
                if taken:
                    continue
            code = unambiguous.get(word)
            if code is not None:
                items.append(code)
                forms.append("")
                self.determined = False
            elif word in known:
                self._known(word, words[index : index + 4], ends[index : index + 4])
            else:
                self.determined = False
                if not items or items[-1] != OTHER:
                    self._put(OTHER)
        return self.row

    def _known(self, word: str, words: Sequence[str], ends: Sequence[int]) -> None:
        """Code a word of the lexicon whose code depends on its neighbours."""
        if word in DETERMINERS:
            self.determined = True
        elif not self._phrase(word, words, ends):
            self._word(word)

    def _next_start(self) -> int:
        """The offset of the next name or figure: words that end before it belong to neither."""
        name = self.mentions[self.mention][1].start if self.mention < len(self.mentions) else NONE_LEFT
        return min(name, self.figures[self.figure][1] if self.figure < len(self.figures) else NONE_LEFT)

    def _put(self, code: str, form: str = "") -> None:
        self.row.items.append(code)
        self.row.forms.append(form)
        self.determined = False

    def _figure(self, start: int, end: int) -> bool:
        figures = self.figures
        while self.figure < len(figures) and figures[self.figure][2] <= start:
            self.figure += 1
        if self.figure == len(figures) or figures[self.figure][1] >= end:
            return False
        number, _, self.skip = figures[self.figure]
        self.row.figures[number] = len(self.row.items)
        self._put(FIGURE)
        return True

    def _name(self, start: int, end: int) -> bool:
        mentions = self.mentions
        while self.mention < len(mentions) and mentions[self.mention][1].end <= start:
            self.mention += 1
        if self.mention == len(mentions) or mentions[self.mention][1].start >= end:
            return False
        mention = mentions[self.mention][1]
        self.row.occurrences.append(self._occurrence(mention))
        self._put(NAME)
        self.skip = max(mention.end, start + 1)
        suffix = _suffix(self.text, mention.end)
        if suffix:
            self._put(suffix)
            self.skip = max(self.skip, end)
        return True

    def _occurrence(self, mention: Mention) -> Occurrence:
        """The occurrence of all names that are read at the words of `mention`; moves on past it."""
        mentions = self.mentions
        number, _, candidate = mentions[self.mention]
        members, numbers, shadows = [candidate.number], [number], set[int]()
        while self.mention + 1 < len(mentions) and mentions[self.mention + 1][1].start < mention.end:
            self.mention += 1
            number, other, candidate = mentions[self.mention]
            if (other.start, other.end) == (mention.start, mention.end) and candidate.number not in members:
                members.append(candidate.number)
                numbers.append(number)
        self.mention += 1
        if len(members) > 1:
            rules = [mentions[n - self.offset][1].rule for n in numbers]
            shadows = {c for c, rule in zip(members, rules, strict=True) if rule not in REPRESENTING_RULES}
            shadows = shadows if len(shadows) < len(members) else set()
        letter = next(LETTERS[self._type(n)] for c, n in zip(members, numbers, strict=True) if c not in shadows)
        at, pronoun = len(self.row.items), mention.rule == "pronoun"
        return Occurrence(self.number, at, tuple(members), tuple(numbers), letter, frozenset(shadows), pronoun)

    def _type(self, number: int) -> NameType:
        return self.mentions[number - self.offset][1].type

    def _phrase(self, word: str, words: Sequence[str], ends: Sequence[int]) -> bool:
        for parts, code in construction_phrases().get(word, ()):
            if words[: len(parts)] == parts:
                self._put(code, "b")
                self.skip = ends[len(parts) - 1]
                return True
        return False

    def _word(self, word: str) -> None:
        items = self.row.items
        entry = word_classes().get(word)
        if entry is not None:
            self._put(*word_code(entry, items[-1] if items else "", self.determined))
        elif not items or items[-1] != OTHER:
            self._put(OTHER)
        self.determined = False


def _suffix(text: str, end: int) -> str:
    """What is attached to a name: "'s" for a possessive, "-at" where somebody is at home there ("Lisbon-based"),
    "-x" for another compound ("Qatari-backed"), or nothing.
    """
    if text[end : end + 1] in "'’" and text[end : end + 1]:
        return "'s"
    if text[end : end + 1] == "-" and text[end + 1 : end + 2].isalpha():
        return "-at" if text.startswith(_AT_HOME, end + 1) else "-x"
    return ""


def merge_coordinated(row: SentenceCodes) -> SentenceCodes:
    """Make one occurrence of coordinated names: "Larkfield, Varga and Osk" becomes one name with three members."""
    if not any(_coordinated(row.items, new.at, last, new) for last, new in pairwise(row.occurrences)):
        return row
    items: list[str] = []
    marks: list[str] = []
    kept: list[Occurrence] = []
    shift: dict[int, int] = {}
    by_at = {o.at: o for o in row.occurrences}
    last: Occurrence | None = None
    for index, (item, form) in enumerate(zip(row.items, row.forms, strict=True)):
        occurrence = by_at.get(index)
        shift[index] = len(items)
        if occurrence is not None:
            joined = last is not None and _coordinated(items, len(items), last, occurrence)
            if last is not None and joined and not _opens_clause(row, index, items[last.at + 1 :], marks, last):
                del items[last.at + 1 :], marks[last.at + 1 :]
                last.members += occurrence.members
                last.mentions += occurrence.mentions
                last.shadows |= occurrence.shadows
                continue
            occurrence.at = len(items)
            kept.append(occurrence)
            last = occurrence
        items.append(item)
        marks.append(form)
    return SentenceCodes(items, marks, kept, {f: shift[at] for f, at in row.figures.items()})


def _opens_clause(
    row: SentenceCodes, index: int, between: Sequence[str], marks: Sequence[str], last: Occurrence
) -> bool:
    """Whether a name after ", and" is the subject of a clause of its own: "Osk pays through Varga, and Ruvia gives"."""
    following = index + 1
    acting = following < len(row.items) and (bool(row.forms[following]) or row.items[following] in _AUXILIARIES)
    return between == [",", "and"] and acting and len(last.members) == 1 and any(marks[: last.at])


def _coordinated(items: Sequence[str], at: int, last: Occurrence, new: Occurrence) -> bool:
    if items[last.at + 1 : at] not in _COORDINATIONS:
        return False
    return last.letter == new.letter or any(last.letter in some and new.letter in some for some in MIXED)


def describe_occurrences(row: SentenceCodes) -> None:
    """Fill in the position of each occurrence: its neighbours, preposition and verb, and whether it is a subject."""
    items = row.items
    end = len(items)
    for order, o in enumerate(row.occurrences):
        at = o.at
        o.before = items[at - 1] if at else START
        o.after = items[at + 1] if at + 1 < end else END
        o.first = order == 0
        o.preposition = _preposition(items, at)
        o.verb = _verb_after(row, at)
        o.subject = bool(o.verb) and not o.preposition and o.after not in ATTACHED
        o.stand = _position(o)


def _position(o: Occurrence) -> str:
    """The syntactic position of a name in one word."""
    after = o.after
    if after == "'s":
        return "owner" + o.preposition
    if after in _BY_SIGN_AFTER:
        return _BY_SIGN_AFTER[after]
    if o.before == "(" and after == ")":
        return "bracket"
    if o.subject or o.preposition:
        return "subject" if o.subject else o.preposition
    return "modifier" if after == NAME else "attribute" if after.endswith("_n") else "other"


_BY_SIGN_AFTER = {"-x": "compound", "-at": "home", ":": "label", "|": "label"}
"""The position of a name by the sign after it."""


def _preposition(items: Sequence[str], at: int) -> str:
    """The preposition that governs a name: "by Larkfield", "from state-owned Varga", "in the city of Graz"."""
    for back in range(at - 1, max(-1, at - PREPOSITION_REACH), -1):
        code = items[back]
        if code in PREPOSITIONS:
            return code
        if code not in _AFTER_PREPOSITION:
            return ""
    return ""


def _verb_after(row: SentenceCodes, at: int) -> str:
    """The first full verb after a name, with its voice, in the same clause or after one apposition."""
    items, passive, commas = row.items, False, 0
    for index in range(at + 1, min(len(items), at + VERB_REACH)):
        code = items[index]
        if code == ",":
            commas += 1
            if commas > MAX_COMMAS:
                return ""
        elif code == "be":
            passive = True
        elif row.forms[index] and code != "which":
            return code + ("!" if passive and row.forms[index] in "dn" else "")
        elif code in _SUBJECT_ENDS:
            return ""
    return "be" if passive else ""
