"""The IATI file against the standard's own ruleset, beside its schema.

Each rule is a check of an activity, named as in `rulesets/standard.json` and the data quality rules of
https://github.com/IATI/IATI-Rulesets (version 2.03; the numbers are the ids of the rules there). The words are ours.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from lxml import etree

from ledger.export import Frames
from ledger.export.iati import iati_bytes
from ledger.export.places import country_code, places_of
from ledger.lexicons.load import HERE
from tests.export.factory_export import frames
from tests.export.factory_site import article_book

TODAY = date(2026, 12, 31)
REFERENCE = re.compile(r"[^/&|?]+")
Activity = etree._Element


def _sums_to_100(activity: Activity, *tags: str, only: str = "") -> bool:
    found = [element for tag in tags for element in activity.findall(f"{tag}{only}")]
    given = [Decimal(element.get("percentage")) for element in found if element.get("percentage")]
    return (sum(given) == 100 and len(given) == len(found)) if len(found) > 1 or given else True


def _dates(activity: Activity, kind: str) -> list[str]:
    return [element.get("iso-date") for element in activity.findall(f"activity-date[@type='{kind}']")]


def _named(element: Activity) -> bool:
    return bool(element.get("ref") or element.findtext("narrative"))


RULES: dict[str, Callable[[Activity], bool]] = {
    "atleast_one: a planned or actual start": lambda it: bool(_dates(it, "1") + _dates(it, "2")),
    "atleast_one: a sector of the activity or of a transaction": lambda it: it.find(".//sector") is not None,
    "atleast_one: an organisation that pays has a reference or a name": lambda it: all(
        map(_named, it.iter("provider-org", "receiver-org", "participating-org"))
    ),
    "one_or_all: a language of the activity, or of each narrative": lambda it: bool(
        it.get("{http://www.w3.org/XML/1998/namespace}lang")
    ),
    "one_or_all: a currency of the activity, or of each value": lambda it: bool(it.get("default-currency")),
    "only_one_of (3.6.2): a place of the activity, or of its transactions": lambda it: (
        not (it.findall("transaction/recipient-country") + it.findall("transaction/recipient-region"))
    ),
    "date_order: planned start before planned end": lambda it: (
        not _dates(it, "3") or _dates(it, "1")[0] <= _dates(it, "3")[0]
    ),
    "date_order: transactions and their values are not in the future": lambda it: all(
        date.fromisoformat(on) <= TODAY
        for on in (
            *(one.get("iso-date") for one in it.findall("transaction/transaction-date")),
            *(one.get("value-date") for one in it.findall("transaction/value")),
        )
    ),
    "regex_matches: no / & | ? in a reference": lambda it: all(
        REFERENCE.fullmatch(ref)
        for ref in (it.findtext("iati-identifier", ""), *(one.get("ref", "x") for one in it.iter() if one.get("ref")))
    ),
    "sum (3.4): the percentages of countries and regions reach 100": lambda it: _sums_to_100(
        it, "recipient-country", "recipient-region"
    ),
    "strict_sum: the percentages of the DAC sectors reach 100": lambda it: _sums_to_100(
        it, "sector", only="[@vocabulary='1']"
    ),
    "strict_sum: the percentages of the ledger's own sectors reach 100": lambda it: _sums_to_100(
        it, "sector", only="[@vocabulary='99']"
    ),
    "if_then: a sector of the reporting organisation's own has a narrative": lambda it: all(
        one.findtext("narrative") for one in it.findall("sector[@vocabulary='99']")
    ),
    "range: no percentage below 0": lambda it: all(
        Decimal(one.get("percentage")) >= 0 for one in it.iter() if isinstance(one.tag, str) and one.get("percentage")
    ),
    "identifiers: the identifier begins with the reference of who reports": lambda it: it.findtext(
        "iati-identifier", ""
    ).startswith(f"{it.find('reporting-org').get('ref')}-"),
}
PLACE = "3.7.1: a country or region, wherever one is known"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[Activity]:
    """The activities of articles that were read, with countries, periods and fields."""
    path = tmp_path_factory.mktemp("iati") / "figures.iati.xml"
    article_book(path.parent).export(path)
    return etree.fromstring(path.read_bytes()).findall("iati-activity")


def made(book: Frames) -> list[Activity]:
    return etree.fromstring(iati_bytes(book)).findall("iati-activity")


@pytest.mark.parametrize("rule", RULES)
def test_every_activity_keeps_the_rule(rule: str, read: list[Activity]) -> None:
    book = frames(60)
    periods = ["P1Y", "2025/2029", "/2030", "2026", None, "2019", "P5Y", "soon"]
    given = [periods[place % len(periods)] for place in range(book.commitments.height)]
    places = [[["Kenya"], ["Kenya", "Ghana", "Africa"], ["Nairobi"], []][place % 4] for place in range(len(given))]
    columns = pl.Series("period", given, dtype=pl.String()), pl.Series("recipient", places)
    generated = made(Frames(**{**vars(book), "commitments": book.commitments.with_columns(columns)}))
    assert len(generated) > 20
    for activity in (*read, *generated):
        assert RULES[rule](activity), etree.tostring(activity).decode()


def test_a_known_country_is_always_given(read: list[Activity]) -> None:
    given = {
        activity.findtext("title/narrative", ""): {one.get("code") for one in activity.findall("recipient-country")}
        for activity in read
    }
    assert {"KE"} in given.values(), PLACE
    for title, codes in given.items():
        _, to, recipients = title.partition(" to ")
        known = {code for name in recipients.split("; ") if to and (code := country_code(name))}
        assert codes == known, title


def test_every_country_of_the_gazetteer_has_a_code() -> None:
    names = pl.read_csv(HERE / "names" / "countries.csv")["name"].str.strip_chars_start("?").to_list()
    codes = {name: country_code(name) for name in names}
    assert [name for name, code in codes.items() if code is None or not re.fullmatch("[A-Z]{2}", code)] == []
    assert len(set(codes.values())) == len(codes)


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (["Kenya", "Nairobi"], [("country", "KE")]),
        (["Ghana", "Africa"], [("country", "GH"), ("region", "298")]),
        (["Velora", "Tessel Semiconductor"], []),
        (["Microsoft"], []),
        ([], []),
    ],
)
def test_places_of_recipients(names: list[str], places: list[tuple[str, str]]) -> None:
    assert places_of(names) == places


def test_descriptions_are_whole_sentences_and_periods_are_kept(read: list[Activity]) -> None:
    texts = [article.findtext("description[@type='1']/narrative", "") for article in read]
    assert all(re.match(r"[A-Z]", text) and text.endswith(".") for text in texts)
    told = [activity.findtext("description[@type='4']/narrative") for activity in read]
    assert "Period as stated (ISO 8601): P5Y" in told
    [plant] = [activity for activity in read if "2.4 bn" in activity.findtext("title/narrative", "")]
    assert (_dates(plant, "1"), _dates(plant, "3")) == (["2025-03-04"], ["2030-03-04"])


def test_the_file_says_what_it_does_not_say() -> None:
    root = etree.fromstring(iati_bytes(frames(3)))
    assert str(root[0].text).strip().startswith("What this tracker does not say")
