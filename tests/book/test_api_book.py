"""The Python face on a small ledger: what it lists, sums, explains and is told."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.metadata import version
from inspect import isfunction
from pathlib import Path

import polars as pl
import pytest

import ledger
from ledger.book import Book
from ledger.book import cache as derived
from ledger.book import ingest as ingestion
from ledger.book.cache import derive
from ledger.book.ingest import now, store_readings
from ledger.book.verify import verify
from ledger.errors import InputError, LedgerError, StoreError
from ledger.resolve import Resolution
from ledger.rows import HEAD
from ledger.tables import record_schema
from schemas import Claim, Commitment, Decision, DecisionKind, Document, stable_id
from tests.book.factory_book import profit, reading
from tests.store.factory_store import pledge

NORLUND = pledge()[1][0].claim_id


@pytest.fixture
def book(made_book: Path, tmp_path: Path) -> Book:
    return Book.open(shutil.copytree(made_book, tmp_path / "book"))


@pytest.fixture(scope="module")
def unchanged(made_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A ledger that may be written in, for tests that see nothing written."""
    return Book.open(shutil.copytree(made_book, tmp_path_factory.mktemp("unchanged") / "book"))


def stated(book: Book, **options: object) -> Decimal:
    return book.totals(**options)["stated"][0]  # type: ignore[arg-type,no-any-return]


def test_frames_have_the_records_columns(small: Book) -> None:
    for frame, model in (
        (small.documents, Document),
        (small.claims, Claim),
        (small.commitments, Commitment),
        (small.decisions.lazy(), Decision),
    ):
        assert dict(frame.collect_schema()) == record_schema(model)


def test_rows_begin_with_what_scorers_read(small: Book) -> None:
    rows = small.rows()
    assert tuple(rows.columns[: len(HEAD)]) == HEAD
    assert rows.height == 5
    row = rows.filter(pl.col("claim_id") == NORLUND).row(0, named=True)
    assert (row["source"], row["actor"], row["recipient"], row["fields"]) == (
        "news/norlund-300.txt",
        ["Norlund"],
        ["Arvania"],
        ["clean_energy"],
    )
    assert row["actor_said"][0]["start"] == 0


def test_tellings_of_one_pledge_share_a_commitment(small: Book) -> None:
    told = small.rows().filter(pl.col("value") == 300_000_000)
    assert told["commitment"].n_unique() == 1
    assert told["counted"].to_list().count(True) == 1


def test_every_claim_is_counted_or_excluded(small: Book) -> None:
    counted = small.rows().filter(pl.col("counted"))
    assert counted.height + small.exclusions().height == small.claims.collect().height
    assert small.exclusions()["exclusion_reason"].null_count() == 0


def test_totals_count_each_commitment_once(small: Book) -> None:
    by = small.totals(by=["actor"], currency="usd")
    assert dict(by.select("actor", "commitments").iter_rows()) == {"Norlund": 1, "Kesto": 1}
    assert stated(small, by="actor") == 300_000_000
    assert stated(small, actor=["Orrin"], stage_floor="rumoured") == 90_000_000
    assert stated(small, basis="claims", actor="Norlund") == 600_000_000


def test_an_unknown_currency_is_told(small: Book) -> None:
    with pytest.raises(LedgerError, match="ISO 4217"):
        small.totals(currency="shells")


def test_as_of_a_day_before_there_was_nothing(small: Book) -> None:
    assert stated(small, as_of=date(2000, 1, 1)) == 0
    assert stated(small, as_of=now()) == stated(small)


@pytest.mark.slow
def test_names_of_ones_own_reach_the_claims_and_the_run(tmp_path: Path) -> None:
    names, article = tmp_path / "names.toml", tmp_path / "article.txt"
    names.write_text('[[name]]\nname = "Velora Steel"\ntype = "company"\naliases = ["VLR"]\n', encoding="utf-8")
    article.write_text("VLR will invest $40 million in a battery plant in Norway.\n", encoding="utf-8")
    book = Book.open(tmp_path / "book")
    book.ingest(article)
    assert book.rows()["actor"].to_list() != [["Velora Steel"]]
    book.reextract(names=names)
    assert book.rows()["actor"].to_list() == [["Velora Steel"]]
    names.write_text('[[name]]\nname = "Velora"\ntype = "company"\naliases = ["VLR"]\n', encoding="utf-8")
    book.reextract(names=names)
    assert book.rows()["actor"].to_list() == [["Velora"]]
    assert book.history()["lexicon_hash"].n_unique() == 3


