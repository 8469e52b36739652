"""How many of the annotated names are among the candidates, and how many more a proposal of spans would add.

    python -m training.network.coverage --gold FOLDER ...

Proposed are the runs of capitalised words that no mention covers wholly. For each set: the share of the actors and
recipients of commitments for which some candidate stands, before and after, and the candidates of an article.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable

from ledger.attribute.labels.classify import COMMITMENTS
from ledger.attribute.names.mentions import mentions
from ledger.attribute.roles.view import ROLES
from training.corpus.agreement import count_agreeing
from training.corpus.annotated import Article, add_gold, read_sets

CAPITALISED = r"[A-ZÀ-Þ][\w’'&.-]*"
RUN = re.compile(rf"{CAPITALISED}(?:\s+(?:(?:of|de|du|für|and|&|the|for|la|el)\s+)?{CAPITALISED})*")


def proposals(text: str, covered: Iterable[tuple[int, int]]) -> set[str]:
    """The runs of capitalised words in `text` that the `covered` spans do not hold wholly.

    >>> proposals("Kenya and Big Rapids got $3bn.", [(0, 5)])
    {'Kenya and Big Rapids'}
    >>> proposals("Kenya got $3bn.", [(0, 5)])
    set()
    """
    known = bytearray(len(text))
    for start, end in covered:
        known[start:end] = b"\1" * (end - start)
    return {run.group() for run in RUN.finditer(text) if not all(known[run.start() : run.end()])}


def count_names(article: Article) -> Counter[str]:
    """Of an article: candidates, proposals, and for each role the names annotated, found, and found with proposals."""
    found = mentions(article.text, article.segments)
    names = {mention.name for mention in found}
    more = proposals(article.text, [(mention.start, mention.end) for mention in found])
    n = Counter({"articles": 1, "candidates": len(names), "proposals": len(more)})
    for label in article.labels:
        if not label["optional"] and label["measure"] in COMMITMENTS:
            for role, annotated in ((role, label[role]) for role in ROLES):
                known = [_stands(name, names) for name in annotated]
                told = [before or _stands(name, more) for before, name in zip(known, annotated, strict=True)]
                n.update({role: len(annotated), f"{role} before": sum(known), f"{role} after": sum(told)})
    return n


def _stands(name: str, among: Iterable[str]) -> bool:
    return any(count_agreeing([name], [one])[0] for one in among)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    for one in read_sets(parser.parse_args().gold):
        n = sum((count_names(article) for article in one.articles), Counter[str]())
        candidates, more = (n[what] / n["articles"] for what in ("candidates", "proposals"))
        print(f"{one.name}: {candidates:.1f} candidates an article, {more:.1f} more with proposals")
        for role in ROLES:
            before, after = (100 * n[f"{role} {when}"] / n[role] for when in ("before", "after"))
            print(f"  {role:<10}{n[role]:>6} names, {before:.1f} % among the candidates, {after:.1f} % with proposals")


if __name__ == "__main__":
    main()
