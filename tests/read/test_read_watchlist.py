"""The file of watched sources: what it may say, and the line and key of what it may not."""

from pathlib import Path

import pytest

from ledger.errors import InputError
from ledger.read.watchlist import Kind, read_watchlist
from schemas import FieldCode

WHOLE = """
currency = "EUR"

[[source]]
feed = "https://courier.example/business.rss"
publisher = "The Courier"
fields = ["semiconductors", "space"]
follow = true

[[source]]
folder = "incoming"

[[source]]
page = "https://ministry.example/latest"
"""
FAULTS = (
    ("", ": holds no [[source]]"),
    ("source = []", ", line 1: holds no [[source]]"),
    ("a = [", ": is no TOML ("),
    ("[[source]]\nfeed = 3\n", ", line 2: source 1: feed: "),
    ("[[source]]\nfolder = ''\n", ", line 2: source 1: folder: "),
    ("\n[[source]]\nfeed = 'a'\nfolow = true\n", ", line 4: source 1: 'folow' is no key; choose feed, folder, page,"),
    ("pace = 1\n[[source]]\nfeed = 'a'\n", ", line 1: 'pace' is no key; choose currency, source"),
    (
        "[[source]]\nfeed = 'a'\n\n[[source]]\npublisher = 'b'\n",
        ", line 4: source 2: needs exactly one of feed, folder",
    ),
    ("[[source]]\nfeed = 'a'\nfolder = 'b'\n", ", line 1: source 1: needs exactly one of"),
    ("[[source]]\nfolder = 'a'\nfollow = true\n", ", line 1: source 1: follow is for feeds"),
    ("[[source]]\nfeed = 'a'\nfollow = 'yes'\n", ", line 3: source 1: follow: "),
    ("[[source]]\npage = 'a.html'\n", ", line 1: source 1: page 'a.html' is no http or https address"),
    ("[[source]]\nfolder = 'https://a.example'\n", ", line 1: source 1: folder 'https://a.example' is an address"),
    ("[[source]]\nfeed = 'a'\nfields = ['magic']\n", ", line 3: source 1: fields: 'magic' is no field; choose "),
    ("source = [{feed = 'a', x = 1}]\n", ": source 1: 'x' is no key"),
    ("currency = 1\n[[source]]\nfeed = 'a'\n", ", line 1: currency: "),
    ("a = " + "[" * 9000, ": is no TOML ("),
)


def test_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "morning.toml"
    path.write_text(WHOLE, encoding="utf-8")
    wanted, folder = read_watchlist(path)
    feed, files, page = wanted.source
    assert (wanted.currency, folder) == ("EUR", tmp_path)
    assert [one.kind for one in wanted.source] == [Kind.FEED, Kind.FOLDER, Kind.PAGE]
    assert [one.is_address for one in wanted.source] == [True, False, True]
    assert (feed.publisher, feed.fields, feed.follow) == (
        "The Courier",
        tuple(map(FieldCode, ("semiconductors", "space"))),
        True,
    )
    assert (files.place, files.publisher, files.fields, files.follow) == ("incoming", None, (), False)
    assert page.place == "https://ministry.example/latest"


@pytest.mark.parametrize(("text", "told"), FAULTS)
def test_a_fault_names_its_line_and_key(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "morning.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_watchlist(path)
    assert str(raised.value).startswith(f"{path}{told}"), str(raised.value)
    assert "\n" not in str(raised.value)
