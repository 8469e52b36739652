"""A figure as the names of its document see it: where it stands, which verb and noun govern it, who was named last."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ledger.attribute.roles.layout import AUXILIARIES, PREPOSITIONS, RoleLayout, SentenceCodes
from ledger.lexicons import toml
from schemas import Kind, Measure

GROUPS = {
    Measure.LOAN: "lend",
    Measure.GRANT: "give",
    Measure.SUBSIDY: "give",
    Measure.INVESTMENT: "invest",
    Measure.EQUITY: "equity",
    Measure.ACQUISITION: "buy",
    Measure.PROCUREMENT: "buy",
    Measure.BUDGET: "budget",
}
"""Measures whose actors and recipients are told by the same constructions; statistics are one group."""
LOOK_BACK = 30
"""Places of names that are looked at before a figure."""
LOOK_AHEAD = 2
"""Places of names that are looked at after its sentence."""
SALIENT = 4
"""Names of the document, by how often they are said, that every figure looks at."""
AGAIN = (["("], [",", "or"], ["or"], [","], [",", "cost"], ["(", "cost"], [":"], ["-"], [",", "be"], ["be"])
"""What stands between an amount and the same amount in other money: "$5bn (€4.6bn)", "2 trillion yen, or some $13bn"."""
NEVER = 99
BUCKETS = (*"012344666999999", *["15"] * (NEVER - 14))


def bucket(number: int) -> str:
    """A number as one of few words: near ones exactly, far ones roughly.

    >>> [bucket(number) for number in (0, 3, 5, 8, 14, 15, 700)]
    ['0', '3', '4', '6', '9', '15', '15']
    """
    return BUCKETS[number] if number <= NEVER else "15"


Ranks = tuple[str, str, str]
"""How recently a name was said, as buckets: among all names, among those of its type, among subjects."""
OUT_OF_SIGHT = bucket(NEVER)
UNRANKED: Ranks = (OUT_OF_SIGHT, OUT_OF_SIGHT, OUT_OF_SIGHT)


@cache
def sides() -> Mapping[str, str]:
    """What the subject of a verb of each class does with the money: "gives", "gets" or nothing."""
    return {
        entry["name"]: entry.get("subject", "") for entry in toml("constructions")["class"] if entry["kind"] == "verb"
    }


@cache
def side_of(verb: str) -> str:
    """The side of a verb's subject; a passive ("!") keeps its mark.

    >>> side_of("invest"), side_of("invest!"), side_of("say")
    ('gives', 'gives!', '')
    """
    side = sides().get(verb.rstrip("!"), "")
    return side + "!" if side and verb.endswith("!") else side


@dataclass(slots=True)
class FigureView:
    """A figure as the names see it."""

    number: int
    row: int
    at: int
    group: str
    measure: str
    verb: str
    """Class of the verb that governs the figure from the left, "!" where it is passive."""
    side: str
    after_verb: str
    after_side: str
    preposition: str
    """What stands right before the figure, fillers left out."""
    noun: str
    """Class of the noun the figure stands with, "<" where the noun is before it."""
    order: int
    """How many figures stand before it in its sentence."""
    pronoun: bool
    """Whether the sentence opens with a pronoun that no name resolves."""
    section: str
    before: dict[int, int]
    """Number of the last place of each name before the figure."""
    after: dict[int, int]
    """Number of the first place after it."""
    ranks: dict[int, Ranks]
    """How recently each name was said."""
    heads: frozenset[int]
    """Names of the heading over the figure's line."""
    openers: frozenset[int]
    """Names at the first place of the figure's segment."""
    links: dict[int, str]
    """How the names of the row are tied to the figure, by their item index."""

    def candidates(self) -> list[int]:
        """The names that the figure looks at, in the order of the text's first mentions."""
        return sorted({*self.before, *self.after})


