"""The texts that are measured on: the seed articles, and annotated ones where folders of them are given."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def add_gold(parser: ArgumentParser) -> None:
    """Add the argument `--gold`: folders of annotated articles, one JSON file each."""
    parser.add_argument(
        "--gold", nargs="+", type=Path, default=[], metavar="FOLDER", help="folders of annotated articles"
    )


def add_scorer(parser: ArgumentParser) -> None:
    """Add the argument `--scorer`: the program that scores claims by a folder of annotated articles."""
    parser.add_argument(
        "--scorer", type=Path, metavar="FILE", help="Python program, called as FILE FOLDER CLAIMS.jsonl --json"
    )


def add_folds(parser: ArgumentParser) -> None:
    """Add the argument `--folds`: the models of each fold."""
    parser.add_argument(
        "--folds", type=Path, metavar="FOLDER", help="models of each fold, of python -m training.linear.train --folds"
    )


def add_networks(parser: ArgumentParser) -> None:
    """Add the argument `--networks`: the networks of each fold."""
    parser.add_argument(
        "--networks", type=Path, metavar="FOLDER", help="networks of each fold, of python -m training.network.train"
    )


def gold_and_scorer(parser: ArgumentParser) -> tuple[list[Path], Path, Namespace]:
    """The folders, the scorer and all options of the command line; without both the program ends and says so."""
    add_gold(parser)
    add_scorer(parser)
    options = parser.parse_args()
    if not options.gold or options.scorer is None:
        parser.error("--gold and --scorer are needed")
    return options.gold, options.scorer, options


def news(gold: Sequence[Path] = ()) -> list[str]:
    """The texts of the seed articles and of annotated ones."""
    seeds = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    annotated = [path for folder in gold for path in sorted(folder.glob("*.json"))]
    return seeds + [json.loads(path.read_text(encoding="utf-8"))["text"] for path in annotated]