@pytest.mark.parametrize(
    "broken",
    [
        "[[name",
        "name = 5",
        "[name]\nname = 'Velora'",
        "[[name]]\ntype = 'company'",
        "[[name]]\nname = 'V'\ntype = 'ship'",
        "[[name]]\nname = ''",
        "[[name]]\nname = 'V'\naliases = 'VLR'",
        "[[name]]\nname = 'V'\naliases = [1]",
        "[[name]]\nname = 'V'\ntype = ['company']",
        "[[name]]\nname = 'V'\nalias = 'W'",
        "[[names]]\nname = 'V'",
        "",
    ],
)
def test_a_broken_file_of_names_is_one_clear_error(tmp_path: Path, broken: str) -> None:
    names = tmp_path / "names.toml"
    names.write_text(broken, encoding="utf-8")
    with pytest.raises(InputError, match=r"names\.toml") as told:
        ledger.extract("VLR will invest $40 million.", names=names)
    assert "\n" not in str(told.value)


def test_a_rejected_commitment_counts_nowhere_and_leaves_the_review(book: Book) -> None:
    whole = book.rows().filter(claim_id=NORLUND)["commitment"].item()
    book.decide("reject", whole, author="Ana")
    assert (
        stated(book, actor="Norlund")
        == stated(book, basis="claims", actor="Norlund")
        == stated(book, stage_floor="cancelled", actor="Norlund")
        == 0
    )
    assert whole not in book.review()["commitment"].to_list()
    assert book.exclusions().filter(commitment=whole)["exclusion_reason"].to_list() == ["rejected", "rejected"]
    assert book.recycled().filter(commitment_id=whole).is_empty()
    book.decide("accept", whole, author="Ana")
    assert stated(book, actor="Norlund") == 300_000_000
    book.decide("correct", whole, author="Ana", field="value", value="250000000")
    assert stated(book, actor="Norlund") == 250_000_000


def test_a_decision_changes_the_totals_and_the_past_stays(book: Book) -> None:
    before = now()
    with_rumour = book.decide(
        "correct",
        book.rows().filter(pl.col("stage") == "rumoured")["claim_id"][0],
        field="stage",
        value="approved",
        author="Ana",
    )
    assert with_rumour.exact == "$90 million"
    assert stated(book, actor="Orrin") == 90_000_000
    assert stated(book, actor="Orrin", as_of=before) == 0
    assert book.rows().filter(pl.col("value") == 90_000_000)["stage"].to_list() == ["approved"]
    assert book.claims.filter(pl.col("value") == 90_000_000).collect()["stage"].to_list() == ["rumoured"]


@pytest.mark.slow
def test_the_same_word_again_adds_nothing_but_a_change_of_mind_does(book: Book) -> None:
    def say(kind: str) -> Decision:
        return book.decide(kind, NORLUND[:6], author="Ana")

    first = say("reject")
    assert say("reject") == first
    accepted = say("accept")
    again = say("reject")
    assert book.decisions["decision_id"].to_list() == [first.decision_id, accepted.decision_id, again.decision_id]
    assert len({first.decision_id, accepted.decision_id, again.decision_id}) == 3
    assert book.rows().filter(pl.col("claim_id") == NORLUND)["exclusion_reason"].to_list() == ["rejected"]


def test_names_are_made_one_and_parted_again(book: Book) -> None:
    book.decide(DecisionKind.ALIAS, "Kesto", "Norlund", author="Ana")
    assert book.totals(by="actor")["actor"].to_list() == ["Norlund"]
    book.decide(DecisionKind.DIFFERENT, "Kesto", "Norlund", author="Ana")
    assert set(book.totals(by="actor")["actor"]) == {"Kesto", "Norlund"}


