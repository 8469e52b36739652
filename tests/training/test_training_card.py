"""The tables of the model card are those of the committed network, and say what was measured."""

from ledger.models.files import model_data
from training.network.card import CARD, filled, tables

SCORES = dict.fromkeys(
    ("class", "measure", "measure of money", "stage", "actor", "recipient", "fields", "row", "other"), 50.0
)
NOTE = {
    "out_of_fold": {
        name: {"fast": SCORES, "accurate": {**SCORES, "actor": 62.5, "row": 49.0}} for name in ("dev", "real")
    },
    "reliability": {
        "dev": {"measure": [[10, 0.24, 0.5], [30, 1.0, 0.9]], "fields": [[4, 0.95, 1.0]]},
        "real": {"measure": [[2, 0.55, 0.0]]},
    },
    "eight_bits_agree": {"measure": 0.9967},
}


def test_the_card_has_the_tables_of_the_committed_network() -> None:
    card = CARD.read_text(encoding="utf-8")
    assert filled(card, model_data("network/settings")["note"]) == card


def test_the_tables_say_gains_and_shares_by_confidence() -> None:
    said = tables(NOTE).splitlines()
    assert "| actor, F1 | 50.0 | 62.5 | +12.5 | 50.0 | 62.5 | +12.5 |" in said
    assert "| row, F1 | 50.0 | 49.0 | -1.0 | 50.0 | 49.0 | -1.0 |" in said
    news = said.index("| news articles | measure | fields |")
    assert said[news + 2 : news + 5] == [
        "| 0.2 to 0.3 | 50 % of 10 |  |",
        "| 0.9 to 1.0 | 90 % of 30 | 100 % of 4 |",
        "| error | 14.0 | 5.0 |",
    ]
    assert "| 0.5 to 0.6 | 0 % of 2 |" in said
    assert "| 99.7 % |" in said
