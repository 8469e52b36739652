"""How well pledges are recognised across articles: histories of two or three articles, written from templates.

    python -m benchmarks.retold [--histories 65] [--seed 7] [--show]

Each history tells of one payer and one receiver, in several articles: a reprint, other words, another currency, a
rounded sum, a look back after months, a longer or shorter name; or a second loan, the next tranche, another package,
another lender, another receiver, a sister firm. The articles are read by the fast attributor and resolved. Printed are
the precision and recall of "same pledge" over the pairs of sums of different articles, for each kind of history and for
all. With `--show` each wrong pair is printed too.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from ledger.options import Attributor
from ledger.pipeline import reading_of
from ledger.resolve import resolve
from ledger.tables import frame_of
from schemas import Claim, Document, SourceType, stable_id

RETRIEVED = datetime(2027, 1, 1, tzinfo=UTC)
FIRMS = ("Norlund", "Velora", "Hokuto Steel", "Tarvik", "Osprey Motors", "Halden", "Brightwater", "Quintara", "Zemlin")
LENDERS = ("World Bank", "African Development Bank", "European Investment Bank", "Asian Development Bank")
PLACES = ("Kenya", "Vietnam", "Portugal", "Morocco", "Peru", "Ghana", "Serbia", "Laos")
BORROWERS = ("Kivu Mining", "Lumo Grid", "Sarafi Rail", "Danra Water", "Ostra Ports")
THINGS = ("a battery plant", "a data centre", "a wind farm", "a steel mill", "a car factory", "a copper mine")
AIMS = ("rural roads", "schools", "clinics", "power lines", "water pipes", "a port")
YEN_DAY, YEN, EURO = date(2024, 11, 11), 154.0, 0.943
"""A day, and what a dollar came to in yen and euros in the weeks after it; converted sums have two digits."""


@dataclass(frozen=True)
class History:
    """Articles, and which pledge each of their sums tells."""

    kind: str
    articles: Sequence[tuple[date, str]]
    """Day and text of each."""
    pledges: Sequence[str]
    """The pledge that the sum of each article tells: equal words, one pledge."""


@dataclass
class Draw:
    """What one history is about."""

    chance: random.Random

    def __post_init__(self) -> None:
        pick = self.chance.choice
        self.firm, self.place, self.thing = pick(FIRMS), pick(PLACES), pick(THINGS)
        self.lender, self.borrower, self.aim = pick(LENDERS), pick(BORROWERS), pick(AIMS)
        self.digits = pick((12, 15, 20, 24, 29, 30, 35, 40, 48, 50, 60, 75, 90))
        self.day = date(2023, 1, 1) + timedelta(days=self.chance.randrange(500))

    @property
    def sum(self) -> str:
        """A loan or package."""
        return f"${self.digits * 10} million"

    @property
    def outlay(self) -> str:
        """What a firm spends."""
        return f"${self.digits / 10:g} billion"

    def later(self, least: int, most: int) -> date:
        """A day so many days on."""
        return self.day + timedelta(days=self.chance.randint(least, most))

    def other(self, among: Sequence[str], than: str) -> str:
        """One of the names that is not this one."""
        return self.chance.choice([name for name in among if name != than])

    def outlay_told(self, amount: str, firm: str = "") -> str:
        """An article on a firm's plan."""
        firm = firm or self.firm
        return self.chance.choice((
            f"{firm} to build in {self.place}\n\n{firm} will invest {amount} in {self.thing} in {self.place}, the firm "
            "said.",
            f"{self.place} wins {self.thing}\n\n{firm} said on Monday that it would spend {amount} on {self.thing} in "
            f"{self.place}. Work starts next year.",
            f"A plan for {self.place}\n\nThe {amount} {self.thing.split(' ', 1)[1]} that {firm} plans in {self.place} "
            "was welcomed by ministers.",
        ))  # fmt: skip

    def loan_told(self, amount: str, lender: str = "", borrower: str = "") -> str:
        """An article on a loan."""
        lender, borrower = lender or self.lender, borrower or self.borrower
        return self.chance.choice((
            f"{borrower} gets loan\n\nThe {lender} approved a {amount} loan to {borrower} for {self.aim}.",
            f"Money for {self.aim}\n\nThe {lender} will lend {borrower} {amount} for {self.aim}, it said on Tuesday.",
            f"{lender} lends\n\n{borrower} will receive a loan of {amount} from the {lender} for {self.aim}.",
        ))  # fmt: skip


