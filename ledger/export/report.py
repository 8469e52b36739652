"""A self-contained HTML page of one article with its figures marked; nothing is fetched and no script runs."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from ledger.errors import LedgerError
from ledger.export.frames import Frames
from ledger.export.safe import ILLEGAL_TEXT, web_address
from ledger.money.amounts import figure_words

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
body{font:16px/1.6 Georgia,serif;color:#1b1b1b;max-width:64rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.3}.about,table,.legend{font:14px/1.5 system-ui,sans-serif}
article{white-space:pre-wrap}mark{padding:0 .15em;border-radius:.2em;background:#dbe8f8;border-bottom:2px solid #1f3864;color:inherit}
mark.statistic{background:#eee;border-bottom:2px dotted #555}mark a{color:inherit;text-decoration:none}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #ccc;padding:.35rem .5rem;text-align:left;vertical-align:top}
th{border-bottom:2px solid #1f3864}td.amount{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tr:target,mark:target{outline:2px solid #b45f06}
@media print{body{margin:0;max-width:none}}
"""


def write_report(book: Frames, path: Path, document_id: str | None = None) -> None:
    """Write the page of one article, by default the only one in `book`; raises LedgerError where there are several to choose from."""
    path.write_text(report(book, document_id), encoding="utf-8")


def report(book: Frames, document_id: str | None = None) -> str:
    """The page as text: the article with marks, and a table of its figures with links between both."""
    article = _chosen(book, document_id)
    claims = list(
        book.claims.filter(pl.col("document_id") == article["document_id"]).sort("start", "end").iter_rows(named=True)
    )
    where = {row["claim_id"]: row for row in book.memberships.iter_rows(named=True)}
    title = escape(_clean(article["title"] or article["source"]))
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{escape(article["language"] or "en", quote=True)}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{title}</title><style>{STYLE}</style></head><body>",
            f"<h1>{title}</h1>",
            f'<p class="about">{_about(article, len(claims))}</p>',
            f"<article>{''.join(marked(article['text'], claims))}</article>",
            *_table(claims, where),
            "</body></html>\n",
        ]
    )


def _chosen(book: Frames, document_id: str | None) -> Mapping[str, Any]:
    found = book.documents if document_id is None else book.documents.filter(pl.col("document_id") == document_id)
    if found.height != 1:
        raise LedgerError(
            f"a page shows one article and {found.height} are chosen; filter to one, or name its document id"
        )
    return found.row(0, named=True)


def _clean(text: str) -> str:
    return ILLEGAL_TEXT.sub("", text)


def _about(article: Mapping[str, Any], figures: int) -> str:
    day = article["published"].isoformat() if article["published"] else None
    parts = [escape(_clean(part)) for part in (article["publisher"], article["author"], day) if part]
    address = web_address(article["url"])
    if address:
        parts.append(f'<a rel="noopener noreferrer" href="{escape(address, quote=True)}">original</a>')
    return " · ".join([*parts, f"{figures} figure{'' if figures == 1 else 's'}"])


def marked(text: str, claims: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The pieces of `text`, escaped, each figure in a mark that leads to its row; a figure inside another is left to its row."""
    at = 0
    for number, claim in enumerate(claims, 1):
        if claim["start"] < at:
            continue
        yield escape(_clean(text[at : claim["start"]]))
        kind = "commitment" if claim["stage"] else "statistic"
        said = escape(_clean(text[claim["start"] : claim["end"]]))
        yield f'<mark class="{kind}" id="m{number}" title="{escape(_note(claim), quote=True)}"><a href="#r{number}">{said}</a></mark>'
        at = claim["end"]
    yield escape(_clean(text[at:]))


def _note(claim: Mapping[str, Any]) -> str:
    return _clean(", ".join(part for part in (_words(claim), claim["measure"], claim["stage"]) if part))


def _words(claim: Mapping[str, Any]) -> str:
    return figure_words(claim["unit"], claim["value"], claim["lower"], claim["upper"], claim["bound"])


def _table(claims: Sequence[Mapping[str, Any]], where: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    heads = ("Figure", "As printed", "Actor", "Recipient", "For", "Measure", "Stage", "Counted")
    yield f"<h2>Figures</h2><table><thead><tr>{''.join(f'<th scope=col>{head}</th>' for head in heads)}</tr></thead><tbody>"
    for number, claim in enumerate(claims, 1):
        names = ["; ".join(name["name"] for name in claim[role]) for role in ("actor", "recipient")]
        cells = [
            claim["exact"],
            *names,
            "; ".join(tag["code"] for tag in claim["fields"]),
            claim["measure"],
            claim["stage"] or "–",
        ]
        counted = _counted(where.get(claim["claim_id"]))
        rest = "".join(f"<td>{escape(_clean(cell))}</td>" for cell in (*cells[1:], counted))
        first = f'<td class="amount">{escape(_clean(_words(claim)))}</td><td><a href="#m{number}">{escape(_clean(cells[0]))}</a></td>'
        yield f'<tr id="r{number}">{first}{rest}</tr>'
    yield "</tbody></table>"


def _counted(member: Mapping[str, Any] | None) -> str:
    if member is None:
        return "–"
    return "yes" if member["counted"] else f"no: {member['exclusion_reason']}"
