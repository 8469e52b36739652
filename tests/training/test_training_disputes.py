"""Which labels of written articles are listed, to be read again."""

import math
from typing import Any

import pytest

from ledger.extraction import extract_figures
from ledger.segment import segment

pytest.importorskip("onnxruntime", reason="the extra `accurate` is not installed")

from ledger.attribute.network.encoding import EncodedDocument, Marks
from ledger.attribute.network.inputs import FeaturePrediction
from ledger.attribute.network.network import NetworkPrediction
from training.network.disputes import disputes
from training.network.examples import TrainingDocument

TEXT = "Velora lent Kenya $3bn."
NAMES = ("Velora", "Kenya")
LABEL = {"measure": "loan", "stage": "committed", "actor": ["Velora"], "recipient": ["Kenya"], "fields": []}


class Reader:
    """A network that gives set answers: the first label, and the names as actor and recipient."""

    def __init__(self, measure: str, stage: str, names: dict[int, tuple[float, float]]) -> None:
        self.said = NetworkPrediction({measure: 1.0}, {stage: 1.0}, {}, names, {})

    def predict(self, *_: Any) -> dict[int, NetworkPrediction]:
        return {0: self.said}


def document(features: FeaturePrediction, **label: Any) -> TrainingDocument:
    figures = tuple(extract_figures(TEXT, segment(TEXT)))
    encoded = EncodedDocument((), figures, (0,), None, (None,), NAMES, Marks(0, 1, 2, frozenset()))
    return TrainingDocument("a", encoded, (features,), ({"optional": False, **LABEL, **label},), (), related=False)


WRONG = FeaturePrediction({"grant": 1.0}, {"pledged": 1.0}, {}, {1: 1.0}, {-1: 1.0})
KENYA_PAYS = {0: (-9.0, -9.0), 1: (9.0, -9.0)}


def test_a_label_that_both_contradict_is_listed_with_their_answers() -> None:
    found = {one.what: one for one in disputes(document(WRONG), Reader("grant", "pledged", KENYA_PAYS))}
    assert set(found) == {"measure", "stage", "actor", "recipient"}
    assert found["measure"][1:] == (0, "measure", "loan", "grant", "grant")
    assert found["actor"][3:] == ("Velora", "Kenya", "Kenya")
    assert found["recipient"][3:] == ("Kenya", "-", "-")
    assert math.isclose(found["actor"].probability, 1 / (1 + math.exp(9)))


@pytest.mark.parametrize("label", [{"optional": True}, {"measure": "grant", "stage": "pledged", "actor": ["Kenya"]}])
def test_a_label_that_one_of_them_gives_is_not_listed(label: dict[str, Any]) -> None:
    reader = Reader("loan", "committed", {0: (9.0, -9.0), 1: (-9.0, 9.0)})
    assert not [*disputes(document(WRONG, **label), reader)]


def test_a_label_of_nobody_is_disputed_by_a_name() -> None:
    reader = Reader("loan", "committed", KENYA_PAYS)
    [one] = disputes(document(WRONG, actor=[], recipient=[]), reader)
    assert one[2:] == ("actor", "-", "Kenya", "Kenya")
