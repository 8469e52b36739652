"""A site written to its folder: pages, stylesheet, downloads."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ledger.errors import InputError
from ledger.export.datapackage import write_package
from ledger.export.frames import MODELS, Frames
from ledger.export.iati import write_iati
from ledger.export.lexicon import export_words
from ledger.export.safe import ILLEGAL_TEXT
from ledger.export.site.folder import replacing_site
from ledger.export.site.pages import Page, Pages
from ledger.export.site.quotes import published, quote_windows, without_texts
from ledger.export.site.tables import QUOTE, Site, SiteTables
from ledger.export.site.views import BIDI, day, field_label, interval
from ledger.export.tables import ledger_rows, write_csv
from ledger.export.workbook.layout import PUBLICATION
from ledger.export.workbook.switches import Switches
from ledger.export.workbook.workbook import write_workbook

TEMPLATES = Path(__file__).parent / "templates"
STYLE = "style.css"
NAVIGATION = (
    ("index.html", "Overview"),
    ("commitments/index.html", "Commitments"),
    ("actors/index.html", "Actors"),
    ("fields/index.html", "Fields"),
    ("excluded.html", "Excluded"),
    ("methods.html", "Methods"),
    ("downloads.html", "Downloads"),
    ("changes.html", "Changes"),
)
MOST_QUOTE = 1_000
"""Characters that a quote may have at most: more is no quote but an article."""
Progress = Callable[[int], None]


def publish_site(site: Site, tables: SiteTables, folder: Path, progress: Progress = lambda _: None) -> Path:
    """Write the site into `folder`, which is new, empty, or a site published before that this one replaces.

    The same tables give the same bytes. `progress` is called with 1 for each page. Raises InputError for a length of
    quotes that is none, and OutputError where the folder holds anything else or cannot be written.
    """
    if not 0 <= site.quote <= MOST_QUOTE:
        raise InputError(f"{site.quote} is no length of a quote; choose 0 (the figure alone) to {MOST_QUOTE}")
    windows = quote_windows(tables.book, site.quote)
    given = replace(published(tables.book, windows, site.quote), info={**tables.book.info, "title": site.title})
    pages = Pages(site, tables, windows)
    with replacing_site(folder) as new:
        files = _downloads(pages, given, new)
        for page in (*pages.all(), Page("downloads.html", "downloads.html", {"files": files})):
            _write(new / page.path, _rendered(page, pages))
            progress(1)
        _write(new / STYLE, (TEMPLATES / STYLE).read_text(encoding="utf-8"))
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    made.filters |= {"day": day, "field_label": field_label}
    made.globals |= {"navigation": NAVIGATION, "limits": export_words()["limits"]["items"], "interval": interval}
    return made


def _harmless(value: Any) -> Any:
    """Text without what no page may hold, and without marks that turn the direction of what follows."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return BIDI.sub("", ILLEGAL_TEXT.sub("", value))
    return value


def _rendered(page: Page, pages: Pages) -> str:
    common: Mapping[str, Any] = {
        "root": "../" * page.path.count("/"),
        "path": page.path,
        "site": pages.site,
        "unit": pages.magnitude,
        "stages": pages.stages,
        "changed": pages.tables.changed,
        "info": pages.tables.book.info,
    }
    return _environment().get_template(page.template).render({**common, **page.shows})


# Downloads ------------------------------------------------------------------------------------------------------------


def _downloads(pages: Pages, given: Frames, folder: Path) -> list[Mapping[str, Any]]:
    """Write the files of a site's readers; tells of each its path, format, rows and size."""
    target = folder / "downloads"
    target.mkdir()
    bare = without_texts(given)
    write_csv(ledger_rows(given), target / "claims.csv")
    write_csv(given.frame("commitments"), target / "commitments.csv")
    site = pages.site
    switches = Switches(currency=site.currency, stage_floor=site.stage_floor, allocation=site.allocation)
    write_workbook(given, target / "figures.xlsx", PUBLICATION, switches, pages.tables.totals, lambda _: None)
    write_iati(given, target / "figures.iati.xml")
    write_package(bare, target / "package")
    return list(_told(folder, given))


def _told(folder: Path, given: Frames) -> Iterator[Mapping[str, Any]]:
    rows = {"claims.csv": given.claims.height, "commitments.csv": given.commitments.height}
    rows |= {f"package/{name}.csv": given.frame(name).height for name in MODELS}
    words = export_words()["downloads"]
    for name in (*("figures.xlsx", "commitments.csv", "claims.csv", "figures.iati.xml"), *_package(folder)):
        path = folder / "downloads" / name
        form = {".xlsx": "Excel workbook", ".csv": "CSV", ".xml": "IATI 2.03 XML", ".json": "JSON"}[path.suffix]
        about = words.get(name) or words["table"]
        yield {
            "path": f"downloads/{name}",
            "name": name,
            "form": form,
            "rows": rows.get(name),
            "size": path.stat().st_size,
            "about": about,
        }


def _package(folder: Path) -> list[str]:
    names = [path.name for path in (folder / "downloads" / "package").iterdir()]
    return [f"package/{name}" for name in sorted(names, key=lambda name: (name != "datapackage.json", name))]


__all__ = ["QUOTE", "Site", "SiteTables", "publish_site"]
