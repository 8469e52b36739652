"""Word documents (.docx) to an article: headings, lists, tables, text boxes and footnotes, as accepted."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import Part as PackagePart
from docx.package import Package
from lxml import etree

from ledger.read.around import said_in, with_words_around
from ledger.read.article import Article, Read, ReadOptions, ReadProblem
from ledger.read.blocks import Block, BlockKind, block, clean, joined_blocks, row
from ledger.read.raised import raised
from ledger.read.zipped import BROKEN, ZipError, opened, unpacked

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
LEFT_OUT = frozenset((f"{W}del", f"{W}moveFrom", f"{W}txbxContent", f"{W}rt", f"{MC}Fallback", f"{W}pPr", f"{W}rPr"))
"""What holds no words of the document as it stands: deleted and moved words, and text boxes, which are read apart."""
BREAKS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": " "}
LONGEST_HEADING = 120
"""Code points of the longest bold line that is taken for a heading."""
LONGEST_CELL = 600
"""A table with a cell above this length lays out a page; its cells are read as paragraphs."""
NO_OUTLINE = 9
REMEDY = "open it in a word processor and save it as .docx again, or as .txt"


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""
    above: str | None = None
    outline: int | None = None
    numbered: bool = False


@dataclass(slots=True)
class _Document:
    """The styles of a document, its notes by their ids, and the notes that were referred to."""

    styles: dict[str, _Style]
    notes: dict[tuple[str, str], etree._Element]
    referred: list[tuple[str, str]] = field(default_factory=list)

    def chain(self, style: str | None) -> Iterator[_Style]:
        """A style and those it is based on."""
        for _ in range(12):
            if style is None or style not in self.styles:
                return
            yield self.styles[style]
            style = self.styles[style].above


def read_docx(raw: bytes, options: ReadOptions) -> Read:
    """The article of a Word document; a problem where it is broken, encrypted or unpacks to too much."""
    try:
        zipped = opened(raw, options.limits)
        for member in zipped.members:
            unpacked(zipped, member)
        package = Package.open(io.BytesIO(raw))
        part = package.main_document_part
        body = _xml(part).find(f"{W}body")
    except ZipError as fault:
        yield ReadProblem(None, fault.problem.rule, f"{fault.problem.message} (a .docx is an archive)")
        return
    except (*BROKEN, PackageNotFoundError, etree.XMLSyntaxError, AttributeError, TypeError, AssertionError) as error:
        line = " ".join(str(error).split())[:100] or type(error).__name__
        yield ReadProblem(None, "broken", f"is no whole Word document ({line}); {REMEDY}")
        return
    if body is None:
        yield ReadProblem(None, "broken", f"holds no body; {REMEDY}")
        return
    faults: list[ReadProblem] = []
    yield _article(body, part, package, faults)
    yield from faults


def _article(body: etree._Element, part: PackagePart, package: Package, faults: list[ReadProblem]) -> Article:
    document = _Document(_styles(part, faults), _notes(part, faults))
    blocks = [*_blocks(body, document)]
    blocks += _footnotes(document)
    text, parts = joined_blocks(blocks)
    title = next((one.text for one in blocks[:4] if one.kind is BlockKind.HEADING), None)
    said_title, said_author = _properties(package, faults)
    article = Article(
        text,
        title=clean(title.lstrip("# ")) if title else said_in(said_title, text),
        author=said_in(said_author, text),
        parts=parts,
    )
    around = [_words(part, kind, faults) for kind in ("header", "footer")]
    return with_words_around(article, "\n".join(around))


def _properties(package: Package, faults: list[ReadProblem]) -> tuple[str, str]:
    """Title and author as the file's properties say them; a fault where they are broken."""
    try:
        said = package.core_properties
        title, author = said.title, said.author
    except (AttributeError, ValueError, TypeError, KeyError, etree.XMLSyntaxError):
        faults.append(ReadProblem("properties", "broken", f"its properties are broken and were left out; {REMEDY}"))
        return "", ""
    return title, author


