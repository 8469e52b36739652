"""An export never destroys a file: whatever stops it, the old one is still there, and one line says why."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from factory_export import frames

from ledger import atomic
from ledger.cli import run
from ledger.errors import OutputError
from ledger.export import export

NAMES = ("a.xlsx", "a.csv", "a.jsonl", "a.parquet", "a.iati.xml", "a.jsonld", "a.html", "package/datapackage.json")
OLD = b"the old file"
SIZE = {"a.html": 3}
"""Claims of the ledger that is written; a page is of one article."""


def old_file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(OLD)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """No file may grow beyond `limit` bytes: writing fails in the middle, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("limit", [0, 1_000])
@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, name: str, limit: int) -> None:
    path = old_file(tmp_path / name)
    book = frames(SIZE.get(name, 60))
    with pytest.raises(OutputError, match=r"cannot be written .*[Ff]ile too large"), full_disk(limit):
        export(book, path)
    assert path.read_bytes() == OLD
    assert names_in(tmp_path) == [path.name]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_export_leaves_the_old_file(tmp_path: Path, failure: type[BaseException]) -> None:
    path = old_file(tmp_path / "a.xlsx")

    def interrupt(_: int) -> None:
        raise failure

    with pytest.raises(failure):
        export(frames(30), path, progress=interrupt)
    assert path.read_bytes() == OLD
    assert names_in(tmp_path) == ["a.xlsx"]


KILLED = {
    "while sheets are prepared": "export(frames(30), path, progress=lambda _: die())",
    "while rows are written": "StreamedRows.write_rows = die; export(frames(30), path)",
    "before it is moved into place": "atomic._sync = die; export(frames(30), path)",
}


@pytest.mark.slow
@pytest.mark.parametrize("moment", KILLED)
def test_a_killed_export_leaves_the_old_file(tmp_path: Path, moment: str) -> None:
    path = old_file(tmp_path / "a.xlsx")
    code = f"""
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from factory_export import frames
from ledger import atomic
from ledger.export import export
from ledger.export.workbook.archive import StreamedRows
path = Path({str(path)!r})
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
{KILLED[moment]}
"""
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL
    assert path.read_bytes() == OLD
    assert len(names_in(tmp_path)) == 2
    export(frames(6), path)
    assert names_in(tmp_path) == ["a.xlsx"], "what the killed one left is gone"


@pytest.mark.slow
def test_parts_of_a_long_ledger_are_replaced_together(tmp_path: Path) -> None:
    made = export(frames(90), tmp_path / "a.xlsx", row_limit=140)
    old = [path.read_bytes() for path in map(old_file, made)]
    rows = 0

    def interrupt(more: int) -> None:
        nonlocal rows
        rows += more
        if rows > 500:  # in the second part
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(frames(90), tmp_path / "a.xlsx", row_limit=140, progress=interrupt)
    assert [path.read_bytes() for path in made] == old


def test_an_old_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = old_file(tmp_path / "real" / "a.csv")
    path.chmod(0o640)
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    export(frames(6), link)
    assert link.is_symlink()
    assert path.read_bytes().startswith(b'"source"')
    assert path.stat().st_mode & 0o777 == 0o640
    assert names_in(tmp_path) == ["a.csv", "link.csv"]


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    export(frames(6), tmp_path / "new" / "a.csv")
    (tmp_path / "usual").touch()
    assert (tmp_path / "new" / "a.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


# From the command line ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    (folder / "a.txt").write_text("Norlund Energi will invest $20 million in a bridge.\n", encoding="utf-8")
    assert run(["--ledger", str(folder / "a.ledger"), "ingest", str(folder / "a.txt"), "--attributor", "fast"]) == 0
    return folder / "a.ledger"


def read_only_file(folder: Path) -> Path:
    path = old_file(folder / "a.xlsx")
    path.chmod(0o444)
    return path


def file_for_a_folder(folder: Path) -> Path:
    return old_file(folder / "file") / "a.xlsx"


def file_above_a_folder(folder: Path) -> Path:
    return old_file(folder / "file") / "folder" / "a.xlsx"


def file_for_a_package(folder: Path) -> Path:
    return old_file(folder / "package")


def folder_in_a_package(folder: Path) -> Path:
    (folder / "package" / "claims.csv").mkdir(parents=True)
    return folder / "package" / "datapackage.json"


def fifo(folder: Path) -> Path:
    os.mkfifo(folder / "a.csv")
    return folder / "a.csv"


def looping_link(folder: Path) -> Path:
    (folder / "a.csv").symlink_to(folder / "a.csv")
    return folder / "a.csv"


def long_name(folder: Path) -> Path:
    return folder / f"{'a' * 300}.csv"


IN_THE_WAY = {
    read_only_file: "the file is read-only",
    file_for_a_folder: "a file is in the way of this folder",
    file_for_a_package: "a file is in the way of this folder",
    file_above_a_folder: "cannot be made (Not a directory)",
    folder_in_a_package: "a folder is in the way",
    fifo: "not a regular file",
    looping_link: "cannot be written (Too many levels of symbolic links)",
    long_name: "cannot be written (File name too long)",
}


@pytest.mark.parametrize(("obstacle", "reason"), IN_THE_WAY.items())
def test_what_is_in_the_way_is_told_in_one_line(
    ledger: Path, tmp_path: Path, obstacle: Callable[[Path], Path], reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = obstacle(tmp_path)
    before = names_in(tmp_path)
    assert run(["--ledger", str(ledger), "export", str(path)]) == 3
    told = capfd.readouterr().err
    assert reason in told
    assert told.count("\n") == 1
    assert names_in(tmp_path) == before


LISTINGS = (
    "claims --format csv",
    "claims --format json",
    "claims --format parquet",
    "claims --format table",
    "totals --format csv",
)


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_listing_leaves_the_old_file_too(
    ledger: Path, tmp_path: Path, listing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = old_file(tmp_path / "a")
    with full_disk(0):
        assert run(["--ledger", str(ledger), *listing.split(), "--output", str(path)]) == 3
    assert "cannot be written" in capsys.readouterr().err
    assert path.read_bytes() == OLD
    assert run(["--ledger", str(ledger), *listing.split(), "--output", str(path)]) == 0
    assert path.read_bytes() != OLD
    assert run(["--ledger", str(ledger), *listing.split(), "--output", "/dev/null"]) == 0


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(atomic.os, "open", refuse)
    with pytest.raises(OutputError, match=r"a\.csv: cannot be written \(Permission denied\)"):
        export(frames(6), tmp_path / "a.csv")
