"""Faults of disk, clock, listing and other writers by seeds; `make faults` tries 10,000, `--seed N` one again."""

import pytest

from benchmarks.faults import FAULTS, main, tried


@pytest.mark.slow
def test_ten_seeds_lose_and_double_nothing() -> None:
    assert tried(range(10))[0] == []


@pytest.mark.slow
def test_two_hundred_seeds_lose_and_double_nothing_and_meet_every_fault() -> None:
    wrong, met = tried(range(200))
    assert wrong == []
    assert set(met) == set(FAULTS)


def test_a_seed_is_the_same_again(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        assert main(["--seed", "7"]) == 0
        told.append(capsys.readouterr().out.splitlines()[:4])
    assert told[0] == told[1]


def test_a_fault_that_is_not_mended_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writers do not look at what others stored, the model shows it."""
    from ledger.store import Store  # noqa: PLC0415 - what is broken here

    monkeypatch.setattr(Store, "_fresh", lambda store, batch, runs: batch)
    assert any("is right" in line for line in tried(range(3))[0])
