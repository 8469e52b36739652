"""Features of the cues around a figure: what each speaks for, in which tense, and on which side how far away."""

from functools import lru_cache

from ledger.attribute.labels.cues import Cue
from ledger.attribute.labels.layout import SentenceLayout
from ledger.lexicons import toml
from ledger.models.packed import FeatureBundle
from schemas import Kind

MEASURES_BY_KIND = {Kind(kind): frozenset(said.split()) for kind, said in toml("cues")["measures_by_kind"].items()}
FUTURE_TENSES = frozenset(toml("cues")["tenses"]["future"].split())
UNDER_WAY_TENSES = frozenset(toml("cues")["tenses"]["under_way"].split())
LEFT, RIGHT = (tuple([side + place for place in "ncoxf"]) for side in "<>")
"""Where a cue stands to a figure: near, in the clause, in the one beside it, farther off, behind another figure."""
NEAR, CLAUSE, NEXT_CLAUSE, FAR, BEHIND_FIGURE = range(5)
NEAR_WORDS = 2
"""Most words between a near cue and its figure."""
NEXT_WORDS = 6
"""Most words between a figure and a cue that counts as of the next clause, whatever the clauses between."""
NO_FEATURES = FeatureBundle()
VAGUE_THING = "noun.thing"
"""The cue of plants and the like: near a sum it is seldom what the sum is of."""


def stage_in_tense(stage: str, tense: str) -> str:
    """The stage that a cue speaks for in its tense.

    >>> stage_in_tense("flow", "will"), stage_in_tense("flow", "past"), stage_in_tense("build", "prog")
    ('pledged', 'disbursed', 'committed')
    """
    if stage == "flow":
        return "committed" if tense == "prog" else "pledged" if tense in FUTURE_TENSES else "disbursed"
    if stage == "build":
        if tense in UNDER_WAY_TENSES:
            return "committed"
        return "pledged" if tense in FUTURE_TENSES else "disbursed"
    return stage


def cue_bundles(layout: SentenceLayout, at: int, kind: Kind) -> tuple[FeatureBundle, ...]:
    """What each cue of the sentence says of the figure at word `at`; nothing where it is part of the figure."""
    clauses, before = layout.clauses, layout.figures_before
    clause, here, past = clauses[at], before[at], before[at + 1]
    found = []
    for first, last, cue, tense in layout.cues:
        if last <= at:
            between, apart, distance, places = here != before[last], clause - clauses[last - 1], at - last, LEFT
        elif first > at:
            between, apart, distance, places = before[first] != past, clauses[first] - clause, first - at - 1, RIGHT
        else:
            found.append(NO_FEATURES)
            continue
        if between:
            place = BEHIND_FIGURE
        elif apart == 0:
            place = NEAR if distance <= NEAR_WORDS else CLAUSE
        else:
            place = NEXT_CLAUSE if apart == 1 or distance <= NEXT_WORDS else FAR
        found.append(cue_bundle(cue, tense, places[place], kind))
    return tuple(found)


@lru_cache(maxsize=50_000)
def cue_bundle(cue: Cue, tense: str, place: str, figure: Kind) -> FeatureBundle:
    """The features of one cue at one place."""
    name, kind, measure, stage = cue.name, cue.kind, cue.measure, cue.stage
    found = [name + place, name + "@S"]
    if measure in MEASURES_BY_KIND[figure] and not (figure is Kind.MONEY and name == VAGUE_THING):
        found.append(f"m{kind[0]}={measure}{place}")
    if tense and place[1] != "x":
        found.append(f"{name}.{tense}{place[0]}")
    if tense and place[1] in "nco":
        found.append(f"t={tense}{place}")
    if stage is not None:
        found.append(f"S{kind[0]}={stage_in_tense(stage, tense)}{place}")
        leaning = f"{stage}.{tense}" if tense else stage
        found += [f"s={leaning}{place}", f"s={leaning}@S"]
        if tense:
            found.append(f"s={stage}{place}")
    return FeatureBundle(found)


__all__ = ["MEASURES_BY_KIND", "NO_FEATURES", "VAGUE_THING", "cue_bundle", "cue_bundles", "stage_in_tense"]
