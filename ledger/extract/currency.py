"""Currencies: which of several currencies a short form means in this document."""

from collections import Counter
from functools import cache
from typing import Any

from ledger.extract.fold import fold
from ledger.extract.grammar import Money, any_of, pattern
from ledger.lexicons.load import toml
from schemas import CurrencyBasis

DATELINE = 220
"""Characters at the head of a text whose place names count threefold: headline and dateline."""


@cache
def _cue_codes() -> dict[bytes, tuple[str, ...]]:
    codes: dict[bytes, list[str]] = {}
    for code, cues in toml("currency_zones").items():
        for cue in cues:
            codes.setdefault(fold(cue), []).append(code)
    return {cue: tuple(sorted(found)) for cue, found in codes.items()}


@cache
def _cues() -> Any:
    return pattern(rb"\b(?:" + any_of(_cue_codes()) + rb")(?:\b|'|$|[^A-Za-z])", captures=False)


class Zones:
    """The currencies of a document: how often it names the places of each, and which forms it uses."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._scores: Counter[str] | None = None
        self._chosen: dict[tuple[str, ...], tuple[str, CurrencyBasis]] = {}
        self.explicit: Counter[str] = Counter()
        """Explicit currency codes of the document's figures and how often each is said."""
        self.all_dollars = _declared(text)

    def scores(self) -> Counter[str]:
        """Currency code → weight of the place names that speak for it."""
        if self._scores is None:
            self._scores = Counter()
            known = _cue_codes()
            for match in _cues().finditer(self._text.encode("latin-1")):
                start, end = match.span()
                cue = self._text[start:end].encode("latin-1")
                codes = known.get(cue) or known.get(cue[:-1], ())
                for code in codes:
                    self._scores[code] += 3 if start < DATELINE else 1
        return self._scores

    def resolve(self, money: Money) -> tuple[str, CurrencyBasis]:
        """The ISO code that a form stands for here, and whether the text named it."""
        if len(money.codes) == 1:
            return money.codes[0], CurrencyBasis.EXPLICIT
        chosen = self._chosen.get(money.codes)
        if chosen is None:
            chosen = self._chosen[money.codes] = (self._choose(money.codes), CurrencyBasis.INFERRED)
        return chosen

    def _choose(self, codes: tuple[str, ...]) -> str:
        if codes[0] == "USD":
            return self._dollar(codes)
        scores = self.scores()
        best = max(codes, key=lambda code: (scores[code] + 4 * min(self.explicit[code], 3), -codes.index(code)))
        return best if scores[best] or self.explicit[best] else codes[0]

    def _dollar(self, codes: tuple[str, ...]) -> str:
        """The dollar of the country that the text speaks from: the US unless its places are another's or it marks US dollars as foreign."""
        if self.all_dollars is not None:
            return self.all_dollars
        scores = self.scores()
        others = [code for code in codes if code != "USD"]
        local = max(others, key=lambda code: (scores[code], -others.index(code)))
        if not scores[local] or self._marked(local) and not self.explicit["USD"]:
            return "USD"
        if self.explicit["USD"] and not self._marked(local):
            return local if scores[local] >= 2 else "USD"
        if self.explicit["USD"]:
            return local if scores[local] >= scores["USD"] else "USD"
        return local if scores[local] > max(3, 2 * scores["USD"]) and scores[local] > self._foreign(codes, local) else "USD"

    def _foreign(self, codes: tuple[str, ...], local: str) -> int:
        """The weight of the strongest place that has no dollar: a wire story on Norway's loan to Guyana is in US dollars."""
        rest = [score for code, score in self.scores().items() if code not in codes and code != local]
        return max(rest, default=0)

    def _marked(self, code: str) -> bool:
        return self.explicit[code] > 0


_DECLARED = pattern(rb"(?i)(?:all|figures|amounts|values|sums)[^.\n]{0,30}(?:(u\.?s\.?)|(canadian)|(australian)|(new zealand)|(singapore)) dollars|(?i)all dollars (u\.?s)|otherwise (us\$)|all (?:figures|amounts|dollar)[^.\n]{0,20}in (us\$|usd)")


def _declared(text: str) -> str | None:
    """The currency that the text itself declares for "$" ("All figures in U.S. dollars")."""
    match = _DECLARED.search(text.encode("latin-1"))
    if match is None:
        return None
    return ("USD", "CAD", "AUD", "NZD", "SGD", "USD", "USD", "USD")[next(index for index, group in enumerate(match.groups()) if group)]
