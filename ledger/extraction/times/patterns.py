"""Patterns of the lexicon of times, compiled for text in the plain form that they are written for."""

import re
from functools import cache

import re2

from ledger.extraction.numbers.fold import fold
from ledger.extraction.numbers.grammar import Finder
from ledger.lexicons import load

SPACED = bytes.maketrans(b"\n\x1e", b" -")
"""Line ends as spaces and long dashes as hyphens, as the patterns have them."""


def plain_bytes(text: str) -> bytes:
    """`text` as the patterns have it, one byte for each code point so that offsets hold."""
    return fold(text).translate(SPACED)


def pattern_finder(source: str, *, longest: bool = False) -> Finder:
    """Finds a pattern in plain text, letter case ignored; the first alternative from the left, or the longest."""
    options = re2.Options()
    options.longest_match = longest
    options.case_sensitive = False
    options.never_capture = True
    options.max_mem = 64 << 20 if longest else 8 << 20
    options.encoding = re2.Options.Encoding.LATIN1
    return Finder(re2.compile(plain_bytes(source), options=options))


@cache
def cue_finder(key: str) -> Finder:
    """A cue to be searched for in a piece of plain text."""
    lexicon = load.toml("times")
    return pattern_finder(
        load.joined(lexicon["cues"][key]).replace("{hedges}", load.joined(lexicon["parts"]["hedges"]))
    )


def has_cue(key: str, words: bytes) -> bool:
    """Whether a piece of plain text holds a cue."""
    return cue_finder(key).find(words)[0] >= 0


def gap_pattern(key: str) -> re.Pattern[bytes]:
    """What may stand between a sum and a time, or between two sums."""
    return re.compile(load.joined(load.toml("times")["gaps"][key]["pattern"]).encode("ascii"))


@cache
def cue_pattern(key: str) -> re.Pattern[bytes]:
    """A cue to be matched at a position of the plain text, by `re`: re2 would need a copy of the rest of the text."""
    return re.compile(plain_bytes(load.joined(load.toml("times")["cues"][key])), re.IGNORECASE)