def figure_views(layout: RoleLayout, measures: Sequence[Measure]) -> list[FigureView]:
    """Every figure's view, in order; `measures` has one measure a figure."""
    anchors = anchors_of(layout)
    heads = names_in_headings(layout)
    ends = [(o.row, o.at) for o in layout.occurrences]
    salient = sorted(layout.candidates, key=lambda c: (-len(c.mentions), c.number))[:SALIENT]
    headline = () if layout.scene.headline is None else layout.rows[layout.scene.headline].occurrences
    always = sorted({*(c.number for c in salient), *(m for o in headline for m in o.members)})
    around: Around = {}
    return [
        _view(layout, index, anchors[index], measures[index], heads, ends, always, around)
        for index in range(len(layout.scene.figures))
    ]


Said = tuple[dict[int, int], dict[int, Ranks]]
Around = dict[tuple[int, int], tuple[Said, dict[int, int]]]
"""What figures between the same two names of a sentence share: the names before with their ranks, and those after."""


def _around(
    layout: RoleLayout, split: int, row: int, always: Sequence[int], heads: frozenset[int], known: Around
) -> tuple[Said, dict[int, int]]:
    found = known.get((split, row))
    if found is None:
        found = known[split, row] = (
            _said_before(layout, split, always, heads),
            _said_after(layout, split, row, always),
        )
    return found


def anchors_of(layout: RoleLayout) -> list[int]:
    """For each figure the one that it only says again in other money; else itself."""
    scene = layout.scene
    anchors = list(range(len(scene.figures)))
    for index in range(1, len(anchors)):
        this, last = scene.figures[index], scene.figures[index - 1]
        if this.kind is not Kind.MONEY or last.kind is not Kind.MONEY or this.unit == last.unit:
            continue
        row = layout.rows[scene.sentence_of[index]]
        if (
            scene.sentence_of[index] != scene.sentence_of[index - 1]
            or index not in row.figures
            or index - 1 not in row.figures
        ):
            continue
        if [c for c in row.items[row.figures[index - 1] + 1 : row.figures[index]] if c not in ("w", "on")] in AGAIN:
            anchors[index] = anchors[index - 1]
    return anchors


def names_in_headings(layout: RoleLayout) -> list[frozenset[int]]:
    """For each row the names of the heading over it: the last short line before it that is no sentence and holds no figure."""
    scene = layout.scene
    over: frozenset[int] = frozenset()
    made = []
    sizes: dict[int, int] = {}
    for sentence in scene.sentences:
        sizes[sentence.segment] = sizes.get(sentence.segment, 0) + 1
    for number, (row, sentence) in enumerate(zip(layout.rows, scene.sentences, strict=True)):
        made.append(over)
        if sizes[sentence.segment] > 1 or sentence.end - sentence.start > 70 or row.figures or number == scene.headline:
            continue
        if scene.text[sentence.start : sentence.end].rstrip()[-1:] not in '.!?"”':
            over = frozenset(m for o in row.occurrences for m in o.members)
    return made


def _view(
    layout: RoleLayout,
    index: int,
    anchor: int,
    measure: Measure,
    heads: Sequence[frozenset[int]],
    ends: Sequence[tuple[int, int]],
    always: Sequence[int],
    around: Around,
) -> FigureView:
    number = layout.scene.sentence_of[index]
    row = layout.rows[number]
    at = row.figures.get(anchor, row.figures.get(index, len(row.items)))
    split = bisect_left(ends, (number, at))
    verb, after_verb = verb_before(row, at), verb_after(row, at)
    (before, ranks), after = _around(layout, split, number, always, heads[number], around)
    segment = layout.scene.sentences[number].segment
    return FigureView(
        number=index,
        row=number,
        at=at,
        group=GROUPS.get(measure, "stat"),
        measure=measure.value,
        verb=verb,
        side=side_of(verb),
        after_verb=after_verb,
        after_side=side_of(after_verb),
        preposition=_lead(row, at),
        noun=_noun(row, at),
        order=sum([other < at for other in row.figures.values()]),
        pronoun="it" in row.items[:at] and (not row.occurrences or row.occurrences[0].at > at),
        section=layout.sections[number],
        before=before,
        after=after,
        ranks=ranks,
        heads=heads[number],
        openers=_openers(layout, split, segment),
        links=syntactic_links(row, at),
    )


