"""The articles of tests/cases/formats.toml rendered into each format that is read."""

import csv
import gzip
import io
import json
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from html import escape
from pathlib import Path

import docx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    ListFlowable,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

CASES = Path(__file__).parents[1] / "cases" / "formats.toml"
STYLES = getSampleStyleSheet()


@dataclass(frozen=True)
class Story:
    """An article as its blocks, and what is known of it."""

    title: str
    publisher: str
    author: str
    published: date
    figures: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def body(self) -> str:
        """The blocks as text, items and rows close to one another and to the words that lead to them."""
        text = ""
        for before, here in zip(("", *self.blocks), self.blocks, strict=False):
            close = here[:2] in ("- ", "| ") and (here[:2] == before[:2] or before.endswith(":"))
            text += ("\n" if close else "\n\n") * bool(before) + here.removeprefix("# ")
        return text

    @property
    def plain(self) -> str:
        """The article as plain text, its title first."""
        return f"{self.title}\n\n{self.body}\n"

    @property
    def html(self) -> str:
        """The body as HTML."""
        return "".join(f"<{tag}>{inner}</{tag}>" for tag, inner in map(_element, _groups(self.blocks)))


def stories() -> list[Story]:
    """All articles."""
    return [
        Story(
            case["title"],
            case["publisher"],
            case["author"],
            case["published"],
            tuple(case["figures"]),
            tuple(case["blocks"]),
        )
        for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["article"]
    ]


def _groups(blocks: Sequence[str]) -> list[list[str]]:
    """Items of one list, and rows of one table, together; other blocks by themselves."""
    groups: list[list[str]] = []
    for block in blocks:
        if groups and block[:2] in ("- ", "| ") and groups[-1][0][:2] == block[:2]:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def cells_of(block: str) -> list[str]:
    """The cells of a row."""
    return [cell.strip() for cell in block.strip("| ").split(" | ")]


def _element(group: list[str]) -> tuple[str, str]:
    first = group[0][:2]
    if first == "# ":
        return "h2", escape(group[0][2:])
    if first == "- ":
        return "ul", "".join(f"<li>{escape(item[2:])}</li>" for item in group)
    if first == "| ":
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in cells_of(block)) for block in group)
        return "table", "".join(f"<tr>{row}</tr>" for row in rows)
    return "p", escape(group[0])


def _flowables(story: Story) -> list[Flowable]:
    body = STYLES["BodyText"]
    found: list[Flowable] = [Paragraph(escape(story.title), STYLES["Title"])]
    for group in _groups(story.blocks):
        if group[0].startswith("# "):
            found.append(Paragraph(escape(group[0][2:]), STYLES["Heading2"]))
        elif group[0].startswith("- "):
            items = [Paragraph(escape(item[2:]), body) for item in group]
            found.append(ListFlowable(items, bulletType="bullet", start="•"))
        elif group[0].startswith("| "):
            found += [Spacer(1, 6), Table([cells_of(block) for block in group]), Spacer(1, 6)]
        else:
            found.append(Paragraph(escape(group[0]), body))
    return found


def pdf(story: Story, columns: int = 1, *, repeated: int = 1) -> bytes:
    """A PDF by reportlab in one column or several, with a running header, the publisher and numbers of pages."""

    def edges(canvas: Canvas, page: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, A4[1] - 30, f"{story.publisher} | Business")
        canvas.drawString(60, 25, "For subscribers only. Price $9 million times read.")
        canvas.drawRightString(A4[0] - 60, 25, f"Page {page.page}")

    stream = io.BytesIO()
    flow = [one for _ in range(repeated) for one in _flowables(story)]
    if columns == 1:
        SimpleDocTemplate(stream, pagesize=A4, invariant=1).build(flow, onFirstPage=edges, onLaterPages=edges)
    else:
        width = (A4[0] - 120 - 18 * (columns - 1)) / columns
        frames = [Frame(60 + at * (width + 18), 60, width, 700, leftPadding=0, rightPadding=0) for at in range(columns)]
        page = BaseDocTemplate(stream, pagesize=A4, invariant=1)
        page.addPageTemplates([PageTemplate(id="columns", frames=frames, onPage=edges)])
        page.build(flow)
    return stream.getvalue()


