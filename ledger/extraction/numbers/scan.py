"""Scanning: the numbers of a text, each match of the grammar parsed and checked against what touches it."""

import re
from collections.abc import Iterator

from ledger.extraction.numbers import grammar
from ledger.extraction.numbers.atoms import ASCII_LETTERS, DIGIT_BYTES, WORD_BYTES, Atom, ParsedNumber, SentenceSpan
from ledger.extraction.numbers.fold import fold
from ledger.extraction.numbers.grammar import behind_forms, scales
from ledger.extraction.numbers.mend import MENDED_BEFORE, MENDED_BEHIND, mend
from ledger.extraction.numbers.numerals import LONGEST_NUMBER
from ledger.extraction.numbers.parse import parse_number
from ledger.lexicons.load import toml
from schemas import Segment

SIGN_BYTES = frozenset(form[-1] for form in behind_forms() if not form[-1:].isalnum())


def scan(
    text: str, encoded: bytes, sentences: Iterator[tuple[int, int, Segment]]
) -> Iterator[tuple[int, int, SentenceSpan, "Atom | None"]]:
    """The grammar's matches within the sentences of folded `text`, also given as bytes: span, sentence and atom.

    `sentences`: start, end and segment of each, in order.
    """
    find = grammar.atom().find
    home: tuple[int, int, Segment] | None = None
    sentence: SentenceSpan | None = None
    start, end = find(encoded)
    while start >= 0:
        while home is None or home[1] <= start:
            home, sentence = next(sentences, None), None
            if home is None:
                return
        position = end
        if start >= home[0] and not (end - start < 4 and _is_chained(encoded, start, end)):
            cut = _without_next_sign(encoded, start, end) if encoded[end - 1] in SIGN_BYTES else end
            cut = min(cut, home[2].end)
            if sentence is None:
                sentence = SentenceSpan(*home)
            if start and encoded[start] in ASCII_LETTERS and encoded[start - 1] in WORD_BYTES:
                start = _without_word(encoded, start, cut)
            atom = parse_atom(text, start, cut, sentence)
            yield start, cut, sentence, atom
            position = cut if atom is None else atom.end
            if position <= start:
                position = start + 1
        start, end = find(encoded, position)


LONE_BEHIND = frozenset(b"\x1d_")
"""Folded forms of what makes a lone digit before it no figure: a separator, a letter of another script."""


def _is_chained(encoded: bytes, start: int, end: int) -> bool:
    """Whether a short match can be no figure: in a chain of dashes or points, or before a letter of another script."""
    following = encoded[end : end + 2]
    if not following or not encoded[end - 1 : end].isdigit():
        return False
    if following[0] == 0x2E:
        return following[1:].isdigit()
    if end - start > 1:
        return False
    if following[0] == 0x2D and start and encoded[start - 1] == 0x2D:
        return True
    return following[0] in LONE_BEHIND or following == b" _"


STARTS = DIGIT_BYTES | frozenset(fold("$€£¥₹"))
"""What a number may start with behind a space."""


def _without_word(encoded: bytes, start: int, end: int) -> int:
    """The start of a match without a letter that ends a word and is no currency.

    "KLP 10%" holds no "P 10", and "KfW €10" no "W €".
    """
    space = encoded.find(b" ", start, end)
    if space > 0 and encoded[space + 1] in b"+-":
        space += 1
    return space + 1 if space > 0 and encoded[space + 1] in STARTS else start


def _without_next_sign(encoded: bytes, start: int, end: int) -> int:
    """The end of a match without a sign that opens the next number: "£1.1m-£1.4m" is no "1.1m-£"."""
    if encoded[end : end + 1].isdigit() and end - start > 1:
        end -= 1
        while encoded[end - 1 : end].isalpha() and encoded[end - 2 : end - 1] in (b"-", b" "):
            end -= 1
        return len(encoded[start:end].rstrip(b" -")) + start
    return end


def parse_atom(text: str, start: int, end: int, sentence: SentenceSpan, *, letters: bool = False) -> Atom | None:
    """The atom of a match, or None where the words make no number that can be stored.

    `letters` takes letters before a plain number for a currency.
    """
    if end - start > 3 * LONGEST_NUMBER:
        return None
    if text[start] == "." and start and text[start - 1].isalpha():
        start += 1  # "approx.500", "billion.1": the point ends a word
    matched = text[start:end]
    parsed = parse_number(matched, letters=True) if letters else parse_number(matched)
    if parsed is None:
        return None
    if parsed.doubtful and not letters:
        parsed = _in_context(text, start, end, matched, parsed)
        if parsed is None:
            return None
    atom = Atom(start, sentence, parsed)
    if text[atom.end - 1] == "." and not _abbreviated(text, atom.end):
        atom.end -= 1
    if parsed.unsettled or text[atom.end : atom.end + 2] in MENDED_BEHIND or text[start - 2 : start] in MENDED_BEFORE:
        mend(text, atom)
    return atom


