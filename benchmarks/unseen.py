"""Out-of-fold quality: each annotated article attributed by weights that were trained on the other articles alone.

    python -m training.linear.train --gold FOLDER[=WEIGHT] ... --folds MODELS
    python -m benchmarks.unseen --gold FOLDER ... --scorer FILE --folds MODELS [--networks NETWORKS]

The first command trains; it takes a quarter of an hour. `--networks` is the folder of `training.network.train`: the
articles are read by the networks that have not seen them too. The folds are by article over all folders together, and
the written articles are trained on in every fold. The second reads each article by the models that have not seen it,
stores the claims of a folder in a ledger, and scores what `ledger claims` prints of it. The committed weights stand
beside them. A table of reliability follows: of the answers with some confidence, how many are right.
"""

import json
import sys
import tempfile
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import ledger
from benchmarks.part_links import print_links
from benchmarks.quality import Scores, print_table, scores
from benchmarks.texts import add_folds, add_networks, gold_and_scorer
from ledger.attribute import attribute_parts, claims_from, sums_read
from ledger.attribute.attributors import NetworkAttributor
from ledger.book.ingest import document_of, now
from ledger.extraction import extract_figures
from ledger.models.linear import Model
from ledger.pipeline import Reading
from ledger.relate import relate
from ledger.rows import json_text
from ledger.segment import segment
from ledger.validate import validate
from schemas import COMMITMENT_MEASURES, Figure
from training.corpus.agreement import count_agreeing
from training.corpus.annotated import Article, read_sets
from training.linear.crossfold import fold_of, kept_models
from training.linear.reliability import Answer, print_reliability

Models = Mapping[str, Model] | None
Row = dict[str, Any]


def fold_attributors(work: Path) -> Sequence[NetworkAttributor]:
    """The attributor of the network of each fold."""
    from training.network.folds import fold_networks  # noqa: PLC0415 - needs the extra `train`
    from training.network.train import base_folder  # noqa: PLC0415

    return [network.attribute for network in fold_networks(work, base_folder(None))]


def reading(article: Article, models: Models, network: NetworkAttributor | None = None) -> Reading:
    """An article read by `models` in place of the committed ones, and by a network where one is given."""
    document = document_of(article.text, article.published, source=f"{article.id}.txt")
    document = document.model_copy(update={"publisher": f"publisher of {article.id}"})
    segments = segment(article.text)
    figures = extract_figures(article.text, segments, article.published)
    parts = tuple(attribute_parts(document, segments, figures, models=models, network=network))
    claims = claims_from(document, parts)
    kept, refused = validate(
        document, relate(document, segments, claims, models=models, read=sums_read(document, parts))
    )
    return Reading(document, kept, refused)


def rows(articles: Iterable[Article], read: Callable[[Article], Reading]) -> list[Row]:
    """The claims of the articles as `ledger claims --format jsonl` prints them, of a ledger that holds them all."""
    with tempfile.TemporaryDirectory() as made:
        book = ledger.open(Path(made) / "unseen.ledger")
        book.add([read(article) for article in articles], now())
        return [json.loads(json_text(row)) for row in book.rows().iter_rows(named=True)]


def scored(scorer: Path, folder: Path, said: Iterable[Row]) -> Scores:
    """The scores of claims."""
    with tempfile.TemporaryDirectory() as made:
        claims = Path(made) / "claims.jsonl"
        claims.write_text("".join(f"{json.dumps(row)}\n" for row in said), encoding="utf-8")
        return scores(scorer, folder, claims)


def answers(articles: Sequence[Article], said: Iterable[Row]) -> Mapping[str, list[Answer]]:
    """For each attribute the confidence of every answer and whether it is right, of claims with a right amount."""
    by_article: dict[str, list[Row]] = defaultdict(list)
    for row in said:
        by_article[Path(row["source"]).stem].append(row)
    found: dict[str, list[Answer]] = defaultdict(list)
    for article in articles:
        for figure, label in zip(article.figures, article.labels, strict=True):
            rows_here = [row for row in by_article[article.id] if same_amount(figure, row)]
            if rows_here and not label["optional"]:
                for what, confidence, is_right in answers_of(label, rows_here[0]):
                    found[what].append((confidence, is_right))
    return found


def same_amount(figure: Figure, row: Row) -> bool:
    """Whether a claim overlaps a figure and has its bounds."""
    bounds = (figure.lower, figure.upper)
    same = all((a is None) == (b is None) and (a is None or float(a) == float(b)) for a, b in _pairs(bounds, row))
    return figure.start < row["end"] and row["start"] < figure.end and same


def _pairs(bounds: Sequence[Any], row: Row) -> Iterator[tuple[Any, Any]]:
    return zip(bounds, (row["lower"], row["upper"]), strict=True)


def answers_of(label: Mapping[str, Any], row: Row) -> Iterator[tuple[str, float, bool]]:
    """Attribute, confidence and whether it is right, of one claim."""
    yield "measure", row["measure_evidence"]["confidence"], label["measure"] == row["measure"]
    if label["measure"] not in COMMITMENT_MEASURES or row["measure"] not in COMMITMENT_MEASURES:
        return
    yield "stage", row["stage_evidence"]["confidence"], label["stage"] == row["stage"]
    for role in ("actor", "recipient"):
        for name in row[f"{role}_said"]:
            yield role, name["confidence"], bool(count_agreeing(label[role], [name["name"]])[0])


def main() -> int:
    """Print the out-of-fold scores beside those of the committed weights, then the reliability of the former."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_folds(parser)
    add_networks(parser)
    folders, scorer, options = gold_and_scorer(parser)
    if options.folds is None:
        parser.error("--folds is needed")
    sets = read_sets((folder, 1.0) for folder in folders)
    folds = kept_models(options.folds)
    networks = fold_attributors(options.networks) if options.networks is not None else []
    for folder, one in zip(folders, sets, strict=True):
        unseen = rows(one.articles, lambda article: reading(article, folds[fold_of(article.id)]))
        columns = {"out of fold": unseen, "committed": rows(one.articles, lambda article: reading(article, None))}
        if networks:
            unseen = columns["network out of fold"] = rows(
                one.articles,
                lambda article: reading(article, folds[fold_of(article.id)], networks[fold_of(article.id)]),
            )
        print(f"\n{one.name}")
        print_table({name: scored(scorer, folder, said) for name, said in columns.items()})
        print_links(one.articles, unseen)
        for what, some in answers(one.articles, unseen).items():
            print_reliability(what, some)
    return 0


if __name__ == "__main__":
    sys.exit(main())
