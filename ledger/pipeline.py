"""The order of the text stages: segment, extract, attribute, relate, validate; the only file that knows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from ledger.attribute import PartAttribution, attribute_parts, claims_from, network_attributor, sums_read
from ledger.errors import InputError
from ledger.extraction import RejectedNumber, Trace, extract_figures
from ledger.lexicons.names import Names
from ledger.options import Attributor
from ledger.relate import relate
from ledger.segment import segment
from ledger.validate import validate
from schemas import Claim, Document, Figure, Problem, Segment, Severity, stable_id

STAGE_FAILED = "stage_failed"
MOST_FIGURES = 20_000
"""Figures of one document that are read; a longer table is to be split."""
TEST_SENTENCE = "Norlund will invest $300 million in a battery plant in Chile by 2030, the company said."
"""What an installation must find a claim in before it reads articles."""
ENDINGS = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a run; a panic of a package in Rust is no Exception either, but concerns one article."""


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
    found = extract_figures(text, segments, document.published, trace)
    figures = found[:MOST_FIGURES]
    parts = tuple(attribute_parts(document, segments, figures, names=names, attributor=attributor))
    read = sums_read(document, parts)
    claims, refused = validate(document, relate(document, segments, claims_from(document, parts), read=read))
    problems = (*_out_of_range(document, trace), *_too_many(document, found), *refused)
    if not keep_intermediate:
        return Reading(document, claims, problems)
    rejected = tuple(sorted(trace.rejected, key=lambda number: (number.start, number.end)))
    return Reading(document, claims, problems, Intermediate(tuple(segments), figures, rejected, parts))


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


def _too_many(document: Document, figures: Sequence[Figure]) -> Iterator[Problem]:
    """A Problem where a document holds more figures than are read."""
    if len(figures) > MOST_FIGURES:
        more = len(figures) - MOST_FIGURES
        yield Problem(
            where=document.source,
            rule="too_many_figures",
            message=f"holds more than {MOST_FIGURES:,} figures; the last {more:,} are left out, split the text",
            text=document.text[figures[MOST_FIGURES].start :][:200],
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
    except (InputError, *ENDINGS):
        raise
    except MemoryError:
        message = "takes more memory to read than there is, and is left out; split it"
        return Reading(
            None, (), (Problem(where=entry.source, rule="too_large", message=message, document_id=entry.document_id),)
        )
    except BaseException as error:  # noqa: BLE001 - one article's bug must not cost the others; it is told
        message = f"{fault_line(error)}; please report it with the text, the article was left out"
        problem = Problem(where=entry.source, rule=STAGE_FAILED, message=message, document_id=entry.document_id)
        return Reading(None, (), (problem,))


def usable_attributor(attributor: Attributor, names: Names | None = None) -> tuple[Attributor, tuple[Problem, ...]]:
    """The attributor that a run reads with, tried on a sentence; where auto has to be fast, a Problem that says so.

    Raises InputError where the installation is broken: once, instead of a Problem for each article.
    """
    if fault := _fault(Attributor.FAST, names):
        raise InputError(f"this installation cannot read articles ({fault}); install figures-ledger again")
    fault = None if attributor is Attributor.FAST else _fault(attributor, names)
    if fault is None:
        return attributor, ()
    again = f"the accurate attributor does not work ({fault}); install 'figures-ledger[accurate]' again"
    if attributor is Attributor.ACCURATE:
        raise InputError(f"{again}, or ask for --attributor fast")
    message = f"{again}; this run was read by the fast attributor"
    told = Problem(where="installation", rule="attributor_unusable", message=message, severity=Severity.WARNING)
    return Attributor.FAST, (told,)


def chosen_attributor(attributor: Attributor) -> Attributor:
    """Fast or accurate: which one auto is here; any other stays."""
    if attributor is not Attributor.AUTO:
        return attributor
    return Attributor.FAST if network_attributor(attributor) is None else Attributor.ACCURATE


@lru_cache(maxsize=16)
def _fault(attributor: Attributor, names: Names | None) -> str | None:
    """Why `attributor` cannot read, or None."""
    document = Document(
        document_id=stable_id("document", TEST_SENTENCE),
        source="test",
        retrieved_at=datetime(2026, 1, 1, tzinfo=UTC),
        text=TEST_SENTENCE,
        raw_sha256="0" * 64,
    )
    try:
        read = claims_of(document, names, attributor)
    except (InputError, *ENDINGS):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever is broken is told
        return fault_line(error)
    return None if read.claims or read.problems else "it finds nothing in a test sentence"


def fault_line(error: BaseException) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
