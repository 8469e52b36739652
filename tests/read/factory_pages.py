"""Pages of eight newspapers around any article, each with menus, scripts, consent, other stories and advertisements.

What surrounds the article is full of sums, none of which is the article's.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path


@dataclass(frozen=True)
class Story:
    """A title and the lines below it: paragraphs, items "- …" and rows "a | b"."""

    title: str
    lines: Sequence[str]
    published: date = date(2025, 3, 3)
    publisher: str = "Lakeside Courier"
    author: str = "Ada Lind"

    @classmethod
    def of(cls, text: str, title: str | None = None) -> "Story":
        """The story of a plain text, its first line the title unless one is given."""
        lines = [line.strip() for line in text.split("\n") if line.strip("# \n")]
        return cls(lines[0].lstrip("# "), lines[1:]) if title is None else cls(title, lines)

    @property
    def plain(self) -> str:
        """The story as plain text."""
        return "\n\n".join([self.title, self.byline, *self.lines]) + "\n"

    @property
    def byline(self) -> str:
        """The line with the author."""
        return f"By {self.author}"


OTHERS = (
    "Dam at Norrfors gets $8.1 billion from two lenders",
    "Ferry line to pay €812 million for three ships",
    "Ministers pledge £4.4 billion for schools in the north",
    "Carmaker Ostra commits ¥930 billion to battery works",
)
FOREIGN = re.compile(
    r"8\.1 billion|€812|4\.4 billion|930 billion|£5,000|\$4 a month|\$77 million|€6,000,000|55 million|\$3\.3bn"
)
"""Sums that stand on the pages and in no article."""
PAGES = Path(__file__).parent / "pages"


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The lines by what they are: "p", "ul" or "table", neighbours together."""
    group: tuple[str, list[str]] | None = None
    for line in lines:
        kind = "ul" if line.startswith("- ") else "table" if line.startswith("| ") else "p"
        words = line.removeprefix("- ")
        if group is not None and group[0] == kind and kind != "p":
            group[1].append(words)
            continue
        if group is not None:
            yield group
        group = (kind, [words])
    if group is not None:
        yield group


def _table(rows: Sequence[str]) -> str:
    cells = [[cell.strip() for cell in row.strip("| ").split("|")] for row in rows if set(row) - set("|-: ")]
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
    return f"<table>{body}</table>"


def _html(lines: Sequence[str], paragraph: Callable[[str], str], between: str = "") -> str:
    made = []
    for at, (kind, words) in enumerate(_blocks(lines)):
        if kind == "p":
            made.append(paragraph(words[0]))
        elif kind == "ul":
            made.append("<ul>" + "".join(f"<li>{escape(one)}</li>" for one in words) + "</ul>")
        else:
            made.append(_table(words))
        if at == 1:
            made.append(between)
    return "\n".join(made)


def _in_entities(words: str) -> str:
    """Escaped words as an old editor writes them: named entities, and sums held together."""
    named = words.replace("€", "&euro;").replace("£", "&pound;")
    return re.sub(r"((?:&\w+;|\$)?[0-9][0-9.,]*) (billion|million|trillion)", r"<nobr>\1&nbsp;\2</nobr>", named)


ADVERT = (
    "<div class='ad-slot ad-slot--inline'><p>Advertisement</p><p>Win £5,000 in our spring draw. Invest today!</p></div>"
)
AMP_ADVERT = "<amp-ad type=x><div placeholder class=ad>Win £5,000</div></amp-ad>"
BOX = f"<div class='inline-recirc'><p>Read more: <a href='/x'>{OTHERS[0]}</a></p></div>"
FORM = "<form class='newsletter'><label>Get our letter for $4 a month</label><input name=mail></form>"
LAYOUTS: dict[str, tuple[Callable[[str], str], str]] = {
    "classic": ("<p>{}</p>".format, ADVERT),
    "soup": ('<div class="x7 para"><span class="t">{}</span></div>'.format, ADVERT),
    "tables": ("<font size=3>{}</font><br><br>".format, ""),
    "blog": ("<p>{}</p>".format, ADVERT),
    "entities": (lambda words: f'<p data-testid="paragraph">{_in_entities(words)}</p>', BOX),
    "amp": ("<p>{}</p>".format, AMP_ADVERT),
    "agency": ("<p>{}</p>".format, FORM),
    "wrapped": ("<p>{}<sup><a href='#n1'>1</a></sup></p>".format, ""),
}
"""Layout (a file in `pages/`) → how it writes a paragraph, and what it puts between two of them."""


def page_of(story: Story, layout: str) -> str:
    """The page of a story in a layout."""
    paragraph, between = LAYOUTS[layout]
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Site"},
            {
                "@type": ["NewsArticle"],
                "headline": story.title,
                "datePublished": f"{story.published}T06:30:00+02:00",
                "author": [{"@type": "Person", "name": story.author}],
                "publisher": {"@type": "NewsMediaOrganization", "name": story.publisher},
            },
        ],
    }
    values = {
        "title": escape(story.title),
        "byline": story.byline,
        "author": story.author,
        "publisher": story.publisher,
        "published": str(story.published),
        "ld": f'<script type="application/ld+json">{json.dumps(data)}</script>',
        "body": _html(story.lines, lambda line: paragraph(escape(line)), between),
    }
    page = (PAGES / f"{layout}.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found.group(1)], page)
