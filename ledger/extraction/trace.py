"""What extraction reports of its own work on request."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RejectedNumber:
    """A number that became no figure: the rule that rejected it and why."""

    rule: str
    start: int
    end: int
    why: str


@dataclass(slots=True)
class Trace:
    """Collects rejected numbers where `wanted`; otherwise costs nothing."""

    wanted: bool = False
    rejected: list[RejectedNumber] = field(default_factory=list)

    def reject(self, rule: str, start: int, end: int, why: str) -> None:
        """Note that the text from `start` to `end` became no figure."""
        if self.wanted:
            self.rejected.append(RejectedNumber(rule, start, end, why))
