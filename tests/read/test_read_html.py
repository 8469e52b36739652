"""Web pages: the article and its figures, whatever surrounds them; facts of the page; pages that are no article."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring

from ledger.book.ingest import document_of
from ledger.lexicons import load
from ledger.options import Attributor
from ledger.pipeline import claims_of
from ledger.read.article import Article, ReadOptions, ReadProblem
from ledger.read.html import read_html
from ledger.read.html.blocks import blocks_of
from ledger.read.html.metadata import page_facts
from ledger.read.html.surroundings import _pattern, named_around, says
from ledger.segment import segment
from schemas import Claim, Section
from tests.read.factory_pages import FOREIGN, LAYOUTS, OTHERS, Story, page_of

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
STORY = Story(
    "Velora to put €2.9 billion into Portugal plant",
    [
        "LISBON - Velora will invest €2.9 billion in Portugal by 2030, including €400 million for a laboratory.",
        "The state lends it $310 million & pays a grant of £45.5 million. “It is a start,” said the minister.",
        "- Norcrest will buy 1,200 trucks for $88 million.",
        "- Ostra pledged ¥12 billion for ports.",
        "| Donor | Pledged (US$ m) |",
        "| Norland | 62 |",
        "| Sudland | 5.5 |",
        "The plant opens in March 2027. It will employ 1,400 people, 3% of the town.",
    ],
)


def _article(page: str | bytes, **options: Any) -> Article:
    raw = page if isinstance(page, bytes) else page.encode()
    article, *more = read_html(raw, ReadOptions(**options))
    assert isinstance(article, Article), article
    assert more == []
    return article


def _told(claim: Claim) -> tuple[object, ...]:
    """The value and attributes of a claim."""
    return (
        " ".join(claim.exact.split()), claim.unit, claim.value, claim.lower, claim.upper, claim.bound, claim.measure,
        claim.stage, claim.period, *((*(name.name for name in names),) for names in (claim.actor, claim.recipient)),
        tuple(field.code for field in claim.fields),
    )  # fmt: skip


def _claims(text: str) -> list[Claim]:
    return list(claims_of(document_of(text, date(2025, 3, 3)), attributor=Attributor.FAST).claims)


@pytest.mark.parametrize("seed", ["", "000", "004"])
def test_the_figures_of_a_page_are_those_of_its_plain_text(seed: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in SEEDS if seed and path.name.startswith(seed)]
    story = Story.of(texts[0], "Notes of the day") if texts else STORY
    wanted = Counter(_told(claim) for claim in _claims(story.plain))
    assert wanted
    for name in LAYOUTS:
        article = _article(page_of(story, name))
        listed = [part for part in segment(article.text) if part.section is Section.HEADLINE_LIST]
        own = [
            claim for claim in _claims(article.text) if not any(part.start <= claim.start < part.end for part in listed)
        ]
        assert Counter(map(_told, own)) == wanted, name
        assert not FOREIGN.search(article.text.partition("\nRelated stories:")[0]), name


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_page_tells_its_facts(name: str) -> None:
    article = _article(page_of(STORY, name), url="https://courier.example/now")
    assert (article.title, article.published) == (STORY.title, STORY.published)
    if name != "tables":
        assert (article.publisher, article.author) == (STORY.publisher, STORY.author)
    assert article.url == ("https://courier.example/a/1" if name == "classic" else "https://courier.example/now")
    assert article.language in ("en", None)


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_part_of_the_text_tells_its_place_on_the_page(name: str) -> None:
    page = page_of(STORY, name)
    article, tree = _article(page), document_fromstring(page)
    assert len(article.parts) >= len(STORY.lines)
    for part in article.parts:
        words = article.text[part.start : part.end].strip("#-| ").removeprefix("Caption: ")
        [element] = tree.xpath(part.place.rpartition(" ")[2])
        assert words.split()[-1].split("|")[0] in " ".join(element.itertext()).replace("\u00a0", " ")


BODY = (
    "<p>Velora will invest <b>€3</b>&nbsp;million in a mill in the north, it said on Monday at its yearly meeting.</p>"
)
LONG = "".join(
    f"<p>Paragraph {at} says that {at}0 people will work at the mill, and what each of them does.</p>"
    for at in range(30)
)
AROUND = "<p>The mill will stand at the river, in a town of a few thousand people, and the firm itself will run it.</p>"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>It pays <nobr>$4 million</nobr> more.</p>", "It pays $4 million more."),
        ("<p>It pays<sup>1</sup> $4 million<sup><a href=#a>[2]</a></sup>.</p>", "It pays $4 million."),
        ("<p>It is 40 km<sup>2</sup> and CO<sub>2</sub> free.</p>", "It is 40 km² and CO2 free."),
        ("<p>It paid €787 m<sup>1</sup>, €46 m<sup><a href='#n2'>2</a></sup></p>", "It paid €787 m, €46 m"),
        ("<p>10<sup>6</sup> tonnes</p>", "10^6 tonnes"),
        ("<p>On the 4<sup>th</sup> it paid $4m<sup>*</sup></p>", "On the 4th it paid $4m"),
        ("<p>It paid 2<sup>1</sup>/<sub>2</sub> million</p>", "It paid 2 1/2 million"),
        ("<p>It pays <s>$9 million</s> <del>$8 million</del> $4 million.</p>", "It pays $4 million."),
        ("<p>€1&#160;480 and &pound;5&thinsp;m, a&shy;way, 3<wbr>00</p>", "€1\u00a0480 and £5\u2009m, away, 300"),
        ("One pays $4 million.<br><br>Another pays $5 million.", "One pays $4 million.\n\nAnother pays $5 million."),
        ("<p>Lines<br>of $4 million<br>each</p>", "Lines\nof $4 million\neach"),
        ("<ul><li>One: $4 million<li>Two: $5 million</ul>", "- One: $4 million\n- Two: $5 million"),
        ("<dl><dt>Cost</dt><dd>$4 million</dd></dl>", "- Cost\n- $4 million"),
        (
            "<figure><img alt='$9 million'><figcaption>A quay of $4 million</figcaption></figure>",
            "Caption: A quay of $4 million",
        ),
        ("<h2>What it costs</h2>", "## What it costs"),
        ("<blockquote><p>We pay $4 million for it, no more.</p></blockquote>", "We pay $4 million for it, no more."),
        ("<aside class=factbox><p>In all: $4 million since 2019.</p></aside>", "In all: $4 million since 2019."),
        ("<my-box><p>A tail of $4 million.</p></my-box>", "A tail of $4 million."),
        ("<p>It&#0; pays&#x1F; $4\ufffe million\x07.</p>", "It pays $4 million ."),
        ("<p>It said: <q>so $4 million</q></p>", "It said: “so $4 million”"),
        (
            "<table><caption>Costs (€ m)</caption><tr><th>Item<th colspan=2>2025</tr>"
            "<tr><td rowspan=2>Quay<td>3<td>4</tr><tr><td>5<td>6</tr></table>",
            "Costs (€ m)\n\n| Item | 2025 | 2025 |\n|---|---|---|\n| Quay | 3 | 4 |\n| Quay | 5 | 6 |",
        ),
        ("<table><tr><td><p>Laid out $4 million.</p></td></tr></table>", "Laid out $4 million."),
        (
            "<table><tr><td>A|B<td>$4 million</tr><tr><td>C<td>$5<br>million</tr></table>",
            "| A/B | $4 million |\n| C | $5 million |",
        ),
    ],
)
def test_what_extractors_lose_is_recovered(markup: str, text: str) -> None:
    article = _article(f"<article><h1>Mill opens</h1>{BODY}{markup}{AROUND}</article>")
    assert article.text == f"# Mill opens\n\n{_article(f'<article>{BODY}</article>').text.strip()}\n\n{text}\n\n" + (
        f"{AROUND.removeprefix('<p>').removesuffix('</p>')}\n"
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<script>document.write('$9 million')</script>", "<style>p:after{content:'$9 million'}</style>",
        "<!-- $9 million -->", "<p hidden>$9 million</p>", "<p style='display: none'>$9 million</p>",
        "<span aria-hidden=true>$9 million</span>", "<template><p>$9 million</p></template>",
        "<div class='ad-slot'><p>Win $9 million</p></div>", "<div class=newsletter-box><p>All for $9 million</p></div>",
        "<nav><a href=/>$9 million</a></nav>", "<div role=dialog><p>$9 million</p></div>",
        "<p class=share-buttons>Share $9 million</p>", "<noscript>$9 million</noscript>",
        "<textarea>$9 million</textarea>", "<select><option>$9 million</select>", "<button>$9 million</button>",
        "<aside><blockquote>invest €3 million in a mill in the north</blockquote></aside>",
    ],
)  # fmt: skip
def test_what_surrounds_an_article_is_left_out_and_told_where_an_extractor_took_it(markup: str) -> None:
    page = f"<article><h1>Mill opens</h1>{BODY}{markup}{AROUND}</article>"
    with_it, *told = read_html(page.encode(), ReadOptions())
    assert isinstance(with_it, Article)
    assert {one.rule for one in told if isinstance(one, ReadProblem)} <= {"figures_outside_article"}
    assert with_it.text == _article(f"<article><h1>Mill opens</h1>{BODY}{AROUND}</article>").text


def test_links_to_other_stories_are_a_list_of_headlines() -> None:
    links = "".join(f"<li><a href=/{at}>{words}</a></li>" for at, words in enumerate(OTHERS))
    article = _article(f"<article><h1>Mill opens</h1>{BODY}{AROUND}<div class=related><ul>{links}</ul></div></article>")
    listed = [
        article.text[part.start : part.end] for part in segment(article.text) if part.section is Section.HEADLINE_LIST
    ]
    assert [words.removeprefix("- ") for words in listed] == list(OTHERS)


@pytest.mark.parametrize(
    "markup", ["<p><a href=/b>{}</a></p>", "<h4><a href=/b>{}</a></h4>", "<a href=/b><div>{}</div></a>"]
)
def test_a_link_between_paragraphs_is_a_headline_of_another_story(markup: str) -> None:
    article = _article(f"<article><h1>Mill opens</h1>{BODY}{markup.format(OTHERS[0])}{AROUND}</article>")
    assert article.text.endswith(f"\n\nRelated stories:\n- {OTHERS[0]}\n")


def test_a_heading_that_links_to_itself_is_a_heading() -> None:
    title = "<h1><a href=/a>Velora opens a mill in the north</a></h1>"
    heading = "<h2 id=c><a href='#c'>What it costs the town</a></h2>"
    article = _article(f"<article>{title}{BODY}{heading}{AROUND}</article>")
    assert article.text.startswith("# Velora opens a mill in the north\n\nVelora")
    assert "\n\n## What it costs the town\n\n" in article.text


def test_figures_outside_the_article_are_told() -> None:
    away = "<section><div><div><p>Elsewhere on this page it says that $9 million were paid.</p></div></div></section>"
    page = f"<body><main><article><h1>Mill opens</h1>{BODY}{LONG}</article></main><div>{away}</div></body>"
    article, told = read_html(page.encode(), ReadOptions())
    assert isinstance(article, Article)
    assert isinstance(told, ReadProblem)
    assert "$9 million" not in article.text
    assert (told.rule, "“Elsewhere on this page it says that $9 million were paid.”" in told.message) == (
        "figures_outside_article", True,
    )  # fmt: skip


LD = '<script type="application/ld+json">'
DATA = (
    '<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Mill","isAccessibleForFree":{}}}</script>'
)


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        (
            f"<article><h1>Mill opens</h1>{BODY}<div class=wall><p>Subscribe to continue reading</p></div></article>",
            "paywall",
        ),
        (f"<article><h1>Mill opens</h1>{BODY}<p>Already a subscriber? Log in</p></article>", "paywall"),
        (f"{DATA.format('false')}<article><h1>Mill opens</h1>{BODY}</article>", "paywall"),
        (f"{DATA.format('true')}<article><h1>Mill opens</h1>{BODY}</article>", None),
        (f"{DATA.format('false')}<article><h1>Mill opens</h1>{BODY}{LONG}</article>", None),
        (f"<article><h1>Mill opens</h1>{BODY}{LONG}<p>Already a subscriber? Log in</p></article>", None),
        (
            "<h1>Before you continue to Courier</h1><p>We use cookies and data to run it.</p><button>Accept</button>",
            "consent_page",
        ),
        (
            "<main><h2>We value your privacy</h2><p>We and our 812 partners store information on a device.</p></main>",
            "consent_page",
        ),
        ("<h1>Just a moment</h1><p>Please enable JS and disable any ad blocker</p>", "consent_page"),
        (f"<div class=x><p>We use cookies and such.</p></div><article><h1>Mill opens</h1>{BODY}</article>", None),
        (
            "".join(f"<h3><a href=/{at}>Mill {at} opens in the north for $3 million</a></h3>" for at in range(9)),
            "no_article",
        ),
        ("", "no_article"),
        ("<html></html>", "no_article"),
        ("<div id=root></div><script>var a = '$3 million'</script>", "no_article"),
        ("<p>Loading</p>", "no_article"),
        ("<p>It pays $3 million</p>", None),
    ],
)
def test_pages_that_are_no_article(page: str, rule: str | None) -> None:
    read = list(read_html(f"<body>{page}</body>".encode(), ReadOptions()))
    assert [one.rule for one in read if isinstance(one, ReadProblem)] == ([] if rule is None else [rule])
    assert any(isinstance(one, Article) for one in read) is (rule is None)


@pytest.mark.parametrize(
    "body", ["It pays $3 million.\\nMore of it, in words of a few letters.", "<p>It pays $3 million.</p>" * 3]
)
def test_words_that_a_script_would_show_come_from_the_data(body: str) -> None:
    data = f'{LD}{{"@type":"NewsArticle","headline":"Mill","articleBody":"{body}"}}</script>'
    article = _article(f"<html><head>{data}</head><body><div id=root></div></body></html>")
    assert article.text.startswith("# Mill\n\nIt pays $3 million.")
    assert article.parts[0].place == "schema.org articleBody"
    assert "Velora" in _article(f"<html><head>{data}</head><body><article>{BODY}{AROUND}</article></body></html>").text


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [
        ("<p>Łódź pays €3 million".encode(), None),
        ("\ufeff<p>Łódź pays €3 million".encode(), "text/html; charset=iso-8859-1"),
        ("<p>Łódź pays €3 million".encode("utf-16"), None),
        ("<p>Łódź pays €3 million".encode("iso-8859-16"), "text/html; charset=ISO-8859-16"),
        ("<meta charset='cp1250'><p>Łódź pays €3 million".encode("cp1250"), None),
        ("<?xml version='1.0' encoding='utf-8'?><html><p>Łódź pays €3 million</p></html>".encode(), None),
        (b"<meta charset='no-such'><p>&#321;&oacute;d&#x17a; pays &euro;3 million", None),
    ],
)
def test_character_sets(raw: bytes, media_type: str | None) -> None:
    assert _article(raw, media_type=media_type).text == "Łódź pays €3 million\n"


def test_latin_1_means_what_browsers_take_it_for() -> None:
    raw = "<meta charset=iso-8859-1><p>“It pays €3 million”".encode("cp1252")
    assert _article(raw).text == "“It pays €3 million”\n"


@pytest.mark.parametrize(
    ("head", "key", "value"),
    [
        (LD + '{"@type":"NewsArticle","datePublished":"2025-03-03T23:30:00-05:00"}</script>',
         "published", date(2025, 3, 3)),
        (LD + '[{"@type":"Report","author":["Ada",{"name":"Bo"}]}]</script>', "author", "Ada, Bo"),
        (LD + '{"@graph":[{"@type":"Thing"},{"@type":"BlogPosting","headline":"A &amp; B"}]}'
         "</script>", "title", "A & B"),
        (LD + '{"broken": }</script><meta property=og:title content="Mill">', "title", "Mill"),
        (LD + "[" * 5000 + "</script><title>Mill</title>", "title", "Mill"),
        ("<meta property=og:site_name content=Courier>", "publisher", "Courier"),
        ("<meta name=author content='By Ada Lind'>", "author", "Ada Lind"),
        ("<meta property=article:published_time content=2025-03-03>", "published", date(2025, 3, 3)),
        ("<meta name=date content='no day'>", "published", None),
        ("<title>Mill opens - what the town says | The Courier</title>", "title", "Mill opens - what the town says"),
        ("<link rel=canonical href=/a/1>", "url", "https://courier.example/a/1"),
        ("<link rel=canonical href='javascript:alert(1)'>", "url", "https://courier.example/now"),
        ("<link rel=canonical href='http://[bad'>", "url", "https://courier.example/now"),
        ("<meta property=og:locale content=de_AT>", "language", "de"),
        ("<meta property=og:locale content=nothing>", "language", None),
        ("<p>© 2021 Courier. Founded 3 May 1887.</p>", "published", None),
    ],
)  # fmt: skip
def test_facts_of_a_page(head: str, key: str, value: object) -> None:
    facts = page_facts(
        document_fromstring(f"<html>{head}<body><p>It pays.</p></body></html>"), "https://courier.example/now"
    )
    assert getattr(facts, key) == value


TABLES = [
    (table, rule)
    for table in ("surroundings", "other_stories", "paywall", "consent", "offer")
    for rule in load.toml("web")[table]
]


@pytest.mark.parametrize(("table", "rule"), TABLES, ids=[f"{table}-{rule['name']}" for table, rule in TABLES])
def test_pattern_matches_its_examples_and_not_its_counter_examples(table: str, rule: dict[str, Any]) -> None:
    if table in ("paywall", "consent", "offer"):
        alone = re2.compile(f"(?is)^(?:{load.joined(rule['pattern'])})$")
        assert [one for one in rule["examples"] if not alone.search(one) or not says(table, one)] == []
        assert [one for one in rule["counter"] if says(table, one)] == []
    else:
        assert [one for one in rule["examples"] if not _pattern(table).search(one)] == []
        assert [one for one in rule["counter"] if named_around(one) is not None] == []


MARKS = """
<p> </p> <div> </div> <table> <tr> <td> </table> <ul> <li> <br> <sup> </sup> </a> <h1> </h1> <!-- --> <script>
</script> <![CDATA[ ]]> <?xml?> < > <title> <form> <svg> <math> <html> <body> <frameset> &euro; &#0; &nbsp;
<a/href=x> <td/colspan=999>
"""
PIECES = st.sampled_from([*MARKS.split(), "<div class=ad>", "€3 million", " ", "\0", "\ud7ff", "a" * 50, f"{LD}[]"])


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES | st.text(max_size=9), max_size=40).map("".join) | st.binary(max_size=60))
def test_any_bytes_are_an_article_or_a_problem(page: str | bytes) -> None:
    raw = page if isinstance(page, bytes) else page.encode("utf-8", "surrogatepass")
    for one in read_html(raw, ReadOptions()):
        if isinstance(one, Article):
            assert "\r" not in one.text
            assert all(0 <= part.start < part.end <= len(one.text) for part in one.parts)


@pytest.mark.parametrize("depth", [200, 600])
def test_deep_pages_are_read(depth: int) -> None:
    page = "<div>" * depth + "<p>It pays $3 million.</p>" + "</div>" * depth
    assert [block.text for block in blocks_of(document_fromstring(page))] in (["It pays $3 million."], [])
    assert list(read_html(page.encode(), ReadOptions()))