def _openers(layout: RoleLayout, split: int, segment: int) -> frozenset[int]:
    """The names at the first place of a segment, where it stands before `split`."""
    sentences = layout.scene.sentences
    first = None
    for o in reversed(layout.occurrences[max(0, split - LOOK_BACK) : split]):
        if sentences[o.row].segment != segment:
            break
        first = o
    return frozenset(first.members) if first is not None else frozenset()


def _said_before(layout: RoleLayout, split: int, always: Sequence[int], heads: frozenset[int]) -> Said:
    before: dict[int, int] = {}
    ranks: dict[int, Ranks] = {}
    letters: dict[str, int] = {}
    total = subjects = 0
    occurrences = layout.occurrences
    for number in range(split - 1, max(-1, split - 1 - LOOK_BACK), -1):
        o = occurrences[number]
        fresh = [m for m in o.members if m not in before]
        if not fresh:
            continue
        letter = o.letter
        alike = letters.get(letter, 0)
        rank = BUCKETS[total], BUCKETS[alike], BUCKETS[subjects] if o.subject else OUT_OF_SIGHT
        for m in fresh:
            before[m] = number
            ranks[m] = rank
        letters[letter] = alike + 1
        total += 1
        subjects += o.subject
    for m in (*always, *heads):
        if m not in before:
            places = layout.of_candidate[m]
            place = bisect_left(places, split) - 1
            if place >= 0:
                before[m] = places[place]
                ranks[m] = UNRANKED
    return before, ranks


def _said_after(layout: RoleLayout, split: int, row: int, always: Sequence[int]) -> dict[int, int]:
    after: dict[int, int] = {}
    extra = 0
    for number in range(split, len(layout.occurrences)):
        o = layout.occurrences[number]
        if o.row != row:
            extra += 1
            if extra > LOOK_AHEAD:
                break
        for m in o.members:
            after.setdefault(m, number)
    for m in always:
        if m not in after:
            places = layout.of_candidate[m]
            place = bisect_left(places, split)
            if place < len(places):
                after[m] = places[place]
    return after


def verb_before(row: SentenceCodes, at: int) -> str:
    """The verb that governs a figure from the left: the nearest full verb, with "!" where it is passive."""
    for index in range(at - 1, -1, -1):
        code = row.items[index]
        if code in (";", "|"):
            return ""
        if code == "cost":
            return code
        if row.forms[index] and code not in AUXILIARIES:
            passive = row.forms[index] in "dn" and "be" in row.items[max(0, index - 3) : index]
            return code + ("!" if passive else "")
    return ""


def verb_after(row: SentenceCodes, at: int) -> str:
    """The first full verb after a figure; a bare participle counts as passive ("$5bn pledged by")."""
    items = row.items
    for index in range(at + 1, min(len(items), at + 10)):
        code = items[index]
        if code in (";", "|", "F", ":"):
            return ""
        if row.forms[index] and code not in AUXILIARIES:
            last = items[index - 1]
            passive = row.forms[index] in "dn" and (
                "be" in items[max(at, index - 3) : index] or last in ("w", "F") or last.endswith("_n")
            )
            return code + ("!" if passive else "")
    return ""


def _lead(row: SentenceCodes, at: int) -> str:
    for index in range(at - 1, max(-1, at - 4), -1):
        code = row.items[index]
        if code in PREPOSITIONS or code not in ("w", "more", "total"):
            return code
    return "^"


def _noun(row: SentenceCodes, at: int) -> str:
    """The noun that a figure stands with: "a $5bn loan", "loans of $5bn", "$5bn in aid"."""
    items = row.items
    for index in range(at + 1, min(len(items), at + 5)):
        code = items[index]
        if code.endswith("_n"):
            return code
        if code not in ("w", "in", "of", "more", "cost", "-", "N", "'s"):
            break
    for index in range(at - 1, max(-1, at - 4), -1):
        code = items[index]
        if code.endswith("_n"):
            return code + "<"
        if code not in ("w", "of", "in", "cost", "("):
            break
    return ""


CHAIN = frozenset(
    {
        "modal",
        "to",
        "have",
        "be",
        "not",
        "w",
        "time",
        "plan",
        "pledge",
        "sign",
        "and",
        "say",
        "announce",
        "on",
        "in",
        "more",
        '"',
    }
)
"""What may stand between a subject and the verb that governs a figure: "Varga, in April, said it would agree to"."""
SOFT = frozenset({"w", "more", "total", "time", "of", "cost", "on"})


