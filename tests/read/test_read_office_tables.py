"""Feeds and tables to articles: columns that are said or guessed, days, HTML in cells, and problems."""

import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.errors import InputError
from ledger.read.article import Article, ReadLimits, ReadOptions, ReadProblem
from ledger.read.days import day_of
from ledger.read.delimited import read_csv
from ledger.read.excel import read_excel
from ledger.read.feeds import read_feed
from ledger.read.fragment import fragment_text
from ledger.read.guess import guess_of, guesses
from ledger.read.json_lines import read_json_lines
from ledger.read.mapping import guessed_mapping, mapping_of
from ledger.read.parquet import read_parquet
from tests.read import factory_formats as made

STORIES = made.stories()
OPTIONS = ReadOptions()
LONG = "It cost $3 million, and the town that paid for it has nothing left for the bridge. "


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2025-03-04", date(2025, 3, 4)),
        ("2025-03-04T23:30:00-05:00", date(2025, 3, 4)),
        ("20250304", date(2025, 3, 4)),
        ("Tue, 04 Mar 2025 23:30:00 -0500", date(2025, 3, 4)),
        ("4 March 2025", date(2025, 3, 4)),
        ("March 4, 2025 10:12 AM", date(2025, 3, 4)),
        ("Tuesday, 4 March 2025 at 10:12", date(2025, 3, 4)),
        ("04.03.2025", date(2025, 3, 4)),
        ("25/12/2024", date(2024, 12, 25)),
        ("12/25/2024", date(2024, 12, 25)),
        ("03/04/2025", None),
        ("2025-13-40", None),
        ("Mon, 18 Nov 999999999999 07:30:00 +0100", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (date(2025, 3, 4), date(2025, 3, 4)),
    ],
)
def test_days(said: object, day: date | None) -> None:
    assert day_of(said) == day


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("It cost $3 & more < 4.", "It cost $3 & more < 4."),
        ("&euro;300&nbsp;million", "€300\xa0million\n"),
        ("<p>One.</p><p>Two $4<sup>1</sup> m.</p>", "One.\n\nTwo $4 m.\n"),
        ("<h3>Roads</h3>It pays<br/>$3m", "# Roads\n\nIt pays\n\n$3m\n"),
        ("<p>It holds:</p><ol><li><p>a loan</p></li><li>a <b>grant</b></li></ol>", "It holds:\n- a loan\n- a grant\n"),
        ("<table><tr><td>A</td><td>25</td></tr><tr><td>B|c</td><td>$4</td></tr></table>", "| A | 25 |\n| B/c | $4 |\n"),
        ("<table><tr><td><p>It pays $3m.</p></td></tr></table>", "It pays $3m.\n"),
        ("<script>var a = '$9m'</script><style>$9m</style><p>It pays.</p><nav>$9m</nav>", "It pays.\n"),
        ("<div>" * 400 + "deep" + "</div>" * 400, ""),
        ("<p>", ""),
    ],
)  # fmt: skip
def test_pieces_of_html(source: str, text: str) -> None:
    assert fragment_text(source) == text


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ("headline,body", "text=body,title=headline"),
        (
            "Title,Article Text,Publication Date,Source",
            "text=Article Text,title=Title,published=Publication Date,publisher=Source",
        ),
        (
            "id,article.content,article.title,meta.lang",
            "text=article.content,title=article.title,language=meta.lang,number=id",
        ),
        ("a,b", ""),
    ],
)
def test_columns_that_are_guessed_by_name(columns: str, found: str) -> None:
    assert guessed_mapping(columns.split(",")) == mapping_of(found)


def test_column_of_long_words_is_guessed_as_text() -> None:
    rows = [{"a": "Mill", "b": LONG * 4, "content": "news"}]
    assert guessed_mapping(["a", "b", "content"], rows) == {"text": "b"}


def test_guess_is_told_in_words() -> None:
    assert guess_of("csv", made.delimited(STORIES), OPTIONS) == (
        "text from 'body', title from 'headline', published from 'pub_date', url from 'url', publisher from 'source', "
        "author from 'byline', number from 'id'; not read: 'words'"
    )
    assert guess_of("excel", made.excel(STORIES), OPTIONS) is not None
    assert guess_of("pdf", b"", OPTIONS) is None
    assert guess_of("parquet", b"PAR1", OPTIONS) is None


def test_guesses_of_files_that_are_named(tmp_path: Path) -> None:
    table, text = tmp_path / "a.csv", tmp_path / "a.txt"
    table.write_bytes(made.delimited(STORIES))
    text.write_bytes(b"It cost $3 million.")
    [line] = guesses([str(table), str(text), str(tmp_path), "-", str(tmp_path / "none")], {"title": "byline"})
    assert line.startswith(f"{table}: text from 'body', title from 'byline', published from 'pub_date'")


@pytest.mark.parametrize("words", ["body", "text=", "colour=a", "text=a,text=b"])
def test_what_is_no_mapping(words: str) -> None:
    with pytest.raises(InputError):
        mapping_of(words)


def _articles(found: object) -> list[Article]:
    entries = list(found)  # type: ignore[call-overload]
    assert all(isinstance(one, Article) for one in entries), entries
    return entries


