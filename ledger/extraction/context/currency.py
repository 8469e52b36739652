"""Currencies: which of several currencies a short form such as "$" means in this document."""

from collections import Counter
from functools import cache
from typing import Any

from ledger.extraction.numbers.atoms import SentenceSpan
from ledger.extraction.numbers.fold import fold
from ledger.extraction.numbers.grammar import Finder, Money, any_of, pattern
from ledger.lexicons.load import toml
from schemas import CurrencyBasis

DATELINE = 220
"""Characters at the head of a text, its headline and dateline, whose place names count `HEAD_WEIGHT` times."""
HEAD_WEIGHT = 3


LOCAL_DOLLARS: tuple[str, ...] = tuple(toml("currency_places")["dollars"]["local"])
MARKED_DOLLARS: tuple[str, ...] = tuple(toml("currency_places")["dollars"]["marked"])
PESOS: tuple[str, ...] = tuple(toml("currency_places")["dollars"]["pesos"])
OPEN_DOLLAR = "dollar_open"
"""What a figure's rules say of a bare "$" that may as well be a peso."""


@cache
def _cue_codes() -> dict[bytes, tuple[str, ...]]:
    codes: dict[bytes, list[str]] = {}
    for code, cues in toml("currency_places")["places"].items():
        for cue in cues:
            codes.setdefault(fold(cue), []).append(code)
    return {cue: tuple(sorted(found)) for cue, found in codes.items()}


@cache
def _cues() -> Finder:
    return Finder(pattern(rb"\b(?:" + any_of(_cue_codes()) + rb")(?:\b|'|$|[^A-Za-z])", captures=False))


@cache
def _local_cues() -> Finder:
    """The places that may make a bare "$" another dollar than the US one; most texts name none and need no scores."""
    local = {*LOCAL_DOLLARS, *MARKED_DOLLARS, *PESOS}
    cues = (cue for cue, codes in _cue_codes().items() if not local.isdisjoint(codes))
    return Finder(pattern(rb"\b(?:" + any_of(cues) + rb")(?:\b|'|$|[^A-Za-z])", captures=False))


@cache
def _peso_signs() -> Any:
    return pattern(b"(?i)" + b"|".join(sign.encode() for sign in toml("currency_places")["dollars"]["peso_signs"]))


PART = 4000
"""Characters of a sentence or paragraph that are searched for place names."""


def _weigh(text: bytes, head: int) -> Counter[str]:
    scores: Counter[str] = Counter()
    known = _cue_codes()
    find = _cues().find
    start, end = find(text)
    while start >= 0:
        cue = text[start:end]
        for code in known.get(cue) or known.get(cue[:-1], ()):
            scores[code] = scores.get(code, 0) + (HEAD_WEIGHT if start < head else 1)
        start, end = find(text, end)
    return scores


