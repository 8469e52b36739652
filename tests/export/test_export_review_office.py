"""Decisions in a workbook that went through LibreOffice, as an .xlsx and as an .ods."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from factory_review import SIZE, Made, fill, made_of, told, written

from ledger.book import Book
from ledger.book.reviewed import ImportedDecisions

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="soffice (libreoffice-calc) is not installed"),
]
XLSX, ODS = "xlsx:Calc MS Excel 2007 XML", "ods"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made_of(tmp_path_factory.mktemp("office"), SIZE)


@pytest.fixture(scope="module")
def reviewed(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook with all cases in it."""
    path = tmp_path_factory.mktemp("reviewed") / "figures.xlsx"
    return fill(made.workbook, path, lambda write: written(made, list(range(SIZE)), write))


def converted(path: Path, form: str, folder: Path, profile: Path) -> Path:
    call = [str(SOFFICE), "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", form]
    subprocess.run([*call, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=600)
    return folder / path.with_suffix("." + form.partition(":")[0]).name


def imported(made: Made, path: Path, folder: Path) -> ImportedDecisions:
    return Book.open(shutil.copytree(made.folder, folder)).import_decisions(path, author="Ines Marlow")


@pytest.mark.parametrize("forms", [(XLSX,), (ODS, XLSX)], ids=["xlsx", "ods"])
def test_what_a_person_wrote_comes_through_libreoffice(
    made: Made, reviewed: Path, tmp_path: Path, forms: Sequence[str]
) -> None:
    path = reviewed
    for number, form in enumerate(forms):
        path = converted(path, form, tmp_path / str(number), tmp_path / "profile")
    wanted = imported(made, reviewed, tmp_path / "before")
    found = imported(made, path, tmp_path / "after")
    assert [told(one.model_dump()) for one in found.decisions] == [told(one.model_dump()) for one in wanted.decisions]
    assert [one.decision_id for one in found.decisions] == [one.decision_id for one in wanted.decisions]
    assert [cell.cell for cell in found.refused] == [cell.cell for cell in wanted.refused]
