"""PDF: pages kept, cut words and columns joined, tables as rows, what runs at the edges left out, and problems."""

import io
import re
from collections.abc import Callable

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ledger.lexicons import load
from ledger.read.article import Article, Enclosed, ReadLimits, ReadOptions, ReadProblem
from ledger.read.pdf import read_pdf
from ledger.read.pdf.furniture import page_pattern
from ledger.read.pdf.hyphens import join_lines
from tests.read import factory_formats as made

STORY = made.stories()[6]


def _drawn(*pages: Callable[[Canvas], object], **options: object) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1, **options)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _lines(lines: list[str], left: float = 72, top: float = 700, size: float = 10) -> Callable[[Canvas], object]:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for at, line in enumerate(lines):
            canvas.drawString(left, top - 12 * at, line)

    return draw


def _read(raw: bytes, **limits: int) -> list[Article | Enclosed | ReadProblem]:
    return list(read_pdf(raw, ReadOptions(limits=ReadLimits(**limits))))


def _article(raw: bytes) -> Article:
    [article] = _read(raw)
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize("columns", [1, 2])
def test_pages_are_kept_as_places_and_nothing_of_their_edges(columns: int) -> None:
    article = _article(made.pdf(STORY, columns, repeated=6))
    assert [part.place for part in article.parts] == [f"p. {at}" for at in range(1, len(article.parts) + 1)]
    assert len(article.parts) >= 2
    assert "subscribers" not in article.text
    assert not re.search(r"Page \d|Business", article.text)
    assert article.text.count("Kassia gets $420 million for 310 km of highway between its capital and the border.") == 6


def test_a_sentence_that_a_page_cuts_is_one_paragraph_of_two_pages() -> None:
    first = [
        "Norlund, which builds ferries and harbours in the north of Tessaly, said on",
        "Monday that it would put €3",
    ]
    article = _article(
        _drawn(_lines(first, top=100), _lines(["million into a school for welders next to its old yard."]))
    )
    assert article.text == " ".join(first) + " million into a school for welders next to its old yard.\n"
    assert [article.text[part.start : part.end].strip() for part in article.parts] == [
        " ".join(first),
        "million into a school for welders next to its old yard.",
    ]


def test_headlines_that_a_page_parts_stay_apart() -> None:
    first = "Work on the $7-billion battery plant at Norrfors goes on as planned, the mayor says"
    second = ["Tessaly weighs $100-million in aid for sawmills", "It is to be paid by 2027, the minister said."]

    def page(canvas: Canvas) -> None:
        _lines(second[:1])(canvas)
        _lines(second[1:], top=650)(canvas)

    article = _article(_drawn(_lines([first], top=100), page))
    assert article.text == "\n\n".join([first, *second]) + "\n"


def test_running_heads_give_the_day_that_the_text_does_not_say() -> None:
    def page(canvas: Canvas) -> None:
        _lines(["Northwire, 3 March 2025"], top=800, size=8)(canvas)
        _lines(["The mill will cost $40 million, and nobody knows yet who will pay for it in the end."])(canvas)

    article = _article(_drawn(page, page))
    assert str(article.published) == "2025-03-03"
    assert "Northwire" not in article.text


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["It spent more than planned on infra-", "structure in the north."], "planned on infrastructure in"),
        (["It is the only plan for low-", "carbon steel in the north."], "for low-carbon steel"),
        (["It costs between $5-", "6bn according to the plan."], "between $5-6bn according"),
        (["The Anglo-", "American venture costs $3 million."], "The Anglo-American venture"),
        (["A well-being fund of $3m. It is a well-", "being fund."], "a well-being fund."),
        (["They see a high-", "er price of $3 million."], "a higher price"),
    ],
)
def test_words_that_a_line_cuts(lines: list[str], text: str) -> None:
    assert text in _article(_drawn(_lines(lines))).text


