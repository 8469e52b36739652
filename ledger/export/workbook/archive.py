"""Workbook files whose bytes depend on their content alone, and sheets whose rows are streamed as finished XML.

openpyxl writes the package, the styles, tables, charts and print set-up. The rows of a sheet are made by column with
polars, not cell by cell: a formula can then carry its last known value, which a program that does not calculate shows
(Excel's protected view), and a hundred thousand rows take seconds.
"""

from collections.abc import Generator, Iterable
from contextlib import suppress
from datetime import datetime
from os import PathLike, fspath
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml.etree import xmlfile
from openpyxl import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip entry can have."""
STAMP = datetime(2000, 1, 1)
"""Creation and modification time of every workbook: the as-of time stands on its cover."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class FixedZip(ZipFile):
    """A zip archive whose entries all have the same time and rights."""

    def _entry(self, name: str) -> ZipInfo:
        entry = ZipInfo(name, EPOCH)
        entry.compress_type = ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return entry

    def writestr(
        self,
        zinfo_or_arcname: ZipInfo | str,
        data: Any,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Store `data` under a name."""
        entry = self._entry(zinfo_or_arcname) if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname
        super().writestr(entry, data, compress_type, compresslevel)

    def write(
        self,
        filename: str | PathLike[str],
        arcname: str | PathLike[str] | None = None,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Store the file `filename` as `arcname`, block by block."""
        del compress_type, compresslevel  # every entry is compressed the same way
        with (
            Path(filename).open("rb") as source,
            self.open(self._entry(fspath(arcname or filename)), "w", force_zip64=True) as target,
        ):
            while block := source.read(1 << 20):
                target.write(block)


class StreamedRows(WorksheetWriter):
    """A sheet writer that takes its rows as finished XML, `<row>…</row>` by `<row>…</row>`."""

    def __init__(self, sheet: Any, rows: Iterable[str]) -> None:
        self.finished = rows
        super().__init__(sheet)

    def get_stream(self) -> Generator[Any, Any, None]:
        """The stream that elements are sent to; rows go past it straight into the file."""
        with Path(str(self.out)).open("wb") as file, xmlfile(file) as stream, stream.element("worksheet", xmlns=MAIN):
            while True:
                element = yield
                if element is True:
                    with stream.element("sheetData"):
                        stream.flush()
                        file.writelines(block.encode() for block in self.finished)
                elif element is not None:
                    stream.write(element)

    def write_rows(self) -> None:
        """Write all rows."""
        self.xf.send(True)


def discard(book: Workbook) -> None:
    """Close the streams of a workbook that is not going to be saved, and remove what they wrote to temporary files."""
    for sheet in book.worksheets:
        writer: Any = getattr(sheet, "_writer", None)
        if writer is not None:
            with suppress(OSError):  # the disk is full: that error is already on its way
                writer.xf.close()
            with suppress(OSError, ValueError):  # saved and removed already
                writer.cleanup()


def save_workbook(book: Workbook, path: Path) -> None:
    """Write `book` to `path`, the same bytes for the same content."""
    book.properties.created = STAMP
    book.properties.modified = STAMP
    with FixedZip(path, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(book, archive).save()
