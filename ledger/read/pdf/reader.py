"""A PDF to an article: its pages joined, each stretch with the page it stood on."""

from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from ledger.read.around import said_in, with_words_around
from ledger.read.article import Article, Read, ReadOptions, ReadProblem
from ledger.read.blocks import Block, BlockKind, block, clean, joined_blocks, row
from ledger.read.pdf.furniture import bands, without_furniture
from ledger.read.pdf.glyphs import Fragment, PageText, page_text
from ledger.read.pdf.hyphens import join_lines, words_of
from ledger.read.pdf.layout import TextLine, regions, rows
from ledger.read.pdf.paragraphs import ENDS, SAME_SIZE, Paragraph, Type, body_type, paragraphs
from schemas import Severity

LEAST_GLYPHS = 12
"""Characters below which a document is a scan, or a page is left out of the count of those with text."""
MOST_UNMAPPED = 0.2
"""Share of glyphs without a character from which on a text layer is not to be read."""
LEAST_CUT = 60
"""Letters of a paragraph that goes on in the next column where no stop ends it; shorter ones are labels."""
TITLE_SIZE = 1.2
"""Times the size of the body that the title has at least."""
FAULTS = {
    pdfium.FPDF_ERR_PASSWORD: ("encrypted", "is protected by a password; save it without one"),
    pdfium.FPDF_ERR_SECURITY: ("encrypted", "is protected in a way that is not read; save it without protection"),
}
SCAN = "has no text, only pictures of pages; run it through OCR (such as ocrmypdf) and read the result"
UNMAPPED = "its fonts do not say which characters they draw; run it through OCR (such as ocrmypdf), or print it anew"


def read_pdf(raw: bytes, options: ReadOptions) -> Read:
    """The article of a PDF; a problem where it is broken, encrypted, too long, or has no text. Not for two threads."""
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        code = error.err_code if error.err_code is not None else -1
        rule, message = FAULTS.get(code, ("broken", "is no whole PDF; download or export it again"))
        yield ReadProblem(None, rule, message)
        return
    try:
        yield from _read(document, options)
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument, options: ReadOptions) -> Read:
    count, most = len(document), options.limits.pages
    pages: list[PageText | None] = []
    for at in range(min(count, most)):
        try:
            pages.append(_page(document, at))
        except pypdfium2.PdfiumError:
            pages.append(None)
            yield ReadProblem(
                f"p. {at + 1}", "broken_page", "the page is broken and was left out; export the PDF again"
            )
    if count > most:
        message = f"has {count:,} pages; those after p. {most:,} are left out, split it"
        yield ReadProblem(None, "too_many_pages", message)
    whole = [page if page is not None else PageText((), 0.0, 0, 0) for page in pages]
    if sum(page.glyphs for page in whole) < LEAST_GLYPHS:
        yield ReadProblem(None, "no_text", SCAN)
        return
    if sum(page.unmapped for page in whole) > MOST_UNMAPPED * sum(page.glyphs for page in whole):
        yield ReadProblem(None, "no_text", UNMAPPED)
        return
    yield from _scanned_pages(document, pages)
    yield _article(whole, _facts(document))


def _page(document: pypdfium2.PdfDocument, at: int) -> PageText:
    page = document[at]
    try:
        return page_text(page)
    finally:
        page.close()


def _scanned_pages(document: pypdfium2.PdfDocument, pages: Sequence[PageText | None]) -> Iterator[ReadProblem]:
    """A warning that names the pages without text that hold pictures, among others with text."""
    empty = [at for at, page in enumerate(pages) if page is not None and page.glyphs < LEAST_GLYPHS]
    scanned = [at + 1 for at in empty if _has_picture(document, at)]
    if scanned:
        named = ", ".join(f"p. {at}" for at in scanned[:5]) + (f" and {len(scanned) - 5} more" * (len(scanned) > 5))
        message = f"{named}: no text, only pictures; run the PDF through OCR to have them read too"
        yield ReadProblem(named, "page_without_text", message, Severity.WARNING)


