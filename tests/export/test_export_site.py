"""A published site: what every page has, what no page has, and that nothing of an article is given away but quotes."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ledger.errors import InputError, OutputError
from ledger.export import Frames, publish_site
from ledger.export.site.folder import MARKER
from ledger.export.site.quotes import quote_window, windows_of
from ledger.money.amounts import scaled
from tests.export.factory_export import ACTORS, PLACES, frames
from tests.export.factory_site import Site, pages_of, site_tables

SIZE = 24
HOSTILE = (
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../../etc/passwd",
    "javascript:alert(1)",
    "a\u202egnp.exe",
    "{{ 7 * 7 }}",
    "東京電力",
    "x" * 400,
)
LOADS = ("script", "iframe", "object", "embed", "img", "video", "audio", "form", "input", "button", "base", "style")
"""Elements that fetch, run or send something, or stand in for the one stylesheet."""


def hostile_frames() -> Frames:
    """A ledger whose names, titles, publishers and addresses would break a page that does not escape them."""
    book = frames(SIZE)
    names = [[HOSTILE[place % len(HOSTILE)]] for place in range(book.commitments.height)]
    texts = [HOSTILE[place % len(HOSTILE)] for place in range(book.documents.height)]
    return replace(
        book,
        commitments=book.commitments.with_columns(pl.Series("actor", names), pl.Series("recipient", names[::-1])),
        documents=book.documents.with_columns(
            pl.Series("title", texts), pl.Series("publisher", texts[::-1]), pl.Series("url", texts)
        ),
        memberships=book.memberships.with_columns(pl.lit(HOSTILE[0]).alias("because")),
    )


@pytest.fixture(scope="module", params=["plain", "hostile", "empty"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = {"plain": lambda: frames(SIZE), "hostile": hostile_frames, "empty": Frames}[request.param]()
    return publish_site(Site(contact="Data desk"), site_tables(book), tmp_path_factory.mktemp("made") / "site")


def test_every_page_has_its_landmarks_and_one_heading_of_each_level_above(site: Path) -> None:
    for path, page in pages_of(site):
        assert page.get("lang") == "en", path
        assert [len(page.findall(f".//{name}")) for name in ("main", "header", "footer", "h1")] == [1, 1, 1, 1], path
        assert page.find(".//header/nav").get("aria-label"), path
        levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3", "h4")]
        assert levels[0] == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        assert page.find(".//body/a").get("href") == "#main", path
        assert len(page.findtext(".//title", "")) > len(" – Figures ledger"), path
    titles = [page.findtext(".//title") for path, page in pages_of(site) if not path.startswith(("act", "com"))]
    assert len(set(titles)) == len(titles)


def test_every_table_has_a_caption_and_headers_with_a_scope(site: Path) -> None:
    for path, page in pages_of(site):
        for table in page.iter("table"):
            assert table.findtext("caption"), path
            assert all(cell.get("scope") == "col" for cell in table.findall("thead/tr/th")), path
            widths = {sum(int(cell.get("colspan", 1)) for cell in row) for row in table.iter("tr")}
            assert len(widths) == 1, (path, table.findtext("caption"), widths)
            for row in table.findall("tbody/tr"):
                assert row[0].get("scope") == "row" or int(row[0].get("colspan", 1)) > 1, path
            around = table.getparent()
            assert around.get("tabindex") == "0", path
            assert around.get("aria-labelledby") == table.find("caption").get("id"), path


def test_every_chart_has_a_name_and_a_table_of_its_numbers(site: Path) -> None:
    _, page = next(found for found in pages_of(site) if found[0] == "index.html")
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    charts = page.findall(".//figure")
    assert len(charts) == (0 if "Nothing is counted yet" in page.text_content() else 3)
    for chart in charts:
        drawn = chart.find(".//*[@role='img']")
        assert drawn.get("aria-labelledby") in ids
        rows = chart.findall(".//details//tbody/tr")
        bars = chart.findall(".//rect[@class='bar']")
        assert rows
        assert not bars or len(rows) == len(bars)


def test_no_page_runs_fetches_or_sends_anything(site: Path) -> None:
    for path, page in pages_of(site):
        assert not [element.tag for element in page.iter(*LOADS)], path
        for element in page.iter(etree.Element):
            assert not [name for name in element.attrib if name.lower().startswith("on")], path
            assert "url(" not in (element.get("style") or ""), path
        [sheet] = page.findall(".//link")
        assert (sheet.get("rel"), urlsplit(sheet.get("href")).scheme) == ("stylesheet", "")
        schemes = {urlsplit(link.get("href")).scheme for link in page.iter("a")}
        assert schemes <= {"", "http", "https"}, path
        for link in page.iter("a"):
            if urlsplit(link.get("href")).scheme:
                assert "noopener" in link.get("rel"), path
    assert "url(" not in (site / "style.css").read_text(encoding="utf-8")
    assert "@import" not in (site / "style.css").read_text(encoding="utf-8")


def test_every_link_leads_somewhere(site: Path) -> None:
    ids = {path: {element.get("id") for element in page.iter() if element.get("id")} for path, page in pages_of(site)}
    linked = {"index.html"}
    for path, page in pages_of(site):
        named = [element.get("id") for element in page.iter() if element.get("id")]
        assert len(named) == len(set(named)), path
        for attribute in ("aria-labelledby", "aria-describedby"):
            assert {element.get(attribute) for element in page.iter() if element.get(attribute)} <= set(named), path
        for link in page.iter("a"):
            parts = urlsplit(link.get("href"))
            if parts.scheme:
                continue
            target = (site / path).parent / unquote(parts.path) if parts.path else site / path
            assert target.is_file(), (path, link.get("href"))
            relative = target.resolve().relative_to(site.resolve()).as_posix()
            linked.add(relative)
            assert not parts.fragment or parts.fragment in ids[relative], (path, link.get("href"))
    assert linked >= {path for path, _ in pages_of(site)}


def test_page_names_are_plain_and_stay_inside_the_site(site: Path) -> None:
    for path in site.rglob("*"):
        name = path.relative_to(site).as_posix()
        assert re.fullmatch(r"[a-z0-9_/.-]+", name), name
        assert path.resolve().is_relative_to(site.resolve())
        assert len(path.name) < 80


def test_a_name_without_plain_letters_and_one_with_signs_have_a_page_that_shows_them(site: Path) -> None:
    headings = {page.findtext(".//h1") for path, page in pages_of(site) if path.startswith("actors/")}
    shown = {name.replace("\u202e", "") for name in HOSTILE}
    assert shown <= headings or headings <= {"Actors", *ACTORS, *PLACES}


@pytest.mark.slow
def test_the_overview_has_the_ledgers_own_totals(tmp_path: Path) -> None:
    tables = site_tables(frames(SIZE))
    made = publish_site(Site(), tables, tmp_path / "site")
    page = dict(pages_of(made))["index.html"]
    grand = tables.totals(by=(), currency="USD", stage_floor="pledged", allocation="split").row(0, named=True)
    tiles = [element.text_content() for element in page.findall(".//dl[@class='tiles']//dd")]
    assert tiles[0] == f"{scaled(grand['stated'])} USD"
    assert tiles[2] == "open"
    rows = dict(pages_of(made))["actors/index.html"].findall(".//section[1]//tbody/tr")
    shown = {row[0].text_content(): row[2].text_content() for row in rows}
    by_actor = tables.totals(by=("actor",), currency="USD", stage_floor="pledged", allocation="split")
    assert shown == {
        name or "(not said)": f"{stated / 10**6:,.1f}"
        for name, stated in by_actor.select("actor", "stated").iter_rows()
    }


# Quotes


@given(st.text(alphabet="ab \n", min_size=1, max_size=300), st.data(), st.integers(0, 120))
def test_quotes_hold_their_figure_and_are_at_most_as_long_as_asked(text: str, data: st.DataObject, most: int) -> None:
    claims = []
    for number in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, min(len(text), start + 12)))
        sentence = data.draw(st.integers(0, start)), data.draw(st.integers(end, len(text)))
        claims.append(
            {"claim_id": str(number), "start": start, "end": end}
            | {"sentence_start": sentence[0], "sentence_end": sentence[1]}
        )
    claims.sort(key=lambda claim: claim["start"])
    found = windows_of(text, claims, most)
    shown, figures = set(), set()
    for claim in claims:
        start, end = found[claim["claim_id"]]
        assert claim["sentence_start"] <= start <= claim["start"] < claim["end"] <= end <= claim["sentence_end"]
        assert end - start <= max(most, claim["end"] - claim["start"])
        shown |= set(range(start, end))
        figures |= set(range(claim["start"], claim["end"]))
    assert len(shown - figures) <= len(text) // 2


def test_a_quote_begins_and_ends_with_whole_words() -> None:
    text = "The old harbour of Selby will get $300 million from Norlund for its quays and cranes, it said."
    start, end = quote_window(text, (0, len(text)), (34, 46), 50)
    assert text[start:end] == "of Selby will get $300 million from Norlund for"


@pytest.mark.parametrize("quote", [0, 240])
def test_no_file_of_the_site_holds_more_of_an_article_than_its_quotes(tmp_path: Path, quote: int) -> None:
    book = frames(SIZE)
    secret = " Beyond the quotes stands a sentence about nobody and nothing."
    book = replace(
        book,
        documents=book.documents.with_columns(
            pl.concat_str("text", pl.lit(secret)), pl.lit("/home/ana/private/a.txt").alias("source")
        ),
    )
    made = publish_site(Site(quote=quote), site_tables(book), tmp_path / "site")
    for path in made.rglob("*"):
        if not path.is_file():
            continue
        held = _text_of(path)
        assert "about nobody" not in held, path
        assert "/home/ana" not in held, path
        for text in book.documents["text"].to_list():
            assert text[: quote + 1] not in held or quote < 3, path


def _text_of(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_a_length_that_is_none_is_refused(tmp_path: Path) -> None:
    for quote in (-1, 100_000):
        with pytest.raises(InputError, match="is no length of a quote"):
            publish_site(Site(quote=quote), site_tables(frames(3)), tmp_path / "site")
    assert not (tmp_path / "site").exists()


# The folder


@pytest.mark.slow
def test_a_site_is_replaced_and_its_stale_pages_are_gone(tmp_path: Path) -> None:
    folder = publish_site(Site(), site_tables(frames(9)), tmp_path / "site")
    before = {path for path, _ in pages_of(folder)}
    publish_site(Site(), site_tables(frames(6)), folder)
    after = {path for path, _ in pages_of(folder)}
    assert before - after
    assert {path.name for path in tmp_path.iterdir()} == {"site"}
    told = json.loads((folder / MARKER).read_text(encoding="utf-8"))["files"]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(told) | {MARKER} == there


@pytest.mark.slow
def test_a_folder_that_is_no_site_of_ours_is_left_as_it_is(tmp_path: Path) -> None:
    tables = site_tables(frames(3))
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"holds index\.html and is no published site"):
        publish_site(Site(), tables, other)
    (other / MARKER).write_text("[]", encoding="utf-8")
    with pytest.raises(OutputError, match="is no published site"):
        publish_site(Site(), tables, other)
    assert (other / "index.html").read_text(encoding="utf-8") == "mine"
    with pytest.raises(OutputError, match="a file is in the way"):
        publish_site(Site(), tables, other / "index.html")
    made = publish_site(Site(), tables, tmp_path / "site")
    (made / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"holds notes\.txt, which was not published into it"):
        publish_site(Site(), tables, made)
    assert (made / "notes.txt").is_file()


@pytest.mark.slow
def test_a_site_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    folder = publish_site(Site(), site_tables(frames(6)), tmp_path / "site")
    before = sorted(path.name for path in folder.rglob("*"))

    def stop(_: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left on device"):
        publish_site(Site(), site_tables(frames(3)), folder, stop)
    assert sorted(path.name for path in folder.rglob("*")) == before
    assert {path.name for path in tmp_path.iterdir()} == {"site"}


@pytest.mark.slow
def test_an_empty_folder_and_a_link_to_one_are_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    publish_site(Site(), site_tables(frames(3)), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "empty" / "index.html").is_file()
