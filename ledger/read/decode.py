"""Bytes to text: byte order marks, UTF-8, UTF-16, declared and detected legacy encodings, line endings."""

import codecs
import re

from charset_normalizer import from_bytes

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The longer marks first: that of UTF-32 begins with that of UTF-16."""

DECLARED = re.compile(rb"(?:charset|encoding|coding)\s{0,3}[=:]\s{0,3}[\"']?([A-Za-z0-9_.:-]{2,40})")
DECLARED_WITHIN = 1_024
SAMPLE_BYTES = 65_536
"""Bytes that an encoding is guessed from."""

NO_CHARSETS = frozenset(
    {"undefined", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "utf-7", "mbcs", "oem"}
)
"""Codecs of Python that are no character set of an article: a name that a text declares is not to be trusted."""

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
CONTROL_SHARE = 0.01
"""More control characters than this and the bytes are no text, unless they are few."""
CONTROL_FEW = 2
"""So many control characters do not make a text binary, however short it is."""
WESTERN = re.compile("[À-ÖØ-öø-ÿ‘’“”„–—…•€£¥©®°§«»\u00a0·½¼¾²³ªº¿¡™†œŒšŠžŽŸ¢¤¦¨¬\u00ad¯±´µ¶¸¹×÷ƒˆ˜‚‹›‡‰]")
FOREIGN_INSIDE = re.compile("[A-Za-z](?:[³¹¿¶¼¾¢£¥¦§¨©ª«¬®¯±²´µ·¸º»½])[a-z]")
"""What Polish or Czech in cp1250 looks like when read as cp1252: "Bia³ystok"."""
WESTERN_SHARE = 0.15
"""Western text has fewer letters with accents than this among all its letters."""
LINE_ENDING = re.compile("\r\n|[\r\x85\u2028\u2029]")


class UndecodableError(ValueError):
    """Bytes that are no text; the message says why and what helps."""


def _utf16_without_mark(raw: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, told by where its zero bytes stand, or null."""
    sample = raw[:SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * half and odd < 0.05 * half else None


def _decoded(raw: bytes, encoding: str) -> str | None:
    """The text, or null where the bytes are no text of that encoding, lone surrogates included."""
    try:
        text = raw.decode(encoding)
        text.encode()
    except (UnicodeError, LookupError):
        return None
    return text


def _declared(raw: bytes) -> str | None:
    found = DECLARED.search(raw[:DECLARED_WITHIN])
    if found is None:
        return None
    try:
        encoding = codecs.lookup(found.group(1).decode("ascii")).name
    except LookupError:
        return None
    return None if encoding in NO_CHARSETS else _decoded(raw, encoding)


def _western(raw: bytes) -> str | None:
    """The text by cp1252 where it looks like a Western language, else null; guessers take it for cp1250 too readily."""
    text = _decoded(raw, "cp1252")
    if text is None:
        return None
    sample = text[:SAMPLE_BYTES]
    high = [character for character in sample if character > "\x7f"]
    letters = sum(character.isalpha() for character in sample)
    few = sum(character.isalpha() for character in high) <= WESTERN_SHARE * max(letters, 1)
    known = all(WESTERN.match(character) for character in high)
    return text if few and known and not FOREIGN_INSIDE.search(sample) else None


def _guessed(raw: bytes) -> str | None:
    best = from_bytes(raw[:SAMPLE_BYTES]).best()
    return _decoded(raw, best.encoding) if best is not None else None


def _read(raw: bytes) -> str | None:
    for mark, encoding in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return _decoded(raw, encoding)
    wide = _utf16_without_mark(raw)
    if wide is not None:
        return _decoded(raw, wide)
    if raw[:SAMPLE_BYTES].count(0) > CONTROL_FEW:
        return None
    for read in (lambda data: _decoded(data, "utf-8"), _declared, _western, _guessed):
        text = read(raw)
        if text is not None:
            return text
    return None


def text_of(raw: bytes) -> str:
    """The text of a plain-text file as it stands; raises UndecodableError for bytes that are no text."""
    text = _read(raw)
    sample = text[:SAMPLE_BYTES] if text is not None else ""
    if text is None or len(CONTROL.findall(sample)) > max(CONTROL_SHARE * len(sample), CONTROL_FEW):
        raise UndecodableError("the bytes are no text; save the article as plain text in UTF-8")
    return text


def decode(raw: bytes) -> str:
    """The text of a plain-text file with every line ending as \\n; raises UndecodableError for bytes that are no text.

    >>> decode("Łódź pays €3m\\r\\n".encode("utf-16"))
    'Łódź pays €3m\\n'
    """
    return LINE_ENDING.sub("\n", text_of(raw))
