"""How files of offices, mail, feeds and tables are known by their content, else by their name."""

import json
import re
from typing import TYPE_CHECKING

from ledger.read.zipped import names_in

if TYPE_CHECKING:
    from ledger.read.formats import Sample

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
FEED_ROOTS = ("rss", "feed", "RDF")
MAIL_HEADER = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\r\n]{0,2000}\r?\n(?:[ \t][^\r\n]{0,2000}\r?\n)*){2,200}\r?\n"
)
"""The head of a message: names with their values, then an empty line."""
MAIL_NAMES = re.compile(rb"(?im)^(from|subject|date|message-id|mime-version|received|return-path|to|content-type):")
LEAST_NAMES = 3
PROGRAM_NAMES = frozenset((b"message-id", b"mime-version", b"received", b"return-path"))
"""Names of the head that programs write; the others stand above press releases too."""
MAILBOX = re.compile(
    rb"From \S{1,200} {1,3}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [^\r\n]{4,60}[0-9]{4}[^\r\n]{0,20}"
    rb"\r?\n[!-9;-~]{1,80}:"
)
"""The line above the first message of a mailbox, and the first name of its head."""
WARC = re.compile(rb"WARC/[01]\.[0-9]{1,2}\r?\n")
GZIP = b"\x1f\x8b"
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _zip_names(sample: "Sample") -> frozenset[str]:
    """The names of the files in an archive; none where the bytes are no archive."""
    return names_in(sample.raw) if sample.raw.startswith(ZIP) else frozenset()


def is_pdf(sample: "Sample") -> bool:
    """Whether the mark of PDF stands first, or by its name within the kilobyte where programs look for it."""
    start = sample.raw[:1024]
    return start.lstrip().startswith(b"%PDF-") or (sample.suffix == ".pdf" and b"%PDF-" in start)


def is_docx(sample: "Sample") -> bool:
    """Whether an archive holds a Word document."""
    return any(name.startswith("word/") and name.endswith(".xml") for name in _zip_names(sample))


def is_rtf(sample: "Sample") -> bool:
    """Whether the bytes begin as Rich Text Format."""
    return sample.raw[:64].lstrip().startswith(b"{\\rtf")


def is_excel(sample: "Sample") -> bool:
    """Whether an archive, or an old Office file by its name, is a workbook."""
    if sample.raw.startswith(OLD_OFFICE):
        return sample.suffix in WORKBOOKS
    names = _zip_names(sample)
    return any(name.startswith("xl/workbook.") for name in names) or (
        sample.suffix == ".ods" and "content.xml" in names
    )


def is_parquet(sample: "Sample") -> bool:
    """Whether the bytes begin as Parquet."""
    return sample.raw.startswith(b"PAR1")


def is_mailbox(sample: "Sample") -> bool:
    """Whether the first line parts messages of a mailbox and a head follows."""
    return MAILBOX.match(sample.raw.lstrip(b"\r\n")[:4096]) is not None


def is_mail(sample: "Sample") -> bool:
    """Whether the head of a message stands first: by its name, else by lines that only programs write."""
    head = MAIL_HEADER.match(sample.raw[:200_000])
    if head is None:
        return False
    names = {name.lower() for name in MAIL_NAMES.findall(head.group())}
    return bool(names) if sample.suffix == ".eml" else len(names) >= LEAST_NAMES and not names.isdisjoint(PROGRAM_NAMES)


def is_feed(sample: "Sample") -> bool:
    """Whether the first element of XML is that of RSS, Atom or RDF."""
    return sample.xml_root in FEED_ROOTS


def is_warc(sample: "Sample") -> bool:
    """Whether a web archive begins, packed or not; a packed one by its name."""
    if WARC.match(sample.raw):
        return True
    return sample.raw.startswith(GZIP) and sample.name.lower().endswith((".warc.gz", ".warc"))


def is_zip(sample: "Sample") -> bool:
    """Whether the bytes are an archive that is no Office document."""
    return sample.raw.startswith(ZIP)


def is_json_lines(sample: "Sample") -> bool:
    """Whether the first line is an object of JSON, or the whole an object or a list of them; by its name too."""
    if sample.text is None or sample.text.lstrip()[:1] not in ("{", "["):
        return False
    return sample.suffix in (".jsonl", ".ndjson", ".json") or _is_json(sample.text.lstrip())


def _is_json(text: str) -> bool:
    """Whether the first line, or the whole, is an object or a list of objects."""
    for piece in (text.split("\n", 1)[0], text):
        try:
            found = json.loads(piece)
        except (ValueError, RecursionError):
            continue
        return isinstance(found, dict) or (isinstance(found, list) and bool(found) and isinstance(found[0], dict))
    return False


def is_csv(sample: "Sample") -> bool:
    """Whether the name says a table of text and the bytes are text."""
    return sample.text is not None and sample.suffix in (".csv", ".tsv") and sample.xml_root is None
