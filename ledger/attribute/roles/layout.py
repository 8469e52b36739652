"""A document laid out for roles: each sentence as a short row of codes, with the names and the figures in it."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ledger.attribute.names.mentions import Mention, name_id
from ledger.attribute.tokens import DocumentTokens, SentenceTokens
from ledger.english import plurals, verb_forms
from ledger.lexicons import csv_rows, toml
from schemas import NameType

DETERMINERS = frozenset({"a", "an", "the", "some", "this", "these", "those", "such"})
MARKS = {
    ",": ",",
    ";": ";",
    ":": ":",
    "(": "(",
    ")": ")",
    "[": "(",
    "]": ")",
    "—": "-",
    "–": "-",
    "-": "-",
    "|": "|",
    "/": "|",
    **dict.fromkeys('"“”„«»', '"'),
}
BREAKS = frozenset({";", ":", "|", "-", "(", ")", '"'})
PREPOSITIONS = frozenset({"by", "from", "to", "in", "into", "for", "with", "of", "on", "against", "under", "among"})
AUXILIARIES = frozenset({"be", "have", "modal", "not"})
NOUN_LEADS = frozenset({"its", "'s", "of", "more", "for", "in", "by", "with", "from", "on"})
VERB_LEADS = frozenset({"to", "modal", "it", "N", "which", "not"})
STANDS_FOR = frozenset({"metonym", "leader", "seat"})
"""Rules that read at the same words what a seat or a person stands for."""
FIGURE, NAME, OTHER = "F", "N", "w"
COUNTRY_LIKE = frozenset({NameType.COUNTRY, NameType.PLACE})
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
"""One letter a type of name, so that features stay short: country, location, body, firm, person, fund, other."""


@dataclass(frozen=True, slots=True)
class WordClass:
    """What a word may be: a verb of a class in a form (b base, s, d past, n participle, g -ing), a noun, or a small word."""

    verb: str
    form: str
    other: str


FORM_MARKS = {"base": "b", "s": "s", "ed": "d", "en": "n", "ing": "g"}
"""The mark of each form of a verb in the names of features."""


@cache
def word_classes() -> Mapping[str, WordClass]:
    """The cue of each single word of `constructions.toml`; where classes share a word the earlier one holds it."""
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


def word_code(cue: WordClass, before: str, determined: bool) -> tuple[str, str]:
    """Code and verb form of a word, given the code before it: "plans" is a verb after a name, a noun after "its" or an article."""
    if cue.verb and (
        cue.form in ("d", "n", "g") or before in VERB_LEADS or not (cue.other or determined or before in NOUN_LEADS)
    ):
        return cue.verb, cue.form
    return cue.other or OTHER, ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name of the document with all its mentions."""

    number: int
    name: str
    id: str
    type: NameType
    letter: str
    mentions: tuple[int, ...]


@dataclass(slots=True)
class Occurrence:
    """One or more coordinated mentions at one place of a row ("Larkfield, Varga and Osk")."""

    row: int
    at: int
    members: tuple[int, ...]
    """Numbers of the candidates."""
    mentions: tuple[int, ...]
    """Numbers of the mentions, in the order of `members`."""
    letter: str
    shadows: frozenset[int] = frozenset()
    """Members that only name the seat or the head of another member at the same words ("Tokyo" for Japan)."""
    pronoun: bool = False
    """Whether the words are a pronoun."""
    before: str = ""
    after: str = ""
    preposition: str = ""
    verb: str = ""
    subject: bool = False
    first: bool = False
    stand: str = ""
    """How it stands in its sentence, in one word."""


@dataclass(slots=True)
class SentenceCodes:
    """A sentence as codes."""

    items: list[str]
    forms: list[str]
    occurrences: list[Occurrence]
    figures: dict[int, int]
    """Item index of each figure."""


NO_CODES = SentenceCodes([], [], [], {})
"""The row of a sentence without names and figures."""


@dataclass(slots=True)
class RoleLayout:
    """Rows, candidates and where each stands."""

    scene: DocumentTokens
    mentions: Sequence[Mention]
    candidates: tuple[Candidate, ...]
    rows: list[SentenceCodes]
    occurrences: list[Occurrence]
    """All, in the order of the text."""
    of_candidate: list[list[int]]
    """Numbers of the occurrences of each candidate."""
    sections: list[str]
    """The section of each row."""


def candidates_of(mentions: Sequence[Mention]) -> tuple[tuple[Candidate, ...], tuple[int, ...]]:
    """The names of a document, in the order of their first mentions, and the candidate's number of each mention."""
    numbers: dict[str, int] = {}
    lists: list[list[int]] = []
    of = []
    for index, mention in enumerate(mentions):
        number = numbers.setdefault(mention.name, len(lists))
        if number == len(lists):
            lists.append([])
        lists[number].append(index)
        of.append(number)
    made = []
    for name, number in numbers.items():
        first = mentions[lists[number][0]]
        made.append(Candidate(number, name, first.id, first.type, LETTERS[first.type], tuple(lists[number])))
    return tuple(made), tuple(of)


