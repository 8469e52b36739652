"""Choices of single sums that the sums around them settle: parts that add up, and wholes that are running totals."""

from collections.abc import Mapping, Sequence

from ledger.lexicons.load import toml
from ledger.relate.decide import PART, SAME, Link, Option, choice
from ledger.relate.features import Setting
from ledger.relate.sums import ROWS, Sum, is_running

SURE = 0.9
"""The probability of a part that only completes what adds up."""
LIKELY = 0.15
"""The least probability of wholes of the same payer that are preferred to a running total."""


def with_completed(setting: Setting, options: Sequence[Sequence[Option]]) -> list[Sequence[Option]]:
    """The options of each sum; one that adds up to a whole with its neighbours is a part of it where they are.

    The neighbours stand in its sentence or list, and the amounts add up to the last digit.
    """
    decided = list(options)
    chosen = [choice(at, some) for at, some in enumerate(options)]
    for whole, parts in _exact(setting).items():
        inside = [at for at in parts if _is_part_of(chosen[at], whole)]
        for at in parts:
            link = chosen[at]
            free = link is None or (link.kind == PART and is_running(setting.sums[link.other]))
            if free and any(_neighbours(setting.sums[at], setting.sums[other]) for other in inside):
                decided[at] = [Option(PART, whole, SURE)]
    return decided


def with_opened(sums: Sequence[Sum], options: Sequence[Sequence[Option]]) -> list[Sequence[Option]]:
    """The options of each sum; where a sentence opens with "of this", its sums lie in what its first one lies in."""
    decided = list(options)
    first: dict[int, int] = {}
    for at, one in enumerate(sums):
        opening = first.setdefault(one.sentence, at)
        whole = choice(opening, options[opening])
        if opening == at or whole is None or whole.kind != PART or not _says_of_this(one):
            continue
        fits = sums[whole.other].claim.unit == one.claim.unit and one.value < sums[whole.other].value
        link = choice(at, options[at])
        if fits and (link is None or (link.kind == SAME and sums[link.other].sentence == one.sentence)):
            decided[at] = [Option(PART, whole.other, SURE)]
    return decided


def with_of_it(sums: Sequence[Sum], options: Sequence[Sequence[Option]]) -> list[Sequence[Option]]:
    """The options of each sum; "$57 million of it" is a part of the last larger sum that its sentence told before."""
    decided = list(options)
    for at, one in enumerate(sums):
        if " ".join(one.words[one.at + 1 : one.at + 3]) in toml("relate")["of_it"]["words"]:
            earlier = (other for other in range(at - 1, -1, -1) if sums[other].sentence == one.sentence)
            whole = next((other for other in earlier if _is_larger(sums[other], one)), None)
            if whole is not None and choice(at, options[at]) is None:
                decided[at] = [Option(PART, whole, SURE)]
    return decided


def _is_larger(one: Sum, other: Sum) -> bool:
    return one.claim.unit == other.claim.unit and one.value > other.value


def _says_of_this(one: Sum) -> bool:
    return " ".join(one.words[:2]) in toml("relate")["opened"]["openers"]


def _exact(setting: Setting) -> Mapping[int, Sequence[int]]:
    """Each whole with the sums that add up to it exactly."""
    found: dict[int, list[int]] = {}
    for part, whole in sorted(setting.adds):
        if setting.adds[part, whole].startswith("exact"):
            found.setdefault(whole, []).append(part)
    return found


def _is_part_of(link: Link | None, whole: int) -> bool:
    return link is not None and link.kind == PART and link.other == whole


def _neighbours(one: Sum, other: Sum) -> bool:
    rows = one.group == other.group and one.section in ROWS and other.section in ROWS
    return one.sentence == other.sentence or rows


def without_running(sums: Sequence[Sum], options: Sequence[Sequence[Option]]) -> list[Sequence[Option]]:
    """The options of each sum; a whole of the same payer that is no running total comes before one that is.

    A sum lies in one whole at most, and that whole may lie in the running total itself.
    """
    return [_preferred(sums, one, some) for one, some in zip(sums, options, strict=True)]


def _preferred(sums: Sequence[Sum], one: Sum, options: Sequence[Option]) -> Sequence[Option]:
    running = [option for option in options if option.kind == PART and is_running(sums[option.other])]
    others = [
        option
        for option in options
        if option.kind == PART and option not in running and not one.actors.isdisjoint(sums[option.other].actors)
    ]
    if not running or sum(option.probability for option in others) < LIKELY:
        return options
    best = max(others, key=lambda option: (option.probability, -option.other))
    moved = best._replace(probability=best.probability + sum(option.probability for option in running))
    return [*(option for option in options if option is not best and option not in running), moved]
