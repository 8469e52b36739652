"""The order of the text stages: segment, extract, attribute, validate; the only file that knows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from ledger.attribute import attribute
from ledger.errors import InputError
from ledger.extraction import extract_figures
from ledger.lexicons.names import Names
from ledger.options import Attributor
from ledger.segment import segment
from ledger.validate import validate
from schemas import Claim, Document, Figure, Problem, Severity, stable_id

STAGE_FAILED = "stage_failed"
MOST_FIGURES = 20_000
"""Figures of one document that are read; a longer table is to be split."""
TEST_SENTENCE = "Norlund will invest $300 million in a battery plant in Chile by 2030, the company said."
"""What an installation must find a claim in before it reads articles."""
ENDINGS = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a run; a panic of a package in Rust is no Exception either, but concerns one article."""


@dataclass(frozen=True)
class Reading:
    """What was read in one document; `document` is None where a stage failed on it, so that a fixed program reads it."""

    document: Document | None
    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]


def claims_of(document: Document, names: Names | None = None, attributor: Attributor = Attributor.AUTO) -> Reading:
    """The claims of one document that hold together, in the order of its text, and what was wrong with the others.

    `names` replaces the lexicon's own; see `ledger.lexicons.names.load_names`. Raises InputError where the `attributor`
    needs what is not installed.
    """
    segments = segment(document.text)
    figures = extract_figures(document.text, segments, document.published)
    some = figures[:MOST_FIGURES]
    claims, problems = validate(document, attribute(document, segments, some, names=names, attributor=attributor))
    return Reading(document, claims, (*problems, *_left_out(document, figures)))


def _left_out(document: Document, figures: Sequence[Figure]) -> Iterator[Problem]:
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
    entry: Document | Problem, names: Names | None = None, attributor: Attributor = Attributor.AUTO
) -> Reading:
    """The reading of a source: a Problem passes through, and a document on which a stage fails becomes one."""
    if isinstance(entry, Problem):
        return Reading(None, (), (entry,))
    try:
        return claims_of(entry, names, attributor)
    except (InputError, *ENDINGS):
        raise
    except BaseException as error:  # noqa: BLE001 - one article's bug is told; the others are read
        message = f"{one_line(error)}; please report it with the text, the article was left out"
        return Reading(
            None, (), (Problem(where=entry.source, rule=STAGE_FAILED, message=message, document_id=entry.document_id),)
        )


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
        return one_line(error)
    return None if read.claims or read.problems else "it finds nothing in a test sentence"


def one_line(error: BaseException) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
