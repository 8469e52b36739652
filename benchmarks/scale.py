"""Many articles in one command: workers, a Dask cluster, the driver's memory, and the pace against quantulum3.

    python -m benchmarks.scale [--articles 2000] [--attributor fast] [--only workers] [--keep FOLDER]

The articles are written from templates, each with a pledge, its parts and a statistic, so that what is read and what it
adds up to is known. Each ingestion runs in a process of its own. Seconds are of the clock and of processors; on a
machine that others use, only the latter tell what the work costs: "x by processors" is what the workers would give each
other's cores if none were taken.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
from quantulum3 import classifier

import ledger
from benchmarks.speed import attributed, least, peer

SYLLABLES = ("nor", "vel", "ka", "tar", "os", "quin", "zem", "hal", "bri", "do", "ras", "ul", "mi", "fen", "gor", "ta")
PLACES = ("Kenya", "Vietnam", "Portugal", "Morocco", "Peru", "Ghana", "Serbia", "Laos", "Chile", "Poland")
THINGS = (
    ("a battery plant", "the assembly hall", "a test track"),
    ("a wind farm", "the turbines", "a new substation"),
    ("a data centre", "its servers", "the cooling plant"),
    ("a steel mill", "an electric furnace", "a rolling line"),
)
FILLER = (
    "The mayor said that the town had waited for such news since the old works closed its gates.",
    "Residents will be heard before the council votes, and the plans are on show at the town hall.",
    "The site lies near the railway, and the first lorries are expected in spring.",
    "Engineers have begun to survey the ground, which was a field of maize until last autumn.",
    "A spokeswoman declined to say how the suppliers were chosen, and pointed to the tender.",
    "Analysts called the plan bold, for demand in the region has been slow to come back.",
    "The union welcomed the decision and asked for talks on training before work begins.",
    "Neighbours fear the traffic, while shopkeepers along the main road hope for it.",
)
SAMPLE = 40
"""Articles on which the pace is compared with quantulum3's."""


@dataclass(frozen=True)
class Told:
    """An article, and what is known of it."""

    text: str
    whole: Decimal
    """The pledge, in dollars."""
    parts: tuple[Decimal, ...]
    """What of it is for what."""
    profit: Decimal
    """A statistic, which counts nothing."""


def _sum(millions: int) -> str:
    return f"${millions / 1000:g} billion" if millions >= 1000 and millions % 10 == 0 else f"${millions} million"


def article(number: int) -> Told:
    """The article of a number; each has a firm of its own, so that no pledge is told twice."""
    chance = random.Random(number)  # noqa: S311 - made-up articles, no secret
    digits, name = number, ""
    for _ in range(5):
        digits, at = divmod(digits, len(SYLLABLES))
        name += SYLLABLES[at]
    firm, place = f"{name.capitalize()} Group", chance.choice(PLACES)
    thing, *uses = chance.choice(THINGS)
    parts = [chance.randrange(20, 400) for _ in uses]
    whole, profit = sum(parts) + chance.randrange(30, 900), chance.randrange(11, 99)
    said = [
        f"{firm} to build in {place}",
        f"{place.upper()}, 3 March 2025 - {firm} will invest {_sum(whole)} in {thing} in {place}, including "
        f"{_sum(parts[0])} for {uses[0]} and {_sum(parts[1])} for {uses[1]}, the company said on Monday.",
        f"The company reported a profit of {_sum(profit)} last year.",
    ]
    filler = [" ".join(chance.sample(FILLER, 4)) for _ in range(chance.randrange(2, 7))]
    text = "\n\n".join([*said[:2], *filler[:1], said[2], *filler[1:]]) + "\n"
    return Told(text, *(Decimal(whole) * 10**6, tuple(Decimal(one) * 10**6 for one in parts), Decimal(profit) * 10**6))


