"""Names of folders and files: each of forty characters, by every verb; they work, or are refused before all else."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.book import Book
from ledger.store.place import UNFIT
from tests.faults.factory_faults import ARTICLE, ended

NAMES = {
    **{f"{char} in it": f"a{char}b" for char in " !\"#$%&'()*+,;<=>?@[]^`{|}:\\é日😀\n\t\x7f\u00a0\u200b\u202e\u2028"},
    "- before it": "-a",
    "~ before it": "~a",
    ". before it": ".a",
    "a space around it": " a ",
    "an encoded space": "a%20b",
    "a letter of two characters": "e\u0301",
    "bytes that are no UTF-8": "a\udcff",
    "a long one": "n" * 120,
}
Verb = Callable[[str], tuple[str, ...]]
VERBS: dict[str, Verb] = {
    "ingest": lambda name: ("ingest", f"./{name}/{name}.txt"),
    "claims": lambda name: ("claims", "--format", "csv", "--output", f"./{name}/{name}.csv"),
    "totals": lambda name: ("totals", "--actor", name),
    "why": lambda name: ("why",),
    "decide": lambda name: ("decide", "alias", "Kesto", "Norlund", "--note", "why"),
    "decisions": lambda name: ("decisions",),
    "undo": lambda name: ("undo",),
    "rates": lambda name: ("rates", "add", f"./{name}/rates.csv"),
    "export": lambda name: ("export", f"./{name}/{name}.xlsx"),
    "import-decisions": lambda name: ("import-decisions", f"./{name}/{name}.xlsx"),
    "verify": lambda name: ("verify",),
    "compact": lambda name: ("compact",),
    "history": lambda name: ("history",),
    "repair": lambda name: ("repair",),
}


@pytest.mark.faults
@pytest.mark.parametrize("called", NAMES)
def test_every_verb_bears_a_name_or_refuses_it(
    called: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    name = NAMES[called]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEDGER_AUTHOR", "Ana")
    folder = tmp_path / name
    folder.mkdir()
    (folder / f"{name}.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "rates.csv").write_text("unit,to,on,rate\nXAU,USD,2026-01-05,3000\n")
    before = sorted(path.name for path in folder.iterdir())
    for verb, words in VERBS.items():
        done = ended(["--ledger", f"./{name}/a.ledger", *words(name)], capfd)
        assert done.fault() is None, verb
        if UNFIT.search(name) or "\udcff" in name:
            assert done.code in (3, 4), (verb, done)
            assert done.err.count("\n") == 1, (verb, done.err)
            assert sorted(path.name for path in folder.iterdir()) == before, "nothing is written"
        else:
            assert done.code == 0, (verb, done.err)


@pytest.mark.parametrize("name", ["a b", "é#%", "a[b"])
def test_a_name_is_borne_or_refused(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    book = tmp_path / name / "a.ledger"
    done = ended(["--ledger", str(book), "ingest", str(tmp_path / "a.txt")], capfd)
    assert done.fault() is None
    assert (done.code, book.exists()) == ((4, False) if UNFIT.search(name) else (0, True))


def test_a_ledger_that_was_moved_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    book = Book.open(tmp_path / "a.ledger")
    book.ingest(tmp_path / "a.txt")
    before = book.rows()
    shutil.move(tmp_path / "a.ledger", tmp_path / "b c.ledger")
    moved = Book.open(tmp_path / "b c.ledger")
    assert moved.rows().equals(before)
    assert moved.verify() == []
