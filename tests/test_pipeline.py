"""The pipeline: what it keeps, and that explaining reads an article once."""

import pytest

from ledger import pipeline
from ledger.book.explain import explain_text
from ledger.book.ingest import document_of
from ledger.options import Attributor
from ledger.segment import segment

TEXT = "Velda will invest €40 million in a kiln by 2031. Call 555-0199 for more.\n"


def test_intermediate_results_are_kept_only_where_asked_for():
    document = document_of(TEXT)
    plain = pipeline.claims_of(document, attributor=Attributor.FAST)
    kept = pipeline.claims_of(document, attributor=Attributor.FAST, keep_intermediate=True)
    assert plain.intermediate is None
    assert kept.intermediate is not None
    assert kept.claims == plain.claims
    assert [figure.start for figure in kept.intermediate.figures] == [claim.start for claim in kept.claims]
    assert kept.intermediate.segments == tuple(segment(TEXT))
    assert [len(part.labels) for part in kept.intermediate.parts] == [len(kept.claims)]
    assert "0199" in {TEXT[number.start : number.end] for number in kept.intermediate.rejected}


@pytest.mark.parametrize("attributor", [Attributor.FAST, Attributor.AUTO])
def test_each_claim_has_the_probability_of_its_class(attributor: Attributor):
    """All commitments together: at least that of its measure alone, and never less than that of the other class."""
    for claim in pipeline.claims_of(document_of(TEXT), attributor=attributor).claims:
        assert claim.class_confidence is not None
        assert claim.measure_evidence.confidence <= claim.class_confidence + 0.0001
        assert claim.class_confidence >= 0.5


def test_explaining_reads_an_article_once(monkeypatch):
    calls = []

    def counting(name):
        stage = getattr(pipeline, name)

        def call(*args, **options):
            calls.append(name)
            return stage(*args, **options)

        return call

    stages = ("segment", "extract_figures", "attribute_parts", "validate")
    for name in stages:
        monkeypatch.setattr(pipeline, name, counting(name))
    found = explain_text(document_of(TEXT), attributor=Attributor.FAST)
    assert sorted(calls) == sorted(stages)
    assert set(found.attributions) == {quote.row["start"] for quote in found.quotes}
    assert found.rejected


def test_a_document_that_breaks_a_stage_is_explained_by_its_problem(monkeypatch: pytest.MonkeyPatch):
    def broken(*_args, **_options):
        raise KeyError("no such cue")

    monkeypatch.setattr(pipeline, "claims_from", broken)
    found = explain_text(document_of(TEXT), attributor=Attributor.FAST)
    assert (found.quotes, found.rejected) == ((), ())
    assert [problem.rule for problem in found.problems] == [pipeline.STAGE_FAILED]
