"""Fit the weights of `resolve.toml` on the commitments of annotated articles, and print how they do on unseen topics.

    python -m training.resolution.weights --gold FOLDER ... [--model within|change|across]

Pairs are those that resolution compares, with the features that it weighs. `within` asks whether two amounts of an
article are the same money now, `change` whether they are of one commitment with different amounts, `across` whether
two articles tell the same money. For each model the program prints the number of pairs, and F1 and log loss of joining
them: by the weights of the file, and by weights that were fitted without the pair's topic. (The weights of the file
have seen the annotated articles; fitted ones must do better all the same to replace them.) Where they do, weights
fitted on all pairs are printed, to be copied into the file.
"""

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss

from ledger.resolve import across, features, within
from ledger.resolve.decisions import ReplayedDecisions
from ledger.resolve.local import with_local_clusters
from ledger.resolve.mentions import mentions_of, resolve_rules
from ledger.tables import record_schema
from schemas import Claim, Document, Figure, Measure, Section, stable_id
from training.corpus.annotated import Article, add_gold, read_sets

STRENGTH = 0.5
"""How far fitted weights may go (the inverse of the penalty)."""
CONTEXT = 32
"""Characters before and after an amount that a claim quotes."""
LEAST = 8
"""Fewer joined pairs than these cannot be fitted."""


def named(names: Sequence[str], start: int, end: int) -> list[dict[str, Any]]:
    about = {"type": "other", "start": start, "end": end, "rule": "gold", "confidence": 1.0}
    return [{"name": name, "id": stable_id(name), "said": name} | about for name in names]


def claim_rows(article: Article) -> list[dict[str, Any]]:
    """The annotated commitments of an article as rows of the record Claim."""
    rows = []
    for figure, label in zip(article.figures, article.labels, strict=True):
        if label["kind"] != "money" or not Measure(label["measure"]).is_commitment:
            continue
        start, end = figure.start, figure.end
        evidence = {"start": start, "end": end, "exact": article.text[start:end], "rule": "gold", "confidence": 1.0}
        row: dict[str, Any] = dict.fromkeys(record_schema(Claim))
        rows.append(row | _place(article, figure) | _amount(figure, label) | _labels(label, evidence))
    return rows


def _place(article: Article, figure: Figure) -> dict[str, Any]:
    start, end = figure.start, figure.end
    return {
        "claim_id": stable_id(article.id, start, end),
        "document_id": article.id,
        "start": start,
        "end": end,
        "exact": article.text[start:end],
        "prefix": article.text[max(0, start - CONTEXT) : start],
        "suffix": article.text[end : end + CONTEXT],
        "sentence_start": figure.sentence_start,
        "sentence_end": figure.sentence_end,
        "section": Section(figure.section).value,
    }


def _amount(figure: Figure, label: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "money",
        "unit": figure.unit,
        "currency_basis": "explicit",
        "value": figure.value,
        "lower": figure.lower,
        "upper": figure.upper,
        "bound": figure.bound.value,
        "period": label["period"],
        "per": label["per"],
    }


def _labels(label: Mapping[str, Any], evidence: Mapping[str, Any]) -> dict[str, Any]:
    start, end = evidence["start"], evidence["end"]
    return {
        "measure": label["measure"],
        "measure_evidence": evidence,
        "stage": label["stage"] or "pledged",
        "actor": named(label["actor"], start, end),
        "recipient": named(label["recipient"], start, end),
        "fields": [{"code": code, **evidence} for code in label["fields"]],
        "modality": [],
        "relations": [],
        "confidence": 0.9,
        "review": [],
        "rules": ["gold"],
        "attributor": "gold",
        "extractor_version": "0",
    }


def mentions(read: Sequence[Article]) -> pl.DataFrame:
    """The mentions of all articles, with `topic` and `commitment`."""
    retrieved = datetime(2026, 1, 1, tzinfo=UTC)
    texts = [
        dict.fromkeys(record_schema(Document))
        | {
            "document_id": article.id,
            "source": article.id,
            "published": article.published,
            "retrieved_at": retrieved,
            "source_type": "media",
            "text": article.text,
            "raw_sha256": "0" * 64,
        }
        for article in read
    ]
    claims = pl.DataFrame(
        [row for article in read for row in claim_rows(article)], schema=record_schema(Claim), orient="row"
    )
    known = [
        (stable_id(article.id, figure.start, figure.end), article.topic, label["commitment"])
        for article in read
        for figure, label in zip(article.figures, article.labels, strict=True)
    ]
    about = pl.DataFrame(
        known, schema={"claim_id": pl.String, "topic": pl.String, "commitment": pl.String}, orient="row"
    ).unique("claim_id")
    found = mentions_of(claims, pl.DataFrame(texts, schema=record_schema(Document), orient="row"))
    return within.with_dollars(found, None).join(about, on="claim_id", how="left", maintain_order="left")


