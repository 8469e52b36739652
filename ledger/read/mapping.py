"""Which column of a table holds which field of an article: as a person says, else guessed and told in words."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from ledger.errors import InputError
from ledger.lexicons import load

FIELDS = ("text", "title", "published", "url", "publisher", "author", "language", "number")
"""The fields of an article that a column may hold."""
MARKS = re.compile(r"[\W_]+")
LONG = 160
"""Code points that a column's values have on average where it holds articles, whatever its name."""
JOIN = "+"
"""Joins columns whose values make one field together: "text=lead+body"."""


def mapping_of(words: str) -> dict[str, str]:
    """The mapping that words such as "text=body,title=headline" say; raises InputError where they do not.

    >>> mapping_of("text=lead+body, published=date")
    {'text': 'lead+body', 'published': 'date'}
    """
    found: dict[str, str] = {}
    for entry in filter(None, (entry.strip() for entry in words.split(","))):
        field, equals, column = (part.strip() for part in entry.partition("="))
        if not equals or not column or field not in FIELDS:
            raise InputError(f"{entry!r} is no mapping; write FIELD=COLUMN, with FIELD one of {', '.join(FIELDS)}")
        if field in found:
            raise InputError(f"{field!r} is mapped twice; join columns with +, as in text=lead+body")
        found[field] = column
    return found


@cache
def _names() -> dict[str, dict[str, int]]:
    """For each field the names of its columns, with their rank."""
    said = load.toml("columns")["columns"]
    return {field: {name: rank for rank, name in enumerate(said[field].split())} for field in FIELDS}


def guessed_mapping(columns: Sequence[str], rows: Sequence[Mapping[str, object]] = ()) -> dict[str, str]:
    """The column of each field, by its name, and for the text by the length of what stands in the first `rows`.

    >>> guessed_mapping(["Headline", "Body", "Pub. date", "Words"])
    {'text': 'Body', 'title': 'Headline', 'published': 'Pub. date'}
    """
    plain = {
        column: MARKS.sub("", column.rpartition(".")[2] if "." in column else column).lower() for column in columns
    }
    whole = {column: MARKS.sub("", column).lower() for column in columns}
    found: dict[str, str] = {}
    for field, names in _names().items():
        known = [
            (min(names.get(whole[column], 99), names.get(plain[column], 99)), at, column)
            for at, column in enumerate(columns)
            if column not in found.values()
        ]
        fitting = [one for one in known if one[0] < 99]
        if fitting:
            found[field] = min(fitting)[2]
    return _with_long_text(found, columns, rows)


def _with_long_text(
    found: dict[str, str], columns: Sequence[str], rows: Sequence[Mapping[str, object]]
) -> dict[str, str]:
    """The guess with the column of the longest words as text, where no name told one or its cells are short."""
    lengths = {column: _mean_length(column, rows) for column in columns}
    longest = max(columns, key=lambda column: lengths[column], default=None)
    if longest is None or lengths[longest] < LONG or ("text" in found and lengths[found["text"]] >= LONG / 2):
        return found
    others = {field: column for field, column in found.items() if column != longest and field != "text"}
    return {"text": longest, **others}


def _mean_length(column: str, rows: Sequence[Mapping[str, object]]) -> float:
    said = [str(row.get(column) or "") for row in rows]
    return sum(len(words) for words in said if " " in words) / max(len(said), 1)


def mapping_in_words(mapping: Mapping[str, str], columns: Sequence[str]) -> str:
    """A mapping for a person to check, and the columns that no field is read from.

    >>> mapping_in_words({"text": "body", "title": "headline"}, ["headline", "body", "words"])
    "text from 'body', title from 'headline'; not read: 'words'"
    """
    said = ", ".join(f"{field} from {mapping[field]!r}" for field in FIELDS if field in mapping)
    used = {name for column in mapping.values() for name in column_names(column, columns)}
    left = [column for column in columns if column not in used]
    return (said or "no column of text found") + (f"; not read: {', '.join(map(repr, left))}" if left else "")


def column_names(said: str, columns: Sequence[str]) -> list[str]:
    """The columns that a mapping names, by their names as they stand or in another letter case; else none.

    >>> column_names("Lead+body", ["lead", "body"]), column_names("c+d", ["c+d"]), column_names("x", ["y"])
    (['lead', 'body'], ['c+d'], [])
    """
    if said in columns:
        return [said]
    lower = {column.strip().lower(): column for column in reversed(columns)}
    names = [lower.get(name.strip().lower()) for name in ([said] if said.lower() in lower else said.split(JOIN))]
    return [name for name in names if name is not None] if None not in names else []


__all__ = ["FIELDS", "column_names", "guessed_mapping", "mapping_in_words", "mapping_of"]