def reprint(draw: Draw) -> History:
    text, days = draw.loan_told(draw.sum), draw.chance.choice((1, 3, 40, 150))
    again = f"{text}\n\nThe lender has its seat abroad."
    return History("reprint", [(draw.day, text), (draw.later(days, days), again)], ["a", "a"])


def other_words(draw: Draw) -> History:
    texts = [draw.outlay_told(draw.outlay), draw.outlay_told(draw.outlay), draw.outlay_told(draw.outlay)]
    days = [draw.day, draw.later(0, 2), draw.later(2, 6)]
    return History("other words", list(zip(days, texts, strict=True)), ["a", "a", "a"])


def conversion(draw: Draw) -> History:
    day = YEN_DAY + timedelta(days=draw.chance.randrange(20))
    dollars = draw.digits / 10
    foreign = (f"¥{_two_digits(dollars * YEN)} billion", f"€{_two_digits(dollars * EURO)} billion")
    texts = [draw.outlay_told(draw.outlay), draw.outlay_told(draw.chance.choice(foreign))]
    draw.chance.shuffle(texts)
    return History("conversion", [(day, texts[0]), (day + timedelta(days=1), texts[1])], ["a", "a"])


def other_conversion(draw: Draw) -> History:
    """Sums that are nearly the same in two currencies, for two things in two places."""
    foreign = f"¥{_two_digits(draw.digits / 10 * YEN)} billion"
    text = draw.outlay_told(draw.outlay)
    draw.place, draw.thing = draw.other(PLACES, draw.place), draw.other(THINGS, draw.thing)
    return History("other conversion", [(YEN_DAY, text), (YEN_DAY, draw.outlay_told(foreign))], ["a", "b"])


def _two_digits(number: float) -> str:
    return f"{float(f'{number:.2g}'):g}"


def rounded(draw: Draw) -> History:
    exact, round_one = draw.chance.choice((("$2.9 billion", "nearly $3 billion"), ("$4.1 billion", "about $4 billion")))
    texts = [draw.outlay_told(exact), draw.outlay_told(round_one)]
    return History("rounded", [(draw.day, texts[0]), (draw.later(1, 3), texts[1])], ["a", "a"])


def look_back(draw: Draw) -> History:
    month = draw.day.strftime("%B")
    again = draw.chance.choice((
        f"{draw.borrower} at work\n\n{draw.borrower} has begun to spend the {draw.sum} loan that the {draw.lender} "
        f"approved in {month}.",
        f"Progress\n\nThe {draw.sum} loan announced in {month} by the {draw.lender} lets {draw.borrower} build "
        f"{draw.aim}.",
        f"A year on\n\nThe {draw.lender}'s {draw.sum} loan to {draw.borrower} for {draw.aim} is now being spent.",
    ))  # fmt: skip
    return History("look back", [(draw.day, draw.loan_told(draw.sum)), (draw.later(70, 250), again)], ["a", "a"])


def second_loan(draw: Draw) -> History:
    again = draw.chance.choice((
        f"More money\n\nThe {draw.lender} approved a second {draw.sum} loan to {draw.borrower} for {draw.aim}.",
        f"Again\n\nThe {draw.lender} will lend {draw.borrower} another {draw.sum} for {draw.aim}.",
        f"More\n\nThe {draw.lender} granted {draw.borrower} an additional loan of {draw.sum} for {draw.aim}.",
        f"Third\n\n{draw.borrower} got a third loan of {draw.sum} from the {draw.lender} for {draw.aim}.",
    ))  # fmt: skip
    day = draw.later(10, 200)
    third = again.replace("\n\n", " (update)\n\n")
    told = [(draw.day, draw.loan_told(draw.sum)), (day, again), (day + timedelta(days=1), third)]
    return History("second loan", told, ["a", "b", "b"])


def tranche(draw: Draw) -> History:
    one, two = draw.chance.choice((("first", "second"), ("second", "third"), ("first", "next")))
    texts = [
        f"Money flows\n\nThe {draw.lender} paid {draw.borrower} the {turn} tranche of {draw.sum} for {draw.aim}."
        for turn in (one, two)
    ]
    return History("tranche", [(draw.day, texts[0]), (draw.later(30, 200), texts[1])], ["a", "b"])


def other_package(draw: Draw) -> History:
    verb = draw.chance.choice(("announced a new", "agreed a fresh", "unveiled a separate"))
    aim = draw.other(AIMS, draw.aim)
    again = f"New package\n\nThe {draw.lender} {verb} {draw.sum} loan to {draw.borrower}, this time for {aim}."
    return History("other package", [(draw.day, draw.loan_told(draw.sum)), (draw.later(60, 300), again)], ["a", "b"])


