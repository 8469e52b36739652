"""Measure whether a dependency parse of the figures' sentences helps actor and recipient, on unseen articles.

    python -m training.experiments.parse.compare --gold FOLDER ... [--every N]   (needs the extras `nlp` and `weights`)

It did not: as features it changed actor F1 by +0.4 out of fold (−0.5 to +1.3), as rules by −1.8, as a tie-break by −0.3
at best; so the ledger goes without it.

Weights are trained with and without the parse on the same folds: on the annotated articles and on every Nth of the
written ones, with measures by weights that have not seen the article. The parse is used in three ways:

- features: the arcs between name and figure are features beside the others;
- rules: "the subject of a giving verb gives" and the like settle a role where they apply; all rules, or those that did
  better in the other folds;
- tie-break: between the two likeliest answers, weights of the arcs alone have a say.

"Best of both" is an upper bound: it takes the answer of a rule just where the rule is right and the weights are wrong.
The last table says where the right names stand: a parse can help only in the figure's own sentence.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from ledger.attribute.labels.classify import COMMITMENTS
from ledger.attribute.roles.view import ROLES, Role
from schemas import Kind
from training.corpus.annotated import Article, add_gold, read_sets
from training.corpus.articles import written_articles
from training.experiments.parse.choosers import Chooser, agreement, choosers_of, is_right
from training.experiments.parse.figures import ParsedFigure, parsed_figures
from training.experiments.parse.parser import Parser
from training.linear.documents import labelled_document
from training.linear.labels import train_labels
from training.linear.role_model import Array
from training.linear.roles import predicted_measures

DRAWS = 2000
"""Bootstrap samples."""
COLUMNS = ("actor F1", "recipient F1", "row-like")


def counts(figures: Sequence[ParsedFigure], chooser: Chooser) -> Array:
    """The counts of each article, two columns for each of `COLUMNS`: what is right, and of how many.

    For names the second is the mean of annotated and chosen ones, so that the ratio is F1.
    """
    numbers = {name: k for k, name in enumerate(sorted({one.article.id for one in figures}))}
    found = np.zeros((len(numbers), 6))
    for one in figures:
        row = found[numbers[one.article.id]]
        for column, role in enumerate(ROLES):
            agreeing, want, have = agreement(one, role, chooser(one, role))
            row[2 * column : 2 * column + 2] += agreeing, (want + have) / 2
            if role == "actor" and one.label["kind"] == Kind.MONEY:
                row[4:] += agreeing == want == have and one.view.measure in COMMITMENTS, 1
    return found


def shares(table: Array) -> Array:
    """The values of `COLUMNS` in per cent, with counts summed over articles (the last axis but one)."""
    total = table.sum(axis=-2)
    found: Array = 100 * total[..., ::2] / np.maximum(total[..., 1::2], 1)
    return found


def bounds(table: Array, base: Array) -> Array:
    """The 95 % interval of the differences, by bootstrap over articles; one row for each of `COLUMNS`."""
    draws = np.random.default_rng(7).integers(0, len(table), (DRAWS, len(table)))
    found: Array = np.percentile(shares(table[draws]) - shares(base[draws]), [2.5, 97.5], axis=0).T
    return found


def print_table(choosers: Mapping[str, Array]) -> None:
    """Print the values of each chooser, and its differences to the first with their intervals."""
    base = next(iter(choosers.values()))
    print(f"\n{'':<26}" + "".join(f"{column:>32}" for column in COLUMNS))
    for name, table in choosers.items():
        cells = zip(shares(table), shares(table) - shares(base), bounds(table, base), strict=True)
        print(
            f"{name:<26}"
            + "".join(
                f"{value:>12.1f} {change:>+5.1f} ({low:>+5.1f} {high:>+5.1f})" for value, change, (low, high) in cells
            )
        )


def where(one: ParsedFigure, role: Role) -> str:
    """Where the right names of a figure stand."""
    if not one.label[role]:
        return "no name is right"
    right = one.case.right[role]
    if not right:
        return "no candidate is right"
    here = {member for o in one.layout.rows[one.view.row].occurrences for member in o.members}
    return "in its sentence" if any(one.candidates[k] in here for k in right) else "in other sentences"


def print_places(figures: Sequence[ParsedFigure], chooser: Chooser) -> None:
    """Print where the right names of figures stand, and how many of them a chooser gets right."""
    n: Counter[tuple[Role, str, bool]] = Counter(
        (role, where(one, role), is_right(one, role, chooser(one, role))) for one in figures for role in ROLES
    )
    for role, place in sorted({(role, place) for role, place, _ in n}):
        right, wrong = n[role, place, True], n[role, place, False]
        print(f"{role:<10} {place:<24} figures {right + wrong:>5}   right without the parse {right:>5}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    parser.add_argument("--every", type=int, default=3, metavar="N", help="train on every Nth written article (3)")
    options = parser.parse_args()
    annotated = [article for one in read_sets(options.gold) for article in one.articles]
    written = list(written_articles())[:: options.every]
    documents = [labelled_document(article) for article in (*annotated, *written)]
    predicted, parse = predicted_measures(documents, train_labels(documents)), Parser()

    def figures_of(articles: Sequence[Article]) -> list[ParsedFigure]:
        return [one for article in articles for one in parsed_figures(parse, article, predicted[article.id])]

    compare(figures_of(annotated), figures_of(written))


def compare(annotated: Sequence[ParsedFigure], written: Sequence[ParsedFigure]) -> None:
    """Train on all these figures, and print how each chooser does on the annotated commitments."""
    scored = [one for one in annotated if one.is_scored]
    print(f"{len(scored)} commitments among {len(annotated)} annotated figures, {len(written)} written figures")
    choosers = choosers_of(scored, [*annotated, *written])
    print_table({name: counts(scored, chooser) for name, chooser in choosers.items()})
    print_places(scored, choosers["without"])


if __name__ == "__main__":
    main()
