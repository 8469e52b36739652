"""Features of a pair of sums: what speaks for one being the other told again, or lying inside it.

A pair is taken in the order of the text. Every feature carries the pair's sign: which of the two is the larger. So what
is learned of "of which" before the smaller of two sums is not mixed up with the same words before the larger one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache, lru_cache
from itertools import pairwise
from math import log2
from typing import NamedTuple

from ledger.lexicons.load import toml
from ledger.relate.apart import award_pairs, beside_pairs, payer_pairs, separate_pairs, unlike_pairs
from ledger.relate.arithmetic import Addition, additions, shares
from ledger.relate.sums import ROWS, SUM_MARK, Sum
from schemas import Section, TimeBasis

NEAR = 0.04
"""Amounts in one currency that differ by a smaller share may be roundings of one another."""
CONVERTED = 0.13
"""Amounts in two currencies that differ by a smaller share, at rough rates, may be one amount converted."""
FAR = 14
"""Words between two sums of one sentence, beyond which only cues are read."""
AROUND = 3
"""Words read before and behind each sum."""
WINDOW = 16
"""Sums behind one of the same place in the text that it is paired with."""
TOTALS = frozenset({"total", "totals", "overall", "altogether", "sum", "combined", "all"})
"""Words of a row that holds the others."""
LEAD = 2
"""The last of the segments that head a document: headline, subtitle and lead."""


class Setting(NamedTuple):
    """What the features of all pairs of one document share."""

    sums: Sequence[Sum]
    adds: Addition
    shares: Set[tuple[int, int]]
    """(part, whole) where a percentage beside the part says so."""
    largest: int
    """Place of the largest sum, by rough worth."""
    sides: Mapping[str, Sequence[tuple[str, ...]]]
    """Features of each sum by itself: of the words around it as first ("a") or second ("b") of a pair, and of its rank
    as the larger ("L")."""
    above: Sequence[int]
    """Place of the nearest earlier sum that is larger, or -1."""
    values: Mapping[str, frozenset[float]]
    """The amounts said in each currency, to nine digits."""
    beside: Sequence[int]
    """How many sums stand in the sentence of each, itself among them."""
    first: Sequence[int]
    """Place of the first sum of the list or table that holds each; its own place for others."""
    unlike: Set[tuple[int, int]]
    """Pairs that are not the same money, see `unlike_pairs`."""
    apart: Set[tuple[int, int]]
    """Pairs of which the first sum comes on top of the second, see `beside_pairs`."""
    of_payers: Set[tuple[int, int]]
    """Pairs that two payers give or two receivers get side by side, see `payer_pairs` and `award_pairs`."""
    outside: Set[tuple[int, int]]
    """Pairs of which neither lies inside the other, see `separate_pairs`."""


def setting_of(sums: Sequence[Sum]) -> Setting:
    """The setting of the sums of one document."""
    times: dict[tuple[str, float], int] = {}
    values: dict[str, set[float]] = {}
    for one in sums:
        times[one.claim.unit, one.value] = times.get((one.claim.unit, one.value), 0) + 1
        values.setdefault(one.claim.unit, set()).add(_digits(one.value))
    worth = [one.dollars or 0.0 for one in sums]
    largest = worth.index(max(worth)) if worth else -1
    above = []
    for at, one in enumerate(sums):
        larger = (k for k in range(at - 1, -1, -1) if comparison(sums[k], one)[0] == ">")
        above.append(next(larger, -1))
    frozen = {unit: frozenset(some) for unit, some in values.items()}
    sentences = [one.sentence for one in sums]
    beside = [sentences.count(sentence) for sentence in sentences]
    words = [tuple(dict.fromkeys(_sides(one))) for one in sums]
    ranks = [_rank(sums, at, largest, times[one.claim.unit, one.value]) for at, one in enumerate(sums)]
    sides = {"a": words, "b": words, "L": ranks}
    kept_apart = unlike_pairs(sums), beside_pairs(sums), payer_pairs(sums) | award_pairs(sums), separate_pairs(sums)
    first = _firsts(sums)
    return Setting(sums, additions(sums), shares(sums), largest, sides, above, frozen, beside, first, *kept_apart)


def _firsts(sums: Sequence[Sum]) -> list[int]:
    """Place of the first sum of the list or table that holds each, or its own."""
    lists: dict[int, int] = {}
    return [lists.setdefault(one.group, at) if one.section in ROWS else at for at, one in enumerate(sums)]


def pairs_of(setting: Setting) -> Iterator[tuple[int, int]]:
    """The pairs of sums worth comparing, in the order of the text.

    Sums of one paragraph, of neighbouring ones and of one list are compared within a window. Farther apart, only like
    amounts are, and a sum with what may be its whole: the largest, one of the lead, the nearest larger one before it,
    and one that it is said to be a percentage of.
    """
    sums = setting.sums
    for a, one in enumerate(sums):
        for b in range(a + 1, len(sums)):
            other, start = sums[b], setting.first[b]
            start = b if start <= a else start  # the rows of a list are as near as its first one
            near = sums[start].segment - one.segment <= 1 or one.group == other.group
            close = (near and start - a <= WINDOW) or a == setting.above[b] or setting.largest in (a, b)
            said = (a, b) in setting.shares or (b, a) in setting.shares
            if close or said or one.segment <= LEAD or comparison(one, other) in ("=", "~"):
                yield a, b


def comparison(a: Sum, b: Sum) -> str:
    """How the amount of `a` stands to that of `b`: "=", "~" (nearly), ">" or "<"; "x" marks two currencies."""
    if a.claim.unit == b.claim.unit:
        x, y, near, mark = a.value, b.value, NEAR, ""
    elif a.dollars is None or b.dollars is None:
        return "x?"
    else:
        x, y, near, mark = a.dollars, b.dollars, CONVERTED, "x"
    top = max(abs(x), abs(y)) or 1.0
    apart = abs(x - y) / top
    if apart < 1e-9 and not mark:
        return "="
    if apart < near:
        return mark + "~"
    return (">" if x > y else "<") + mark


@cache
def _cues() -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Cue words → the name of their cue, and what finds them in a line of words."""
    named = {words: cue["name"] for cue in toml("relate")["cue"] for words in cue["words"]}
    longest_first = sorted(named, key=lambda words: (-len(words), words))
    return named, re.compile("(?<= )(" + "|".join(map(re.escape, longest_first)) + ")(?= )")


