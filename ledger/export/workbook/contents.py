"""The sheets that describe the workbook: cover, contents, notes and data dictionary."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from ledger.export.frames import Frames
from ledger.export.lexicon import export_words
from ledger.export.safe import illegal_count
from ledger.export.workbook.cells import sheet_address
from ledger.export.workbook.layout import sheet_layout
from ledger.export.workbook.links import link_formula
from ledger.export.workbook.prepare import WorkbookContext
from ledger.export.workbook.sheet import WorkbookSheet
from ledger.export.workbook.total_sheets import grand_totals
from schemas import ExclusionReason

COVER_NOTES = 2
"""Notes that the cover repeats."""
NOT_GIVEN = "not given"
NONE_YET = "none yet"
CoverLine = tuple[str, str | None, str | None]
"""Topic, text and, where it is live, formula."""


def cover_sheet(context: WorkbookContext, checks: pl.DataFrame) -> WorkbookSheet:
    """The Cover sheet; `checks` are the rows of the sheet Checks."""
    lines = [*_cover_totals(context), _cover_checks(checks), *_cover_facts(context)]
    lines += [(topic, meaning, None) for topic, meaning in _notes(context)[:COVER_NOTES]]
    schema = {"topic": pl.String, "meaning": pl.String, "formula": pl.String}
    frame = pl.DataFrame(lines, schema=schema, orient="row")
    formulas = {"meaning": pl.col("formula")} if context.live else {}
    return WorkbookSheet(sheet_layout("cover", context.profile), frame, formulas)


def _cover_totals(context: WorkbookContext) -> list[CoverLine]:
    totals, currency = context.rows.totals, context.rows.switches.currency
    return [
        ("Total", _total(grand_totals(context), currency), _total_formula()),
        ("Largest actor", _largest(totals["actor"], currency, "for"), _largest_formula("ByActor", "Actor", "for")),
        ("Largest field", _largest(totals["field"], currency, "from"), _largest_formula("ByField", "Field", "from")),
    ]


def _total(grand: Mapping[str, float], currency: str) -> str:
    low, stated, high = (f"{grand[end]:,.1f}" for end in ("low", "stated", "high"))
    end = "with an open end" if grand["open"] else f"to {high}"
    return f"{stated} million {currency} (interval: {low} {end})"


def _total_formula() -> str:
    low, stated, high = (f"FIXED(SUM(Commitments[{end}]),1)" for end in ("Low", "Stated", "High"))
    end = f'IF(SUM(Commitments[Open end])>0,"with an open end","to "&{high})'
    return f'{stated}&" million "&Currency&" (interval: "&{low}&" "&{end}&")"'


def _cover_checks(checks: pl.DataFrame) -> CoverLine:
    """How many of the checks hold, and how many do not."""
    results = checks["result"]
    told = [int(results.str.starts_with(word).sum()) for word in ("OK", "differs", "not compared")]
    text = (
        f"{told[0]} of {checks.height} are OK, {told[1]} differ, {told[2]} could not be compared; see the sheet Checks"
    )
    counts = [f'COUNTIF(Checks[Result],"{word}*")' for word in ("OK", "differs", "not compared")]
    formula = (
        f'{counts[0]}&" of "&ROWS(Checks[Result])&" are OK, "&{counts[1]}&" differ, "&{counts[2]}&'
        f'" could not be compared; see the sheet Checks"'
    )
    return ("Checks", text, formula)


def _cover_facts(context: WorkbookContext) -> list[CoverLine]:
    book, info, words = context.book, context.book.info, export_words()["book"]
    commitments = context.rows.commitments
    counted = int(commitments["counts"].sum() or 0)
    unconverted = commitments.filter(pl.col("may_count") & (pl.col("rate") == 0)).height
    undecided = (book.commitments["exclusion_reason"] == ExclusionReason.UNDECIDED.value).sum()
    facts = [
        ("Scope", info.get("scope", words["default_scope"])),
        *([("Part", info["part"])] if "part" in info else []),
        ("Filters applied", info.get("filters", "none")),
        ("As of", _moment(info.get("as_of", NOT_GIVEN))),
        ("Articles", f"{book.documents.height:,}"),
        ("Claims", f"{book.claims.height:,}"),
        (
            "Commitments",
            f"{commitments.height:,}, of which {counted:,} count, {undecided:,} are undecided "
            f"and {unconverted:,} have no exchange rate",
        ),
        ("Decisions", f"{book.decisions.height:,}"),
        ("Characters removed", f"{_removed_characters(book):,} control characters, which no cell may hold"),
        ("Version", info.get("version", NOT_GIVEN)),
        ("Ledger", info.get("ledger", NOT_GIVEN)),
        ("Contact", info.get("contact", words["default_contact"] if context.live else NOT_GIVEN)),
    ]
    return [(topic, text, None) for topic, text in facts]


def _moment(text: str) -> str:
    """An ISO 8601 moment as a reader writes it; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment.tzinfo else text


