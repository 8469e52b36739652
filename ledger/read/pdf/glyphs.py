"""The glyphs of a PDF's page, gathered into fragments: words on one line that no wide gap parts."""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from ledger.read.raised import raised

WORD_GAP = 0.28
"""Times the size of the type: a wider gap parts words where no space stands."""
SEEN_GAP = 0.08
"""The same where the package sees a gap too, as in lines that are set close."""
CELL_GAP = 1.3
"""Times the size: a wider gap without a space parts cells or columns."""
DRAWN_CELL_GAP = 0.75
"""Times the size: such a gap parts cells where both sides were drawn by themselves."""
SPACED_CELL_GAP = 2.2
"""Times the size: a wider gap parts cells or columns even where a space stands in it, as in justified lines."""
SAME_LINE = 0.5
"""Times the size that a glyph may stand above or below the line."""
RAISED = 0.18
"""Times the size from which on a smaller glyph is raised: the mark of a note, or a power."""
RAISED_SIZE = 0.85
SPACES = frozenset((0x09, 0x0A, 0x0D, 0x20, 0xA0))
UNMAPPED = frozenset((0, 0xFFFD, 0xFFFE, 0xFFFF))
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}
BOLD = ("bold", "black", "heavy", "semibold", "demi")


@dataclass(slots=True)
class Fragment:
    """Words on one line; distances in points from the lower left corner of the page."""

    left: float
    right: float
    base: float
    size: float
    bold: bool
    text: str


@dataclass(frozen=True, slots=True)
class PageText:
    """The fragments of a page in the order of the file, its height in points, and the glyphs without a character."""

    fragments: tuple[Fragment, ...]
    height: float
    glyphs: int
    unmapped: int


@dataclass(slots=True)
class _Glyph:
    char: str
    left: float
    right: float
    base: float
    size: float
    at: int
    angle: float
    parted: bool = False
    """Whether the package sees a gap between words before it."""


class _Reader:
    """The calls for one page's text, with buffers that are used again."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.text = page.get_textpage()
        self.box = pdfium.FS_RECTF()
        self.matrix = pdfium.FS_MATRIX()
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.flags = ctypes.c_int()
        self.name = ctypes.create_string_buffer(128)

    def glyph(self, at: int, code: int) -> _Glyph:
        pdfium.FPDFText_GetLooseCharBox(self.text, at, self.box)
        pdfium.FPDFText_GetCharOrigin(self.text, at, self.x, self.y)
        pdfium.FPDFText_GetMatrix(self.text, at, self.matrix)
        scale = math.hypot(self.matrix.c, self.matrix.d) or 1.0
        size = pdfium.FPDFText_GetFontSize(self.text, at) * scale
        box, angle = self.box, pdfium.FPDFText_GetCharAngle(self.text, at)
        char = "-" if code == 2 else chr(code)
        return _Glyph(char, box.left, box.right, self.y.value, max(size, 0.1), at, angle)

    def drawn(self, at: int) -> int | None:
        """The address of the object that a glyph was drawn with."""
        return ctypes.cast(pdfium.FPDFText_GetTextObject(self.text, at), ctypes.c_void_p).value

    def bold(self, at: int) -> bool:
        """Whether the font of a glyph is bold, by its weight or name."""
        if pdfium.FPDFText_GetFontWeight(self.text, at) >= 600:
            return True
        pdfium.FPDFText_GetFontInfo(self.text, at, self.name, 128, self.flags)
        return any(word in self.name.value.decode("latin-1").lower() for word in BOLD)


def page_text(page: pypdfium2.PdfPage) -> PageText:
    """The text of a page; raises PdfiumError where the page is broken. Text that stands askew is left out."""
    reader = _Reader(page)
    left, bottom, right, top = page.get_bbox()
    count = reader.text.count_chars()
    glyphs: list[_Glyph | None] = []
    seen = unmapped = 0
    parted = False
    for at in range(count):
        code = pdfium.FPDFText_GetUnicode(reader.text, at)
        if pdfium.FPDFText_IsGenerated(reader.text, at) == 1:
            parted = True
            continue
        if code in SPACES:
            glyphs.append(None)
            continue
        seen += 1
        if code in UNMAPPED or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            unmapped += 1
            continue
        glyph = reader.glyph(at, code)
        glyph.parted, parted = parted, False
        if left - 1 <= glyph.left <= right + 1 and bottom - 1 <= glyph.base <= top + 1:
            glyphs.append(glyph)
    return PageText(tuple(_fragments(_upright(glyphs), reader)), top, seen, unmapped)


def _upright(glyphs: list[_Glyph | None]) -> list[_Glyph | None]:
    """The glyphs that stand as most do; those of a page that lies on its side are left to the reader of scans."""
    angles = Counter(round(glyph.angle, 1) % 6.3 for glyph in glyphs if glyph is not None)
    if len(angles) <= 1:
        return glyphs
    return [glyph for glyph in glyphs if glyph is None or round(glyph.angle, 1) % 6.3 == angles.most_common(1)[0][0]]


def _fragments(glyphs: list[_Glyph | None], reader: _Reader) -> Iterator[Fragment]:
    run: list[_Glyph] = []
    text: list[str] = []
    spaced = False
    size = base = 0.0
    for glyph in glyphs:
        if glyph is None:
            spaced = True
            continue
        if run and not _goes_on(run[-1], glyph, base, size, reader, spaced=spaced):
            yield _fragment(run, text, base, size, reader)
            run, text = [], []
        if not run:
            size, base = glyph.size, glyph.base
        elif glyph.size > size * 1.2 and len(run) <= 2 and all(not one.char.isalpha() for one in run):
            size, base = glyph.size, glyph.base  # a line that begins with a raised mark
        elif spaced or glyph.left - run[-1].right > (SEEN_GAP if glyph.parted else WORD_GAP) * size:
            text.append(" ")
        char = LIGATURES.get(glyph.char, glyph.char)
        text.append(raised(char, "".join(text[-8:])) if _is_raised(glyph, base, size) else char)
        run.append(glyph)
        spaced = False
    if run:
        yield _fragment(run, text, base, size, reader)


def _goes_on(last: _Glyph, glyph: _Glyph, base: float, size: float, reader: _Reader, *, spaced: bool) -> bool:
    """Whether a glyph stands on the same line as the last one, beside it."""
    larger = max(size, glyph.size)
    if glyph.left == last.left and glyph.right == last.right and glyph.base == last.base:
        return True  # letters of a ligature share its box
    if abs(glyph.base - base) > SAME_LINE * larger or glyph.left < last.right - 0.6 * larger:
        return False
    gap = (glyph.left - last.right) / larger
    if gap <= DRAWN_CELL_GAP or gap > SPACED_CELL_GAP:
        return gap <= DRAWN_CELL_GAP
    return spaced or (gap <= CELL_GAP and reader.drawn(last.at) == reader.drawn(glyph.at))


def _is_raised(glyph: _Glyph, base: float, size: float) -> bool:
    return glyph.size <= RAISED_SIZE * size and glyph.base >= base + RAISED * size


def _fragment(run: list[_Glyph], text: list[str], base: float, size: float, reader: _Reader) -> Fragment:
    bold = reader.bold(run[0].at) and reader.bold(run[-1].at)
    return Fragment(run[0].left, run[-1].right, base, size, bold, "".join(text).strip())
