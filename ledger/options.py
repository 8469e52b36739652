"""Which attributor is asked for; a module of its own, so that the command line can name them without loading any."""

from enum import StrEnum
from os import environ

from ledger.errors import InputError

FAST, ACCURATE = "fast", "accurate"
"""The names of the attributors in their claims."""


class Attributor(StrEnum):
    """Who decides measure, stage, roles and fields; auto is accurate where what it needs is installed."""

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
