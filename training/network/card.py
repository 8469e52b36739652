"""The tables of the model card, from what was measured while the committed network was trained.

    python -m training.network.card

writes them anew between the marks in `docs/model-card.md`. The figures are those of the settings file of the package.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ledger.models.files import model_data

CARD = Path(__file__).resolve().parents[2] / "docs" / "model-card.md"
MEASURED = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end of measured -->)", re.DOTALL)
SETS = {"dev": "news articles", "real": "web pages"}
"""The annotated sets that figures are told of; the seed articles are too few."""
NAMES = {
    "class": "commitment or statistic",
    "measure": "measure",
    "measure of money": "measure of amounts of money",
    "stage": "stage",
    "actor": "actor, F1",
    "recipient": "recipient, F1",
    "fields": "fields, F1",
    "row": "row, F1",
}


def tables(note: Mapping[str, Any]) -> str:
    """The tables of scores, of reliability and of agreement in eight bits, as Markdown."""
    blocks = (_scores(note["out_of_fold"]), _reliability(note["reliability"]), _agreement(note["eight_bits_agree"]))
    return "\n" + "\n\n".join("\n".join(block) for block in blocks) + "\n\n"


def _scores(scores: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[str]:
    heads = [f"{name}, {attributor}" for name in SETS.values() for attributor in ("fast", "accurate", "gain")]
    yield from _head(["", *heads])
    for what, said in NAMES.items():
        cells = []
        for name in SETS:
            fast, accurate = (scores[name][attributor][what] for attributor in ("fast", "accurate"))
            cells += [f"{fast:.1f}", f"{accurate:.1f}", f"{accurate - fast:+.1f}"]
        yield _row([said, *cells])


def _reliability(sets: Mapping[str, Mapping[str, Sequence[Sequence[float]]]]) -> Iterator[str]:
    yield "Of the answers with a stated confidence in each tenth, the share that is right, and how many there are."
    yield "The last line is the expected calibration error: how far the two lie apart, in points."
    for name, said in SETS.items():
        columns = [_tenths(rows) for rows in sets[name].values()]
        yield ""
        yield from _head([said, *sets[name]])
        for tenth in range(10):
            if any(tenth in column for column in columns):
                cells = [_share_right(*column[tenth]) if tenth in column else "" for column in columns]
                yield _row([f"{tenth / 10:.1f} to {tenth / 10 + 0.1:.1f}", *cells])
        yield _row(["error", *(f"{100 * _calibration_error(rows):.1f}" for rows in sets[name].values())])


def _tenths(rows: Iterable[Sequence[float]]) -> dict[int, tuple[float, float]]:
    """Tenth of the confidence → how many answers, and the share that is right."""
    found: dict[int, tuple[float, float]] = {}
    for count, stated, right in rows:
        tenth = min(9, int(10 * stated))
        before, share = found.get(tenth, (0, 0.0))
        found[tenth] = before + count, (before * share + count * right) / (before + count)
    return found


def _share_right(count: float, right: float) -> str:
    return f"{100 * right:.0f} % of {count:,}"


def _calibration_error(rows: Sequence[Sequence[float]]) -> float:
    return sum(count * abs(stated - right) for count, stated, right in rows) / sum(count for count, _, _ in rows)


def _agreement(shares: Mapping[str, float]) -> Iterator[str]:
    yield "In eight bits the network gives the same answer as in floating point for this share of figures:"
    yield ""
    yield from _head(list(shares))
    yield _row([f"{100 * share:.1f} %" for share in shares.values()])


def _head(cells: Sequence[str]) -> Iterator[str]:
    yield _row(cells)
    yield "|" + "---|" * len(cells)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def filled(card: str, note: Mapping[str, Any]) -> str:
    """The text of a model card with its tables written anew."""
    return MEASURED.sub(lambda _: tables(note), card)


def write_card(note: Mapping[str, Any]) -> None:
    """Write the tables of `docs/model-card.md` anew."""
    CARD.write_text(filled(CARD.read_text(encoding="utf-8"), note), encoding="utf-8")


def main() -> None:
    write_card(model_data("network/settings")["note"])


if __name__ == "__main__":
    main()
