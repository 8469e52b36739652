"""The texts that are measured on: the seed articles, and the annotated ones where they are there."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOLD = (ROOT / ".." / "shared" / "gold").resolve()
"""Annotated articles, beside the project where they are there at all: folders `seeds` and `dev`, and `score.py`, which judges claims by them."""


def gold() -> Path | None:
    """The folder of annotated articles, or None, told on standard output, where it is not there."""
    if (GOLD / "score.py").is_file():
        return GOLD
    print("skipped: no annotated articles (../shared/gold) beside the project")
    return None


def news() -> list[str]:
    """The seed articles and, where the annotated articles are there, theirs."""
    seeds = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    annotated = sorted((GOLD / "dev").glob("*.json")) if GOLD.is_dir() else []
    return seeds + [json.loads(path.read_text(encoding="utf-8"))["text"] for path in annotated]
