"""An export that is killed at any moment leaves the old workbook as it was."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.book.factory_book import small_book

ROOT = Path(__file__).parents[2]
KILLS = 200
DRIVER = """
import os, signal, sys
from hashlib import sha256
from pathlib import Path
from ledger.cli import run

def export(kill_at):
    made, until_moved = 0, [0]
    def seen(frame, event, what):
        nonlocal made
        if event == "c_call" and what is os.replace:
            until_moved[0] = made
        if event in ("call", "c_call"):
            made += 1
            if made == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(seen)
    run(["export", "book.xlsx"])
    sys.setprofile(None)
    return until_moved[0]

def child(kill_at):
    ends, begins = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.write(begins, b"%d" % export(kill_at))
        os._exit(0)
    os.close(begins)
    ended = os.waitpid(pid, 0)[1]
    return os.WTERMSIG(ended), os.read(ends, 40)

old = sha256(Path("book.xlsx").read_bytes()).hexdigest()
whole = Path("book.xlsx").read_bytes()
signalled, calls = child(-1)
assert signalled == 0, signalled
Path("book.xlsx").write_bytes(whole)
for number in range(1, int(sys.argv[1]) + 1):
    signalled, _ = child(int(calls) * number // int(sys.argv[1]))
    assert signalled == signal.SIGKILL, (number, signalled)
    assert sha256(Path("book.xlsx").read_bytes()).hexdigest() == old, number
print(int(calls))
"""


@pytest.mark.faults
def test_an_export_killed_at_200_moments_leaves_the_old_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moments are as many calls apart, up to when the new workbook is put in place."""
    book = small_book(tmp_path)
    workbook = tmp_path / "book.xlsx"
    book.export(workbook)
    before = sha256(workbook.read_bytes()).hexdigest()
    monkeypatch.setenv("LEDGER_PATH", book.store.address)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(KILLS)], check=False, capture_output=True, cwd=tmp_path, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10 * KILLS, "fewer calls than it takes to write a workbook"
    assert sha256(workbook.read_bytes()).hexdigest() == before
    book.export(workbook)
    assert load_workbook(workbook).sheetnames
    assert not list(tmp_path.glob(".ledger-*.part")), "what the killed ones left is gone"