def written(folder: Path, articles: int) -> Path:
    """The folder with so many articles, a thousand in each folder of it."""
    for number in range(articles):
        place = folder / f"{number // 1000:04}" / f"{number:07}.txt"
        if number % 1000 == 0:
            place.parent.mkdir(parents=True)
        place.write_text(article(number).text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Spent:
    """What an ingestion cost."""

    clock: float
    driver: float
    """Processor seconds of the driver."""
    workers: float
    """Processor seconds of what it started, or of the cluster."""
    memory: int
    """Kilobytes of the driver at most."""

    @property
    def processors(self) -> float:
        """All processor seconds."""
        return self.driver + self.workers


def ingested(news: str, book: str, attributor: str, workers: int | None, cluster: str | None) -> None:
    """Ingest and print what it cost: what runs in a process of its own."""
    begun = time.perf_counter()
    done = ledger.open(book).ingest(news, attributor=attributor, workers=workers, cluster=cluster)
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = Spent(
        time.perf_counter() - begun,
        own.ru_utime + own.ru_stime,
        children.ru_utime + children.ru_stime,
        own.ru_maxrss,
    )
    print(json.dumps(asdict(cost) | {"documents": done.documents, "left_out": done.left_out}))


def run(news: Path, book: Path, attributor: str, workers: int | None = None, cluster: str | None = None) -> Spent:
    """What one ingestion costs."""
    told = json.dumps([str(news), str(book), attributor, workers, cluster])
    command = [sys.executable, "-m", "benchmarks.scale", "--ingest", told]
    line = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    assert not line.pop("left_out")
    assert line.pop("documents")
    return Spent(**line)


def on_cluster(news: Path, book: Path, attributor: str) -> Spent:
    """What an ingestion on two Dask workers of this machine costs."""
    import psutil  # noqa: PLC0415 - what only an extra installs
    from distributed import LocalCluster  # noqa: PLC0415

    def used() -> float:
        total = 0.0
        for process in psutil.Process().children(recursive=True):
            times = process.cpu_times()
            total += times.user + times.system
        return total

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        before = used()
        spent = run(news, book, attributor, cluster=cluster.scheduler_address)
        return Spent(spent.clock, spent.driver, used() - before, spent.memory)


def checked(book: Path, articles: int) -> None:
    """Print how much of what is known was found, and what it adds up to."""
    rows = ledger.open(book).rows().filter(kind="money", unit="USD")
    values = rows.group_by("source").agg(pl.col("value"), pl.col("value").filter("counted").alias("counted"))
    found = {Path(source).stem: (set(all_of), counted) for source, all_of, counted in values.iter_rows()}
    told = [(f"{number:07}", article(number)) for number in range(articles)]
    known = [(name, value) for name, one in told for value in {one.whole, *one.parts, one.profit}]
    right = sum(value in found[name][0] for name, value in known if name in found)
    whole = sum(one.whole for _, one in told)
    counted = sum(sum(found[name][1]) for name, _ in told if name in found)
    print(f"figures found with their value   {100 * right / len(known):8.2f} % of {len(known):,}")
    print(f"counted / pledged                {100 * counted / whole:8.2f} % of {whole / 10**9:,.0f} bn USD")


def line(name: str, cost: Spent, articles: int) -> None:
    """Print what one ingestion cost."""
    each = f"{1000 * cost.processors / articles:6.2f} ms of processors each"
    driver = f"driver {1000 * cost.driver / articles:5.2f} ms"
    print(f"{name:<22}{cost.clock:8.1f} s by the clock {each}, {driver}, {cost.memory / 1024:6.0f} MB", flush=True)


def pace(articles: int) -> None:
    """Print the pace of segment, extract and attribute as a multiple of quantulum3's."""
    classifier.USE_CLF = False
    texts = [article(number).text for number in range(min(SAMPLE, articles))]
    works = {"quantulum3": peer, "fast": attributed}
    for work in works.values():
        work(texts[0])
    spent = least(works, texts)
    print(f"fast / quantulum3                {spent['quantulum3'] / spent['fast']:8.1f} x of {len(texts)} articles")


def measured(folder: Path, articles: int, attributor: str, *, dask: bool) -> None:
    """Print all of it."""
    print(f"{articles:,} articles by the {attributor} attributor", flush=True)
    news, few = written(folder / "news", articles), written(folder / "few", max(articles // 10, 1))
    pair = {
        "one worker": run(news, folder / "one", attributor, 1),
        "two workers": run(news, folder / "two", attributor, 2),
    }
    small = run(few, folder / "small", attributor, 2)
    for name, cost in pair.items():
        line(name, cost, articles)
    line("two, a tenth of them", small, max(articles // 10, 1))
    one, two = pair["one worker"], pair["two workers"]
    alone = one.processors / max(two.driver, two.processors / 2)
    print(f"two workers / one                {one.clock / two.clock:8.2f} x by the clock")
    print(f"                                 {alone:8.2f} x by processors")
    print(f"memory of the driver, 10 x       {two.memory / small.memory:8.2f} x")
    if dask:
        cost = on_cluster(news, folder / "dask", attributor)
        line("two Dask workers", cost, articles)
        print(f"Dask / pool                      {cost.clock / two.clock:8.2f} x by the clock")
        print(f"                                 {cost.processors / two.processors:8.2f} x by processors")
    again = run_again(news, folder / "two", attributor)
    print(f"the same command again           {1000 * again / articles:8.2f} ms of processors each")
    checked(folder / "two", articles)
    pace(articles)


def grown(folder: Path, articles: int, attributor: str) -> None:
    """Print what two workers take for all, and for a tenth of them, and what they found: for hours of work."""
    print(f"{articles:,} articles by the {attributor} attributor", flush=True)
    few = max(articles // 10, 1)
    small = run(written(folder / "few", few), folder / "small", attributor, 2)
    line("two, a tenth of them", small, few)
    whole = run(written(folder / "news", articles), folder / "two", attributor, 2)
    line("two workers", whole, articles)
    print(f"memory of the driver, 10 x       {whole.memory / small.memory:8.2f} x")
    print(f"processors, 10 x                 {whole.processors / small.processors:8.2f} x", flush=True)
    checked(folder / "two", articles)


def run_again(news: Path, book: Path, attributor: str) -> float:
    """Processor seconds of an ingestion of what is there already."""
    told = json.dumps([str(news), str(book), attributor, 2, None])
    command = [sys.executable, "-m", "benchmarks.scale", "--ingest", told]
    cost = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    assert cost["documents"] == 0
    return float(cost["driver"] + cost["workers"])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=2_000, help="how many; 100,000 take hours on two cores")
    parser.add_argument("--attributor", default="fast", choices=["fast", "accurate"])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the articles and ledgers in this new folder")
    parser.add_argument("--only", choices=["workers"], help="two workers alone, on all articles and on a tenth of them")
    parser.add_argument("--no-dask", action="store_true", help="leave the cluster out")
    parser.add_argument("--ingest", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ingest:
        ingested(*json.loads(options.ingest))
    elif options.keep:
        options.keep.mkdir(parents=True)
        told(options.keep, options)
    else:
        with tempfile.TemporaryDirectory() as folder:
            told(Path(folder), options)


def told(folder: Path, options: argparse.Namespace) -> None:
    """Print what is asked."""
    if options.only:
        grown(folder, options.articles, options.attributor)
    else:
        measured(folder, options.articles, options.attributor, dask=not options.no_dask)


if __name__ == "__main__":
    main()