def _removed_characters(book: Frames) -> int:
    """Characters of the shown texts that no workbook may hold."""
    shown = [book.documents.drop("text"), book.claims, book.memberships, book.decisions, book.problems]
    return sum(illegal_count(frame) for frame in shown)


def _largest(totals: pl.DataFrame, currency: str, preposition: str) -> str:
    counted = totals.filter(pl.col("commitments") > 0)
    if counted.is_empty():
        return NONE_YET
    top = counted.sort("stated", descending=True, maintain_order=True).row(0, named=True)
    main = top["main"] or export_words()["book"]["none"]
    return f"{top['name']}: {top['stated']:,.1f} million {currency}, mostly {preposition} {main}"


def _largest_formula(table: str, label: str, preposition: str) -> str:
    row = f"MATCH(MAX({table}[Stated]),{table}[Stated],0)"
    name, amount, main = (f"INDEX({table}[{column}],{row})" for column in (label, "Stated", f"Mostly {preposition}"))
    none = export_words()["book"]["none"]
    said = f'{name}&": "&FIXED({amount},1)&" million "&Currency&", mostly {preposition} "&IF({main}="","{none}",{main})'
    return f'IF(COUNT({table}[Stated])=0,"{NONE_YET}",{said})'


def contents_sheet(context: WorkbookContext, sheets: Sequence[WorkbookSheet]) -> WorkbookSheet:
    """The Contents sheet: `sheets`, and the charts after the totals by year."""
    rows: list[tuple[str, str, int | None]] = []
    for sheet in sheets:
        rows.append((sheet.layout.name, sheet.layout.title, sheet.filled_rows))
        if sheet.layout.key == "by_year" and context.live:
            charts = export_words()["sheets"]["charts"]
            rows.append((charts["name"], charts["title"], None))
    linked = [(*row, sheet_address(row[0], "A1")) for row in rows]
    schema = {"link": pl.String, "title": pl.String, "rows": pl.Int64, "address": pl.String}
    frame = pl.DataFrame(linked, schema=schema, orient="row")
    links = {"link": link_formula(pl.col("address"), pl.col("link"))}
    return WorkbookSheet(sheet_layout("contents", context.profile), frame, links)


def notes_sheet(context: WorkbookContext) -> WorkbookSheet:
    """The Notes sheet."""
    limits = export_words()["limits"]
    said = [*_notes(context), *((limits["topic"], item) for item in limits["items"])]
    notes = pl.DataFrame(said, schema={"topic": pl.String, "meaning": pl.String}, orient="row")
    return WorkbookSheet(sheet_layout("notes", context.profile), notes)


def _notes(context: WorkbookContext) -> list[tuple[str, str]]:
    """Topic and text of each note, in the words of the profile."""
    form = "meaning" if context.live else "published"
    return [(note["topic"], note.get(form, note["meaning"])) for note in export_words()["notes"]]


def dictionary_sheet(context: WorkbookContext, sheets: Sequence[WorkbookSheet]) -> WorkbookSheet:
    """The Data dictionary sheet: a row for each column of `sheets`."""
    rows = []
    for sheet in sheets:
        for column in sheet.layout.columns:
            is_live = "yes" if column.formula or column.key in sheet.formulas else "no"
            holds = export_words()["formats"]["says"][column.format]
            rows.append((sheet.layout.name, column.label, holds, is_live, column.about))
    schema = dict.fromkeys(("sheet", "column", "type", "live", "meaning"), pl.String)
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return WorkbookSheet(sheet_layout("dictionary", context.profile), frame)
