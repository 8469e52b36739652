"""Tables with a column of text to articles, one for each row; what the readers of tables have in common."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from ledger.read.article import Article, Part, Read, ReadOptions, ReadProblem
from ledger.read.blocks import clean
from ledger.read.days import day_of
from ledger.read.fragment import fragment_text
from ledger.read.mapping import FIELDS, column_names, guessed_mapping, mapping_in_words
from schemas import Severity

Record = Mapping[str, object]
MOST_COLUMNS = 5_000
DEEPEST = 4
"""Objects within one another whose fields are columns of their own."""
SAMPLE_ROWS = 50
"""Rows that a guess of the columns looks at."""
WEB = ("http://", "https://")
SHOWN_ROWS = 5
"""Rows without text that a problem names one by one."""
LEAST_TEXT = 40
"""Code points on average that the text of articles has at least; shorter cells are a table of something else."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """Columns and rows of a table; `place` names a row by its number, counted as a person sees it."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, Record]]
    sheet: str | None = None

    def place(self, number: int) -> str:
        """Words for the place of a row."""
        return f"row {number}" if self.sheet is None else f"sheet {self.sheet}, row {number}"


class TableError(Exception):
    """A table that is not read, with the rule and what can be done."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule, self.message = rule, message


Tables = Callable[[bytes, ReadOptions], Iterable[TextTable]]
"""Opens the tables in bytes; raises TableError where they cannot be read."""


def guess_in_words(tables: Iterable[TextTable], options: ReadOptions) -> str:
    """The columns that would be read, in words; raises TableError where there is no such table."""
    said: list[str] = []
    for table in tables:
        sample = [row for _, row in islice(table.rows, SAMPLE_ROWS)]
        words = mapping_in_words(_mapping(table.columns, sample, options), table.columns)
        said.append(words if table.sheet is None else f"sheet {table.sheet}: {words}")
    return "; ".join(said)


def articles_of(raw: bytes, options: ReadOptions, tables: Tables) -> Read:
    """The articles in the rows of tables; a problem where a table has no column of text, or rows are without it."""
    problems: list[ReadProblem] = []
    found = False
    try:
        for table in tables(raw, options):
            for one in _articles(table, options):
                if isinstance(one, ReadProblem) and one.rule == "no_text_column":
                    problems.append(one)
                    continue
                found = True
                yield one
    except TableError as fault:
        yield ReadProblem(None, fault.rule, fault.message)
        return
    if not found:
        yield from problems[:1] or [ReadProblem(None, "empty", "holds no rows; remove it, or export it again")]


def _mapping(columns: Sequence[str], sample: Sequence[Record], options: ReadOptions) -> dict[str, str]:
    """The mapping that was said, with the other fields as they are guessed."""
    guess = guessed_mapping(columns, sample)
    said = {field: column for field, column in options.mapping.items() if field in FIELDS}
    taken = {name for column in said.values() for name in column_names(column, columns)}
    return {**{field: column for field, column in guess.items() if column not in taken}, **said}


def _articles(table: TextTable, options: ReadOptions) -> Read:
    sample = [*islice(table.rows, SAMPLE_ROWS)]
    if not sample:
        return
    rows = [row for _, row in sample]
    if (fault := column_fault(table.columns, rows, options)) is not None:
        yield _no_column(table, fault)
        return
    mapping = _mapping(table.columns, rows, options)
    names = {field: column_names(column, table.columns) for field, column in mapping.items()}
    empty: list[int] = []
    for count, (number, row) in enumerate(chain(sample, table.rows)):
        if count >= options.limits.members:
            yield ReadProblem(table.place(number), "too_many_rows", f"holds more than {count:,} rows; split it")
            break
        article = _article(row, names, table.place(number))
        if article is None:
            empty.append(number)
        else:
            yield article
    if empty:
        yield _empty(table, empty, mapping["text"])


def column_fault(columns: Sequence[str], sample: Sequence[Record], options: ReadOptions) -> str | None:
    """What hinders that a table with these columns is read, or None: a column that it lacks, or none of text."""
    mapping = _mapping(columns, sample, options)
    names = {field: column_names(column, columns) for field, column in mapping.items()}
    unknown = next((column for field, column in options.mapping.items() if not names.get(field)), None)
    if unknown is not None:
        return f"has no column {unknown!r}"
    if not names.get("text") or not ("text" in options.mapping or _is_prose(names["text"], sample)):
        return "has no column of text"
    return None


def _no_column(table: TextTable, fault: str) -> ReadProblem:
    place = None if table.sheet is None else f"sheet {table.sheet}"
    named = ", ".join(table.columns[:20]) + (", …" if len(table.columns) > 20 else "")
    message = f"{fault}; name one by --map text=COLUMN (its columns: {named})"
    return ReadProblem(place, "no_text_column", message)


def _empty(table: TextTable, numbers: list[int], column: str) -> ReadProblem:
    shown = ", ".join(str(number) for number in numbers[:SHOWN_ROWS])
    more = f" and {len(numbers) - SHOWN_ROWS:,} more" if len(numbers) > SHOWN_ROWS else ""
    message = f"{table.place(numbers[0])}: nothing in column {column!r} (rows {shown}{more}); they were left out"
    return ReadProblem(table.place(numbers[0]), "empty_rows", message, Severity.WARNING)


def _is_prose(names: Sequence[str], sample: Sequence[Record]) -> bool:
    """Whether the cells that were guessed to hold text are as long as articles."""
    said = [words for row in sample if (words := _said(row, names))]
    return bool(said) and sum(map(len, said)) >= LEAST_TEXT * len(said)


def _said(row: Record, names: Sequence[str], between: str = "\n\n") -> str:
    cells = (row.get(name) for name in names)
    return between.join(words for cell in cells if cell is not None and (words := _words(cell)))


def _words(cell: object) -> str:
    if isinstance(cell, list | tuple):
        return ", ".join(_words(one) for one in cell)
    return str(cell).strip()


def _article(row: Record, names: Mapping[str, Sequence[str]], place: str) -> Article | None:
    body = fragment_text(_lines(_said(row, names["text"])))
    if not body.strip():
        return None
    facts = {field: clean(_said(row, names.get(field, ()), " ")) or None for field in FIELDS if field != "text"}
    title = clean(fragment_text(facts["title"]).removeprefix("# ")) if facts["title"] else None
    text = body.strip() if title is None or title in body[: 2 * len(title) + 40] else f"# {title}\n\n{body.strip()}"
    link, language = facts["url"] or "", (facts["language"] or "").partition("-")[0].lower()
    day = next((row.get(name) for name in names.get("published", ())), None)
    return Article(
        f"{text}\n",
        title,
        facts["publisher"],
        facts["author"],
        day_of(day),
        link if link.startswith(WEB) else None,
        language if len(language) == 2 else None,
        facts["number"] or place,
        (Part(0, len(text) + 1, place),),
    )


def _lines(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").encode("utf-8", "replace").decode()


def columns_of(cells: Sequence[object]) -> tuple[str, ...]:
    """Names of columns: empty ones by their number, and none twice; raises TableError where there are too many."""
    if len(cells) > MOST_COLUMNS:
        raise TableError("too_large", f"has more than {MOST_COLUMNS:,} columns; export those that you need")
    names: dict[str, None] = {}
    for at, cell in enumerate(cells, 1):
        name = (clean(str(cell)) if cell is not None else "") or f"column {at}"
        names[name if name not in names else f"{name} ({at})"] = None
    return tuple(names)


def record_of(columns: Sequence[str], cells: Sequence[object]) -> Record:
    """The cells of a row by the names of their columns."""
    return dict(zip(columns, cells, strict=False))


def flat(row: Mapping[str, Any], above: str = "", depth: int = 0) -> dict[str, object]:
    """An object with those inside it as fields of their own, named "outer.inner".

    >>> flat({"id": 1, "article": {"body": "It cost $3m."}})
    {'id': 1, 'article.body': 'It cost $3m.'}
    """
    fields: dict[str, object] = {}
    for name, cell in row.items():
        if isinstance(cell, dict) and depth < DEEPEST:
            fields |= flat(cell, f"{above}{name}.", depth + 1)
        elif cell is not None:
            fields[f"{above}{name}"] = cell
    return fields


def broken(kind: str, error: BaseException) -> TableError:
    """The fault of a file that a package cannot read."""
    line = " ".join(str(error).split())[:100] or type(error).__name__
    return TableError("broken", f"is no whole {kind} ({line}); export it again")


__all__ = [
    "Record",
    "TableError",
    "Tables",
    "TextTable",
    "articles_of",
    "broken",
    "column_fault",
    "columns_of",
    "flat",
    "guess_in_words",
    "record_of",
]