def _tail(text: str, end: int) -> str:
    """What is grown onto a name: "'s" for a possessive, "-" for a compound ("Qatari-backed"), or nothing."""
    if text[end : end + 1] in "'’" and text[end : end + 1]:
        return "'s"
    if text[end : end + 1] == "-" and text[end + 1 : end + 2].isalpha():
        return "-x"
    return ""


NONE_LEFT = sys.maxsize


@cache
def lexicon_words() -> frozenset[str]:
    """The words that are read as anything else than a word."""
    return frozenset({*DETERMINERS, *MARKS, *construction_phrases(), *word_classes()})


@cache
def unambiguous_codes() -> Mapping[str, str]:
    """The code of each sign, and of each word that is never a verb and opens no phrase: they are the same wherever they stand."""
    plain = {
        word: cue.other
        for word, cue in word_classes().items()
        if not cue.verb and word not in DETERMINERS and word not in construction_phrases()
    }
    return {**plain, **MARKS}


class SentenceCoder:
    """Reads one sentence word by word into a row; mentions and figures are taken whole."""

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
        """Whether an article or the like stands right before."""

    def read(self, sentence: SentenceTokens) -> SentenceCodes:
        """The row of a sentence."""
        words, ends, items, forms = sentence.words, sentence.ends, self.row.items, self.row.forms
        known, sure, opening = lexicon_words(), unambiguous_codes(), self._opening()
        for index, (word, start, end) in enumerate(zip(words, sentence.starts, ends, strict=True)):
            if start < self.skip:
                continue
            if end > opening:
                taken = self._figure(start, end) or self._name(start, end)
                opening = self._opening()
                if taken:
                    continue
            code = sure.get(word)
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
        """Read a word of the lexicon whose code hangs on what stands around it."""
        if word in DETERMINERS:
            self.determined = True
        elif not self._phrase(word, words, ends):
            self._word(word)

    def _opening(self) -> int:
        """Where the next name or figure begins: words that end before it are none."""
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
        number, mention, candidate = mentions[self.mention]
        members, numbers, shadows = [candidate.number], [number], set[int]()
        while self.mention + 1 < len(mentions) and mentions[self.mention + 1][1].start < mention.end:
            self.mention += 1
            number, other, candidate = mentions[self.mention]
            if (other.start, other.end) == (mention.start, mention.end) and candidate.number not in members:
                members.append(candidate.number)
                numbers.append(number)
        if len(members) > 1:
            shadows = {
                c for c, n in zip(members, numbers, strict=True) if mentions[n - self.offset][1].rule not in STANDS_FOR
            }
            shadows = shadows if len(shadows) < len(members) else set()
        letter = next(LETTERS[self._type(n)] for c, n in zip(members, numbers, strict=True) if c not in shadows)
        self.mention += 1
        self.row.occurrences.append(
            Occurrence(
                self.number,
                len(self.row.items),
                tuple(members),
                tuple(numbers),
                letter,
                frozenset(shadows),
                mention.rule == "pronoun",
            )
        )
        self._put(NAME)
        self.skip = max(mention.end, start + 1)
        tail = _tail(self.text, mention.end)
        if tail:
            self._put(tail)
            self.skip = max(self.skip, end)
        return True

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
        cue = word_classes().get(word)
        if cue is not None:
            self._put(*word_code(cue, items[-1] if items else "", self.determined))
        elif not items or items[-1] != OTHER:
            self._put(OTHER)
        self.determined = False


def merge_coordinated(row: SentenceCodes) -> SentenceCodes:
    """Make one place of names that are listed together: "Larkfield, Varga and Osk" becomes one name of three members."""
    if not any(_coordinated(row.items, new.at, last, new) for last, new in pairwise(row.occurrences)):
        return row
    items: list[str] = []
    marks: list[str] = []
    kept: list[Occurrence] = []
    shift: dict[int, int] = {}
    by_at = {o.at: o for o in row.occurrences}
    last: Occurrence | None = None
    index, total = 0, len(row.items)
    while index < total:
        occurrence = by_at.get(index)
        shift[index] = len(items)
        if occurrence is not None:
            if last is not None and _coordinated(items, len(items), last, occurrence):
                del items[last.at + 1 :], marks[last.at + 1 :]
                last.members += occurrence.members
                last.mentions += occurrence.mentions
                last.shadows |= occurrence.shadows
                index += 1
                continue
            occurrence.at = len(items)
            kept.append(occurrence)
            last = occurrence
        items.append(row.items[index])
        marks.append(row.forms[index])
        index += 1
    return SentenceCodes(items, marks, kept, {f: shift[at] for f, at in row.figures.items()})