def syntactic_links(row: SentenceCodes, at: int) -> dict[int, str]:
    """How each name of a row is tied to the figure at `at`, by the item index of the name; names that nothing ties have no entry."""
    links: dict[int, str] = {}
    near = _left(row, at, links)
    _subject(row, at, links, near)
    _right(row, at, links)
    return links


def _left(row: SentenceCodes, at: int, links: dict[int, str]) -> bool:
    """Tie the name right before the figure; true where it takes the place of the subject ("Varga $2bn, Osk ($1bn)")."""
    items = row.items
    index = at - 1
    while index >= 0 and (items[index] in SOFT or items[index].endswith("_n")):
        index -= 1
    if index < 0:
        return False
    code = items[index]
    if code in ("'s", "-x") and index:
        links[index - 1] = "owner" if code == "'s" else "compound"
        return False
    if code in (":", "-", "|", "(", ",", "with", "to", "at") and index and items[index - 1] == "N":
        listed = code not in {",", "to"}
        links[index - 1] = "label " + code
        return listed
    if code != "N":
        return False
    lead = items[index - 1] if index else "^"
    if lead in (",", "and", ";", "^", "|") and "F" in items[:index]:
        links[index] = "gapped"
        return True
    verb = index - 1
    while verb >= 0 and items[verb] in ("w", "N", "'s"):
        verb -= 1
    links[index] = "given" if verb >= 0 and row.forms[verb] and items[verb] not in AUXILIARIES else "beside"
    return False


def _subject(row: SentenceCodes, at: int, links: dict[int, str], near: bool) -> None:
    """Tie the subject of the verb that governs the figure, through "said it would" and past a clause between commas."""
    items = row.items
    verb = next(
        (i for i in range(at - 1, -1, -1) if items[i] in (";", "|") or (row.forms[i] and items[i] not in AUXILIARIES)),
        -1,
    )
    if verb < 0 or not row.forms[verb]:
        return
    way = "doing" if row.forms[verb] == "g" else "subject"
    pronouns = {o.at for o in row.occurrences if o.pronoun}
    index = verb - 1
    while index >= 0:
        code = items[index]
        if code == "," and (index < verb - 1 or items[index + 1] in ("modal", "be", "have", "to")):
            opening = _aside(items, index)
            if opening >= 0:
                index = opening - 1
                continue
        if code == "N":
            before = items[index - 1] if index else "^"
            if before not in PREPOSITIONS or before == "of" or way == "which":
                links.setdefault(index, way + ("!" if _passive(row, verb) else "") + (" far" if near else ""))
                if index not in pronouns:
                    return
                way = "said"
        elif code == "which":
            way = "which"
        elif code in (";", "|", "it", "F", ":"):
            return
        index -= 1


def _aside(items: Sequence[str], close: int) -> int:
    """Index of the comma that opens the clause which the comma at `close` ends ("Hanse, which bought it for $1bn, is to"), or -1."""
    for index in range(close - 1, max(-1, close - 16), -1):
        if items[index] == "," and index and items[index - 1] == "N":
            return index
    return -1


def _passive(row: SentenceCodes, verb: int) -> bool:
    return row.forms[verb] in "dn" and "be" in row.items[max(0, verb - 3) : verb]


def _right(row: SentenceCodes, at: int, links: dict[int, str]) -> None:
    items = row.items
    preposition, verb, names = "", "", 0
    for index in range(at + 1, min(len(items), at + 16)):
        code = items[index]
        if code in (";", "|", ":") or (code == "F" and names):
            return
        if code == "N":
            after = items[index + 1] if index + 1 < len(items) else "$"
            if after == "say" or items[index - 1] == "say":
                links.setdefault(index, "speaker")
                continue
            links.setdefault(index, f"after {preposition or '-'} {bool(verb)} {min(names, 2)}")
            names += 1
        elif code in PREPOSITIONS:
            preposition = code
        elif row.forms[index] and code not in AUXILIARIES:
            verb = code
            preposition = ""
        elif code in (",", "and", "but", "(", '"', "-", "or"):
            preposition = code