def two_lenders(draw: Draw) -> History:
    other = draw.other(LENDERS, draw.lender)
    texts = [draw.loan_told(draw.sum), draw.loan_told(draw.sum, lender=other)]
    return History("two lenders", [(draw.day, texts[0]), (draw.later(0, 3), texts[1])], ["a", "b"])


def two_receivers(draw: Draw) -> History:
    other = draw.other(BORROWERS, draw.borrower)
    texts = [draw.loan_told(draw.sum), draw.loan_told(draw.sum, borrower=other)]
    return History("two receivers", [(draw.day, texts[0]), (draw.later(0, 3), texts[1])], ["a", "b"])


def sister_firms(draw: Draw) -> History:
    one, other = draw.chance.choice((("Tarvik Steel", "Tarvik Foods"), ("Zemlin Motors", "Zemlin Power")))
    texts = [draw.outlay_told(draw.outlay, one), draw.outlay_told(draw.outlay, other)]
    return History("sister firms", [(draw.day, texts[0]), (draw.later(0, 3), texts[1])], ["a", "b"])


def longer_name(draw: Draw) -> History:
    one, other = draw.chance.choice(
        (("Norlund", "Norlund Energi"), ("Adria Group", "Adria Green"), ("Velora", "Velora Labs"))
    )
    texts = [draw.outlay_told(draw.outlay, one), draw.outlay_told(draw.outlay, other)]
    return History("longer name", [(draw.day, texts[0]), (draw.later(0, 3), texts[1])], ["a", "a"])


KINDS: Sequence[Callable[[Draw], History]] = (
    reprint, other_words, conversion, other_conversion, rounded, look_back, second_loan, tranche, other_package,
    two_lenders, two_receivers, sister_firms, longer_name,
)  # fmt: skip


def histories(count: int, seed: int) -> Iterator[History]:
    """`count` histories, the kinds in turn."""
    chance = random.Random(seed)  # noqa: S311 - made-up articles, no secret
    for number in range(count):
        yield KINDS[number % len(KINDS)](Draw(chance))


def told(history: History, number: int) -> dict[int, str]:
    """Which commitment the sum of each article comes to; an article whose sum is not read is left out."""
    documents, claims, of = [], [], {}
    for place, (day, text) in enumerate(history.articles):
        document = Document(
            document_id=stable_id("document", text), source=f"{number}-{place}", media_type="text/plain", published=day,
            publisher=f"paper {place}", retrieved_at=RETRIEVED, source_type=SourceType.MEDIA, text=text,
            raw_sha256="0" * 64, language="en",
        )  # fmt: skip
        sums = [
            claim for claim in reading_of(document, attributor=Attributor.FAST).claims if claim.kind.value == "money"
        ]
        documents.append(document)
        claims += sums
        if sums:
            of[place] = sums[0].claim_id
    found = resolve(frame_of(Claim, claims), frame_of(Document, documents)).memberships
    commitment = dict(found.select("claim_id", "commitment_id").iter_rows())
    return {place: commitment[claim] for place, claim in of.items() if commitment[claim] is not None}


def measured(count: int, seed: int, *, show: bool = False) -> dict[str, Counter[str]]:
    """Kind of history → how many pairs are found, said and right."""
    counts: dict[str, Counter[str]] = {}
    for number, history in enumerate(histories(count, seed)):
        found = told(history, number)
        tally = counts.setdefault(history.kind, Counter())
        for a, b in combinations(range(len(history.articles)), 2):
            gold = history.pledges[a] == history.pledges[b]
            said = a in found and b in found and found[a] == found[b]
            tally.update({"same": gold, "said": said, "right": gold and said, "pairs": 1})
            if show and gold != said:
                print(
                    f"{history.kind}: {'kept apart' if gold else 'joined'}: {history.articles[a]} {history.articles[b]}"
                )
    return counts


def line(kind: str, tally: Counter[str]) -> str:
    """One line of the table."""
    precision = tally["right"] / tally["said"] if tally["said"] else 1.0
    recall = tally["right"] / tally["same"] if tally["same"] else 1.0
    return f"{kind:20} {tally['pairs']:5} pairs  precision {100 * precision:5.1f}  recall {100 * recall:5.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--histories", type=int, default=65)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="print each pair that is wrong")
    options = parser.parse_args()
    counts = measured(options.histories, options.seed, show=options.show)
    for kind, tally in counts.items():
        print(line(kind, tally))
    print(line("all", sum(counts.values(), Counter())))


if __name__ == "__main__":
    main()