@pytest.mark.parametrize(
    ("kind", "arguments", "options"),
    [
        ("agree", [NORLUND], {}),
        ("reject", ["ffffffff"], {}),
        ("reject", [NORLUND[:3]], {}),
        ("reject", [NORLUND, NORLUND], {}),
        ("same", [NORLUND], {}),
        ("same", [NORLUND, "ffffffff"], {}),
        ("alias", ["Kesto"], {}),
        ("reject", [NORLUND], {"field": "stage", "value": "approved"}),
        ("correct", [NORLUND], {}),
        ("correct", [NORLUND], {"field": "colour", "value": "red"}),
        ("correct", [NORLUND], {"field": "value", "value": "a lot"}),
        ("correct", [NORLUND], {"field": "value", "value": "NaN"}),
        ("correct", [NORLUND], {"field": "stage", "value": "dreamt of"}),
        ("correct", [NORLUND], {"field": "measure", "value": "gift"}),
        ("correct", [NORLUND], {"field": "fields", "value": "space; magic"}),
        ("correct", [NORLUND], {"field": "period", "value": "soon"}),
        ("correct", [NORLUND], {"field": "unit", "value": " "}),
    ],
)
def test_a_decision_that_says_nothing_is_refused(
    unchanged: Book, kind: str, arguments: list[str], options: dict[str, str]
) -> None:
    with pytest.raises(LedgerError):
        unchanged.decide(kind, *arguments, author="Ana", **options)  # type: ignore[arg-type]
    assert unchanged.decisions.is_empty()


def test_a_decision_has_an_author(unchanged: Book) -> None:
    with pytest.raises(LedgerError, match="author"):
        unchanged.decide("reject", NORLUND, author=" ")


def test_why_leads_from_an_id_to_the_words(small: Book) -> None:
    why = small.why(NORLUND[:8])
    (quote,) = why.quotes
    assert (why.kind, why.id) == ("claim", NORLUND)
    assert quote.sentence == "Norlund says it will invest $300 million in clean energy in Arvania."
    assert quote.marked() == (
        "[1 Norlund] says it [2 will [3 invest]] [4 $300 million] in [5 clean energy] in [6 Arvania]."
    )
    assert [mark.label for mark in quote.inside] == [
        "actor Norlund", "stage pledged", "measure investment", "figure", "field clean_energy", "recipient Arvania",
    ]  # fmt: skip
    assert quote.outside == ()


def test_why_of_a_commitment_gives_all_its_tellings(small: Book) -> None:
    commitment = small.rows().filter(pl.col("claim_id") == NORLUND)["commitment"][0]
    why = small.why(commitment)
    assert (why.kind, len(why.commitments), len(why.quotes_of(commitment))) == ("commitment", 1, 2)


def test_why_of_a_total_gives_its_commitments(small: Book) -> None:
    why = small.why_total(actor=["Norlund"])
    assert [row["actor"] for row in why.commitments] == [["Norlund"]]
    assert len(small.why_total().commitments) == small.totals()["commitments"][0] == 2


def test_review_begins_with_the_largest_doubt(book: Book) -> None:
    queue = book.review()
    assert queue["effect"].is_sorted(descending=True)
    first = queue["claim_id"][0]
    book.decide("accept", first, author="Ana")
    assert first not in book.review()["claim_id"].to_list()
    assert book.review(1).height == 1


def test_rates_say_where_they_come_from(book: Book, tmp_path: Path) -> None:
    rates = book.rates("USD")
    assert set(rates["unit"]) == {"USD", "EUR"}
    assert rates["rate_source"].null_count() == 0
    own = tmp_path / "own.csv"
    own.write_text("unit,to,on,rate\nXAU,USD,2026-01-05,3000\n")
    assert (book.add_rates(own), book.add_rates(own)) == (1, 0)


def test_verify_finds_nothing_wrong(book: Book) -> None:
    book.decide("reject", NORLUND, author="Ana")
    assert book.verify() == []


def tamper(book: Book, table: str, **change: pl.Expr) -> None:
    """Write the rows of a table anew, changed behind the ledger's back."""
    part = book.store.tables[table]
    rows = part.rows().collect().with_columns(**change)
    part.handle().delete()
    assert part.append(rows, part.handle(), {})


@pytest.mark.parametrize(
    ("table", "change", "rule"),
    [
        ("documents", {"text": pl.lit("changed ") + pl.col("text")}, "text_has_its_id"),
        ("claims", {"exact": pl.col("exact").str.replace("3", "4")}, "quote_equals_slice"),
        ("claims", {"value": pl.col("value") + 1}, "ends_in_order"),
        ("claims", {"document_id": pl.lit("0" * 16)}, "document_known"),
        ("claims", {"claim_id": pl.lit("0" * 16)}, "ids_once"),
        ("claims", {"kind": pl.lit("nothing")}, "is_a_record"),
        ("documents", {"raw_sha256": pl.lit("x")}, "is_a_record"),
        ("runs", {"claims": pl.col("claims") + 1}, "run_counts"),
    ],
)
def test_verify_tells_what_was_tampered_with(book: Book, table: str, change: dict[str, pl.Expr], rule: str) -> None:
    tamper(book, table, **change)
    assert rule in {problem.rule for problem in book.verify()}


