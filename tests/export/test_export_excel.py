"""CSV for Excel begins with a byte order mark; plain CSV has none."""

from codecs import BOM_UTF8
from pathlib import Path

import pytest
from factory_export import frames

from ledger.cli import run
from ledger.errors import LedgerError
from ledger.export import export

LISTINGS = (
    "totals --by actor",
    "claims",
    "commitments",
    "documents",
    "exclusions",
    "actors",
    "decisions",
    "history",
    "problems",
    "rates",
    "report delivery",
    "formats",
)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("excel")
    (folder / "a.txt").write_text("Norlund Energi will invest €20 million in a bridge.\n", encoding="utf-8")
    assert run(["--ledger", str(folder / "a.ledger"), "ingest", str(folder / "a.txt"), "--attributor", "fast"]) == 0
    return folder / "a.ledger"


@pytest.mark.parametrize(
    "listing", [*LISTINGS[:2], *(pytest.param(listing, marks=pytest.mark.slow) for listing in LISTINGS[2:])]
)
def test_a_listing_has_a_mark_only_where_it_is_asked_for(ledger: Path, tmp_path: Path, listing: str) -> None:
    plain, excel = tmp_path / "plain.csv", tmp_path / "excel.csv"
    for path, more in ((plain, []), (excel, ["--excel"])):
        call = ["--ledger", str(ledger), *listing.split(), "--format", "csv", "--output", str(path), *more]
        assert run(call) == 0
    assert not plain.read_bytes().startswith(BOM_UTF8)
    assert excel.read_bytes() == BOM_UTF8 + plain.read_bytes()


def test_standard_output_has_the_mark_too(ledger: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["--ledger", str(ledger), "claims", "--format", "csv", "--excel"]) == 0
    assert capfdbinary.readouterr().out.startswith(BOM_UTF8)
    assert run(["--ledger", str(ledger), "claims", "--format", "csv"]) == 0
    assert not capfdbinary.readouterr().out.startswith(BOM_UTF8)


@pytest.mark.parametrize("listing", ["claims --excel", "totals --excel --format json", "rates --format jsonl --excel"])
def test_it_is_for_csv_alone(ledger: Path, listing: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--ledger", str(ledger), *listing.split()]) == 2
    assert capfd.readouterr().err == "ledger: --excel is for CSV; add --format csv, or leave it out\n"


def test_an_export_has_the_mark_where_it_is_asked_for(ledger: Path, tmp_path: Path) -> None:
    for name, more in (("plain.csv", []), ("excel.csv", ["--excel"])):
        assert run(["--ledger", str(ledger), "export", str(tmp_path / name), *more]) == 0
    plain = (tmp_path / "plain.csv").read_bytes()
    assert not plain.startswith(BOM_UTF8)
    assert (tmp_path / "excel.csv").read_bytes() == BOM_UTF8 + plain


@pytest.mark.parametrize("name", ["a.xlsx", "a.jsonl", "a.iati.xml", "package"])
def test_an_export_of_another_format_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LedgerError, match="a byte order mark is for CSV"):
        export(frames(3), tmp_path / name, excel=True)
    assert list(tmp_path.iterdir()) == []
