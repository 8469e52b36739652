"""Generated histories: short articles about one payer each, with what a report should find in them.

The sentences are templates of our own; names, places, sums and days vary. The same number gives the same history.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import polars as pl

from ledger.book import Book
from ledger.money.rates import quotes

STEMS = (
    "Velor",
    "Nordel",
    "Tessar",
    "Kestr",
    "Ayum",
    "Bravel",
    "Caldor",
    "Dunmar",
    "Elstad",
    "Farrow",
    "Gildor",
    "Hasten",
)
ENDS = ("ia Energy", "ek Motors", "ano Group", "en Semiconductor", "is Holdings")
PLACES = ("Kenya", "Ghana", "Spain", "Portugal", "Chile", "Vietnam", "Poland", "Morocco", "Sweden", "Brazil", "Canada")
THINGS = ("battery plant", "steel mill", "data centre", "solar park", "chip factory", "port")
WORDS = ("two", "three", "four", "five")


@dataclass(frozen=True)
class Story:
    """One history: what was published on which day, and what is true of it."""

    actor: str
    articles: Sequence[tuple[date, str]]
    truth: frozenset[str] = frozenset()
    has: Decimal | None = None
    """What its payer has, in million USD."""
    others: Sequence[str] = field(default=())

    @property
    def canonical(self) -> str:
        """Its payer as the ledger names it: without the form of a company."""
        return self.actor.removesuffix(" Holdings")


def names(count: int, suffix: str = "") -> list[str]:
    """Different names of companies."""
    return [f"{STEMS[place % 12]}{ENDS[place // 12 % 5]}{suffix}" for place in range(count)]


def euros(millions: int, on: date) -> int:
    """So many million dollars in million euros at the rate of the day."""
    wanted = pl.DataFrame({"unit": ["USD"], "on": [on]})
    return round(millions * quotes(wanted, "EUR")["rate"].item())


def book_of(stories: Sequence[Story], folder: Path) -> Book:
    """A ledger of all articles of the histories, read by the named features."""
    (folder / "articles").mkdir(parents=True)
    lines = ["file,published,publisher"]
    for number, story in enumerate(stories):
        for place, (day, text) in enumerate(story.articles):
            name = f"{number:03}-{place}.txt"
            (folder / "articles" / name).write_text(f"{text}\n", encoding="utf-8")
            lines.append(f"{name},{day},Courier {place}")
    (folder / "about.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    book = Book.open(folder / "figures.ledger")
    book.ingest(folder / "articles", metadata=folder / "about.csv", attributor="fast")
    return book


def _each(count: int, make: Callable[[Random, str, int], Story]) -> list[Story]:
    return [make(Random(number), name, number) for number, name in enumerate(names(count))]


# Announced again as new

AS_NEW = (
    "{a} announced a ${n} million investment in a {t} in {c}.",
    "{a} unveiled a plan to invest ${n} million in a {t} in {c}.",
    "In {c}, {a} said that it will invest ${n} million in a {t}.",
    "{a} pledged €{e} million for a {t} in {c}.",
    "{a} announced a new {t} in {c}, in which it will invest ${n} million.",
)
NOT_NEW = (
    "{a} reaffirmed that it will invest ${n} million in a {t} in {c}.",
    "Work on the ${n} million {t} of {a} in {c} goes on.",
    "{a} will invest a further ${n} million in a {t} in {c}.",
    "{a} will invest ${m} million in a {o} in {d}.",
    "{a} will invest ${n} million in a {t} in {c}, as it had promised in spring.",
    "{a} will invest ${n} million in a {t} in {c}.",  # two days later: the same wave of news
)


def recycled_stories(count: int) -> list[Story]:
    """Every other history is of a pledge that is announced again as new."""

    def make(random: Random, actor: str, number: int) -> Story:
        again = number % 2 == 0
        templates = AS_NEW if again else NOT_NEW
        template = templates[number // 2 % len(templates)]
        first = date(2024, 1, 8) + timedelta(days=random.randrange(200))
        wave = not again and template == NOT_NEW[-1]
        later = first + timedelta(days=2 if wave else random.randrange(40, 500))
        amount, place = random.randrange(21, 95) * 10, random.choice(PLACES)
        thing, other = random.sample(THINGS, 2)
        said = {
            "a": actor,
            "n": amount,
            "m": amount + 170,
            "c": place,
            "t": thing,
            "o": other,
            "e": euros(amount, later),
            "d": next(name for name in PLACES if name != place),
        }
        opening = f"{actor} will invest ${amount} million in a {thing} in {place}."
        return Story(
            actor, [(first, opening), (later, template.format(**said))], frozenset({"recycled"} if again else ())
        )

    return _each(count, make)


# What became of it

BECAME = {
    "approved": ("The board of {a} approved the ${n} million investment in a {t} in {c}.",),
    "under construction": (
        "{a} broke ground on its ${n} million {t} in {c}.",
        "{a} started work on its ${n} million {t} in {c}.",
    ),
    "delayed": (
        "{a} has delayed its ${n} million {t} in {c}.",
        "{a} put its ${n} million investment in a {t} in {c} on hold.",
    ),
    "scaled down": (
        "{a} scaled back its investment in a {t} in {c} to ${h} million.",
        "{a} cut its investment in a {t} in {c} from ${n} million to ${h} million.",
    ),
    "cancelled": (
        "{a} has cancelled its ${n} million investment in a {t} in {c}.",
        "{a} scrapped its ${n} million {t} in {c}.",
    ),
    "paid": (
        "{a} has invested ${n} million in a {t} in {c}.",
        "{a} has spent ${n} million on its {t} in {c}.",
    ),
}
COURSES = (
    *(("approved", "under construction", "paid"), ("delayed", "cancelled"), ("scaled down",), ("paid",), ()),
    *(("approved", "delayed"), ("under construction",), ("cancelled",), ("approved", "paid"), ("delayed", "paid")),
)


def delivery_stories(count: int) -> list[Story]:
    """Each history begins with an announcement and takes one of the courses."""

    def make(random: Random, actor: str, number: int) -> Story:
        day, course = date(2023, 2, 6) + timedelta(days=random.randrange(90)), COURSES[number % len(COURSES)]
        amount = random.randrange(21, 95) * 10
        said = {"a": actor, "n": amount, "h": amount // 2, "c": random.choice(PLACES), "t": random.choice(THINGS)}
        articles = [(day, "{a} will invest ${n} million in a {t} in {c}.".format(**said))]
        for event in course:
            day += timedelta(days=random.randrange(30, 200))
            articles.append((day, random.choice(BECAME[event]).format(**said)))
        return Story(actor, articles, frozenset({"announced", *course}))

    return _each(count, make)


# Against what the payer has

OVER = (
    ("{a} will invest ${n} million in a {t} in {c} over {w} years.", None),
    ("{a} will invest ${n} million in a {t} in {c} by 2030.", 5),
    ("{a} will invest ${n} million in a {t} in {c}.", 10),
    ("Over the next {w} years, {a} will invest ${n} million in {c}.", None),
)


def scale_stories(count: int) -> list[Story]:
    """Every third pledge takes more of its payer's revenue in a year than a payer has to spare."""

    def make(random: Random, actor: str, number: int) -> Story:
        template, years = OVER[number % len(OVER)]
        word = random.randrange(len(WORDS))
        amount = random.randrange(210, 950) * 10
        yearly = Decimal(amount) / (years or word + 2)
        share = Decimal(random.randrange(60, 300) if number % 3 == 0 else random.randrange(2, 40)) / 100
        said = {
            "a": actor,
            "n": f"{amount:,}",
            "w": WORDS[word],
            "c": random.choice(PLACES),
            "t": random.choice(THINGS),
        }
        articles = [(date(2025, 3, 3), template.format(**said))]
        return Story(
            actor, articles, frozenset({"implausible"} if number % 3 == 0 else ()), has=(yearly / share).quantize(1)
        )

    return _each(count, make)


