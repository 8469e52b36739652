"""Read the frame a figure stands in: patterns over its sentence from `ledger/lexicons/frames.toml`, all matched in one pass of re2."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2

from ledger.lexicons import toml
from schemas import Kind

OTHER = "@"
"""The word that stands for another figure than the one asked about."""
FILLERS = (
    r"(?:(?:"
    r"about|around|some|nearly|almost|roughly|approximately|over|more than|less than|fewer than|up to|as much as|as many as|"
    r"at least|at most|a|an|the|only|just|another|a further|further|an additional|additional|an extra|extra|an estimated|estimated|"
    r"under|close to|upwards of|no more than|a total of|total|a combined|combined|its|their|initial|a first|first|a record|record|"
    r"whopping|exactly|well over|well under|the full|full|something like|north of|in excess of|the other|the remaining|remaining|"
    r"nearer|maybe|perhaps|a second|below|above|or"
    r") )*"
)
MEMORY = 1 << 27
"""Bytes that a set of patterns may use; past its limit re2 finds nothing, without a word."""
SHORTHAND = (("__", r"(?:[^ .;:()#]+ ){0,7}"), ("_", r"(?:[^ .,;:()#]+ ){0,3}"), ("~", FILLERS))


@dataclass(frozen=True, slots=True)
class Frame:
    """A named frame: the measure or stage it says, the kinds of figure it holds for, and its sentences."""

    name: str
    measure: str | None
    stage: str | None
    kinds: frozenset[Kind]
    example: str
    counter: str


def expand(pattern: str, lists: Mapping[str, str]) -> str:
    """A pattern of the lexicon as RE2 reads it."""
    for _ in range(3):  # a list may name another list
        for name, words in lists.items():
            pattern = pattern.replace(f"<{name}>", words)
    lead, tail = (r"(?:^| )", r"") if pattern[:1].isalpha() or pattern[:1] == "(" else ("", "")
    marked = pattern.replace(r"\_", "\0")
    for short, long in SHORTHAND:
        marked = marked.replace(short, long)
    return lead + marked.replace("\0", "_") + tail


@dataclass(frozen=True, slots=True)
class Book:
    """All frames compiled for one kind of figure."""

    patterns: Any
    frames: tuple[Frame, ...]
    """For each pattern, its frame."""


def frame_of(row: Mapping[str, Any]) -> Frame:
    """The frame of a line of the lexicon."""
    kinds = frozenset(Kind(kind) for kind in row.get("kinds", ["money"]))
    return Frame(row["name"], row.get("measure"), row.get("stage"), kinds, row["example"], row["not"])


@cache
def frames() -> tuple[Frame, ...]:
    """All frames, in the order of the lexicon."""
    return tuple(frame_of(row) for row in toml("frames")["frames"]["list"])


def _set() -> Any:
    options = re2.Options()
    options.max_mem = MEMORY
    return re2.Set.SearchSet(options)


@cache
def book(kind: Kind) -> Book:
    """The frames that hold for a kind of figure."""
    data = toml("frames")
    patterns = _set()
    held: list[Frame] = []
    for row in data["frames"]["list"]:
        frame = frame_of(row)
        if kind in frame.kinds:
            for pattern in row["patterns"]:
                patterns.Add(expand(pattern, data["lists"]))
                held.append(frame)
    patterns.Compile()
    return Book(patterns, tuple(held))


def masked(words: Sequence[str]) -> str:
    """The words of a sentence as the frames read them, every figure as another than the one asked about."""
    return " ".join([OTHER if word == "#" else word for word in words])


def fitting(line: str, offset: int, kind: Kind) -> tuple[int, ...]:
    """The numbers of the patterns that hold for the figure at `offset` of a masked line."""
    asked = (
        f"{line[:offset]}#{line[offset + 1 :]}".encode()
    )  # bytes, for re2 takes twice the time to turn a text into them
    return tuple(book(kind).patterns.Match(asked) or ())


def frames_of(kind: Kind, patterns: Iterable[int]) -> list[tuple[Frame, int]]:
    """The frames of patterns by their numbers, each with how many of its patterns these are."""
    held = book(kind).frames
    counts: dict[str, tuple[Frame, int]] = {}
    for number in patterns:
        frame = held[number]
        counts[frame.name] = (frame, counts.get(frame.name, (frame, 0))[1] + 1)
    return [counts[name] for name in sorted(counts)]


@cache
def _times() -> tuple[tuple[str, str, Any, bool], ...]:
    return tuple(
        (row["time"], row["name"], re2.compile(expand(row["pattern"], {})), row["left"])
        for row in toml("frames")["times"]["list"]
    )


@cache
def _time_set(on_left: bool) -> tuple[Any, tuple[int, ...]]:
    """The patterns of one side as one automaton, and the place of each in the lexicon."""
    patterns, held = _set(), []
    for number, row in enumerate(toml("frames")["times"]["list"]):
        if row["left"] is on_left:
            patterns.Add(expand(row["pattern"], {}))
            held.append(number)
    patterns.Compile()
    return patterns, tuple(held)


def _fitting(line: str, on_left: bool) -> list[int]:
    patterns, held = _time_set(on_left)
    return [held[number] for number in patterns.Match(line.encode()) or ()]


def time_frames(words: Sequence[str], at: int) -> tuple[str, str, int, int] | None:
    """(time basis, rule, first word, word after the last one) of the words about the figure at word `at` that tell how it adds up, or null."""
    left = " ".join(OTHER if word == "#" else word for word in words[max(0, at - 12) : at]) + " "
    right = " " + " ".join(OTHER if word == "#" else word for word in words[at + 1 : at + 13]) + " "
    fitting = [*_fitting(left, True), *_fitting(right, False)]
    if not fitting:
        return None
    basis, name, pattern, on_left = _times()[min(fitting)]
    line = left if on_left else right
    match = pattern.search(line)
    first = line[: match.start(pattern.groupindex["cue"])].count(" ") + (max(0, at - 12) if on_left else at)
    return basis, name, first, first + match.group("cue").count(" ") + 1


__all__ = ["Frame", "frame_of", "frames", "time_frames"]
