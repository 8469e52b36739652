"""The one parser of a corrected value: for the command line, files of decisions, workbook cells and replay.

`corrected_value` turns what a person wrote into the text that is kept; `revised` says what a kept value makes of a row.
Both refuse, in one line that says what would do, whatever does not fit the field.

The ends of an amount follow these rules:

- A value of a figure that is not a range moves its ends: an exact 5 million corrected to 6 million has both ends there.
- A value of a range must lie between its ends; correct an end first, or the bound.
- A corrected end makes the figure a range, or leaves it open at that end. It never passes the value.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from functools import cache, partial
from typing import Any

from ledger.errors import LedgerError
from ledger.lexicons.currencies import currencies, currency_codes
from ledger.lexicons.load import csv_rows, toml
from ledger.money.amounts import plain
from schemas import LARGEST_AMOUNT, Bound, FieldCode, Kind, Measure, Stage
from schemas.enums import PERCENT_UNITS
from schemas.periods import period_fault

Row = Mapping[str, Any]
"""A claim or a commitment as a row: of it, kind, unit, value, lower, upper and bound are read."""

CODES: Mapping[str, type[StrEnum]] = {"bound": Bound, "measure": Measure, "stage": Stage}
AMOUNTS = ("value", "lower", "upper")
NAMES = ("actor", "recipient")
CORRECTABLE = (*AMOUNTS, "unit", "bound", "measure", "stage", *NAMES, "fields", "period")
"""What a correction may set."""
NOTHING = frozenset({"", "null", "none"})
"""What a person writes for an open end, no period, no name or no field."""
PLACES = 6
"""Decimals that an amount may have."""
LONGEST_AMOUNT, LONGEST_NAME, LONGEST_TEXT = 60, 200, 2_000
"""Characters."""
EXACT_ENOUGH = Context(prec=4 * LONGEST_AMOUNT)
"""Arithmetic that rounds no amount of the longest text."""

DIGITS = (
    r"[0-9]{1,3}(?P<mark>[,_' \u00a0\u202f])[0-9]{3}(?:(?P=mark)[0-9]{3})*(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
)
NUMBER = re.compile(rf"(?:{DIGITS})(?:[eE][+-]?[0-9]+)?")
WRITTEN = re.compile(
    r"(?P<before>[^0-9.,+\-\u2212\u2013()]*)"
    r"(?P<number>[0-9.,][0-9.,_' \u00a0\u202f]*(?:[eE][+-]?[0-9]+)?)"
    r"(?P<behind>.*)"
)
COMMA = re.compile(r"(?:[0-9]{1,3}(?:[. \u00a0\u202f'][0-9]{3})+|0),[0-9]+|[0-9]+,[0-9]{1,2}")
"""A number with a decimal comma that nobody could take for thousands: "2,5", "0,125", "1.234,567"; not "1,200"."""
THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?")
"""A whole number with points between its thousands, "1.200.000", or grouped as in India, "12,34,567"."""
NEGATIVE = re.compile(r"\D{0,4}[-\u2212\u2013]\s*\D{0,4}[0-9]|\(.*\)")


def corrected_value(field: str | None, said: str | Decimal | float | None, row: Row | None = None) -> str:
    """What a person wrote for `field` of `row`, as the text that is kept: digits, codes, names joined by "; ".

    Without a row, the figure is taken to be money in any currency. Raises LedgerError where it does not fit the field.

    >>> corrected_value("value", "€1.5bn"), corrected_value("fields", "Clean energy; Space")
    ('1500000000', 'clean_energy; space')
    """
    if isinstance(said, int | float | Decimal) and not isinstance(said, bool):
        said = str(said)
    if field not in CORRECTABLE or not isinstance(said, str):
        raise LedgerError(f"a correction needs a field and a value: --field {'|'.join(CORRECTABLE)} --value VALUE")
    if len(said) > LONGEST_TEXT:
        raise LedgerError(f"{field} {said[:20]!r}… is longer than {LONGEST_TEXT:,} characters; write the value alone")
    text = said.strip()
    kept = _parsers()[field](text, row)
    if row is not None:
        revised(row, field, kept)
    return kept


def revised(row: Row, field: str, kept: str) -> dict[str, Any]:
    """The attributes of `row` that a kept value sets, names and fields as lists of text.

    Raises LedgerError where it does not fit the row, or is not a value that `corrected_value` would have kept.
    """
    if field not in CORRECTABLE:
        raise LedgerError(f"{field!r} cannot be corrected; choose {', '.join(CORRECTABLE)}")
    text = _parsers()[field](kept, row)
    if field == "value":
        return _with_value(row, Decimal(text))
    if field in AMOUNTS:
        return _with_end(row, field, Decimal(text) if text else None)
    if field == "bound":
        return {"bound": text, **_ends(row["value"], Bound(text), row)}
    if field in (*NAMES, "fields"):
        return {field: split_parts(text)}
    return {field: text or None}


def split_parts(text: str) -> list[str]:
    """The names or codes of a text, which a semicolon parts; each once.

    >>> split_parts("Kesto; Tessel;Kesto")
    ['Kesto', 'Tessel']
    """
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


@cache
def _parsers() -> Mapping[str, Callable[[str, Row | None], str]]:
    """Field → what turns a text into the one that is kept."""
    return {
        "value": _amount,
        "lower": partial(_end_text, "lower"),
        "upper": partial(_end_text, "upper"),
        "unit": _unit,
        **{field: partial(_code, field) for field in CODES},
        **{field: partial(_names, field) for field in NAMES},
        "fields": _fields,
        "period": _period,
    }


# Amounts --------------------------------------------------------------------------------------------------------------


def _end_text(field: str, text: str, row: Row | None) -> str:
    return "" if text.casefold() in NOTHING else _amount(text, row, field)


def _amount(text: str, row: Row | None, field: str = "value") -> str:
    """The digits of an amount, in the major unit."""
    if len(text) > LONGEST_AMOUNT:
        raise LedgerError(f"{field} {text[:20]!r}… is too long for an amount; write it in digits, such as 2900000000")
    if NEGATIVE.match(text):
        raise LedgerError(f"{field} {text!r} is negative; an amount is zero or more, write it without a sign")
    written = WRITTEN.fullmatch(text)
    if written is None:
        raise LedgerError(f"{field} {text!r} is not a valid amount; write 2900000000 or 2.9 billion")
    number = _number(field, text, written["number"].strip(" \u00a0\u202f"))
    factor, unit = _scale_and_unit(written["before"].strip(), written["behind"].strip())
    _same_unit(field, text, unit, row)
    with localcontext(EXACT_ENOUGH):
        amount = (number * factor).normalize()
        if amount.adjusted() > LARGEST_AMOUNT.adjusted() or amount > LARGEST_AMOUNT:
            raise _too_large(field, text)
        if amount.as_tuple().exponent < -PLACES:  # type: ignore[operator]  # finite, so its exponent is a number
            raise _too_fine(field, text)
        return format(amount, "f")


def _number(field: str, text: str, digits: str) -> Decimal:
    if COMMA.fullmatch(digits):
        whole, _, places = digits.rpartition(",")
        digits = f"{whole.replace('.', '')}.{places}"
    elif THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "") if "," in digits else digits.replace(".", "")
    if NUMBER.fullmatch(digits) is None:
        raise LedgerError(f"{field} {text!r} is not a valid amount; write it like 1,234.5 or 1234.5")
    mantissa, _, exponent = digits.casefold().partition("e")
    if exponent and abs(int(exponent)) > LONGEST_AMOUNT and mantissa.strip("0.,"):
        raise _too_large(field, text) if int(exponent) > 0 else _too_fine(field, text)
    if not mantissa.strip("0.,"):
        return Decimal(0)
    return Decimal(re.sub(r"[,_' \u00a0\u202f]", "", digits))


def _too_large(field: str, text: str) -> LedgerError:
    return LedgerError(f"{field} {text!r} is larger than a ledger holds; the largest amount is 10^18 (1e18)")


def _too_fine(field: str, text: str) -> LedgerError:
    return LedgerError(f"{field} {text!r} has more than six decimals; round it to six")


def _scale_and_unit(before: str, behind: str) -> tuple[Decimal, str]:
    """What the words around a number multiply it by, and the unit that they name."""
    lower = behind.casefold()
    found = next((form for form in _scales() if _begins_with(lower, form)), "")
    return _scales().get(found, Decimal(1)), f"{before} {behind[len(found) :]}".strip()


def _begins_with(text: str, form: str) -> bool:
    return text.startswith(form) and not text[len(form) : len(form) + 1].isalpha()


@cache
def _scales() -> Mapping[str, Decimal]:
    """Scale word or suffix in lower case → factor, the longest first."""
    forms = {
        form.casefold(): Decimal(scale["factor"])
        for scale in toml("scales")["scale"]
        for form in (*scale["words"], *scale.get("suffixes", ()))
    }
    return dict(sorted(forms.items(), key=lambda entry: -len(entry[0])))


def _same_unit(field: str, text: str, unit: str, row: Row | None) -> None:
    """Refuse an amount in another unit than the row's."""
    if not unit:
        return
    kind = _kind(row)
    meant = currency_codes(unit) if kind is Kind.MONEY else (_unit_of_kind(unit, kind),)
    if not meant or None in meant:
        raise LedgerError(f"{field} {text!r}: {unit!r} is not a valid unit; write the number alone, or with its scale")
    if row is not None and row["unit"] not in meant:
        raise LedgerError(
            f"{field} {text!r} is not in {row['unit']}; correct the unit first, or write the number alone"
        )


