"""A small factory: articles as tables → the frames of claims and documents that the later stages take."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from ledger.tables import record_schema
from schemas import Claim, Decision, Document, Measure, stable_id

RETRIEVED = datetime(2026, 3, 1, tzinfo=UTC)


def decimal(number: Any) -> Decimal | None:
    return None if number is None else Decimal(str(number)).quantize(Decimal("0.000001"))


def amount(said: Mapping[str, Any]) -> dict[str, Any]:
    bound = said.get("bound", "range" if "upper" in said and "lower" in said else "exact")
    if bound == "range":
        lower, upper = decimal(said["lower"]), decimal(said["upper"])
        return {"value": (lower + upper) / 2, "lower": lower, "upper": upper, "bound": bound}
    value = decimal(said["value"])
    lower = None if bound in ("less_than", "at_most") else value
    upper = None if bound in ("more_than", "at_least") else value
    return {"value": value, "lower": lower, "upper": upper, "bound": bound}


def place(text: str, quote: str, occurrence: int) -> int:
    at = -1
    for _ in range(occurrence):
        at = text.index(quote, at + 1)
    return at


def named(names: Sequence[str], start: int, end: int, kind: str = "other") -> list[dict[str, Any]]:
    common = {"type": kind, "start": start, "end": end, "rule": "test", "confidence": 1.0}
    return [{"name": name, "id": stable_id(name), "said": name} | common for name in names]


def claim_row(document_id: str, text: str, said: Mapping[str, Any]) -> dict[str, Any]:
    quote = said["quote"]
    start = place(text, quote, said.get("occurrence", 1))
    end = start + len(quote)
    opening = max(text.rfind(mark, 0, start) + len(mark) if mark in text[:start] else 0 for mark in ("\n", ". "))
    closings = [at for at in (text.find("\n", end), text.find(". ", end)) if at >= 0]
    evidence = {"start": start, "end": end, "exact": quote, "rule": "test", "confidence": 1.0}
    measure = said.get("measure", "investment")
    stage = said.get("stage", "pledged") if Measure(measure).is_commitment else None
    row: dict[str, Any] = dict.fromkeys(record_schema(Claim))
    return row | amount(said) | {
        "claim_id": stable_id(document_id, start, end), "document_id": document_id, "start": start, "end": end,
        "exact": quote,
        "prefix": text[max(0, start - 32) : start], "suffix": text[end : end + 32], "sentence_start": opening,
        "sentence_end": min(closings, default=len(text)),
        "section": "headline" if end <= text.find("\n") else "paragraph",
        "kind": said.get("kind", "money"), "unit": said.get("unit", "USD"), "currency_basis": "explicit",
        "measure": measure,
        "measure_evidence": evidence, "time_basis": said.get("basis"), "stage": stage, "modality": [],
        "actor": named(said.get("actor", []), start, end, said.get("type", "other")),
        "recipient": named(said.get("recipient", []), start, end),
        "fields": [{"code": code} | evidence for code in said.get("fields", [])], "period": said.get("period"),
        "per": said.get("per"),
        "relations": [], "confidence": 0.9, "class_confidence": said.get("sure"),
        "review": [], "rules": ["test"], "attributor": "test",
        "extractor_version": "0",
    }  # fmt: skip


def document_row(document_id: str, article: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(record_schema(Document))
    return row | {
        "document_id": document_id, "source": article.get("source", document_id), "media_type": "text/plain",
        "publisher": article.get("publisher"),
        "published": article.get("day"), "retrieved_at": RETRIEVED, "source_type": "media", "text": article["text"],
        "raw_sha256": "0" * 64,
    }  # fmt: skip


def frames(articles: Sequence[Mapping[str, Any]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Claims and documents of `articles`: day, text and claims (quote, value, unit, bound, measure, stage, actor …)."""
    claims, documents = [], []
    for article in articles:
        document_id = stable_id("document", article["text"])
        rows = [claim_row(document_id, article["text"], said) for said in article["claims"]]
        for row, said in zip(rows, article["claims"], strict=True):
            row["relations"] = [
                {"kind": kind, "claim_id": rows[to]["claim_id"], "rule": "test"}
                for kind, to in said.get("relations", [])
            ]
        claims += rows
        documents.append(document_row(document_id, article))
    return (
        pl.DataFrame(claims, schema=record_schema(Claim), orient="row"),
        pl.DataFrame(documents, schema=record_schema(Document), orient="row"),
    )


def decision(
    kind: str,
    target: str,
    other: str | None = None,
    *,
    minute: int = 0,
    field: str | None = None,
    value: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    at = datetime(2026, 3, 2, 12, minute, tzinfo=UTC)
    row: dict[str, Any] = dict.fromkeys(record_schema(Decision))
    said = {"kind": kind, "target": target, "other": other, "field": field, "value": value}
    return row | said | {"decision_id": stable_id(*said.values()), "author": "an analyst", "at": at, "note": ""} | more


def decided(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=record_schema(Decision), orient="row")


class Factory:
    """What tests build ledgers with."""

    day = staticmethod(date)
    frames = staticmethod(frames)
    decision = staticmethod(decision)
    decided = staticmethod(decided)


@pytest.fixture(scope="session")
def factory() -> type[Factory]:
    return Factory
