"""The workbook: its sheets in order, their live formulas and links, switches and checks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from ledger.export.archive import save
from ledger.export.charts import add_charts
from ledger.export.checks import Totals, check_lines
from ledger.export.frames import Frames
from ledger.export.layout import ANALYST, FIRST_ROW, Column, Layout, layout, words
from ledger.export.prepare import Rows, Switches, described, details, prepare, quoted
from ledger.export.safe import illegal_count
from ledger.export.sheet import Live, Sheet, SheetWriter, link, write_plain_lines
from ledger.money.amounts import interval_words
from schemas import Bound, ExclusionReason, FieldCode, Measure, Stage

CODE_LISTS = {
    "bound": Bound,
    "exclusion_reason": ExclusionReason,
    "field": FieldCode,
    "measure": Measure,
    "stage": Stage,
}
LISTS_COLUMN = "B"
"""Column of the codes on the Code lists sheet."""


@dataclass(frozen=True)
class Making:
    """What every sheet is made from."""

    book: Frames
    rows: Rows
    profile: str
    totals: Totals | None

    @property
    def live(self) -> bool:
        """Whether formulas, links and switches are written."""
        return self.profile == ANALYST


def write_workbook(
    book: Frames, path: Path, profile: str, switches: Switches, totals: Totals | None, done: Callable[[int], None]
) -> None:
    """Write one workbook; `done` is told the number of rows of each sheet when it is handed over."""
    making = Making(book, prepare(book, switches), profile, totals)
    sheets = _all_sheets(making)
    out = Workbook(write_only=True)
    for sheet in sheets:
        writer = SheetWriter(out, sheet, profile)
        if sheet.layout.key == "switches":
            _offer_choices(writer, making)
        writer.write()
        done(sheet.frame.height)
        if sheet.layout.key == "by_year" and making.live:
            add_charts(out, making.rows)
            write_plain_lines(out, layout("charts", profile))
    if making.live:
        _define_names(out, making)
    out.properties.title = book.info.get("title", words()["book"]["title"])
    out.properties.creator = "ledger"
    save(out, path)


def made_sheets(book: Frames, profile: str, switches: Switches) -> list[Sheet]:
    """The sheets of a workbook in order, unwritten; those without a table (charts) left out."""
    return _all_sheets(Making(book, prepare(book, switches), profile, None))


def _all_sheets(making: Making) -> list[Sheet]:
    sheets = [sheet for make in SHEETS for sheet in make(making)]
    sheets.insert(1, _contents(making, sheets))
    return sheets


# ------------------------------------------------------------------------------------------------------------------------------------ links


def _jump(address: pl.Expr, text: pl.Expr) -> pl.Expr:
    return pl.concat_str([pl.lit('HYPERLINK("'), address, pl.lit('","'), text, pl.lit('")')])


def _rows_link(sheet: Layout, first: str, last: str, text: pl.Expr) -> pl.Expr:
    """A link to the rows `first` to `last` (columns of row numbers) of a sheet, null where there are none."""
    end = get_column_letter(min(len(sheet.columns), 8))
    start = pl.concat_str(
        [pl.lit(link(sheet.name, "A")), pl.col(first).cast(pl.String), pl.lit(f":{end}"), pl.col(last).cast(pl.String)]
    )
    return pl.when(pl.col(first).is_not_null()).then(_jump(start, text))


def _web_link(sheet: Layout, column: str, url: str, text: str) -> pl.Expr:
    """A link to the address that stands in the same row's `column`: an address never stands inside a formula."""
    cell = pl.concat_str([pl.lit(f"${get_column_letter(sheet.index(column))}"), pl.col("row").cast(pl.String)])
    return pl.when(pl.col(url).is_not_null()).then(pl.concat_str([pl.lit("HYPERLINK("), cell, pl.lit(f',"{text}")')]))


# ----------------------------------------------------------------------------------------------------------------------------------- totals


def _total_sheets(making: Making) -> list[Sheet]:
    return [
        _total(making, "by_actor", making.rows.by_actor),
        _total(making, "by_field", making.rows.by_field),
        _matrix(making),
        _total(making, "by_recipient", making.rows.by_recipient),
        _years(making),
    ]


