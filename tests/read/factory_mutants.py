"""Files of every format, and bytes that are such a file broken somewhere."""

import io
import zipfile
from collections.abc import Sequence

from hypothesis import strategies as st

from ledger.read.archives import read_zip
from ledger.read.article import Reader
from ledger.read.databases.reader import read_database, read_database_markup
from ledger.read.delimited import read_csv
from ledger.read.docx import read_docx
from ledger.read.excel import read_excel
from ledger.read.feeds import read_feed
from ledger.read.html import read_html
from ledger.read.json_lines import read_json_lines
from ledger.read.mail import read_mail, read_mailbox
from ledger.read.parquet import read_parquet
from ledger.read.pdf import read_pdf
from ledger.read.rtf import read_rtf
from ledger.read.text import read_text
from ledger.read.warc import read_warc
from tests.read import factory_databases as exports
from tests.read import factory_formats as made
from tests.read.factory_pages import LAYOUTS, page_of
from tests.read.factory_pages import Story as Page

STORIES = made.stories()[1:4]
MAIL = made.message(STORIES[0])
MAIL.add_attachment(b"It cost $3 million.", maintype="text", subtype="plain", filename="a.txt")
MAIL.add_attachment(made.message(STORIES[1], html=True))
TOLD = exports.articles(3, 7)
SOURCES: dict[str, tuple[Reader, bytes]] = {
    "pdf": (read_pdf, made.pdf(STORIES[0], 2)),
    "docx": (read_docx, made.word(STORIES[1])),
    "rtf": (read_rtf, made.rtf(STORIES[0])),
    "mail": (read_mail, MAIL.as_bytes()),
    "mbox": (read_mailbox, made.mailbox(STORIES)),
    "rss": (read_feed, made.rss(STORIES)),
    "atom": (read_feed, made.atom(STORIES)),
    "csv": (read_csv, made.delimited(STORIES)),
    "jsonl": (read_json_lines, made.json_lines(STORIES)),
    "parquet": (read_parquet, made.parquet(STORIES)),
    "excel": (read_excel, made.excel(STORIES)),
    "zip": (read_zip, made.archive({"a.txt": b"It cost $3 million.", "b/c.html": STORIES[0].html.encode()})),
    "warc": (read_warc, made.warc(STORIES)),
    "warc.gz": (read_warc, made.warc(STORIES, packed=True)),
    "html": (read_html, page_of(Page.of(STORIES[1].plain), next(iter(LAYOUTS))).encode()),
    "text": (read_text, STORIES[0].plain.encode()),
    "nexis": (read_database, exports.nexis_export(TOLD, 7).encode()),
    "nexis uni": (read_database, exports.nexis_uni_export(TOLD, 7).encode()),
    "factiva": (read_database, exports.factiva_export(TOLD, 7, coded=True).encode()),
    "proquest": (read_database, exports.proquest_export(TOLD, 7).encode()),
    "factiva html": (read_database_markup, exports.factiva_html_export(TOLD, 7, coded=True).encode()),
    "factiva xml": (read_database_markup, exports.factiva_xml_export(TOLD, 7).encode()),
}
"""A reader and a whole file for each format."""
WORDS = rb"{ } \ < > &#0; &#x110000; \u-99999? =?utf-8?b?x?= charset=x -1 99999999999 <!ENTITY stream endobj".split()
TOKENS = (*WORDS, b"\0", b"\xff", b"\n\n", b"\r", b"\\bin99 ", b'"')
"""Bytes that mean something in one of the formats."""


Edit = tuple[int, int, int, bytes]
"""What is done to bytes: one of five kinds of edit, where, over how many bytes, and what is put in."""
EDITS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 1 << 20), st.integers(0, 80), st.sampled_from(TOKENS)),
    min_size=1,
    max_size=4,
)


def edited(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes with stretches cut, doubled, overwritten or put in, or with their end cut off."""
    for kind, where, size, token in edits:
        at = where % (len(raw) + 1)
        if kind == 0:
            raw = raw[:at] + raw[at + size :]
        elif kind == 1:
            raw = raw[:at] + raw[at : at + size] * 3 + raw[at + size :]
        elif kind == 2:
            raw = raw[:at] + token + raw[at:]
        elif kind == 3:
            raw = raw[:at] + bytes([where % 256]) + raw[at + 1 :]
        else:
            raw = raw[:at]
    return raw


def edited_inside(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """An archive that is whole, with one of its files edited."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = sorted(files)[edits[0][1] % len(files)]
    return made.archive({**files, name: edited(files[name], edits)})
