"""Near copies: documents that tell one article again, cut, reordered, retitled or with updated figures.

Runs of four words are hashed (MinHash) and banded, so that only documents which share some are compared. What is
compared is then measured: how many of the runs of the shorter text stand in the other, and how many of its figures and
names. Two articles on one pledge share the figures and names, and not the words.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

import polars as pl
from rensa import RMinHash

RUN = 4
"""Words of a run."""
HASHES, ROWS, SEED = 128, 2, 7
"""Hashes of a document; those of one band must be the same for two documents to share it."""
SHARED_BANDS = 2
"""Bands that two documents share to be compared."""
CROWD = 200
"""A band that more documents share is of words that stand below every article of a publisher."""
LEAST_WORDS = 50
"""Shorter texts are no copies of one another: a form with other names in it is much alike."""
SHARED_RUNS, SHARED_FIGURES, SHARED_NAMES = 0.65, 0.4, 0.6
"""Shares of the runs, figures and names of the shorter text that stand in a copy."""
FEW_FIGURES = 2
RUNS_OF_FEW = 0.8
"""The share of runs where the shorter text has fewer figures than that."""
SAME_PAGE_RUNS = 0.3
"""The share of runs from which a text at the same address is the same page."""
JOINED_AT_ONCE = 1_000_000
"""How many rows the join of bands may make at a time, but for those of a single document."""
TEXTS_AT_ONCE = 10_000
"""The words of so many texts are held at a time."""
COVERED = 0.6
"""A later version of a publisher's article holds this share of the earlier one; what holds less was cut."""

WORD = re.compile(r"\w+(?:['’]\w+)?")
FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
PLAIN_FIGURE = re.compile(r"(?:19|20)\d\d|\d")
"""A year, or a number of one digit, which tell nothing."""
NAME = re.compile(r"(?<=[\w,;)’”] )[^\W\d_a-zà-ÿ][\w’'&-]+")
"""A word with a capital inside a sentence; at its start any word has one."""
CALENDAR = frozenset(
    re.findall(
        r"\w+",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
        "September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec",
    )
)
"""Names that say nothing of what a text is about."""
DIGIT = re.compile(r"\d+")
HASHED = pl.List(pl.UInt64())
SIGNATURE = {"document_id": pl.String(), "bands": HASHED, "figures": HASHED, "names": HASHED}
LINK = {"document_id": pl.String(), "duplicate_of": pl.String(), "replaced_by": pl.String()}
LIKELY = {"document_id": pl.String(), "other": pl.String(), "least": pl.Float64()}
"""Two documents that may be near copies, and the share of the runs of the shorter one that must stand in the other."""
PAIR = {"document_id": pl.String(), "other": pl.String(), "of_document": pl.Float64(), "of_other": pl.Float64()}
"""Two near copies, and the share of the runs of each that stand in the other one."""


def _figures(text: str) -> Collection[str]:
    """The figures of a text but years and single digits, each once."""
    return dict.fromkeys(said for said in FIGURE.findall(text) if not PLAIN_FIGURE.fullmatch(said))


def _names(text: str) -> Collection[str]:
    """The words of a text with a capital, each once, those of the calendar left out."""
    return dict.fromkeys(said for said in NAME.findall(text) if said not in CALENDAR)


