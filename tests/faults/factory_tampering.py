"""A ledger of two runs, decisions, rates and a problem, and the ways in which another program may change its files."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable, write_deltalake

from ledger.book import Book
from ledger.store import Chain, root_of, row_hashes
from ledger.store.chain import CHAINED, LINK, linked
from ledger.store.columns import SEALS
from ledger.store.hashes import ROW_HASH

PAGE = Path(__file__).parents[2] / "docs" / "verifying.md"
ARTICLES = {
    "kesto": "Kesto to build plant\n\nKesto will invest $300 million in a battery plant in Chile by 2030, it said.\n",
    "norlund": "SANTIAGO, 3 March 2026 - Norlund will invest about €40 million in solar power in Chile, it said.\n",
    "tessel": "Tessel approved a grant of £7 million to Norlund for a laboratory. Tessel had 300 workers.\n",
}
RATES = "unit,to,on,rate,source\nXAU,USD,2026-01-05,3000,own\nXAU,USD,2026-01-06,3010,own\n"
Change = Callable[[pl.DataFrame], pl.DataFrame]
Way = Callable[[Path, str, Change], None]


def whole_ledger(folder: Path) -> Path:
    """A ledger with all kinds of rows, and the folder `derived`."""
    for name, text in ARTICLES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "empty.txt").write_text("")
    (folder / "own.csv").write_text(RATES)
    book = Book.open(folder / "book")
    book.ingest([folder / "kesto.txt", folder / "norlund.txt", folder / "empty.txt"], attributor="fast")
    claims = book.claims.sort("value").collect()["claim_id"].to_list()
    book.decide("correct", claims[0], field="value", value="45 million", author="Ana", note="as filed")
    book.add_rates(folder / "own.csv")
    book.ingest(folder / "tessel.txt", attributor="fast", publisher="The Post", source_url="https://example.org/a")
    book.decide("accept", claims[1], author="Ben")
    Book.open(folder / "book").totals()
    return folder / "book"


def files_of(table: Path) -> list[Path]:
    """The data files of a table as it is now."""
    return [table / unquote(path) for path in pl.DataFrame(DeltaTable(table).get_add_actions(flatten=True))["path"]]


def in_place(book: Path, name: str, change: Change) -> None:
    """Change the rows in the data files, and their sizes in the log; no commit and no checksum tells of it."""
    shutil.rmtree(book / "checksums", ignore_errors=True)
    sizes = {}
    for file in files_of(book / name):
        change(pl.read_parquet(file, glob=False)).write_parquet(file)
        sizes[file.name] = file.stat().st_size
    for entry in (book / name / "_delta_log").glob("*.json"):
        lines = [json.loads(line) for line in entry.read_text(encoding="utf-8").splitlines()]
        for added in (line["add"] for line in lines if "add" in line):
            added["size"] = sizes.get(unquote(added["path"]), added["size"])
            added.pop("stats", None)
        entry.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def by_commit(book: Path, name: str, change: Change) -> None:
    """Write the changed rows as a new version of the table."""
    table = DeltaTable(book / name)
    rows = pl.concat([change(pl.read_parquet(file, glob=False)) for file in files_of(book / name)], how="diagonal")
    write_deltalake(table, rows, mode="overwrite")


def made_anew(book: Path, name: str, change: Change) -> None:
    """Change the rows as one who makes all hashes anew, in the rows, in the chains, and in the runs that name them."""
    for table in (name, "runs"):
        by_commit(book, table, lambda rows: rows)  # one file
    (before,) = [pl.read_parquet(file, glob=False) for file in files_of(book / name)]
    rows, column = change(before), f"{name}_hash"
    if name in CHAINED:
        rows = _linked_anew(rows)
        said = pl.col(column).replace(before.sort("position")["hash"], rows["hash"])
    else:
        rows = rows.with_columns(row_hashes(rows))
        sets = {key[0]: root_of(each[ROW_HASH]) for key, each in rows.partition_by("run_id", as_dict=True).items()}
        said = pl.col("run_id").replace_strict(sets, default=pl.col(column))
    in_place(book, name, lambda _: rows)
    in_place(book, "runs", lambda runs: _linked_anew(runs.with_columns(said.alias(column))))


def _linked_anew(rows: pl.DataFrame) -> pl.DataFrame:
    bare = rows.sort("position").drop(*LINK)
    return linked(Chain(pl.DataFrame(schema={**bare.schema, **LINK}), None), bare)


def without_hashes(book: Path, older: Path) -> Path:
    """A copy of a ledger as the program wrote it before rows were hashed."""
    for name, table in Book.open(book).store.tables.items():
        columns = [column for column in table.schema if column not in {ROW_HASH, *LINK, *SEALS}]
        made = type(table)(f"{older}/{name}", {column: table.schema[column] for column in columns})
        made.create(1)
        made.append(table.rows().collect(), made.handle(), {})
    return older


def page_program(begins: str = "Verify") -> ModuleType:
    """The verifier that the page shows, or the checker of a proof, as a module."""
    text = re.search(
        rf"^```python\n(\"\"\"{begins}.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert text is not None
    module = ModuleType("verify_ledger")
    exec(compile(text.group(1), str(PAGE), "exec"), module.__dict__)
    return module
