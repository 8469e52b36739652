"""How the sums of one document stand to each other: told again, converted, inside one another, replaced."""

from ledger.relate.stage import relate

__all__ = ["relate"]
