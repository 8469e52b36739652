"""What listings take: the filters of totals, limit, sort and columns; names as people write them; completion."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.book import Book
from ledger.book.listing import (
    BELOW,
    claims_chosen,
    commitments_chosen,
    documents_chosen,
    exclusions_chosen,
    left_out,
)
from ledger.errors import LedgerError, meant
from ledger.options import TotalOptions
from tests.cli.factory_shell import Shell
from tests.store.factory_store import pledge

NORLUND = pledge()[1][0].claim_id


@pytest.mark.parametrize(
    ("filters", "claims", "commitments", "documents"),
    [
        ({}, 5, 3, 5),
        ({"actor": "norlund"}, 2, 1, 2),
        ({"actor": ["Norlund", "KESTO"]}, 3, 2, 3),
        ({"recipient": "arvania"}, 5, 3, 5),
        ({"field": "Clean energy"}, 5, 3, 5),
        ({"field": "space"}, 0, 0, 0),
        ({"measure": "profit"}, 1, 0, 1),
        ({"measure": "Investment"}, 4, 3, 4),
        ({"since": date(2026, 3, 2)}, 0, 0, 0),
        ({"until": date(2026, 3, 1)}, 5, 3, 5),
        ({"as_of": date(2000, 1, 1), "actor": "norlund"}, 0, 0, 0),
        ({"as_known_on": date(2026, 2, 28)}, 0, 0, 0),
    ],
)
def test_what_is_chosen_is_what_a_total_chooses(
    small: Book, filters: dict[str, Any], claims: int, commitments: int, documents: int
) -> None:
    known, asked = small.asked(TotalOptions(**filters))
    rows = claims_chosen(known, asked)
    chosen = commitments_chosen(known, asked)
    assert [rows.height, chosen.height, documents_chosen(known, asked).height] == [claims, commitments, documents]
    assert exclusions_chosen(known, asked).height == rows.filter(~rows["counted"]).height
    assert chosen.filter("counted").height == small.totals(**filters)["commitments"][0]


def test_listings_take_the_filters_of_totals(shell: Shell) -> None:
    verbs = ("claims", "commitments", "documents", "exclusions")
    filters = "--actor norlund --field 'Clean energy' --measure Investment --since 2026-03-01"
    assert [len(shell.rows(f"{verb} {filters}")) for verb in verbs] == [2, 1, 2, 1]


def test_limit_sort_and_columns(shell: Shell) -> None:
    amounts = [row["value"] for row in shell.rows("claims --sort value")]
    assert amounts == sorted(amounts, reverse=True)
    assert [row["value"] for row in shell.rows("claims --sort -value")] == sorted(amounts)
    euros = [row["unit"] for row in shell.rows("claims --sort amount")]
    assert euros[3] == "EUR", "40 million euros are more than 7 million dollars"
    actors = [row["actor"] for row in shell.rows("commitments --sort actor --limit 2")]
    assert actors == [["Kesto"], ["Norlund"]]
    assert list(shell.rows("claims --columns quote,claim,amount -n 1")[0]) == [
        *("exact", "claim_id", "unit", "value", "lower", "upper", "bound")
    ]
    table = shell("claims --columns actor,exact --sort actor,-value --limit 2").splitlines()
    assert table[2].split() == ["actor", "exact"]
    assert table[-1] == "the first 2 of 5"
    assert shell("documents --columns published,claims --sort claims -n 1").splitlines()[4].split() == [
        "2026-03-01",
        "1",
    ]


def test_a_total_tells_its_whole_and_what_is_left_out(shell: Shell) -> None:
    table = shell("totals --by actor --currency usd")
    assert table.startswith("totals in USD\n")
    whole = [line.split() for line in table.splitlines() if line.startswith(" Total")]
    assert [line[:2] for line in whole] == [["Total", "347.22"]]
    assert "not counted: 3 of 5 claims (1 restated, 1 rumoured, 1 statistic)" in table
    assert "not counted" not in shell("totals --by actor --basis claims")
    assert "Total" not in shell("totals --by actor --format csv")
    assert "1 below the least stage" in shell("totals --actor kesto --stage-floor disbursed")


def test_the_whole_counts_once_what_several_share(shell: Shell) -> None:
    shell(f"decide correct {NORLUND} --field actor --value 'Norlund; Tessel'")
    row = next(line for line in shell("totals --by actor --allocation full").splitlines() if line.startswith(" Total"))
    assert row.split()[1] == "347.22"


def test_what_is_left_out_adds_up(book: Book) -> None:
    for options in (TotalOptions(), TotalOptions(stage_floor="committed"), TotalOptions(actor=["Kesto"])):
        *reasons, (nothing, every) = left_out(*book.asked(options)).rows()
        assert nothing is None
        counted = book.selected(stage_floor=options.stage_floor, actor=options.actor).height
        assert sum(number for _, number in reasons) + counted == every
    firm = left_out(*book.asked(TotalOptions(stage_floor="committed")))
    assert firm.filter(reason=BELOW)["claims"].to_list() == [2]


@pytest.mark.parametrize("call", ["totals", "unconverted", "selected", "why_total"])
def test_unknown_names_are_refused_in_python_too(book: Book, call: str) -> None:
    for options in (
        {"actor": "Norlnd"},
        {"recipient": ["Arvania", "Nowhere"]},
        {"field": "spaces"},
        {"measure": "gift"},
    ):
        with pytest.raises(LedgerError):
            getattr(book, call)(**options)
    assert getattr(book, call)(actor="norlund", field="Clean energy") is not None


def test_no_file_is_exported_for_an_unknown_name(book: Book, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="did you mean Norlund"):
        book.export(tmp_path / "x.csv", actor="Norlundd")
    assert list(tmp_path.glob("x*")) == []


def test_names_are_found_by_other_words_for_them(shell: Shell) -> None:
    shell("decide alias kesto norlund")
    assert [row["actor"] for row in shell.rows("totals --by actor --actor Kesto")] == ["Norlund"]
    assert len(shell.rows("claims --actor kesto")) == len(shell.rows("claims --actor Norlund")) == 3
    assert shell.rows("decisions")[0]["target"] == "Kesto"


@pytest.mark.parametrize(
    ("said", "known", "told"),
    [
        ("spce", ["space", "health"], "; did you mean space?"),
        ("SPACE", ["space"], "; did you mean space?"),
        ("xyz", ["space"], ""),
        ("", ["space"], ""),
    ],
)
def test_words_that_are_like_one_are_proposed(said: str, known: list[str], told: str) -> None:
    assert meant(said, known) == told


def test_an_id_that_fits_several_is_told_with_them(shell: Shell, book: Book) -> None:
    ids = sorted({*book.rows()["claim_id"], *book.resolution().memberships["commitment_id"].drop_nulls()})
    assert shell(f"why {ids[0][:4]}")
    known = book.derived().resolution.memberships
    assert all(len(name) >= 4 for name in known["claim_id"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("ledger totals --actor Nor", ["Norlund"]),
        ("ledger totals --by actor,fi", ["actor,field"]),
        ("ledger totals --field cle", ["clean_energy"]),
        ("ledger totals --currency EU", ["EUR"]),
        (f"ledger why {NORLUND[:6]}", [NORLUND]),
        ("ledger decide alias Kes", ["Kesto"]),
        ("ledger documents set news/aga", ["news/again.txt"]),
        ("ledger --ledger none why 3", []),
    ],
)
def test_a_shell_completes(book: Book, words: str, offered: list[str]) -> None:
    place = len(words.split(" ")) - 1
    asked = {"_LEDGER_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(place)}
    call = [sys.executable, "-m", "ledger"]
    done = subprocess.run(
        call, env={**os.environ, **asked}, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.split() == offered, done.stderr
    assert json.dumps(done.stderr) == '""'
