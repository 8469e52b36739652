"""JSON Lines, and lists of JSON objects, to articles, one for each object."""

import json
from collections.abc import Iterator
from typing import Any

from ledger.read.article import Read, ReadOptions
from ledger.read.decode import UndecodableError, decode
from ledger.read.rows import Record, TableError, TextTable, articles_of, flat


def read_json_lines(raw: bytes, options: ReadOptions) -> Read:
    """The objects of JSON Lines, or of one JSON list of objects, as articles; inner fields are named "outer.inner"."""
    yield from articles_of(raw, options, json_tables)


def json_tables(raw: bytes, options: ReadOptions) -> Iterator[TextTable]:
    """The objects as one table; raises TableError where a line is no JSON."""
    try:
        text = decode(raw)
    except UndecodableError as error:
        raise TableError("binary", f"is no JSON: {error}") from None
    rows = [*_objects(text, options.limits.members + 1)]
    columns = tuple(dict.fromkeys(name for _, row in rows for name in row))
    if rows:
        yield TextTable(columns, iter(rows))


def _objects(text: str, most: int) -> Iterator[tuple[int, Record]]:
    """The objects of a JSON list, of the one list in a JSON object, or of lines."""
    whole = _whole(text)
    if whole is not None:
        yield from ((number, flat(one)) for number, one in enumerate(whole[:most], 1) if isinstance(one, dict))
        return
    count = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or count >= most:
            continue
        try:
            one = json.loads(line, parse_float=str, parse_int=str)
        except (ValueError, RecursionError) as error:
            line_of = " ".join(str(error).split())[:80]
            raise TableError("broken", f"row {number} is no JSON ({line_of}); write one object on each line") from None
        if isinstance(one, dict):
            count += 1
            yield number, flat(one)


def _whole(text: str) -> list[Any] | None:
    """The list of objects where the text is one JSON value, or null where it is lines of them."""
    if "\n{" in text and text.lstrip().startswith("{") and "}\n{" in text.replace("\n\n", "\n"):
        return None
    try:
        found = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict):
        lists = [
            one for one in found.values() if isinstance(one, list) and any(isinstance(inner, dict) for inner in one)
        ]
        return lists[0] if len(lists) == 1 else [found]
    return found if isinstance(found, list) else None


__all__ = ["json_tables", "read_json_lines"]
