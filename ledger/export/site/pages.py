"""The pages of a site: what each shows, as values for its template."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from ledger.export.display import period_words
from ledger.export.lexicon import export_words
from ledger.export.safe import web_address
from ledger.export.site.charts import Amounts, bar_chart, column_chart
from ledger.export.site.quotes import Window, short_reasons
from ledger.export.site.tables import Site, SiteTables
from ledger.export.site.views import (
    NOT_SAID,
    Magnitude,
    actor_page,
    field_label,
    field_page,
    interval,
    measure_label,
    page_id,
    reason_words,
    stage_words,
    title_of,
)
from ledger.money.amounts import row_words, scaled
from schemas import Stage

CHARTED = 10
"""Bars of a chart, and rows of the newest commitments."""
ON_A_PAGE = 200
"""Commitments on one page of their list."""
MOST_PERIODS = 16
"""Quarters that a timeline shows; beyond, it shows years."""
OF_A_REASON = 100
"""Claims of one reason that the page of what is excluded shows."""
GROUPS = ("actor", "recipient", "field")


class Page(NamedTuple):
    """A page: its path in the site, its template, and what the template shows."""

    path: str
    template: str
    shows: Mapping[str, Any]


class Pages:
    """Makes the pages of a site one by one."""

    def __init__(self, site: Site, tables: SiteTables, windows: Mapping[str, Window]) -> None:
        self.site, self.tables, self.windows = site, tables, windows
        book = tables.book
        self.documents = {row["document_id"]: row for row in book.documents.iter_rows(named=True)}
        self.claims = {row["claim_id"]: row for row in book.claims.iter_rows(named=True)}
        self.counted = {row["commitment_id"]: row for row in tables.counted.iter_rows(named=True)}
        left_out = short_reasons(tables.exclusions, site.quote)
        self.excluded = {row["claim_id"]: row for row in left_out.iter_rows(named=True)}

    def totals(self, *by: str) -> pl.DataFrame:
        """The ledger's own totals of what is published."""
        site = self.site
        return self.tables.totals(
            by=by, currency=site.currency, stage_floor=site.stage_floor, allocation=site.allocation
        )

    @cached_property
    def grand(self) -> Mapping[str, Any]:
        """The total of everything."""
        return self.totals().row(0, named=True)

    @cached_property
    def magnitude(self) -> Magnitude:
        """The unit of every amount of the site."""
        return Magnitude.of(max(self.grand["stated"], self.grand["high"] or Decimal(0)), self.site.currency)

    @cached_property
    def stages(self) -> Sequence[str]:
        """The stages that count, from the least firm."""
        return [name.removeprefix("stated_") for name in self.totals().columns if name.startswith("stated_")]

    @cached_property
    def groups(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """actor, recipient and field → the rows of their totals, the largest first."""
        return {by: [self._group(by, row) for row in self.totals(by).iter_rows(named=True)] for by in GROUPS}

    @cached_property
    def commitments(self) -> Sequence[Mapping[str, Any]]:
        """Every commitment: first those that count, the largest first; then the others."""
        rows = [self._commitment(row) for row in self.tables.book.commitments.iter_rows(named=True)]
        return sorted(rows, key=lambda row: (row["stated"] is None, -(row["stated"] or 0), -row["value"], row["id"]))

    def _group(self, by: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
        name = row[by]
        label = NOT_SAID if name is None else field_label(name) if by == "field" else name
        page = None if name is None else field_page(name) if by == "field" else actor_page(name)
        stages = [(stage, row[f"stated_{stage}"]) for stage in self.stages]
        ends = {end: row[end] for end in ("low", "stated", "high")}
        return {"name": name, "label": label, "page": page, "stages": stages, "commitments": row["commitments"], **ends}

    def _commitment(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        told = self.counted.get(row["commitment_id"], {})
        reason = None if told.get("stated") is not None else self._reason(row)
        return {
            "id": row["commitment_id"],
            "page": f"commitments/{page_id(row['commitment_id'])}.html",
            "title": title_of(row),
            "words": row_words(row),
            "actors": [(name, actor_page(name)) for name in row["actor"]],
            "recipients": [(name, actor_page(name)) for name in row["recipient"]],
            "fields": [(field_label(code), field_page(code)) for code in row["fields"]],
            "measure": measure_label(row["measure"]),
            "stage": row["stage"],
            "on": row["first_reported"],
            "value": row["value"],
            **{end: told.get(end) for end in ("low", "stated", "high")},
            "reason": reason,
            "row": row,
            "rate": told,
        }

    def _reason(self, row: Mapping[str, Any]) -> str:
        given = row["exclusion_reason"]
        if given is not None:
            return str(given)
        return "unconverted" if row["commitment_id"] in self.counted else "below the least firm stage that counts"

    # Pages ------------------------------------------------------------------------------------------------------------

    def all(self) -> Iterator[Page]:
        """Every page but that of the downloads."""
        yield self._index()
        yield from self._lists()
        yield from (self._one(row) for row in self.commitments)
        yield Page("actors/index.html", "actors.html", {"groups": self.groups})
        yield Page("fields/index.html", "fields.html", {"groups": self.groups})
        yield from self._named_pages()
        yield self._excluded()
        yield Page("methods.html", "methods.html", self._methods())
        yield Page("changes.html", "changes.html", self._changes())

    def _index(self) -> Page:
        newest = [row for row in self.commitments if row["stated"] is not None and row["on"] is not None]
        newest.sort(key=lambda row: (row["on"], row["stated"], row["id"]), reverse=True)
        shows = {
            "grand": self.grand,
            "interval": interval(self.grand["low"], self.grand["stated"], self.grand["high"], self.site.currency),
            "tiles": [
                (name, "open" if self.grand[end] is None else f"{scaled(self.grand[end])} {self.site.currency}")
                for name, end in (("Stated", "stated"), ("Low", "low"), ("High", "high"))
            ],
            "articles": self.tables.book.documents.height,
            "publishers": self.tables.book.documents["publisher"].drop_nulls().n_unique(),
            "chart": {by: self._bars(by) for by in ("actor", "field")},
            "groups": {by: self.groups[by][:CHARTED] for by in ("actor", "field")},
            "timeline": self._timeline(),
            "newest": newest[:CHARTED],
        }
        return Page("index.html", "index.html", shows)

    def _bars(self, by: str) -> Any:
        rows = []
        for row in self.groups[by][:CHARTED]:
            ends = row["low"], row["stated"], row["high"]
            rows.append(Amounts(row["label"], interval(*ends, self.site.currency), *ends))
        return bar_chart(rows, self.magnitude.size) if rows else None

    def _timeline(self) -> Mapping[str, Any]:
        rows = self.totals("quarter").drop_nulls("quarter").sort("quarter")
        if rows.height > MOST_PERIODS:
            rows = self.totals("year").drop_nulls("year").sort("year")
        name = rows.columns[0]
        told = [
            (str(row[name]), [(stage, row[f"stated_{stage}"]) for stage in self.stages], row["stated"])
            for row in rows.iter_rows(named=True)
        ]
        shown = [stage for place, stage in enumerate(self.stages) if any(row[1][place][1] for row in told)]
        periods = [(label, [piece for piece in pieces if piece[0] in shown]) for label, pieces, _ in told]
        chart = column_chart(periods, self.magnitude.size) if told else None
        return {"by": name, "chart": chart, "rows": told, "stages": shown}

    def _lists(self) -> Iterator[Page]:
        rows = self.commitments
        parts = [rows[at : at + ON_A_PAGE] for at in range(0, len(rows), ON_A_PAGE)] or [()]
        paths = ["commitments/index.html", *(f"commitments/page-{place}.html" for place in range(2, len(parts) + 1))]
        for place, part in enumerate(parts):
            shows = {"rows": part, "number": place + 1, "paths": paths, "all": len(rows), "first": place * ON_A_PAGE}
            yield Page(paths[place], "commitments.html", shows)

    def _one(self, view: Mapping[str, Any]) -> Page:
        row = view["row"]
        tellings = [self._telling(name) for name in row["claims"] if name in self.claims]
        steps = [(step["stage"], step["on"], step["claim_id"]) for step in row["stages"]]
        by_id = self._by_id
        shows = {
            "it": view,
            "tellings": tellings,
            "steps": steps,
            "period": period_words(row["period"]),
            "whole": by_id.get(row["part_of"] or ""),
            "parts_of": [by_id[name] for name in self._parts.get(view["id"], ())],
            "first": None if self._same_amount(row) else f"{scaled(row['first_value'])} {row['first_unit']}",
            "stage_words": stage_words(row["stage"]),
            "reason_words": None if view["reason"] is None else reason_words(view["reason"]),
        }
        return Page(view["page"], "commitment.html", shows)

    @staticmethod
    def _same_amount(row: Mapping[str, Any]) -> bool:
        return (row["first_value"], row["first_unit"]) == (row["value"], row["unit"])

    @cached_property
    def _by_id(self) -> Mapping[str, Mapping[str, Any]]:
        return {row["id"]: row for row in self.commitments}

    @cached_property
    def _parts(self) -> Mapping[str, Sequence[str]]:
        """commitment_id → the commitments that are parts of it."""
        found: dict[str, list[str]] = {}
        for row in self.commitments:
            if row["row"]["part_of"] is not None:
                found.setdefault(row["row"]["part_of"], []).append(row["id"])
        return found

    def _telling(self, claim_id: str) -> Mapping[str, Any]:
        """One mention: its quote in three pieces, its article, and where it went."""
        claim = self.claims[claim_id]
        article, left = self.documents.get(claim["document_id"], {}), self.excluded.get(claim_id)
        start, end = self.windows[claim_id]
        text = article.get("text") or ""
        pieces = (text[start : claim["start"]], text[claim["start"] : claim["end"]], text[claim["end"] : end])
        return {
            "id": claim_id,
            "before": _one_line(pieces[0]),
            "exact": _one_line(pieces[1]) or claim["exact"],
            "after": _one_line(pieces[2]),
            "cut_before": start > claim["sentence_start"],
            "cut_after": end < claim["sentence_end"],
            "words": row_words(claim),
            "stage": claim["stage"],
            "actor": "; ".join(dict.fromkeys(name["name"] for name in claim["actor"])),
            "publisher": article.get("publisher") or "unknown publisher",
            "title": article.get("title"),
            "on": article.get("published"),
            "url": web_address(article.get("url")),
            "excluded": left and {"words": reason_words(left["exclusion_reason"]), "because": left["because"]},
        }

    def _named_pages(self) -> Iterator[Page]:
        paid: dict[str, list[Mapping[str, Any]]] = {}
        received: dict[str, list[Mapping[str, Any]]] = {}
        of_field: dict[str, list[Mapping[str, Any]]] = {}
        for row in self.commitments:
            for names, found in (
                (row["row"]["actor"], paid),
                (row["row"]["recipient"], received),
                (row["row"]["fields"], of_field),
            ):
                for name in dict.fromkeys(names):
                    found.setdefault(name, []).append(row)
        for name in sorted({*paid, *received}):
            shows = {
                "name": name,
                "paid": paid.get(name, []),
                "received": received.get(name, []),
                "as_actor": self._row_of("actor", name),
                "as_recipient": self._row_of("recipient", name),
            }
            yield Page(actor_page(name), "actor.html", shows)
        for code in sorted(of_field):
            shows = {"name": field_label(code), "rows": of_field[code], "total": self._row_of("field", code)}
            yield Page(field_page(code), "field.html", shows)

    def _row_of(self, by: str, name: str) -> Mapping[str, Any] | None:
        return self._rows_by_name[by].get(name)

    @cached_property
    def _rows_by_name(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        return {by: {row["name"]: row for row in self.groups[by] if row["name"] is not None} for by in GROUPS}

    def _excluded(self) -> Page:
        reasons: dict[str, list[Mapping[str, Any]]] = {}
        for row in self.excluded.values():
            reasons.setdefault(row["exclusion_reason"], []).append(row)
        order = sorted(reasons, key=lambda code: (-len(reasons[code]), code))
        sections = [
            {
                "code": code,
                "words": reason_words(code),
                "all": len(reasons[code]),
                "rows": [self._left_out(row) for row in reasons[code][:OF_A_REASON]],
            }
            for code in order
        ]
        counted = self.tables.book.claims.height - sum(len(rows) for rows in reasons.values())
        return Page("excluded.html", "excluded.html", {"sections": sections, "counted": counted})

    def _left_out(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        commitment = self._by_id.get(row["commitment_id"] or "")
        return {**self._telling(row["claim_id"]), "because": row["because"], "page": commitment and commitment["page"]}

    def _methods(self) -> Mapping[str, Any]:
        claims, runs = self.tables.book.claims, self.tables.book.runs
        return {
            "attributors": sorted(claims["attributor"].unique().to_list()),
            "versions": sorted(claims["extractor_version"].unique().to_list()),
            "lexicons": sorted({value for value in runs["lexicon_hash"].to_list() if value}),
            "stages_told": [(stage.value, stage_words(stage.value), stage.value in self.stages) for stage in Stage],
            "measures": [
                (measure_label(code), words.removeprefix("Commitment: "))
                for code, words in export_words()["codes"]["measure"].items()
                if words.startswith("Commitment: ")
            ],
            "sources": sorted(
                {row["rate_source"] for row in self.counted.values() if row["rate_source"]} - {"same currency"}
            ),
        }

    def _changes(self) -> Mapping[str, Any]:
        book = self.tables.book
        decisions: Iterable[Mapping[str, Any]] = book.decisions.sort("at", descending=True).iter_rows(named=True)
        return {
            "runs": book.runs.sort("ended", "run_id", descending=True).rows(named=True),
            "decisions": list(decisions),
        }


def _one_line(text: str) -> str:
    """Words with single blanks; a blank at either end stays."""
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if text[-1].isspace() else ''}"
