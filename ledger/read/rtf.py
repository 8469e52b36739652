"""Rich Text Format to an article: headings by their outline, lists, tables and footnotes."""

import re
from collections.abc import Iterator

from striprtf.striprtf import rtf_to_text

from ledger.read.article import Article, Read, ReadOptions, ReadProblem
from ledger.read.blocks import BULLET, Block, BlockKind, block, clean, joined_blocks, row
from ledger.read.raised import raised

HEADING, ITEM, NOTE = "\ue0f1", "\ue0f2", "\ue0f3"
"""Marks that are put into the source where its layout says what a paragraph is, and that the text is told by."""
MARKS = re.compile("[\ue0f1\ue0f2\ue0f3]")
OUTLINE = re.compile(r"\\outlinelevel[0-8](?![0-9]) ?")
LISTED = re.compile(r"\{\\(?:listtext|pntext)\b")
FOOTNOTE = re.compile(r"\{\\footnote\b")
FIELD = re.compile(r"\{\s{0,8}\\\*\s{0,8}\\fldinst\b")
"""The instruction of a field, such as the address of a link; the words of the field stand behind it."""
HIDDEN = re.compile(r"\{(?:\s?\\[a-z]{1,20}-?[0-9]{0,6}){0,20}?\s?\\(?:deleted|v)(?![a-z0-9])")
"""A group of words that were deleted while changes were tracked, or that are hidden."""
RAISED = re.compile(
    r"\{(?:\s?\\[a-z]{1,20}-?[0-9]{0,6}){0,12}?\s?\\super(?:\s?\\[a-z]{1,20}-?[0-9]{0,6}){0,8} ([^{}\\]{1,6})\}"
)
BEFORE_RAISED = re.compile(r"[^\W_]{1,8}$")
BRACES = re.compile(r"\\[\\{}]|[{}]")
STYLESHEET = re.compile(r"\{\\stylesheet\b")
HEADING_STYLE = re.compile(r"\\s([0-9]{1,4})(?![0-9])[^{};]{0,600}?\b(?:heading [1-9]|Title|Subtitle);", re.IGNORECASE)
FONTS = re.compile(r"\{[^{}]{0,20}\\fonttbl\b")
FONT = re.compile(r"\\f([0-9]{1,5})(?![0-9])[^;{}]{0,200}?\\fcharset([0-9]{1,3})(?![0-9])")
BINARY = re.compile(rb"\\bin([0-9]{1,9}) ?")
CELLS = re.compile(r"(?<!\\)\|")
BAR = "\ue0f4"
"""Stands for a bar of the text while bars part the cells of tables."""
LONGEST_HEADING = 200
REMEDY = "open it in a word processor and save it as .docx or .txt"


def read_rtf(raw: bytes, options: ReadOptions) -> Read:  # noqa: ARG001 - every reader is given options
    """The article of a file in Rich Text Format; a problem where it is none or its text cannot be decoded."""
    source = raw.lstrip()
    if not source.startswith(b"{\\rtf"):
        yield ReadProblem(None, "broken", f"is no Rich Text Format; {REMEDY}")
        return
    try:
        text = rtf_text(source)
    except (UnicodeError, LookupError, ValueError, TypeError, OverflowError, RecursionError) as error:
        line = " ".join(str(error).split())[:100]
        yield ReadProblem(None, "broken", f"its text cannot be decoded ({line}); {REMEDY}")
        return
    blocks = [*_blocks(text)]
    written, parts = joined_blocks(blocks)
    title = next((one.text for one in blocks[:4] if one.kind is BlockKind.HEADING), None)
    yield Article(written, title=title.removeprefix("# ") if title else None, parts=parts)


def rtf_text(raw: bytes) -> str:
    """The text of Rich Text Format with a line for each paragraph or row, marks of `MARKS` before those that have one.

    Raises ValueError, LookupError or TypeError where its codes are broken.
    """
    source = _without_binary(raw).decode("latin-1")
    source = _with_short_fonts(RAISED.sub(_raised, source))
    for pattern in (FIELD, HIDDEN):
        source = _without_groups(source, pattern)[0]
    source, notes = _without_groups(source, FOOTNOTE)
    source = _marked(source)
    body, *below = [_plain(piece) for piece in (source, *(f"{{\\rtf1{_head(source)} {note}}}" for note in notes))]
    return body + "".join(f"\n{NOTE}{clean(MARKS.sub('', note))}" for note in below)


