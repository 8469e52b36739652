"""The function that reads batches, and who runs it: the same rows whoever does."""

from collections.abc import Iterator, Sequence
from contextlib import closing

import polars as pl
import pyarrow as pa
import pytest

from ledger.engine import READING, Engine, Guard, Local, Pool, ReadSettings, document_batch, in_order, read_batch
from ledger.errors import InputError
from ledger.options import Attributor
from schemas import Document
from tests.engine.factory_engine import ENDING, QUICK, pledges, titled

SEEDLIKE = (
    "Velora to build plant\n\nVelora will invest €2.9 billion in Portugal, including €400 million for a laboratory.\n"
)


def rows(batch: pa.RecordBatch | None) -> list[dict[str, object]]:
    return [] if batch is None else batch.to_pylist()


def test_what_is_read_has_its_columns_and_a_row_for_each_document() -> None:
    documents = pledges(3)
    read = pl.DataFrame(pl.from_arrow(read_batch(document_batch(documents), QUICK)))
    assert dict(read.schema) == READING
    assert read["document_id"].to_list() == [one.document_id for one in documents]
    assert [claims[0]["exact"] for claims in read["claims"]] == ["$1 million", "$2 million", "$3 million"]


def test_no_documents_are_a_batch_too() -> None:
    assert dict(pl.DataFrame(pl.from_arrow(read_batch(document_batch([]), QUICK))).schema) == READING


def test_the_pipeline_reads_where_nothing_else_is_named() -> None:
    document = pledges(1)[0].model_copy(update={"text": SEEDLIKE})
    [row] = rows(read_batch(document_batch([document]), ReadSettings(Attributor.FAST)))
    assert [claim["exact"] for claim in row["claims"]] == ["€2.9 billion", "€400 million"]


def batched(documents: Sequence[Document], size: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    for start in range(0, len(documents), size):
        yield start, document_batch(documents[start : start + size])


def test_a_pool_gives_the_rows_of_this_process_in_their_order() -> None:
    documents = pledges(20)
    here = [(tag, rows(read_batch(batch, QUICK))) for tag, batch in batched(documents, 3)]
    with closing(Pool(QUICK, 2)) as pool:
        assert [(tag, rows(read)) for tag, read in in_order(pool, batched(documents, 3))] == here


ENDINGS = [
    ("crash", "SIGSEGV"),
    pytest.param("loop", "longer than is allowed", marks=pytest.mark.slow),
    pytest.param("memory", "more memory than is allowed", marks=pytest.mark.slow),
    pytest.param("leave", "exit code 3", marks=pytest.mark.slow),
]


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "told"), ENDINGS)
def test_a_document_that_ends_its_process_is_left_out_and_its_neighbours_are_read(ending: str, told: str) -> None:
    documents = titled(pledges(4), {1: ending})
    with closing(Guard(ENDING)) as guard:
        read = rows(guard.read(document_batch(documents)))
    assert [row["document_id"] for row in read] == [one.document_id for one in documents]
    assert [row["read"] for row in read] == [True, False, True, True]
    [problem] = read[1]["problems"]
    assert problem["rule"] == "reading_ended"
    assert problem["where"] == "news/2.txt"
    assert told in problem["message"]


@pytest.mark.slow
def test_every_document_may_end_its_process() -> None:
    documents = titled(pledges(2), {0: "leave", 1: "leave"})
    with closing(Guard(ENDING)) as guard:
        assert [row["read"] for row in rows(guard.read(document_batch(documents)))] == [False, False]
        assert [row["read"] for row in rows(guard.read(document_batch(pledges(1))))] == [True]


def test_a_process_with_other_words_is_refused() -> None:
    other = ReadSettings(Attributor.FAST, words="0" * 64)
    with closing(Guard(other)) as guard, pytest.raises(InputError, match="other words"):
        guard.read(document_batch(pledges(1)))


@pytest.mark.slow
def test_a_guard_that_is_stopped_reads_no_more() -> None:
    with closing(Guard(QUICK)) as guard:
        guard.stop()
        with pytest.raises(InterruptedError):
            guard.read(document_batch(pledges(1)))


def started(engine: Engine) -> bool:
    return getattr(engine, "_pool", None) is not None


@pytest.mark.parametrize(
    ("workers", "characters", "risky", "apart"),
    [(2, 10**7, False, True), (2, 10**4, False, False), (1, 10**7, False, False), (1, 10, True, True)],
)
def test_processes_are_started_only_where_they_are_worth_it(
    workers: int, characters: int, risky: bool, apart: bool
) -> None:
    with closing(Local(QUICK, workers)) as engine:
        engine.expect(characters, risky=risky)
        assert started(engine) is apart
        [(_, read)] = in_order(engine, [(0, document_batch(pledges(1)))])
        assert [row["read"] for row in rows(read)] == [True]