def compared(rows: pl.DataFrame, model: str) -> tuple[pl.DataFrame, dict[str, pl.Expr]]:
    """The pairs of a model with the columns of both sides, `topic` and `joined`; and its features."""
    if model == "across":
        return _compared_across(rows), features.document_features()
    within_model = model == "within"
    pairs = within.similar_pairs(rows) if within_model else within.changing_pairs(rows)
    known = rows.select("row", "topic", "commitment")
    both = within.with_both_sides(pairs, rows).join(known, left_on="a", right_on="row")
    placed = both.join(known, left_on="b", right_on="row", suffix="_b")
    joined = (pl.col("commitment") == pl.col("commitment_b")).fill_null(value=False).alias("joined")
    wanted = features.same_money_features() if within_model else features.change_features()
    return placed.with_columns(joined), wanted


def _compared_across(rows: pl.DataFrame) -> pl.DataFrame:
    placed = with_local_clusters(rows, within.pairs_within(rows), ReplayedDecisions())
    local = across.local_clusters_of(placed)
    keyed = across.keyed_amounts(across.sized_amounts(local), local)
    found = across.candidate_pairs(keyed, keyed)
    both = across.both_sides(found, local.select(features.DOCUMENT_COLUMNS))
    known = rows.select(pl.col("row").cast(pl.Int64).alias("local_cluster"), "topic", "commitment")
    about = local.select("local_cluster").join(known, on="local_cluster", how="left", maintain_order="left")
    ends = [about["commitment"][found[name]].alias(f"end_{name}") for name in across.PAIR]
    joined = (ends[0] == ends[1]).fill_null(value=False).alias("joined")
    return both.with_columns(*ends, about["topic"][found["place"]].alias("topic"), joined)


def measured(model: str, rows: pl.DataFrame) -> None:
    """Print how the weights of the file and fitted ones do, and the fitted ones where they do better."""
    told, wanted = compared(rows, model)
    weights = dict(resolve_rules()["weights"][model])
    names = [name for name in weights if name not in ("bias", "threshold")]
    matrix = told.select(wanted[name].cast(pl.Float64).fill_null(0).alias(name) for name in names).to_numpy()
    truth, topics = told["joined"].to_numpy().astype(int), told["topic"].fill_null("").to_numpy()
    print(f"{model}: {len(truth)} pairs, {truth.sum()} of one commitment, {len(set(topics))} topics")
    if min(truth.sum(), len(truth) - truth.sum()) < LEAST:
        print("  too few to fit")
        return
    by_hand = matrix @ np.array([weights[name] for name in names]) + weights["bias"]
    held_out = _held_out(matrix, truth, topics)
    score_hand, score_fit = (
        _told(title, truth, odds, weights["threshold"])
        for title, odds in (("in the file", by_hand), ("fitted", held_out))
    )
    if score_fit > score_hand:
        fitted = LogisticRegression(C=STRENGTH, max_iter=2000).fit(matrix, truth)
        print(
            f"bias = {fitted.intercept_[0]:.2f}\n"
            + "\n".join(f"{name} = {weight:.2f}" for name, weight in zip(names, fitted.coef_[0], strict=True))
        )


def _held_out(matrix: np.ndarray, truth: np.ndarray, topics: np.ndarray) -> np.ndarray:
    """The log odds of each pair by weights that were fitted without its topic."""
    odds = np.zeros(len(truth))
    for topic in sorted(set(topics)):
        away = topics == topic
        if len(set(truth[~away])) == 2:
            odds[away] = (
                LogisticRegression(C=STRENGTH, max_iter=2000)
                .fit(matrix[~away], truth[~away])
                .decision_function(matrix[away])
            )
    return odds


def _told(title: str, truth: np.ndarray, odds: np.ndarray, threshold: float) -> float:
    """Print one line, return the F1 of joining."""
    score = 100 * float(f1_score(truth, odds > threshold))
    print(f"  {title:12} F1 {score:5.1f}  log loss {log_loss(truth, 1 / (1 + np.exp(-odds))):.3f}")
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    parser.add_argument("--model", choices=("within", "change", "across"), action="append")
    options = parser.parse_args()
    rows = mentions([article for one in read_sets(options.gold) for article in one.articles])
    for model in options.model or ("within", "change", "across"):
        measured(model, rows)


if __name__ == "__main__":
    main()