class CurrencyResolver:
    """The currencies of a document: how often it names the places of each, and which forms it uses."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._scores: Counter[str] | None = None
        self._part: tuple[tuple[int, int], Counter[str]] = ((-1, -1), Counter())
        self._dollar: str | None = None
        self.open_dollar = False
        """Whether a bare "$" may as well be the peso of the country that the text is about."""
        self._settled: dict[tuple[str, ...], str] = {}
        self.explicit: Counter[str] = Counter()
        """Explicit currency codes of the document's figures and how often each is said."""

    @property
    def _first(self) -> str | None:
        """The first currency whose place the text names."""
        return next(iter(self.scores()), None)

    def scores(self) -> Counter[str]:
        """Currency code → weight of the place names that speak for it."""
        if self._scores is None:
            self._scores = _weigh(self._text, DATELINE)
        return self._scores

    def resolve(self, money: Money, sentence: SentenceSpan) -> tuple[str, CurrencyBasis]:
        """The ISO code that a form stands for here, and whether the text named it."""
        if len(money.codes) == 1:
            return money.codes[0], CurrencyBasis.EXPLICIT
        if money.codes[0] != "USD":
            return self._named(money.codes, sentence), CurrencyBasis.INFERRED
        if self._dollar is None:
            self._dollar = self._local_dollar()
        return (self._dollar if self._dollar in money.codes else money.codes[0]), CurrencyBasis.INFERRED

    def _named(self, codes: tuple[str, ...], sentence: SentenceSpan) -> str:
        """The currency of the country named in the sentence, paragraph or document, the first that names one."""
        for start, end in ((sentence.start, sentence.end), (sentence.segment.start, sentence.segment.end)):
            within = self._within(start, end)
            named = [code for code in codes if within[code]]
            if len(named) == 1:
                self._settled[codes] = named[0]
                return named[0]
            if codes in self._settled:
                return self._settled[codes]
        scores = self.scores()
        best = max(codes, key=lambda code: (scores[code] + 4 * min(self.explicit[code], 3), -codes.index(code)))
        return best if scores[best] or self.explicit[best] else codes[0]

    def _within(self, start: int, end: int) -> Counter[str]:
        """The place names of a part of the text, the last ones asked for kept."""
        if self._part[0] != (start, end):
            self._part = ((start, end), _weigh(self._text[start : min(end, start + PART)], 0))
        return self._part[1]

    def _local_dollar(self) -> str:
        """The dollar of the country of the text: the US one unless its places are elsewhere or it marks US dollars."""
        declared = _declared(self._text)
        if declared is not None:
            return declared
        if self._scores is None and _local_cues().find(self._text)[0] < 0:
            return "USD"
        scores = self.scores()
        peso = max(PESOS, key=lambda code: (scores[code], -PESOS.index(code)))
        if scores[peso] >= 3 and all(2 * scores[code] <= scores[peso] for code in ("USD", *LOCAL_DOLLARS)):
            return self._peso_or_dollar(peso)
        local = max(LOCAL_DOLLARS, key=lambda code: (scores[code], -LOCAL_DOLLARS.index(code)))
        score = scores[local]
        if self.explicit["USD"]:
            return self._beside_marked(local, score)
        if any(self.explicit[code] for code in LOCAL_DOLLARS) or score < HEAD_WEIGHT:
            return "USD"
        rival = max((weight for code, weight in scores.items() if code != local), default=0)
        opens = self._first == local and 2 * score >= rival and score > HEAD_WEIGHT
        level = score == rival and 2 * score >= scores.total()  # one of many donors, named once, is not at home
        return local if score > rival or opens or level else "USD"

    def _peso_or_dollar(self, peso: str) -> str:
        """What a bare "$" is in a text about a country of pesos: its peso if the text says so or marks US dollars."""
        if _peso_signs().search(self._text) is not None:
            return peso
        says_pesos = self.explicit[peso] > 0 or b" pesos" in self._text.lower()
        if self.explicit["USD"]:
            return "USD" if says_pesos else peso
        self.open_dollar = not says_pesos
        return "USD"

    def _beside_marked(self, local: str, score: int) -> str:
        """Where "US$" is marked, a bare "$" is local, if the places of the text are."""
        scores = self.scores()
        if score < 2 or (self.explicit[local] and score < 2 * scores["USD"]):
            small = max(MARKED_DOLLARS, key=lambda code: (scores[code], -MARKED_DOLLARS.index(code)))
            return small if scores[small] >= 3 and scores[small] > scores["USD"] and not self.explicit[small] else "USD"
        return local


_DECLARED = pattern(
    rb"(?i)(?:all|figures|amounts|values|sums)[^.\n]{0,30}"
    rb"(?:(u\.?s\.?)|(canadian)|(australian)|(new zealand)|(singapore)) dollars"
    rb"|all dollars (u\.?s)|otherwise (us\$)|all (?:figures|amounts|dollar)[^.\n]{0,20}in (us\$|usd)"
)


def _declared(text: bytes) -> str | None:
    """The currency that the text itself declares for "$" ("All figures in U.S. dollars")."""
    lower = text.lower()
    if b"dollars" not in lower and b"us$" not in lower and b"usd" not in lower:
        return None
    match = _DECLARED.search(text)
    if match is None:
        return None
    return ("USD", "CAD", "AUD", "NZD", "SGD", "USD", "USD", "USD")[
        next(index for index, group in enumerate(match.groups()) if group)
    ]
