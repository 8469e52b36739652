"""Web archives (WARC), packed or not, to the pages in them."""

import io
import re
import zlib
from collections.abc import Iterator

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from ledger.read.article import MEBIBYTE, Enclosed, Read, ReadOptions, ReadProblem

PAGES = ("text/html", "application/xhtml+xml")
"""Media types of pages in a web archive."""
GZIP = b"\x1f\x8b"
LENGTH = re.compile(rb"(?im)^content-length: {0,8}([0-9]{1,15})\r?$")
FAULTS = (OSError, ValueError, EOFError, RuntimeError, OverflowError, MemoryError)
"""What the package raises for bytes that are no whole archive."""


def read_warc(raw: bytes, options: ReadOptions) -> Read:
    """The HTML pages that a web archive, packed or not, was answered with, each with its address.

    The day of capture is not that of publication and is left to the page itself.
    """
    left, pages, others = options.limits.expanded_bytes, 0, 0
    try:
        records = _records(_whole(raw, left))
    except WarcError as error:
        yield ReadProblem(None, error.rule, error.message)
        return
    for at in range(options.limits.members + 1):
        record = next(records, None)
        if record is None:
            break
        if isinstance(record, ReadProblem):
            yield record
            return
        if at == options.limits.members:
            yield ReadProblem(f"record {at + 1}", "too_many_records", f"holds more than {at:,} answers; split it")
            return
        found = _page(record, f"record {at + 1}", min(left, options.limits.member_bytes))
        if isinstance(found, Enclosed):
            pages, left = pages + 1, left - len(found.raw)
        others += found is None
        if found is not None:
            yield found
    if not pages:
        message = f"holds no HTML page ({others:,} answers of other kinds); name an archive of pages"
        yield ReadProblem(None, "no_pages", message)


class WarcError(Exception):
    """A web archive that is not read, with the rule and what can be done."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule, self.message = rule, message


def _whole(raw: bytes, most: int) -> bytes:
    """The records of an archive, unpacked; raises WarcError where that is too much or the packing is broken.

    What is cut at the end is left to `_is_cut`: the records before it are whole.
    """
    held: list[bytes] = []
    left = most
    while raw.startswith(GZIP):
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            held.append(member.decompress(raw, left + 1))
        except zlib.error as error:
            raise WarcError("broken", f"its packing is broken ({error}); download it again") from None
        left -= len(held[-1])
        if left < 0:
            raise WarcError("expansion", f"unpacks to more than {most // MEBIBYTE:,} MiB; split it")
        raw = member.unused_data
    return b"".join(held) if held else raw


def _is_cut(raw: bytes) -> bool:
    """Whether the last record of an archive says that it is longer than what is there."""
    at = raw.rfind(b"WARC/1.")
    head, blank, body = raw[at:].partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    return at >= 0 and (not blank or length is None or int(length.group(1)) > len(body))


def _records(raw: bytes) -> Iterator[WarcRecord | ReadProblem]:
    """The responses of an archive, and a problem at its end where the rest cannot be read."""
    try:
        records = ArchiveIterator(io.BytesIO(raw), record_types=WarcRecordType.response, auto_decode="all")
        yield from records
        if _is_cut(raw):
            yield ReadProblem(None, "broken", "the archive is cut at its end; download it again")
    except FAULTS as error:
        message = f"the archive is broken from here on ({' '.join(str(error).split())[:100]}); download it again"
        yield ReadProblem(None, "broken", message)


def _page(record: WarcRecord, place: str, most: int) -> Enclosed | ReadProblem | None:
    """The page of an answer, or null where it is none that a person would read."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    kind = (record.http_content_type or "").lower()
    answer = record.http_headers.status_code if record.http_headers is not None else None
    if kind not in PAGES or (answer is not None and answer != 200):
        return None
    where = url or place
    try:
        held = record.reader.read(most + 1)
    except FAULTS as error:
        message = f"the page is broken in the archive ({' '.join(str(error).split())[:100]})"
        return ReadProblem(where, "broken", message)
    if len(held) > most:
        return ReadProblem(where, "expansion", f"the page is larger than {most // MEBIBYTE:,} MiB")
    charset = record.http_charset
    media_type = f"{kind}; charset={charset}" if charset else kind
    return Enclosed(where, held, media_type=media_type, url=url if url.startswith(("http://", "https://")) else None)


__all__ = ["read_warc"]
