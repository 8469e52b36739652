"""How right the claims are, by the annotated articles: as `ledger extract` prints them, and as `ledger claims` does after they are ingested.

Run: python -m benchmarks.quality. The seed articles and the development articles are scored apart; nothing here has been trained away from, see
`benchmarks.unseen` for that.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.texts import gold

Scores = Mapping[str, Any]


def ledger(*words: str | Path) -> str:
    """What a verb of the command line prints."""
    call = [sys.executable, "-c", "from ledger.cli import main; main()", *map(str, words)]
    return subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


def scores(folder: Path, claims: Path) -> Scores:
    """What score.py says of claims (JSON Lines) by the annotated articles of a folder."""
    call = [sys.executable, str(folder.parent / "score.py"), str(folder), str(claims), "--json"]
    told: Scores = json.loads(subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return told


def articles(folder: Path, to: Path) -> tuple[Path, Path]:
    """The annotated articles as text files, and the sidecar that tells their days and publishers."""
    subprocess.run(
        [sys.executable, str(folder.parent / "score.py"), str(folder), "--write-articles", str(to)], check=True
    )
    return to, Path(f"{to}.csv")


def measured(folder: Path) -> Mapping[str, Scores]:
    """The scores of both ways through the command line."""
    with tempfile.TemporaryDirectory() as made:
        texts, sidecar = articles(folder, Path(made) / "articles")
        extracted, kept = Path(made) / "extracted.jsonl", Path(made) / "kept.jsonl"
        extracted.write_text(ledger("extract", texts, "--metadata", sidecar, "--format", "jsonl"), encoding="utf-8")
        book = ("--ledger", Path(made) / "gold.ledger")
        ledger(*book, "ingest", texts, "--metadata", sidecar)
        kept.write_text(ledger(*book, "claims", "--format", "jsonl"), encoding="utf-8")
        return {"extracted": scores(folder, extracted), "in a ledger": scores(folder, kept)}


def shown(value: Any) -> str:
    """A score as per cent: F1 where there is one."""
    share = value["f1"] if isinstance(value, dict) else value
    return "-" if share is None else f"{100 * share:.1f}"


def table(columns: Mapping[str, Scores]) -> None:
    """Print scores side by side, F1 of a hundred or shares of a hundred."""
    first = next(iter(columns.values()))
    print(f"{first['figures']} figures".ljust(16) + "".join(f"{name:>14}" for name in columns))
    for what, value in first.items():
        if not isinstance(value, int):
            print(what.ljust(16) + "".join(f"{shown(told[what]):>14}" for told in columns.values()))


def main() -> int:
    """Print a table for each folder of annotated articles."""
    found = gold()
    for name in ("seeds", "dev") if found is not None else ():
        assert found is not None
        print(f"\n{name}")
        table(measured(found / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
