"""Every live formula, recalculated by LibreOffice, against the ledger's own totals."""

import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from factory_export import frames
from openpyxl import load_workbook

from ledger.book import Book
from ledger.export import Frames, GroupsOfActors, export
from ledger.lexicons.labels import heading
from ledger.total import converted, totals
from tests.export.factory_site import article_book

SEEDS = Path(__file__).parents[2] / "seeds"
SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="soffice (libreoffice-calc) is not installed"),
]

# LibreOffice trusts the last values in a file unless told to calculate on load.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""
TABLES = {"actor": "Totals by actor", "field": "Totals by field", "recipient": "Totals by recipient"}
MILLION = 1e6
GROUPS = {"North": ["Norlund Energi", "Kesto"], "Makers": ["Kesto", "Ayumi Motors"], "Nobody": ["No Such"]}
SWITCHES = {"floor": "B5", "end": "B6", "currency": "B7", "allocation": "B8", "cancelled": "B9"}


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    return folder


def recalculated(path: Path, profile: Path) -> Any:
    """The workbook with every formula calculated again."""
    out = path.parent / "calculated"
    call = [
        str(SOFFICE),
        "--headless",
        f"-env:UserInstallation=file://{profile}",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run([*call, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=600)
    return load_workbook(out / path.name, data_only=True)


def with_own_rates(book: Frames) -> Frames:
    """`book` with the rates that the ledger's own totals convert by, to dollars and euros."""
    lines = []
    for code in ("USD", "EUR"):
        rows = converted(book.commitments, book.memberships, book.claims, book.documents, currency=code)
        named = rows.select(
            "commitment_id", "day", unit="currency", to=pl.lit(code), rate="rate", on="rate_on", source="rate_source"
        )
        lines.append(named.collect())
    return replace(book, rates=pl.concat(lines))


def own_totals(book: Frames) -> Any:
    return partial(totals, book.commitments, book.memberships, book.claims, book.documents)


def table(sheet: Any) -> list[dict[str, Any]]:
    rows = sheet.iter_rows(min_row=4, values_only=True)
    header = [name for name in next(rows) if name is not None]
    return [dict(zip(header, row, strict=False)) for row in rows]


def switched(path: Path, switches: Mapping[str, str]) -> Path:
    """The workbook after a person set its switches; openpyxl drops last values, so only a calculation fills them."""
    book = load_workbook(path)
    for name, choice in switches.items():
        book["Switches"][SWITCHES[name]].value = choice
    book.save(path)
    return path


def compare(calculated: Any, own_totals: Callable[..., pl.DataFrame], switches: Mapping[str, str]) -> None:
    options = {"currency": switches.get("currency", "USD"), "allocation": switches.get("allocation", "split")}
    floor = "cancelled" if switches.get("cancelled") == "yes" else switches.get("floor", "pledged")
    for dimension, name in TABLES.items():
        own = own_totals(by=[dimension], stage_floor=floor, **options)
        wanted = {heading(dimension, row[dimension] or "(not said)"): row for row in own.iter_rows(named=True)}
        rows = {row[dimension.capitalize()]: row for row in table(calculated[name])}
        grand = own_totals(stage_floor=floor, **options).row(0, named=True)
        whole = rows.pop("Total")
        equal(whole, grand)
        end = switches.get("end", "stated").capitalize()
        assert end == "High" or whole["Shown"] == pytest.approx(whole[end], abs=1e-8)
        rows = {label: row for label, row in rows.items() if label not in (None, "")}
        assert all(row["Commitments"] for row in rows.values()), "no row of zeros"
        counted = {label: row for label, row in wanted.items() if row["commitments"] > row["unconverted"]}
        assert set(counted) == set(rows)
        for label, row in rows.items():
            equal(row, wanted[label])
    compare_timeline(calculated, own_totals, switches, {"stage_floor": floor, **options})


def compare_timeline(
    calculated: Any, own_totals: Callable[..., pl.DataFrame], switches: Mapping[str, str], options: Mapping[str, str]
) -> None:
    """Quarters and months as the ledger's own totals have them, for the end of the interval that is shown."""
    end = switches.get("end", "stated")
    for column, by in (("Quarter", "quarter"), ("Month", "month")):
        own = own_totals(by=[by], **options)
        wanted = {row[by]: row for row in own.iter_rows(named=True) if row["commitments"] > row["unconverted"]}
        lines = [row for row in table(calculated["Timeline"]) if row["Quarter"] not in (None, "", "Total")]
        told = {row[column]: row for row in lines if (row["Month"] == "All months") == (by == "quarter")}
        assert set(told) == set(wanted)
        for name, row in told.items():
            if end != "high":
                assert row["All stages"] == pytest.approx(float(wanted[name][end]) / MILLION, abs=1e-8)
            if end == "stated":
                assert row["Committed"] == pytest.approx(float(wanted[name]["stated_committed"]) / MILLION, abs=1e-8)


def equal(row: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    assert row["Low"] == pytest.approx(float(own["low"]) / MILLION, abs=1e-8)
    assert row["Stated"] == pytest.approx(float(own["stated"]) / MILLION, abs=1e-8)
    assert row["Commitments"] == own["commitments"] - own["unconverted"]
    if own["high"] is None:
        assert row["High"] in (None, "")
    else:
        assert row["High"] == pytest.approx(float(own["high"]) / MILLION, abs=1e-8)


def errors(calculated: Any) -> Iterator[str]:
    for sheet in calculated:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and (cell.data_type == "e" or cell.value.startswith(("#", "Err:"))):
                    yield f"{sheet.title}!{cell.coordinate}: {cell.value}"


SETTINGS: tuple[dict[str, str], ...] = (
    {},
    {"floor": "committed", "currency": "EUR"},
    {"floor": "rumoured", "allocation": "full"},
    {"floor": "disbursed", "end": "high", "allocation": "full", "currency": "EUR"},
    {"floor": "rumoured", "cancelled": "yes", "end": "low"},
    {"floor": "approved", "end": "low", "allocation": "full"},
)


@pytest.mark.parametrize(
    ("size", "switches"), [(6, SETTINGS[0]), *((90, setting) for setting in SETTINGS), (5_000, SETTINGS[1])]
)
def test_live_totals_equal_the_ledgers_own(tmp_path: Path, profile: Path, size: int, switches: dict[str, str]) -> None:
    book = with_own_rates(frames(size))
    path = tmp_path / "figures.xlsx"
    export(book, path, totals=own_totals(book))
    calculated = recalculated(switched(path, switches), profile)
    assert list(errors(calculated)) == []
    compare(calculated, own_totals(book), switches)
    assert verdicts(calculated).count("OK") >= 20


def verdicts(calculated: Any) -> list[str]:
    """What the checks say, none of which may differ."""
    told = [row["Result"] for row in table(calculated["Checks"]) if row["Check"]]
    assert set(told) <= {"OK", "not compared"}
    cover = {row["About"]: row["This workbook"] for row in table(calculated["Cover"])}
    assert cover["Checks"].startswith(f"{told.count('OK')} of {len(told)} are OK, 0 differ")
    return told


@pytest.mark.parametrize("allocation", ["split", "full"])
def test_groups_equal_the_sums_of_their_actors(tmp_path: Path, profile: Path, allocation: str) -> None:
    book = with_own_rates(frames(90))
    members = [(group, name, None if name == "No Such" else name) for group, names in GROUPS.items() for name in names]
    path = tmp_path / "figures.xlsx"
    export(book, path, totals=own_totals(book), groups=GroupsOfActors(tuple(members)))
    calculated = recalculated(switched(path, {"allocation": allocation, "currency": "EUR"}), profile)
    rows = {row["Group"]: row for row in table(calculated["Totals by group"])}
    assert list(errors(calculated)) == []
    assert set(rows) == {"North", "Makers", "(in no group)", "Total"}
    options = {"currency": "EUR", "allocation": allocation}
    own = own_totals(book)(by=["actor"], **options)
    stated = {name or "": float(amount) / MILLION for name, amount in own.select("actor", "stated").iter_rows()}
    whole = float(own_totals(book)(**options)["stated"][0]) / MILLION
    for group in ("North", "Makers"):
        alone = [own_totals(book)(by=["actor"], actor=[name], **options) for name in GROUPS[group]]
        if allocation == "split":
            assert rows[group]["Stated"] == pytest.approx(sum(stated[name] for name in GROUPS[group]), abs=1e-8)
        else:
            assert rows[group]["Commitments"] <= sum(frame["commitments"].sum() for frame in alone)
    assert rows["Total"]["Stated"] == pytest.approx(whole, abs=1e-8)
    if allocation == "split":  # Kesto is in both
        twice = sum(row["Stated"] for name, row in rows.items() if name != "Total") - whole
        assert twice == pytest.approx(stated["Kesto"], abs=1e-8)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Path]:
    """A ledger of the seed articles and its workbook."""
    folder = tmp_path_factory.mktemp("seeds")
    book = Book.open(folder / "seeds.ledger")
    book.ingest(SEEDS, attributor="fast")
    book.export(folder / "figures.xlsx")
    return book, folder / "figures.xlsx"


@pytest.mark.parametrize("switches", SETTINGS)
def test_live_totals_of_the_seeds_equal_the_ledgers_own(
    seeded: tuple[Book, Path], tmp_path: Path, profile: Path, switches: dict[str, str]
) -> None:
    book, path = seeded
    calculated = recalculated(switched(Path(shutil.copy(path, tmp_path)), switches), profile)
    assert list(errors(calculated)) == []
    compare(calculated, book.totals, switches)
    assert verdicts(calculated).count("OK") >= 20


def test_last_values_are_what_a_calculation_gives(tmp_path: Path, profile: Path) -> None:
    book = with_own_rates(frames(90))
    path = tmp_path / "figures.xlsx"
    export(book, path, totals=own_totals(book))
    calculated, stored, formulas = recalculated(path, profile), load_workbook(path, data_only=True), load_workbook(path)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    last, now = (
                        stored[sheet.title][cell.coordinate].value,
                        calculated[sheet.title][cell.coordinate].value,
                    )
                    assert same(last, now), f"{sheet.title}!{cell.coordinate}: {last!r} and {now!r}"


def same(last: Any, now: Any) -> bool:
    if isinstance(last, int | float) and isinstance(now, int | float):
        return now == pytest.approx(last, abs=1e-6)
    return (last or "") == (now or "") or isinstance(last, datetime)


def test_the_sums_of_a_day(tmp_path: Path, profile: Path) -> None:
    day = tomllib.loads((Path(__file__).parents[1] / "cases" / "day_articles.toml").read_text(encoding="utf-8"))
    article_book(tmp_path, day["article"]).export(tmp_path / "day.xlsx", currency="EUR")
    header, *rows = recalculated(tmp_path / "day.xlsx", profile)["Totals by actor"].iter_rows(
        min_row=4, values_only=True
    )
    shown = {row[0]: row[header.index("Stated")] for row in rows}
    for name, said in day["said"]["EUR"].items():
        assert shown[name] == pytest.approx(said / 1e6, abs=0.001), name
