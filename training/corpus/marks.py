"""The marks that label a figure inside the text of a written article.

    {$3 billion|investment/pledged|Actor; Actor|Recipient; Place|field; field|id<whole}

Parts, divided by `|`: the figure as the text has it; measure and, for a commitment, its stage; who gives; who
receives; fields; a relation. Trailing empty parts may be left off. `{five years|?}` marks a figure that is not scored.

The relation `id` is one short word for one real-world pledge. Marks of one article with the same id tell the same
pledge. `id<whole` says that its money lies inside the pledge `whole`, the id of another mark of the article.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas import COMMITMENT_MEASURES, FieldCode, Measure, Stage

MARK = re.compile(r"\{([^{}|]+)\|([^{}]*)\}")
RELATION = re.compile(r"(?P<id>[\w-]+)(?:<(?P<whole>[\w-]+))?")
PARTS = 5
"""The parts of a mark after the figure."""


class MarkError(ValueError):
    """A mark that does not follow the guidelines."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled figure: its character offsets in the text without marks, its label, and its relation."""

    start: int
    end: int
    label: Mapping[str, Any]
    pledge: str | None = None
    """The id of the pledge, or None where the mark names none."""
    whole: str | None = None
    """The id of the pledge that the money lies inside, or None."""

    @property
    def is_commitment(self) -> bool:
        """Whether the measure is one of a commitment and the figure is scored."""
        return not self.label["optional"] and self.label["measure"] in COMMITMENT_MEASURES


def unmarked(body: str) -> tuple[str, list[Mark], list[str]]:
    """The text without its marks, the marks with their offsets in it, and what is wrong with them.

    >>> text, marks, faults = unmarked("It lends {$3bn|loan/pledged|Bank||finance|loan<plan}.")
    >>> text, marks[0].start, marks[0].end, marks[0].pledge, marks[0].whole, faults
    ('It lends $3bn.', 9, 13, 'loan', 'plan', [])
    """
    text, at, marks, faults = "", 0, [], []
    for match in MARK.finditer(body):
        text += body[at : match.start()]
        try:
            marks.append(_mark(len(text), match[1], match[2]))
        except MarkError as fault:
            faults.append(f"{match[0]}: {fault}")
        text += match[1]
        at = match.end()
    text += body[at:]
    faults += [
        f"unmatched brace: {text[max(0, brace.start() - 30) : brace.start() + 30]!r}"
        for brace in re.finditer(r"[{}]", text)
    ]
    return text, marks, faults


def optional_label() -> dict[str, Any]:
    """The label of a figure that is not scored."""
    return {"measure": "other", "stage": None, "actor": [], "recipient": [], "fields": [], "optional": True}


def _mark(start: int, surface: str, said: str) -> Mark:
    end = start + len(surface)
    if said.strip() == "?":
        return Mark(start, end, optional_label())
    parts = [part.strip() for part in said.split("|")]
    if len(parts) > PARTS:
        raise MarkError(f"a mark has at most {PARTS + 1} parts")
    measure_and_stage, actor, recipient, fields, relation = parts + [""] * (PARTS - len(parts))
    measure, stage = _measure(measure_and_stage)
    label = {
        "measure": measure,
        "stage": stage,
        "actor": _listed(actor),
        "recipient": _listed(recipient),
        "fields": _fields(fields),
        "optional": False,
    }
    return Mark(start, end, label, *_relation(relation, measure))


def _listed(part: str) -> list[str]:
    return [one.strip() for one in part.split(";") if one.strip()]


def _measure(said: str) -> tuple[str, str | None]:
    measure, _, stage = said.partition("/")
    if measure not in set(Measure):
        raise MarkError(f"{measure!r} is not a valid measure")
    if (Measure(measure) in COMMITMENT_MEASURES) != (stage in set(Stage)):
        raise MarkError(f"stage {stage!r} does not fit {measure}")
    return measure, stage or None


def _fields(part: str) -> list[str]:
    codes = _listed(part)
    if unknown := [code for code in codes if code not in set(FieldCode)]:
        raise MarkError(f"not a valid field: {', '.join(unknown)}")
    return codes


def _relation(part: str, measure: str) -> tuple[str | None, str | None]:
    if not part:
        return None, None
    match = RELATION.fullmatch(part)
    if match is None:
        raise MarkError(f"{part!r} is not a valid relation; write id or id<whole")
    if Measure(measure) not in COMMITMENT_MEASURES:
        raise MarkError(f"a statistic has no relation, but {part!r} is given")
    return match["id"], match["whole"]


def wholes_of(marks: Sequence[Mark]) -> dict[str, str]:
    """Each pledge that lies inside another, with the id of that other."""
    return {mark.pledge: mark.whole for mark in marks if mark.pledge is not None and mark.whole is not None}


def relation_faults(marks: Sequence[Mark]) -> Iterator[str]:
    """What contradicts itself in the relations of one article: unknown wholes, two wholes of one pledge, cycles.

    >>> _, marks, _ = unmarked("{$1|loan/pledged||||a<b} {$2|loan/pledged||||b<a} {$3|loan/pledged||||c<d}")
    >>> list(relation_faults(marks))
    ["the whole 'd' of 'c' is not in the article", "'a' lies inside itself: a < b < a"]
    """
    known = {mark.pledge for mark in marks}
    wholes = wholes_of(marks)
    for mark in marks:
        if mark.pledge is not None and mark.whole is not None:
            if mark.whole not in known:
                yield f"the whole {mark.whole!r} of {mark.pledge!r} is not in the article"
            if mark.whole != wholes[mark.pledge]:
                yield f"{mark.pledge!r} has two wholes: {mark.whole!r} and {wholes[mark.pledge]!r}"
    reported: set[str] = set()
    for pledge in wholes:
        chain = [pledge]
        while chain[-1] in wholes and wholes[chain[-1]] not in chain:
            chain.append(wholes[chain[-1]])
        if wholes.get(chain[-1]) == pledge and pledge not in reported:
            reported |= set(chain)
            yield f"{pledge!r} lies inside itself: {' < '.join([*chain, pledge])}"