def _plain(source: str) -> str:
    """The text of a piece, its surrogate pairs joined and bars of the text told from those between cells."""
    text: str = rtf_to_text(source.replace("|", f"\\u{ord(BAR)}?"), errors="replace")  # type: ignore[no-untyped-call]
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _with_short_fonts(source: str) -> str:
    """The source with its table of fonts as short as it may be: the package takes long over a long one."""
    table = FONTS.search(source)
    if table is None:
        return source
    end = _end(source, table.start())
    sets = (f"{{\\f{font}\\fcharset{code} x;}}" for font, code in FONT.findall(source, table.end(), end))
    return f"{source[: table.start()]}{{\\fonttbl{''.join(sets)}}}{source[end:]}"


def _head(source: str) -> str:
    """The code page and fonts of a source, so that a piece of it is decoded alike."""
    page = re.search(r"\\ansicpg[0-9]{1,5}", source[:2_000])
    fonts = FONTS.search(source)
    table = source[fonts.start() : _end(source, fonts.start())] if fonts else ""
    return (page[0] if page else "") + table


def _raised(found: re.Match[str]) -> str:
    """What a raised group adds to the words before it."""
    before = BEFORE_RAISED.search(found.string[max(0, found.start() - 8) : found.start()].rstrip("{}"))
    return raised(found.group(1), before.group() if before else "").replace("²", "\\'b2").replace("³", "\\'b3")


def _without_binary(raw: bytes) -> bytes:
    """The source without stretches of bytes that are no codes, as long as they say of themselves."""
    kept: list[bytes] = []
    at = 0
    for found in BINARY.finditer(raw):
        if found.start() >= at:
            kept.append(raw[at : found.start()])
            at = found.end() + int(found.group(1))
    return b"".join((*kept, raw[at:]))


def _end(source: str, start: int) -> int:
    """The offset behind the group that begins at `start`."""
    depth = 0
    for brace in BRACES.finditer(source, start):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            return brace.end()
    return len(source)


def _without_groups(source: str, pattern: re.Pattern[str], put: str = "") -> tuple[str, list[str]]:
    """The source with `put` in place of the groups that begin like `pattern`, and what stands in them."""
    kept: list[str] = []
    groups: list[str] = []
    at = 0
    for found in pattern.finditer(source):
        if found.start() < at:
            continue
        end = _end(source, found.start())
        kept += (source[at : found.start()], put)
        groups.append(source[found.end() : end - 1])
        at = end
    return "".join((*kept, source[at:])), groups


def _marked(source: str) -> str:
    """The source with marks where its styles or outline make a heading, and where its numbering makes an item."""
    styles = STYLESHEET.search(source)
    headings: list[str] = []
    if styles is not None:
        end = _end(source, styles.start())
        headings = [found.group(1) for found in HEADING_STYLE.finditer(source[styles.start() : end])]
        source = source[: styles.start()] + source[end:]
    source = OUTLINE.sub(_unicode(HEADING), source)
    if headings:
        source = re.sub(rf"\\s(?:{'|'.join(dict.fromkeys(headings))})(?![0-9]) ?", _unicode(HEADING), source)
    return _without_groups(source, LISTED, f"\\u{ord(ITEM)}?")[0]


def _unicode(mark: str) -> str:
    """A mark as a replacement for `re.sub`."""
    return f"\\\\u{ord(mark)}?"


def _blocks(text: str) -> Iterator[Block]:
    """The lines of the text as blocks."""
    note = 0
    for line in text.split("\n"):
        words = MARKS.sub("", line)
        if line.startswith(NOTE):
            note += 1
            yield block(BlockKind.PARAGRAPH, words.replace(BAR, "|"), f"footnote {note}")
        elif words.rstrip().endswith("|"):
            cells = [cell.replace(BAR, "|") for cell in words.rstrip().removesuffix("|").split("|")]
            yield row(cells) if len(cells) > 1 else block(BlockKind.PARAGRAPH, cells[0])
        elif clean(words):
            yield _words(line, words.replace(BAR, "|"))


def _words(line: str, words: str) -> Block:
    listed = ITEM in line
    stripped = clean(words)
    if listed or BULLET.match(stripped):
        return block(BlockKind.ITEM, stripped)
    if HEADING in line and len(stripped) <= LONGEST_HEADING:
        return block(BlockKind.HEADING, stripped)
    return block(BlockKind.PARAGRAPH, stripped)


__all__ = ["read_rtf", "rtf_text"]
