"""The sheets of records: commitments, shares, claims, documents, exclusions, decisions, problems and rates."""

import polars as pl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ledger.export.display import period_words
from ledger.export.lexicon import export_words
from ledger.export.workbook.claim_rows import claim_details, commitment_details, document_details
from ledger.export.workbook.layout import ANALYST, FIRST_ROW, SheetColumn, SheetLayout, sheet_layout
from ledger.export.workbook.links import count_text, rows_link, web_link
from ledger.export.workbook.prepare import WorkbookContext
from ledger.export.workbook.sheet import WorkbookSheet
from ledger.lexicons.labels import heading

EVIDENCE_COLUMNS = ("measure_evidence", "stage_evidence", "time_basis_evidence", "period_evidence")
LIST_COLUMNS = ("modality", "review", "rules")
GREY = "595959"
"""Of rows that do not count: dark enough to read."""
PLAIN_SHEETS = ("decisions", "problems", "rates")
"""Sheets that hold a frame of the ledger as it is."""


def row_sheets(context: WorkbookContext) -> list[WorkbookSheet]:
    """The sheets of records in order."""
    sheets = [_commitments(context)]
    if context.live:
        sheets.append(_shares(context))
    sheets += [_claims(context), _documents(context), _exclusions(context)]
    plain = [WorkbookSheet(sheet_layout(key, context.profile), context.book.frame(key)) for key in PLAIN_SHEETS]
    return sheets + plain


# Commitments ----------------------------------------------------------------------------------------------------------


def _commitments(context: WorkbookContext) -> WorkbookSheet:
    currencies = context.rows.currencies
    url = SheetColumn("url", "Address", "text", "Address of the article of its latest claim, http or https.")
    layout = sheet_layout("commitments", context.profile, [*map(_rate_column, currencies), url])
    formulas = {}
    if context.live:
        formulas["link"] = rows_link(sheet_layout("claims", ANALYST), "first_row", "last_row", pl.col("link"))
        formulas["source_link"] = web_link(layout, "url", "url", "article")
        formulas["rate"] = _rate_formula(layout, currencies[0], currencies[-1])
    add = commitment_details(context.book, context.rows.articles)
    uncounted = f"$A{FIRST_ROW}=0" if context.live else f'$A{FIRST_ROW}="no"'
    return WorkbookSheet(
        layout,
        context.rows.commitments,
        formulas,
        lambda block: _flat_commitments(add(block)),
        looks=[(uncounted, Font(color=GREY))],
    )


def _rate_column(currency: str) -> SheetColumn:
    given = export_words()["sheets"]["commitments"]["rate_column"]
    label, about = (given[name].format(unit=currency) for name in ("label", "about"))
    return SheetColumn(f"rate_{currency}", label, given["format"], about, profile=ANALYST)


def _rate_formula(layout: SheetLayout, first: str, last: str) -> pl.Expr:
    """The rate to the currency shown: the rate columns stand side by side in the order of the switch's choices."""
    start, end = (get_column_letter(layout.index(f"rate_{code}")) for code in (first, last))
    row = pl.col("row").cast(pl.String)
    return pl.concat_str([pl.lit(f"INDEX(${start}"), row, pl.lit(f":${end}"), row, pl.lit(",1,CurrencyNumber)")])


def _flat_commitments(commitments: pl.DataFrame) -> pl.DataFrame:
    return commitments.with_columns(
        *[pl.col(column).list.join("; ") for column in ("actor", "recipient", "fields")],
        pl.col("claims").list.len().cast(pl.Int64),
        pl.col("stages").list.eval(_stage_text(pl.element())).list.join("; "),
        (pl.col("counts") > 0).alias("counts_said"),
        _periods(),
        count_text("claim").alias("link"),
        _article_text("url"),
    )


def _stage_text(step: pl.Expr) -> pl.Expr:
    day = step.struct.field("on").cast(pl.String).fill_null("undated")
    return pl.concat_str([step.struct.field("stage"), pl.lit(" "), day])


def _periods() -> pl.Expr:
    """The period in words, however often it is the same."""
    return pl.col("period").map_elements(period_words, pl.String)


def _article_text(url: str) -> pl.Expr:
    return pl.when(pl.col(url).is_not_null()).then(pl.lit("article")).alias("source_link")