def word(story: Story) -> bytes:
    """A Word document with styles of headings and lists, tables, and a header."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = f"{story.publisher} - strictly $9 million"
    document.add_heading(story.title, 0)
    for group in _groups(story.blocks):
        if group[0].startswith("# "):
            document.add_heading(group[0][2:], 2)
        elif group[0].startswith("- "):
            for item in group:
                document.add_paragraph(item[2:], style="List Bullet")
        elif group[0].startswith("| "):
            rows = [cells_of(block) for block in group]
            table = document.add_table(len(rows), len(rows[0]))
            for at, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    table.cell(at, column).text = cell
        else:
            paragraph = document.add_paragraph()
            for at, piece in enumerate(group[0].split("million")):  # words of one figure in several runs
                paragraph.add_run(("million" if at else "") + piece[:5])
                paragraph.add_run(piece[5:]).italic = True
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _codes(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
    return "".join(char if char < "\x80" else f"\\u{ord(char) - 65536 * (ord(char) > 32767)}?" for char in plain)


def rtf(story: Story) -> bytes:
    """Rich Text Format as word processors write it: styles, list texts, rows of cells, a header."""
    lines = [
        r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}}",
        r"{\stylesheet{\ql\f0\fs22 Normal;}{\s1\b\fs32 heading 1;}{\s2\b\fs26 heading 2;}}",
        rf"{{\header {_codes(story.publisher)} $9 million\par}}",
        rf"\pard\plain\s1\outlinelevel0 {_codes(story.title)}\par",
    ]
    for block in story.blocks:
        if block.startswith("# "):
            lines.append(rf"\pard\plain\s2\outlinelevel1 {_codes(block[2:])}\par")
        elif block.startswith("- "):
            lines.append(rf"{{\listtext\pard\plain\f0 \'b7\tab}}\pard\plain\ls1 {_codes(block[2:])}\par")
        elif block.startswith("| "):
            cells = cells_of(block)
            edges = "".join(rf"\cellx{2000 * at}" for at in range(1, len(cells) + 1))
            lines.append(rf"\trowd{edges}" + "".join(rf"\pard\intbl {_codes(cell)}\cell" for cell in cells) + r"\row")
        else:
            lines.append(rf"\pard\plain\ql\f0\fs22 {_codes(block)}\par")
    return "\n".join([*lines, "}"]).encode("ascii")


def message(story: Story, *, html: bool = False) -> EmailMessage:
    """A message with the article as plain text, wrapped softly, or as a page; a quoted reply and a signature below."""
    mail = EmailMessage()
    mail["Subject"] = f"Fwd: {story.title}"
    mail["From"] = f"{story.publisher} <news@wire.example>"
    mail["Date"] = story.published.strftime("%a, %d %b %Y 07:30:00 +0100")
    below = "\n\nOn Mon, 2 Dec 2024, Ada Lind <ada@mill.example> wrote:\n> It cost $8 million.\n\n-- \nBo, $7m desk\n"
    if html:
        mail.set_content("Open this message in a browser.")
        mail.add_alternative(f"<html><body><h1>{escape(story.title)}</h1>{story.html}</body></html>", subtype="html")
    else:
        mail.set_content(story.plain + below, cte="quoted-printable")
    return mail


def mailbox(all_stories: Sequence[Story]) -> bytes:
    """A mailbox of messages."""
    lines = (b"From news@wire.example Tue Mar  4 07:30:00 2025\n" + message(one).as_bytes() for one in all_stories)
    return b"\n\n".join(lines)


def rss(all_stories: Sequence[Story]) -> bytes:
    """A feed by RSS 2.0 with the articles as encoded HTML."""
    items = "".join(
        f"<item><title>{escape(escape(one.title))}</title><link>https://wire.example/{at}</link>"
        f"<pubDate>{one.published:%a, %d %b %Y} 07:30:00 +0100</pubDate><description>{escape(one.title)}</description>"
        f"<content:encoded><![CDATA[{one.html}]]></content:encoded></item>"
        for at, one in enumerate(all_stories, 1)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Wire</title>'
        f"<language>en-GB</language>{items}</channel></rss>"
    ).encode()


def atom(all_stories: Sequence[Story]) -> bytes:
    """A feed by Atom."""
    entries = "".join(
        f'<entry><title>{escape(one.title)}</title><link href="https://wire.example/{at}"/>'
        f"<published>{one.published}T07:30:00Z</published><author><name>{one.author}</name></author>"
        f'<content type="html">{escape(one.html)}</content></entry>'
        for at, one in enumerate(all_stories, 1)
    )
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>{entries}</feed>'.encode()
    )


COLUMNS = ("id", "headline", "pub_date", "source", "byline", "url", "body", "words")


def records(all_stories: Sequence[Story], *, html: bool = False) -> list[dict[str, str]]:
    """The articles as records of a table."""
    return [
        {
            "id": f"A{at:04}",
            "headline": one.title,
            "pub_date": one.published.isoformat(),
            "source": one.publisher,
            "byline": one.author,
            "url": f"https://wire.example/{at}",
            "body": one.html if html else one.body,
            "words": str(len(one.body.split())),
        }
        for at, one in enumerate(all_stories, 1)
    ]


def delimited(all_stories: Sequence[Story], delimiter: str = ",") -> bytes:
    """A CSV with line breaks inside its cells."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(records(all_stories))
    return stream.getvalue().encode("utf-8-sig")


