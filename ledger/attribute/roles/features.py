"""The features of a name for a figure: the construction between the two, and the name's place in the document.

Features come in families: a function that returns their names from its arguments. A call of a family, written as a
`Key`, has one cached weight (`ledger.attribute.roles.packed`), so that feature names are spelled out only for new
calls, for training and for explanations.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledger.attribute.roles.coding import Occurrence, SentenceCodes
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.view import NEVER, FigureView, Ranks, bucket
from ledger.attribute.roles.words import BREAKS, money_role

Family = Callable[..., tuple[str, ...]]
"""Returns the names of one family's features."""
Key = tuple[Family | str | int | bool | tuple[str, ...], ...]
"""A family and its arguments."""


@dataclass(slots=True)
class NameProfile:
    """What does not depend on the figure: a name's frequency, first occurrence, place in the headline, and verbs."""

    fixed: tuple[Key, ...]
    headline: str
    rank: str
    letter: str


def feature_names(keys: Iterable[Key]) -> list[str]:
    """The features that keys stand for, in order."""
    return [feature for family, *said in keys if callable(family) for feature in family(*said)]


def name_profiles(layout: RoleLayout) -> list[NameProfile]:
    """The profile of each candidate, by its number."""
    counts = [len(c.mentions) for c in layout.candidates]
    ranks: dict[str, int] = {}
    rank_of = [0] * len(counts)
    for c in sorted(range(len(counts)), key=lambda c: (-counts[c], c)):
        letter = layout.candidates[c].letter
        rank_of[c] = ranks.get(letter, 0)
        ranks[letter] = rank_of[c] + 1
    return [_profile(layout, c, counts[c], bucket(rank_of[c])) for c in range(len(counts))]


def _profile(layout: RoleLayout, candidate: int, count: int, rank: str) -> NameProfile:
    letter = layout.candidates[candidate].letter
    occurrences = [layout.occurrences[i] for i in layout.of_candidate[candidate]]
    headline = next((o.stand for o in occurrences if o.row == layout.tokens.headline), "")
    subjects = [money_role(o.verb) for o in occurrences if o.subject]
    shadow = sum([candidate in o.shadows for o in occurrences]) * 2 > len(occurrences)
    first = bucket(occurrences[0].row if occurrences else NEVER)
    fixed: tuple[Key, ...] = (
        (_weight, shadow, letter, rank, bucket(count), headline),
        (_deeds, letter, first, bucket(subjects.count("gives")), bucket(subjects.count("gets"))),
        *[(_stands, stand, letter) for stand in sorted({o.stand for o in occurrences})],
    )
    return NameProfile(fixed, headline, rank, letter)


def _weight(shadow: bool, letter: str, rank: str, count: str, headline: str) -> tuple[str, ...]:
    return (
        "any",
        f"shadow {shadow} {letter}",
        f"type {letter}",
        f"rank {rank} {letter}",
        f"count {count}",
        f"head {headline}",
        f"head {headline} {letter}",
    )


def _deeds(letter: str, first: str, gives: str, gets: str) -> tuple[str, ...]:
    return f"first {first} {letter}", f"gives {gives}", f"gets {gets}"


def _stands(stand: str, letter: str) -> tuple[str, ...]:
    return (f"stands {stand} {letter}",)


def _ranked(measure: str, group: str, letter: str, rank: str, headline: str) -> tuple[str, ...]:
    return f"measure {measure} {letter}", f"group {group} {letter} {rank}", f"group {group} head {headline}"


def mention_rule(layout: RoleLayout, o: Occurrence, candidate: int) -> str:
    """The rule by which a name was read at an occurrence."""
    return layout.mentions[o.mentions[o.members.index(candidate)]].rule


def keys_in_sentence(view: FigureView, row: SentenceCodes, o: Occurrence, letter: str, rule: str) -> tuple[Key, ...]:
    """The keys of an occurrence in the figure's own sentence."""
    at, here = o.at, view.at
    if at < here:
        side, between, verb, polarity = "<", row.items[at + 1 : here], view.verb, view.side
    else:
        side, between, verb, polarity = ">", row.items[here + 1 : at], view.after_verb, view.after_side
    stand, group, own = o.stand, view.group, money_role(o.verb)
    link = view.links.get(at, side)
    near, far = (between[0], between[-1]) if between else (".", ".")
    names, figures = bucket(between.count("N")), bucket(between.count("F"))
    breaks = bucket(sum([code in BREAKS for code in between]))
    return (
        (_construction, view.measure, group, letter, stand, link, side, polarity, view.side),
        (_governed, link, side, stand, view.verb, view.noun, view.preposition),
        (_acting, side, stand, group, verb, own, o.verb, view.side),
        (_between, side, stand, group, names, figures, breaks, bucket(len(between)), rule),
        (_neighbours, side, letter, group, o.before, o.after, near, far, o.first),
        (_path, side, " ".join(between) if len(between) <= 4 else "+"),
    )


