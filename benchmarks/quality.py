"""How right the claims of annotated articles are: as `ledger extract` prints them, and as `ledger claims` prints them.

    python -m benchmarks.quality --gold FOLDER ... --scorer FILE

Each folder is scored apart. The committed weights have seen such articles; `benchmarks.unseen` scores without that.
"""

import csv
import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.texts import gold_and_scorer

Scores = Mapping[str, Any]


def ledger(*words: str | Path) -> str:
    """What a verb of the command line prints."""
    call = [sys.executable, "-c", "from ledger.cli import main; main()", *map(str, words)]
    return subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


def scores(scorer: Path, folder: Path, claims: Path) -> Scores:
    """What the scorer says of claims (JSON Lines) by the annotated articles of a folder."""
    call = [sys.executable, str(scorer), str(folder), str(claims), "--json"]
    found: Scores = json.loads(subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


def write_articles(folder: Path, to: Path) -> tuple[Path, Path]:
    """Write annotated articles as text files, and a sidecar with their days and publishers; returns both paths."""
    to.mkdir()
    sidecar = Path(f"{to}.csv")
    with sidecar.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(["file", "published", "publisher"])
        for path in sorted(folder.glob("*.json")):
            article = json.loads(path.read_text(encoding="utf-8"))
            (to / f"{path.stem}.txt").write_text(article["text"], encoding="utf-8")
            rows.writerow([f"{path.stem}.txt", article.get("published") or "", f"publisher of {path.stem}"])
    return to, sidecar


def measured(scorer: Path, folder: Path) -> Mapping[str, Scores]:
    """The scores of a folder by both ways through the command line."""
    with tempfile.TemporaryDirectory() as made:
        texts, sidecar = write_articles(folder, Path(made) / "articles")
        extracted, kept = Path(made) / "extracted.jsonl", Path(made) / "kept.jsonl"
        extracted.write_text(ledger("extract", texts, "--metadata", sidecar, "--format", "jsonl"), encoding="utf-8")
        book = ("--ledger", Path(made) / "gold.ledger")
        ledger(*book, "ingest", texts, "--metadata", sidecar)
        kept.write_text(ledger(*book, "claims", "--format", "jsonl"), encoding="utf-8")
        return {
            "extracted": scores(scorer, folder, extracted),
            "in a ledger": scores(scorer, folder, kept),
        }


def share(value: Any) -> float | None:
    """A score as a share: F1 where there is one."""
    found: float | None = value["f1"] if isinstance(value, dict) else value
    return found


def percent(value: Any) -> str:
    """A score in per cent.

    >>> percent({"p": 0.5, "r": 1.0, "f1": 2 / 3}), percent(0.25), percent(None)
    ('66.7', '25.0', '-')
    """
    found = share(value)
    return "-" if found is None else f"{100 * found:.1f}"


def print_table(columns: Mapping[str, Scores]) -> None:
    """Print scores side by side in per cent; a score that a column lacks is "-"."""
    rows = {what: value for column in columns.values() for what, value in column.items()}
    print(f"{rows['figures']} figures".ljust(16) + "".join(f"{name:>14}" for name in columns))
    for what, value in rows.items():
        if not isinstance(value, int):
            print(what.ljust(16) + "".join(f"{percent(column.get(what)):>14}" for column in columns.values()))


def main() -> int:
    """Print a table for each folder of annotated articles."""
    folders, scorer, _ = gold_and_scorer(ArgumentParser(description=(__doc__ or "").partition("\n")[0]))
    for folder in folders:
        print(f"\n{folder.name}")
        print_table(measured(scorer, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