def _has_picture(document: pypdfium2.PdfDocument, at: int) -> bool:
    page = document[at]
    try:
        return next(iter(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None
    finally:
        page.close()


def _facts(document: pypdfium2.PdfDocument) -> dict[str, str]:
    """Title and author as the file's properties say them."""
    said = {key: clean(document.get_metadata_value(key)) for key in ("Title", "Author")}
    return {key: value for key, value in said.items() if value}


def _article(pages: Sequence[PageText], facts: dict[str, str]) -> Article:
    kept = without_furniture(pages)
    laid_out = [list(_regions(page)) for page in kept.fragments]
    known = words_of(one.text for page in kept.fragments for one in page)
    body = body_type([region for page in laid_out for region, _ in page], known)
    flow = _Flow(body)
    for number, page in enumerate(laid_out, 1):
        for region, edge in page:
            flow.add(paragraphs(region, body), f"p. {number}", edge=edge)
    text, parts = joined_blocks(flow.blocks())
    article = Article(
        text,
        title=_title(flow.found, body) or said_in(facts.get("Title"), text),
        author=said_in(facts.get("Author"), text),
        url=kept.url,
        parts=parts,
    )
    return with_words_around(article, "\n".join(kept.dropped))


def _regions(page: list[Fragment]) -> Iterator[tuple[list[TextLine], bool]]:
    """The lines of each region of a page in reading order, and whether they stand at the page's edge."""
    above, body, below = bands(page)
    for fragments, edge in ((above, True), (body, False), (below, True)):
        for region in [fragments] if edge and fragments else regions(fragments):
            yield rows(region), edge


def _title(found: Sequence["_Placed"], body: Type) -> str | None:
    """The largest heading of the first page, or null where none stands out."""
    first = [one for one in found if one.pieces[0][1] == "p. 1" and one.paragraph.kind is BlockKind.HEADING]
    largest = max((one.paragraph.size for one in first), default=0.0)
    if largest < TITLE_SIZE * body.size:
        return None
    return clean(next(one.paragraph.text for one in first if one.paragraph.size == largest)) or None


class _Placed:
    """A paragraph with the pages of its pieces."""

    __slots__ = ("paragraph", "pieces")

    def __init__(self, paragraph: Paragraph, place: str) -> None:
        self.paragraph = paragraph
        self.pieces = [(paragraph.text, place)]


class _Flow:
    """The paragraphs of a document in order, those that a column or page cuts joined; notes do not cut."""

    def __init__(self, body: Type) -> None:
        self.body = body
        self.found: list[_Placed] = []

    def add(self, region: Sequence[Paragraph], place: str, *, edge: bool) -> None:
        """Add the paragraphs of the next region; what stands at the edge of a page cuts nothing."""
        for at, paragraph in enumerate(region):
            paragraph.note = paragraph.note or edge
            cut = self._cut() if at == 0 else None
            if cut is None or not _goes_on(cut.paragraph, paragraph, whole=len(region) > 1):
                self.found.append(_Placed(paragraph, place))
                continue
            before = cut.pieces[-1][0]
            joined = join_lines(before, paragraph.text, self.body.known)
            # a hyphen that is dropped is the last code point of the first piece
            kept = len(joined) - len(paragraph.text)
            cut.pieces[-1] = (joined[:kept], cut.pieces[-1][1])
            cut.pieces.append((joined[kept:], place))
            cut.paragraph.room = paragraph.room

    def _cut(self) -> _Placed | None:
        """The last paragraph that is no note, where it may go on."""
        return next((one for one in reversed(self.found[-12:]) if not one.paragraph.note), None)

    def blocks(self) -> Iterator[Block]:
        """The paragraphs as blocks."""
        for one in self.found:
            kind, place = one.paragraph.kind, one.pieces[0][1]
            if kind is BlockKind.ROW:
                yield row(one.paragraph.cells, place)
            elif len(one.pieces) == 1:
                yield block(kind, one.paragraph.text, place)
            else:
                first = block(kind, one.pieces[0][0], place).pieces[0][0]
                ends = " " * one.pieces[0][0].endswith(" ")
                yield Block(kind, ((first + ends, place), *one.pieces[1:]))


def _goes_on(above: Paragraph, below: Paragraph, *, whole: bool) -> bool:
    """Whether a paragraph goes on with one that a column or page cut: no word of it would have fitted above.

    `below` is `whole` where another paragraph stands under it.
    """
    if below.kind is not BlockKind.PARAGRAPH or above.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
        return False
    if below.note or below.indented or abs(above.size - below.size) > SAME_SIZE * above.size:
        return False
    if above.text.endswith(ENDS):
        return False
    if below.text[:1].islower() or above.text.endswith((",", "-")):
        return True
    if whole and not below.text.endswith(ENDS):
        return False  # a headline under a headline: "... on schedule, mayor says | Ottawa weighs aid for mills"
    return above.room < len(below.text.split(" ", 1)[0]) + 1 or len(above.text) >= LEAST_CUT


__all__ = ["read_pdf"]