def _in_context(  # noqa: PLR0911 - one reading a kind of context
    text: str, start: int, end: int, matched: str, parsed: ParsedNumber
) -> ParsedNumber | None:
    """The parsed number, read again where what follows speaks against the first reading."""
    if parsed.spaced and (_is_clock(text, start) or not _grouped_by_spaces(text, start + parsed.number_end)):
        return parse_number(matched.split(" ", maxsplit=1)[0])
    if parsed.tail and _MODEL.match(text, end) and parsed.tail.startswith(" ") and len(parsed.tail) < 4:
        return parse_number(matched[: parsed.number_end])
    opens_next = "-" in parsed.tail and parsed.money is not None and _OPENS_NEXT.search(parsed.tail) is not None
    if opens_next and _NUMBER_NEXT.match(text, end):  # "Rs 648-Rs 650": the currency is the next number's
        return parse_number(matched[: matched.rindex("-")])
    if parsed.start and _repeats(matched, parsed) and _NUMBER_NEXT.match(text, end):
        return parse_number(matched[: matched.rindex("-")], letters=True)
    if parsed.start and parsed.money is None and RANGE_NEXT.match(text, end):
        return parse_number(matched, letters=True)
    if parsed.scale and not _is_scale(text, end, parsed) and not _MONEY_BEFORE.search(text, max(0, start - 32), start):
        return parse_number(matched, plain=True)
    if "," in matched and not parsed.tail and parsed.money is None and DECIMAL_COMMA_NEXT.match(text, end):
        return parse_number(matched, comma=True)
    return parsed


def _repeats(matched: str, parsed: ParsedNumber) -> bool:
    """Whether the letters behind a number are those before it, of the next number: "W 12-W" of "W 12-W 380bil"."""
    return parsed.tail[:1] == "-" and parsed.tail[1:].strip() == matched[: parsed.start].strip()


DECIMAL_COMMA_NEXT = re.compile(r"(?: to | or | and | ?- ?)[^ ]{0,4}\d+,\d{1,2}(?!\d)")
"""What makes the comma of a bare "5,8" a decimal one: "5,8 to 6,0 Mrd euros"."""


def _is_clock(text: str, start: int) -> bool:
    """Whether the digits at `start` are minutes: "09:30 240 delegates"."""
    return text[start - 1 : start] == ":" and text[start - 2 : start - 1].isdigit()


RANGE_NEXT = re.compile(
    r"(?: ?- ?| to | and | or )[^ \d]{0,4} ?\d[\d.,]*(?:[ -]?(?:"
    + "|".join(sorted((form.decode("latin-1") for form in scales() if len(form) > 1 and form[0] != 45), key=len)[::-1])
    + r")|[mbtkMBTK])\b"
)
"""The other end of a range, with a magnitude: what makes letters before a plain number money ("R60-81bn")."""
_MONEY_BEFORE = re.compile(
    r"[A-Za-z$\x80-\xbf]\.?[$\x80-\xbf]? ?\d[\d.,]*(?: ?- ?| to | or )$"
    r"|between [^ \d]{1,5} ?\d[\d.,]* and $"
)
"""A sum whose range goes on: its other end's "237mil" is a magnitude."""
_OPENS_NEXT = re.compile(r" ?-[A-Za-z]{0,4} ?[$\x80-\xbf]?$")
_NUMBER_NEXT = re.compile(r"\.? ?[$\x80-\xbf]? ?\d")
_MODEL = re.compile(r"-\d")
"""What makes letters behind a number those of a model: "30 M-84 tanks"."""


def _abbreviated(text: str, end: int) -> bool:
    """Whether a point before `end` is of an abbreviation ("3 Mrd. Euro") and does not end the sentence."""
    return (text[end : end + 1] in ",;)" and end < len(text)) or (
        text[end : end + 1] == " " and text[end + 1 : end + 2].islower()
    )


def _grouped_by_spaces(text: str, end: int) -> bool:
    """Whether "12 500" at `end` is one number: a word in lower case follows, or the end of its line or cell."""
    following = text[end : end + 2]
    return (following[:1] == " " and (following[1:].islower() or following[1:] in " |/")) or following[:1] in "\n|\t"


NEVER_SCALES = frozenset(toml("scales")["doubtful"]["never"])
LENGTH_WORDS = re.compile(r"[ -](?:" + "|".join(toml("scales")["lengths"]["words"]) + r")\b")


def _is_scale(text: str, end: int, parsed: ParsedNumber) -> bool:
    """Whether "m", "t", "k" … behind a number without currency is a magnitude: in "87m users", not in "a 50m crane"."""
    if parsed.scale in NEVER_SCALES:
        return False
    if parsed.scale == "m":
        return parsed.attached and not LENGTH_WORDS.match(text, end)
    return parsed.attached or parsed.scale == "T"