@lru_cache(maxsize=1 << 16)
def _cues_in(words: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the cues that stand in `words`."""
    named, pattern = _cues()
    return tuple(sorted({named[match] for match in pattern.findall(f" {' '.join(words)} ")}))


def _sides(one: Sum) -> Iterator[str]:
    """The words close to a sum, and the cues of its sentence before and behind it."""
    before, behind = one.words[max(0, one.at - AROUND) : one.at], one.words[one.at + 1 : one.at + 1 + AROUND]
    for place, word in enumerate(reversed(before)):
        yield f"p{min(place, 1)}:{word}"
    yield f"pp:{' '.join(before[-2:])}"
    for place, word in enumerate(behind):
        yield f"n{min(place, 1)}:{word}"
    yield f"nn:{' '.join(behind[:2])}"
    for cue in _cues_in(tuple(one.words[max(0, one.at - 9) : one.at])):
        yield f"pc:{cue}"
    for cue in _cues_in(tuple(one.words[one.at + 1 : one.at + 8])):
        yield f"nc:{cue}"


def sum_features(setting: Setting, at: int) -> list[str]:
    """What speaks for a sum being a pledge of its own: its place, its kind and the words around it."""
    one = setting.sums[at]
    claim = one.claim
    found = [
        "0",
        f"0m:{claim.measure}",
        f"0sec:{one.section}",
        f"0st:{claim.stage}",
        f"0n:{min(6, len(setting.sums) // 2)}",
        f"0big:{at == setting.largest:d}{at == 0:d}",
        f"0lead:{min(4, one.segment)}",
        f"0per:{claim.per is not None:d}",
        f"0tb:{_basis(claim.time_basis)}",
        f"0who:{bool(one.actors):d}{bool(one.recipients):d}",
        f"0row:{min(5, setting.beside[at])}",
        f"0b:{claim.bound}",
    ]
    return found + [f"0{side}" for side in setting.sides["a"][at]]


class PairFeatures(NamedTuple):
    """The features of a pair of sums."""

    sign: str
    """How the amounts compare."""
    own: list[str]
    """Those of the pair itself."""
    sides: tuple[tuple[str, int], ...]
    """Prefix and place of the features that each sum has by itself: see `side_features`."""


def pair_features(setting: Setting, a: int, b: int) -> PairFeatures:
    """The features of the pair of sums at places `a` < `b`."""
    one, other = setting.sums[a], setting.sums[b]
    sign = comparison(one, other)
    place = _place(setting, a, b)
    more = [*_ratio(one, other), *_said(one, other), *_numbers(setting, a, b, sign)]
    if one.sentence == other.sentence:
        more += _between(one, other)
    prefix = sign + ("s" if one.sentence == other.sentence else place[:1])
    own = [sign, sign + place, *[sign + feature for feature in more]]
    large = a if sign[0] == ">" else b
    return PairFeatures(sign, own, ((prefix + "a", a), (prefix + "b", b), (sign + "L", large)))


def side_features(setting: Setting, prefix: str, at: int) -> list[str]:
    """The features that a sum has by itself in pairs that compare as `prefix` says; many pairs share them."""
    return [prefix + side for side in setting.sides[prefix[-1]][at]]


def features(setting: Setting, a: int, b: int) -> list[str]:
    """All features of the pair of sums at places `a` < `b`."""
    found = pair_features(setting, a, b)
    return [*found.own, *[name for side in found.sides for name in side_features(setting, *side)]]


def _place(setting: Setting, a: int, b: int) -> str:
    """Where the two stand to each other: in one sentence, paragraph or list, under a heading, or far apart."""
    one, other = setting.sums[a], setting.sums[b]
    if one.sentence == other.sentence:
        return f"s{min(3, b - a - 1)}"
    if one.section is Section.HEADLINE:
        return "h" + ("l" if other.section in (Section.LIST_ITEM, Section.TABLE_CELL) else "p")
    if one.group == other.group and other.section in (Section.LIST_ITEM, Section.TABLE_CELL):
        return ("i" if one.section is other.section else "o") + str(min(2, b - a - 1))
    if one.segment == other.segment:
        return f"p{min(2, other.sentence - one.sentence - 1)}{min(2, b - a - 1)}"
    if other.section in ROWS:  # all rows of a list stand as far from what is before it as its first one
        return f"f{min(3, setting.sums[setting.first[b]].segment - one.segment)}r"
    return f"f{min(3, other.segment - one.segment)}"


def _ratio(one: Sum, other: Sum) -> Iterator[str]:
    x, y = (one.value, other.value) if one.claim.unit == other.claim.unit else (one.dollars, other.dollars)
    if x and y:
        small, large = sorted((abs(x), abs(y)))
        yield f"r{min(8, int(log2(large / small) * 1.5))}"


def _said(one: Sum, other: Sum) -> Iterator[str]:
    """What attribution says of both."""
    actors = _compared(one.actors, other.actors)
    yield "actor:" + actors
    if actors == "clash":
        yield f"actor:clash{min(one.sure, other.sure)}"
    if one.fresh or other.fresh:
        yield f"new:{one.fresh:d}{other.fresh:d}"
    yield "to:" + _compared(one.recipients, other.recipients)
    yield "for:" + _compared(one.fields, other.fields)
    a, b = one.claim, other.claim
    yield f"m:{a.measure}" if a.measure is b.measure else f"m:{a.measure}/{b.measure}"
    yield "st=" if a.stage is b.stage else f"st:{a.stage}/{b.stage}"
    if a.period is not None or b.period is not None:
        yield "t=" if a.period == b.period else "t-" if a.period and b.period else "ta" if a.period else "tb"
    if a.per is not None or b.per is not None:
        yield f"per:{a.per is not None:d}{b.per is not None:d}"
    if a.time_basis is not None or b.time_basis is not None:
        yield f"tb:{_basis(a.time_basis)}{_basis(b.time_basis)}"
    if a.bound is not b.bound:
        yield f"bd:{a.bound}/{b.bound}"
    if one.actors & other.recipients:
        yield "passes>"
    if one.recipients & other.actors:
        yield "passes<"


def _basis(basis: TimeBasis | None) -> str:
    return "-" if basis is None else basis.value[0]


def _compared(one: frozenset[str], other: frozenset[str]) -> str:
    if not one or not other:
        return "none" if not one and not other else "first" if one else "second"
    if one == other:
        return "same"
    return "some" if one & other else "clash"


def _numbers(setting: Setting, a: int, b: int, sign: str) -> Iterator[str]:
    """Arithmetic, and how the amounts rank among those of the document."""
    one, other = setting.sums[a], setting.sums[b]
    small, large = (b, a) if sign[0] == ">" else (a, b)
    how = setting.adds.get((small, large))
    if how:
        yield f"add:{how}"
        yield f"add:{how}{_place(setting, a, b)[:1]}"
    elif one.group == other.group and one.section in ROWS and one.segment != other.segment:
        yield f"rows:{not TOTALS.isdisjoint(setting.sums[large].words):d}"
    if (small, large) in setting.shares:
        yield "share"
        yield f"share{_place(setting, a, b)[:1]}"
    if one.claim.unit == other.claim.unit and sign[0] in "<>":
        rest = abs(one.value - other.value)
        if _digits(rest) in setting.values[one.claim.unit]:
            yield "rest"
    yield f"fill:{_filled(setting.sums, a, b, small, large)}"
    yield f"row:{min(5, setting.beside[small])}{min(5, setting.beside[large])}"
    if setting.above[b] == a:
        yield "nearest"
    if other.section is not one.section or one.section is not Section.PARAGRAPH:
        yield f"sec:{one.section}/{other.section}"


def _filled(sums: Sequence[Sum], a: int, b: int, small: int, large: int) -> str:
    """How full the larger sum is, in quarters, if the smaller and all sums between the two lie inside it."""
    whole = sums[large]
    inside = sums[a + 1 : b + 1] if large == a else sums[a:b]
    if sums[small].claim.unit != whole.claim.unit:
        return "x"
    seen = {one.value for one in inside if one.claim.unit == whole.claim.unit}
    if max(seen) >= whole.value:
        return "larger" if max(seen) > whole.value else "again"
    share = sum(seen) / (whole.value or 1.0)
    return "full" if abs(share - 1) < 0.015 else "over" if share > 1 else str(int(share * 4))


def _rank(sums: Sequence[Sum], at: int, largest: int, times: int) -> tuple[str, ...]:
    """How a sum ranks in its document: what speaks for or against it as the larger of a pair."""
    whole = sums[at]
    others = {one.value for one in sums if one.claim.unit == whole.claim.unit and one.value != whole.value}
    smaller = [value for value in others if value < whole.value]
    fits = sum(smaller) / (whole.value or 1.0)
    room = "<" if fits < 0.5 else "=" if fits < 1.2 else ">" if fits < 3 else "!"
    return (
        f"large:{largest == at:d}{at == 0:d}",
        f"lead:{min(4, whole.segment)}",
        f"n:{min(4, len(sums) // 3)}",
        f"under:{len(smaller) * 4 // len(others)}{room}" if others else "under:-",
        f"again:{times > 1:d}",
    )


def _digits(value: float) -> float:
    """A number to nine digits, so that sums and differences of floats can be looked up."""
    return float(f"{value:.9g}")


def _between(one: Sum, other: Sum) -> Iterator[str]:
    """The words between two sums of one sentence."""
    words = one.words[one.at + 1 : other.at]
    for cue in _cues_in(tuple(words[:40])):
        yield f"bc:{cue}"
    if len(words) <= 4:
        yield f"all:{' '.join(words)}"
    if len(words) <= FAR:
        yield from {f"b:{word}" for word in words}
        yield from {f"b:{x} {y}" for x, y in pairwise(words)}
    else:
        yield "long"
    marks = words.count(SUM_MARK)
    yield f"marks:{min(3, marks)}"
