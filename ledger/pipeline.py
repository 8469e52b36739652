"""The order of the text stages: segment, extract, attribute, validate; the only file that knows it."""

from dataclasses import dataclass

from ledger.attribute import attribute
from ledger.errors import InputError
from ledger.extraction import extract_figures
from ledger.lexicons.names import Names
from ledger.options import Attributor
from ledger.segment import segment
from ledger.validate import validate
from schemas import Claim, Document, Problem

STAGE_FAILED = "stage_failed"


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
    claims, problems = validate(document, attribute(document, segments, figures, names=names, attributor=attributor))
    return Reading(document, claims, problems)


def reading_of(
    entry: Document | Problem, names: Names | None = None, attributor: Attributor = Attributor.AUTO
) -> Reading:
    """The reading of a source: a Problem passes through, and a document on which a stage fails becomes one."""
    if isinstance(entry, Problem):
        return Reading(None, (), (entry,))
    try:
        return claims_of(entry, names, attributor)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - one article's bug is told; the others are read
        message = f"{type(error).__name__}: {error}; please report it with the text, the article was left out"
        return Reading(
            None, (), (Problem(where=entry.source, rule=STAGE_FAILED, message=message, document_id=entry.document_id),)
        )
