"""Articles on one pledge: copies that were cut, reordered, retitled and updated, and others written anew."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRMS = ("Velora", "Corvane", "Tessel Rail", "Ruvia Energy", "Kesto", "Northland Ports", "Halden Glass", "Orbica")
PLACES = ("Tessaly", "Lund", "Porto Vel", "Marrow Bay", "Istrane", "Calder", "Ostwick", "Vellin")
THINGS = ("battery mill", "ferry terminal", "data hall", "glass works", "tram line", "wind farm", "cable yard")
PEOPLE = ("Ada Lind", "Jan de Wit", "Elodie Marchand", "Luis Pena", "Greta Ohlin", "Tom Ashby", "Mira Rao")

FACTS = (
    (
        "{firm} said on Monday it would invest €{a} million in a {thing} in {place}, its largest outlay so far.",
        "A {thing} worth €{a} million is to rise on the edge of {place}, paid for by {firm}, the group announced.",
        "{place} is getting a {thing}: {firm} puts €{a} million into it, more than it ever spent on one site.",
        "The board of {firm} has approved €{a} million for a {thing} at {place} after two years of talks.",
    ),
    (
        "Of that sum, €{b} million goes to machinery and the rest to buildings and roads around the site.",
        "Machines take €{b} million of the money; halls, roads and a rail link take what is left of it.",
        "Some €{b} million will be spent on equipment alone, a person close to the project said.",
        "Equipment makes up €{b} million of the budget, according to a slide shown to investors.",
    ),
    (
        "The state of {place} adds a grant of €{c} million, which the assembly has yet to approve this spring.",
        "Taxpayers chip in as well: a grant of €{c} million awaits a vote in the regional assembly.",
        "A subsidy of €{c} million from the region hangs on a vote that is due before the summer break.",
        "If deputies agree, the region will support the scheme with €{c} million of public money.",
    ),
    (
        "Work starts in 2026 and some {n} jobs are to be created by the end of the decade, {person} told reporters.",
        "{person}, who runs the division, expects {n} new posts by 2030 and a first sod to be cut next year.",
        "By 2030 the site should employ {n} people; diggers are due to arrive in 2026, said {person}.",
        "About {n} people would find work there, {person} said, with building to begin in 2026.",
    ),
    (
        "“We looked at nine towns and chose the one with the best port,” {person} said in a hall full of officials.",
        "{person} praised the harbour and the schools, and called the decision an easy one in the end.",
        "Nine towns had made offers. What tipped the scales, {person} said, was deep water close by.",
        "The town won over eight rivals thanks to its harbour, people familiar with the contest said.",
    ),
    (
        "Critics question the price of power in the region, where rates have risen by {p} percent since last year.",
        "Power has become {p} percent dearer there within a year, and not everyone believes that the sums add up.",
        "Opponents point at electricity bills, up {p} percent in twelve months, and at empty halls near by.",
        "An economist at the local college doubts the plan, given that electricity costs {p} percent more.",
    ),
    (
        "Banks led by Harbour Trust lend €{d} million for twelve years, secured on the land and the machines.",
        "A group of banks around Harbour Trust provides a twelve-year loan of €{d} million against the site.",
        "Financing includes a loan of €{d} million that Harbour Trust arranged with four other lenders.",
        "Lenders are to put up €{d} million, with Harbour Trust as the agent of the syndicate.",
    ),
    (
        "Shares of {firm} rose {q} percent in early trading before giving up most of the gain by noon.",
        "Investors liked what they heard at first: the stock of {firm} gained {q} percent, then fell back.",
        "On the exchange the paper of {firm} was up {q} percent in the morning and little changed later.",
        "{firm} stock climbed as much as {q} percent, though the rise had mostly gone by lunchtime.",
    ),
    (
        "Neighbours have filed {k} objections over noise and lorries, which a court is to hear in the autumn.",
        "A court will deal in the autumn with {k} complaints by people who fear lorries passing their homes.",
        "Not all are pleased: {k} residents went to court, worried by traffic and by noise at night.",
        "Locals lodged {k} complaints. They speak of noise, of lorries and of a stream that may run dry.",
    ),
)
ABOUT = (
    "About {firm}: founded in 1921, {firm} employs 41,000 people in 28 countries and had sales of €9.2 billion in its "
    "last financial year. It is listed in Lund and Istrane and belongs to the main index of both exchanges."
)
TITLES = (
    "{firm} to build a {thing} in {place}", "{place} wins {thing} with {n} jobs", "€{a} million for a {thing}",
    "Why {firm} comes to {place}", "{firm} bets €{a} million on {place}", "{thing} brings hope to {place}, and doubts",
)  # fmt: skip
SWAPS = (
    ("said", "stated"),
    ("some ", "about "),
    ("is to ", "will "),
    ("told reporters", "told the press"),
    ("group", "firm"),
)
LEADS = (
    "(Adds comment by the company, details on financing)", "This story was updated with a statement of the region.",
    "First published by our partners at Northwire.", "LUND (Northwire) -",
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A text with its title and day."""

    title: str
    paragraphs: tuple[str, ...]
    published: date
    publisher: str

    @property
    def text(self) -> str:
        return "\n\n".join((self.title, *self.paragraphs)) + "\n"


