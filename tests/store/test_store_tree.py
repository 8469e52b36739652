"""Trees of hashes as RFC 6962 has them, and what a run's root of files shows."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.book import Book
from ledger.book.ingest import now
from ledger.errors import LedgerError
from ledger.store import Store, climbed, path_to, root_of, stands_for
from ledger.store.hashes import set_hash
from tests.book.factory_book import reading
from tests.faults.factory_tampering import in_place
from tests.store.factory_store import MORNING, add, pledge


def by_definition(leaves: list[str]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0].encode()).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@given(st.lists(st.text("0123456789abcdef", min_size=1, max_size=3), max_size=40))
def test_a_root_is_that_of_the_standard_and_every_path_leads_to_it(hashes: list[str]) -> None:
    root = root_of(hashes)
    assert root == f"tree:{by_definition(sorted(hashes)).hex()}"
    assert {climbed(one, path_to(hashes, one)) for one in hashes} <= {root}
    assert stands_for(root, hashes)
    assert stands_for(set_hash(hashes), hashes)
    assert not stands_for(root, [*hashes, "x"])


def test_no_path_leads_from_what_is_not_there() -> None:
    hashes = ["a", "b", "c"]
    with pytest.raises(ValueError, match="not in list"):
        path_to(hashes, "d")
    assert climbed("d", path_to(hashes, "a")) != root_of(hashes)
    side, node = path_to(hashes, "a")[0]
    assert climbed(node, path_to(hashes, "a")[1:]) != root_of(hashes), f"a node ({side}) is no leaf"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store.open(str(tmp_path_factory.mktemp("since") / "book"), create=True)
    for name in ("Norlund", "Kesto", "Tessel"):
        add(store, pledge(name))
    return Path(store.address)


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "book"))


def test_since_a_run_only_later_rows_are_hashed(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ledger.book import sealed  # noqa: PLC0415 - its counter is put in here

    hashed: list[int] = []
    hash_rows = sealed.row_hashes
    monkeypatch.setattr(sealed, "row_hashes", lambda frame: hashed.append(frame.height) or hash_rows(frame))
    for since, rows in (("1", 4), ("2", 2), ("3", 0)):
        hashed.clear()
        proof = Book.open(book).prove(since=since, reread=False)
        assert (proof.problems, proof.unproven, sum(hashed)) == ((), (), rows)


def test_since_a_run_a_changed_file_is_found_and_the_row_named(book: Path) -> None:
    in_place(book, "claims", lambda rows: rows.with_columns(stage=rows["stage"].replace("pledged", "disbursed")))
    proof = Book.open(book).prove(since="3", reread=False)
    assert {problem.rule for problem in proof.problems} >= {"row_as_written"}
    assert "every row was hashed instead" in proof.unproven[0]


def test_since_a_run_before_compaction_every_row_is_hashed(book: Path) -> None:
    opened = Book.open(book)
    opened.store.compact(now(), 1)
    proof = opened.prove(since="3", reread=False)
    assert proof.problems == ()
    assert "every row was hashed instead" in proof.unproven[0]
    opened.add([reading(pledge("Orrin", 9))], now())
    assert opened.prove(since="4", reread=False).unproven == ()


@pytest.mark.parametrize("run", ["0", "4", "x", "", "zzzz"])
def test_an_unknown_run_is_told(made: Path, run: str) -> None:
    with pytest.raises(LedgerError, match="see `ledger history`"):
        Book.open(made).prove(since=run)


def test_a_run_says_of_its_files(made: Path) -> None:
    runs = Store.open(str(made)).snapshot().chains["runs"].linked
    assert runs["files_at"].to_list() == ["1.0.1", "2.0.2", "3.0.3"]
    assert runs["files_hash"].n_unique() == 3
    assert runs["ended"].to_list() == [MORNING] * 3