def _xml(part: PackagePart) -> etree._Element:
    return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _related(part: PackagePart, kind: str, faults: list[ReadProblem]) -> Iterator[etree._Element]:
    """The parts of a kind that a document refers to, as XML; one that is broken becomes a fault."""
    for relation in part.rels.values():
        if relation.reltype != RELATED + kind or relation.is_external:
            continue
        try:
            yield _xml(relation.target_part)
        except etree.XMLSyntaxError:
            faults.append(ReadProblem(kind, "broken", f"its {kind} are broken and were left out; {REMEDY}"))


def _words(part: PackagePart, kind: str, faults: list[ReadProblem]) -> str:
    """The lines of the headers or footers of a document."""
    lines = [_line(paragraph) for root in _related(part, kind, faults) for paragraph in root.iter(f"{W}p")]
    return "\n".join(line for line in lines if line)


def _line(paragraph: etree._Element) -> str:
    return clean("".join(_runs(paragraph, _Document({}, {}))))


def _styles(part: PackagePart, faults: list[ReadProblem]) -> dict[str, _Style]:
    styles: dict[str, _Style] = {}
    for root in _related(part, "styles", faults):
        for style in root.iter(f"{W}style"):
            outline = _value(style, f"{W}pPr/{W}outlineLvl")
            styles[style.get(f"{W}styleId", "")] = _Style(
                (_value(style, f"{W}name") or "").lower(),
                _value(style, f"{W}basedOn"),
                int(outline) if outline and outline.isdecimal() else None,
                _value(style, f"{W}pPr/{W}numPr/{W}numId") not in (None, "0"),
            )
    return styles


def _notes(part: PackagePart, faults: list[ReadProblem]) -> dict[tuple[str, str], etree._Element]:
    """The footnotes and endnotes by kind and id, without the lines that part them from the page."""
    return {
        (kind, note.get(f"{W}id", "")): note
        for kind in ("footnote", "endnote")
        for root in _related(part, f"{kind}s", faults)
        for note in root.iter(f"{W}{kind}")
        if note.get(f"{W}type") in (None, "normal")
    }


def _value(element: etree._Element, path: str) -> str | None:
    found = element.find(path)
    return None if found is None else found.get(f"{W}val")


def _footnotes(document: _Document) -> Iterator[Block]:
    for number, (kind, name) in enumerate(tuple(dict.fromkeys(document.referred)), 1):
        note = document.notes.get((kind, name))
        for one in _blocks(note, document) if note is not None else ():
            yield Block(one.kind, tuple((words, f"{kind} {number}") for words, _ in one.pieces))


def _blocks(parent: etree._Element, document: _Document) -> Iterator[Block]:
    """The blocks of a body, a cell, a note or a text box; content controls and insertions are gone through."""
    for child in parent:
        if child.tag == f"{W}p":
            yield from _paragraph(child, document)
        elif child.tag == f"{W}tbl":
            yield from _table(child, document)
        elif child.tag not in LEFT_OUT and isinstance(child.tag, str):
            yield from _blocks(child, document)


def _paragraph(paragraph: etree._Element, document: _Document) -> Iterator[Block]:
    words = "".join(_runs(paragraph, document))
    kind = _kind(paragraph, words, document)
    lines = [words] if kind is not BlockKind.PARAGRAPH else words.split("\n")
    yield from (block(kind, line) for line in lines if clean(line))
    for box in paragraph.iter(f"{W}txbxContent"):
        if not any(above.tag == f"{MC}Fallback" for above in box.iterancestors()):
            yield from _blocks(box, document)


