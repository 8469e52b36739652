"""Damage to files of a ledger is never guessed over: each verb names the file in one line, and most can be repaired."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.book import Book
from ledger.book.repair import AGAIN
from ledger.errors import DamagedError
from ledger.store.columns import SCHEMAS
from tests.faults.factory_faults import ARTICLE, ended

Damage = Callable[[Path], object]
VERBS = (
    *("ingest news", "reextract", "claims", "commitments", "totals --by actor", "exclusions", "actors", "history"),
    *("problems", "decide alias Kesto Norlund", "decisions", "undo", "import-decisions book.xlsx", "review"),
    *("report recycled", "rates", "rates add rates.csv", "why", "export out.csv", "export out.xlsx", "verify"),
    "compact",
)


def _data(table: str, at: int = 0) -> Callable[[Path], Path]:
    """The file of rows that a commit of a table added."""
    return lambda book: sorted((book / table).glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)[at]


def _log(table: str, at: int = -1) -> Callable[[Path], Path]:
    return lambda book: sorted((book / table / "_delta_log").glob("*.json"))[at]


def _record(table: str, at: int = -1) -> Callable[[Path], Path]:
    return lambda book: sorted((book / "checksums" / table).glob("*.json"))[at]


def _gone(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _zeros(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def _flipped(share: float) -> Callable[[Path], None]:
    def flip(path: Path) -> None:
        raw = bytearray(path.read_bytes())
        raw[int(len(raw) * share)] ^= 4
        path.write_bytes(raw)

    return flip


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def _text(path: Path) -> None:
    path.write_bytes(b"<html>not found</html>\n" * 40)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


HARMS: dict[str, Callable[[Path], None]] = {
    "gone": _gone,
    "empty": _empty,
    "cut": _half,
    "zeros": _zeros,
    "a bit flipped early": _flipped(0.3),
    "a bit flipped in the middle": _flipped(0.5),
    "a bit flipped late": _flipped(0.9),
    "longer": _longer,
    "another file": _text,
    "a folder": _folder,
    "a pipe": _pipe,
    "a link to itself": _to_itself,
}


def _on(place: Callable[[Path], Path], harm: Callable[[Path], None]) -> Damage:
    return lambda book: harm(place(book))


def _without(*names: str) -> Damage:
    return lambda book: [shutil.rmtree(book / name) for name in names]


def _as_if_never(table: str) -> Damage:
    """The last commit of a table is gone without a trace, as in an older copy of it."""
    return lambda book: [place(book).unlink() for place in (_log(table), _record(table), _data(table, -1))]


def _older_copy(book: Path) -> None:
    """The table of runs as it was before the last run, its checksums with it."""
    for place in (_log("runs"), _record("runs")):
        place(book).unlink()


def _joined_twice(table: str) -> Damage:
    """Two programs joined the files of a table at once, so that each row is there twice."""

    def harmed(book: Path) -> None:
        for handle in [Book.open(book).store.tables[table].handle() for _ in range(2)]:
            handle.optimize.compact()

    return harmed


def _swapped(book: Path) -> None:
    one, other = _data("claims")(book), _data("documents")(book)
    raw = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(raw)


def _checkpointed(harm: Callable[[Path], None], name: str) -> Damage:
    def harmed(book: Path) -> None:
        Book.open(book).store.tables["documents"].handle().create_checkpoint()
        (path,) = (book / "documents" / "_delta_log").glob(name)
        harm(path)

    return harmed


def _in_derived(name: str) -> Damage:
    """A pipe in place of a file of what the ledger keeps of its last answers."""

    def harmed(book: Path) -> None:
        Book.open(book).totals()
        for path in sorted((book / "derived").glob(f"*/{name}")):
            _pipe(path)

    return harmed


COMMON = ("gone", "empty", "cut", "zeros", "a bit flipped in the middle")
"""What is done to every file; the rest of `HARMS` to those of one table."""
TOLD: dict[str, Damage] = {
    **{f"rows of claims {name}": _on(_data("claims"), harm) for name, harm in HARMS.items()},
    **{f"last commit of runs {name}": _on(_log("runs"), harm) for name, harm in HARMS.items()},
    **{f"rows of {table} {name}": _on(_data(table), HARMS[name]) for table in SCHEMAS for name in COMMON},
    **{f"last commit of {table} {name}": _on(_log(table), HARMS[name]) for table in SCHEMAS for name in COMMON},
    **{f"first commit of {table} {name}": _on(_log(table, 0), HARMS[name]) for table in SCHEMAS for name in COMMON[:3]},
    **{f"{table} gone": _without(table) for table in SCHEMAS},
    **{f"log of {table} gone": _without(f"{table}/_delta_log") for table in SCHEMAS},
    **{f"record of {table} cut": _on(_record(table), _half) for table in SCHEMAS},
    **{f"record of {table} a pipe": _on(_record(table), _pipe) for table in ("claims", "runs")},
    "a checkpoint a pipe": _checkpointed(_pipe, "*.checkpoint.parquet"),
    "the hint to a checkpoint a pipe": _checkpointed(_pipe, "_last_checkpoint"),
    "documents older": _as_if_never("documents"),
    "claims older": _as_if_never("claims"),
    "problems older": _as_if_never("problems"),
    "runs older": _older_copy,
    **{f"{table} joined twice": _joined_twice(table) for table in ("documents", "claims", "problems")},
    "rows of claims and documents exchanged": _swapped,
    "a checkpoint cut": _checkpointed(_half, "*.checkpoint.parquet"),
    "a checkpoint gone": _checkpointed(_gone, "*.checkpoint.parquet"),
}
"""Damage that every verb must tell."""
DISAGREE = (
    *("documents older", "claims older", "problems older", "runs older"),
    *("documents joined twice", "claims joined twice", "problems joined twice"),
)
"""Of these every file is sound, so that `verify` lists what does not agree."""
HARMLESS: dict[str, Damage] = {
    "all checksums gone": _without("checksums"),
    "the last record of runs gone": _on(_record("runs"), _gone),
    "the hint to a checkpoint cut": _checkpointed(_half, "_last_checkpoint"),
    "running gone": lambda book: shutil.rmtree(book / "running", ignore_errors=True),
    "a run that left nothing": lambda book: (book / "running" / "0123456789abcdef").touch(),
    "a file of another program": lambda book: (book / "documents" / "notes.txt").write_text("x"),
    "derived gone": _without("derived"),
}
"""What no verb needs."""
SAMPLE = (
    "rows of documents gone",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in (
            "rows of claims a bit flipped in the middle",
            "last commit of runs gone",
            "first commit of decisions cut",
            "runs gone",
            "runs older",
            "claims joined twice",
        )
    ),
)
"""One for each kind of damage; the first is tried each time that the tests run."""


@pytest.fixture(scope="session")
def whole_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles, rates, a workbook, and a ledger of two runs, two decisions and a rate."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "news").mkdir()
        for number in range(4):
            text = ARTICLE.replace("Kesto", f"Kesto{'abcd'[number]}").replace("$300", f"${number + 3}00")
            (folder / "news" / f"{number}.txt").write_text(text, encoding="utf-8")
        (folder / "news" / "scan.txt").write_bytes(b"%PDF-1.7\n")
        (folder / "news" / "empty.txt").write_bytes(b"")
        (folder / "rates.csv").write_text("unit,to,on,rate\nXAU,USD,2026-01-05,3000\n")
        book = Book.open("figures.ledger")
        book.ingest(["news/0.txt", "news/1.txt", "news/scan.txt"])
        book.ingest(["news/2.txt", "news/3.txt", "news/empty.txt"])
        first, second = book.rows()["claim_id"][:2]
        book.decide("reject", first, author="Ana")
        book.decide("correct", second, field="value", value="5 million", author="Ana")
        book.add_rates("rates.csv")
        book.export("book.xlsx")
    return folder


@pytest.fixture
def folder(whole_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy to work in."""
    copy = tmp_path / "work"
    shutil.copytree(whole_folder, copy)
    monkeypatch.chdir(copy)
    monkeypatch.delenv("LEDGER_PATH", raising=False)
    monkeypatch.setenv("LEDGER_AUTHOR", "Ana")
    return copy


