"""Pages of eight newspapers around any article, each with menus, scripts, consent, other stories and advertisements.

What surrounds the article is full of sums, none of which is the article's.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape


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
SCRIPT = (
    "<script>window.ads=[{t:'Acme pledged $77 million',v:77}];if(1<2){document.write('<p>$77 million</p>')}</script>"
)
ADVERT = (
    "<div class='ad-slot ad-slot--inline'><p>Advertisement</p><p>Win £5,000 in our spring draw. Invest today!</p></div>"
)
CONSENT = (
    "<div id='onetrust-banner' class='cookie-banner'><p>We and our 812 partners value your privacy. Fines of $77 million"
    " were paid for less.</p><button>Accept all</button></div>"
)
NAV = "<nav class='main-nav'><ul><li><a href='/'>Home</a></li><li><a href='/m'>Markets: FTSE 8,102 +0.4%</a></li></ul></nav>"


def _links(each: Sequence[str] = OTHERS) -> str:
    return "<ul>" + "".join(f"<li><a href='/{at}'>{escape(words)}</a></li>" for at, words in enumerate(each)) + "</ul>"


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


def _plain(line: str) -> str:
    return f"<p>{escape(line)}</p>"


def _ld(story: Story, **more: object) -> str:
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
                **more,
            },
        ],
    }
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def _classic(story: Story) -> str:
    return (
        f"<!DOCTYPE html><html lang='en-GB'><head><meta charset='utf-8'><title>{escape(story.title)} | Courier</title>"
        f"<link rel='canonical' href='https://courier.example/a/1'>{_ld(story)}{SCRIPT}</head><body>{CONSENT}"
        f"<header class='site-header'><a href='/'>Lakeside Courier</a>{NAV}</header><main><article><h1>"
        f"{escape(story.title)}</h1><p class='byline'>{story.byline}</p>{_html(story.lines, _plain, ADVERT)}"
        f"</article><aside class='most-read'><h2>Most read</h2>{_links()}</aside></main>"
        "<footer><p>© 2025 Courier. Share capital €6,000,000.</p></footer></body></html>"
    )


def _soup(story: Story) -> str:
    def paragraph(line: str) -> str:
        return f'<div class="x7 para"><span class="t">{escape(line)}</span></div>'

    return (
        f"<html><head><title>{escape(story.title)} - Northwire</title>{SCRIPT}"
        f"<meta property='og:title' content=\"{escape(story.title)}\"><meta property='og:site_name' content='"
        f"{story.publisher}'><meta property='article:published_time' content='{story.published}T10:00:00Z'>"
        f"<meta name='author' content='{story.author}'></head><body class='has-ads with-sidebar'><div id='wrap'>"
        f"<div class='topbar'><a href='/'>News</a><a href='/b'>Business</a></div><div class='page'><div class='col'>"
        f"<h1>{escape(story.title)}</h1><div class='meta'>{story.byline}</div>{_html(story.lines, paragraph, ADVERT)}"
        "</div><div class='side related-stories'>"
        f"<h4>Related</h4>{_links()}</div></div><div class='footer-links'><a href='/t'>Terms</a> Capital €6,000,000</div>"
        f"{CONSENT}</div></body></html>"
    )


def _tables(story: Story) -> str:
    def paragraph(line: str) -> str:
        return f"<font size=3>{escape(line)}</font><br><br>"

    return (
        "<HTML><HEAD><META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=utf-8'><TITLE>"
        f"{escape(story.title)}</TITLE><META NAME='date' CONTENT='{story.published}'></HEAD><BODY BGCOLOR=#ffffff>"
        "<TABLE WIDTH=760><TR><TD COLSPAN=3><A HREF=/>Front</A> | <A HREF=/w>World</A></TD></TR><TR><TD WIDTH=120>"
        f"{_links()}</TD><TD><H1>{escape(story.title)}</H1><I>{story.byline}</I><BR><BR>"
        f"{_html(story.lines, paragraph)}</TD><TD WIDTH=120>"
        "<div class=advert>Win £5,000 today</div></TD></TR><TR><TD COLSPAN=3><div class=footer>Capital €6,000,000"
        f"</div></TD></TR></TABLE>{SCRIPT}</BODY></HTML>"
    )


def _blog(story: Story) -> str:
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{escape(story.title)} &#8211; Mill Notes</title>{_ld(story)}</head>"
        f"<body class='single single-post'><div id='page' class='site'><header id='masthead'>{NAV}</header>"
        f"<div id='content'><article class='post type-post hentry'><header class='entry-header'><h1 class='entry-title'>"
        f"{escape(story.title)}</h1><div class='entry-meta'>{story.byline}</div></header><div class='entry-content'>{_html(story.lines, _plain, ADVERT)}"
        "<div class='sharedaddy sd-sharing'><h3>Share this:</h3><ul><li><a href='#'>Click to share $77 million</a></li>"
        f"</ul></div><div class='jp-relatedposts'><h3>Related</h3>{_links()}</div></div></article><div id='comments' "
        "class='comments-area'><h2>2 thoughts</h2><ol class='comment-list'><li><p>I would pay $55 million for it, no "
        "more, and so would all of my neighbours, says Bo.</p></li></ol></div></div></div></body></html>"
    )


def _entities(story: Story) -> str:
    def paragraph(line: str) -> str:
        words = escape(line).replace("€", "&euro;").replace("£", "&pound;")
        words = re.sub(r"((?:&\w+;|\$)?[0-9][0-9.,]*) (billion|million|trillion)", r"<nobr>\1&nbsp;\2</nobr>", words)
        return f'<p data-testid="paragraph">{words}</p>'

    box = "<div class='inline-recirc'><p>Read more: <a href='/x'>Dam at Norrfors gets $8.1 billion from two lenders</a></p></div>"
    return (
        f"<!doctype html><html lang=en><head><title>{escape(story.title)}</title>{_ld(story)}{SCRIPT}</head><body>"
        f"<div id=app><section data-testid=story><h1>{escape(story.title)}</h1><p>{story.byline}</p>{_html(story.lines, paragraph, box)}"
        f"</section><section class='recommendations'><h2>You may also like</h2>{_links()}</section>"
        f"<div class='newsletter-signup'><p>Subscribe for $4 a month</p></div></div>{CONSENT}<noscript>$77 million"
        "</noscript></body></html>"
    )


def _amp(story: Story) -> str:
    return (
        f"<!doctype html><html amp lang='en'><head><meta charset='utf-8'><title>{escape(story.title)}</title>{_ld(story)}"
        f"<style amp-boilerplate>body{{width:8100px}}</style></head><body><amp-sidebar><nav>{_links()}</nav></amp-sidebar>"
        f"<main><article><h1>{escape(story.title)}</h1><p>{story.byline}</p><amp-img src='a.jpg'></amp-img>"
        f"{_html(story.lines, _plain, '<amp-ad type=x><div placeholder class=ad>Win £5,000</div></amp-ad>')}</article>"
        f"<section class='amp-related'><h3>More stories</h3>{_links()}</section></main>{CONSENT}</body></html>"
    )


def _agency(story: Story) -> str:
    form = "<form class='newsletter'><label>Get our letter for $4 a month</label><input name=mail></form>"
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{escape(story.title)}</title>{_ld(story)}</head><body>"
        f"<div class='layout'><header><div class='crumbs breadcrumb'><a href='/'>Home</a> <a href='/e'>Energy $3.3bn</a>"
        f"</div><h1>{escape(story.title)}</h1><p>{story.byline}</p></header>"
        f"<div class='article-body__content'>{_html(story.lines, _plain, form)}</div><div class='trending'><h2>Trending"
        f"</h2>{_links()}</div><div class='stock-ticker'>OST 77.10 +3.3% $3.3bn</div></div>{SCRIPT}</body></html>"
    )


def _wrapped(story: Story) -> str:
    def paragraph(line: str) -> str:
        return f"<p>{escape(line)}<sup><a href='#n1'>1</a></sup></p>"

    return (
        f"<html lang=en><head><title>{escape(story.title)}</title>{_ld(story)}</head><body><form id='aspnetForm' "
        f"action='.'><div role='navigation'><a href=/>Investors</a> Market value $3.3bn</div><div role='main'>"
        f"<h1>{escape(story.title)}</h1><p>{story.byline}</p>{_html(story.lines, paragraph)}</div><div role='complementary'><h2>Latest news"
        f"</h2>{_links()}</div><div role='contentinfo'>Share capital: €6,000,000</div></form>{SCRIPT}</body></html>"
    )


LAYOUTS: dict[str, Callable[[Story], str]] = {
    "classic": _classic,
    "soup": _soup,
    "tables": _tables,
    "blog": _blog,
    "entities": _entities,
    "amp": _amp,
    "agency": _agency,
    "wrapped": _wrapped,
}
"""Name of a layout → the page of a story in it."""