def _facts(random: Random) -> dict[str, object]:
    a = random.randint(200, 960)
    return {
        "firm": random.choice(FIRMS), "place": random.choice(PLACES), "thing": random.choice(THINGS),
        "person": random.choice(PEOPLE), "a": a, "b": a * 6 // 10, "c": random.randint(12, 90),
        "d": random.randint(100, 190), "n": random.randint(120, 1900), "p": random.randint(11, 39),
        "q": random.randint(2, 9), "k": random.randint(13, 88),
    }  # fmt: skip


def _written(facts: dict[str, object], choice: list[int], random: Random, about: bool) -> Written:
    told = [shapes[pick].format(**facts) for shapes, pick in zip(FACTS, choice, strict=True)]
    rest = told[1:]
    random.shuffle(rest)
    lines = [told[0], *rest[: random.randint(5, len(rest))]]
    paragraphs = [" ".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]
    paragraphs += [ABOUT.format(**facts)] if about else []
    day = date(2025, 1, 6) + timedelta(days=random.randint(0, 300))
    publisher = random.choice(("Northwire", "Tessaly Times", "Lund Courier"))
    return Written(random.choice(TITLES).format(**facts), tuple(paragraphs), day, publisher)


def different_pair(seed: int) -> tuple[Written, Written]:
    """Two articles on one pledge that share names and figures, and at times a quote or the words on the firm."""
    random = Random(f"different {seed}")
    facts = _facts(random)
    one = [random.randrange(4) for _ in FACTS]
    other = [(pick + random.randint(1, 3)) % 4 for pick in one]
    if random.random() < 0.4:  # a sentence of the press release that both quote
        place = random.randrange(1, len(FACTS))
        other[place] = one[place]
    about = random.random() < 0.3
    return _written(facts, one, random, about), _written(facts, other, random, about)


def copied_pair(seed: int) -> tuple[Written, Written]:
    """An article and a copy of it: cut, reordered, retitled, with updated figures, words changed, a lead of its own."""
    random = Random(f"copied {seed}")
    facts = _facts(random)
    first = _written(facts, [random.randrange(4) for _ in FACTS], random, random.random() < 0.3)
    paragraphs = list(first.paragraphs)
    title = first.title
    done = 0
    while not done:
        if random.random() < 0.5 and len(paragraphs) > 2:
            paragraphs = paragraphs[: max(2, round(len(paragraphs) * random.uniform(0.4, 0.8)))]
            done += 1
        if random.random() < 0.4:
            middle = paragraphs[1:]
            random.shuffle(middle)
            paragraphs = [paragraphs[0], *middle]
            done += 1
        if random.random() < 0.5:
            title = random.choice(TITLES).format(**facts)
            done += 1
        if random.random() < 0.4:
            paragraphs = _updated(paragraphs, facts, random)
            done += 1
        if random.random() < 0.3:
            old, new = random.choice(SWAPS)
            paragraphs = [text.replace(old, new) for text in paragraphs]
            done += 1
        if random.random() < 0.3:
            paragraphs = [random.choice(LEADS), *paragraphs]
            done += 1
    day = first.published + timedelta(days=random.randint(0, 3))
    return first, Written(title, tuple(paragraphs), day, random.choice(("Northwire", "Istrane Post", first.publisher)))


def _updated(paragraphs: list[str], facts: dict[str, object], random: Random) -> list[str]:
    for name in random.sample(("a", "c", "d", "n"), random.randint(1, 2)):
        was, now = int(str(facts[name])), int(str(facts[name])) + random.randint(3, 40)
        paragraphs = [text.replace(str(was), str(now)) for text in paragraphs]
    return paragraphs
