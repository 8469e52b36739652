"""Words that stand for a name said before: "the company", "the state", "it", "the two countries"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ledger.attribute.names.document import Draft
from ledger.lexicons.load import toml
from ledger.lexicons.names import Names, word_list
from schemas import NameType, Section, Segment

# One pass finds "the", with the words after it, "both X" and pronouns; a first letter out of a set lets the search leap.
_NEXT = r" ([\w.’'&-]+)"
_WORDS = re.compile(
    rf"[TtBbIiWwOo](?:h(?:e|is|at)(?={_NEXT}(?:{_NEXT})?(?:{_NEXT})?(?:{_NEXT})?)"
    r"|oth (?P<both>countries|governments|nations|companies|firms|sides|groups|partners)\b|(?P<pronoun>ts?|hey|heir|e|ur)\b)"
)
_PRONOUNS = frozenset(["it", "its", "they", "their", "we", "our"])
_MINISTRIES = re.compile(r"(?<=[a-z] )(?:ministry|department)\b")
_PAIRS = {
    "countries": "country",
    "governments": "country",
    "nations": "country",
    "companies": "company",
    "firms": "company",
    "groups": "company",
}
_PLURAL_RULES = {"country": "the_countries", "company": "the_companies"}
_STOPS = frozenset(
    [
        "of",
        "in",
        "and",
        "to",
        "for",
        "a",
        "an",
        "on",
        "at",
        "by",
        "is",
        "was",
        "has",
        "had",
        "will",
        "would",
        "that",
        "which",
        "from",
        "with",
        "the",
        "its",
        "their",
    ]
)
_LOOK_BACK = 14
_PARTIES = frozenset(
    {NameType.COMPANY, NameType.BODY, NameType.FUND, NameType.COUNTRY, NameType.GOVERNMENT, NameType.OTHER}
)


@dataclass(frozen=True)
class AnaphorKind:
    """A kind of noun that stands for names."""

    name: str
    types: frozenset[NameType]
    hints: tuple[str, ...]
    among: frozenset[str]
    stands_for: str | None
    head: str
    """The word that the name of a body so called holds ("Authority"), or nothing."""


class AntecedentContext(NamedTuple):
    """What an anaphor may look back on."""

    found: list[Draft]
    starts: list[int]
    topics: frozenset[int]
    counts: Counter[str]
    home: str | None


@cache
def _kinds() -> dict[str, AnaphorKind]:
    by_noun: dict[str, AnaphorKind] = {}
    for name, told in toml("names/anaphora").items():
        for noun in told.get("nouns", "").split():
            types, among = frozenset(NameType(t) for t in told["types"]), frozenset(told.get("among", ()))
            head = noun.capitalize() if name == "body" else ""
            by_noun[noun] = AnaphorKind(name, types, tuple(told.get("hints", ())), among, told.get("stands_for"), head)
    return by_noun


def anaphors(text: str, segments: Sequence[Segment], found: Sequence[Draft], names: Names) -> Iterator[Draft]:
    """Mentions by words that stand for what was named before them; none crosses into or out of a line of a headline list."""
    named = [d for d in found if d.rule != "person"]
    scene = _scene(segments, named)
    taken = {d.start for d in found}
    for segment in segments:
        if segment.section in (Section.FURNITURE, Section.HEADLINE_LIST):
            continue
        for match in _WORDS.finditer(text, segment.start, segment.end):
            start = match.start()
            if start not in taken and not text[start - 1 : start].isalnum():
                yield from _read(match, text, scene)
        for match in _MINISTRIES.finditer(text, segment.start, segment.end):
            yield from _ministry(match, text, scene, names)


def _scene(segments: Sequence[Segment], named: list[Draft]) -> AntecedentContext:
    starts = [d.start for d in named]
    topics = set()
    for segment in segments:
        for sentence in segment.sentences:
            at = bisect_left(starts, sentence.start)
            while at < len(named) and starts[at] < sentence.end and named[at].type not in _PARTIES:
                at += 1
            topics.add(at)
    counts = Counter(d.name for d in named)
    lands: Counter[str] = Counter()
    for d in named:
        if d.type is NameType.COUNTRY:
            lands[d.name] += 2
        elif d.country and d.type in (NameType.PLACE, NameType.BODY):
            lands[d.country] += 1
    home = max(lands, key=lambda land: (lands[land], land)) if lands else None
    return AntecedentContext(named, starts, frozenset(topics), counts, home)


def _read(match: re.Match[str], text: str, scene: AntecedentContext) -> Iterator[Draft]:
    if match["pronoun"]:
        said = text[match.start() : match.end()].casefold()
        found = _antecedent(scene, match.start(), _PARTIES) if said in _PRONOUNS else None
        if found is not None:
            yield _for(found, match.start(), match.end(), "pronoun", certain=said in ("it", "its"))
    elif match["both"]:
        yield from _several(scene, match.start(), match.end(), match["both"], 2)
    else:
        yield from _described(match, text, scene)


def _described(match: re.Match[str], text: str, scene: AntecedentContext) -> Iterator[Draft]:
    """The X Y company: the noun, with what its modifiers say of it."""
    modifiers: list[str] = []
    for group in range(1, 5):
        word = match[group]
        if word is None or word in _STOPS:
            return
        plain = word.removesuffix("'s").removesuffix("’s").rstrip(".'’")
        if plain in _PAIRS and modifiers and modifiers[-1] in ("two", "three"):
            yield from _several(
                scene, match.start(), match.start(group) + len(plain), plain, 2 if modifiers[-1] == "two" else 3
            )
            return
        kind = _kinds().get(plain)
        if kind is not None and text.startswith(" ", match.end(group)) and _next_noun(match, group):
            kind = None
        if kind is not None:
            end = match.start(group) + len(plain)
            if not _named_at(scene, end + 1):  # "the Boise-based chipmaker Micron" names it
                yield from _one(kind, modifiers, match.start(), end, scene)
            return
        if (
            plain[:1].isupper()
            and not plain.endswith(("-based", "-owned", "-listed", "-backed", "-headquartered"))
            and not _adjective(plain)
        ):
            return
        modifiers.append(plain)


def _named_at(scene: AntecedentContext, offset: int) -> bool:
    at = bisect_left(scene.starts, offset)
    return at < len(scene.starts) and scene.starts[at] == offset


def _adjective(word: str) -> bool:
    return word.endswith(("ese", "an", "ish", "ch", "i", "ic", "k", "s")) or word in ("US", "UK", "U.S", "Thai", "EU")


def _next_noun(match: re.Match[str], group: int) -> bool:
    """Whether the noun is but the first of two: "the state government"."""
    later = match[group + 1] if group < 4 else None
    return later is not None and later.rstrip(".'’") in _kinds()


def _one(kind: AnaphorKind, modifiers: list[str], start: int, end: int, scene: AntecedentContext) -> Iterator[Draft]:
    rule = f"the_{kind.name}"
    if kind.stands_for is not None:
        yield Draft(start, end, kind.stands_for, NameType.BODY, None, rule, True, True)
        return
    if kind.name == "government" and ("state" in modifiers or "provincial" in modifiers):
        found = _antecedent(scene, start, frozenset({NameType.PLACE}))
    elif kind.name == "government":
        found = _government(scene, start, modifiers)
    else:
        found = _antecedent(scene, start, kind.types, kind, _land(scene, start, end))
    if found is not None:
        yield _for(found, start, end, rule, certain=True)


def _land(scene: AntecedentContext, start: int, end: int) -> str | None:
    """The country that an adjective between the article and the noun names."""
    at = bisect_left(scene.starts, start)
    inside = [d for d in scene.found[at : at + 3] if d.end <= end and d.type is NameType.COUNTRY]
    return inside[0].name if inside else None


def _government(scene: AntecedentContext, start: int, modifiers: list[str]) -> Draft | None:
    """The government that the text speaks of: the country it mostly names, unless the sentence before names another alone."""
    if any(word[:1].isupper() for word in modifiers):
        return None
    near = _antecedent(scene, start, frozenset({NameType.COUNTRY}))
    if near is None or scene.home is None or scene.counts[near.name] * 2 >= scene.counts[scene.home]:
        return near
    return next((d for d in scene.found if d.name == scene.home), near)


def _antecedent(
    scene: AntecedentContext,
    start: int,
    types: frozenset[NameType],
    kind: AnaphorKind | None = None,
    land: str | None = None,
) -> Draft | None:
    """The best of the names before: near, in subject's place, often named, of the right kind."""
    at = bisect_left(scene.starts, start)
    best, best_score = None, -99.0
    for back in range(1, min(_LOOK_BACK, at) + 1):
        d = scene.found[at - back]
        if d.type not in types or d.end > start or (d.rule in ("demonym", "leader") and d.type is not NameType.COUNTRY):
            continue
        score = _score(d, back, at - back in scene.topics, scene, kind, land)
        if score > best_score:
            best, best_score = d, score
    return best if best_score > -2.5 else None


