"""Whatever another program changes in the files of a ledger is found: by `ledger verify`, and by the page's program."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from deltalake import DeltaTable

from ledger.book import Book
from ledger.book.cache import Derived, derived_problems
from ledger.book.verify import verify
from ledger.store.derived import SEAL
from ledger.store.hashes import row_hash
from tests.faults.factory_faults import ended
from tests.faults.factory_tampering import (
    Change,
    Way,
    by_commit,
    in_place,
    made_anew,
    page_program,
    whole_ledger,
    without_hashes,
)

KESTO = pl.col("exact") == "$300 million"
MONEY = ("value", "lower", "upper")


@dataclass(frozen=True)
class Kind:
    """A kind of tampering: with which table, how, and what must be told of it."""

    table: str
    change: Change
    told: str


def setting(**values: pl.Expr | str | float | date | None) -> Change:
    """Set columns in all rows."""
    return lambda rows: rows.with_columns(
        **{
            name: (value if isinstance(value, pl.Expr) else pl.lit(value)).cast(rows.schema[name])
            for name, value in values.items()
        }
    )


def one(**values: pl.Expr | str) -> Change:
    """Set columns in the row of "$300 million"."""
    return lambda rows: rows.with_columns(
        **{
            name: pl.when(KESTO).then(value if isinstance(value, pl.Expr) else pl.lit(value)).otherwise(pl.col(name))
            for name, value in values.items()
        }
    )


def inside(column: str, field: str, value: str) -> Change:
    """Set a field in the structures of a list column."""
    return setting(**{column: pl.col(column).list.eval(pl.element().struct.with_fields(**{field: pl.lit(value)}))})


def without(condition: pl.Expr) -> Change:
    return lambda rows: rows.filter(~condition)


def doubled(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, rows.head(1)])


def added(**values: str) -> Change:
    """Add the first row again under another id."""
    return lambda rows: pl.concat([rows, setting(**values)(rows.head(1))])


ROW = "this row is not the one that was written"
KINDS: Mapping[str, Kind] = {
    "all money x 1000": Kind("claims", setting(**{name: pl.col(name) * 1000 for name in MONEY}), ROW),
    "one amount": Kind("claims", one(**{name: pl.col(name) * 1000 for name in MONEY}), ROW),
    "currency": Kind("claims", one(unit="EUR"), ROW),
    "unit": Kind("claims", setting(unit=pl.col("unit").replace("worker", "robot")), ROW),
    "bound": Kind("claims", one(bound="at_least", upper=pl.lit(None)), ROW),
    "stage": Kind("claims", one(stage="disbursed"), ROW),
    "measure": Kind("claims", one(measure="loan"), ROW),
    "actor": Kind("claims", inside("actor", "name", "Sony"), ROW),
    "recipient": Kind("claims", inside("recipient", "name", "Peru"), ROW),
    "field": Kind("claims", inside("fields", "code", "space"), ROW),
    "period": Kind("claims", setting(period="2040"), ROW),
    "confidence": Kind("claims", setting(confidence=1.0), ROW),
    "quote": Kind("claims", setting(exact=pl.col("exact").str.replace("3", "4")), ROW),
    "span": Kind("claims", setting(start=pl.col("start") + 1, end=pl.col("end") + 1), ROW),
    "sentence": Kind("claims", setting(sentence_start=0), ROW),
    "rules": Kind("claims", setting(rules=pl.lit([], pl.List(pl.String))), ROW),
    "claim's version": Kind("claims", setting(extractor_version="9.9.9"), ROW),
    "claim moved to another run": Kind("claims", setting(run_id=pl.col("run_id").first().str.reverse()), "are stored"),
    "claim deleted": Kind("claims", without(KESTO), "the text says '$300 million'"),
    "claim added": Kind("claims", added(claim_id="0" * 16), "claim 0000000000000000 of run"),
    "claim doubled": Kind("claims", doubled, "this id stands 2 times"),
    "claims all deleted": Kind("claims", without(pl.lit(value=True)), "0 are stored"),
    "title": Kind("documents", setting(title="Another"), ROW),
    "day": Kind("documents", setting(published=date(2020, 1, 1)), ROW),
    "address": Kind("documents", setting(url="https://example.org/b"), ROW),
    "publisher": Kind("documents", setting(publisher="The Courier"), ROW),
    "author": Kind("documents", setting(author="Ana"), ROW),
    "source": Kind("documents", setting(source="elsewhere.txt"), ROW),
    "moment of reading": Kind("documents", setting(retrieved_at=pl.col("retrieved_at") - timedelta(days=9)), ROW),
    "hash of the bytes": Kind("documents", setting(raw_sha256="0" * 64), ROW),
    "text": Kind("documents", setting(text=pl.col("text").str.replace("300", "900")), "was changed"),
    "id of a document": Kind("documents", setting(document_id=pl.col("document_id").str.reverse()), "is not in the"),
    "document deleted": Kind("documents", without(pl.col("source").str.contains("kesto")), "1 are stored"),
    "document doubled": Kind("documents", doubled, "this id stands 2 times"),
    "problem's message": Kind("problems", setting(message="nothing"), ROW),
    "problem deleted": Kind("problems", without(pl.lit(value=True)), "it added 1 problems, 0 are stored"),
    "run deleted": Kind("runs", without(pl.col("position") == 1), "number 1 is missing from the chain"),
    "last run deleted": Kind("runs", without(pl.col("position") == 2), "number 2 is missing: the end of the chain"),
    "all runs deleted": Kind("runs", without(pl.lit(value=True)), "the chain of 2 runs is gone"),
    "run doubled": Kind("runs", doubled, "is there twice"),
    "runs in another order": Kind("runs", setting(position=3 - pl.col("position")), ROW),
    "run's version": Kind("runs", setting(extractor_version="9.9.9"), ROW),
    "run's words": Kind("runs", setting(lexicon_hash="0" * 64), ROW),
    "run's counts": Kind("runs", setting(claims=pl.col("claims") + 1), ROW),
    "run's time": Kind("runs", setting(ended=pl.col("ended") - timedelta(days=9)), ROW),
    "run's hashes": Kind("runs", setting(claims_hash="0" * 64), ROW),
    "run without hashes": Kind("runs", setting(hash=None), "the chain of 2 runs is gone"),
    "run without a place": Kind("runs", setting(position=None), "the chain of 2 runs is gone"),
    "value of a decision": Kind("decisions", setting(value="45 billion"), ROW),
    "reviewer": Kind("decisions", setting(author="Cleo"), ROW),
    "note": Kind("decisions", setting(note="as said"), ROW),
    "time of a decision": Kind("decisions", setting(at=pl.col("at") - timedelta(days=9)), ROW),
    "decision deleted": Kind("decisions", without(pl.col("position") == 1), "number 1 is missing from the chain"),
    "last decision deleted": Kind("decisions", without(pl.col("position") == 2), "number 2 is missing: the end"),
    "decisions in another order": Kind("decisions", setting(position=3 - pl.col("position")), ROW),
    "decision added": Kind("decisions", added(decision_id="0" * 16), "is there twice"),
    "decision without a hash": Kind("decisions", setting(hash=None), "the chain of 2 decisions is gone"),
    "rate": Kind("rates", setting(rate=pl.col("rate") * 1000), "rate XAU to USD of 2026-01-05"),
    "rate's day": Kind("rates", setting(on=date(2026, 2, 2)), ROW),
    "rate deleted": Kind("rates", without(pl.col("position") == 1), "number 1 is missing from the chain"),
}
"""What is done → the table, the change of its rows, and what must be told."""
OFTEN = ("all money x 1000", "last run deleted", "value of a decision")
"""The kinds that are tried in every way each time that the tests run."""
SELDOM = [kind if kind in OFTEN else pytest.param(kind, marks=pytest.mark.faults) for kind in KINDS]
KINDS_OF_TABLES = sorted({kind.table for kind in KINDS.values()})
WAYS: Mapping[str, Way] = {"in place": in_place, "by a commit": by_commit}


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole_ledger(tmp_path_factory.mktemp("tampering"))


@pytest.fixture(scope="session")
def program() -> ModuleType:
    return page_program()


@pytest.fixture
def book(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "book"))


def verified(book: Path, capfd: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    """The exit code of `ledger verify`, and what it tells."""
    done = ended(["--ledger", str(book), "verify", "--format", "csv", *options], capfd)
    assert done.fault() is None
    return done.code, [*done.out.splitlines()[1:], *done.err.splitlines()]


@pytest.fixture(scope="session")
def before(whole: Path) -> Derived:
    """What the ledger came to before it was changed."""
    return Book.open(whole).derived()


def test_a_ledger_is_proven(book: Path, program: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    assert verified(book, capfd) == (0, [])
    assert program.main(book) == 0
    assert capfd.readouterr().out == f"head {Book.open(book).prove().head}\n"


@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_alone_show_a_change(kind: str, book: Path, before: Derived, program: ModuleType) -> None:
    in_place(book, KINDS[kind].table, KINDS[kind].change)
    found = verify(replace(before, snapshot=Book.open(book).store.snapshot(agreed=False)))
    assert KINDS[kind].table.removesuffix("s") in " ".join(problem.where + problem.message for problem in found)
    assert program.main(book) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", SELDOM)
def test_verify_tells_a_change(kind: str, way: str, book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    WAYS[way](book, KINDS[kind].table, KINDS[kind].change)
    code, told = verified(book, capfd)
    assert code == 5
    assert any(KINDS[kind].told in line for line in told), told


@pytest.mark.faults
@pytest.mark.parametrize("kind", KINDS)
def test_the_program_of_the_page_finds_a_commit(kind: str, book: Path, program: ModuleType) -> None:
    by_commit(book, KINDS[kind].table, KINDS[kind].change)
    assert program.main(book) == 1


def test_a_changed_row_is_named(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    row = Book.open(book).claims.filter(KESTO).collect().row(0, named=True)
    in_place(book, "claims", one(stage="disbursed"))
    told = verified(book, capfd)[1]
    assert told[0].startswith(f"claim {row['claim_id']} of run {row['run_id']},row_as_written,{ROW}")
    assert "its text read again gives stage pledged, and disbursed is stored" in told[1]


@pytest.mark.parametrize("value", [None, "", "x"])
@pytest.mark.parametrize(
    "column", ["text", "exact", "document_id", "claim_id", "run_id", "hash", "claims_hash", "kind"]
)
@pytest.mark.faults
def test_no_change_of_any_table_breaks_a_verifier(
    column: str, value: str | None, book: Path, program: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("documents", "claims", "problems", "decisions", "rates", "runs"):
        if column in Book.open(book).store.tables[name].schema:
            in_place(book, name, setting(**{column: value}))
    assert verified(book, capfd)[0] == 5
    assert program.main(book) == 1


def test_a_checkpoint_without_the_commits_before_it_is_proven(
    book: Path, program: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    head = Book.open(book).prove(reread=False).head
    for name in KINDS_OF_TABLES:
        table = DeltaTable(book / name)
        table.create_checkpoint()
        for entry in (book / name / "_delta_log").glob("*.json"):
            entry.unlink()
    assert verified(book, capfd, "--head", head) == (0, [])
    assert program.main(book, head) == 0
    in_place(book, "claims", KINDS["all money x 1000"].change)
    assert program.main(book) == 1


# Who rewrites everything


@pytest.mark.parametrize("kind", ["day", "note", pytest.param("rate's day", marks=pytest.mark.faults)])
def test_only_a_head_shows_that_all_was_rewritten(
    kind: str, book: Path, program: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    head = Book.open(book).prove().head
    assert verified(book, capfd, "--head", head)[0] == 0
    made_anew(book, KINDS[kind].table, KINDS[kind].change)
    assert verified(book, capfd) == (0, [])
    code, told = verified(book, capfd, "--head", head)
    assert (code, "is not the head of these runs, decisions and rates" in told[0]) == (5, True)
    assert (program.main(book), program.main(book, head)) == (0, 1)


def test_what_the_text_does_not_say_is_found_without_a_head(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made_anew(book, "claims", KINDS["all money x 1000"].change)
    code, told = verified(book, capfd)
    assert code == 5
    assert "its text read again gives value 300000000" in "".join(told)
    assert verified(book, capfd, "--no-reread")[0] == 0


def test_a_head_stays_good_while_the_ledger_grows(book: Path, program: ModuleType, tmp_path: Path) -> None:
    opened = Book.open(book)
    head = opened.prove().head
    (tmp_path / "new.txt").write_text("Orrin will invest $5 million in a mine in Peru.\n")
    opened.ingest(tmp_path / "new.txt", attributor="fast")
    opened.undo(author="Ana")
    proof = opened.prove(head)
    assert (proof.problems, proof.head != head, proof.head[:6]) == ((), True, "3.3.2-")
    assert (program.main(book), program.main(book, head)) == (0, 0)
    assert opened.prove(head.replace("-", "-0")[:-1]).problems
    assert opened.prove(f"9{head}").problems


@pytest.mark.parametrize("head", ["", "soon", "1.1-00", "1.1.1-xyz", "٣.1.1-" + "0" * 64, "1" * 99])
def test_what_is_no_head_is_refused(head: str, book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, told = verified(book, capfd, "--head", head)
    assert (code, len(told)) == (2, 1)


# The folder derived


def derived(book: Path) -> Path:
    return next((book / "derived").iterdir())


def thousandfold(path: Path) -> None:
    rows = pl.read_parquet(path)
    rows.with_columns(pl.col(pl.Decimal) * 1000).cast(dict(rows.schema)).write_parquet(path)


def uncounted(path: Path) -> None:
    pl.read_parquet(path).with_columns(counted=~pl.col("counted")).write_parquet(path)


DERIVED: Mapping[str, Callable[[Path], None]] = {
    "derived totals x 1000": lambda place: thousandfold(place / "commitments.parquet"),
    "derived memberships": lambda place: uncounted(place / "memberships.parquet"),
    "derived file deleted": lambda place: (place / "actors.parquet").unlink(),
    "derived file damaged": lambda place: (place / "blocks.parquet").write_bytes(b"PAR1"),
    "derived file added": lambda place: (place / "more.parquet").write_bytes(b""),
    "seal deleted": lambda place: (place / SEAL).unlink(),
    "seal damaged": lambda place: (place / SEAL).write_text('{"files": {}, "made_of": "x"}'),
}


@pytest.mark.parametrize(
    "kind",
    [kind if "x 1000" in kind or "seal" in kind else pytest.param(kind, marks=pytest.mark.faults) for kind in DERIVED],
)
def test_a_wrong_copy_is_told_unused_and_made_anew(kind: str, book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = Book.open(book).totals()
    DERIVED[kind](derived(book))
    code, told = verified(book, capfd)
    assert code == 5
    assert "derived" in told[0]
    assert Book.open(book).totals().equals(before)
    assert verified(book, capfd) == (0, [])


def test_a_copy_with_a_sound_seal_is_compared(book: Path, before: Derived) -> None:
    file = derived(book) / "commitments.parquet"
    seal = file.with_name(SEAL)
    old = _sha256(file)
    thousandfold(file)
    seal.write_text(seal.read_text().replace(old, _sha256(file)))
    told = list(derived_problems(Book.open(book).store, before))
    assert ["its commitments are not what claims and decisions give" in problem.message for problem in told] == [True]


def test_a_copy_of_another_ledger_is_not_used(book: Path) -> None:
    before, place = Book.open(book).totals(), derived(book)
    thousandfold(place / "commitments.parquet")
    files = {path.name: _sha256(path) for path in place.glob("*.parquet")}
    (place / SEAL).write_text(json.dumps({"made_of": f"1.0.0-{'0' * 64}", "files": files}))
    assert Book.open(book).verify() == []
    assert Book.open(book).totals().equals(before)


def test_a_folder_deleted_is_no_fault(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(book / "derived")
    assert verified(book, capfd) == (0, [])


def test_no_read_fails_for_want_of_room(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Book.open(book).totals()
    shutil.rmtree(book / "derived")
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", _full)
        assert Book.open(book).totals().equals(before)
    assert list((book / "derived").iterdir()) == []
    shutil.rmtree(book / "derived")
    (book / "derived").write_text("a file in its place")
    assert Book.open(book).totals().equals(before)
    assert Book.open(book).verify() == []


def _full(*_: object) -> int:
    raise OSError(28, "No space left on device")


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


# Ledgers from before rows were hashed


def test_an_older_ledger_opens_says_so_and_is_chained_from_then_on(
    book: Path, program: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    older = without_hashes(book, tmp_path / "older")
    assert Book.open(older).totals().equals(Book.open(book).totals())
    code, told = verified(older, capfd)
    assert code == 0
    assert any("2 runs were written before rows were hashed" in line for line in told)
    (tmp_path / "new.txt").write_text("Orrin will invest $5 million in a mine in Peru.\n")
    opened = Book.open(older)
    opened.ingest(tmp_path / "new.txt", attributor="fast")
    opened.decide("reject", opened.claims.collect()["claim_id"][0], author="Ana")
    assert opened.verify() == []
    assert (program.main(older), opened.prove().head[:6]) == (0, "3.3.2-")
    in_place(older, "runs", setting(ended=pl.col("ended") - timedelta(days=1)))
    assert {problem.rule for problem in Book.open(older).verify()} == {"chain_whole", "row_as_written"}


def test_a_row_of_a_program_that_does_not_hash_is_told(book: Path) -> None:
    runs = DeltaTable(book / "runs")
    by_commit(book, "runs", lambda rows: pl.concat([rows, setting(hash=None, run_id="f" * 16)(rows.head(1))]))
    assert runs.version() < DeltaTable(book / "runs").version()
    told = [problem.message for problem in Book.open(book).verify()]
    assert any("runs have no hash, where 0 were written before rows were hashed" in line for line in told)


def test_amounts_are_hashed_with_all_their_places() -> None:
    assert row_hash({"value": Decimal("5.000000")}) != row_hash({"value": Decimal(5)})
