"""What is weighed for a name seen from a figure: the construction between them, and the name's place in the document."""

from dataclasses import dataclass

from ledger.attribute.roles_layout import BREAKS, Layout, Occurrence, Row
from ledger.attribute.roles_view import NEVER, View, side_of

BUCKETS = ("0", "1", "2", "3", "4", "4", "6", "6", "6", "9", "9", "9", "9", "9", "9")


def bucket(number: int) -> str:
    """A number as one of few words: near ones exactly, far ones roughly."""
    return BUCKETS[number] if number < len(BUCKETS) else "15"


@dataclass(slots=True)
class Standing:
    """A name's place in the whole document."""

    fixed: tuple[str, ...]
    headline: str
    rank: int
    letter: str


def standings(layout: Layout) -> list[Standing]:
    """The place of each name in the document: how often it is said, where first, how in the headline, and what it does elsewhere."""
    counts = [len(c.mentions) for c in layout.candidates]
    ranks: dict[str, int] = {}
    rank_of = [0] * len(counts)
    for c in sorted(range(len(counts)), key=lambda c: (-counts[c], c)):
        letter = layout.candidates[c].letter
        rank_of[c] = ranks.get(letter, 0)
        ranks[letter] = rank_of[c] + 1
    return [_standing(layout, c, counts[c], rank_of[c]) for c in range(len(counts))]


def _standing(layout: Layout, candidate: int, count: int, rank: int) -> Standing:
    letter = layout.candidates[candidate].letter
    occurrences = [layout.occurrences[i] for i in layout.of_candidate[candidate]]
    headline = next((o.stand for o in occurrences if o.row == layout.scene.headline), "")
    subjects = [side_of(o.verb) for o in occurrences if o.subject]
    fixed = (
        "any",
        f"shadow {sum(candidate in o.shadows for o in occurrences) * 2 > len(occurrences)} {letter}",
        f"type {letter}",
        f"rank {bucket(rank)} {letter}",
        f"count {bucket(count)}",
        f"head {headline}",
        f"head {headline} {letter}",
        f"first {bucket(occurrences[0].row if occurrences else NEVER)} {letter}",
        f"gives {bucket(subjects.count('gives'))}",
        f"gets {bucket(subjects.count('gets'))}",
        *(f"stands {stand} {letter}" for stand in sorted({o.stand for o in occurrences})),
    )
    return Standing(fixed, headline, rank, letter)


def rule_of(layout: Layout, o: Occurrence, candidate: int) -> str:
    """The rule by which a name was read at a place."""
    return layout.mentions[o.mentions[o.members.index(candidate)]].rule


def in_sentence(view: View, row: Row, o: Occurrence, letter: str, rule: str) -> tuple[str, ...]:
    """Features of a name in the sentence of the figure."""
    items = row.items
    if o.at < view.at:
        side, between, verb, polarity = "<", items[o.at + 1 : view.at], view.verb, view.side
    else:
        side, between, verb, polarity = ">", items[view.at + 1 : o.at], view.after_verb, view.after_side
    stand = o.stand
    own = side_of(o.verb)
    key = f"S{side}{stand}"
    group = view.group
    figures = bucket(between.count("F"))
    names = bucket(between.count("N"))
    link = view.links.get(o.at, side)
    measure = view.measure
    return (
        f"measure {measure} {letter} {stand}",
        f"measure {measure} link {link}",
        f"measure {measure} {side} {letter}",
        f"measure {measure} {stand} side {polarity}",
        f"L {link}",
        f"L {link} {letter}",
        f"L {link} {group}",
        f"L {link} side {polarity}",
        f"L {link} side {view.side}",
        f"L {link} side {view.side} {group}",
        f"L {link} verb {view.verb}",
        f"L {link} noun {view.noun}",
        key,
        f"{key} {letter}",
        f"{key} {group}",
        f"{key} side {polarity}",
        f"{key} side {polarity} {letter}",
        f"{key} side {polarity} {group}",
        f"{key} verb {verb}",
        f"{key} own {own} {group}",
        f"{key} own {own} side {view.side}",
        f"{key} own verb {o.verb}",
        f"{key} names {names}",
        f"{key} figures {figures}",
        f"{key} breaks {bucket(sum(1 for code in between if code in BREAKS))}",
        f"{key} noun {view.noun}",
        f"{key} lead {view.preposition}",
        f"{key} read {rule}",
        f"S{side} read {rule}",
        f"S{side} names {names} {group}",
        f"S{side} figures {figures} {group}",
        f"S{side} length {bucket(len(between))}",
        f"S{side} before {o.before}",
        f"S{side} after {o.after}",
        f"S{side} next {between[0] if between else '.'}",
        f"S{side} last {between[-1] if between else '.'} {letter}",
        f"S{side} first {o.first} {group}",
        f"S{side} path {' '.join(between) if len(between) <= 4 else '+'}",
    )


