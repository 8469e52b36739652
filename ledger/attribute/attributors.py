"""Who decides measure, stage, roles and fields: the named features alone (fast), or a network that reads beside them (accurate)."""

from collections.abc import Callable
from enum import StrEnum
from importlib.util import find_spec
from os import environ
from typing import TYPE_CHECKING

from ledger.errors import InputError

if TYPE_CHECKING:
    from ledger.attribute.reader import Opinion

FAST, ACCURATE = "fast", "accurate"
"""The names of the attributors in their claims."""
NEEDED = ("numpy", "onnxruntime", "tokenizers")
OpinionOf = Callable[..., "Opinion"]


class Attributor(StrEnum):
    """Which attributor is asked for; auto is accurate where what it needs is installed."""

    FAST = FAST
    ACCURATE = ACCURATE
    AUTO = "auto"


def attributor_of(name: str | None) -> Attributor:
    """The attributor of a name; without one, that of the environment's LEDGER_ATTRIBUTOR, or auto. Raises InputError for any other word."""
    said = name or environ.get("LEDGER_ATTRIBUTOR") or Attributor.AUTO
    try:
        return Attributor(said)
    except ValueError:
        raise InputError(f"attributor {said!r} is none of {', '.join(Attributor)}") from None


def opinion_by(attributor: Attributor) -> OpinionOf | None:
    """What gives the learned attributor's opinion of a document, or null for the features alone."""
    if attributor is Attributor.FAST:
        return None
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing and attributor is Attributor.AUTO:
        return None
    if missing:
        raise InputError(
            f"the accurate attributor needs {' and '.join(missing)}: pip install 'figures-ledger[accurate]', or ask for --attributor fast"
        )
    from ledger.attribute.reader import committed_reader  # noqa: PLC0415 - what only an extra installs

    return committed_reader().opinion