def _total(making: Making, key: str, frame: pl.DataFrame) -> Sheet:
    form = layout(key, making.profile)
    frame = frame.with_columns(_count_text("row").alias("link"))
    formulas = (
        {"link": _rows_link(layout("shares", ANALYST), "first_place", "last_place", pl.col("link"))}
        if making.live
        else {}
    )
    sums = {
        "low": "Low",
        "stated": "Stated",
        "high": "High",
        "open": "Open end",
        "shown": "Shown",
        "commitments": "Counts",
    }
    last = {**_grand(making), "commitments": int(making.rows.commitments["counts"].sum())}
    total: dict[str, str | float | Live] = {"name": "All (each once)"}
    for name, column in sums.items():
        formula = f"SUM(Commitments[{column}])"
        if name == "high":
            formula = f'IF(SUM(Commitments[Open end])>0,"",{formula})'
        value: float | str = "" if name == "high" and last["open"] else last[name]
        total[name] = Live(formula, value) if making.live else value
    return Sheet(form, frame, formulas, total=total)


def _grand(making: Making) -> Mapping[str, float]:
    lines = making.rows.commitments
    return {name: float(lines[name].sum() or 0) for name in ("low", "stated", "high", "open", "shown")}


def _count_text(noun: str) -> pl.Expr:
    count = pl.col("last_place") - pl.col("first_place") + 1
    return pl.concat_str(
        [count.cast(pl.String), pl.when(count == 1).then(pl.lit(f" {noun}")).otherwise(pl.lit(f" {noun}s"))]
    )


def _matrix(making: Making) -> Sheet:
    formula = words()["sheets"]["matrix"]["field_formula"]
    codes = [name for name in making.rows.matrix.columns if name not in ("name_rank", "name", "key", "total")]
    extra = [
        Column(
            code,
            code,
            "amount",
            f"The actor's share for {code}.",
            formula.format(code=code) if making.live else None,
            width=15.0,
        )
        for code in codes
    ]
    key = Column("key", "Key", "code", "Key of the actor in the Shares table.", profile=ANALYST)
    return Sheet(layout("matrix", making.profile, [*extra, key]), making.rows.matrix)


def _years(making: Making) -> Sheet:
    form = layout("by_year", making.profile)
    total: dict[str, str | float | Live] = {"name": "All"}
    for column in form.columns[1:]:
        last = float(making.rows.by_year[column.key].sum() or 0)
        total[column.key] = Live(f"SUM(ByYear[{column.label}])", last) if making.live else last
    return Sheet(form, making.rows.by_year, total=total)


# ------------------------------------------------------------------------------------------------------------------------------------- rows


def _row_sheets(making: Making) -> list[Sheet]:
    sheets = [_commitments(making)]
    if making.live:
        sheets.append(_shares(making))
    sheets += [_claims(making), _documents(making), _exclusions(making)]
    sheets += [Sheet(layout(key, making.profile), making.book.frame(key)) for key in ("decisions", "problems", "rates")]
    return sheets


def _commitments(making: Making) -> Sheet:
    rows = making.rows
    given = words()["sheets"]["commitments"]["rate_column"]
    extra = [
        Column(
            f"rate_{code}",
            given["label"].format(unit=code),
            given["format"],
            given["about"].format(unit=code),
            profile=ANALYST,
        )
        for code in rows.currencies
    ]
    url = Column("url", "Address", "text", "Address of the article of its latest claim, http or https.")
    form = layout("commitments", making.profile, [*extra, url])
    formulas = {}
    if making.live:
        formulas["link"] = _rows_link(layout("claims", ANALYST), "first_place", "last_place", pl.col("link"))
        formulas["source_link"] = _web_link(form, "url", "url", "article")
        first, last = (
            get_column_letter(form.index(f"rate_{code}")) for code in (rows.currencies[0], rows.currencies[-1])
        )
        cells = [
            pl.lit(f"INDEX(${first}"),
            pl.col("row").cast(pl.String),
            pl.lit(f":${last}"),
            pl.col("row").cast(pl.String),
        ]
        formulas["rate"] = pl.concat_str([*cells, pl.lit(",1,CurrencyNumber)")])
    add = quoted(making.book, rows.articles)
    return Sheet(form, rows.commitments, formulas, lambda block: _flat_commitments(add(block)))