@pytest.mark.parametrize(
    "found",
    [
        read_csv(made.delimited(STORIES, ";"), OPTIONS),
        read_json_lines(made.json_lines(STORIES), OPTIONS),
        read_json_lines(json.dumps(made.records(STORIES)).encode(), OPTIONS),
        read_json_lines(json.dumps({"total": 12, "articles": made.records(STORIES)}).encode(), OPTIONS),
        read_parquet(made.parquet(STORIES), OPTIONS),
        read_excel(made.excel(STORIES), OPTIONS),
    ],
    ids=["csv", "jsonl", "list", "object", "parquet", "excel"],
)
def test_facts_of_rows(found: object) -> None:
    for at, (article, story) in enumerate(zip(_articles(found), STORIES, strict=True), 1):
        facts = (article.title, article.publisher, article.author, article.published, article.url, article.number)
        wanted = (
            story.title,
            story.publisher,
            story.author,
            story.published,
            f"https://wire.example/{at}",
            f"A{at:04}",
        )
        assert facts == wanted


def test_facts_of_entries() -> None:
    for raw in (made.rss(STORIES), made.atom(STORIES)):
        for at, (article, story) in enumerate(zip(_articles(read_feed(raw, OPTIONS)), STORIES, strict=True), 1):
            assert (article.title, article.published) == (story.title, story.published)
            assert (article.publisher, article.url) == ("Wire", f"https://wire.example/{at}")


def test_columns_that_are_said() -> None:
    raw = b"lead,rest,head\nIt cost $3m.,It opens in May.,Mill\n"
    [article] = _articles(read_csv(raw, ReadOptions(mapping={"text": "lead+rest", "title": "head"})))
    assert article.text == "# Mill\n\nIt cost $3m.\n\nIt opens in May.\n"
    [problem] = read_csv(raw, ReadOptions(mapping={"text": "body"}))
    assert isinstance(problem, ReadProblem)
    assert (problem.rule, "lead, rest, head" in problem.message) == ("no_text_column", True)


@pytest.mark.parametrize(
    ("read", "raw", "rule"),
    [
        (read_csv, b"name,sum\nRuvia,3\n", "no_text_column"),
        (read_csv, b"", "empty"),
        (read_csv, b"text\n", "empty"),
        (read_csv, b"\x00\x01\x02\x03" * 20, "binary"),
        (read_json_lines, b'{"text": "a"\n{"b": 1}\n', "broken"),
        (read_json_lines, b"[1, 2]", "empty"),
        (read_json_lines, b"[" * 100_000, "broken"),
        (read_parquet, b"PAR1 nothing PAR1", "broken"),
        (read_excel, b"PK\x03\x04", "broken"),
        (read_excel, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "broken"),
        (read_feed, b"<html><body>$3</body></html>", "broken"),
        (read_feed, b"", "broken"),
    ],
)
def test_what_cannot_be_read_is_one_problem(read: object, raw: bytes, rule: str) -> None:
    [problem] = read(raw, OPTIONS)  # type: ignore[operator]
    assert isinstance(problem, ReadProblem)
    assert problem.rule == rule


def test_fields_inside_others_are_columns() -> None:
    raw = json.dumps({"id": 7, "article": {"title": "Mill", "body": LONG}, "tags": ["a", "b"]}).encode() + b"\n"
    [article] = _articles(read_json_lines(raw, OPTIONS))
    assert (article.title, article.number, LONG.strip() in article.text) == ("Mill", "7", True)


def test_rows_without_text_are_told_once() -> None:
    raw = f"title,text\nA,{LONG}\nB,\nC,{LONG}\nD,\n".replace("million, and", "million and").encode()
    first, second, problem = read_csv(raw, OPTIONS)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(problem, ReadProblem)
    assert (problem.rule, problem.severity.value, "rows 3, 5" in problem.message) == ("empty_rows", "warning", True)


def test_rows_past_the_limit_are_told() -> None:
    found = list(read_csv(made.delimited(STORIES), ReadOptions(limits=ReadLimits(members=3))))
    assert [type(one) for one in found] == [Article, Article, Article, ReadProblem]


def _wide_sheet() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "text"
    book.active["XFD1048576"] = "far"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_workbook_with_a_cell_far_out_is_refused() -> None:
    [problem] = read_excel(_wide_sheet(), OPTIONS)
    assert isinstance(problem, ReadProblem)
    assert problem.rule == "too_large"


def test_parquet_that_unpacks_to_too_much_is_refused() -> None:
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": [LONG * 50] * 2_000}), stream, use_dictionary=False)
    [problem] = read_parquet(stream.getvalue(), ReadOptions(limits=ReadLimits(expanded_bytes=1 << 20)))
    assert isinstance(problem, ReadProblem)
    assert problem.rule == "expansion"


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("&amp;#36;4 million", "$4 million"),
        ("&amp;#8364;4 million", "€4 million"),
        ("&amp;#x20AC;4 million", "€4 million"),
        ("&#99999999999990;4 million", "\ufffd4 million"),
        ("&#x110000;4 million", "\ufffd4 million"),
        ("&#x10FFFD;4 million", "\U0010fffd4 million"),
    ],
)
def test_a_reference_beyond_the_last_character_costs_no_entry(reference: str, shown: str) -> None:
    item = f"<item><title>Roads</title><description>Norland pays {reference}.</description></item>"
    [article] = read_feed(f"<rss version='2.0'><channel><title>Wire</title>{item}</channel></rss>".encode(), OPTIONS)
    assert isinstance(article, Article)
    assert shown in article.text


def test_feed_that_declares_entities_of_its_own_is_refused() -> None:
    head = "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'pay '><!ENTITY b '&a;&a;'>]>"
    raw = f"{head}<rss version='2.0'><channel><item><title>&b;</title></item></channel></rss>"
    [problem] = read_feed(raw.encode(), OPTIONS)
    assert isinstance(problem, ReadProblem)
    assert problem.rule == "entities"
