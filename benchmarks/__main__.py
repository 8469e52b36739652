"""Measure speed and quality, and print ratios of one run.

    python -m benchmarks [PART ...] [--gold FOLDER ...] [--scorer FILE]

Parts run one after the other, each in its own process, so that memory and warm caches of one do not help another. Parts
that need annotated articles or a scorer are skipped without them, and say so. Options of one part, such as a smaller
size, are given to that part alone: `python -m benchmarks.resolve_scale --claims 10000`.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from benchmarks.texts import add_folds, add_gold, add_networks, add_scorer


@dataclass(frozen=True)
class Part:
    """What a part measures, and what it needs beside the ledger."""

    about: str
    packages: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    """Arguments without which the part is skipped."""
    optional: tuple[str, ...] = ()
    """Arguments that the part takes where they are given."""


PARTS: Mapping[str, Part] = {
    "quality": Part(
        "scores of the claims of annotated articles: extracted, and in a ledger", arguments=("gold", "scorer")
    ),
    "unseen": Part(
        "the same by weights that have not seen the article, beside the committed weights; reliability of confidences",
        ("sklearn", "scipy"),
        ("gold", "scorer", "folds"),
        ("networks",),
    ),
    "network": Part(
        "the network beside the features: scores out of fold, and what it costs",
        ("onnxruntime", "tokenizers"),
        optional=("gold", "scorer", "folds", "networks"),
    ),
    "speed": Part(
        "characters a second against quantulum3, growth with length, memory, hostile texts", optional=("gold",)
    ),
    "fuzz": Part("100,000 random sums composed from the lexicons: how many are read with the right value and unit"),
    "formats": Part("documents a second of each format that is read, as ratios to plain text", ("reportlab",)),
    "retold": Part("pledges recognised across articles written from templates: precision and recall of pairs"),
    "resolve_scale": Part("a million claims resolved, and one article added to them"),
    "totals_scale": Part("totals over ten million claims against DuckDB", ("duckdb",)),
    "scale": Part("2,000 articles by one worker, two, and a cluster; the driver's memory; the pace", ("distributed",)),
    "export_scale": Part("a workbook of 100,000 claims against a bare dump of its cells"),
}
HELP = {
    "gold": "annotated articles (--gold FOLDER ...)",
    "scorer": "a scorer (--scorer FILE)",
    "folds": "models (--folds FOLDER)",
}


def measured(name: str, given: Mapping[str, Sequence[str]]) -> bool:
    """Run one part with the arguments that it takes; False where it failed."""
    part = PARTS[name]
    print(f"\n== {name}: {part.about}", flush=True)
    if missing := [package for package in part.packages if find_spec(package) is None]:
        print(f"skipped: {', '.join(missing)} not installed; pip install '.[dev]'")
        return True
    if missing := [HELP[argument] for argument in part.arguments if not given[argument]]:
        print(f"skipped: needs {' and '.join(missing)}")
        return True
    taken = [name for name in (*part.arguments, *part.optional) if given[name]]
    words = [word for argument in taken for word in (f"--{argument}", *given[argument])]
    begun = time.perf_counter()
    code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *words], check=False).returncode
    print(f"({time.perf_counter() - begun:.0f} s)", flush=True)
    return code == 0


def main(arguments: Sequence[str]) -> int:
    """Run the parts named, or all; exit code 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; all by default")
    add_gold(parser)
    add_scorer(parser)
    add_folds(parser)
    add_networks(parser)
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.parts if name not in PARTS]:
        parser.error(f"{unknown[0]!r} is not a valid part; choose from {', '.join(PARTS)}")
    given = {
        "gold": list(map(str, options.gold)),
        "scorer": [str(options.scorer)] if options.scorer else [],
        "folds": [str(options.folds)] if options.folds else [],
        "networks": [str(options.networks)] if options.networks else [],
    }
    failed = [name for name in options.parts or PARTS if not measured(name, given)]
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
