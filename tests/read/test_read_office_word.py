"""Word documents and Rich Text Format: headings, lists, tables, notes, changes, boxes, and problems."""

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as PackagePart
from docx.oxml import parse_xml

from ledger.read.article import Article, ReadLimits, ReadOptions, ReadProblem
from ledger.read.docx import read_docx
from ledger.read.rtf import read_rtf
from tests.read import factory_formats as made

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OPTIONS = ReadOptions()
UP = '<w:vertAlign w:val="superscript"/>'


def _word(make: Callable[[WordDocument], object]) -> str:
    document = docx.Document()
    make(document)
    stream = io.BytesIO()
    document.save(stream)
    [article] = read_docx(stream.getvalue(), OPTIONS)
    assert isinstance(article, Article)
    return article.text


def _xml(*paragraphs: str) -> Callable[[WordDocument], None]:
    def add(document: WordDocument) -> None:
        for paragraph in paragraphs:
            document.element.body.insert(0, parse_xml(f"<w:p {W}>{paragraph}</w:p>"))

    return add


def _run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


PARAGRAPHS = {
    "changes": (
        f"{_run('It pays ')}<w:ins>{_run('$4 million')}</w:ins><w:del><w:r><w:delText>$3</w:delText></w:r></w:del>",
        "It pays $4 million\n",
    ),
    "mark of a note": (f"{_run('It pays $4')}{_run('1', UP)}{_run(' million.')}", "It pays $4 million.\n"),
    "power": (f"{_run('It takes 40 m')}{_run('2', UP)}{_run('.')}", "It takes 40 m².\n"),
    "hidden": (f"{_run('Seen.')}{_run(' It costs $9 million.', '<w:vanish/>')}", "Seen.\n"),
    "breaks": (
        f"{_run('a low')}<w:r><w:noBreakHyphen/></w:r>{_run('carbon mill')}<w:r><w:br/></w:r>{_run('Below.')}",
        "a low-carbon mill\n\nBelow.\n",
    ),
    "inside others": (
        f"<w:hyperlink>{_run('Norlund')}</w:hyperlink><w:sdt><w:sdtContent>{_run(' pays $3m.')}</w:sdtContent></w:sdt>",
        "Norlund pays $3m.\n",
    ),
    "field": (f"<w:r><w:fldChar/><w:instrText>PAGE $9</w:instrText></w:r>{_run('It pays $3m.')}", "It pays $3m.\n"),
    "bold": (_run("What it holds", "<w:b/>"), "# What it holds\n"),
    "bold sentence": (_run("It pays $3 million.", "<w:b/>"), "It pays $3 million.\n"),
    "outline": (f'<w:pPr><w:outlineLvl w:val="1"/></w:pPr>{_run("Roads")}', "# Roads\n"),
    "item": (f'<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>{_run("a loan of $3m")}', "- a loan of $3m\n"),
    "text box": (
        f"{_run('Above.')}<w:r><w:pict><w:txbxContent><w:p>{_run('Inside: $3m.')}</w:p></w:txbxContent></w:pict></w:r>",
        "Above.\n\nInside: $3m.\n",
    ),
}


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_word_paragraphs(name: str) -> None:
    paragraph, text = PARAGRAPHS[name]
    assert _word(_xml(paragraph)) == text


