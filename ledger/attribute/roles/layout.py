"""A document laid out for roles: each sentence as codes, the candidate names, and where each occurs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from ledger.attribute.names.datelines import datelines, seats_of_events
from ledger.attribute.names.mentions import Mention, name_id
from ledger.attribute.roles.coding import (
    LETTERS,
    NO_CODES,
    Candidate,
    Occurrence,
    SentenceCoder,
    SentenceCodes,
    describe_occurrences,
    merge_coordinated,
)
from ledger.attribute.roles.columns import Span, named_by_columns
from ledger.attribute.roles.items import Item, items_under_firms
from ledger.attribute.tokens import DocumentTokens
from ledger.lexicons import csv_rows
from ledger.lexicons.names import word_list
from schemas import NameType

OFFICE_REACH = 24
"""Characters before a person in which the word of an office is looked for."""


@dataclass(slots=True)
class RoleLayout:
    """A document as coded sentences, with its candidate names and their occurrences."""

    tokens: DocumentTokens
    mentions: Sequence[Mention]
    candidates: tuple[Candidate, ...]
    rows: list[SentenceCodes]
    """The codes of each sentence."""
    occurrences: list[Occurrence]
    """All occurrences, in the order of the text."""
    of_candidate: list[list[int]]
    """Indices of the occurrences of each candidate."""
    sections: list[str]
    """The section of each sentence."""
    of_dateline: frozenset[int]
    """The candidates that are named in datelines and as seats of events, and nowhere else."""
    officials: frozenset[int]
    """The candidates that are persons in public office ("Governor Oduya"): they speak, and states pay."""
    columns: Mapping[int, Mapping[str, Span]]
    """For each sentence that is a row of a table the cells that hold its payer and its receiver, see `columns`."""
    items: Mapping[int, Item]
    """For each sentence that stands under the name of a firm what that heading says, see `items`."""


def candidates_of(mentions: Sequence[Mention]) -> tuple[tuple[Candidate, ...], tuple[int, ...]]:
    """The names of a document, in the order of their first mentions, and for each mention its candidate's number."""
    numbers: dict[str, int] = {}
    lists: list[list[int]] = []
    of = []
    for index, mention in enumerate(mentions):
        number = numbers.setdefault(mention.name, len(lists))
        if number == len(lists):
            lists.append([])
        lists[number].append(index)
        of.append(number)
    made = []
    for name, number in numbers.items():
        first = mentions[lists[number][0]]
        made.append(Candidate(number, name, first.id, first.type, LETTERS[first.type], tuple(lists[number])))
    return tuple(made), tuple(of)


@cache
def seats_of_government() -> Mapping[str, str]:
    """The country of each seat of government ("Tokyo")."""
    return {
        alias[1:]: row["name"]
        for row in csv_rows("names/countries")
        for alias in row["aliases"].split("|")
        if alias.startswith("~")
    }


def with_governments(mentions: Sequence[Mention], written_in: Set[int] = frozenset()) -> list[Mention]:
    """The mentions, and at each seat of government its country too: "from London" may mean the city or the state.

    A dateline or an event, whose mentions have the indices `written_in`, means the city.
    """
    starts = Counter(mention.start for mention in mentions)
    seats = seats_of_government()
    made = []
    for index, mention in enumerate(mentions):
        made.append(mention)
        lone = mention.type is NameType.PLACE and starts[mention.start] == 1 and index not in written_in
        country = seats.get(mention.name) if lone else None
        if country is not None:
            made.append(mention._replace(name=country, id=name_id(country), type=NameType.COUNTRY, rule="seat"))
    return made


def lay_out_roles(tokens: DocumentTokens, mentions: Sequence[Mention]) -> RoleLayout:
    """Lay out a document whose `mentions` are in the order of the text and do not overlap."""
    written_in = datelines(tokens.text, tokens.segments, mentions) | seats_of_events(tokens.text, mentions)
    dated = {mentions[index].start for index in written_in}
    mentions = with_governments(mentions, written_in)
    candidates, of = candidates_of(mentions)
    rows: list[SentenceCodes] = []
    occurrences: list[Occurrence] = []
    of_candidate: list[list[int]] = [[] for _ in candidates]
    m = 0
    for number, sentence in enumerate(tokens.sentences):
        while m < len(mentions) and mentions[m].end <= sentence.start:
            m += 1
        stop = m
        while stop < len(mentions) and mentions[stop].start < sentence.end:
            stop += 1
        if m == stop and not tokens.figures_of[number]:
            rows.append(NO_CODES)
            continue
        inside = [(i, mentions[i], candidates[of[i]]) for i in range(m, stop)]
        spans = [(i, tokens.figures[i].start, tokens.figures[i].end) for i in tokens.figures_of[number]]
        row = merge_coordinated(SentenceCoder(number, tokens.text, inside, spans).code(sentence))
        describe_occurrences(row)
        rows.append(row)
        for occurrence in row.occurrences:
            for member in occurrence.members:
                of_candidate[member].append(len(occurrences))
            occurrences.append(occurrence)
    sections = [sentence.section.value for sentence in tokens.sentences]
    only = (one.number for one in candidates if all(mentions[index].start in dated for index in one.mentions))
    return RoleLayout(
        tokens,
        mentions,
        candidates,
        rows,
        occurrences,
        of_candidate,
        sections,
        frozenset(only),
        frozenset(_officials(tokens.text, mentions, candidates)),
        named_by_columns(tokens),
        items_under_firms(tokens, rows, candidates),
    )


def _officials(text: str, mentions: Sequence[Mention], candidates: Sequence[Candidate]) -> Iterator[int]:
    """The numbers of the persons before whom a public office stands somewhere."""
    for one in candidates:
        if one.type is NameType.PERSON:
            before = (text[max(0, mentions[at].start - OFFICE_REACH) : mentions[at].start] for at in one.mentions)
            if any(words.split()[-1:] and words.split()[-1] in word_list("officials") for words in before):
                yield one.number
