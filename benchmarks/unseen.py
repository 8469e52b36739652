"""Out-of-fold quality: each annotated article is attributed by weights that were trained on other articles alone, beside the committed weights.

Run: python -m benchmarks.unseen. Training takes minutes. A table of reliability follows: of all that was given a confidence, how much was right.
"""

import importlib.util
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.quality import scores, table
from benchmarks.texts import gold
from ledger.attribute.assemble import attribute
from ledger.book.ingest import document_of
from ledger.extraction import extract_figures
from ledger.models.linear import Model
from ledger.rows import claim_rows, json_text
from ledger.tables import frame_of
from schemas import Claim, Document
from training.crossfold import fold_of
from training.gold import Article
from training.gold import articles as annotated
from training.reliability import reliability
from training.written import written_articles

Models = Mapping[str, Model] | None
Row = dict[str, Any]


def fold_models(articles: Sequence[Article]) -> list[dict[str, Model]]:
    """For each fold the models that have not seen it; the written articles are learned from as well, as for the committed weights."""
    from training import train_roles  # noqa: PLC0415 - it wants the annotated articles at once

    return train_roles.fold_models([*articles, *written_articles()])


def rows(articles: Iterable[Article], models_of: Callable[[str], Models]) -> list[Row]:
    """The claims of the articles as `ledger extract --format jsonl` prints them."""
    claims: list[Claim] = []
    documents: list[Document] = []
    for article in articles:
        document = document_of(article.text, article.published, source=f"{article.id}.txt")
        figures = extract_figures(article.text, article.segments, article.published)
        claims += attribute(document, article.segments, figures, models=models_of(article.id))
        documents.append(document)
    frame = claim_rows(frame_of(Claim, claims).lazy(), frame_of(Document, documents).lazy()).collect()
    return [json.loads(json_text(row)) for row in frame.iter_rows(named=True)]


def scored(folder: Path, said: Iterable[Row]) -> Mapping[str, Any]:
    """The scores of claims."""
    with tempfile.TemporaryDirectory() as made:
        claims = Path(made) / "claims.jsonl"
        claims.write_text("".join(f"{json.dumps(row)}\n" for row in said), encoding="utf-8")
        return scores(folder, claims)


def judge(folder: Path) -> ModuleType:
    """score.py as a module."""
    spec = importlib.util.spec_from_file_location("score", folder.parent / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def told(score: ModuleType, want: Row, said: Row) -> Iterable[tuple[str, float, bool]]:
    """Attribute, confidence and whether it is right, of one claim whose figure is right."""
    yield "measure", said["measure_evidence"]["confidence"], want["measure"] == said["measure"]
    if not (score.is_commitment(want) and score.is_commitment(said)):
        return
    yield "stage", said["stage_evidence"]["confidence"], want["stage"] == said["stage"]
    for role in ("actor", "recipient"):
        for name in said[f"{role}_said"]:
            yield role, name["confidence"], bool(score.names_agree(want[role], [name["name"]])[0])


def answers(folder: Path, said: Iterable[Row]) -> Mapping[str, list[tuple[float, bool]]]:
    """Attribute → the confidence of each answer, and whether it is right."""
    score = judge(folder)
    by_article: dict[str, list[Row]] = defaultdict(list)
    for row in said:
        by_article[Path(row["source"]).stem].append(row)
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for name, article in score.read_gold(folder).items():
        mine = by_article[name]
        for want, have in score.pair(article["figures"], mine).items():
            figure = article["figures"][want]
            if not figure["optional"] and score.is_right(figure, mine[have]):
                for what, confidence, is_right in told(score, figure, mine[have]):
                    found[what].append((confidence, is_right))
    return found


def print_reliability(found: Mapping[str, Iterable[tuple[float, bool]]]) -> None:
    """Print, for each band of confidence, the number of answers, their mean confidence and the share of them that is right."""
    for what, some in found.items():
        print(f"\n{what:<14}{'answers':>10}{'confidence':>12}{'right':>8}")
        for band in reliability(some):
            print(
                f"{band.low:.1f} to {band.high:.1f}".ljust(14)
                + f"{band.count:>10}{100 * band.confidence:>12.1f}{100 * band.right:>8.1f}"
            )


def main() -> int:
    """Print the out-of-fold scores beside those of the committed weights, then the reliability of the former."""
    found = gold()
    if found is None:
        return 0
    folder = found / "dev"
    articles = list(annotated(folder))
    folds = fold_models(articles)
    unseen = rows(articles, lambda name: folds[fold_of(name)])
    whole = rows(articles, lambda _: None)
    table({"out of fold": scored(folder, unseen), "whole": scored(folder, whole)})
    print_reliability(answers(folder, unseen))
    return 0


if __name__ == "__main__":
    sys.exit(main())
