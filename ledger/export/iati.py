"""Commitments as IATI 2.03 activities; a comment in each lists what the standard wants and no article says."""

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from lxml import etree

from ledger.export.frames import Frames
from ledger.export.lexicon import export_words
from ledger.export.places import places_of
from ledger.export.safe import ILLEGAL_TEXT, web_address
from ledger.money.amounts import figure_words
from schemas import stable_id

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PREFIX = "XM-FIGURES"
"""Identifier prefix of a ledger without a registered publisher."""
NEVER_COUNTED = ("statistic", "restated", "conversion", "rejected", "no_amount", "cumulative", "undecided")


def write_iati(book: Frames, path: Path) -> None:
    """Write the commitments of `book` as an IATI 2.03 activities file."""
    path.write_bytes(iati_bytes(book))


def iati_bytes(book: Frames) -> bytes:
    """The activities file: one activity for each commitment, elements in the order of the standard's schema.

    An activity has a pledge, commitment or disbursement transaction for each stage with a day. A commitment without any
    day of report is left out, because the schema wants a date of each activity; a comment at the top counts these.
    """
    stamp = book.info.get("as_of", "1970-01-01T00:00:00Z")
    root = etree.Element("iati-activities", {"version": export_words()["iati"]["version"], "generated-datetime": stamp})
    limits = export_words()["limits"]
    root.append(_comment(f"{limits['topic']}: {' '.join(limits['items'])}"))
    first = _first_claims(book)
    undated = 0
    for row in book.commitments.sort("commitment_id").iter_rows(named=True):
        if row["exclusion_reason"] in NEVER_COUNTED:
            continue
        day = row["first_reported"] or row["last_reported"]
        if day is None:
            undated += 1
        else:
            root.append(_activity(row, first.get(row["commitment_id"], {}), book, day))
    if undated:
        root.insert(1, _comment(f"{undated} commitments left out because no article about them has a date"))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _first_claims(book: Frames) -> Mapping[str, Mapping[str, Any]]:
    """commitment_id → title, day, address and sentence of its first claim."""
    length = pl.col("sentence_end") - pl.col("sentence_start")
    sentence = pl.col("text").str.slice(pl.col("sentence_start"), length).alias("sentence")
    said = book.documents.select("document_id", "title", "url", "published", "language", "text")
    claims = book.claims.select("claim_id", "document_id", "sentence_start", "sentence_end")
    firsts = book.commitments.select("commitment_id", pl.col("claims").list.first().alias("claim_id"))
    rows = firsts.join(claims, on="claim_id").join(said, on="document_id", how="left").with_columns(sentence)
    return {row["commitment_id"]: row for row in rows.drop("text").iter_rows(named=True)}


def _comment(words: str) -> etree._Element:
    return etree.Comment(f" {_clean(words)} ".replace("--", "- -"))


def _activity(row: Mapping[str, Any], claim: Mapping[str, Any], book: Frames, day: date) -> etree._Element:
    """One activity, its children in the order of the schema; the day of the first report is its planned start."""
    missing: list[str] = []
    activity = etree.Element("iati-activity", {"default-currency": row["unit"], LANG: claim.get("language") or "en"})
    publisher = book.info.get("iati_publisher", PREFIX)
    _add(activity, "iati-identifier", f"{publisher}-{row['commitment_id']}")
    reporting = _add(
        activity,
        "reporting-org",
        None,
        {"ref": publisher, "type": export_words()["iati"]["organisation_type"], "secondary-reporter": "1"},
    )
    _narrative(reporting, book.info.get("publisher", "Figures ledger, from news articles"))
    _narrative(_add(activity, "title"), _title(row))
    _narrative(_add(activity, "description", None, {"type": "1"}), _quote(claim) or _title(row))
    if row["period"]:
        _narrative(_add(activity, "description", None, {"type": "4"}), f"Period as stated (ISO 8601): {row['period']}")
    _organisations(activity, row, missing)
    _add(activity, "activity-status", None, {"code": export_words()["iati"]["statuses"][row["stage"]]})
    _dates(activity, row["period"], day, missing)
    _places(activity, row, missing)
    _sectors(activity, row, missing)
    finance = export_words()["iati"]["finance"].get(row["measure"])
    if finance is not None:
        _add(activity, "default-finance-type", None, {"code": finance})
    _transactions(activity, row, missing)
    _document(activity, claim, missing)
    _related(activity, row, publisher)
    if missing:
        activity.insert(0, _comment(f"not stated by the articles: {', '.join(missing)}"))
    return activity


