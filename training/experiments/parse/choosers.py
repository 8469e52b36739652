"""Ways to choose the names of a figure, with and without a dependency parse."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ledger.attribute.roles.score import RoleScores, chosen_positions
from ledger.attribute.roles.view import ROLES, Role
from ledger.models.linear import Model, softmax
from training.corpus.agreement import count_agreeing
from training.experiments.parse.figures import ParsedFigure
from training.experiments.parse.rules import RULES
from training.linear.crossfold import FOLDS, fold_of
from training.linear.role_cases import Case
from training.linear.role_model import candidate_scores, fit_role, role_temperature

SHARES = (0.25, 0.5, 1.0)
"""How much the arcs alone count in a tie-break."""
TIE = 0.4
"""A tie is where the second answer has this share of the first one's probability."""

Models = Sequence[Mapping[str, Model]]
"""For each fold the models that have not seen it."""
Rows = Callable[[ParsedFigure], Case]


def plain(one: ParsedFigure) -> Case:
    """A figure with the features that need no parse."""
    return one.case


def alone(one: ParsedFigure) -> Case:
    """A figure with the features of the parse alone."""
    return Case(one.case.article, one.parse_features, one.case.right, one.case.weight)


def both(one: ParsedFigure) -> Case:
    """A figure with all features."""
    rows = [[*row, *more] for row, more in zip(one.case.rows, one.parse_features, strict=True)]
    return Case(one.case.article, rows, one.case.right, one.case.weight)


def trained(figures: Sequence[ParsedFigure], rows: Rows) -> Models:
    """For each fold the models of the roles that have not seen its articles, with the held-out temperature."""
    cases = [rows(one) for one in figures]
    made: list[dict[str, Model]] = [{} for _ in range(FOLDS)]
    for role in ROLES:
        folds = [fit_role(role, [case for case in cases if fold_of(case.article) != k]) for k in range(FOLDS)]
        t = role_temperature(role, cases, folds)
        for k, model in enumerate(folds):
            made[k][role] = Model(model.name, model.labels, model.intercept, model.weights, t)
    return made


def scores(one: ParsedFigure, role: Role, models: Models, rows: Rows) -> list[float]:
    """The scores of the candidates and of the null candidate, by models that have not seen the article."""
    case = rows(one)
    model = models[fold_of(case.article)][role]
    found = [score / model.temperature for score in candidate_scores(model, case)]
    sign = 1 if role == "actor" else -1
    for place, shift in one.shifts.items():
        found[place] += sign * shift / model.temperature
    return found


def taken(one: ParsedFigure, role: Role, said: Sequence[float]) -> list[int]:
    """Positions of the candidates that these scores choose."""
    return chosen_positions(one.layout, RoleScores(one.view, one.candidates, {role: softmax(list(said))}), role)


Chooser = Callable[[ParsedFigure, Role], list[int]]
"""Chooses positions of candidates."""


def by_weights(models: Models, rows: Rows) -> Chooser:
    """The choice of weights alone."""
    return lambda one, role: taken(one, role, scores(one, role, models, rows))


def by_rules(base: Chooser, kept: Sequence[frozenset[str]]) -> Chooser:
    """The choice of the rules that are kept in the article's fold, and of `base` where none applies."""

    def choose(one: ParsedFigure, role: Role) -> list[int]:
        rules = kept[fold_of(one.article.id)]
        fits = next((fits for rule, fits in one.rule_choices[role].items() if rule in rules), None)
        return base(one, role) if fits is None else sorted(fits)

    return choose


def by_tie_break(base: Models, arcs: Models, share: float) -> Chooser:
    """The choice of the base weights; where two answers are close, a share of the arcs' weights is added."""

    def choose(one: ParsedFigure, role: Role) -> list[int]:
        said = scores(one, role, base, plain)
        order = sorted(range(len(said)), key=lambda k: -said[k])[:2]
        if len(order) == 2 and np.exp(said[order[1]] - said[order[0]]) >= TIE:
            more = scores(one, role, arcs, alone)
            for k in order:
                said[k] += share * more[k]
        return taken(one, role, said)

    return choose


def agreement(one: ParsedFigure, role: Role, choice: Sequence[int]) -> tuple[int, int, int]:
    """(agreeing, annotated, said) names."""
    names = one.names
    found: tuple[int, int, int] = count_agreeing(one.label[role], [names[k] for k in choice])
    return found


def is_right(one: ParsedFigure, role: Role, choice: Sequence[int]) -> bool:
    """Whether all names of a choice are right, and none is missing."""
    return len(set(agreement(one, role, choice))) == 1


def best_of_both(base: Chooser) -> Chooser:
    """A bound: the choice of `base`, or of a rule where the rule is right and `base` is wrong."""

    def choose(one: ParsedFigure, role: Role) -> list[int]:
        options = [base(one, role), *map(sorted, one.rule_choices[role].values())]
        return next((choice for choice in options if is_right(one, role, choice)), options[0])

    return choose


class Firing(NamedTuple):
    """How often a rule applied, how often it was right, and how often the base weights were right there."""

    applied: int
    right: int
    base: int


def firings(figures: Sequence[ParsedFigure], base: Chooser) -> Mapping[str, Firing]:
    """How each rule did on these figures."""
    n: Counter[tuple[str, str]] = Counter()
    for one in figures:
        for role in ROLES:
            for rule, fits in one.rule_choices[role].items():
                n[rule, "applied"] += 1
                n[rule, "right"] += is_right(one, role, sorted(fits))
                n[rule, "base"] += is_right(one, role, base(one, role))
    return {name: Firing(n[name, "applied"], n[name, "right"], n[name, "base"]) for name, _, _ in RULES}


def better_rules(figures: Sequence[ParsedFigure], base: Chooser) -> list[frozenset[str]]:
    """For each fold the rules that did better than the base weights on the articles of the other folds."""
    kept = []
    for k in range(FOLDS):
        found = firings([one for one in figures if fold_of(one.article.id) != k], base)
        kept.append(frozenset(rule for rule, row in found.items() if row.right > row.base))
    return kept


def choosers_of(scored: Sequence[ParsedFigure], figures: Sequence[ParsedFigure]) -> Mapping[str, Chooser]:
    """Each chooser by its name; the first does not use the parse."""
    base, arcs, joint = trained(figures, plain), trained(figures, alone), trained(figures, both)
    chooser = by_weights(base, plain)
    every = [frozenset(name for name, _, _ in RULES)] * FOLDS
    for rule, row in firings(scored, chooser).items():
        print(f"rule {rule:<24} applies {row.applied:>5}   right {row.right:>5}   weights right there {row.base:>5}")
    return {
        "without": chooser,
        "arcs alone": by_weights(arcs, alone),
        "(a) features": by_weights(joint, both),
        "(b) rules, all": by_rules(chooser, every),
        "(b) rules, better ones": by_rules(chooser, better_rules(scored, chooser)),
        "(a) and (b), better ones": by_rules(by_weights(joint, both), better_rules(scored, by_weights(joint, both))),
        "(b) best of both": best_of_both(chooser),
        **{f"(c) tie-break, {share}": by_tie_break(base, arcs, share) for share in SHARES},
    }