def _files(book: Path) -> dict[str, int]:
    return {str(path.relative_to(book)): path.lstat().st_size for path in book.rglob("*")}


def _is_told(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    book = Path("figures.ledger")
    TOLD[name](book)
    before = _files(book)
    for verb in VERBS:
        done = ended(verb.split(), capfd)
        assert done.fault() is None, verb
        assert done.code == (5 if verb == "verify" and name in DISAGREE else 4), (verb, done)
        assert done.err.count("\n") == 1, (verb, done.err)
        assert "figures.ledger" in done.err, (verb, done.err)
        assert "ledger repair" in done.err or done.code == 5, (verb, done.err)
        assert done.out == "" or done.code == 5, (verb, done.out)
    assert _files(book) == before, "nothing is swept or written"


@pytest.mark.parametrize("name", SAMPLE)
def test_damage_is_told(name: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _is_told(name, capfd)


@pytest.mark.faults
@pytest.mark.parametrize("name", TOLD)
def test_every_damage_is_told(name: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _is_told(name, capfd)


@pytest.mark.faults
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", HARMLESS)
def test_what_no_verb_needs_changes_nothing(
    name: str, verb: str, folder: Path, whole_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    HARMLESS[name](folder / "figures.ledger")
    done = ended([*verb.split()], capfd)
    assert done.fault() is None
    shutil.rmtree("figures.ledger")
    shutil.copytree(whole_folder / "figures.ledger", "figures.ledger")
    right = ended([*verb.split()], capfd)
    assert done.code == right.code, done.err
    if verb.split(maxsplit=1)[0] not in ("decide", "undo", "compact"):  # they tell of ids and files of their own
        assert (done.out, done.err) == (right.out, right.err)


@pytest.mark.parametrize("name", ["seal.json", pytest.param("*.parquet", marks=pytest.mark.slow)])
def test_a_pipe_among_the_derived_is_not_waited_for(name: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What is kept of the last answers is worked out again where it is no file."""
    right = ended(["totals"], capfd)
    for path in sorted(Path("figures.ledger/derived").glob(f"*/{name}")):
        _pipe(path)
    assert ended(["totals"], capfd) == right
    _in_derived(name)(Path("figures.ledger"))
    told = ended(["verify"], capfd)
    assert (told.code, told.fault()) == (5, None), told
    assert "derived" in told.out + told.err


METHODS: tuple[Callable[[Book], object], ...] = (
    lambda book: book.documents.collect(),
    lambda book: book.claims.collect(),
    lambda book: book.problems.collect(),
    lambda book: book.commitments.collect(),
    lambda book: book.decisions,
    lambda book: book.decisions_told(),
    lambda book: book.history(),
    lambda book: book.snapshot(),
    lambda book: book.actors(),
    lambda book: book.proposed_aliases(),
    lambda book: book.rows(),
    lambda book: book.exclusions(),
    lambda book: book.totals(by="actor"),
    lambda book: book.unconverted(),
    lambda book: book.selected(),
    lambda book: book.rates(),
    lambda book: book.two_sided(),
    lambda book: book.self_audit(),
    lambda book: book.recycled(),
    lambda book: book.find("0000"),
    lambda book: book.why("0000"),
    lambda book: book.why_total(),
    lambda book: book.review(),
    lambda book: book.decide("alias", "Kesto", "Norlund", author="Ana"),
    lambda book: book.undo(author="Ana"),
    lambda book: book.import_decisions("book.xlsx", author="Ana"),
    lambda book: book.export("out.csv"),
    lambda book: book.ingest("news"),
    lambda book: book.reextract(),
    lambda book: book.add_rates("rates.csv"),
    lambda book: book.store.compact(book.store.history()["ended"][0]),
)


def _is_told_in_python(name: str) -> None:
    TOLD[name](Path("figures.ledger"))
    for method in METHODS:
        with pytest.raises(DamagedError, match=r"^[^\n]*figures\.ledger[^\n]*ledger repair[^\n]*$"):
            method(Book.open("figures.ledger"))
    if name in DISAGREE:
        assert Book.open("figures.ledger").verify()
    else:
        with pytest.raises(DamagedError, match=r"figures\.ledger"):
            Book.open("figures.ledger").verify()


@pytest.mark.parametrize("name", SAMPLE[:2])
def test_damage_is_told_in_python(name: str, folder: Path) -> None:
    _is_told_in_python(name)


@pytest.mark.faults
@pytest.mark.parametrize("name", TOLD)
def test_every_damage_is_told_in_python(name: str, folder: Path) -> None:
    _is_told_in_python(name)


def _is_repaired(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    book = Path("figures.ledger")
    TOLD[name](book)
    before = _files(book)
    told = ended(["repair"], capfd)
    assert (told.fault(), told.err) == (None, "")
    assert told.code in (0, 1)
    assert told.out.startswith("wrong: ")
    assert ("\nlost: " in told.out) == (told.code == 1)
    assert _files(book) == before, "a dry run changes nothing"
    done = ended(["repair", "--yes"], capfd)
    assert (done.fault(), done.code) == (None, told.code)
    assert _files(Path("figures.ledger.damaged-1")) == before, "the ledger is kept as it was"
    assert ended(["verify"], capfd).code == 0
    assert "nothing to repair" in ended(["repair"], capfd).out
    if AGAIN["documents"] not in done.out:
        assert Book.open(book).documents.collect().height == 4
    assert ended(["ingest", "news"], capfd).code == 1, "a PDF and an empty file are left out again"
    assert ended(["import-decisions", "book.xlsx"], capfd).code == 0
    assert Book.open(book).claims.collect().height == 4
    if AGAIN["decisions"] not in done.out:
        assert Book.open(book).decisions_told()["status"].to_list() == ["in force"] * 2
    assert ended(["verify"], capfd).code == 0


@pytest.mark.parametrize("name", SAMPLE)
def test_damage_is_repaired(name: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _is_repaired(name, capfd)


@pytest.mark.faults
@pytest.mark.parametrize("name", TOLD)
def test_every_damage_is_repaired(name: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _is_repaired(name, capfd)
