"""Measure speed and quality, and print ratios of one run: `python -m benchmarks [PART …]`.

Parts run one after the other, each in a process of its own, so that memory and warm caches of one are not another's. A part's own options, such as
a smaller size, are given to it alone: `python -m benchmarks.resolve_scale --claims 10000`.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True)
class Part:
    """What a part measures, and the packages it needs beside the ledger's own."""

    about: str
    needs: tuple[str, ...] = ()


PARTS: Mapping[str, Part] = {
    "quality": Part("claims of the annotated articles, scored: extracted, and in a ledger"),
    "unseen": Part(
        "the same by weights that have not seen the article, beside the whole; how honest confidences are",
        ("sklearn", "scipy"),
    ),
    "reader": Part("the network beside the features: out of fold, and what it costs", ("onnxruntime", "tokenizers")),
    "speed": Part("characters a second against quantulum3, growth with length, memory, hostile texts"),
    "fuzz": Part("100,000 random sums composed from the lexicons: how many are read with the right value and unit"),
    "resolve_scale": Part("a million claims resolved, and one article added to them"),
    "totals_scale": Part("totals over ten million claims against DuckDB", ("duckdb",)),
    "export_scale": Part("a workbook of 100,000 claims against a bare dump of its cells"),
}


def measured(name: str) -> bool:
    """Run one part; False where it failed."""
    print(f"\n== {name}: {PARTS[name].about}", flush=True)
    if missing := [package for package in PARTS[name].needs if find_spec(package) is None]:
        print(f"skipped: {', '.join(missing)} not installed; pip install '.[dev]'")
        return True
    begun = time.perf_counter()
    code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    print(f"({time.perf_counter() - begun:.0f} s)", flush=True)
    return code == 0


def main(arguments: Sequence[str]) -> int:
    """Run the parts named, or all; exit code 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; all of them unless you name some"
    )
    parts = parser.parse_args(arguments).parts
    if unknown := [name for name in parts if name not in PARTS]:
        parser.error(f"no part {unknown[0]}: choose from {', '.join(PARTS)}")
    failed = [name for name in parts or PARTS if not measured(name)]
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