def _score(
    d: Draft, back: int, topic: bool, scene: AntecedentContext, kind: AnaphorKind | None, land: str | None
) -> float:
    score = -0.35 * back + 0.9 * topic + 0.12 * min(scene.counts[d.name], 8) - 0.5 * (not d.certain)
    if d.rule == "demonym":
        score -= 1.0
    if d.type is NameType.OTHER:
        score -= 0.7
    if kind is not None and kind.hints:
        score += 1.5 if any(hint in d.name for hint in kind.hints) else -1.5
    if kind is not None and kind.among and d.name not in kind.among:
        score -= 9.0
    if kind is not None and kind.head:
        score += _head_score(d.name, kind.head)
    if land is not None and d.country is not None:
        score += 1.5 if d.country == land else -3.0
    return score


def _head_score(name: str, head: str) -> float:
    """ "The ministry" is no Assembly; a name without such a word, as "METI", may be one."""
    if head in name:
        return 1.5
    return (
        -9.0
        if any(word in word_list("generic_heads") or word in word_list("body_tails") for word in name.split())
        else -0.5
    )


def _several(scene: AntecedentContext, start: int, end: int, noun: str, count: int) -> Iterator[Draft]:
    """The last `count` different names of the kind that the noun tells."""
    types = (
        frozenset({NameType.COUNTRY})
        if _PAIRS.get(noun) == "country"
        else frozenset({NameType.COMPANY, NameType.BODY, NameType.FUND, NameType.OTHER})
    )
    seen: dict[str, Draft] = {}
    for at in range(bisect_left(scene.starts, start) - 1, -1, -1):
        d = scene.found[at]
        if d.type in types and d.name not in seen and len(seen) < count:
            seen[d.name] = d
    if len(seen) == count:
        for d in sorted(seen.values(), key=lambda one: one.start):
            yield _for(d, start, end, _PLURAL_RULES.get(_PAIRS.get(noun, ""), "the_parties"), certain=True)


def _ministry(match: re.Match[str], text: str, scene: AntecedentContext, names: Names) -> Iterator[Draft]:
    told = toml("names/anaphora")["ministries"]
    subject = text[max(0, match.start() - 20) : match.start()].rsplit(maxsplit=1)[-1]
    if subject not in told["subjects"].split():
        return
    near = _antecedent(scene, match.start(), frozenset({NameType.COUNTRY}))
    land = near.name if near is not None else scene.home
    name = told["names"].get(land, {}).get(subject)
    if name is not None:
        target = names.canonical(name)
        yield Draft(
            match.start() - len(subject) - 1,
            match.end(),
            name,
            NameType.BODY,
            target.country if target else land,
            "the_ministry",
            True,
            True,
        )
    elif land is not None:
        yield Draft(
            match.start() - len(subject) - 1,
            match.end(),
            f"{land} Ministry of {subject.capitalize()}",
            NameType.BODY,
            land,
            "the_ministry",
            False,
            True,
        )


def _for(found: Draft, start: int, end: int, rule: str, *, certain: bool) -> Draft:
    return Draft(start, end, found.name, found.type, found.country, rule, certain and found.certain, True)