def _construction(
    measure: str, group: str, letter: str, stand: str, link: str, side: str, polarity: str, own: str
) -> tuple[str, ...]:
    """How the construction ties name and figure.

    `polarity` and `own` are the money roles of the verb between them and of the one before the figure.
    """
    return (
        f"measure {measure} {letter} {stand}",
        f"measure {measure} link {link}",
        f"measure {measure} {side} {letter}",
        f"measure {measure} {stand} side {polarity}",
        f"L {link}",
        f"L {link} {letter}",
        f"L {link} {group}",
        f"L {link} side {polarity}",
        f"L {link} side {own}",
        f"L {link} side {own} {group}",
        f"S{side}{stand}",
        f"S{side}{stand} {letter}",
        f"S{side}{stand} {group}",
        f"S{side}{stand} side {polarity}",
        f"S{side}{stand} side {polarity} {letter}",
        f"S{side}{stand} side {polarity} {group}",
    )


def _governed(link: str, side: str, stand: str, verb: str, noun: str, preposition: str) -> tuple[str, ...]:
    return (
        f"L {link} verb {verb}",
        f"L {link} noun {noun}",
        f"S{side}{stand} noun {noun}",
        f"S{side}{stand} lead {preposition}",
    )


def _acting(side: str, stand: str, group: str, verb: str, own: str, own_verb: str, polarity: str) -> tuple[str, ...]:
    key = f"S{side}{stand}"
    return (
        f"{key} verb {verb}",
        f"{key} own {own} {group}",
        f"{key} own {own} side {polarity}",
        f"{key} own verb {own_verb}",
    )


def _between(
    side: str, stand: str, group: str, names: str, figures: str, breaks: str, length: str, rule: str
) -> tuple[str, ...]:
    return (
        f"S{side}{stand} names {names}",
        f"S{side}{stand} figures {figures}",
        f"S{side}{stand} breaks {breaks}",
        f"S{side}{stand} read {rule}",
        f"S{side} read {rule}",
        f"S{side} names {names} {group}",
        f"S{side} figures {figures} {group}",
        f"S{side} length {length}",
    )


def _neighbours(
    side: str, letter: str, group: str, before: str, after: str, near: str, far: str, first: bool
) -> tuple[str, ...]:
    return (
        f"S{side} before {before}",
        f"S{side} after {after}",
        f"S{side} next {near}",
        f"S{side} last {far} {letter}",
        f"S{side} first {first} {group}",
    )


def _path(side: str, path: str) -> tuple[str, ...]:
    return (f"S{side} path {path}",)


def keys_outside_sentence(
    layout: RoleLayout, view: FigureView, o: Occurrence, letter: str, rule: str
) -> tuple[Key, ...]:
    """The keys of an occurrence outside the figure's sentence."""
    row, stand, group = o.row, o.stand, view.group
    here, there = layout.tokens.sentences[view.row], layout.tokens.sentences[row]
    side = "<" if row < view.row else ">"
    where = "segment" if here.segment == there.segment else "group" if here.group == there.group else "document"
    return (
        (_away, view.measure, group, letter, stand, side, where, bucket(abs(view.row - row))),
        (_elsewhere, group, stand, side, where, rule, layout.sections[row], view.section, money_role(o.verb)),
    )


def _away(measure: str, group: str, letter: str, stand: str, side: str, where: str, distance: str) -> tuple[str, ...]:
    return (
        f"measure {measure} D{side} {letter}",
        f"measure {measure} D{side} {stand} {letter}",
        f"D{side}{where} {distance}",
        f"D{side}{where} {stand}",
        f"D{side} {stand} {letter}",
        f"D{side} {stand} {group}",
        f"D{side} {stand} {distance}",
    )


def _elsewhere(
    group: str, stand: str, side: str, where: str, rule: str, there: str, here: str, own: str
) -> tuple[str, ...]:
    return f"D{side} read {rule}", f"D{side}{where} {there} {here}", f"D{side}{stand} own {own} {group}"


def occurrences_seen(layout: RoleLayout, view: FigureView, candidate: int) -> list[Occurrence]:
    """The occurrences of a name that count for a figure: the last before and the first after, or a linked one."""
    occurrences, before, after = layout.occurrences, view.before.get(candidate), view.after.get(candidate)
    near = [occurrences[before]] if before is not None else []
    if after is not None:
        near.append(occurrences[after])
    if not near or near[0].row != view.row or near[0].at in view.links:
        return near
    tied = [
        o for o in layout.rows[view.row].occurrences if candidate in o.members and o.at in view.links and o.at < view.at
    ]
    return [*tied[-1:], *near[1:]] if tied else near


def profile_key(view: FigureView, profile: NameProfile) -> Key:
    """The key of a name's profile for figures of a measure."""
    return _ranked, view.measure, view.group, profile.letter, profile.rank, profile.headline