@pytest.mark.parametrize(
    "corrections",
    [
        {"value": "1e400", "stage": "null", "colour": "red", "unit": "shells"},
        {"value": "1e38"},
        {"value": "1234,567"},
    ],
)
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_kept_correction_that_does_not_fit_is_left_aside_and_told(
    book: Book, corrections: dict[str, str], whole: bool
) -> None:
    before = book.totals()
    target = book.rows().filter(claim_id=NORLUND)["commitment"].item() if whole else NORLUND
    said = {"kind": DecisionKind.CORRECT, "target": target, "author": "another program", "at": now()}
    book.store.add_decisions(
        [Decision(decision_id=stable_id(each), field=each, value=value, **said) for each, value in corrections.items()]
    )
    assert book.totals().equals(before)
    assert {(problem.where, problem.rule) for problem in book.verify()} == {
        (f"decision {stable_id(each)}", "decision_stands" if each == "colour" else "correction_fits")
        for each in corrections
    }
    book.decide("correct", target, field="value", value="250 million", author="Ana")
    assert 250_000_000 in book.commitments.collect()["value"].to_list()


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"value": pl.col("value") + 1}, {"amount_follows", "ends_in_order"}),
        ({"lower": pl.col("lower") - 1}, {"amount_follows"}),
        ({"unit": pl.lit("GBP")}, {"amount_follows"}),
    ],
)
def test_verify_proves_the_amount_of_each_commitment(book: Book, change: dict[str, pl.Expr], rules: set[str]) -> None:
    whole = book.rows().filter(claim_id=NORLUND)["commitment"].item()
    book.decide("correct", whole, field="value", value="250 million", author="Ana")
    known = book.derived()
    assert verify(known) == []
    wrong = known.resolution.commitments.with_columns(**change)
    told = verify(replace(known, resolution=replace(known.resolution, commitments=wrong)))
    assert {problem.rule for problem in told} == rules
    assert {problem.where for problem in told if problem.rule == "amount_follows"} == {
        f"commitment {name}" for name in wrong["commitment_id"]
    }


@pytest.mark.slow
def test_corrections_are_checked_one_after_the_other(book: Book) -> None:
    for field, value in (("upper", "350 million"), ("value", "340 million"), ("lower", "330 million")):
        book.decide("correct", NORLUND, field=field, value=value, author="Ana")
    row = book.rows().filter(claim_id=NORLUND).row(0, named=True)
    assert (row["lower"], row["value"], row["upper"], row["bound"]) == (330_000_000, 340_000_000, 350_000_000, "range")
    with pytest.raises(LedgerError, match="outside the range 330000000 to 350000000"):
        book.decide("correct", NORLUND, field="value", value="360 million", author="Ana")
    assert book.verify() == []


def test_the_same_state_is_resolved_once(book: Book) -> None:
    assert book.resolution() is book.resolution()
    before = book.resolution()
    book.add([reading(pledge("Tessel", 7))], now())
    assert book.resolution() is not before


def test_ledger_open_makes_one_or_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreError):
        ledger.open(tmp_path / "none", create=False)
    assert ledger.open(tmp_path / "new").documents.collect().is_empty()
    assert ledger.open(tmp_path / "new", create=False).verify() == []
    monkeypatch.setenv("LEDGER_PATH", str(tmp_path / "new"))
    assert ledger.open(create=False).store.address == str(tmp_path / "new")


def test_an_empty_ledger_answers_every_question(tmp_path: Path) -> None:
    book = ledger.open(tmp_path / "new")
    assert book.rows().is_empty()
    assert book.totals()["stated"].to_list() == [0]
    assert book.totals(by=["actor", "field"]).is_empty()
    assert book.review().is_empty()
    assert book.rates().is_empty()
    assert book.why_total().commitments == []


def test_statistics_are_never_summed(tmp_path: Path) -> None:
    book = ledger.open(tmp_path / "new")
    book.add([reading(profit())], datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=1))
    assert book.totals()["commitments"].to_list() == [0]
    assert book.exclusions()["exclusion_reason"].to_list() == ["statistic"]