def _add(
    parent: etree._Element, tag: str, text: str | None = None, attributes: Mapping[str, str] | None = None
) -> etree._Element:
    made = etree.SubElement(parent, tag, {key: _clean(value) for key, value in (attributes or {}).items()})
    if text is not None:
        made.text = _clean(text)
    return made


def _narrative(parent: etree._Element, text: str) -> None:
    _add(parent, "narrative", text)


def _clean(text: str) -> str:
    return ILLEGAL_TEXT.sub("", text)


def _title(row: Mapping[str, Any]) -> str:
    amount = figure_words(row["unit"], row["value"], row["lower"], row["upper"], row["bound"])
    who = "; ".join(row["actor"]) or "Unnamed"
    return f"{who}: {amount} {row['measure']}" + (f" to {'; '.join(row['recipient'])}" if row["recipient"] else "")


def _quote(claim: Mapping[str, Any]) -> str:
    return " ".join((claim.get("sentence") or "").split())


def _dates(activity: etree._Element, period: str | None, day: date, missing: list[str]) -> None:
    """Planned start (1) and planned end (3): those of the period, else the day of the first report."""
    start, end = period_days(period, day)
    made = _add(activity, "activity-date", None, {"iso-date": (start or day).isoformat(), "type": "1"})
    if start is None:
        missing.append("start of the activity (the day of the first report is given)")
        _narrative(made, "Day of the first report")
    if end is not None and end >= (start or day):
        made = _add(activity, "activity-date", None, {"iso-date": end.isoformat(), "type": "3"})
        _narrative(made, f"End of the period as stated ({period})")


PERIOD = re.compile(r"P(?P<count>\d{1,3})(?P<unit>[YMWD])")
DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?(?:-(?P<day>\d{2}))?")


def period_days(period: str | None, day: date) -> tuple[date | None, date | None]:
    """First and last day of an ISO 8601 period, None where it does not say one; a duration is counted from `day`.

    >>> period_days("2025/2029", date(2025, 3, 4))
    (datetime.date(2025, 1, 1), datetime.date(2029, 12, 31))
    >>> period_days("P1Y", date(2025, 3, 4)), period_days("/2030", date(2025, 3, 4))
    ((None, datetime.date(2026, 3, 4)), (None, datetime.date(2030, 12, 31)))
    """
    if not period:
        return None, None
    if duration := PERIOD.fullmatch(period):
        return None, _later(day, int(duration["count"]), duration["unit"])
    start, slash, end = period.partition("/")
    return _day(start, last=False), _day(end if slash else start, last=True)


def _later(day: date, count: int, unit: str) -> date | None:
    try:
        if unit in "WD":
            return day + timedelta(days=count * (7 if unit == "W" else 1))
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "Y" else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    except (ValueError, OverflowError):  # beyond the calendar
        return None


def _day(text: str, *, last: bool) -> date | None:
    """The first or last day of a year, month or day; None for anything else."""
    found = DAY.fullmatch(text)
    if found is None:
        return None
    try:
        year, month = int(found["year"]), int(found["month"] or (12 if last else 1))
        return date(year, month, int(found["day"] or (calendar.monthrange(year, month)[1] if last else 1)))
    except (ValueError, calendar.IllegalMonthError):  # no such day
        return None


def _places(activity: etree._Element, row: Mapping[str, Any], missing: list[str]) -> None:
    """The countries and regions of the recipients, with equal percentages that reach 100 together."""
    found = places_of(row["recipient"])
    if not found:
        missing.append("recipient country or region")
        return
    for (kind, code), percent in zip(found, equal_percentages(len(found)), strict=True):
        more = {"vocabulary": "1"} if kind == "region" else {}
        _add(activity, f"recipient-{kind}", None, {"code": code, **more, "percentage": str(percent)})


