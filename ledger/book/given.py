"""What a program gives to be read: paths, addresses, texts, documents and frames, alone or in a list."""

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike

from ledger.arguments import AnyFrame, shown
from ledger.errors import InputError, meant
from ledger.options import Source
from ledger.read import REMEDY, Rows, Text, frame_guess
from ledger.read.mapping import FIELDS, mapping_of
from ledger.tables import polars_frame
from schemas import Document

One = Source | bytes | Text | Document | AnyFrame
"""A path or address, the bytes of a file, a text, a document, or a frame with an article a row."""
Sources = One | Iterable[One]
Readable = Source | bytes | Text | Document | Rows
AT_ONCE = 1_000
"""Rows of a frame that become Python values at a time."""


def mapping_given(mapping: Mapping[str, str] | str | None) -> dict[str, str]:
    """The mapping of columns, from a mapping or from words such as "text=body,title=headline".

    Raises InputError for a field that no article has.
    """
    if isinstance(mapping, str):
        return mapping_of(mapping)
    for field in mapping or {}:
        if field not in FIELDS:
            remedy = meant(field, FIELDS) or f"; choose from {', '.join(FIELDS)}"
            raise InputError(f"mapping: no field {field!r} of an article{remedy}")
    return dict(mapping or {})


def given_sources(sources: Sources, mapping: Mapping[str, str]) -> tuple[list[Readable], list[str]]:
    """What is to be read, each frame as its rows; and for each frame in words how its columns are read.

    Raises InputError for what is no source, or a frame without a column of text.
    """
    alone = isinstance(sources, str | bytes | PathLike | Text | Document | AnyFrame | Mapping)
    given = list(sources) if isinstance(sources, Iterable) and not alone else [sources]
    found: list[Readable] = []
    told: list[str] = []
    frames = sum(isinstance(one, AnyFrame) for one in given)
    for one in given:
        if isinstance(one, str | bytes | PathLike | Text | Document):
            found.append(one)
        elif isinstance(one, AnyFrame):
            rows = frame_rows("frame" if frames == 1 else f"frame {len(told) + 1}", one)
            told.append(frame_guess(rows, mapping))
            found.append(rows)
        else:
            remedy = "it after .collect()" if hasattr(one, "collect") else REMEDY
            raise InputError(f"sources={shown(one)} is not valid; give {remedy}")
    return found, told


def frame_rows(name: str, frame: AnyFrame) -> Rows:
    """The rows of a frame."""
    table = polars_frame(name, frame)

    def rows() -> Iterator[Mapping[str, object]]:
        for some in table.iter_slices(AT_ONCE):
            yield from some.iter_rows(named=True)

    return Rows(name, tuple(table.columns), rows)
