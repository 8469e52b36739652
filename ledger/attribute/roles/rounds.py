"""Investors that the sentences after a round's sum name: "It raised $3 million. The round was led by Osk"."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import re2

from ledger.attribute.names.mentions import Mention
from ledger.attribute.roles.layout import RoleLayout
from ledger.lexicons import toml
from ledger.lexicons.load import joined
from schemas import Kind, Name, NameType

REACH = 4
"""Sentences after a round's sum in which its investors are looked for."""
RULE = "actor.round"
CONFIDENCE = 0.8
"""The confidence of investors, who are read by rule."""
NO_INVESTORS = frozenset({NameType.COUNTRY, NameType.PLACE, NameType.PERSON})
"""Types of names that tell where an investor is, or who speaks for it."""


class Round(NamedTuple):
    """A sum raised, as the other rules of roles left it."""

    figure: int
    actor: tuple[Name, ...]
    recipient: tuple[Name, ...]


@cache
def _patterns() -> Mapping[str, Any]:
    return {name: re2.compile(f"(?i){joined(entry['pattern'])}") for name, entry in toml("rounds").items()}


def investors_of(layout: RoleLayout, rounds: Sequence[Round]) -> Mapping[int, tuple[Name, ...]]:
    """The investors of those of the `rounds` (in the order of the text) whose payer the text tells behind the sum.

    What tells one sum of an amount tells the others of that amount too, of which no payer is known.
    """
    figures, found = layout.tokens.figures, {}
    amounts: dict[tuple[str, Any], tuple[Name, ...]] = {}
    sums = {layout.tokens.sentence_of[one.figure] for one in rounds}
    for one in rounds:
        names = tuple(_investors(layout, one, sums))
        if names and {name.id for name in one.actor} <= {name.id for name in names}:
            found[one.figure] = names
            amounts.setdefault((figures[one.figure].unit, figures[one.figure].value), names)
    for one in rounds:
        figure = figures[one.figure]
        if not one.actor and one.figure not in found and (figure.unit, figure.value) in amounts:
            found[one.figure] = amounts[figure.unit, figure.value]
    return found


def _investors(layout: RoleLayout, one: Round, sums: set[int]) -> Iterator[Name]:
    """The investors that the sentence of a round names behind its sum or, if it names none, the next ones."""
    tokens = layout.tokens
    row, figure = tokens.sentence_of[one.figure], tokens.figures[one.figure]
    own = {name.id for name in one.recipient}
    sentence = tokens.sentences[row]
    later = [number for number in tokens.figures_of[row] if number > one.figure and _money(layout, number)]
    end = tokens.figures[later[0]].start if later else sentence.end
    mine = list(_named_after(layout, figure.end, end, own))
    named = [*mine, *(_told_later(layout, row, own, sums) if mine or not one.actor else ())]
    first = {mention.id: mention for mention in reversed(named)}
    yield from (_name(mention) for mention in sorted(first.values(), key=lambda mention: mention.start))


def _told_later(layout: RoleLayout, row: int, own: set[str], sums: set[int]) -> Iterator[Mention]:
    """The investors that the sentences behind that of a round name, up to the next round."""
    tokens = layout.tokens
    for number in range(row + 1, min(row + 1 + REACH, len(tokens.sentences))):
        after = tokens.sentences[number]
        if after.section is not tokens.sentences[row].section:
            return
        if number in sums:  # "Osk led, and the round values it at $3 million"
            yield from _leading(layout, after.start, tokens.figures[tokens.figures_of[number][0]].start, own)
            return
        text = tokens.text[after.start : after.end]
        if _patterns()["about"].search(text) or _patterns()["after"].search(text):
            yield from _leading(layout, after.start, after.end, own)
            yield from _named_after(layout, after.start, after.end, own)


def _money(layout: RoleLayout, number: int) -> bool:
    return layout.tokens.figures[number].kind is Kind.MONEY


def _named_after(layout: RoleLayout, start: int, end: int, own: set[str]) -> Iterator[Mention]:
    """The names behind words such as "led by", up to the end of their clause."""
    text = layout.tokens.text[start:end]
    for found in _patterns()["before"].finditer(text):
        first = start + found.end()
        stop = _patterns()["ends"].search(text[found.end() :])
        yield from _parties(layout, first, end if stop is None else first + stop.start(), own)


def _leading(layout: RoleLayout, start: int, end: int, own: set[str]) -> Iterator[Mention]:
    """The names before words such as "led the round"."""
    found = _patterns()["after"].search(layout.tokens.text[start:end])
    if found is not None:
        yield from _parties(layout, start, start + found.start(), own)


def _parties(layout: RoleLayout, start: int, end: int, own: set[str]) -> Iterator[Mention]:
    """The names of those who may invest in a part of the text, but for those that are `own`; of names in names one."""
    last = start
    for mention in layout.mentions:
        if mention.start >= end:
            return
        outer = mention.start >= last and mention.end <= end
        if outer and not mention.anaphor and mention.type not in NO_INVESTORS and mention.id not in own:
            last = mention.end
            yield mention


def _name(mention: Mention) -> Name:
    return Name.trusted(
        name=mention.name,
        id=mention.id,
        said=mention.said,
        type=mention.type,
        start=mention.start,
        end=mention.end,
        rule=RULE,
        confidence=CONFIDENCE,
    )


__all__ = ["Round", "investors_of"]