def _with_value(row: Row, value: Decimal) -> dict[str, Any]:
    bound, lower, upper = Bound(row["bound"]), row["lower"], row["upper"]
    if bound is not Bound.RANGE:
        return {"value": value, **_ends(value, bound, row)}
    if (lower is not None and value < lower) or (upper is not None and value > upper):
        raise LedgerError(
            f"value {plain(value)} lies outside the range {_end(lower)} to {_end(upper)}; "
            "correct lower or upper first, or the bound to exact"
        )
    return {"value": value}


def _with_end(row: Row, field: str, end: Decimal | None) -> dict[str, Any]:
    value = row["value"]
    ends = {"lower": row["lower"], "upper": row["upper"], field: end}
    lower, upper = ends["lower"], ends["upper"]
    if lower is None and upper is None:
        raise LedgerError(f"{field} cannot be left open, for the other end is open too; correct the bound instead")
    if (lower is not None and lower > value) or (upper is not None and upper < value):
        raise LedgerError(f"{field} {_end(end)} passes the value {plain(value)}; correct the value first")
    if lower is not None and upper is not None:
        bound = Bound(row["bound"])
        known = lower == upper and bound in (Bound.EXACT, Bound.ABOUT)
        return {field: end, "bound": (bound if known else Bound.RANGE).value}
    if value not in (lower, upper):
        raise LedgerError(f"{field} cannot be left open in a range; correct the bound to at_least or at_most instead")
    bound = Bound.AT_LEAST if upper is None else Bound.AT_MOST
    return {field: end, "bound": (row["bound"] if _is_open(Bound(row["bound"])) else bound.value)}