@pytest.mark.slow
def test_a_ledger_that_grows_is_resolved_as_if_it_were_new(book: Book) -> None:
    def same() -> bool:
        return alike(book.resolution(), derive(book.snapshot()).resolution)

    book.resolution()
    book.add([reading(pledge("Tessel", 7)), reading(pledge("Norlund", 310, day=9))], now())
    assert same()
    book.decide("reject", NORLUND, author="Ana")
    assert same()
    book.decide(
        "correct", book.resolution().commitments["commitment_id"][0], field="actor", value="Orrin", author="Ana"
    )
    assert same()
    book.decide("alias", "Kesto", "Tessel", author="Ana")
    assert same()


def alike(one: Resolution, other: Resolution) -> bool:
    keys = (("commitments", "commitment_id"), ("memberships", "claim_id"), ("actors", "name"))
    return all(getattr(one, name).sort(key).equals(getattr(other, name).sort(key)) for name, key in keys)


def reopened(book: Book) -> Book:
    return Book.open(book.store.address)


@pytest.mark.slow
def test_what_was_worked_out_is_kept_beside_the_ledger(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    anew = book.resolution()
    monkeypatch.setattr(derived, "resolve", lambda *_, **__: pytest.fail("resolved again"))
    assert alike(reopened(book).resolution(), anew)
    book.add([reading(pledge("Tessel", 7)), reading(pledge("Norlund", 310, day=9))], now())
    grown = reopened(book).resolution()
    monkeypatch.undo()
    assert alike(grown, derive(book.snapshot()).resolution)
    book.decide("reject", NORLUND, author="Ana")
    assert alike(reopened(book).resolution(), derive(book.snapshot()).resolution)
    assert len(list((Path(book.store.address) / "derived").iterdir())) == 1


@pytest.mark.slow
def test_a_new_reading_leaves_nothing_of_the_old_in_what_is_kept(book: Book) -> None:
    article, (claim,) = pledge()
    book.resolution()
    for claims in (
        (),
        (claim.model_copy(update={"value": claim.value + 1, "lower": claim.value + 1, "upper": claim.value + 1}),),
        (claim,),
    ):
        store_readings(book.store, [reading((article, claims))], now(), replacing=True, words="")
        assert alike(reopened(book).resolution(), derive(book.snapshot()).resolution)
        assert alike(book.resolution(), derive(book.snapshot()).resolution)


@pytest.mark.parametrize("harm", ["tampered", "damaged", "foreign", "compacted"])
def test_what_is_kept_and_stale_is_not_believed(book: Book, harm: str) -> None:
    book.resolution()
    (kept,) = (Path(book.store.address) / "derived").iterdir()
    if harm == "tampered":
        tamper(book, "claims", value=pl.col("value") + 1, lower=pl.col("lower") + 1, upper=pl.col("upper") + 1)
    elif harm == "damaged":
        (kept / "memberships.parquet").write_bytes(b"no table")
    elif harm == "foreign":
        pl.DataFrame({"a": [1]}).write_parquet(kept / "memberships.parquet")
        kept.rename(kept.with_name("0" * 16 + kept.name[16:]))
    else:
        book.store.compact(now())
    assert alike(reopened(book).resolution(), derive(reopened(book).snapshot()).resolution)


def test_the_next_run_sweeps_what_killed_runs_left(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(book.store.tables["claims"], "append_once", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            book.add([reading(pledge("Tessel", 7))], now())
    assert len(list(book.store.leftovers())) == 1
    monkeypatch.setattr(ingestion, "LEFTOVER_AGE", timedelta(hours=-1))
    book.add([reading(pledge("Orrin", 8))], now())
    assert not list(book.store.leftovers())


def test_the_version_is_that_of_the_package() -> None:
    assert ledger.__version__ == version("figures-ledger")


def test_the_package_shows_its_public_names_and_they_are_plain_functions() -> None:
    assert dir(ledger) == ["Book", "Text", "__version__", "extract", "open"]
    assert isfunction(ledger.extract)
    assert isfunction(ledger.open)
    assert ledger.Book is Book


def test_extract_takes_an_attributor_and_refuses_one_that_is_not_known() -> None:
    (claim,) = ledger.extract("Velora will invest $2 million.", attributor="fast")
    assert claim.attributor == "fast"
    with pytest.raises(InputError, match="slow"):
        ledger.extract("Velora will invest $2 million.", attributor="slow")