def _shares(context: WorkbookContext) -> WorkbookSheet:
    layout, shares = sheet_layout("shares", context.profile), context.rows.shares
    formulas = {"link": rows_link(sheet_layout("commitments", ANALYST), "sheet_row", "sheet_row", pl.col("link"))}

    def add(block: pl.DataFrame) -> pl.DataFrame:
        return shares.with_details(block).with_columns(pl.lit("open").alias("link"))

    return WorkbookSheet(layout, shares.frame, formulas, add)


# Claims ---------------------------------------------------------------------------------------------------------------


def _claims(context: WorkbookContext) -> WorkbookSheet:
    layout = sheet_layout("claims", context.profile)
    articles = context.rows.articles
    documents = context.rows.documents.with_row_index("document_row", offset=FIRST_ROW)
    document_rows = documents.sort("document_index")["document_row"]
    details = claim_details(context.book, articles)

    def add(block: pl.DataFrame) -> pl.DataFrame:
        own_document = document_rows.gather(articles.row_of_claim.gather(block["claim_index"]))
        has_commitment = pl.col("commitment_row").is_not_null()
        return flat_claims(details(block)).with_columns(
            own_document,
            pl.when(has_commitment).then(pl.lit("commitment")).alias("commitment_link"),
            pl.coalesce(_article_text("url"), pl.lit("document")).alias("source_link"),
        )

    formulas = {}
    if context.live:
        document = rows_link(sheet_layout("documents", ANALYST), "document_row", "document_row", pl.lit("document"))
        formulas["source_link"] = pl.coalesce(web_link(layout, "url", "url", "article"), document)
        commitments = sheet_layout("commitments", ANALYST)
        formulas["commitment_link"] = rows_link(commitments, "commitment_row", "commitment_row", pl.lit("commitment"))
    return WorkbookSheet(layout, context.rows.claims, formulas, add)


def flat_claims(claims: pl.DataFrame) -> pl.DataFrame:
    """Claims with every nested column as one text."""
    element = pl.element().struct
    relation = pl.concat_str([element.field("kind"), pl.lit(" "), element.field("claim_id")])
    return claims.with_columns(
        _joined_names("actor"),
        _joined_names("recipient"),
        pl.col("fields").list.eval(element.field("code")).list.join("; "),
        _periods(),
        pl.col("speaker").struct.field("name").alias("speaker"),
        pl.col("relations").list.eval(relation).list.join("; "),
        *[pl.col(column).list.join("; ") for column in LIST_COLUMNS],
        *[_evidence(column) for column in EVIDENCE_COLUMNS],
    )


def _joined_names(column: str) -> pl.Expr:
    return pl.col(column).list.eval(pl.element().struct.field("name")).list.join("; ").alias(column)


def _evidence(column: str) -> pl.Expr:
    exact, rule = (pl.col(column).struct.field(name) for name in ("exact", "rule"))
    return pl.when(exact.is_not_null()).then(pl.concat_str([exact, pl.lit(" ["), rule, pl.lit("]")])).alias(column)


def _documents(context: WorkbookContext) -> WorkbookSheet:
    layout = sheet_layout("documents", context.profile)
    details = document_details(context.book)
    formulas = {"source_link": web_link(layout, "url", "link_url", "article")} if context.live else {}

    def add(block: pl.DataFrame) -> pl.DataFrame:
        return details(block).with_columns(_article_text("link_url"))

    return WorkbookSheet(layout, context.rows.documents, formulas, add)


def _exclusions(context: WorkbookContext) -> WorkbookSheet:
    formulas = {}
    if context.live:
        formulas["link"] = rows_link(sheet_layout("claims", ANALYST), "sheet_row", "sheet_row", pl.col("link"))
    details = claim_details(context.book, context.rows.articles)

    def add(block: pl.DataFrame) -> pl.DataFrame:
        because = pl.col("because").map_elements(_plain_rule, pl.String)
        return details(block).with_columns(_joined_names("actor"), pl.lit("claim").alias("link"), because)

    return WorkbookSheet(sheet_layout("exclusions", context.profile), context.rows.exclusions, formulas, add)


def _plain_rule(because: str) -> str:
    """A reason with the name of its rule in words: "Inside whole: counted within …"."""
    rule, colon, words = because.partition(": ")
    return heading("rule", rule) + colon + words
