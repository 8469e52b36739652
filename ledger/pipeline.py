"""The order of the text stages: segment, extract, attribute, relate, validate; the only file that knows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.attribute import PartAttribution, attribute_parts, claims_from
from ledger.errors import InputError
from ledger.extraction import RejectedNumber, Trace, extract_figures
from ledger.lexicons.names import Names
from ledger.options import Attributor
from ledger.relate import relate
from ledger.segment import segment
from ledger.validate import validate
from schemas import Claim, Document, Figure, Problem, Segment

STAGE_FAILED = "stage_failed"


@dataclass(frozen=True)
class Intermediate:
    """What the stages made of a document on the way to its claims."""

    segments: tuple[Segment, ...]
    figures: tuple[Figure, ...]
    rejected: tuple[RejectedNumber, ...]
    """The numbers that became no figure, in the order of the text."""
    parts: tuple[PartAttribution, ...]
    """What attribution made of the figures."""


@dataclass(frozen=True)
class Reading:
    """What was read in a document; `document` is null where a stage failed, so that a later version reads it again."""

    document: Document | None
    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]
    intermediate: Intermediate | None = None
    """Kept only where it was asked for: it takes many times the memory of the claims."""


def claims_of(
    document: Document,
    names: Names | None = None,
    attributor: Attributor = Attributor.AUTO,
    *,
    keep_intermediate: bool = False,
) -> Reading:
    """The claims of one document that are consistent, in the order of its text, and what was wrong with the others.

    `names` replaces the lexicon's own; see `ledger.lexicons.names.load_names`. Raises InputError where the `attributor`
    needs a package that is not installed.
    """
    text, trace = document.text, Trace(wanted=keep_intermediate)
    segments = segment(text)
    figures = extract_figures(text, segments, document.published, trace)
    parts = attribute_parts(document, segments, figures, names=names, attributor=attributor)
    kept = tuple(parts) if keep_intermediate else None
    claims, refused = validate(
        document, relate(document, segments, claims_from(document, parts if kept is None else kept))
    )
    problems = (*_out_of_range(document, trace), *refused)
    if kept is None:
        return Reading(document, claims, problems)
    rejected = tuple(sorted(trace.rejected, key=lambda number: (number.start, number.end)))
    return Reading(document, claims, problems, Intermediate(tuple(segments), figures, rejected, kept))


def _out_of_range(document: Document, trace: Trace) -> Iterator[Problem]:
    """A Problem for each number that is too large or too fine for a figure."""
    for number in trace.out_of_range:
        yield Problem(
            where=f"{document.source}:{number.start}-{number.end}",
            rule=number.rule,
            message=f"the number was left out: {number.why}",
            text=document.text[number.start : number.end],
            document_id=document.document_id,
        )


def reading_of(
    entry: Document | Problem,
    names: Names | None = None,
    attributor: Attributor = Attributor.AUTO,
    *,
    keep_intermediate: bool = False,
) -> Reading:
    """The reading of an entry of `read_documents`: a Problem passes through, and a document that fails becomes one."""
    if isinstance(entry, Problem):
        return Reading(None, (), (entry,))
    try:
        return claims_of(entry, names, attributor, keep_intermediate=keep_intermediate)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug that one article meets must not cost the others; it is reported
        message = f"{type(error).__name__}: {error}; please report it with the text, the article was left out"
        problem = Problem(where=entry.source, rule=STAGE_FAILED, message=message, document_id=entry.document_id)
        return Reading(None, (), (problem,))