def _is_open(bound: Bound) -> bool:
    return bound not in (Bound.EXACT, Bound.ABOUT, Bound.RANGE)


def _ends(value: Decimal, bound: Bound, row: Row) -> dict[str, Decimal | None]:
    """The ends of an amount with a bound; those of a range are the row's."""
    if bound is Bound.RANGE:
        if row["lower"] is None or row["upper"] is None:
            raise LedgerError("a range has two ends; correct lower or upper, which makes the figure a range")
        return {"lower": row["lower"], "upper": row["upper"]}
    return {
        "lower": None if bound in (Bound.LESS_THAN, Bound.AT_MOST) else value,
        "upper": None if bound in (Bound.MORE_THAN, Bound.AT_LEAST) else value,
    }


def _end(end: Decimal | None) -> str:
    return "open" if end is None else plain(end)


# Units, codes, names --------------------------------------------------------------------------------------------------


def _kind(row: Row | None) -> Kind:
    """The kind of a row; a commitment is money."""
    return Kind(row["kind"]) if row is not None and row.get("kind") is not None else Kind.MONEY


def _unit(text: str, row: Row | None) -> str:
    kind = _kind(row)
    if kind is Kind.MONEY:
        codes = currency_codes(text)
        if len(codes) == 1:
            return codes[0]
        if codes:
            raise LedgerError(
                f"unit {text!r} may be {', '.join(codes[:3])} or another currency; write its ISO 4217 code"
            )
        raise LedgerError(f"unit {text!r} is not a valid currency; write its ISO 4217 code, such as EUR")
    unit = _unit_of_kind(text, kind) if len(text) <= LONGEST_AMOUNT else None
    if unit is None:
        choose = {
            Kind.PERCENT: f"choose {', '.join(sorted(PERCENT_UNITS))}",
            Kind.QUANTITY: "write one such as megawatt, tonne or year",
        }.get(kind, "write what is counted, such as job; a currency does not fit")
        raise LedgerError(f"unit {text!r} is not a valid unit of {kind}; {choose}")
    return unit