def name_keys(layout: RoleLayout, view: FigureView, candidate: int, profile: NameProfile) -> list[Key]:
    """The keys of a name for a figure, without the fixed ones of its profile."""
    return [profile_key(view, profile), *keys_where_seen(layout, view, candidate, profile)]


def keys_where_seen(layout: RoleLayout, view: FigureView, candidate: int, profile: NameProfile) -> list[Key]:
    """The keys of the occurrences that count for a figure."""
    letter, group = profile.letter, view.group
    out: list[Key] = []
    places = occurrences_seen(layout, view, candidate)
    inside = False
    for o in places:
        if o.row == view.row:
            inside = True
            out += keys_in_sentence(
                view,
                layout.rows[view.row],
                o,
                "s" if candidate in o.shadows else letter,
                mention_rule(layout, o, candidate),
            )
    ranks = view.ranks.get(candidate)
    if ranks is not None:
        out.append(recency_key(view, letter, ranks))
    if candidate in view.heads:
        out.append((_heading, view.measure, group, letter, view.section))
    if candidate in view.openers:
        out.append((_opener, group, letter, view.section))
    if inside:
        out.append((_inside, group, letter))
    elif places:
        out += keys_outside_sentence(
            layout,
            view,
            places[0],
            "s" if candidate in places[0].shadows else letter,
            mention_rule(layout, places[0], candidate),
        )
        if candidate not in view.before:
            out.append(ONLY_AFTER)
    return out


def recency_key(view: FigureView, letter: str, ranks: Ranks) -> Key:
    """The key of how recently a name occurred."""
    return (_recent, view.measure, view.group, letter, *ranks, view.pronoun)


def role_features(layout: RoleLayout, view: FigureView, candidate: int, profile: NameProfile) -> list[str]:
    """The features of a name for a figure; each counts one."""
    return feature_names((*profile.fixed, *name_keys(layout, view, candidate, profile)))


def _recent(
    measure: str, group: str, letter: str, among_all: str, among_type: str, among_subjects: str, pronoun: bool
) -> tuple[str, ...]:
    return (
        f"recent {among_all} {pronoun}",
        f"recent {among_type} {letter} {group}",
        f"recent subject {among_subjects}",
        f"recent subject {among_subjects} {pronoun} {letter}",
        f"recent subject {among_subjects} {group}",
        f"measure {measure} recent {among_type} {letter}",
        f"measure {measure} subject {among_subjects}",
    )


def _heading(measure: str, group: str, letter: str, section: str) -> tuple[str, ...]:
    return "heading", f"measure {measure} heading {letter}", f"heading {section}", f"heading {letter} {group}"


def _opener(group: str, letter: str, section: str) -> tuple[str, ...]:
    return "opener", f"opener {section} {letter}", f"opener {group}"


def _inside(group: str, letter: str) -> tuple[str, ...]:
    return "inside", f"inside {letter} {group}"


def _only_after() -> tuple[str, ...]:
    return ("only after",)


ONLY_AFTER: Key = (_only_after,)


def null_keys(layout: RoleLayout, view: FigureView) -> list[Key]:
    """The keys of the null candidate: that the text names no one for the role."""
    return [*null_keys_of_figure(layout, view), *null_keys_of_sentence(layout, view.row)]


def null_keys_of_figure(layout: RoleLayout, view: FigureView) -> tuple[Key, ...]:
    """The keys of the null candidate that depend on the figure."""
    row, group, verb = layout.rows[view.row], view.group, view.verb
    subject = any(o.subject and o.at < view.at for o in row.occurrences)
    return (
        (_null, view.measure, group, verb, view.after_verb),
        (_null_near, group, view.preposition, view.noun, view.section, min(3, len(row.occurrences))),
        (_null_acting, group, verb, subject),
    )


def null_keys_of_sentence(layout: RoleLayout, row: int) -> list[Key]:
    """The keys of the null candidate that depend on the sentence alone."""
    return [(_null_has, code) for code in sorted(set(layout.rows[row].items))]


def null_features(layout: RoleLayout, view: FigureView) -> list[str]:
    """The features of the null candidate."""
    return feature_names(null_keys(layout, view))


def _null(measure: str, group: str, verb: str, after: str) -> tuple[str, ...]:
    return (
        "nobody",
        f"nobody {group}",
        f"nobody measure {measure}",
        f"nobody verb {verb}",
        f"nobody verb {verb} {group}",
        f"nobody after {after}",
    )


def _null_near(group: str, preposition: str, noun: str, section: str, names: int) -> tuple[str, ...]:
    return (
        f"nobody lead {preposition}",
        f"nobody noun {noun}",
        f"nobody section {section}",
        f"nobody names {names} {group}",
    )


def _null_acting(group: str, verb: str, subject: bool) -> tuple[str, ...]:
    return f"nobody subject {subject} {group}", f"nobody subject {subject} {verb}"


def _null_has(code: str) -> tuple[str, ...]:
    return (f"nobody has {code}",)
