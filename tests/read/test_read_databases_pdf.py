"""Exports of Nexis Uni as PDF, as the site makes them: split into their articles like any other form."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer

from ledger.read import read_documents
from schemas import Document, Problem, Severity
from tests.read.factory_databases import Told, articles, nexis_uni_export

AT = datetime(2026, 1, 5, tzinfo=UTC)
BODY = getSampleStyleSheet()["BodyText"]
TITLE = ParagraphStyle("title", parent=BODY, fontName="Helvetica-Bold", fontSize=14, leading=17, alignment=1)


def nexis_uni_pdf(told: Sequence[Told], seed: int) -> bytes:
    """An export with its cover, each article on a page of its own under a bold title, and the numbers of pages."""

    def edges(canvas: Canvas, page: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawRightString(A4[0] - 60, 25, f"Page {page.page} of 40")

    flow: list[Flowable] = []
    for line in nexis_uni_export(told, seed).split("\n"):
        title = line in {article.title for article in told}
        flow += [PageBreak()] if title and flow else []
        flow.append(Paragraph(escape(line), TITLE if title else BODY) if line.strip() else Spacer(1, 4))
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4, invariant=1).build(flow, onFirstPage=edges, onLaterPages=edges)
    return stream.getvalue()


@pytest.mark.parametrize("seed", [0, 1, pytest.param(range(2, 40), marks=pytest.mark.slow)], ids=str)
def test_a_pdf_is_split_into_its_articles(seed: int | range, tmp_path: Path) -> None:
    wanted: list[tuple[object, ...]] = []
    found: list[tuple[object, ...]] = []
    for one in [seed] if isinstance(seed, int) else seed:
        told, path = articles(8, one), tmp_path / f"{one}.pdf"
        path.write_bytes(nexis_uni_pdf(told, one))
        read = list(read_documents(path, retrieved_at=AT))
        documents = [entry for entry in read if isinstance(entry, Document)]
        problems = [entry for entry in read if isinstance(entry, Problem)]
        assert len(documents) == len(told)
        assert [entry for entry in problems if entry.severity is not Severity.WARNING] == []
        assert len(problems) == sum(article.published is None for article in told)
        wanted += [(article.title, article.publisher, article.published, article.text.split()) for article in told]
        found += [(entry.title, entry.publisher, entry.published, entry.text.split()) for entry in documents]
    right = sum(one == other for one, other in zip(wanted, found, strict=True))
    assert right >= 0.99 * len(wanted)


def test_bullets_of_an_article_are_no_titles_of_the_cover() -> None:
    text = (
        "Documents (1)\nMill opens\nNorthwire\nMay 3, 2024\nLength: 9 words\nBody\nIt opened with:\n"
        "- a crane\n- a quay\nLoad-Date: May 3, 2024\nEnd of Document\n"
    )
    [document] = read_documents(text.encode(), retrieved_at=AT)
    assert isinstance(document, Document)
    assert document.title == "Mill opens"
    assert "- a crane" in document.text
