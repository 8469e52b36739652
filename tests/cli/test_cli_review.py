"""The walk of a reviewer, with a scripted hand: one key each, taking back, skipped, planted, agreement, effects."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from ledger.book import Book
from ledger.book.ingest import now
from ledger.book.review import planted
from ledger.cli.review import plant
from ledger.cli.walk import Walk
from ledger.errors import LedgerError
from ledger.pipeline import Reading
from tests.cli.factory_shell import Shell
from tests.store.factory_store import pledge

NORLUND = pledge()[1][0].claim_id


class Hand:
    """Answers in turn, and then quits; keeps what it was told."""

    def __init__(self, *answers: str) -> None:
        self.answers: Iterator[str] = iter(answers)
        self.told: list[str] = []

    def ask(self, words: str, *, key: bool = False) -> str:
        self.told.append(words)
        return next(self.answers, "q" if key else "")

    def on(self, book: Book, author: str = "Ana", **more: object) -> str:
        Walk(book, author, self.ask, self.told.append).through(book.review().rows(named=True), **more)  # type: ignore[arg-type]
        return "\n".join(self.told)


def decided(book: Book) -> list[tuple[str, str, str | None, str | None, str | None]]:
    return book.decisions.select("kind", "target", "other", "field", "value").rows()


@pytest.fixture
def first(book: Book) -> str:
    return str(book.review()["claim_id"][0])


def test_the_queue_is_in_the_order_of_the_effect_on_totals(book: Book) -> None:
    queue = book.review()
    assert queue["effect"].is_sorted(descending=True)
    counted = queue["counted"].to_list()
    assert counted == sorted(counted, reverse=True), "what counts comes first"
    uncounted = queue.filter(effect=0.0)["weight"]
    assert uncounted.is_sorted(descending=True, nulls_last=True)
    top = queue.row(0, named=True)
    assert top["effect"] == pytest.approx(float(top["value"]) * (1 - top["confidence"]), rel=0.2)


@pytest.mark.slow
def test_what_features_and_network_read_differently_is_no_surer_than_a_toss_up(tmp_path: Path) -> None:
    article, (claim,) = pledge("Orrin", 90)
    for number, review in enumerate(((), ("actor_disputed",), ("stage_disputed",), ("actor_rival",))):
        book = Book.open(tmp_path / str(number))
        told = claim.model_copy(update={"review": review, "confidence": 0.9})
        book.add([Reading(article, (told,), ())], now())
        doubt = 0.5 if any(code.endswith("disputed") for code in review) else 0.1
        assert book.review()["effect"].to_list() == pytest.approx([doubt * 90_000_000])


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        (["a"], ("accept", None, None, None)),
        (["n"], ("reject", None, None, None)),
        (["t", "4"], ("correct", None, "stage", "committed")),
        (["o", "Velora"], ("correct", None, "actor", "Velora")),
        (["c", "value", "2.9 billion", "as filed"], ("correct", None, "value", "2900000000")),
    ],
)
def test_one_key_decides(book: Book, first: str, keys: list[str], kept: tuple[str | None, ...]) -> None:
    told = Hand(*keys).on(book)
    (row,) = decided(book)
    assert (row[0], *row[2:]) == kept
    assert row[1] == first
    assert "kept: " in told
    assert "1 decision kept, 0 skipped" in told
    assert book.decisions["author"].to_list() == ["Ana"]


def test_pairs_are_offered_and_an_id_is_taken(book: Book, first: str) -> None:
    others = book.resolution().commitments
    own = book.rows().filter(claim_id=first)["commitment"].item()
    whole = others.filter(others["commitment_id"] != own)["commitment_id"][0]
    told = Hand("s", "1", "u", "p", whole[:8]).on(book)
    assert "  1  " in told
    same, undone, part = decided(book)
    assert (same[0], same[1], undone[0]) == ("same", first, "undo")
    assert (part[0], part[1], part[2]) == ("part_of", first, whole)


def test_an_alias_is_of_the_name_that_is_chosen(book: Book) -> None:
    Hand("l", "1", "kesto").on(book)
    (row,) = decided(book)
    assert row[0] == "alias"
    assert {row[1], row[2]} <= {"Norlund", "Kesto"}


def test_what_is_wrong_or_thought_better_of_is_asked_again(book: Book) -> None:
    told = Hand("c", "stage", "sealed", "", "t", "", "x", "l", "2", "Nobody Knows It", "a").on(book)
    assert "not kept: 'sealed' is not a valid stage" in told
    assert "no key 'x'" in told
    assert "not kept: no actor or recipient 'Nobody Knows It'" in told
    assert [row[0] for row in decided(book)] == ["accept"]


@pytest.mark.slow
def test_u_takes_back_and_shows_the_row_again(book: Book, first: str) -> None:
    told = Hand("u", "n", "k", "u", "u", "a").on(book)
    assert "nothing to take back" in told
    assert "taken back: skipped" in told
    assert "taken back: reject" in told
    assert [(row[0], row[1]) for row in decided(book)] == [
        ("reject", first),
        ("undo", book.decisions["decision_id"][0]),
        ("accept", first),
    ]
    assert "1 decision kept, 0 skipped" in told


def test_what_was_skipped_is_said_and_comes_again(book: Book, first: str) -> None:
    told = Hand("k", "", "n").on(book)
    assert f"skipped: {first[:8]}, " in told
    assert "they come again" in told
    assert "not seen" in told
    assert book.review()["claim_id"][0] == first
    assert "total: " in told


def test_planted_errors_are_caught_or_missed_and_never_stored(book: Book) -> None:
    before = (book.store.snapshot().state, book.totals().to_dicts())
    rows = book.review(1)
    (one,) = planted(book.derived(), 1, rows["claim_id"].to_list(), Random(1))
    assert one.row["value"] != one.true
    assert one.row["claim_id"] not in rows["claim_id"].to_list()
    hand = Hand("c", "value", str(one.true), "a slip")
    Walk(book, "Bo", hand.ask, hand.told.append).through([], {0: one})
    told = "\n".join(hand.told)
    assert "planted: Bo caught 1 of 1 (100 %), 1 with the right amount" in told
    hand = Hand("a")
    Walk(book, "Bo", hand.ask, hand.told.append).through([], {0: one})
    assert "planted: Bo caught 0 of 1 (0 %)" in "\n".join(hand.told)
    assert "missed: “" in "\n".join(hand.told)
    assert (book.store.snapshot().state, book.totals().to_dicts()) == before
    assert book.decisions.is_empty()


def test_a_planted_claim_looks_like_any_other(book: Book) -> None:
    rows = book.review(1)
    places = plant(book, rows, 1, Random(3))
    hand = Hand("n", "n")
    Walk(book, "Bo", hand.ask, hand.told.append).through(rows.rows(named=True), places)
    told = "\n".join(hand.told)
    assert told.count("kept: reject") == 2
    assert "1 of 2" in hand.told
    assert book.decisions.height == 1
    assert "planted" not in told.partition("seen:")[0]


def test_no_more_are_planted_than_there_are(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(plant(book, book.review(), 50, Random(1))) < 50
    assert "can be planted" in capsys.readouterr().err


@pytest.mark.slow
def test_two_reviewers_on_the_same_claims(shell: Shell, book: Book) -> None:
    ids = book.review()["claim_id"].to_list()
    said = [("accept", ids[0], "Ana"), ("reject", ids[1], "Ana")]
    for kind, claim, author in said:
        book.decide(kind, claim, author=author)
    assert set(book.review(second="Bo")["claim_id"]) == set(ids[:2])
    assert book.review(second="Ana").is_empty()
    for kind, claim, author in (("accept", ids[0], "Bo"), ("accept", ids[1], "Bo")):
        book.decide(kind, claim, author=author)
    assert book.review(second="Bo").is_empty()
    (row,) = book.agreement().rows(named=True)
    assert (row["reviewer"], row["other"], row["both"], row["agree"], row["share"]) == ("Ana", "Bo", 2, 1, 0.5)
    assert (row["differ"], row["kappa"]) == ([ids[1]], 0.0)
    book.decide("reject", ids[1], author="Bo")
    assert book.agreement()["kappa"].to_list() == [1.0]
    assert "100 %" in shell("review --agreement")


def test_a_decision_on_a_commitment_agrees_with_one_on_its_claim(book: Book) -> None:
    whole = book.rows().filter(claim_id=NORLUND)["commitment"].item()
    book.decide("reject", whole, author="Ana")
    (seen,) = book.review(second="Bo")["claim_id"]
    book.decide("reject", seen, author="Bo")
    assert book.agreement()["agree"].to_list() == [1]


@pytest.mark.slow
def test_decide_tells_before_after_and_the_effect(shell: Shell, book: Book) -> None:
    told = shell(f"decide correct {NORLUND[:8]} --field stage --value committed")
    assert "before  300.0 m USD investment, pledged, Norlund, to Arvania, Clean energy;" in told
    assert "after   300.0 m USD investment, committed, Norlund, to Arvania, Clean energy;" in told
    assert "USD, as before" in told
    whole = book.commitments.filter(actor=["Norlund"]).collect()["commitment_id"][0]
    told = shell(f"decide reject {whole}")
    assert "not counted: rejected" in told
    assert "(-300.0 m)" in told
    assert "(+300.0 m)" in shell("undo")
    told = shell("decide alias Kesto Norlund")
    assert "before  Norlund: 300.0 m USD in all" in told
    assert "after   Kesto: 0 USD in all" in told


@pytest.mark.slow
def test_decisions_are_numbered_and_taken_back_by_number(shell: Shell, book: Book) -> None:
    accepted = book.decide("accept", NORLUND, author="Ana")
    book.decide("alias", "Kesto", "Norlund", author="Ana")
    assert book.decisions_told()["number"].to_list() == [1, 2]
    shell("undo 2 --note 'two firms'")
    assert [status.split(" ")[0] for status in book.decisions_told()["status"]] == ["in", "undone", "in"]
    book.undo("3", author="Ana")
    assert book.decisions_told()["status"][1] == "in force"
    with pytest.raises(LedgerError, match="no decision has the number 9; there are 4"):
        book.undo(9, author="Ana")
    assert book.undo(1, author="Ana").target == accepted.decision_id
    assert " no  " in shell("decisions")
