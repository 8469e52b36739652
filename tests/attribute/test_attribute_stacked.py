"""The second pass over actor and recipient: what it sees of other sums, and what must hold of its answers."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.attribute.names.mentions import mentions
from ledger.attribute.roles.layout import RoleLayout, lay_out_roles
from ledger.attribute.roles.score import committed_role_models, first_scores, score_roles
from ledger.attribute.roles.stacked import LEAST_LOG, StackedRow, stacked_rows
from ledger.attribute.roles.view import ROLES, Role
from ledger.attribute.tokens import tokenize_document
from ledger.extraction import extract_figures
from ledger.segment import segment
from schemas import Measure

TEXT = (
    "Velora Steel will build three mills. It will spend $40 million in Ghana, $50 million in Peru and $60 million in "
    "Chile.\n\nThe mills employ 900 people. Halden Bank lends Velora Steel another $40 million."
)


def laid_out(text: str) -> RoleLayout:
    segments = segment(text)
    return lay_out_roles(tokenize_document(text, segments, extract_figures(text, segments)), mentions(text, segments))


def rows_of(text: str, measures: Sequence[Measure]) -> list[StackedRow]:
    layout = laid_out(text)
    first = first_scores(layout, measures, committed_role_models())
    return list(stacked_rows(layout, [one.view for one in first], measures, [one.probabilities for one in first]))


def features_of_null(row: StackedRow, role: Role) -> Mapping[str, float]:
    return row.features[role][-1].named()


INVESTMENTS = [Measure.INVESTMENT] * 3 + [Measure.JOBS, Measure.LOAN]


def test_only_commitments_are_chosen_again() -> None:
    assert [row.index for row in rows_of(TEXT, INVESTMENTS)] == [0, 1, 2, 4]


@pytest.mark.parametrize(
    ("index", "has", "lacks"),
    [
        (0, ["nobody after here own", "nobody segment own", "nobody amount own"], ["nobody first own"]),
        (1, ["nobody before here own", "nobody after here own", "nobody first own"], ["nobody amount own"]),
        (2, ["nobody before here own", "nobody after own"], ["nobody after here own"]),
        (4, ["nobody before own", "nobody amount other", "nobody document own log"], ["nobody segment own"]),
    ],
)
def test_a_sum_sees_the_sums_around(index: int, has: Sequence[str], lacks: Sequence[str]) -> None:
    row = next(row for row in rows_of(TEXT, INVESTMENTS) if row.index == index)
    names = set(features_of_null(row, "actor"))
    assert names.issuperset(has)
    assert not names & set(lacks)


def test_a_single_sum_sees_itself_alone() -> None:
    (row,) = rows_of("Velora Steel will spend $40 million in Ghana.", [Measure.INVESTMENT])
    seen = {"nobody", "nobody own", "nobody own log", "nobody other", "nobody other log"}
    seen |= {"nobody alone", "nobody alone own", "nobody alone own log"}
    assert set(features_of_null(row, "actor")) == seen


def test_the_mean_of_a_group_leaves_out_the_sum_itself() -> None:
    rows = rows_of(TEXT, INVESTMENTS)
    first = {one.view.number: one for one in first_scores(laid_out(TEXT), INVESTMENTS, committed_role_models())}
    others = [first[index].probabilities["actor"][-1] for index in (1, 2, 4)]
    assert features_of_null(rows[0], "actor")["nobody document own"] == pytest.approx(sum(others) / 3)


SENTENCES = (
    "Velora Steel will spend $40 million.",
    "Norway lent Ghana €9 million.",
    "The state pays £3 million.",
    "Sales were $7 million.",
    "- Peru: $40 million",
)


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6))
def test_probabilities_are_shares(sentences: list[str]) -> None:
    layout = laid_out("\n".join(sentences))
    measures = [Measure.LOAN] * len(layout.tokens.figures)
    for scores in score_roles(layout, measures, committed_role_models()):
        for role in ROLES:
            assert sum(scores.probabilities[role]) == pytest.approx(1)
            assert len(scores.probabilities[role]) == len(scores.candidates) + 1


def test_logarithms_have_a_floor() -> None:
    for row in rows_of(TEXT, INVESTMENTS):
        for role in ROLES:
            assert all(value >= LEAST_LOG for said in row.features[role] for value in said.values)
