"""One hash over all that the fast attributor says of a set of articles: what must stay when only the pace changes.

    python -m benchmarks.answers [--gold FOLDER ...] [--lines FILE]

The articles are the seeds, some templates of `benchmarks.scale`, and annotated ones where folders are given. Two
versions that print the same hash give the same claims, problems and confidences for all of them; `--lines` writes a
line for each, so that two such files show what differs.
"""

import argparse
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from benchmarks.scale import article
from benchmarks.speed import document
from benchmarks.texts import add_gold, news
from ledger.options import Attributor
from ledger.pipeline import claims_of

TEMPLATES = 20
"""How many articles of templates."""


def articles() -> list[str]:
    """The articles of the repository itself."""
    return [*news(), *(article(number).text for number in range(TEMPLATES))]


def answers(texts: Iterable[str]) -> Iterator[str]:
    """What is said of each text, a line for each claim and problem, as JSON."""
    for number, text in enumerate(texts):
        reading = claims_of(document(text), attributor=Attributor.FAST)
        for said in (*reading.claims, *reading.problems):
            yield f"{number} {said.model_dump_json()}"


def main() -> None:
    """Print the hash."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    parser.add_argument("--lines", type=Path, metavar="FILE", help="write the answers too")
    options = parser.parse_args()
    texts = [*articles(), *news(options.gold)[len(news()) :]]
    lines = "".join(f"{line}\n" for line in answers(texts))
    if options.lines:
        options.lines.write_text(lines, encoding="utf-8")
    found = sha256(lines.encode()).hexdigest()
    print(f"{found}  {lines.count(chr(10)):,} claims and problems of {len(texts):,} articles")


if __name__ == "__main__":
    main()
