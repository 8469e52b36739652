"""The claims of texts that are in no ledger."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl

from ledger.arguments import AnyFrame, shown
from ledger.book.ingest import document_of, user_names
from ledger.errors import InputError
from ledger.options import Source, attributor_of
from ledger.pipeline import claims_of, usable_attributor
from ledger.read import Text
from ledger.rows import claim_rows
from ledger.tables import frame_of
from schemas import Claim, Document

Texts = str | Text | Iterable[str | Text]
ORDER = "number of the text"
"""A column that no claim has."""


def texts_given(text: Texts) -> tuple[list[Text], bool]:
    """The texts that were given, and whether they are several; raises InputError for anything else.

    >>> texts_given("a"), texts_given(["a"])
    (([Text('a')], False), ([Text('a')], True))
    """
    if isinstance(text, str | Text):
        return [_text(text, "text")], False
    if isinstance(text, AnyFrame) and not hasattr(text, "to_frame"):
        raise InputError("text: a frame is no text; give its column of texts, or the frame to Book.ingest")
    if not isinstance(text, Iterable) or isinstance(text, bytes | Mapping):
        raise InputError(f"text={shown(text)} is not valid; give text, ledger.Text(…), or several of these")
    return [_text(one, f"text {number}") for number, one in enumerate(text, 1)], True


def _text(given: object, source: str) -> Text:
    if isinstance(given, Text):
        return given
    if not isinstance(given, str):
        raise InputError(f"{source}={shown(given)} is not valid; give text, or ledger.Text(…)")
    return Text(given, source=source)


def _document(given: Text, published: date | None) -> Document:
    facts = {"title": given.title, "publisher": given.publisher, "url": given.url}
    return document_of(given.text, given.published or published, given.source).model_copy(update=facts)


def extracted(
    texts: Sequence[Text],
    published: date | None = None,
    *,
    names: Source | None = None,
    attributor: str | None = None,
) -> list[tuple[Document, list[Claim]]]:
    """The document and the claims of each text, `published` where it does not say; see `ledger.extract`."""
    own = user_names(names)
    how = usable_attributor(attributor_of(attributor), own)[0]
    documents = [_document(text, published) for text in texts]
    return [(document, list(claims_of(document, own, how).claims)) for document in documents]


def extracted_rows(found: Sequence[tuple[Document, Sequence[Claim]]]) -> pl.DataFrame:
    """The claims as rows (`ledger.rows.claim_rows`), in the order of their texts."""
    # A text may be given twice, so that the place of a document stands for it here.
    placed = [(str(number), document, claims) for number, (document, claims) in enumerate(found)]
    claims = frame_of(Claim, [claim for _, _, claims in placed for claim in claims])
    places = pl.Series(ORDER, [place for place, _, claims in placed for _ in claims], dtype=pl.String)
    documents = frame_of(Document, [document for _, document, _ in placed])
    numbers = pl.Series("document_id", [place for place, _, _ in placed], dtype=pl.String)
    keyed = claims.with_columns(pl.col("document_id").alias(ORDER), places.alias("document_id"))
    rows = claim_rows(keyed.lazy(), documents.with_columns(numbers).lazy()).collect()
    ordered = rows.sort(pl.col("document_id").cast(pl.Int64), "start", maintain_order=True)
    return ordered.with_columns(pl.col(ORDER).alias("document_id")).drop(ORDER)


__all__ = ["Texts", "extracted", "extracted_rows", "texts_given"]