def json_lines(all_stories: Sequence[Story]) -> bytes:
    """JSON Lines with the articles as HTML."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in records(all_stories, html=True))


def parquet(all_stories: Sequence[Story]) -> bytes:
    """A Parquet file."""
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records(all_stories)), stream)
    return stream.getvalue()


def excel(all_stories: Sequence[Story]) -> bytes:
    """A workbook with an empty row above its table and a sheet without text."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([])
    sheet.append(COLUMNS)
    for one, story in zip(records(all_stories), all_stories, strict=True):
        sheet.append([story.published if name == "pub_date" else one[name] for name in COLUMNS])
    book.create_sheet("Notes").append(["checked", "by"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in files.items():
            made.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), raw)
    return stream.getvalue()


def warc(all_stories: Sequence[Story], *, packed: bool = False) -> bytes:
    """A web archive: an info record, then a request and an answer for each article, and a picture."""
    pack: Callable[[bytes], bytes] = (lambda raw: gzip.compress(raw, mtime=0)) if packed else bytes
    held = [pack(_record("warcinfo", "", b"software: wire\r\n", "application/warc-fields"))]
    for at, one in enumerate(all_stories, 1):
        title = escape(one.title)
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{one.html}</body></html>"
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
        url = f"https://wire.example/{at}"
        held.append(
            pack(
                _record(
                    "request", url, b"GET / HTTP/1.1\r\nHost: wire.example\r\n\r\n", "application/http;msgtype=request"
                )
            )
        )
        held.append(pack(_record("response", url, answer, "application/http;msgtype=response")))
    picture = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG"
    held.append(pack(_record("response", "https://wire.example/a.png", picture, "application/http;msgtype=response")))
    return b"".join(held)


def _record(kind: str, url: str, payload: bytes, media_type: str) -> bytes:
    number = sum(payload) % 10_000
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>",
        "WARC-Date: 2025-05-06T07:08:09Z",
        *([f"WARC-Target-URI: {url}"] if url else []),
        f"Content-Type: {media_type}",
        f"Content-Length: {len(payload)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + payload + b"\r\n\r\n"
