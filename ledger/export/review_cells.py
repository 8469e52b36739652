"""What a review cell says, whatever a spreadsheet made of what was typed into it.

Spreadsheets turn words into dates, percents, truth values and floating-point numbers, keep apostrophes, and put in
blanks that do not break. What was meant is read where it is certain; anything else is refused with what to write.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl.utils.datetime import from_excel

from ledger.errors import LedgerError
from ledger.export.reviewed_workbook import ReviewCell
from ledger.export.safe import ILLEGAL_TEXT

LONGEST = 2_000
"""Characters that a review cell may hold."""
AMOUNT, PERIOD, DECISION = "review_value", "review_period", "review_decision"
IDS = ("review_same", "review_different", "review_part_of")
"""Columns that hold the id of another row."""
BLANKS = re.compile(r"[\s\u200b\u2060\ufeff]+")
APOSTROPHE = re.compile(r"'(?![st][ -])")
"""An apostrophe that marks a cell as text; a Dutch name begins with one: 's-Hertogenbosch."""
QUOTED = re.compile(r"[\"“„](?P<text>[^\"“”„]*)[\"”“]")
IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[\$(?P<unit>[^-\]]+)[^\]]*\]|\[[^\]]*\]')
"""What of a number format is no code: texts, escaped characters, and what stands in brackets."""
TRUTH = re.compile(r"=(true|false)(?:\(\))?", re.IGNORECASE)
"""A truth value as LibreOffice writes it."""
SYMBOL = re.compile(r"[$€£¥₹]")
YEARS, SERIALS = range(1900, 2200), range(25_000, 110_000)
"""A number that is a year, and one that is a day as spreadsheets count them (1968 to 2201)."""
AS_TEXT = "format the cell as text and write it again"


def cell_text(cell: ReviewCell, column: str) -> str:
    """The words of a review cell as they were meant; `column` is the key of its column.

    Empty where the cell holds blanks only. Raises LedgerError for a value that means nothing in the column.
    """
    truth = TRUTH.fullmatch(str(cell.value)) if cell.kind == "f" else None
    if truth is not None:
        cell = cell._replace(value=truth[1].casefold() == "true", kind="b")
    if cell.kind == "f":
        raise LedgerError("a formula; write the value itself")
    if cell.kind == "e":
        raise LedgerError(f"the error {cell.value}; write the value itself")
    if isinstance(cell.value, bool):
        if column != DECISION:
            raise LedgerError(f"neither text nor a number but {str(cell.value).upper()}; write the value itself")
        return str(cell.value)
    if isinstance(cell.value, date | time | timedelta):
        return _day(cell, column)
    text = _plain(cell.value) if isinstance(cell.value, str) else _number(cell, column)
    if len(text) > LONGEST:
        raise LedgerError(f"longer than {LONGEST:,} characters")
    if ILLEGAL_TEXT.search(text):
        raise LedgerError("holds characters that no text has")
    return text


def _plain(said: str) -> str:
    """A text without what marks it as one, and with single blanks."""
    text = BLANKS.sub(" ", said).strip()
    text = text[1:].strip() if APOSTROPHE.match(text) else text
    quoted = QUOTED.fullmatch(text)
    return quoted["text"].strip() if quoted else text


def _day(cell: ReviewCell, column: str) -> str:
    """A date as the period that the cell shows: a day, a month or a year."""
    if column != PERIOD or not isinstance(cell.value, date):
        raise LedgerError(f"neither text nor a number but a date, which the spreadsheet made of it; {AS_TEXT}")
    shown = IN_FORMAT.sub("", cell.number_format).casefold()
    day = cell.value.date() if isinstance(cell.value, datetime) else cell.value
    text = day.isoformat()
    return text if "d" in shown or "y" not in shown else text[:7] if "m" in shown else text[:4]


def _number(cell: ReviewCell, column: str) -> str:
    """A number in digits, with the percent sign or currency that the cell shows; a period's is a year or a day."""
    value: Any = cell.value
    whole = int(value) if float(value).is_integer() else None
    if column == PERIOD and whole is not None and whole not in YEARS and whole in SERIALS:
        return str(from_excel(whole).date())
    if column in IDS and (whole is None or abs(whole) >= 10**15):
        raise LedgerError(f"a number, which the spreadsheet made of the id; {AS_TEXT}")
    digits = str(whole) if whole is not None else format(Decimal(repr(value)), "f")
    if column != AMOUNT:
        return digits
    shown = IN_FORMAT.sub(lambda found: found["unit"] or found[0].strip('"\\'), cell.number_format)
    if "%" in IN_FORMAT.sub("", cell.number_format):
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    symbol = SYMBOL.search(shown)
    return f"{symbol[0]}{digits}" if symbol else digits