def _flat_commitments(commitments: pl.DataFrame) -> pl.DataFrame:
    return commitments.with_columns(
        *[pl.col(column).list.join("; ") for column in ("actor", "recipient", "fields")],
        pl.col("claims").list.len().cast(pl.Int64),
        pl.col("stages").list.eval(_step(pl.element())).list.join("; "),
        _count_text("claim").alias("link"),
        _article_text(),
    )


def _article_text() -> pl.Expr:
    return pl.when(pl.col("url").is_not_null()).then(pl.lit("article")).alias("source_link")


def _step(step: pl.Expr) -> pl.Expr:
    return pl.concat_str(
        [step.struct.field("stage"), pl.lit(" "), step.struct.field("on").cast(pl.String).fill_null("undated")]
    )


def _shares(making: Making) -> Sheet:
    form = layout("shares", making.profile)
    formulas = {"link": _rows_link(layout("commitments", ANALYST), "place", "place", pl.col("link"))}
    shares = making.rows.shares
    return Sheet(
        form, shares.frame, formulas, lambda block: shares.described(block).with_columns(pl.lit("go").alias("link"))
    )


def _names(column: str) -> pl.Expr:
    return pl.col(column).list.eval(pl.element().struct.field("name")).list.join("; ").alias(column)


def _evidence(column: str) -> pl.Expr:
    said, rule = (pl.col(column).struct.field(name) for name in ("exact", "rule"))
    return pl.when(said.is_not_null()).then(pl.concat_str([said, pl.lit(" ["), rule, pl.lit("]")])).alias(column)


def flat_claims(claims: pl.DataFrame) -> pl.DataFrame:
    """Claims with every nested column as one text."""
    tags = pl.element().struct
    relation = pl.concat_str([tags.field("kind"), pl.lit(" "), tags.field("claim_id")])
    return claims.with_columns(
        _names("actor"),
        _names("recipient"),
        pl.col("fields").list.eval(tags.field("code")).list.join("; "),
        pl.col("speaker").struct.field("name").alias("speaker"),
        pl.col("relations").list.eval(relation).list.join("; "),
        *[pl.col(column).list.join("; ") for column in ("modality", "review", "rules")],
        *[
            _evidence(column)
            for column in ("measure_evidence", "stage_evidence", "time_basis_evidence", "period_evidence")
        ],
    )


def _claims(making: Making) -> Sheet:
    form = layout("claims", making.profile)
    articles = making.rows.articles
    places = making.rows.documents.with_row_index("document_place", offset=FIRST_ROW).sort("pick")["document_place"]
    add = details(making.book, articles)

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        rows = flat_claims(add(block)).with_columns(places.gather(articles.at.gather(block["pick"])))
        where = pl.when(pl.col("order").is_not_null()).then(pl.lit("commitment")).alias("commitment_link")
        return rows.with_columns(pl.coalesce(_article_text(), pl.lit("document")).alias("source_link"), where)

    formulas = {}
    if making.live:
        inside = _rows_link(layout("documents", ANALYST), "document_place", "document_place", pl.lit("document"))
        formulas["source_link"] = pl.coalesce(_web_link(form, "url", "url", "article"), inside)
        formulas["commitment_link"] = _rows_link(layout("commitments", ANALYST), "order", "order", pl.lit("commitment"))
    return Sheet(form, making.rows.claims, formulas, detail)


def _documents(making: Making) -> Sheet:
    form = layout("documents", making.profile)
    shown = pl.when(pl.col("link_url").is_not_null()).then(pl.lit("article")).alias("source_link")
    add = described(making.book)
    formulas = {"source_link": _web_link(form, "url", "link_url", "article")} if making.live else {}
    return Sheet(form, making.rows.documents, formulas, lambda block: add(block).with_columns(shown))


def _exclusions(making: Making) -> Sheet:
    formulas = {"link": _rows_link(layout("claims", ANALYST), "place", "place", pl.col("link"))} if making.live else {}
    add = details(making.book, making.rows.articles)

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        return add(block).with_columns(_names("actor"), pl.lit("claim").alias("link"))

    return Sheet(layout("exclusions", making.profile), making.rows.exclusions, formulas, detail)


# ------------------------------------------------------------------------------------------------------------------------------------ texts


def _first_sheets(making: Making) -> list[Sheet]:
    sheets = [_cover(making)]
    if making.live:
        sheets.append(_switches(making))
    return sheets


