"""What extraction reports of its own work: numbers that no figure can hold, and on request all that it rejected."""

from dataclasses import dataclass, field

OUT_OF_RANGE = "out_of_range"
BEYOND = "a figure is at most 10^18 and has at most six decimals"


@dataclass(frozen=True, slots=True)
class RejectedNumber:
    """A number that became no figure: the rule that rejected it and why."""

    rule: str
    start: int
    end: int
    why: str


@dataclass(slots=True)
class Trace:
    """Collects rejected numbers: where `wanted` all of them, otherwise those that no figure can hold."""

    wanted: bool = False
    rejected: list[RejectedNumber] = field(default_factory=list)
    out_of_range: list[RejectedNumber] = field(default_factory=list)
    """Numbers that are larger or finer than amounts are; the article's reader must know that they are missing."""

    def reject(self, rule: str, start: int, end: int, why: str) -> None:
        """Note that the text from `start` to `end` became no figure."""
        if self.wanted:
            self.rejected.append(RejectedNumber(rule, start, end, why))

    def reject_out_of_range(self, start: int, end: int) -> None:
        """Note that no figure can hold the number from `start` to `end`."""
        self.reject(OUT_OF_RANGE, start, end, BEYOND)
        self.out_of_range.append(RejectedNumber(OUT_OF_RANGE, start, end, BEYOND))
