"""What a notebook shows: charts of totals, quotes with their marks, and short lines."""

import re
import sys
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import ledger
from ledger.book import Book
from ledger.errors import InputError
from ledger.export.plot import totals_chart

SONY = "Sony will invest more than $2 billion in Japan by 2030."


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return ledger.open(tmp_path / "book")


# Charts


def bars(chart: Any) -> pl.DataFrame:
    """The rows that a chart draws."""
    return pl.DataFrame(chart.data)


def test_a_chart_shows_intervals_and_names_currency_and_magnitude(small: Book) -> None:
    chart = small.plot(by="actor", currency="EUR")
    spec = chart.to_dict()
    bar, line, arrow = spec["layer"]
    assert [layer["mark"]["type"] for layer in (bar, line, arrow)] == ["bar", "rule", "point"]
    assert bar["encoding"]["x"]["axis"]["title"] == "EUR million"
    assert (line["encoding"]["x"]["field"], line["encoding"]["x2"]["field"]) == ("low", "high")
    sums = small.totals(by="actor", currency="EUR", as_float=True)
    drawn = bars(chart)
    assert drawn["label"].to_list() == sums["actor"].to_list()
    assert drawn["stated"].to_list() == pytest.approx([amount / 1e6 for amount in sums["stated"]])


@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_chart_is_saved_as_a_picture(small: Book, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"chart.{form}"
    small.plot(by=["field", "stage"]).save(path)
    assert path.read_bytes().startswith(b"<svg" if form == "svg" else b"\x89PNG")
    if form == "svg":
        assert {"Clean energy", "USD million"} <= set(re.findall(r">([^<>]+)</text>", path.read_text(encoding="utf-8")))


def sums(by: str, rows: list[tuple[str, int, int | None]]) -> pl.DataFrame:
    amounts = pl.DataFrame(
        {by: [row[0] for row in rows], "stated": [Decimal(row[1]) for row in rows], "high": [row[2] for row in rows]}
    )
    return amounts.with_columns(
        low="stated", high=pl.col("high").cast(pl.Decimal(38, 6)), open_ended=pl.col("high").is_null(), commitments=1
    )


def test_a_chart_of_many_draws_the_largest_and_says_so() -> None:
    chart = totals_chart(sums("actor", [(f"Actor {n:02}", 10**11 - n, None) for n in range(30)]), ["actor"], "USD", 20)
    assert bars(chart)["label"].to_list() == [f"Actor {n:02}" for n in range(20)]
    assert bars(chart)["open_ended"].all()
    assert set(bars(chart)["told"]) == {"open"}
    assert "the 20 largest of 30" in chart.title.subtitle
    assert "USD billion" in chart.title.subtitle


def test_a_chart_of_months_shows_those_without_anything() -> None:
    chart = totals_chart(sums("month", [("2024-11", 5, 5), ("2025-02", 7, 7)]), ["month"], "USD", 1)
    across = chart.to_dict()["layer"][0]["encoding"]["x"]
    assert across["scale"]["domain"] == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert chart.to_dict()["layer"][0]["encoding"]["y"]["axis"]["title"] == "USD"


def test_a_chart_of_nothing_says_so(book: Book) -> None:
    assert "nothing counts" in book.plot().title.subtitle


def test_without_altair_a_chart_names_what_to_install(small: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(InputError, match=r"^a chart needs Altair: pip install 'figures-ledger\[plot\]'$"):
        small.plot()


# What a notebook shows


class Tags(HTMLParser):
    """The open elements of a page, and the words in those of one name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: dict[str, list[str]] = {}
        self.feed(html)
        assert not self.open, f"{self.open} stay open"

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.words.setdefault(tag, []).append(data)


def test_a_claim_is_short_and_marks_its_quote() -> None:
    [claim] = ledger.extract("In <b>Tokyo</b> & Osaka, Sony will invest more than $2 billion in Japan by 2030.")
    assert (
        repr(claim)
        == str(claim)
        == ("Claim('$2 billion', more_than 2000000000 USD, investment, pledged, Sony → Japan, /2030)")
    )
    html = claim._repr_html_()
    assert Tags(html).words["mark"] == ["$2 billion"]
    assert "<b>" not in html


def test_why_marks_quotes_and_escapes_what_articles_say(book: Book) -> None:
    book.ingest(ledger.Text("<script>x</script> Sony & Co will invest $2 billion in Japan.", title="A <b>title</b>"))
    [commitment] = book.commitments.collect()["commitment_id"]
    why = book.why(commitment)
    assert repr(why) == f"Why(commitment {commitment[:8]}: 1 commitment, 1 quote)"
    assert repr(why.quotes[0]) == "Quote('$2 billion' in 'text')"
    tags = Tags(why._repr_html_())
    assert tags.words["mark"] == ["$2 billion"]
    assert "script" not in tags.words
    assert "invest" in tags.words["u"], "the other evidence is underlined"
    assert "".join(tags.words["blockquote"]) == why.quotes[0].sentence
    assert any("A <b>title</b>" in words for words in tags.words["p"])
    assert repr(book.why_total()) == "Why(total: 1 commitment, 1 quote)"


def test_a_ledger_tells_what_it_holds(small: Book) -> None:
    assert repr(small) == f"Book({small.address!r})"
    words = Tags(small._repr_html_()).words
    assert dict(zip(words["th"], words["td"], strict=True)) | {"last run": ""} == {
        "documents": "5", "claims": "5", "problems": "1", "decisions": "0", "last run": "",
    }  # fmt: skip


def test_an_ingestion_tells_what_it_added(book: Book) -> None:
    run = book.ingest([ledger.Text(SONY), ledger.Text(SONY, source="again"), ledger.Text(" ")])
    assert repr(run) == str(run) == "Ingestion(1 documents, 1 claims, 1 there already, 1 left out)"
