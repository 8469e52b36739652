"""The kinds of sums that are no pledge, and the words that tell them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import re2

from ledger.lexicons.load import filled, toml

REACH = 120
"""Code points of a sentence that are searched on each side of a sum."""
BEFORE, AFTER = "before", "after"
BLANKS = re.compile(r"\s+")


@cache
def no_pledge_rules() -> Mapping[str, Any]:
    """`kinds` (name → what it is), `vague`, `measures`, and `cues` with their pattern, in the order of the kinds."""
    rules = toml("no_pledge")
    order = list(rules["kinds"])
    cues = [{**cue, "pattern": filled(cue["pattern"], rules["lists"])} for cue in rules["cue"]]
    return {**rules, "cues": sorted(cues, key=lambda cue: order.index(cue["kind"]))}


@cache
def _plain(where: str) -> Any:
    """What finds plain words on one side of a sum, all of them at once."""
    patterns = re2.Set.SearchSet()
    for cue in no_pledge_rules()["cues"]:
        if cue["plain"] and cue["where"] == where:
            patterns.Add(cue["pattern"])
    patterns.Compile()
    return patterns


def is_small_price(measure: str, value: Decimal) -> bool:
    """Whether a sum is too small for what it is taken for: "an offer of 840p" is the price of a share."""
    small = no_pledge_rules()["small"]
    return measure in small["measures"] and abs(value) < small["below"]


def is_plainly_no_pledge(text: str, start: int, end: int, sentence: tuple[int, int]) -> bool:
    """Whether plain words say that the sum from `start` to `end` of `text` is no pledge; `sentence` holds it.

    >>> text = "The agency needs $31 million. It got $2 million."
    >>> is_plainly_no_pledge(text, 17, 28, (0, 29)), is_plainly_no_pledge(text, 37, 47, (30, 48))
    (True, False)
    """
    before = BLANKS.sub(" ", text[max(sentence[0], start - REACH) : start].lower())
    after = BLANKS.sub(" ", text[end : min(sentence[1], end + REACH)].lower())
    return bool(_plain(BEFORE).Match(before.encode()) or _plain(AFTER).Match(after.encode()))