def _coordinated(items: Sequence[str], at: int, last: Occurrence, new: Occurrence) -> bool:
    between = items[last.at + 1 : at]
    if between not in ([","], ["and"], [",", "and"], ["or"]):
        return False
    return last.letter == new.letter or (last.letter in "fbu" and new.letter in "fbu")


def describe_occurrences(row: SentenceCodes) -> None:
    """Tell each occurrence how it stands in its row: what is before and after it, its preposition, its verb, whether it is a subject."""
    items = row.items
    end = len(items)
    for order, o in enumerate(row.occurrences):
        at = o.at
        o.before = items[at - 1] if at else "^"
        o.after = items[at + 1] if at + 1 < end else "$"
        o.first = order == 0
        o.preposition = _preposition(items, at)
        o.verb = _verb_after(row, at)
        o.subject = bool(o.verb) and not o.preposition and o.after not in ("'s", "-x")
        o.stand = _stand(o)


def _stand(o: Occurrence) -> str:
    """How a name stands in its own sentence, in one word."""
    after = o.after
    if after == "'s":
        return "owner" + o.preposition
    if after in BEHIND:
        return BEHIND[after]
    if o.before == "(" and after == ")":
        return "bracket"
    if o.subject or o.preposition:
        return "subject" if o.subject else o.preposition
    return "modifier" if after == "N" else "attribute" if after.endswith("_n") else "other"


BEHIND = {"-x": "compound", ":": "label", "|": "label"}
"""What a sign behind a name makes of it."""


def _preposition(items: Sequence[str], at: int) -> str:
    """The preposition that governs a name: "by Larkfield", "from state-owned Varga", "in the city of Graz"."""
    for back in range(at - 1, max(-1, at - 4), -1):
        code = items[back]
        if code in PREPOSITIONS:
            return code
        if code not in ("w", "N", "'s", "firm_n", "state_n", "official_n", "its", "more"):
            return ""
    return ""


def _verb_after(row: SentenceCodes, at: int) -> str:
    """The first full verb after a name, with its voice, within the same clause or past one apposition."""
    items, passive, commas = row.items, False, 0
    for index in range(at + 1, min(len(items), at + 12)):
        code = items[index]
        if code in ("F", ";", ":", "|", '"', ")", "("):
            return ""
        if code == ",":
            commas += 1
            if commas > 2:
                return ""
        elif code == "be":
            passive = True
        elif code == "which":
            continue
        elif row.forms[index]:
            form = row.forms[index]
            return code + ("!" if passive and form in "dn" else "")
        elif code in (
            "to",
            "modal",
            "have",
            "not",
            "w",
            "N",
            "'s",
            "of",
            "firm_n",
            "official_n",
            "state_n",
            "in",
            "and",
        ):
            continue
        elif code in ("but", "by", "from", "for"):
            return ""
    return "be" if passive else ""


@cache
def seats_of_government() -> Mapping[str, str]:
    """The country of each seat of government ("Tokyo")."""
    return {
        alias[1:]: row["name"]
        for row in csv_rows("names/countries")
        for alias in row["aliases"].split("|")
        if alias.startswith("~")
    }


def with_governments(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, and at each seat of government that stands alone its country too: "from London" may be the city or the state."""
    starts = Counter(mention.start for mention in mentions)
    made = []
    for mention in mentions:
        made.append(mention)
        country = (
            seats_of_government().get(mention.name)
            if mention.type is NameType.PLACE and starts[mention.start] == 1
            else None
        )
        if country is not None:
            made.append(mention._replace(name=country, id=name_id(country), type=NameType.COUNTRY, rule="seat"))
    return made


def lay_out_roles(scene: DocumentTokens, mentions: Sequence[Mention]) -> RoleLayout:
    """Lay out a document whose `mentions` are in the order of the text and do not overlap."""
    mentions = with_governments(mentions)
    candidates, of = candidates_of(mentions)
    rows: list[SentenceCodes] = []
    everywhere: list[Occurrence] = []
    of_candidate: list[list[int]] = [[] for _ in candidates]
    m = 0
    for number, sentence in enumerate(scene.sentences):
        while m < len(mentions) and mentions[m].end <= sentence.start:
            m += 1
        stop = m
        while stop < len(mentions) and mentions[stop].start < sentence.end:
            stop += 1
        if m == stop and not scene.figures_of[number]:
            rows.append(NO_CODES)
            continue
        within = [(i, mentions[i], candidates[of[i]]) for i in range(m, stop)]
        spans = [(i, scene.figures[i].start, scene.figures[i].end) for i in scene.figures_of[number]]
        row = merge_coordinated(SentenceCoder(number, scene.text, within, spans).read(sentence))
        describe_occurrences(row)
        rows.append(row)
        for occurrence in row.occurrences:
            for member in occurrence.members:
                of_candidate[member].append(len(everywhere))
            everywhere.append(occurrence)
    return RoleLayout(
        scene,
        mentions,
        candidates,
        rows,
        everywhere,
        of_candidate,
        [sentence.section.value for sentence in scene.sentences],
    )
