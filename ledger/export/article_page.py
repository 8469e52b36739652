"""A self-contained HTML page of one article with its figures marked; it fetches nothing and runs no script."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from ledger.errors import LedgerError
from ledger.export.frames import Frames
from ledger.export.lexicon import export_words
from ledger.export.safe import ILLEGAL_TEXT, web_address
from ledger.money.amounts import row_words

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
body{font:16px/1.6 Georgia,serif;color:#1b1b1b;max-width:64rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.3}.about,table,.legend{font:14px/1.5 system-ui,sans-serif}
article{white-space:pre-wrap}
mark{padding:0 .15em;border-radius:.2em;background:#dbe8f8;border-bottom:2px solid #1f3864;color:inherit}
mark.statistic{background:#eee;border-bottom:2px dotted #555}mark a{color:inherit;text-decoration:none}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #ccc;padding:.35rem .5rem;text-align:left;vertical-align:top}
th{border-bottom:2px solid #1f3864}td.amount{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tr:target,mark:target{outline:2px solid #b45f06}
@media print{body{margin:0;max-width:none}}
"""


def write_article_page(book: Frames, path: Path, document_id: str | None = None) -> None:
    """Write the page of one article, by default the only one in `book`; raises LedgerError where there are several."""
    path.write_text(article_page(book, document_id), encoding="utf-8")


def article_page(book: Frames, document_id: str | None = None) -> str:
    """The page as text: the article with its figures marked, and a table of them; both link to each other."""
    article = _chosen(book, document_id)
    claims = list(
        book.claims.filter(pl.col("document_id") == article["document_id"]).sort("start", "end").iter_rows(named=True)
    )
    members = {row["claim_id"]: row for row in book.memberships.iter_rows(named=True)}
    title = escape(_clean(article["title"] or article["source"]))
    limits = export_words()["limits"]
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
            *_table(claims, members),
            f"<h2>{limits['topic']}</h2><ul>{''.join(f'<li>{escape(item)}</li>' for item in limits['items'])}</ul>",
            "</body></html>\n",
        ]
    )


def _chosen(book: Frames, document_id: str | None) -> Mapping[str, Any]:
    found = book.documents if document_id is None else book.documents.filter(pl.col("document_id") == document_id)
    if found.height != 1:
        raise LedgerError(f"a page shows one article, but {found.height} are chosen; filter until one is left")
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
    """The pieces of `text`, escaped; each figure is marked and links to its row, except one inside another."""
    end = 0
    for number, claim in enumerate(claims, 1):
        if claim["start"] < end:
            continue
        yield escape(_clean(text[end : claim["start"]]))
        kind = "commitment" if claim["stage"] else "statistic"
        exact = escape(_clean(text[claim["start"] : claim["end"]]))
        note = escape(_note(claim), quote=True)
        yield f'<mark class="{kind}" id="m{number}" title="{note}"><a href="#r{number}">{exact}</a></mark>'
        end = claim["end"]
    yield escape(_clean(text[end:]))


def _note(claim: Mapping[str, Any]) -> str:
    return _clean(", ".join(part for part in (row_words(claim), claim["measure"], claim["stage"]) if part))


def _table(claims: Sequence[Mapping[str, Any]], members: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    heads = ("Figure", "As printed", "Actor", "Recipient", "Field", "Measure", "Stage", "Counted")
    header = "".join(f"<th scope=col>{head}</th>" for head in heads)
    yield f"<h2>Figures</h2><table><thead><tr>{header}</tr></thead><tbody>"
    for number, claim in enumerate(claims, 1):
        names = ["; ".join(name["name"] for name in claim[role]) for role in ("actor", "recipient")]
        fields = "; ".join(tag["code"] for tag in claim["fields"])
        counted = _counted(members.get(claim["claim_id"]))
        cells = (*names, fields, claim["measure"], claim["stage"] or "–", counted)
        amount = f'<td class="amount">{escape(_clean(row_words(claim)))}</td>'
        exact = f'<td><a href="#m{number}">{escape(_clean(claim["exact"]))}</a></td>'
        rest = "".join(f"<td>{escape(_clean(cell))}</td>" for cell in cells)
        yield f'<tr id="r{number}">{amount}{exact}{rest}</tr>'
    yield "</tbody></table>"


def _counted(member: Mapping[str, Any] | None) -> str:
    if member is None:
        return "–"
    return "yes" if member["counted"] else f"no: {member['exclusion_reason']}"
