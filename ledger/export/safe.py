"""Text from articles made harmless: for cells of a workbook, for CSV and for links."""

import re
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import polars as pl

CELL_LIMIT = 32_767
"""UTF-16 code units that a cell holds (Excel's limit)."""

# A spreadsheet runs a cell that begins so, also behind blanks, in full width, or behind marks that it does not show.
RISKY = "^[\\s\x00-\x1f\u00a0\u200b-\u200f\u2060\ufeff'\"]*[=+\\-@＝＋－＠|%]|^[\t\r\n]"
ILLEGAL = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
"""Characters that XML 1.0 does not allow."""

ESCAPED = "_x[0-9A-Fa-f]{4}_"
"""A character as Excel escapes it in a cell."""

_RISKY = re.compile(RISKY)
ILLEGAL_TEXT = re.compile(ILLEGAL)
_ESCAPED = re.compile(ESCAPED)
_BREAKS = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")


def plain_csv_text(text: str) -> str:
    """`text` as a CSV cell that no spreadsheet runs: an apostrophe stands before what would be read as a formula.

    >>> plain_csv_text("=1+1"), plain_csv_text("Sony invests $2 billion")
    ("'=1+1", 'Sony invests $2 billion')
    """
    clean = ILLEGAL_TEXT.sub("", text)
    return "'" + clean if _RISKY.search(text) else clean


def csv_column(text: pl.Expr) -> pl.Expr:
    """`plain_csv_text` for a whole column."""
    clean = text.str.replace_all(ILLEGAL, "")
    return pl.when(text.str.contains(RISKY)).then(pl.lit("'") + clean).otherwise(clean)


def clean_column(text: pl.Expr) -> pl.Expr:
    """`text` without illegal characters and with single line ends."""
    return text.str.replace_all("\r\n?", "\n").str.replace_all(ILLEGAL, "")


def cut_column(clean: pl.Expr, cut: str) -> pl.Expr:
    """`clean` no longer than a cell; `cut` marks what was shortened."""
    astral = clean.str.count_matches("[\U00010000-\U0010ffff]").cast(pl.Int64)
    room = pl.max_horizontal(CELL_LIMIT - len(cut) - astral, pl.lit(CELL_LIMIT // 2 - len(cut)))
    return pl.when(clean.str.len_chars() + astral > CELL_LIMIT).then(clean.str.slice(0, room) + cut).otherwise(clean)


def xml_column(text: pl.Expr) -> pl.Expr:
    """`text` escaped for a cell of a workbook; Excel would read `_x0041_` as the letter A."""
    underscored = pl.when(text.str.contains(ESCAPED)).then(text.str.replace_all("_x", "_x005F_x", literal=True))
    return (
        underscored.otherwise(text)
        .str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
    )


def xml_text(text: str) -> str:
    """`xml_column` for one text."""
    escaped = text.replace("_x", "_x005F_x") if _ESCAPED.search(text) else text
    return escape(escaped)


def illegal_count(frame: pl.DataFrame) -> int:
    """Number of characters in `frame`'s text columns that no workbook cell may hold."""
    counts = frame.select(pl.col(pl.String).str.count_matches(ILLEGAL).sum())
    return sum(int(value or 0) for value in counts.row(0)) if counts.width else 0


def web_address(url: str | None) -> str | None:
    """`url` where it is a plain http or https address, else None: nothing else becomes a link.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', None)
    """
    if not url or len(url) > 2_000 or _BREAKS.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.hostname else None
