"""Folding: a text as bytes of one byte a character, so that the grammar is plain ASCII and offsets hold.

Accents, full-width forms, typographic dashes, quotes and spaces become plain ones; a currency sign outside ASCII
becomes a private byte; a letter of another script becomes "_" (a letter that no word of the lexicons has); all else
becomes a separator. The folded text is as long as the text, so a match at bytes 10:14 is `text[10:14]`.
"""

import re
import unicodedata
from functools import cache, lru_cache

from ledger.lexicons.load import toml

LETTER = "_"
SEPARATOR = "\x1d"
FOLDED_DASHES = "‐‑‒–−﹣－"
LONG_DASHES = "—―⸺"
FOLDED_QUOTES = "’‘‛ʼ′"
FOLDED_TILDES = "∼～≈≃≅"
INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Zero-width spaces and marks of direction, which a web page leaves between a currency sign and its number."""
MANY_SPECIALS = 24
"""Distinct special characters above which one pass over a table beats a pass for each."""


@cache
def private_bytes() -> dict[str, str]:
    """Currency sign or fraction outside ASCII → the private character (U+0080 … U+009E) for it in folded text."""
    currencies = toml("currencies")
    forms = [entry["form"] for entry in currencies["symbol"]] + [entry["form"] for entry in currencies["minor"]]
    signs = sorted({sign for form in forms for sign in form if unicodedata.category(sign) == "Sc" and sign != "$"})
    fractions = sorted(toml("numbers")["characters"])
    free = [chr(code) for code in (*range(0x80, 0xA0), *range(0xA1, 0xAA), 0xAC, *range(0xAE, 0xC0))]
    known = [*signs, *fractions, *currencies["foreign"]["words"]]
    if len(known) > len(free):
        raise ValueError(f"{len(known)} signs need a byte of their own, {len(free)} are free")
    return dict(zip(known, free, strict=False))


@cache
def foreign_words() -> dict[str, str]:
    """Word of another script that means a currency or a magnitude → its private byte, as often as it has characters."""
    foreign = toml("currencies")["foreign"]
    spelt = {word: word for word in foreign["words"]} | {
        other: word for word, others in foreign["same"].items() for other in others
    }
    return {form: private_bytes()[word] * len(form) for form, word in spelt.items()}


@cache
def _foreign() -> tuple[frozenset[str], re.Pattern[str]]:
    """The first characters of the foreign words, and a pattern of the words that are no part of a longer one."""
    words = sorted(foreign_words(), key=len, reverse=True)
    pattern = "|".join(rf"(?<![^\W\d]){word}(?![^\W\d])" if word[0].islower() else word for word in words)
    return frozenset(word[0] for word in words), re.compile(pattern)


@cache
def folded(character: str) -> str:
    """The one character that stands for `character` in folded text."""
    if character.isascii():
        return character
    special = private_bytes().get(character) or _punctuation(character)
    if special:
        return special
    if character.isspace() or character in INVISIBLE or unicodedata.category(character) == "Zs":
        return " "
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKD", character)[0]
    if plain.isascii() and plain.isprintable() and plain != " ":
        return plain
    return STROKED.get(character) or (
        LETTER if character.isalpha() or unicodedata.category(character).startswith("M") else SEPARATOR
    )


STROKED = {
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "æ": "a",
    "Æ": "A",
    "œ": "o",
    "Œ": "O",
    "ß": "s",
    "ð": "d",
    "þ": "t",
    "ı": "i",
    "µ": "u",
}
"""Letters that Unicode does not decompose."""


def _punctuation(character: str) -> str | None:
    for characters, plain in (
        (FOLDED_DASHES, "-"),
        (LONG_DASHES, "\x1e"),
        (FOLDED_QUOTES, "'"),
        (FOLDED_TILDES, "~"),
        ("“”„«»", '"'),
        ("≥", "\x1a"),
        ("≤", "\x19"),
        ("°º", "\x18"),
    ):
        if character in characters:
            return plain
    return None


class _Table(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = plain = folded(chr(code))
        return plain


_TABLE = _Table()


@lru_cache(maxsize=1)
def fold(text: str) -> bytes:
    """`text` with one byte for each code point.

    >>> fold("€1.2bn – Malmö")[1:]
    b'1.2bn - Malmo'
    """
    if text.isascii():
        return text.encode("ascii")
    special = [character for character in set(text) if character > "\x7f"]
    firsts, pattern = _foreign()
    foreign = [] if firsts.isdisjoint(special) else list(pattern.finditer(text))
    if len(special) > MANY_SPECIALS:
        plain = text.translate(_TABLE)
    else:
        plain = text
        for character in sorted(special):
            plain = plain.replace(character, folded(character))
    for word in foreign:
        plain = plain[: word.start()] + foreign_words()[word.group()] + plain[word.end() :]
    return plain.encode("latin-1")


__all__ = ["fold", "folded"]
