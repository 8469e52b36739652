"""Near copies: what is one article again and what is another on the same pledge, and what becomes of their claims."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.resolve import copies, known_copies, resolve
from ledger.resolve.copies import CROWD
from tests.resolve.factory_copies import Written, copied_pair, different_pair

AT = datetime(2026, 1, 5, tzinfo=UTC)
COLUMNS = {
    "document_id": pl.String, "text": pl.String, "published": pl.Date, "publisher": pl.String, "url": pl.String,
    "retrieved_at": pl.Datetime("us", "UTC"),
}  # fmt: skip


def _frame(written: list[Written]) -> pl.DataFrame:
    rows = [(f"{number:05}", one.text, one.published, one.publisher, None, AT) for number, one in enumerate(written)]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _found(documents: pl.DataFrame) -> set[tuple[str, ...]]:
    return set(known_copies(documents, None)[0].pairs.select("document_id", "other").iter_rows())


def _measured(seeds: range) -> tuple[float, float]:
    """Precision and recall over a copied pair and a pair of different articles for each seed, all together."""
    written = [one for seed in seeds for pair in (copied_pair(seed), different_pair(seed)) for one in pair]
    right = {(f"{4 * at:05}", f"{4 * at + 1:05}") for at in range(len(seeds))}
    found = _found(_frame(written))
    return len(found & right) / max(1, len(found)), len(found & right) / len(right)


def test_copies_are_found_and_other_articles_on_the_pledge_are_not() -> None:
    precision, recall = _measured(range(30))
    assert precision >= 0.99
    assert recall >= 0.95


@pytest.mark.slow
def test_of_four_hundred_pairs_each_copies_are_found() -> None:
    precision, recall = _measured(range(1_000, 1_400))
    assert precision >= 0.99
    assert recall >= 0.95


def test_a_short_text_is_no_copy_of_another() -> None:
    texts = [f"Velora will pay ${number} million for a mill in Lund, it said on Monday." for number in (3, 5)]
    written = [Written("Mill", (text,), date(2026, 1, 1), "Northwire") for text in texts]
    assert _found(_frame(written)) == set()


def test_words_that_stand_below_every_article_link_none() -> None:
    below = "Sign up for our morning letter and read what matters before the markets open. " * 4
    written = [
        Written(
            f"Mill {number}", (f"Firm{number} of Town{number} pays {number + 11} crowns.", below), date(2026, 1, 1), "N"
        )
        for number in range(CROWD + 5)
    ]
    assert _found(_frame(written)) == set()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_copies_found_one_by_one_are_those_found_together(seed: int, cut: int) -> None:
    documents = _frame([*copied_pair(seed), *different_pair(seed), *copied_pair(seed + 1)])
    whole, linked = known_copies(documents, None)
    first, _ = known_copies(documents.head(cut), None)
    grown, again = known_copies(documents, first)
    assert grown.pairs.sort("document_id", "other").equals(whole.pairs.sort("document_id", "other"))
    assert again.equals(linked)


def test_copies_are_the_same_however_many_are_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written = [one for seed in range(12) for one in (*copied_pair(seed), *different_pair(seed))]
    whole, linked = known_copies(_frame(written), None)
    for at_once in ("JOINED_AT_ONCE", "TEXTS_AT_ONCE"):
        monkeypatch.setattr(copies, at_once, 5)
    parted, again = known_copies(_frame(written), None)
    assert whole.pairs.height >= 12
    assert parted.pairs.equals(whole.pairs)
    assert again.equals(linked)


# What becomes of claims -----------------------------------------------------------------------------------------------

STORY = (
    "LUND - {firm} said on Monday that it would put {first} into a battery plant in Portugal, its largest there. "
    "The works are to open in 2029 and to employ nine hundred people, most of them from the towns along the river. "
    "The region adds {second} for a rail link, which the assembly has yet to approve before the summer break. "
    "Neighbours fear noise and lorries, and have asked a court to look at the permit once more this autumn."
)


def _claim(quote: str, value: str, occurrence: int = 1) -> dict[str, Any]:
    about = {"actor": ["Kestrel Motors"], "recipient": ["Portugal"], "fields": ["batteries_ev"]}
    return {"quote": quote, "value": value, **about}


def _article(day: date, first: str, second: str | None, **more: Any) -> dict[str, Any]:
    amounts = {"$2.5 billion": "2.5e9", "$2.9 billion": "2.9e9", "$40 million": "40e6"}
    text = STORY.format(firm="Kestrel Motors", first=first, second=second or "nothing")
    said = [first] + ([second] if second else [])
    return {"day": day, "text": text, "claims": [_claim(quote, amounts[quote]) for quote in said], **more}


def _resolved(
    factory: Any, articles: list[dict[str, Any]], urls: list[str | None]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    claims, documents = factory.frames(articles)
    order = documents.sort("published")["document_id"].to_list()
    address = pl.DataFrame({"document_id": order, "url": urls}, schema={"document_id": pl.String, "url": pl.String})
    placed = documents.drop("url").join(address, on="document_id").select(documents.columns)
    _, linked = known_copies(placed, None)
    found = resolve(claims, linked)
    counted = found.commitments.filter("counted").sort("value", descending=True)
    return counted, found.memberships.join(claims.select("claim_id", "exact"), on="claim_id")


PAGE = "https://northwire.example/plant"


def test_a_reprint_is_counted_once(factory: Any) -> None:
    told = [_article(date(2026, 2, day), "$2.5 billion", "$40 million") for day in (2, 4)]
    told[1]["text"] = told[1]["text"].replace("LUND - ", "Kestrel comes to the river. ")
    counted, where = _resolved(factory, told, [None, None])
    assert [int(value) for value in counted["value"]] == [2_500_000_000, 40_000_000]
    assert where.height == 4
    assert where.filter(~pl.col("counted"))["exclusion_reason"].to_list() == ["restated", "restated"]


def test_an_updated_figure_takes_the_place_of_the_earlier_one(factory: Any) -> None:
    told = [
        _article(date(2026, 2, 2), "$2.5 billion", "$40 million"),
        _article(date(2026, 2, 4), "$2.9 billion", "$40 million"),
    ]
    counted, where = _resolved(factory, told, [None, None])
    assert [int(value) for value in counted["value"]] == [2_900_000_000, 40_000_000]
    assert set(where.filter(~pl.col("counted"))["exclusion_reason"]) == {"superseded", "restated"}


def test_a_later_version_of_a_page_leaves_out_what_it_does_not_tell(factory: Any) -> None:
    told = [_article(date(2026, 2, 2), "$2.5 billion", "$40 million"), _article(date(2026, 2, 4), "$2.9 billion", None)]
    counted, where = _resolved(factory, told, [PAGE, f"{PAGE}#top"])
    assert [int(value) for value in counted["value"]] == [2_900_000_000]
    gone = where.filter(exact="$40 million")
    assert gone["exclusion_reason"].to_list() == ["superseded"]
    assert gone["because"][0].startswith("later_version: document ")


def test_a_cut_reprint_leaves_out_nothing(factory: Any) -> None:
    told = [_article(date(2026, 2, 2), "$2.5 billion", "$40 million"), _article(date(2026, 2, 4), "$2.9 billion", None)]
    counted, _ = _resolved(factory, told, [None, "https://other.example/plant"])
    assert [int(value) for value in counted["value"]] == [2_900_000_000, 40_000_000]