def _last_sheets(making: Making) -> list[Sheet]:
    sheets = [_codes(making)]
    notes = pl.DataFrame(list(words()["notes"]), schema={"topic": pl.String, "meaning": pl.String})
    sheets.append(Sheet(layout("notes", making.profile), notes))
    return sheets


def _cover(making: Making) -> Sheet:
    info, rows = making.book.info, making.rows
    lines = rows.commitments
    unconverted = lines.filter(pl.col("can") & (pl.col("rate") == 0)).height
    given: list[tuple[str, str | None, str | None]] = [
        ("Most committed by", _largest(rows.by_actor, "for"), _largest_formula("ByActor", "for")),
        ("Most committed to", _largest(rows.by_field, "from"), _largest_formula("ByField", "from")),
        ("All commitments", _all_words(making), None),
        (
            "Scope",
            info.get("scope", "Every monetary and numeric claim of the articles read; totals add commitments only."),
            None,
        ),
        ("Filters applied", info.get("filters", "none"), None),
        ("As of", info.get("as_of", "not given"), None),
        ("Articles", f"{making.book.documents.height:,}", None),
        ("Claims", f"{making.book.claims.height:,}", None),
        (
            "Commitments",
            f"{lines.height:,}, of which {int(lines['counts'].sum() or 0):,} count and {unconverted:,} have no exchange rate",
            None,
        ),
        ("Decisions by people", f"{making.book.decisions.height:,}", None),
        ("Characters removed", f"{_removed(making.book):,} that no cell may hold (control characters)", None),
        ("Version", info.get("version", "not given"), None),
        ("Ledger", info.get("ledger", "not given"), None),
        ("Contact", info.get("contact", words()["book"]["default_contact"]), None),
    ]
    given += [(note["topic"], note["meaning"], None) for note in words()["notes"][:2]]
    if "part" in info:
        given.insert(4, ("Part", info["part"], None))
    frame = pl.DataFrame(given, schema={"topic": pl.String, "meaning": pl.String, "formula": pl.String}, orient="row")
    return Sheet(layout("cover", making.profile), frame, {"meaning": pl.col("formula")} if making.live else {})


def _removed(book: Frames) -> int:
    """Characters of the shown texts that no workbook may hold."""
    shown = [book.documents.drop("text"), book.claims, book.memberships, book.decisions, book.problems]
    return sum(illegal_count(frame) for frame in shown)


def _largest(totals: pl.DataFrame, word: str) -> str:
    if totals.is_empty():
        return "nobody yet"
    top = totals.sort("stated", descending=True, maintain_order=True).row(0, named=True)
    return f"{top['name']}: {top['display']}, mostly {word} {top['main'] or words()['book']['none']}"


def _largest_formula(table: str, word: str) -> str:
    name = {"ByActor": "Actor", "ByField": "Field"}[table]
    main = {"ByActor": "Mostly for", "ByField": "Mostly from"}[table]
    at = f"MATCH(MAX({table}[Stated]),{table}[Stated],0)"
    return f'INDEX({table}[{name}],{at})&": "&INDEX({table}[Total in words],{at})&", mostly {word} "&INDEX({table}[{main}],{at})'


def _all_words(making: Making) -> str:
    grand = _grand(making)
    return interval_words(grand["low"], grand["stated"], grand["high"], grand["open"], making.rows.switches.currency)


def _choices(making: Making) -> list[tuple[Mapping[str, str], Sequence[str], str]]:
    """Each switch of the lexicon with its choices and its first setting."""
    first = making.rows.switches
    settings = {
        "floor": first.floor,
        "end": first.end,
        "currency": first.currency,
        "allocation": first.allocation,
        "cancelled": first.cancelled,
    }
    return [
        (switch, switch["choices"] or making.rows.currencies, settings[switch["key"]]) for switch in words()["switches"]
    ]


def _switches(making: Making) -> Sheet:
    lines = []
    for switch, choices, setting in _choices(making):
        listed = "{" + ",".join(f'"{choice}"' for choice in choices) + "}"
        base = int(switch["base"])
        formula = f"MATCH({switch['choice']},{listed},0)" + (f"-{1 - base}" if base == 0 else "")
        lines.append(
            (switch["label"], setting, choices.index(setting) + base, ", ".join(choices), switch["meaning"], formula)
        )
    names = {
        "label": pl.String,
        "choice": pl.String,
        "number": pl.Int64,
        "choices": pl.String,
        "meaning": pl.String,
        "formula": pl.String,
    }
    return Sheet(
        layout("switches", making.profile),
        pl.DataFrame(lines, schema=names, orient="row"),
        {"number": pl.col("formula")},
    )