def _runs(text: str) -> Iterator[str]:
    words = WORD.findall(text)
    return (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


@dataclass(frozen=True)
class KnownCopies:
    """What is known of the near copies among documents, to go on from when documents are added."""

    signatures: pl.DataFrame
    """What `signatures_of` gives of every document."""
    pairs: pl.DataFrame
    """The near copies, with the columns of `PAIR`."""
    links: pl.DataFrame
    """document_id, duplicate_of, replaced_by of the documents that have any of the two."""


def known_copies(documents: pl.DataFrame, before: KnownCopies | None) -> tuple[KnownCopies, pl.DataFrame]:
    """The near copies among `documents`, of which those of `before` are known; and `documents` linked by them."""
    here = documents.select("document_id")
    if before is None:
        before = KnownCopies(*(pl.DataFrame(schema=schema) for schema in (SIGNATURE, PAIR, LINK)))
    fresh = documents.join(before.signatures, on="document_id", how="anti")
    old = before.signatures.join(here, on="document_id", how="semi")
    signatures = pl.concat([old, signatures_of(fresh)])
    kept = before.pairs.join(here, on="document_id", how="semi")
    kept = kept.join(here, left_on="other", right_on="document_id", how="semi")
    pairs = pl.concat([kept, copies_among(documents, signatures, fresh["document_id"])])
    found = linked(documents, pairs)
    links = found.select(*LINK).filter(pl.any_horizontal(pl.col("duplicate_of", "replaced_by").is_not_null()))
    return KnownCopies(signatures, pairs, links), found


def signatures_of(documents: pl.DataFrame) -> pl.DataFrame:
    """What near copies are found by, with the columns of `SIGNATURE`: bands, and the hashes of figures and names.

    `documents` have the columns document_id and text. In bands all numbers count as one, so that updated figures change
    nothing.
    """
    said = documents.select("document_id", pl.col("text").fill_null(""))
    some = (_signed(part) for part in said.iter_slices(TEXTS_AT_ONCE))
    return pl.concat([pl.DataFrame(schema=SIGNATURE), *some])


def _signed(documents: pl.DataFrame) -> pl.DataFrame:
    rows = [(name, _bands(text), list(_figures(text)), list(_names(text))) for name, text in documents.iter_rows()]
    words = pl.List(pl.String())
    found = pl.DataFrame(rows, schema={**SIGNATURE, "figures": words, "names": words}, orient="row")
    return found.with_columns(pl.col("figures", "names").list.eval(pl.element().hash()))


def _bands(text: str) -> list[int]:
    """The bands of a text, none of a short one."""
    runs = list(_runs(DIGIT.sub("0", text.casefold())))
    if len(runs) + RUN - 1 < LEAST_WORDS:
        return []
    hashed = RMinHash(num_perm=HASHES, seed=SEED)
    hashed.update(runs)
    digest = hashed.digest()
    bands = enumerate(zip(*(digest[row::ROWS] for row in range(ROWS)), strict=True))
    return [((one << 32) | other) ^ (place * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) for place, (one, other) in bands]


def copies_among(documents: pl.DataFrame, signatures: pl.DataFrame, fresh: pl.Series) -> pl.DataFrame:
    """The pairs of near copies of which at least one is `fresh` (document_ids), with the columns of `PAIR`."""
    ordered = signatures.sort("document_id")
    is_fresh = ordered["document_id"].is_in(fresh.implode())
    alike = [_alike(pairs, ordered) for pairs in _banded(ordered, is_fresh)] if is_fresh.any() else []
    return _measured(documents, pl.concat([pl.DataFrame(schema=LIKELY), *alike]).sort("document_id", "other"))


def _banded(signatures: pl.DataFrame, fresh: pl.Series) -> Iterator[pl.DataFrame]:
    """place, place_b: the rows of `signatures` that share enough bands, of which at least one is `fresh`.

    The smaller place is first. They come some documents at a time.
    """
    each = signatures.select("bands", fresh.alias("fresh")).with_row_index("place").explode("bands").drop_nulls("bands")
    shared = each.group_by("bands").agg(rows=pl.len().cast(pl.Int64)).filter(pl.col("rows").is_between(2, CROWD))
    placed = each.join(shared, on="bands")
    joined = placed.filter("fresh").group_by("place").agg(pl.col("rows").sum()).sort("place")
    parts = joined.select("place", part=(pl.col("rows").cum_sum() - 1) // JOINED_AT_ONCE)
    once = ~pl.col("fresh_b") | (pl.col("place") < pl.col("place_b"))
    for part in placed.join(parts, on="place").partition_by("part", include_key=False):
        both = part.join(placed, on="bands", suffix="_b").filter(pl.col("place") != pl.col("place_b"), once)
        pairs = both.group_by("place", "place_b").len("bands").filter(pl.col("bands") >= SHARED_BANDS)
        ends = pl.min_horizontal("place", "place_b"), pl.max_horizontal("place", "place_b")
        yield pairs.select(ends[0].alias("place"), ends[1].alias("place_b"))


def _alike(pairs: pl.DataFrame, signatures: pl.DataFrame) -> pl.DataFrame:
    """Those `pairs` of rows of `signatures` that share figures and names, with the columns of `LIKELY`."""
    said = signatures.select("document_id", "figures", "names")
    one, other = said[pairs["place"]], said[pairs["place_b"]].select(pl.all().name.suffix("_b"))
    named = (pl.col("names").list.len() > 0) & (pl.col("names_b").list.len() > 0)
    few = ~named | (pl.min_horizontal(pl.col("figures").list.len(), pl.col("figures_b").list.len()) < FEW_FIGURES)
    alike = pl.concat([one, other], how="horizontal").filter(
        ~named | (_shared("names") >= SHARED_NAMES), few | (_shared("figures") >= SHARED_FIGURES)
    )
    least = pl.when(few).then(RUNS_OF_FEW).otherwise(SHARED_RUNS)
    return alike.select("document_id", pl.col("document_id_b").alias("other"), least.alias("least"))


def _shared(name: str) -> pl.Expr:
    """The share of the smaller set that stands in the other one, NaN where it is empty."""
    one, other = pl.col(name), pl.col(f"{name}_b")
    return one.list.set_intersection(other).list.len() / pl.min_horizontal(one.list.len(), other.list.len())


def same_pages(documents: pl.DataFrame) -> pl.DataFrame:
    """The pairs of documents from one address that are the same page, with the columns of `PAIR`."""
    address = pl.col("url").str.replace("#.*$", "").str.strip_suffix("/")
    placed = documents.select("document_id", address.alias("address")).drop_nulls()
    both = placed.join(placed, on="address", suffix="_b").filter(pl.col("document_id") < pl.col("document_id_b"))
    pairs = both.select("document_id", pl.col("document_id_b").alias("other"), least=pl.lit(SAME_PAGE_RUNS))
    return _measured(documents, pairs.sort("document_id", "other"))


def _measured(documents: pl.DataFrame, likely: pl.DataFrame) -> pl.DataFrame:
    """The pairs that share at least the runs they must, with the columns of `PAIR`; `likely` has those of `LIKELY`."""
    named = pl.concat([likely["document_id"], likely["other"]]).unique()
    texts = dict(documents.filter(pl.col("document_id").is_in(named.implode())).select("document_id", "text").rows())

    @lru_cache(TEXTS_AT_ONCE)
    def runs(name: str) -> frozenset[str]:
        return frozenset(_runs((texts[name] or "").casefold()))

    rows = []
    for name, other, least in likely.iter_rows():
        one, two = runs(name), runs(other)
        common = len(one & two)
        if one and two and common / min(len(one), len(two)) >= least:
            rows.append((name, other, common / len(one), common / len(two)))
    return pl.DataFrame(rows, schema=PAIR, orient="row")


def linked(documents: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """`documents` with `duplicate_of` and `replaced_by` as `pairs` of near copies, and their addresses, give them.

    A copy names the first of its copies, by day. A document is replaced by the last of those that are the same page,
    or an article of the same publisher that holds most of it, of a later day or, on one day, retrieved later.
    """
    known = documents.select("document_id", "published", "retrieved_at", "publisher", "url")
    pages = same_pages(documents).with_columns(page=pl.lit(value=True))
    both = pl.concat([pages, pairs.with_columns(page=pl.lit(value=False))]).unique(
        ["document_id", "other"], keep="first", maintain_order=True
    )
    placed = known.with_columns(
        day=pl.coalesce("published", pl.col("retrieved_at").dt.date()),
        publisher=pl.col("publisher").str.to_lowercase(),
    ).select("document_id", "day", "retrieved_at", "publisher")
    swapped = both.select(
        pl.col("other").alias("document_id"), pl.col("document_id").alias("other"),
        pl.col("of_other").alias("of_document"), pl.col("of_document").alias("of_other"), "page",
    )  # fmt: skip
    joined = (
        pl.concat([both, swapped])
        .join(placed, on="document_id")
        .join(placed, left_on="other", right_on="document_id", suffix="_b")
    )
    found = documents.drop("duplicate_of", "replaced_by", strict=False)
    for links in (_firsts(joined), _lasts(joined)):
        found = found.join(links, on="document_id", how="left", maintain_order="left")
    columns = dict.fromkeys([*documents.columns, "duplicate_of", "replaced_by"])
    return found.select(*columns)


def _firsts(pairs: pl.DataFrame) -> pl.DataFrame:
    """document_id, duplicate_of: the first of the copies of each document that is not itself the first."""
    order = (pl.col("day_b") < pl.col("day")) | (
        (pl.col("day_b") == pl.col("day")) & (pl.col("other") < pl.col("document_id"))
    )
    earlier = pairs.filter(order).sort("document_id", "day_b", "other").unique("document_id", keep="first")
    first = dict(earlier.select("document_id", "other").iter_rows())
    rows = [(name, _end(name, first)) for name in sorted(first)]
    return pl.DataFrame(rows, schema={"document_id": pl.String(), "duplicate_of": pl.String()}, orient="row")


def _lasts(pairs: pl.DataFrame) -> pl.DataFrame:
    """document_id, replaced_by: the last version of each document that has a later one."""
    later = (pl.col("day_b") > pl.col("day")) | (
        (pl.col("day_b") == pl.col("day")) & (pl.col("retrieved_at_b") > pl.col("retrieved_at"))
    )
    version = pl.col("page") | ((pl.col("publisher") == pl.col("publisher_b")) & (pl.col("of_document") >= COVERED))
    found = pairs.filter(later & version.fill_null(value=False)).sort(
        "document_id", "day_b", "retrieved_at_b", "other", descending=[False, True, True, False]
    )
    last = dict(
        found.unique("document_id", keep="first", maintain_order=True).select("document_id", "other").iter_rows()
    )
    rows = [(name, _end(name, last)) for name in sorted(last)]
    return pl.DataFrame(rows, schema={"document_id": pl.String(), "replaced_by": pl.String()}, orient="row")


def _end(name: str, following: dict[str, str]) -> str:
    """The end of a chain; each step leads to an earlier day, or to a later one, so that no chain is a ring."""
    while name in following:
        name = following[name]
    return name


__all__ = ["KnownCopies", "copies_among", "known_copies", "linked", "signatures_of"]
