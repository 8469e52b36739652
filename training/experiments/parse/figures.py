"""Figures with the features and the rules of a dependency parse beside those of the ledger."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.attribute.labels.classify import COMMITMENTS
from ledger.attribute.roles.features import name_profiles, null_features, role_features
from ledger.attribute.roles.hard_rules import HARD_RULE_WEIGHT, hard_rules
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.view import ROLES, FigureView, Role, anchors_of, figure_views
from schemas import Measure
from training.corpus.agreement import matching_positions
from training.corpus.annotated import Article
from training.experiments.parse.parser import Parser, parses_of
from training.experiments.parse.rules import RULES, path_features
from training.experiments.parse.tree import ArcPath, Governor, Parse, arc_path, governor_of, head_word, word_class
from training.linear.role_cases import STATISTIC_WEIGHT, Case, role_layout


@dataclass(frozen=True, slots=True)
class ParsedFigure:
    """One figure: its candidates with their features, and what the parse adds."""

    article: Article
    layout: RoleLayout
    view: FigureView
    candidates: tuple[int, ...]
    case: Case
    parse_features: Sequence[Sequence[str]]
    """The features of each candidate and of the null candidate by the parse."""
    rule_choices: Mapping[Role, Mapping[str, frozenset[int]]]
    """Role → rule → positions of the candidates to which the rule gives the role."""
    shifts: Mapping[int, float]
    """What the hard rules add to a candidate as actor and take from it as recipient."""

    @property
    def label(self) -> Mapping[str, Any]:
        """What is annotated."""
        return self.article.labels[self.view.number]

    @property
    def names(self) -> list[str]:
        """The candidates' names."""
        return [self.layout.candidates[c].name for c in self.candidates]

    @property
    def is_scored(self) -> bool:
        """Whether its names are scored."""
        return not self.label["optional"] and self.label["measure"] in COMMITMENTS


def parsed_figures(parser: Parser, article: Article, measures: Sequence[Measure]) -> list[ParsedFigure]:
    """The figures of an article, with these measures."""
    layout = role_layout(article)
    parses, anchors, places = parses_of(parser, layout), anchors_of(layout), name_profiles(layout)
    made = []
    for view in figure_views(layout, measures):
        candidates = view.candidates
        label = article.labels[view.number]
        names = [layout.candidates[c].name for c in candidates]
        rows = [
            *([*map(sys.intern, role_features(layout, view, c, places[c]))] for c in candidates),
            null_features(layout, view),
        ]
        counts = 0.0 if label["optional"] else 1.0 if label["measure"] in COMMITMENTS else STATISTIC_WEIGHT
        case = Case(article.id, rows, {role: matching_positions(label[role], names) for role in ROLES}, counts)
        anchor = layout.tokens.figures[anchors[view.number]]
        features, choices = parse_evidence(parses[view.row], layout, view, (anchor.start, anchor.end))
        shifts = {
            candidates.index(c): HARD_RULE_WEIGHT if role == "actor" else -HARD_RULE_WEIGHT
            for c, role in hard_rules(layout, view).items()
        }
        made.append(ParsedFigure(article, layout, view, candidates, case, features, choices, shifts))
    return made


def parse_evidence(
    parse: Parse, layout: RoleLayout, view: FigureView, span: tuple[int, int]
) -> tuple[list[list[str]], Mapping[Role, Mapping[str, frozenset[int]]]]:
    """The features of each candidate and of the null candidate by the parse, and the choices of its rules."""
    candidates = view.candidates
    figure = head_word(parse, *span)
    if figure is None:
        return [[] for _ in (*candidates, None)], {role: {} for role in ROLES}
    over = governor_of(parse, figure)
    paths = [paths_of(parse, layout, view, c, over) for c in candidates]
    kind = "name" if any(one.subject for some in paths for one in some) else subject_kind(parse, over)
    rows = [candidate_features(layout, view, c, some, over, kind) for c, some in zip(candidates, paths, strict=True)]
    rows.append(
        [
            f"P nobody {kind} {over.side}",
            f"P nobody {kind} {view.group}",
            f"P nobody {kind} as {over.arc}",
            f"P nobody {over.code}",
        ]
    )
    choices: dict[Role, dict[str, frozenset[int]]] = {role: {} for role in ROLES}
    seats = {member for o in layout.rows[view.row].occurrences for member in o.shadows}
    for name, role, holds in RULES:
        fits = frozenset(
            k for k, some in enumerate(paths) if candidates[k] not in seats and any(holds(one, over) for one in some)
        )
        if fits:
            choices[role][name] = fits
    return [[*map(sys.intern, row)] for row in rows], choices


def paths_of(parse: Parse, layout: RoleLayout, view: FigureView, candidate: int, over: Governor) -> list[ArcPath]:
    """The arcs between a figure and each mention of a candidate in its sentence."""
    places = [o for o in layout.rows[view.row].occurrences if candidate in o.members]
    mentions = [layout.mentions[o.mentions[o.members.index(candidate)]] for o in places]
    tops = [head_word(parse, mention.start, mention.end) for mention in mentions]
    return [arc_path(parse, name, over) for name in tops if name is not None and name not in over.spine[:1]]


def candidate_features(
    layout: RoleLayout, view: FigureView, candidate: int, paths: Sequence[ArcPath], over: Governor, kind: str
) -> list[str]:
    """The features of a candidate by the parse; `kind` is what the subject of the figure's verb is."""
    letter = layout.candidates[candidate].letter
    if paths:
        said = sorted({feature for one in paths for feature in path_features(view, letter, one, over)})
        return (
            said
            if any(one.subject for one in paths)
            else [*said, f"P beside {kind} {over.side}", f"P beside {kind} {over.side} {letter}"]
        )
    key, ranks = f"P out {kind}", view.ranks.get(candidate)
    rank = ranks[2] if ranks is not None else "-"
    return [
        f"{key} {over.side}",
        f"{key} {over.side} {letter}",
        f"{key} {view.group}",
        f"{key} {rank}",
        f"{key} {over.side} {rank}",
    ]


def subject_kind(parse: Parse, over: Governor) -> str:
    """What the subject of a figure's verb is, where it is not a candidate."""
    if over.subject is None:
        return "none"
    return "pronoun" if parse.tags[over.subject].startswith("PRP") else word_class(parse, over.subject)