def _offer_choices(writer: SheetWriter, making: Making) -> None:
    for row, (_, choices, _) in enumerate(_choices(making), FIRST_ROW):
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=False, showErrorMessage=True)
        rule.add(f"B{row}")
        writer.out.data_validations.append(rule)


def _code_rows() -> list[tuple[str, str, str]]:
    rows = []
    for name, codes in CODE_LISTS.items():
        meanings = words()["codes"].get(name, {})
        rows += [(name, code.value, meanings.get(code.value, code.value.replace("_", " "))) for code in codes]
    return [
        *rows,
        *(
            ("decision", word, {"accept": "The row is right.", "reject": "It never counts."}[word])
            for word in words()["review"]["decision"]
        ),
    ]


def _codes(making: Making) -> Sheet:
    frame = pl.DataFrame(
        _code_rows(), schema={"list": pl.String, "code": pl.String, "meaning": pl.String}, orient="row"
    )
    return Sheet(layout("codes", making.profile), frame)


def _contents(making: Making, sheets: list[Sheet]) -> Sheet:
    """The list of sheets, then the data dictionary and the checks are added to `sheets`, since they tell of all the others."""
    sheets.append(_dictionary(making, sheets))
    sheets.append(_checks(making))
    lines: list[tuple[str, str, int | None, str]] = [
        (sheet.layout.name, sheet.layout.title, sheet.frame.height, link(sheet.layout.name, "A1")) for sheet in sheets
    ]
    if making.live:
        at = next(place for place, line in enumerate(lines) if line[0] == words()["sheets"]["by_year"]["name"])
        charts = words()["sheets"]["charts"]
        lines.insert(at + 1, (charts["name"], charts["title"], None, link(charts["name"], "A1")))
    frame = pl.DataFrame(
        lines, schema={"link": pl.String, "title": pl.String, "rows": pl.Int64, "to": pl.String}, orient="row"
    )
    return Sheet(layout("contents", making.profile), frame, {"link": _jump(pl.col("to"), pl.col("link"))})


def _checks(making: Making) -> Sheet:
    frame = check_lines(making.book, making.rows, making.totals)
    formulas = {name: pl.col(f"{name}_formula") for name in ("here", "there")} if making.live else {}
    return Sheet(layout("checks", making.profile), frame, formulas)


def _dictionary(making: Making, sheets: list[Sheet]) -> Sheet:
    rows = []
    for sheet in sheets:
        for column in sheet.layout.columns:
            is_live = "yes" if column.formula or column.key in sheet.formulas else "no"
            rows.append((sheet.layout.name, column.label, column.format, is_live, column.about))
    names = {"sheet": pl.String, "column": pl.String, "type": pl.String, "live": pl.String, "meaning": pl.String}
    return Sheet(layout("dictionary", making.profile), pl.DataFrame(rows, schema=names, orient="row"))


def _define_names(out: Workbook, making: Making) -> None:
    switches = quote_sheetname(words()["sheets"]["switches"]["name"])
    for row, (switch, _, _) in enumerate(_choices(making), FIRST_ROW):
        for name, column in ((switch["choice"], "B"), (switch["number"], "C")):
            out.defined_names[name] = DefinedName(name, attr_text=f"{switches}!${column}${row}")
    codes = quote_sheetname(words()["sheets"]["codes"]["name"])
    rows = _code_rows()
    for name, listed in (("DecisionCodes", "decision"), ("StageCodes", "stage"), ("FieldCodes", "field")):
        places = [place for place, row in enumerate(rows, FIRST_ROW) if row[0] == listed]
        out.defined_names[name] = DefinedName(
            name, attr_text=f"{codes}!${LISTS_COLUMN}${places[0]}:${LISTS_COLUMN}${places[-1]}"
        )


SHEETS: tuple[Callable[[Making], list[Sheet]], ...] = (_first_sheets, _total_sheets, _row_sheets, _last_sheets)
"""The workbook's sheets in order; contents, dictionary and checks are worked out from these."""