def _organisations(activity: etree._Element, row: Mapping[str, Any], missing: list[str]) -> None:
    given = export_words()["iati"]
    for key, role in (("actor", given["role_funding"]), ("recipient", given["role_implementing"])):
        for name in row[key]:
            _narrative(_add(activity, "participating-org", None, {"role": role}), name)
        if not row[key]:
            missing.append({"actor": "funding organisation", "recipient": "implementing organisation"}[key])
    if not row["actor"] and not row["recipient"]:
        # The schema wants at least one organisation.
        _narrative(
            _add(activity, "participating-org", None, {"role": given["role_funding"]}), export_words()["book"]["none"]
        )


def _sectors(activity: etree._Element, row: Mapping[str, Any], missing: list[str]) -> None:
    """DAC purpose codes (vocabulary 1), "not specified" for what has none, and the ledger's own fields (99)."""
    given = export_words()["iati"]
    shares: dict[str, Decimal] = {}
    if not row["fields"]:
        missing.append("sector")
    for code, percent in _shared(row["fields"] or [None]):
        dac = given["sectors"].get(code, given["no_sector"])
        shares[dac] = shares.get(dac, Decimal(0)) + percent
    for code, percent in shares.items():
        _add(
            activity, "sector", None, {"code": code, "vocabulary": given["dac_vocabulary"], "percentage": str(percent)}
        )
    labels = export_words()["codes"]["field"]
    for code, percent in _shared(row["fields"]):
        own = {"code": code, "vocabulary": given["local_vocabulary"], "percentage": str(percent)}
        _narrative(_add(activity, "sector", None, own), labels.get(code, code))


def _shared(codes: list[Any]) -> Iterator[tuple[Any, Decimal]]:
    return zip(codes, equal_percentages(len(codes)) if codes else (), strict=True)


def equal_percentages(count: int) -> list[Decimal]:
    """Percentages of `count` equal parts that add up to exactly 100.

    >>> [str(share) for share in equal_percentages(3)]
    ['33.34', '33.33', '33.33']
    """
    each = (Decimal(100) / count).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    return [Decimal(100) - each * (count - 1), *[each] * (count - 1)]


def _transactions(activity: etree._Element, row: Mapping[str, Any], missing: list[str]) -> None:
    """A transaction for each stage with a type and a day, with the amount as last stated: the schema has no ranges."""
    types = export_words()["iati"]["transactions"]
    seen: set[str] = set()
    for step in row["stages"]:
        code, day = types.get(step["stage"]), step["on"]
        if code is None or code in seen:
            continue
        if day is None:
            missing.append(f"day of the stage {step['stage']}")
            continue
        seen.add(code)
        _transaction(activity, row, code, day)
    if not seen:
        missing.append("transaction")
    if row["lower"] != row["upper"]:
        missing.append("one exact amount (the value of the range is given)")


def _transaction(activity: etree._Element, row: Mapping[str, Any], code: str, day: date) -> None:
    ref = stable_id(row["commitment_id"], code)
    made = _add(activity, "transaction", None, {"ref": ref})
    _add(made, "transaction-type", None, {"code": code})
    _add(made, "transaction-date", None, {"iso-date": day.isoformat()})
    amount = format(row["value"].normalize(), "f")
    _add(made, "value", amount, {"currency": row["unit"], "value-date": day.isoformat()})
    _narrative(
        _add(made, "description"), figure_words(row["unit"], row["value"], row["lower"], row["upper"], row["bound"])
    )
    for tag, names in (("provider-org", row["actor"]), ("receiver-org", row["recipient"])):
        if names:
            _narrative(_add(made, tag), "; ".join(names))


def _document(activity: etree._Element, claim: Mapping[str, Any], missing: list[str]) -> None:
    address = web_address(claim.get("url"))
    if address is None:
        missing.append("address of the article")
        return
    made = _add(activity, "document-link", None, {"format": "text/html", "url": address})
    _narrative(_add(made, "title"), claim.get("title") or address)
    _add(made, "category", None, {"code": "A12"})
    if claim.get("language"):
        _add(made, "language", None, {"code": claim["language"]})
    if claim.get("published"):
        _add(made, "document-date", None, {"iso-date": claim["published"].isoformat()})


def _related(activity: etree._Element, row: Mapping[str, Any], publisher: str) -> None:
    if row["part_of"]:
        _add(activity, "related-activity", None, {"ref": f"{publisher}-{row['part_of']}", "type": "1"})