def test_word_footnotes_stand_at_the_end_with_their_place() -> None:
    document = docx.Document()
    document.add_paragraph("It pays $4 million.")
    reference = parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>')
    document.paragraphs[0]._p.append(reference)
    line = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    note = f'<w:footnote w:id="2"><w:p>{_run("Of it, $1 million is a loan.")}</w:p></w:footnote>'
    notes = f"<w:footnotes {W}>{line}{note}</w:footnotes>"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = PackagePart(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    stream = io.BytesIO()
    document.save(stream)
    [article] = read_docx(stream.getvalue(), OPTIONS)
    assert isinstance(article, Article)
    assert article.text == "It pays $4 million.\n\nOf it, $1 million is a loan.\n"
    assert [part.place for part in article.parts] == ["footnote 1"]


def test_word_merged_cells_keep_the_columns_apart() -> None:
    def make(document: WordDocument) -> None:
        table = document.add_table(3, 3)
        for at, cells in enumerate([("Donor", "2025", ""), ("Ruvia", "loan", "$3m"), ("", "grant", "$4m")]):
            for column, cell in enumerate(cells):
                table.cell(at, column).text = cell
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(1, 0).merge(table.cell(2, 0))

    assert _word(make).splitlines() == ["| Donor | 2025 |  |", "| Ruvia | loan | $3m |", "| Ruvia | grant | $4m |"]


def test_word_table_that_lays_out_a_page_is_read_as_paragraphs() -> None:
    def make(document: WordDocument) -> None:
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = "It pays $3 million."
        cell.add_paragraph("It opens in May.")

    assert _word(make) == "It pays $3 million.\n\nIt opens in May.\n"


def _broken_word() -> dict[str, bytes]:
    whole = made.word(made.stories()[0])
    return {
        "empty": b"",
        "no archive": b"PK\x03\x04nothing",
        "cut": whole[: len(whole) // 2],
        "no document": made.archive({"word/other.xml": b"<a/>"}),
        "no XML": made.archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a"}),
    }


@pytest.mark.parametrize("name", _broken_word())
def test_broken_word_documents_are_one_problem(name: str) -> None:
    [problem] = read_docx(_broken_word()[name], OPTIONS)
    assert isinstance(problem, ReadProblem)
    assert problem.rule == "broken"


def test_word_document_that_unpacks_to_too_much() -> None:
    raw = made.archive({"word/document.xml": b" " * 3_000_000})
    [problem] = read_docx(raw, ReadOptions(limits=ReadLimits(expanded_bytes=1 << 20)))
    assert isinstance(problem, ReadProblem)
    assert problem.rule == "expansion"


def _rtf(body: str, head: str = "") -> list[Any]:
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Ex;}}"
    raw = rf"{{\rtf1\ansi\ansicpg1252{fonts}{head} {body}}}".encode("latin-1")
    return list(read_rtf(raw, OPTIONS))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"It pays \'803 million.\par", "It pays €3 million.\n"),
        (r"It pays \u8364?3 million.\par", "It pays €3 million.\n"),
        (r"{\uc2\u8364\'80\'80}3\par", "€3\n"),
        (r"\u-10179?\u-8704? $3\par", "😀 $3\n"),
        (r"{\f1 \'c7\'e0\'e2\'ee\'e4} $3\par", "Завод $3\n"),
        (r"It pays $4{\super 1} million for 4 m{\super 2}.\par", "It pays $4 million for 4 m².\n"),
        (r"It pays {\deleted $3}$4 million{\v  hidden $9}.\par", "It pays $4 million.\n"),
        (r"It pays $4m.{\footnote\pard Of it, $1m is a loan.}\par", "It pays $4m.\n\nOf it, $1m is a loan.\n"),
        (r'See {\field{\*\fldinst HYPERLINK "https://a.example/$9"}{\fldrslt the plan}}.\par', "See the plan.\n"),
        (r"{\header $9\par}{\*\generator Word $9;}It pays $4 million.\par", "It pays $4 million.\n"),
        (r"\pard\outlinelevel1 Roads\par\pard It pays.\par", "# Roads\n\nIt pays.\n"),
        (r"{\pntext\'b7\tab}a loan\par{\listtext 2.\tab}a grant\par", "- a loan\n- a grant\n"),
        (r"\trowd a | b\cell $3\cell\row\trowd c\cell $4\cell\row", "| a / b | $3 |\n| c | $4 |\n"),
        (r"25. Juli 2023\par 2. a grant\par", "25. Juli 2023\n\n- a grant\n"),
        (r"A{\pict\bin5 }{}}x}B $3\par", "AB $3\n"),
        (r"one\line two\par\page three\sect four", "one\n\ntwo\n\nthree\n\nfour\n"),
    ],
)  # fmt: skip
def test_rtf(body: str, text: str) -> None:
    [article] = _rtf(body)
    assert article.text == text


def test_rtf_headings_by_the_names_of_their_styles() -> None:
    styles = r"{\stylesheet{\ql Normal;}{\s3\b\fs30 heading 1;}{\s15 Body Text;}}"
    [article] = _rtf(r"\pard\s3 Norlund builds\par\pard\s15 It pays.\par", styles)
    assert (article.title, article.text) == ("Norlund builds", "# Norlund builds\n\nIt pays.\n")


@pytest.mark.parametrize("raw", [b"", b"{\\rt", b"It pays $3.", b"\x00\x01"])
def test_what_is_no_rtf_is_one_problem(raw: bytes) -> None:
    [problem] = read_rtf(raw, OPTIONS)
    assert isinstance(problem, ReadProblem)