def _kind(paragraph: etree._Element, words: str, document: _Document) -> BlockKind:
    styles = [*document.chain(_value(paragraph, f"{W}pPr/{W}pStyle"))]
    outline = _value(paragraph, f"{W}pPr/{W}outlineLvl")
    levels = [int(outline)] if outline and outline.isdecimal() else [one.outline for one in styles]
    named = any(one.name in ("title", "subtitle") or one.name.startswith("heading ") for one in styles)
    if named or any(level is not None and level < NO_OUTLINE for level in levels):
        return BlockKind.HEADING
    own = _value(paragraph, f"{W}pPr/{W}numPr/{W}numId")
    listed = any(one.numbered or one.name.startswith(("list bullet", "list number")) for one in styles)
    if own not in (None, "0") or (own is None and listed):
        return BlockKind.ITEM
    bold = _is_bold(paragraph) and len(words) <= LONGEST_HEADING and not clean(words).endswith((".", ",", ";", ":"))
    return BlockKind.HEADING if bold else BlockKind.PARAGRAPH


def _is_bold(paragraph: etree._Element) -> bool:
    """Whether every run with words is bold by itself."""
    runs = [run for run in paragraph.iter(f"{W}r") if any(clean(words.text or "") for words in run.iter(f"{W}t"))]
    return bool(runs) and all(_is_on(run, "b") for run in runs)


def _is_on(run: etree._Element, name: str) -> bool:
    found = run.find(f"{W}rPr/{W}{name}")
    return found is not None and found.get(f"{W}val", "1") not in ("0", "false", "off")


def _runs(element: etree._Element, document: _Document) -> Iterator[str]:
    """The words of a paragraph in order, as if all changes were accepted; raised marks of notes are left out."""
    said = ""
    for words, is_raised in _pieces(element, document):
        piece = raised(words, said) if is_raised else words
        said = (said + piece)[-16:]
        yield piece


def _pieces(element: etree._Element, document: _Document, *, up: bool = False) -> Iterator[tuple[str, bool]]:
    for child in element:
        tag = child.tag
        if tag in LEFT_OUT or not isinstance(tag, str):
            continue
        if tag == f"{W}t":
            yield child.text or "", up
        elif tag in BREAKS:
            yield BREAKS[tag], False
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            document.referred.append((tag.removeprefix(W).removesuffix("Reference"), child.get(f"{W}id", "")))
        elif tag != f"{W}r":
            yield from _pieces(child, document, up=up)
        elif not _is_on(child, "vanish"):
            yield from _pieces(child, document, up=_value(child, f"{W}rPr/{W}vertAlign") == "superscript")


def _table(table: etree._Element, document: _Document) -> Iterator[Block]:
    """The rows of a table; a table that lays out the page is read as what stands in its cells."""
    lines = [[*_cells(line)] for line in _inside(table, f"{W}tr")]
    held = [[[*_blocks(cell, document)] for cell in line] for line in lines]
    if max((len(line) for line in lines), default=0) < 2 or any(
        _length(cell) > LONGEST_CELL for line in held for cell in line
    ):
        yield from (one for line in held for cell in line for one in cell)
        return
    above: list[str] = []
    for line, cells in zip(lines, held, strict=True):
        words: list[str] = []
        for cell, blocks in zip(line, cells, strict=True):
            said = clean(" ".join(one.text.removeprefix("- ").removeprefix("# ").strip("| ") for one in blocks))
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            if merged is not None and merged.get(f"{W}val") != "restart" and not said and len(words) < len(above):
                said = above[len(words)] if not any(char.isdigit() for char in above[len(words)]) else ""
            span = _value(cell, f"{W}tcPr/{W}gridSpan")
            words += [said, *[""] * (min(int(span), 64) - 1 if span and span.isdecimal() else 0)]
        above = words
        yield row(words)


def _length(blocks: list[Block]) -> int:
    return sum(len(one.text) for one in blocks)


def _inside(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The children with a tag, also those in content controls and insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif isinstance(child.tag, str) and child.tag not in LEFT_OUT and child.tag not in (f"{W}tbl", f"{W}p"):
            yield from _inside(child, tag)


def _cells(line: etree._Element) -> Iterator[etree._Element]:
    return _inside(line, f"{W}tc")


__all__ = ["read_docx"]
