"""The proof of one claim: it holds without the ledger, and nothing in it can be changed."""

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.book import Book
from ledger.book.inclusion import faults_of, read_proof
from ledger.book.ingest import now
from ledger.cli import run
from ledger.errors import InputError, LedgerError
from ledger.options import TotalOptions
from ledger.store import sums
from tests.book.factory_book import reading
from tests.faults.factory_tampering import page_program
from tests.store.factory_store import pledge

CLAIM = pledge()[1][0].claim_id
OLD = Path(__file__).parent / "ledgers" / "flat-hashes.zip"


@pytest.fixture(scope="module")
def made(made_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs and a decision; the claim is one of four of the first."""
    book = Book.open(shutil.copytree(made_book, tmp_path_factory.mktemp("proofs") / "book"))
    book.add([reading(pledge("Tessel", 8))], now())
    book.decide("accept", CLAIM, author="Ana")
    book.add([reading(pledge("Ruvia", 9))], now())
    return Path(book.store.address)


@pytest.fixture(scope="module")
def proof(made: Path) -> dict[str, Any]:
    return json.loads(json.dumps(Book.open(made).proof_of(CLAIM, TotalOptions())))  # type: ignore[no-any-return]


def test_a_proof_holds_for_the_head_and_no_other(made: Path, proof: dict[str, Any]) -> None:
    head = Book.open(made).prove(reread=False).head
    assert faults_of(proof) == faults_of(proof, head) == []
    assert page_program("Check").faults(proof) == []
    assert faults_of(proof, f"2.0.0-{'0' * 64}") == [f"the proof is of the head {head}"]
    assert len(proof["runs"]) == 2 + 1
    assert len(proof["claim"]["path"]) >= 2


def test_a_proof_shows_that_the_claim_is_in_a_published_total(made: Path, proof: dict[str, Any]) -> None:
    book = Book.open(made)
    root = book.total_root()
    assert Decimal(root.partition("-")[0]) == book.totals()["stated"].sum()
    assert faults_of(proof, total=root) == []
    assert proof["total"]["row"]["stated"] == "300000000.000000"
    assert faults_of(proof, total=book.total_root("EUR")) == [f"the proof is of the total {root}"]
    other = book.proof_of(CLAIM, TotalOptions(actor=["Tessel"]))
    assert "total" not in other
    assert faults_of(other, total=root) == ["the proof is of no total"]


@given(st.lists(st.decimals(0, 10**9, places=6), max_size=20), st.decimals(1, 10**6, places=6))
def test_a_tree_that_adds_leads_every_amount_to_one_sum(amounts: list[Decimal], more: Decimal) -> None:
    rows = [{"stated": amount, "number": number} for number, amount in enumerate(amounts)]
    root = sums.root_of(rows)
    assert Decimal(root.partition("-")[0]) == sum(amounts)
    for row in rows:
        path = sums.path_to(rows, row)
        assert sums.climbed(row, path) == root
        assert sums.climbed({**row, "stated": row["stated"] + more}, path) != root
        for step, (side, other, amount) in enumerate(path):
            wrong = [*path[:step], (side, other, str(Decimal(amount) + more)), *path[step + 1 :]]
            assert sums.climbed(row, wrong) != root


def test_a_negative_amount_on_the_way_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        sums.climbed({"stated": "5"}, [("left", "00", "-3")])


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "the amount": lambda proof: proof["claim"]["row"].update(value="900000000.000000"),
    "the stage": lambda proof: proof["claim"]["row"].update(stage="disbursed"),
    "the text": lambda proof: proof["document"]["row"].update(text="Norlund says nothing."),
    "the quote": lambda proof: proof["claim"]["row"].update(exact="$900 million"),
    "the source": lambda proof: proof["document"]["row"].update(source="elsewhere.txt"),
    "a step": lambda proof: proof["claim"]["path"].pop(),
    "a side": lambda proof: proof["claim"]["path"][0].reverse(),
    "a run": lambda proof: proof["runs"][1].update(claims=7),
    "a run left out": lambda proof: proof["runs"].pop(1),
    "the last run left out": lambda proof: proof["runs"].pop(),
    "the decisions": lambda proof: proof["ends"].update(decisions="0" * 64),
    "the head": lambda proof: proof.update(head=f"3.1.0-{'0' * 64}"),
    "the total": lambda proof: proof["total"].update(root=f"9{proof['total']['root']}"),
    "the amount in the total": lambda proof: proof["total"]["row"].update(stated="900000000.000000"),
    "another sum beside it": lambda proof: proof["total"]["path"][0].__setitem__(2, "1.000000"),
    "the claims of the total": lambda proof: proof["total"]["row"].update(claims=["0123456789abcdef"]),
    "a part missing": lambda proof: proof.pop("document"),
    "a part of another kind": lambda proof: proof.update(runs="many"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_nothing_in_a_proof_can_be_changed(proof: dict[str, Any], what: str) -> None:
    changed = json.loads(json.dumps(proof))
    CHANGES[what](changed)
    assert faults_of(changed)
    assert page_program("Check").faults(changed)


def test_a_claim_of_an_earlier_version_is_only_proven_as_a_whole(tmp_path: Path) -> None:
    with ZipFile(OLD) as archive:
        archive.extractall(tmp_path)
    book = Book.open(tmp_path / "book")
    with pytest.raises(LedgerError, match="only proven as a whole"):
        book.proof_of(book.claims.collect()["claim_id"][0])


def test_a_proof_on_the_command_line(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made, "book")
    head = Book.open("book").prove(reread=False).head
    assert run(["--ledger", "book", "why", CLAIM[:8], "--proof", "claim.json"]) == 0
    assert run(["--ledger", "book", "why"]) == 0
    root = capfd.readouterr().out.splitlines()[-1].removeprefix("root ")
    shutil.rmtree("book")
    capfd.readouterr()
    assert run(["--ledger", "book", "verify", "--proof", "claim.json", "--head", head, "--total", root]) == 0
    told = capfd.readouterr().out
    assert f"says '$300 million'\nproven by head {head}" in told
    assert "it is told with 300000000.000000 USD in the published total of 3" in told
    assert run(["--ledger", "book", "verify", "--proof", "claim.json", "--total", "5-0"]) == 5
    Path("claim.json").write_text(Path("claim.json").read_text().replace("$300 million", "$900 million"))
    assert run(["--ledger", "book", "verify", "--proof", "claim.json"]) == 5
    assert run(["--ledger", "book", "why", "--proof", "claim.json"]) == 4


@pytest.mark.parametrize("text", ["", "[]", "{}", "nothing"])
def test_what_is_no_proof_is_told(text: str) -> None:
    with pytest.raises(InputError, match="ledger why CLAIM --proof FILE"):
        read_proof(text)
