"""What extraction tells of its own work, where somebody asks."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Loss:
    """A number that became no figure, the rule that refused it and why."""

    rule: str
    start: int
    end: int
    why: str


@dataclass(slots=True)
class Trace:
    """Collects losses where `wanted`; otherwise costs nothing."""

    wanted: bool = False
    losses: list[Loss] = field(default_factory=list)

    def lost(self, rule: str, start: int, end: int, why: str) -> None:
        """Note that the text from `start` to `end` became no figure."""
        if self.wanted:
            self.losses.append(Loss(rule, start, end, why))
