"""Runs: whole or not at all, once, and readable as of any day."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from ledger.errors import StoreError
from ledger.store import Store
from ledger.tables import record_schema
from schemas import Claim, Decision, DecisionKind, Document, Problem, Run
from tests.store.factory_store import ABOUT, MORNING, SCAN_PROBLEM, add, batch, document, pledge


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(str(tmp_path / "book"), create=True)


def decision(number: int, at: int = 0) -> Decision:
    said = {"kind": DecisionKind.ALIAS, "target": f"Name {number}", "other": "Norlund", "author": "Ana"}
    return Decision(decision_id=f"{number:016x}", at=MORNING + timedelta(days=at), **said)


def test_a_run_is_stored_with_its_rows_and_counts(store: Store) -> None:
    run = add(store, pledge(), pledge("Kesto", 40), problems=(SCAN_PROBLEM,))
    seen = store.snapshot()
    assert (run.documents, run.claims, run.problems, run.skipped) == (2, 2, 1, 0)
    assert seen.runs.rows(named=True)[0]["run_id"] == run.run_id
    assert {seen.documents.collect().height, seen.claims.collect().height} == {2}
    assert set(seen.claims.collect()["run_id"]) == set(seen.documents.collect()["run_id"]) == {run.run_id}


def test_columns_are_those_of_the_records(store: Store) -> None:
    add(store, pledge(), problems=(SCAN_PROBLEM,))
    seen = store.snapshot()
    for model, frame in (
        (Document, seen.documents),
        (Claim, seen.claims),
        (Problem, seen.problems),
        (Run, seen.runs.lazy()),
    ):
        assert dict(frame.collect_schema()) == record_schema(model)


def test_the_same_articles_again_add_nothing(store: Store) -> None:
    first = add(store, pledge(), problems=(SCAN_PROBLEM,))
    again = add(store, pledge(), problems=(SCAN_PROBLEM,))
    assert (first.documents, again.documents, again.claims, again.problems, again.skipped) == (1, 0, 0, 0, 1)
    assert store.history().height == 1


def test_the_same_text_under_another_name_adds_nothing(store: Store) -> None:
    article, claims = pledge()
    add(store, (article, claims))
    again = add(store, (article.model_copy(update={"source": "elsewhere/b.txt"}), claims))
    assert (again.documents, again.claims, again.skipped) == (0, 0, 1)


def test_the_same_text_twice_in_one_run_counts_once(store: Store) -> None:
    run = add(store, pledge(), pledge())
    assert (run.documents, run.claims, run.skipped) == (1, 1, 1)


def test_only_what_is_new_is_added(store: Store) -> None:
    add(store, pledge())
    run = add(store, pledge(), pledge("Kesto", 40))
    assert (run.documents, run.claims, run.skipped) == (1, 1, 1)
    assert store.snapshot().claims.collect()["claim_id"].is_unique().all()


def test_a_run_id_is_the_same_wherever_it_is_run(tmp_path: Path) -> None:
    runs = [
        add(Store.open(str(tmp_path / name), create=True), pledge(), at=MORNING + timedelta(days=day))
        for day, name in enumerate("ab")
    ]
    assert runs[0].run_id == runs[1].run_id


def test_an_empty_run_leaves_no_trace(store: Store) -> None:
    assert add(store).documents == 0
    assert store.history().is_empty()


def test_documents_without_claims_are_kept(store: Store) -> None:
    assert add(store, (document("No figure here.\n"), ())).documents == 1
    assert add(store, (document("No figure here.\n"), ())).skipped == 1


def test_the_ledger_as_of_a_day(store: Store) -> None:
    add(store, pledge())
    add(store, pledge("Kesto", 40), at=MORNING + timedelta(days=2))
    store.add_decisions([decision(1), decision(2, at=2)])
    then, now = store.snapshot(MORNING + timedelta(days=1)), store.snapshot()
    assert (then.claims.collect().height, then.decisions.height) == (1, 1)
    assert (now.claims.collect().height, now.decisions.height) == (2, 2)
    assert then.state != now.state


def test_a_snapshot_does_not_move(store: Store) -> None:
    add(store, pledge())
    seen = store.snapshot()
    add(store, pledge("Kesto", 40))
    assert seen.claims.collect().height == 1
    assert store.snapshot().claims.collect().height == 2


def test_decisions_are_kept_once_and_in_order(store: Store) -> None:
    assert len(store.add_decisions([decision(2, at=1), decision(1)])) == 2
    assert store.add_decisions([decision(1), decision(1), decision(3, at=2)]) == [decision(3, at=2)]
    assert store.snapshot().decisions["target"].to_list() == ["Name 1", "Name 2", "Name 3"]


def test_rates_are_kept_once_with_all_their_digits(store: Store) -> None:
    rates = pl.DataFrame(
        {"unit": ["IDR"], "to": ["USD"], "rate": ["0.000061234567891"], "on": [MORNING.date()], "source": ["own.csv"]}
    )
    rates = rates.with_columns(pl.col("rate").cast(pl.Decimal(38, 15)))
    assert (store.add_rates(rates), store.add_rates(rates)) == (1, 0)
    assert str(store.snapshot().rates["rate"][0]) == "0.000061234567891"


def test_a_missing_ledger_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no ledger here"):
        Store.open(str(tmp_path / "nothing"))
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("create", [True, False])
def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, create: bool) -> None:
    (tmp_path / "thesis.txt").write_text("important")
    with pytest.raises(StoreError, match="not a ledger"):
        Store.open(str(tmp_path), create=create)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "book").write_text("x")
    with pytest.raises(StoreError, match="not a ledger"):
        Store.open(str(tmp_path / "book"), create=True)


def test_a_half_made_ledger_is_finished(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "book"), create=True)
    for name in ("runs", "rates"):
        for path in sorted((tmp_path / "book" / name).rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
    assert add(Store.open(store.address, create=True), pledge()).claims == 1


def test_a_broken_part_is_told(store: Store) -> None:
    add(store, pledge())
    for path in (Path(store.address) / "claims" / "_delta_log").iterdir():
        path.unlink()
    with pytest.raises(StoreError, match="claims"):
        Store.open(store.address).snapshot()


def test_an_object_store_address_is_taken(tmp_path: Path) -> None:
    store = Store.open(f"file://{tmp_path}/book", create=True)
    assert add(store, pledge()).claims == 1
    assert Store.open(f"file://{tmp_path}/book").snapshot().claims.collect().height == 1


def reread(store: Store, *articles: tuple[Document, tuple[Claim, ...]], at: int) -> Run:
    """Store a new reading of articles that are there."""
    moment = MORNING + timedelta(days=at)
    return store.add(batch(*articles), **ABOUT, started=moment, clock=lambda: moment, replacing=True)


def values(store: Store, at: int | None = None) -> list[int]:
    seen = store.snapshot(None if at is None else MORNING + timedelta(days=at))
    return sorted(int(value) for value in seen.claims.collect()["value"])


def test_a_new_reading_takes_the_place_of_the_earlier_and_the_past_stays(store: Store) -> None:
    article, (claim,) = pledge()
    other = claim.model_copy(update={"value": claim.value + 1, "lower": claim.value + 1, "upper": claim.value + 1})
    add(store, (article, (claim,)), pledge("Kesto", 40))
    same = reread(store, (article, (claim,)), pledge("Kesto", 40), at=1)
    assert (same.documents, same.skipped, store.history().height) == (0, 2, 1)
    new = reread(store, (article, (other,)), pledge("Kesto", 40), at=2)
    assert (new.documents, new.claims, new.skipped) == (1, 1, 1)
    assert (values(store), values(store, 1)) == ([40_000_000, 300_000_001], [40_000_000, 300_000_000])
    assert reread(store, (article, (other,)), at=3).documents == 0
    assert reread(store, (article, (claim,)), at=4).documents == 1, "back to the first reading"
    assert values(store) == [40_000_000, 300_000_000]
    assert store.history()["run_id"].is_unique().all()
    assert store.snapshot().documents.collect().height == 2


def test_a_new_reading_may_find_nothing_and_then_something(store: Store) -> None:
    article, claims = pledge()
    add(store, (article, claims))
    assert reread(store, (article, ()), at=1).documents == 1
    assert values(store) == []
    assert reread(store, (article, ()), at=2).documents == 0
    assert reread(store, (article, claims), at=3).claims == 1
    assert values(store) == [300_000_000]
    assert add(store, (article, claims)).skipped == 1
