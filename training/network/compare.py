"""Compare encoders, numbers of articles, or ways to train: what a network learns from written articles alone.

    python -m training.network.compare WORK --gold FOLDER ... [--base FOLDER] [--folds FOLDER]
        [--articles NUMBER] [--rounds NUMBER] [--names SHARE] [--pages SHARE] [--without-relations]

trains from the encoder `--base` on so many written articles, every so manyth of them, and prints the scores on the
annotated ones, of which it has seen none, with the CPU seconds and the tokens of a round. `--names` is how often the
names of an article are swapped, `--pages` is how often an article is shown inside a page, and `--without-relations`
learns no relations of sums. Needs the extra `train`.
"""

import argparse
from pathlib import Path
from time import process_time

import torch

from ledger.attribute.network.network import tokenizer_from
from training.corpus.annotated import add_gold, read_sets
from training.network.augment import NAMES
from training.network.data import kept_data
from training.network.evaluate import evaluate, network_scores, tuned_settings
from training.network.loss import WEIGHTS
from training.network.pages import PAGES
from training.network.train import (
    LEARNING_RATE,
    Course,
    add_base,
    add_folds,
    base_folder,
    lessons_of,
    untrained,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("work", type=Path, help="folder for what is made; one for each encoder")
    parser.add_argument("--articles", type=int, default=800, help="written articles")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--names", type=float, default=NAMES, help="how often the names of an article are swapped")
    parser.add_argument("--pages", type=float, default=PAGES, help="how often an article is shown inside a page")
    parser.add_argument("--without-relations", action="store_true", help="learn no relations of sums")
    add_gold(parser)
    add_base(parser)
    add_folds(parser)
    options = parser.parse_args()
    base = base_folder(options.base)
    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    data = kept_data(options.work / "data.pickle", read_sets(options.gold), base, options.folds)
    step = len(data.written) / options.articles
    documents = [data.written[int(number * step)] for number in range(options.articles)]
    tokens = sum(len(lesson.passage.ids) for one in documents for lesson in lessons_of(one, one.encoded))
    net, begun = untrained(base), process_time()
    relations = 0.0 if options.without_relations else WEIGHTS["relations"]
    way = f"{options.names}-{options.pages}{'-bare' * options.without_relations}"
    checkpoint = options.work / f"{options.articles}-{options.rounds}-{way}.checkpoint"
    Course(net, documents, options.rounds, LEARNING_RATE, checkpoint, options.names, relations, options.pages).run(
        tokenizer_from(base / "tokenizer.json"), torch.device("cpu")
    )
    seconds = (process_time() - begun) / options.rounds
    found = network_scores(net, data.annotated)
    settings = tuned_settings(found)
    print(f"{len(documents):,} articles, {options.rounds} rounds of {tokens:,} tokens and {seconds:.0f} CPU s each")
    for name, some in data.sets.items():
        for attributor, row in evaluate(some, found, settings).items():
            print(f"{name:<6} {attributor:<10}" + "".join(f"{what} {value:>6}   " for what, value in row.items()))


if __name__ == "__main__":
    main()