# Money that goes round

PAYS = (
    "{a} will invest ${n} million in {b}.",
    "{a} agreed to buy equipment for ${n} million from {b}.",
    "{a} signed a contract to buy chips worth ${n} million from {b}.",
    "{a} placed an order worth ${n} million with {b}.",
    "{a} ordered chips for ${n} million from {b}.",
    "{b} won an order worth ${n} million from {a}.",
    "{a} took a stake of ${n} million in {b}.",
    "{a} will pay {b} ${n} million for its services.",
    "{a} will lend ${n} million to {b}.",
)
SHAPES = ("ab ba", "ab bc", "ab bc ca", "ab ac", "ab cb", "ab ba bc", "ab bc cb", "ab", "ab bc ac", "ab bc cd da")


def circular_stories(count: int) -> list[Story]:
    """Each history is of payments between up to four companies of its own, some of which go round."""

    def make(random: Random, actor: str, number: int) -> Story:
        shape = SHAPES[number % len(SHAPES)].split()
        party = {letter: f"{actor.split(maxsplit=1)[0]} {word}" for letter, word in zip("abcd", ROLES, strict=True)}
        articles = []
        for place, step in enumerate(shape):
            said = {"a": party[step[0]], "b": party[step[1]], "n": (211 + 13 * number) * GROWTH[place] // 10}
            articles.append(
                (date(2025, 1, 6) + timedelta(days=random.randrange(300)), random.choice(PAYS).format(**said))
            )
        return Story(actor, articles, frozenset(_rounds(shape, party)), others=tuple(party.values()))

    return _each(count, make)


GROWTH = (10, 19, 37, 71)
"""So that no two sums of a history are alike."""
ROLES = ("Energy", "Motors", "Semiconductor", "Foods")


def _rounds(shape: Sequence[str], party: dict[str, str]) -> Iterator[str]:
    if {"ab", "ba"} <= set(shape):
        yield " ".join(sorted((party["a"], party["b"])))
    if {"bc", "cb"} <= set(shape):
        yield " ".join(sorted((party["b"], party["c"])))
    if shape == ["ab", "bc", "ca"]:
        yield " ".join(sorted(party[letter] for letter in "abc"))
    if shape == ["ab", "bc", "cd", "da"]:
        yield " ".join(sorted(party.values()))