def test_document_spells_a_word_that_a_line_cuts() -> None:
    assert join_lines("the semi-", "conductor", frozenset(("semi-conductor",))) == "the semi-conductor"
    assert join_lines("the low-", "lands", frozenset(("lowlands",))) == "the lowlands"


def test_rows_of_a_table_keep_their_cells_and_empty_ones() -> None:
    def page(canvas: Canvas) -> None:
        _lines(["The board approved these sums for its works on Wednesday, the chairman said."])(canvas)
        for at, cells in enumerate(
            [("Project", "2025", "2026"), ("North quay and its cranes", "$40m", ""), ("Rail", "", "$7m")]
        ):
            for left, cell in zip((72, 260, 330), cells, strict=True):
                canvas.drawString(left, 660 - 14 * at, cell)

    rows = [line for line in _article(_drawn(page)).text.split("\n") if line.startswith("|")]
    assert rows == ["| Project | 2025 | 2026 |", "| North quay and its cranes | $40m |  |", "| Rail |  | $7m |"]


def test_marks_of_notes_do_not_join_numbers_and_powers_stay() -> None:
    def page(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        for words, rise in (("It will pay $40", 0), ("1", 4), (" million for 12,000 m", 0), ("2", 4), (" of land.", 0)):
            text.setFont("Helvetica", 6 if rise else 10)
            text.setRise(rise)
            text.textOut(words)
        canvas.drawText(text)

    assert _article(_drawn(page)).text == "It will pay $40 million for 12,000 m² of land.\n"


def test_printed_address_is_that_of_the_page() -> None:
    body = _lines(["The mill will cost $40 million, and nobody knows yet who will pay for it in the end."])
    page = _drawn(lambda canvas: (body(canvas), _lines(["https://wire.example/mill 1/1"], top=20, size=8)(canvas)))
    article = _article(page)
    assert (article.url, "wire.example" in article.text) == ("https://wire.example/mill", False)


def _picture(canvas: Canvas) -> None:
    from PIL import Image  # noqa: PLC0415 - comes with reportlab, needed here alone

    canvas.drawImage(ImageReader(Image.new("RGB", (40, 40))), 100, 100)


WORDS = _lines(["The mill will cost $40 million, and nobody knows yet who will pay for it in the end."])


@pytest.mark.parametrize(
    ("raw", "rule", "words"),
    [
        (_drawn(_picture, _picture), "no_text", "OCR"),
        (_drawn(WORDS, encrypt="secret"), "encrypted", "password"),
        (b"%PDF-1.7\nnothing", "broken", "again"),
        (b"", "broken", "again"),
        (_drawn(WORDS)[:600], "broken", "again"),
    ],
    ids=["scan", "encrypted", "no PDF", "empty", "cut"],
)
def test_what_cannot_be_read_is_one_problem(raw: bytes, rule: str, words: str) -> None:
    [problem] = _read(raw)
    assert isinstance(problem, ReadProblem)
    assert problem.rule == rule
    assert words in problem.message


def test_page_without_text_among_others_is_a_warning_that_names_it() -> None:
    problem, article = _read(_drawn(WORDS, _picture, WORDS))
    assert isinstance(problem, ReadProblem)
    assert (problem.place, problem.severity.value) == ("p. 2", "warning")
    assert isinstance(article, Article)


def test_pages_past_the_limit_are_told() -> None:
    problem, article = _read(_drawn(WORDS, WORDS, WORDS), pages=2)
    assert isinstance(problem, ReadProblem)
    assert (problem.rule, "p. 2" in problem.message) == ("too_many_pages", True)
    assert isinstance(article, Article)
    assert article.text.count("$40 million") == 2


@pytest.mark.parametrize("name", ["page_number", "print_address"])
def test_patterns_of_pages_keep_to_their_examples(name: str) -> None:
    rule = load.toml("pages")[name]
    assert [one for one in rule["examples"] if not page_pattern(name).fullmatch(one)] == []
    assert [one for one in rule["counter"] if page_pattern(name).fullmatch(one)] == []
