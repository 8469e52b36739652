"""Exact products of amounts and rates, with room for the largest of both.

An amount has 6 decimals and a rate 15. A plain product of the two keeps 15 decimals, and of the 38 digits of a Decimal
column only 23 are then left before the point. A wide product is made in parts and kept with 6 decimals.

A sum has room for a million amounts of LARGEST_AMOUNT, converted at LARGEST_RATE.
"""

from decimal import Decimal

import polars as pl

from ledger.tables import AMOUNT
from schemas import LARGEST_AMOUNT

LARGEST_RATE = Decimal(5 * 10**7)
"""The largest rate that amounts are converted at; the tables' largest is 16 million bolívars for a Kuwaiti dinar."""
PLAIN_ROOM = 1e22
"""A plain product that is smaller than this surely fits."""

_WHOLE = pl.Decimal(38, 0)
_PART = pl.lit(10**9, _WHOLE)


def within_limits(*amounts: pl.Expr) -> pl.Expr:
    """Whether all amounts of a row are null or at most LARGEST_AMOUNT: what is larger is no amount of a ledger."""
    return pl.all_horizontal((amount.abs() <= LARGEST_AMOUNT).fill_null(value=True) for amount in amounts)


def product(amount: pl.Expr, rate: pl.Expr, *, wide: bool) -> pl.Expr:
    """`amount` (at most LARGEST_AMOUNT) times `rate` (at most LARGEST_RATE), rounded to six decimals.

    Without `wide` the products must all be smaller than PLAIN_ROOM.
    """
    if not wide:
        return (amount * rate).cast(AMOUNT)
    plain = amount.cast(pl.Float64).abs() * rate.cast(pl.Float64) < PLAIN_ROOM
    small, large = pl.when(plain).then(amount), pl.when(~plain).then(amount)
    return pl.coalesce((small * rate).cast(AMOUNT), _wide_product(large, rate))


def _wide_product(amount: pl.Expr, rate: pl.Expr) -> pl.Expr:
    """The product in three parts: billions of the amount times the whole and the rest of the rate, and what is left."""
    billions = (amount / _PART).cast(_WHOLE)
    left = amount - billions * _PART
    scaled = billions * rate
    whole = scaled.cast(_WHOLE)
    rest = scaled - whole
    return (whole * _PART).cast(AMOUNT) + (rest * _PART).cast(AMOUNT) + (left * rate).cast(AMOUNT)