def beyond(layout: Layout, view: View, o: Occurrence, letter: str, rule: str) -> tuple[str, ...]:
    """Features of a name outside the sentence of the figure."""
    here, there = layout.scene.sentences[view.row], layout.scene.sentences[o.row]
    side = "<" if o.row < view.row else ">"
    where = "segment" if here.segment == there.segment else "group" if here.group == there.group else "document"
    stand = o.stand
    distance = bucket(abs(view.row - o.row))
    return (
        f"measure {view.measure} D{side} {letter}",
        f"measure {view.measure} D{side} {stand} {letter}",
        f"D{side}{where} {distance}",
        f"D{side}{where} {stand}",
        f"D{side} {stand} {letter}",
        f"D{side} {stand} {view.group}",
        f"D{side} {stand} {distance}",
        f"D{side} read {rule}",
        f"D{side}{where} {there.section} {here.section}",
        f"D{side}{stand} own {side_of(o.verb)} {view.group}",
    )


def places_of(layout: Layout, view: View, candidate: int) -> list[Occurrence]:
    """Where a figure sees a name: its last place before and its first place after, or the place in the sentence that is tied to the figure."""
    near = [layout.occurrences[p] for p in (view.before.get(candidate), view.after.get(candidate)) if p is not None]
    if len(near) < 1 or near[0].row != view.row or near[0].at in view.links:
        return near
    tied = [o for o in layout.rows[view.row].occurrences if candidate in o.members and o.at in view.links and o.at < view.at]
    return [*tied[-1:], *near[1:]] if tied else near


def features(layout: Layout, view: View, candidate: int, standing: Standing) -> list[str]:
    """The features of a name seen from a figure; each counts one."""
    letter, group = standing.letter, view.group
    out = [
        *standing.fixed,
        f"measure {view.measure} {letter}",
        f"group {group} {letter} {bucket(standing.rank)}",
        f"group {group} head {standing.headline}",
    ]
    row = layout.rows[view.row]
    places = places_of(layout, view, candidate)
    inside = [o for o in places if o.row == view.row]
    for o in inside:
        out += in_sentence(view, row, o, "s" if candidate in o.shadows else letter, rule_of(layout, o, candidate))
    if candidate in view.ranks:
        out += _recency(view, view.ranks[candidate], letter)
    if candidate in view.heads:
        out += ("heading", f"measure {view.measure} heading {letter}", f"heading {view.section}", f"heading {letter} {group}")
    if candidate in view.openers:
        out += ("opener", f"opener {view.section} {letter}", f"opener {group}")
    if inside:
        out += ("inside", f"inside {letter} {group}")
    elif places:
        out += beyond(layout, view, places[0], "s" if candidate in places[0].shadows else letter, rule_of(layout, places[0], candidate))
        if candidate not in view.before:
            out.append("only after")
    return out


def _recency(view: View, ranks: tuple[int, int, int], letter: str) -> tuple[str, ...]:
    among_all, among_type, among_subjects = (bucket(rank) for rank in ranks)
    return (
        f"recent {among_all} {view.pronoun}",
        f"recent {among_type} {letter} {view.group}",
        f"recent subject {among_subjects}",
        f"recent subject {among_subjects} {view.pronoun} {letter}",
        f"recent subject {among_subjects} {view.group}",
        f"measure {view.measure} recent {among_type} {letter}",
        f"measure {view.measure} subject {among_subjects}",
    )


def nobody(layout: Layout, view: View) -> list[str]:
    """The features of the answer that the text names nobody."""
    row = layout.rows[view.row]
    subject = any(o.subject and o.at < view.at for o in row.occurrences)
    group = view.group
    return [
        "nobody",
        f"nobody {group}",
        f"nobody measure {view.measure}",
        f"nobody verb {view.verb}",
        f"nobody verb {view.verb} {group}",
        f"nobody after {view.after_verb}",
        f"nobody lead {view.preposition}",
        f"nobody noun {view.noun}",
        f"nobody section {view.section}",
        f"nobody names {min(3, len(row.occurrences))} {group}",
        f"nobody subject {subject} {group}",
        f"nobody subject {subject} {view.verb}",
        *(f"nobody has {code}" for code in sorted(set(row.items))),
    ]