def _unit_of_kind(text: str, kind: Kind) -> str | None:
    """The unit of a figure that is not money, in the form in which it is kept; None where it is unknown."""
    if kind is Kind.COUNT:
        noun = re.sub(r"[\s_]+", "_", text.casefold())
        return noun if re.fullmatch(r"[^\W\d][\w.'’-]*", noun) and noun.upper() not in currencies() else None
    known = _percent_forms() if kind is Kind.PERCENT else _quantity_forms()
    return known.get(text.casefold()) or known.get(text.casefold().removesuffix("s"))


@cache
def _percent_forms() -> Mapping[str, str]:
    short = {"%": "percent", "pp": "percentage_point", "bp": "basis_point"}
    return short | {form: unit for unit in PERCENT_UNITS for form in (unit, unit.replace("_", " "))}


@cache
def _quantity_forms() -> Mapping[str, str]:
    """Name, spelling or abbreviation in lower case → unit."""
    forms: dict[str, str] = {}
    for row in csv_rows("units"):
        for form in (row["unit"], *row["forms"].split("|"), *row["abbreviations"].split("|")):
            forms.setdefault(form.casefold(), row["unit"])
    return forms


def _code(field: str, text: str, _: Row | None) -> str:
    if field == "stage" and text.casefold() in NOTHING:
        raise LedgerError("a commitment is always in some stage; correct the measure where it is a statistic")
    found = _codes(CODES[field]).get(_label(text))
    if found is None:
        raise LedgerError(f"{text!r} is not a valid {field}; choose {', '.join(CODES[field])}")
    return found


def decided_as(text: str) -> str:
    """accept or reject, where a text says so in any of its words; raises LedgerError for any other.

    >>> decided_as("Not a pledge"), decided_as("ok")
    ('reject', 'accept')
    """
    words = {_label(word): code for code, said in toml("synonyms")["decision"].items() for word in (code, *said)}
    if (found := words.get(_label(text))) is None:
        raise LedgerError(f"{text!r} is not a valid decision; choose accept or reject")
    return str(found)


def _fields(text: str, _: Row | None) -> str:
    if text.casefold() in NOTHING:
        return ""
    codes = [(part, _codes(FieldCode).get(_label(part))) for part in split_parts(text)]
    wrong = [part for part, code in codes if code is None]
    if wrong or not codes:
        said = wrong[0] if wrong else text
        raise LedgerError(
            f"{said!r} is not a valid field; choose {', '.join(FieldCode)}; several are joined by a semicolon"
        )
    return "; ".join(dict.fromkeys(code for _, code in codes if code is not None))


@cache
def _codes(vocabulary: type[StrEnum]) -> Mapping[str, str]:
    """Code, label or other word in the form in which they are compared → code: "clean energy" → clean_energy."""
    name = next((name for name, codes in CODES.items() if codes is vocabulary), "field")
    labels = toml("export")["codes"]["field"].items() if vocabulary is FieldCode else ()
    others = [(code, word) for code, words in toml("synonyms").get(name, {}).items() for word in words]
    every = [*others, *labels, *((code.value, code.value) for code in vocabulary)]
    return {_label(word): code for code, word in every}


def _label(text: str) -> str:
    """A code or its label in the form in which they are compared: "Cloud & data centers" is cloud_data_centers."""
    return " ".join(word for word in re.split(r"[^a-z0-9]+", text.casefold()) if word and word != "and")


def _names(field: str, text: str, _: Row | None) -> str:
    if text.casefold() in NOTHING:
        return ""
    names = split_parts(text)
    if not names:
        raise LedgerError(f"{field} {text!r} holds no name; write one, or several joined by a semicolon")
    for name in names:
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise LedgerError(
                f"{field} {name[:40]!r} is not a valid name; write up to {LONGEST_NAME} printable characters"
            )
    return "; ".join(names)


def _period(text: str, _: Row | None) -> str:
    if text.casefold() in NOTHING:
        return ""
    period = text.upper()
    fault = period_fault(period) if len(period) <= LONGEST_AMOUNT else f"{period[:20]!r}… is too long for a period"
    if fault is not None:
        raise LedgerError(f"{fault}; write 2 years, 2026, 2024-2027 or by 2030")
    return period


__all__ = ["CORRECTABLE", "Row", "corrected_value", "decided_as", "revised", "split_parts"]
