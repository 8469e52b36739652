"""Anaphors: words that stand for a name said before, as "the company", "the state", "it" or "the two countries"."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from ledger.attribute.names.kinds import FIRMS, MAX_MODIFIERS, AnaphorKind, anaphor_kinds, is_home_of
from ledger.attribute.names.runs import NameSpan
from ledger.lexicons.load import toml
from ledger.lexicons.names import Names, word_list
from schemas import NameType, Section, Segment

PARTIES = frozenset(
    {NameType.COMPANY, NameType.BODY, NameType.FUND, NameType.COUNTRY, NameType.GOVERNMENT, NameType.OTHER}
)
"""The types of name that a pronoun may stand for."""
LOOK_BACK = 14
"""Names before an anaphor that may be its antecedent; distance costs rule out nearly all that are further back."""
DISTANCE_COST = 0.35
"""Cost of each name between antecedent and anaphor: the nearest is the usual one."""
TOPIC_GAIN = 0.9
"""Gain of the first name of a sentence, mostly its subject: worth two or three names of distance."""
FREQUENCY_GAIN, MAX_FREQUENCY = 0.12, 8
"""Gain of each time that the text names it, up to so many: what a text is about is meant more often."""
UNCERTAIN_COST = 0.5
"""Cost of a name that may not be one."""
DEMONYM_COST = 1.0
"""Cost of a demonym: "the German carmaker" names the country in passing."""
UNTYPED_COST = 0.7
"""Cost of a name of unknown type."""
LISTED_COST = 2.0
"""Cost of a name in an item of a list for what stands below the list: the items are details of the topic."""
ASIDE_COST = 0.6
"""Cost of a country that only tells where ("which runs payroll in Kenya"), and of the agent of a passive."""
HINT_GAIN = 1.5
"""Gain of a name with a word that goes with the noun ("Bank" for "the lender"), and cost of one without."""
LAND_GAIN, OTHER_LAND_COST = 1.5, 3.0
"""Gain of a name from the country that the anaphor names ("the French group"), and cost of one from elsewhere."""
NO_HEAD_COST = 0.5
"""Cost of a body whose name lacks the noun, but has no other such noun: "METI" for "the ministry"."""
EXCLUDED = 9.0
"""Cost of a name that the noun rules out: more than all gains together."""
LEAST_SCORE = -2.5
"""The least score of an antecedent; below it the words stand for nothing that is known."""
HOME_RATIO = 2
"""The nearest country is meant by "the government", unless the text names its own one this many times as often."""
_WHERE = (" in ", " in the ", " across ", " from ", " near ")
"""What stands before a place that tells where."""
MONEY_REACH = 100
"""Characters behind "the government" in which money that it pays is looked for."""
_SENTENCE_END = re.compile(r"[.!?;]\s|\n")
_PLURAL_RULES = {"country": "the_countries", "company": "the_companies"}
_PLURAL_TYPES = {"country": frozenset({NameType.COUNTRY})}
_OTHER_PARTIES = frozenset({NameType.COMPANY, NameType.BODY, NameType.FUND, NameType.OTHER})


def _table(name: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = toml("names/anaphora")[name]
    return table


def _listed(name: str) -> frozenset[str]:
    return frozenset(_table(name)["words"].split())


_PRONOUNS, _DEFINITE_PRONOUNS = _listed("pronouns"), frozenset(_table("pronouns")["definite"].split())
_PAIRS: Mapping[str, str] = {
    noun: kind for kind in ("country", "company", "party") for noun in _table("pairs")[kind].split()
}
_COUNTS: Mapping[str, int] = _table("pairs")["counts"]
_REGIONAL = frozenset(_table("government")["regional"].split())
_OWN_STATE, _FEDERAL = f" {_table('state')['noun']}", frozenset(_table("state")["federal"])
_STOPS = _listed("stops")
_ADJECTIVE_ENDINGS = tuple(_table("adjectives")["endings"].split())
_ADJECTIVES = _listed("adjectives")
_COMPOUND_ENDINGS = tuple(f"-{ending}" for ending in _listed("compounds"))
# One pass finds "the" with the words after it, "both X", and pronouns; the set of first letters lets the search leap.
_NEXT = r" ([\w.’'&-]+)"
_ANAPHOR = re.compile(
    rf"[TtBbIiWwOo](?:h(?:e|is|at)(?={_NEXT}(?:{_NEXT})?(?:{_NEXT})?(?:{_NEXT})?)"
    rf"|oth (?P<both>{'|'.join(sorted(_PAIRS))})\b"
    rf"|(?P<pronoun>{'|'.join(sorted(word[1:] for word in _PRONOUNS))})\b)"
)
_MINISTRIES = re.compile(r"(?<=[a-z] )(?:ministry|department)\b")
_SUBJECT_REACH = 20
"""Characters before "ministry" in which its subject is looked for."""


class AntecedentContext(NamedTuple):
    """The names that an anaphor may refer to."""

    found: list[NameSpan]
    starts: list[int]
    topics: frozenset[int]
    """Indices of the first party of each sentence."""
    counts: Counter[str]
    home: str | None
    """The country that the text names most."""
    lists: Sequence[tuple[int, int]]
    """Start and end of each item of a list."""
    aside: frozenset[int]
    """Indices of the countries that only tell where or whose a firm is, and of the agents of passives."""


def anaphors(text: str, segments: Sequence[Segment], found: Sequence[NameSpan], names: Names) -> Iterator[NameSpan]:
    """The mentions by anaphors of the names `found`; none crosses into or out of a line of a headline list."""
    context = _context(text, segments, [d for d in found if d.rule != "person"])
    taken = {d.start for d in found}
    for segment in segments:
        if segment.section is Section.HEADLINE_LIST or not segment.section.is_read:
            continue
        for match in _ANAPHOR.finditer(text, segment.start, segment.end):
            start = match.start()
            if start not in taken and not text[start - 1 : start].isalnum():
                yield from _resolved(match, text, context)
        for match in _MINISTRIES.finditer(text, segment.start, segment.end):
            yield from _ministry(match, text, context, names)


def _context(text: str, segments: Sequence[Segment], named: list[NameSpan]) -> AntecedentContext:
    starts = [d.start for d in named]
    topics = set()
    for segment in segments:
        for sentence in segment.sentences:
            at = bisect_left(starts, sentence.start)
            while at < len(named) and starts[at] < sentence.end and named[at].type not in PARTIES:
                at += 1
            if not _oblique(text, named, at):
                topics.add(at + _is_home(text, named, at))
    counts = Counter(d.name for d in named)
    lands: Counter[str] = Counter()
    for d in named:
        if d.type is NameType.COUNTRY:
            lands[d.name] += 2
        elif d.country and d.type in (NameType.PLACE, NameType.BODY):
            lands[d.country] += 1
    home = max(lands, key=lambda land: (lands[land], land)) if lands else None
    lists = [(segment.start, segment.end) for segment in segments if segment.section is Section.LIST_ITEM]
    aside = frozenset(
        at
        for at, d in enumerate(named)
        if _oblique(text, named, at)
        or (d.type is NameType.COUNTRY and (text.endswith(_WHERE, 0, d.start) or _is_home(text, named, at)))
    )
    return AntecedentContext(named, starts, frozenset(topics), counts, home, lists, aside)


def _oblique(text: str, named: Sequence[NameSpan], at: int) -> bool:
    """Whether a name is the agent of a passive, and so no subject: "The round was led by Osk"."""
    return at < len(named) and text.endswith((" by ", " by the "), 0, named[at].start)


def _is_home(text: str, named: Sequence[NameSpan], at: int) -> bool:
    """Whether a name is the country of the firm that follows: in "Denmark's Halden Wind" the firm is the topic."""
    if at + 1 >= len(named) or named[at].type is not NameType.COUNTRY or named[at + 1].type not in FIRMS:
        return False
    return is_home_of(text[named[at].end : named[at + 1].start], named[at + 1].type)


def _resolved(match: re.Match[str], text: str, context: AntecedentContext) -> Iterator[NameSpan]:
    if match["pronoun"]:
        said = text[match.start() : match.end()].casefold()
        found = _antecedent(context, match.start(), PARTIES) if said in _PRONOUNS else None
        if found is not None:
            yield _for(found, match.start(), match.end(), "pronoun", certain=said in _DEFINITE_PRONOUNS)
    elif match["both"]:
        yield from _several(context, match.start(), match.end(), match["both"], 2)
    else:
        yield from _description(match, text, context)


def _description(match: re.Match[str], text: str, context: AntecedentContext) -> Iterator[NameSpan]:
    """ "The X Y company": the noun, with what its modifiers say of it."""
    modifiers: list[str] = []
    for group in range(1, MAX_MODIFIERS + 1):
        word = match[group]
        if word is None or word in _STOPS:
            return
        plain = word.removesuffix("'s").removesuffix("’s").rstrip(".'’")
        end = match.start(group) + len(plain)
        if _PAIRS.get(plain, "party") != "party" and modifiers and modifiers[-1] in _COUNTS:
            yield from _several(context, match.start(), end, plain, _COUNTS[modifiers[-1]])
            return
        kind = anaphor_kinds().get(plain)
        before_noun = text.startswith(" ", match.end(group)) and _first_of_two_nouns(match, group)
        if kind is not None and not before_noun:
            if not _named_at(context, end + 1):  # "the Boise-based chipmaker Micron" names it
                yield from _one(kind, modifiers, (match.start(), end), text, context)
            return
        if _is_name(plain):
            return
        modifiers.append(plain)


def _is_name(word: str) -> bool:
    """Whether a modifier begins a name and is no adjective: "the Halden company", but not "the Norwegian company"."""
    return word[:1].isupper() and not word.endswith(_COMPOUND_ENDINGS) and not _adjective(word)


def _named_at(context: AntecedentContext, offset: int) -> bool:
    at = bisect_left(context.starts, offset)
    return at < len(context.starts) and context.starts[at] == offset


def _adjective(word: str) -> bool:
    return word.endswith(_ADJECTIVE_ENDINGS) or word in _ADJECTIVES


def _first_of_two_nouns(match: re.Match[str], group: int) -> bool:
    """Whether the noun is only the first of two: "the state government"."""
    later = match[group + 1] if group < MAX_MODIFIERS else None
    return later is not None and later.rstrip(".'’") in anaphor_kinds()


def _one(
    kind: AnaphorKind, modifiers: list[str], span: tuple[int, int], text: str, context: AntecedentContext
) -> Iterator[NameSpan]:
    start, end = span
    rule = f"the_{kind.name}"
    if kind.stands_for is not None:
        yield NameSpan(start, end, kind.stands_for, NameType.BODY, None, rule, True, True)
        return
    if kind.name == "government" and not _REGIONAL.isdisjoint(modifiers):
        found = _antecedent(context, start, frozenset({NameType.PLACE}))
    elif kind.name == "government":
        found = _government(context, span, modifiers, text)
    else:
        land = _land(context, start, end)
        if land is not None and text.endswith(_OWN_STATE, start, end) and land not in _FEDERAL:
            return  # "the Swedish state" is the country, which its adjective names
        found = _antecedent(context, start, kind.types, kind, land)
    if found is not None:
        yield _for(found, start, end, rule, certain=True)


def _land(context: AntecedentContext, start: int, end: int) -> str | None:
    """The country that an adjective between the article and the noun names."""
    at = bisect_left(context.starts, start)
    inside = [d for d in context.found[at : at + 3] if d.end <= end and d.type is NameType.COUNTRY]
    return inside[0].name if inside else None


def _government(context: AntecedentContext, span: tuple[int, int], modifiers: list[str], text: str) -> NameSpan | None:
    """The government that is meant: whose money its sentence tells, or the nearest country's.

    But the home country's where the nearest is seldom named.
    """
    if any(word[:1].isupper() for word in modifiers):
        return None
    start, end = span
    paying = _paying(context, text, start, end)
    if paying is not None:
        return paying
    near = _antecedent(context, start, frozenset({NameType.COUNTRY}))
    if near is None or context.home is None:
        return near
    if context.counts[near.name] * HOME_RATIO >= context.counts[context.home]:
        return near
    return next((d for d in context.found if d.name == context.home), near)


def _paying(context: AntecedentContext, text: str, start: int, end: int) -> NameSpan | None:
    """The one country of the text whose money the sentence tells, as it was last named before `start`."""
    moneys = _paid_in(text, end)
    paying = [d for d in context.found if d.type is NameType.COUNTRY and d.name in moneys]
    if len({d.name for d in paying}) != 1:
        return None
    return next((d for d in reversed(paying) if d.start < start), paying[0])


def _paid_in(text: str, end: int) -> frozenset[str]:
    """The countries whose money the rest of a sentence may tell: "£5 million", "5 million rupees"."""
    rest = _SENTENCE_END.split(text[end : end + MONEY_REACH], maxsplit=1)[0]
    return frozenset([country for country, money in _moneys().items() if money.search(rest)])


@cache
def _moneys() -> Mapping[str, re.Pattern[str]]:
    """Country → how its money is written."""
    return {
        country: re.compile(pattern)
        for country, pattern in _table("currencies").items()
        if country not in ("example", "note")
    }


def _antecedent(
    context: AntecedentContext,
    start: int,
    types: frozenset[NameType],
    kind: AnaphorKind | None = None,
    land: str | None = None,
) -> NameSpan | None:
    """The best of the names before: near, the topic of its sentence, often named, of the right kind."""
    at = bisect_left(context.starts, start)
    listed = _item_at(context, start)
    best, best_score = None, LEAST_SCORE
    for back in range(1, min(LOOK_BACK, at) + 1):
        d = context.found[at - back]
        if d.type not in types or d.end > start or (d.rule in ("demonym", "leader") and d.type is not NameType.COUNTRY):
            continue
        score = _score(d, back, at - back in context.topics, context, kind, land)
        if at - back in context.aside and (types is PARTIES or d.type is not NameType.COUNTRY):
            score -= ASIDE_COST
        if listed is None and _item_at(context, d.start) is not None:
            score -= LISTED_COST
        if score > best_score:
            best, best_score = d, score
    return best


def _item_at(context: AntecedentContext, offset: int) -> tuple[int, int] | None:
    """The item of a list that an offset is in."""
    at = bisect_right(context.lists, (offset, sys.maxsize)) - 1
    return context.lists[at] if at >= 0 and offset < context.lists[at][1] else None


def _score(
    d: NameSpan, back: int, topic: bool, context: AntecedentContext, kind: AnaphorKind | None, land: str | None
) -> float:
    score = -DISTANCE_COST * back + TOPIC_GAIN * topic
    score = score + FREQUENCY_GAIN * min(context.counts[d.name], MAX_FREQUENCY) - UNCERTAIN_COST * (not d.certain)
    if d.rule == "demonym":
        score -= DEMONYM_COST
    if d.type is NameType.OTHER:
        score -= UNTYPED_COST
    if kind is not None and kind.hints:
        score += HINT_GAIN if any(hint in d.name for hint in kind.hints) else -HINT_GAIN
    if kind is not None and kind.among and d.name not in kind.among:
        score -= EXCLUDED
    if kind is not None and kind.head:
        score += _head_score(d.name, kind.head)
    if land is not None and d.country is not None:
        score += LAND_GAIN if d.country == land else -OTHER_LAND_COST
    return score


def _head_score(name: str, head: str) -> float:
    """ "The ministry" is no Assembly; a name without such a noun, as "METI", may be one."""
    if head in name:
        return HINT_GAIN
    other = any(word in word_list("generic_heads") or word in word_list("body_tails") for word in name.split())
    return -EXCLUDED if other else -NO_HEAD_COST


def _several(context: AntecedentContext, start: int, end: int, noun: str, count: int) -> Iterator[NameSpan]:
    """The last `count` different names of the kind that the noun tells."""
    kind = _PAIRS[noun]
    types = _PLURAL_TYPES.get(kind, _OTHER_PARTIES)
    seen: dict[str, NameSpan] = {}
    for at in range(bisect_left(context.starts, start) - 1, -1, -1):
        d = context.found[at]
        if d.type in types and d.name not in seen and len(seen) < count:
            seen[d.name] = d
    if len(seen) == count:
        for d in sorted(seen.values(), key=lambda one: one.start):
            yield _for(d, start, end, _PLURAL_RULES.get(kind, "the_parties"), certain=True)


def _ministry(match: re.Match[str], text: str, context: AntecedentContext, names: Names) -> Iterator[NameSpan]:
    """ "The finance ministry": the ministry of its country by the lexicon, or by its subject."""
    ministries = _table("ministries")
    subject = text[max(0, match.start() - _SUBJECT_REACH) : match.start()].rsplit(maxsplit=1)[-1]
    if subject not in ministries["subjects"].split():
        return
    near = _paying(context, text, match.start(), match.end()) or _antecedent(
        context, match.start(), frozenset({NameType.COUNTRY})
    )
    land = near.name if near is not None else context.home
    start = match.start() - len(subject) - 1
    name = ministries["names"].get(land, {}).get(subject)
    if name is not None:
        target = names.canonical(name)
        country = target.country if target else land
        yield NameSpan(start, match.end(), name, NameType.BODY, country, "the_ministry", True, True)
    elif land is not None:
        name = f"{land} Ministry of {subject.capitalize()}"
        yield NameSpan(start, match.end(), name, NameType.BODY, land, "the_ministry", False, True)


def _for(found: NameSpan, start: int, end: int, rule: str, *, certain: bool) -> NameSpan:
    return NameSpan(start, end, found.name, found.type, found.country, rule, certain and found.certain, True)
