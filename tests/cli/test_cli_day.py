"""An analyst's day: twelve articles, from ingestion to the published site, and the sums that an analyst states of them.

The sums are in `tests/cases/day_articles.toml`, as a person reads the articles; terminal, Python and workbook agree.
Those of six articles on public money are in `tests/cases/public_articles.toml`, of eight on deals of firms in
`deal_articles.toml`.
"""

import csv
import json
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import ledger
from tests.book.factory_workbook import table, write
from tests.cli.factory_shell import Shell

CASES = Path(__file__).parents[1] / "cases"
DAY = tomllib.loads((CASES / "day_articles.toml").read_text(encoding="utf-8"))
PUBLIC = tomllib.loads((CASES / "public_articles.toml").read_text(encoding="utf-8"))
DEALS = tomllib.loads((CASES / "deal_articles.toml").read_text(encoding="utf-8"))
MILLION = 1_000_000


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    """A shell in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEDGER_PATH", "figures.ledger")
    monkeypatch.setenv("LEDGER_AUTHOR", "Ana")
    return Shell(capfd)


def lay_out(articles: Sequence[Mapping[str, Any]]) -> None:
    """The articles in `news/`, and what is known of them in `about.csv`."""
    Path("news").mkdir()
    with Path("about.csv").open("w", encoding="utf-8", newline="") as lines:
        about = csv.DictWriter(lines, ("file", "publisher", "published"))
        about.writeheader()
        for article in articles:
            Path("news", article["file"]).write_text(article["text"], encoding="utf-8")
            about.writerow({name: article[name] for name in about.fieldnames})


def by_terminal(desk: Shell, options: str) -> Mapping[str, Decimal]:
    """Payer → what `ledger totals` states, those that the text does not name as "(not said)"."""
    lines = desk(f"totals --by actor {options} --format jsonl").splitlines()
    rows = [json.loads(line, parse_float=Decimal) for line in lines]
    return {row["actor"] or "(not said)": Decimal(row["stated"]) for row in rows if row["stated"]}


def by_python(currency: str, **options: Any) -> Mapping[str, Decimal]:
    with ledger.open("figures.ledger") as book:
        rows = book.totals("actor", currency, **options).to_dicts()
    return {row["actor"] or "(not said)": row["stated"] for row in rows if row["stated"]}


def by_workbook(path: str, currency: str) -> Mapping[str, Decimal]:
    """Payer → what the sheet "Totals by actor" shows when the workbook is opened, in full."""
    sheet = load_workbook(path, data_only=True)["Totals by actor"]
    header, *rows = sheet.iter_rows(min_row=4, values_only=True)
    at, shown = header.index("Actor"), header.index("Stated")
    assert currency in " ".join(str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row)
    sums = {str(row[at]): Decimal(str(row[shown])) * MILLION for row in rows if row[at] and row[shown]}
    return {name: round(value) for name, value in sums.items() if name != "Total"}


@pytest.mark.slow
def test_a_day_from_the_articles_to_the_published_site(desk: Shell) -> None:
    lay_out(DAY["article"])
    assert desk("ingest news --metadata about.csv").startswith("added 12 documents")

    for currency, said in DAY["said"].items():
        desk(f"export {currency}.xlsx --currency {currency}")
        told = (
            by_terminal(desk, f"--currency {currency}"),
            by_python(currency),
            by_workbook(f"{currency}.xlsx", currency),
        )
        for sums in told:
            assert {name: value for name, value in sums.items() if name in said} == said, currency
            assert set(sums) == {name for each in DAY["said"].values() for name in each}, "nobody else pays"
    for currency, said in DAY["shown"].items():
        assert said.items() <= by_terminal(desk, f"--currency {currency} --parts shown").items()
        assert said.items() <= by_python(currency, parts="shown").items()

    # What counts once has all its quotes; what does not count says why.
    halden = next(row for row in desk.rows("commitments --actor 'halden wind' --format jsonl") if row["value"] == 5e8)
    why = desk(f"why {halden['commitment_id'][:6]}")
    assert why.count(" claim ") == 3 + 2, "three claims, of which two are counted by the first"
    assert all(sum_ in why for sum_ in ("5 €500 million", "5 $516 million", "6 €500 million"))
    reasons = {row["exact"]: row["exclusion_reason"] for row in desk.rows("exclusions")}
    assert reasons["€620 million"] == "cumulative"
    assert reasons["$900 million"] == "rumoured"
    assert reasons["$300 million"] in ("cancelled", "restated")
    assert "$3.7 billion" not in reasons, "furniture is not read"

    # Who the donors were is a person's word; so is what the workbook's columns say.
    donors = next(row for row in desk.rows("commitments") if row["value"] == 1e8)
    told = desk(f"decide correct {donors['commitment_id']} --field actor --value 'Norway; Canada; Japan'")
    assert "Norway" in told
    desk("export review.xlsx")
    rows = {row["Actor"]: row for row in table(Path("review.xlsx"), "Commitments")}
    norland = rows["Norland"]["Commitment id"]
    write(Path("review.xlsx"), "Commitments", "Commitment id", norland, Corrected_value="800 million", Note="final")
    taken = desk("import-decisions review.xlsx")
    assert "Norland" in taken
    assert by_terminal(desk, "--currency EUR")["Norland"] == 800 * MILLION
    desk("undo")
    assert by_terminal(desk, "--currency EUR")["Norland"] == 750 * MILLION
    assert desk("import-decisions review.xlsx").startswith("0 decisions kept, 1 known already")

    assert "every quote at its place" in desk("verify")
    desk("publish public --title 'Clean money'")
    page = Path("public", "index.html").read_text(encoding="utf-8")
    assert "Halden Wind" in page
    assert "Quarrin" not in page


@pytest.mark.slow
@pytest.mark.parametrize("money", [PUBLIC, DEALS], ids=["public", "deals"])
def test_money_adds_up_as_an_analyst_states_it(
    desk: Shell, monkeypatch: pytest.MonkeyPatch, money: Mapping[str, Any]
) -> None:
    monkeypatch.setenv("LEDGER_ATTRIBUTOR", "fast")
    lay_out(money["article"])
    assert desk("ingest news --metadata about.csv").startswith(f"added {len(money['article'])} documents")
    payers = {name for said in money["said"].values() for name in said}
    for currency, said in money["said"].items():
        sums = by_python(currency)
        assert {name: int(value) for name, value in sums.items() if name in said} == said, currency
        assert set(sums) == payers, "nobody else pays"
