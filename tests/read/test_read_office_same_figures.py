"""Articles come out of every format with the figures, and what is said of them, that their plain text gives."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import pytest

from ledger.options import Attributor
from ledger.pipeline import claims_of
from ledger.read.article import Article, ReadOptions
from ledger.read.delimited import read_csv
from ledger.read.docx import read_docx
from ledger.read.excel import read_excel
from ledger.read.feeds import read_feed
from ledger.read.json_lines import read_json_lines
from ledger.read.mail import read_mail, read_mailbox
from ledger.read.parquet import read_parquet
from ledger.read.pdf import read_pdf
from ledger.read.rtf import read_rtf
from schemas import Claim, Document, stable_id
from tests.read import factory_formats as made

STORIES = made.stories()
OPTIONS = ReadOptions()
AT = datetime(2026, 1, 1, tzinfo=UTC)
LEAST = 0.995
"""Share of figures with the same value and attributes as from plain text."""


def _each(read: Callable[..., object], make: Callable[[made.Story], bytes]) -> Callable[[], list[object]]:
    return lambda: [one for story in STORIES for one in read(make(story), OPTIONS)]  # type: ignore[attr-defined]


def _all(read: Callable[..., object], make: Callable[[Sequence[made.Story]], bytes]) -> Callable[[], list[object]]:
    return lambda: list(read(make(STORIES), OPTIONS))  # type: ignore[call-overload]


FORMATS: dict[str, Callable[[], list[object]]] = {
    "pdf": _each(read_pdf, made.pdf),
    "pdf in two columns": _each(read_pdf, lambda story: made.pdf(story, 2)),
    "pdf in three columns": _each(read_pdf, lambda story: made.pdf(story, 3)),
    "docx": _each(read_docx, made.word),
    "rtf": _each(read_rtf, made.rtf),
    "mail": _each(read_mail, lambda story: made.message(story).as_bytes()),
    "mbox": _all(read_mailbox, made.mailbox),
    "rss": _all(read_feed, made.rss),
    "atom": _all(read_feed, made.atom),
    "csv": _all(read_csv, made.delimited),
    "tsv": _all(read_csv, lambda stories: made.delimited(stories, "\t")),
    "jsonl": _all(read_json_lines, made.json_lines),
    "parquet": _all(read_parquet, made.parquet),
    "excel": _all(read_excel, made.excel),
}


def _claims(text: str, title: str | None, published: date) -> tuple[Claim, ...]:
    document = Document(
        document_id=stable_id("document", text),
        source="test",
        title=title,
        published=published,
        retrieved_at=AT,
        text=text,
        raw_sha256="0" * 64,
    )
    claims = claims_of(document, attributor=Attributor.FAST).claims
    assert all(text[claim.start : claim.end] == claim.exact for claim in claims)
    return claims


def _said(claim: Claim) -> tuple[object, ...]:
    """The value of a claim and what is said of it, without its place."""
    names = tuple(tuple(name.name for name in names) for names in (claim.actor, claim.recipient))
    amount = (claim.kind, claim.unit, claim.value, claim.lower, claim.upper, claim.bound)
    return (
        *amount,
        claim.measure,
        claim.stage,
        *names,
        tuple(tag.code for tag in claim.fields),
        claim.period,
        claim.per,
    )


@pytest.fixture(scope="module")
def expected() -> list[Counter[tuple[object, ...]]]:
    return [Counter(map(_said, _claims(story.plain, story.title, story.published))) for story in STORIES]


def test_plain_text_gives_the_figures_that_each_article_names(expected: object) -> None:
    for story in STORIES:
        quotes = [claim.exact for claim in _claims(story.plain, story.title, story.published)]
        assert [figure for figure in story.figures if not any(figure in quote for quote in quotes)] == []


SLOW = ("pdf in three columns", "tsv", "mbox", "atom")
"""Formats that differ little from another one."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in FORMATS]
)
def test_same_figures_as_from_plain_text(name: str, expected: list[Counter[tuple[object, ...]]]) -> None:
    articles = FORMATS[name]()
    assert [one for one in articles if not isinstance(one, Article)] == []
    assert len(articles) == len(STORIES)
    same = more = 0
    for article, story, wanted in zip(articles, STORIES, expected, strict=True):
        assert isinstance(article, Article)
        assert article.title == story.title
        found = Counter(map(_said, _claims(article.text, article.title, story.published)))
        same += (found & wanted).total()
        more += (found - wanted).total()
    total = sum(one.total() for one in expected)
    assert (same / total, more <= (1 - LEAST) * total) >= (LEAST, True)
