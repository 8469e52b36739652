"""Match the frames of `ledger/lexicons/frames.toml`: patterns over the sentence of a figure, all in one pass of re2."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import re2

from ledger.lexicons import toml
from schemas import Kind

OTHER = "@"
"""The word that stands for another figure than the one asked about."""
MEMORY = 1 << 27
"""Bytes that a set of patterns may use; past its limit re2 finds nothing and says nothing."""
NESTED_LISTS = 3
"""How deep the lists of the lexicon may name one another."""
TIME_REACH = 12
"""Words on each side of a figure that may tell how it adds up."""


@cache
def shorthand() -> tuple[tuple[str, str], ...]:
    """Sign of the lexicon → what it stands for in RE2, in the order in which they are replaced."""
    fillers = "|".join(" ".join(phrase.split()) for phrase in toml("frames")["fillers"]["phrases"].split(","))
    return (("__", r"(?:[^ .;:()#]+ ){0,7}"), ("_", r"(?:[^ .,;:()#]+ ){0,3}"), ("~", rf"(?:(?:{fillers}) )*"))


@dataclass(frozen=True, slots=True)
class Frame:
    """A named frame: the measure or stage it says, the kinds of figure it holds for, and its sentences."""

    name: str
    measure: str | None
    stage: str | None
    kinds: frozenset[Kind]
    example: str
    counter: str


def expand_pattern(pattern: str, lists: Mapping[str, str]) -> str:
    """A pattern of the lexicon as RE2 reads it."""
    for _ in range(NESTED_LISTS):
        for name, words in lists.items():
            pattern = pattern.replace(f"<{name}>", words)
    lead = r"(?:^| )" if pattern[:1].isalpha() or pattern[:1] == "(" else ""
    marked = pattern.replace(r"\_", "\0")
    for short, long in shorthand():
        marked = marked.replace(short, long)
    return lead + marked.replace("\0", "_")


@dataclass(frozen=True, slots=True)
class FramePatterns:
    """The patterns of all frames that hold for one kind of figure, compiled."""

    patterns: Any
    frames: tuple[Frame, ...]
    """For each pattern, its frame."""


def frame_from_row(row: Mapping[str, Any]) -> Frame:
    """The frame of a line of the lexicon."""
    kinds = frozenset(Kind(kind) for kind in row.get("kinds", ["money"]))
    return Frame(row["name"], row.get("measure"), row.get("stage"), kinds, row["example"], row["counter"])


@cache
def all_frames() -> tuple[Frame, ...]:
    """All frames, in the order of the lexicon."""
    return tuple(frame_from_row(row) for row in toml("frames")["frame"])


def _pattern_set() -> Any:
    options = re2.Options()
    options.max_mem = MEMORY
    return re2.Set.SearchSet(options)


@cache
def frame_patterns(kind: Kind) -> FramePatterns:
    """The patterns of the frames that hold for a kind of figure."""
    data = toml("frames")
    patterns = _pattern_set()
    held: list[Frame] = []
    for row, frame in zip(data["frame"], all_frames(), strict=True):
        if kind in frame.kinds:
            for pattern in row["patterns"]:
                patterns.Add(expand_pattern(pattern, data["lists"]))
                held.append(frame)
    patterns.Compile()
    return FramePatterns(patterns, tuple(held))


def mask_figures(words: Sequence[str]) -> str:
    """The words of a sentence as the frames read them, every figure as another than the one asked about."""
    return " ".join([OTHER if word == "#" else word for word in words])


def matching_patterns(line: str, offset: int, kind: Kind) -> tuple[int, ...]:
    """The numbers of the patterns that match the figure at `offset` of a masked line."""
    asked = f"{line[:offset]}#{line[offset + 1 :]}"
    return tuple(frame_patterns(kind).patterns.Match(asked.encode()) or ())  # re2 takes text at twice the time of bytes


def frames_by_patterns(kind: Kind, patterns: Iterable[int]) -> list[tuple[Frame, int]]:
    """The frames of patterns by their numbers, each with how many of its patterns these are."""
    held = frame_patterns(kind).frames
    counts: dict[str, tuple[Frame, int]] = {}
    for number in patterns:
        frame = held[number]
        counts[frame.name] = (frame, counts.get(frame.name, (frame, 0))[1] + 1)
    return [counts[name] for name in sorted(counts)]


class TimeMatch(NamedTuple):
    """Words about a figure that tell how it adds up: words `first` to `last` of its sentence, end excluded."""

    basis: str
    """The time basis."""
    rule: str
    first: int
    last: int


@cache
def _time_patterns() -> tuple[tuple[str, str, Any, bool], ...]:
    """Time basis, name, compiled pattern and whether it looks left, of each line of the lexicon."""
    return tuple(
        (row["time"], row["name"], re2.compile(expand_pattern(row["pattern"], {})), row["left"])
        for row in toml("frames")["time_frame"]
    )


@cache
def _time_set(on_left: bool) -> tuple[Any, tuple[int, ...]]:
    """The patterns of one side as one automaton, and the place of each in the lexicon."""
    patterns, held = _pattern_set(), []
    for number, row in enumerate(toml("frames")["time_frame"]):
        if row["left"] is on_left:
            patterns.Add(expand_pattern(row["pattern"], {}))
            held.append(number)
    patterns.Compile()
    return patterns, tuple(held)


def _matching_times(line: str, on_left: bool) -> list[int]:
    patterns, held = _time_set(on_left)
    return [held[number] for number in patterns.Match(line.encode()) or ()]


def match_time_frame(words: Sequence[str], at: int) -> TimeMatch | None:
    """What tells how the figure at word `at` adds up, by the first pattern of the lexicon that matches, or null."""
    first_left = max(0, at - TIME_REACH)
    left = mask_figures(words[first_left:at]) + " "
    right = " " + mask_figures(words[at + 1 : at + 1 + TIME_REACH]) + " "
    matching = [*_matching_times(left, True), *_matching_times(right, False)]
    if not matching:
        return None
    basis, name, pattern, on_left = _time_patterns()[min(matching)]
    line = left if on_left else right
    match = pattern.search(line)
    first = line[: match.start(pattern.groupindex["cue"])].count(" ") + (first_left if on_left else at)
    return TimeMatch(basis, name, first, first + match.group("cue").count(" ") + 1)


__all__ = [
    "Frame",
    "TimeMatch",
    "all_frames",
    "frame_from_row",
    "frames_by_patterns",
    "mask_figures",
    "match_time_frame",
    "matching_patterns",
]
