"""A person's words about claims, commitments and names, checked before they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from ledger.errors import LedgerError
from ledger.validate.checks import PERIOD
from schemas import Bound, Decision, DecisionKind, FieldCode, Measure, Stage, stable_id

NEEDS_OTHER = frozenset({DecisionKind.SAME, DecisionKind.DIFFERENT, DecisionKind.PART_OF, DecisionKind.ALIAS})
CODES: Mapping[str, type[StrEnum]] = {"bound": Bound, "measure": Measure, "stage": Stage, "fields": FieldCode}
NUMBERS = frozenset({"value", "lower", "upper"})
NAMES = frozenset({"actor", "recipient"})
CORRECTABLE = ("value", "lower", "upper", "unit", "bound", "measure", "stage", "actor", "recipient", "fields", "period")
"""What a correction may set."""
NONE_SAID = frozenset({"", "null", "none"})


@dataclass(frozen=True)
class Saying:
    """What a person says, before it is checked against the ledger."""

    kind: DecisionKind
    target: str
    other: str | None = None
    field: str | None = None
    value: str | None = None
    note: str = ""


def make_decision(
    saying: Saying, *, author: str, at: datetime, claim: Mapping[str, Any] | None = None, repeated: int = 0
) -> Decision:
    """The decision, anchored on the quote of `claim` where it is about one; `repeated` is how often the same was said before.

    Raises LedgerError where it lacks what its kind needs, or where a correction's value is none of its field's.
    """
    kind, other = saying.kind, saying.other
    if (other is not None) != (kind in NEEDS_OTHER):
        raise LedgerError(
            f"{kind} needs {'what it is tied to' if kind in NEEDS_OTHER else 'nothing beside its target'}: {kind} TARGET OTHER"
        )
    if not author.strip():
        raise LedgerError("a decision needs an author: --author NAME or the variable LEDGER_AUTHOR")
    if kind is not DecisionKind.CORRECT and (saying.field is not None or saying.value is not None):
        raise LedgerError(
            f"{kind} takes no field and no value; a correction does: correct TARGET --field FIELD --value VALUE"
        )
    value = _corrected(saying.field, saying.value) if kind is DecisionKind.CORRECT else None
    anchor = [claim[name] if claim else None for name in ("document_id", "exact", "prefix", "suffix")]
    said = (kind, saying.target, other, saying.field, value, author, saying.note, *anchor)
    document_id, exact, prefix, suffix = anchor
    return Decision(
        decision_id=stable_id("decision", *said, *([repeated] if repeated else [])),
        kind=kind,
        target=saying.target,
        other=other,
        field=saying.field,
        value=value,
        author=author,
        at=at,
        note=saying.note,
        document_id=document_id,
        exact=exact,
        prefix=prefix,
        suffix=suffix,
    )


def _corrected(field: str | None, value: str | None) -> str:
    """The value of a correction in the form in which it is kept."""
    if field not in CORRECTABLE or value is None:
        raise LedgerError(f"a correction needs a field and a value: --field {'|'.join(CORRECTABLE)} --value VALUE")
    said = value.strip()
    if field in NUMBERS:
        return _number(field, said)
    if field in CODES:
        return "; ".join(_code(field, part) for part in _parts(said)) if field == "fields" else _code(field, said)
    if field == "unit" and not said:
        raise LedgerError("--field unit needs a currency code or a unit, such as EUR")
    if field == "period" and said.casefold() not in NONE_SAID and not PERIOD.fullmatch(said):
        raise LedgerError(
            f"period {said!r} is no ISO 8601 duration, year or interval; write P2Y, 2026, 2025/2029 or /2030"
        )
    return "; ".join(_parts(said)) if field in NAMES else said


def _parts(value: str) -> Sequence[str]:
    return [part.strip() for part in value.split(";") if part.strip()]


def _number(field: str, value: str) -> str:
    if field != "value" and value.casefold() in NONE_SAID:
        return ""
    try:
        number = Decimal(value.replace(",", "").replace("_", ""))
    except InvalidOperation as error:
        raise LedgerError(f"{field} {value!r} is no number; write it in digits, such as 2900000000") from error
    if not number.is_finite():
        raise LedgerError(f"{field} {value!r} is no finite number")
    return format(number, "f")


def _code(field: str, value: str) -> str:
    code = value.strip()
    if field == "stage" and code.casefold() in NONE_SAID:
        return ""
    known = [member.value for member in CODES[field]]
    if code not in known:
        raise LedgerError(f"{field} {code!r} is none of {', '.join(known)}")
    return code
