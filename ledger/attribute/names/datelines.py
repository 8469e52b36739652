"""Datelines and seats of events: where an article was written or donors met, which says nothing of who pays."""

import re
from collections.abc import Sequence

from ledger.attribute.names.matches import DATELINE_DASH
from ledger.attribute.names.mentions import Mention
from schemas import NameType, Section, Segment

MET_REACH = 24
"""Characters before a town in which it is looked for that people meet there."""
LONGEST = 60
"""Characters before the dash of a dateline."""
JOINED = 4
"""Characters at most between a town and its country ("Gary, Ohio - ")."""
_STORY = re.compile(r"\s*[“\"'‘]?[A-Z]")
"""What follows a dateline: a sentence. Behind a name of a list stands its item ("Kenya - $4 million")."""


_EVENT = re.compile(r"(?:['’]s)? (?:[a-z]+ ){0,2}(?:conference|summit|talks|meeting)\b", re.IGNORECASE)
"""What follows the town of an event: "at the London donor conference"."""
_MET = re.compile(
    r"\b(?:meet|meeting|met|gather|gathered|gathering|conference|summit|talks|forum) in \Z", re.IGNORECASE
)
"""What leads to the town where people meet: "Donors meeting in Geneva"."""
_SEATS = frozenset({"metonym", "gazetteer", "place_preposition", "seat"})


def seats_of_events(text: str, mentions: Sequence[Mention]) -> frozenset[int]:
    """The indices of those `mentions` of towns, read as states too, that name an event or in which people meet."""
    return frozenset(
        index
        for index, mention in enumerate(mentions)
        if mention.rule in _SEATS
        and (mention.type is NameType.PLACE or mention.rule == "metonym")
        and (_EVENT.match(text, mention.end) or _MET.search(text, max(0, mention.start - MET_REACH), mention.start))
    )


def datelines(text: str, segments: Sequence[Segment], mentions: Sequence[Mention]) -> frozenset[int]:
    """The indices of those `mentions`, in the order of the text, that stand in the dateline of a paragraph."""
    found: set[int] = set()
    at = 0
    for segment in segments:
        while at < len(mentions) and mentions[at].start < segment.start:
            at += 1
        if segment.section is not Section.PARAGRAPH:
            continue
        inside = at
        while inside < len(mentions) and mentions[inside].end <= min(segment.end, segment.start + LONGEST):
            inside += 1
        found.update(_places(text, segment.start, mentions, range(at, inside)))
    return frozenset(found)


def _places(text: str, start: int, mentions: Sequence[Mention], near: range) -> Sequence[int]:
    """Those of the mentions near the start of a paragraph that its dateline names: one town, and what is joined to it.

    A town may be two mentions, of the town and of the state whose capital it is.
    """
    end = start
    for index in near:
        mention = mentions[index]
        if mention.anaphor or mention.start - end > (0 if end == start else JOINED):
            return ()
        end = max(end, mention.end)
        dash = DATELINE_DASH.match(text, end)
        if dash is not None and _STORY.match(text, dash.end()):
            return [one for one in near if mentions[one].start < end]
    return ()


__all__ = ["datelines", "seats_of_events"]
