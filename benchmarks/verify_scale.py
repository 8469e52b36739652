"""How long it takes to prove a large ledger, whole and since its last run: python -m benchmarks.verify_scale 200000.

The claims are one claim under many ids, in runs of 50,000, written as the store writes them. Texts are not read again.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ledger.book.proof import prove_since
from ledger.book.verify import verify_rows
from ledger.store import Batch, Store
from schemas import stable_id

AT_ONCE = 50_000


def grown(store: Store, claims: int) -> None:
    """Store so many claims, ten to an article."""
    from tests.store.factory_store import batch, pledge  # noqa: PLC0415 - benchmarks may use what the tests make

    one = batch(pledge())
    for first in range(0, claims, AT_ONCE):
        numbers = range(first // 10, (first + AT_ONCE) // 10)
        texts = [f"{number:09} {one.documents['text'][0]}" for number in numbers]
        ids = [stable_id("document", text) for text in texts]
        documents = one.documents[[0] * len(ids)].with_columns(document_id=pl.Series(ids), text=pl.Series(texts))
        of = [key for key in ids for _ in range(10)]
        spans = one.claims[[0] * len(of)].with_columns(
            document_id=pl.Series(of), claim_id=pl.Series([stable_id(key, number) for number, key in enumerate(of)])
        )
        moment = datetime.now(UTC)
        store.add(
            Batch(documents, spans, one.problems),
            extractor_version="0.1.0",
            lexicon_hash="",
            started=moment,
            clock=lambda moment=moment: moment,  # type: ignore[misc]
        )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", type=int, nargs="?", default=200_000)
    parser.add_argument("--since", action="store_true", help="only since the last run: all rows take minutes a million")
    asked = parser.parse_args(arguments)
    claims = asked.claims
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"{folder}/book", create=True)
        grown(store, claims)
        runs = store.history().height
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.parquet"))
        print(f"{claims:,} claims in {runs} runs, {size / 1e6:.0f} MB, {size / claims:.0f} bytes a claim with its text")
        proofs: dict[str, Callable[[], object]] = {
            "every row hashed": lambda: verify_rows(Store.open(store.address).snapshot()),
            "since the last run": lambda: prove_since(Store.open(store.address), str(runs), again=False),
        }
        for name, proof in list(proofs.items())[asked.since :]:
            began, cpu = time.perf_counter(), time.process_time()
            proof()
            print(f"{name}: {time.perf_counter() - began:.2f} s, {time.process_time() - cpu:.2f} s of processor time")


if __name__ == "__main__":
    main()
