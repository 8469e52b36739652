"""Frames that wait for their turn: in memory, or in files that are gone afterwards."""

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from benchmarks.resolve_scale import generated
from ledger.errors import LedgerError
from ledger.resolve import slices
from ledger.resolve.decisions import ReplayedDecisions
from ledger.resolve.resolution import resolve
from ledger.resolve.shelf import Shelf

NUMBERS = pl.DataFrame({"document_id": ["a", "b", "c"], "slice": [0, 2, 2]})
ROWS = pl.LazyFrame({"document_id": ["b", "a", "c", "b"], "value": [1, 2, 3, 4]})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def values(rows: pl.LazyFrame) -> list[int]:
    return sorted(rows.collect()["value"])


@pytest.mark.parametrize("on_disk", [False, True])
def test_frames_come_back_in_the_order_of_their_numbers_once(folder: Path, on_disk: bool) -> None:
    with Shelf() as shelf:
        if on_disk:
            shelf.parted("rows", ROWS, NUMBERS)
        for number in (10, 2):
            shelf.put("some", number, pl.DataFrame({"value": [number]}))
        assert shelf.count("some") == 2
        assert [frame["value"].item() for frame in shelf.take_all("some")] == [2, 10]
        assert shelf.count("some") == 0
        assert bool(list(folder.iterdir())) == on_disk
    assert list(folder.iterdir()) == []


def test_rows_are_parted_by_their_documents_and_a_slice_may_be_empty() -> None:
    with Shelf() as shelf:
        assert [values(rows) for rows in shelf.parted("rows", ROWS, NUMBERS)] == [[2], [], [1, 3, 4]]


def test_slices_hold_whole_documents_in_the_order_of_their_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "CLAIMS_AT_ONCE", 50)
    claims, documents, _ = generated(200)
    with Shelf() as shelf:
        found = slices.slices_of(claims.lazy(), documents.lazy(), ReplayedDecisions(), shelf)
        said = [some.claims(["claim_id", "document_id"]) for some in found]
        days = [some.documents.select("published").collect()["published"] for some in found]
    assert len(found) == 4
    assert pl.concat(said)["claim_id"].sort().equals(claims["claim_id"].sort())
    ids = [frame["document_id"].unique() for frame in said]
    assert sum(part.len() for part in ids) == documents.height
    assert all(one.max() <= other.min() for one, other in pairwise(days))


def test_a_full_disk_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(slices, "CLAIMS_AT_ONCE", 50)
    monkeypatch.setattr(pl.DataFrame, "write_ipc", full)
    claims, documents, _ = generated(200)
    with pytest.raises(LedgerError, match=r"No space left on device.*set TMPDIR") as told:
        resolve(claims, documents)
    assert "\n" not in str(told.value)
