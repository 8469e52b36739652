"""Ledgers made of nothing but a size: frames with every shape of claim and commitment that an export meets."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from ledger.export import Frames
from ledger.tables import record_schema
from schemas import Claim, Commitment, Document, Membership, Rate, stable_id

ACTORS = (
    "Norlund Energi",
    "Kesto",
    "Republic of Arvania",
    "Harbour Bank",
    "Ayumi Motors",
    "Blue Fjord Capital",
    "Tessel",
    "Orrin Labs",
)
PLACES = ("Arvania", "Port Selby", "Lower Marsh", "Kitami")
FIELDS = ("semiconductors", "clean_energy", "artificial_intelligence", "health", "defense")
MEASURES = ("investment", "loan", "grant", "revenue", "jobs")
STAGES = ("pledged", "approved", "committed", "disbursed", "rumoured", "cancelled")
BOUNDS = ("exact", "at_least", "range", "at_most", "about")
UNITS = ("USD", "EUR", "JPY")


def frames(size: int, **info: str) -> Frames:
    """Frames with `size` claims; each fifth one a statistic, each third other one a repetition."""
    claims = [_claim(number) for number in range(size)]
    commitments, memberships = _resolved(claims)
    documents = [_document(number) for number in range(0, size, 3)]
    return Frames(
        documents=pl.DataFrame(documents, schema=record_schema(Document), orient="row"),
        claims=pl.DataFrame(claims, schema=record_schema(Claim), orient="row"),
        commitments=pl.DataFrame(commitments, schema=record_schema(Commitment), orient="row"),
        memberships=pl.DataFrame(memberships, schema=record_schema(Membership), orient="row"),
        rates=pl.DataFrame(_rates(), schema=record_schema(Rate), orient="row"),
        info={"as_of": "2026-01-31T00:00:00Z", "version": "0.1.0", "ledger": "test-ledger", **info},
    )


def _day(number: int) -> date:
    return date(2023, 1, 1) + timedelta(days=(number * 37) % 1000)


def _document(number: int) -> dict[str, Any]:
    text = _text(number)
    return {
        "document_id": stable_id("document", number),
        "source": f"articles/{number:06}.txt",
        "media_type": "text/plain",
        "title": f"Article {number}",
        "publisher": ("Selby Courier", "Daily Fjord")[number % 2],
        "author": None,
        "published": _day(number) if number % 7 else None,
        "url": f"https://news.example/{number}" if number % 2 else None,
        "language": "en",
        "retrieved_at": datetime(2026, 1, 1, tzinfo=UTC),
        "source_type": "media",
        "text": text,
        "raw_sha256": "0" * 64,
        "duplicate_of": None,
    }


def _text(number: int) -> str:
    return "".join(_sentence(number + place) for place in range(3))


def _sentence(number: int) -> str:
    return f"{ACTORS[number % 8]} said it would put {_exact(number)} into a new plant near {PLACES[number % 4]}. "


def _exact(number: int) -> str:
    return f"${number % 977 + 1} million"


def _bounds(number: int, value: Decimal) -> tuple[Decimal | None, Decimal | None, str]:
    bound = BOUNDS[number % 5]
    low = {"at_most": None, "range": value * Decimal("0.9")}.get(bound, value)
    high = {"at_least": None, "range": value * Decimal("1.1")}.get(bound, value)
    return low, high, bound


def _name(name: str, start: int) -> dict[str, Any]:
    return {
        "name": name,
        "id": stable_id(name),
        "said": name,
        "type": "company",
        "start": start,
        "end": start + len(name),
        "rule": "subject",
        "confidence": 0.9,
    }


def _claim(number: int) -> dict[str, Any]:
    document, place = number - number % 3, number % 3
    offset = sum(len(_sentence(document + before)) for before in range(place))
    sentence = _sentence(number)
    start = offset + sentence.index("$")
    exact = _exact(number)
    statistic = number % 5 == 4
    value = Decimal(number % 977 + 1) * 1_000_000 + Decimal("0.25") * (number % 3)
    lower, upper, bound = _bounds(number, value)
    evidence = {
        "start": start,
        "end": start + 3,
        "exact": sentence[start - offset : start - offset + 3],
        "rule": "cue",
        "confidence": 0.9,
    }
    actors = [_name(ACTORS[number % 8], offset)] + (
        [_name(ACTORS[(number + 3) % 8], offset)] if number % 4 == 1 else []
    )
    return {
        "claim_id": stable_id("claim", number),
        "document_id": stable_id("document", document),
        "run_id": stable_id("run", 0),
        "start": start,
        "end": start + len(exact),
        "exact": exact,
        "prefix": sentence[: start - offset][-32:],
        "suffix": sentence[start - offset + len(exact) :][:32],
        "sentence_start": offset,
        "sentence_end": offset + len(sentence) - 1,
        "section": "paragraph",
        "kind": "money" if not statistic or number % 2 else "count",
        "unit": UNITS[number % 3] if not statistic or number % 2 else "job",
        "value": value,
        "lower": lower,
        "upper": upper,
        "bound": bound,
        "currency_basis": "explicit",
        "measure": ("revenue", "jobs")[number % 2 == 0] if statistic else MEASURES[number % 3],
        "measure_evidence": evidence,
        "time_basis": None,
        "time_basis_evidence": None,
        "stage": None if statistic else STAGES[number % 6],
        "stage_evidence": None if statistic else evidence,
        "modality": [],
        "actor": actors if number % 11 else [],
        "recipient": [_name(PLACES[number % 4], offset)],
        "fields": [
            {"code": code, "start": start, "end": start + 1, "exact": "$", "rule": "cue", "confidence": 0.8}
            for code in {FIELDS[number % 5]: 0, FIELDS[(number * 2) % 5]: 0}
        ],
        "period": "P2Y" if number % 2 else None,
        "period_evidence": None,
        "per": None,
        "speaker": None,
        "relations": [],
        "confidence": 0.8,
        "review": [],
        "rules": ["money_symbol", "cue"],
        "attributor": "fast",
        "extractor_version": "0.1.0",
    }


def _resolved(claims: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    commitments, memberships = [], []
    for number, claim in enumerate(claims):
        if claim["stage"] is None:
            memberships.append(_member(claim, None, "statistic", "measure is no commitment"))
        elif number % 3 == 2 and commitments and claim["stage"] == "disbursed":
            commitments[-1]["claims"].append(claim["claim_id"])
            memberships.append(_member(claim, commitments[-1]["commitment_id"], "restated", "same actor and amount"))
        else:
            reason = (
                claim["stage"]
                if claim["stage"] in ("rumoured", "cancelled")
                else "part_of"
                if number % 13 == 0 and number
                else None
            )
            commitments.append(_commitment(number, claim, reason))
            memberships.append(_member(claim, commitments[-1]["commitment_id"], reason, "first claim"))
    return commitments, memberships


def _member(claim: dict[str, Any], commitment: str | None, reason: str | None, because: str) -> dict[str, Any]:
    return {
        "claim_id": claim["claim_id"],
        "commitment_id": commitment,
        "counted": reason is None,
        "exclusion_reason": reason,
        "because": because,
    }


def _commitment(number: int, claim: dict[str, Any], reason: str | None) -> dict[str, Any]:
    day = _day(number - number % 3) if (number - number % 3) % 7 else None
    return {
        "commitment_id": stable_id("commitment", claim["claim_id"]),
        "claims": [claim["claim_id"]],
        **{key: claim[key] for key in ("unit", "value", "lower", "upper", "bound", "measure", "stage", "period")},
        "first_unit": claim["unit"],
        "first_value": claim["value"],
        "stages": [{"stage": claim["stage"], "on": day, "claim_id": claim["claim_id"]}],
        "actor": [name["name"] for name in claim["actor"]],
        "recipient": [name["name"] for name in claim["recipient"]],
        "fields": [tag["code"] for tag in claim["fields"]],
        "part_of": None,
        "supersedes": None,
        "first_reported": day,
        "last_reported": day,
        "documents": 1,
        "publishers": 1,
        "counted": reason is None,
        "exclusion_reason": reason,
        "confidence": 0.8,
    }


def _rates() -> list[dict[str, Any]]:
    worth = {"USD": Decimal(1), "EUR": Decimal("1.08"), "JPY": Decimal("0.0067")}
    return [
        {"unit": unit, "to": to, "rate": round(worth[unit] / worth[to], 6), "on": date(year, 1, 1), "source": "ECB"}
        for year in (2023, 2024, 2025)
        for unit in worth
        for to in ("USD", "EUR")
        if unit != to
    ]
