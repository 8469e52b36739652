"""Fuzz the readers of all formats: what a fuzzer makes of whole files, until a reader raises, hangs or takes too much.

    python -m benchmarks.broken_files [NAME ...] [--seconds 300] [--seed 1] [--keep FOLDER]

A reader is given bytes for so many seconds in a process of its own. The fuzzer is atheris, which is guided by what of
the code its bytes reach (`pip install atheris`; no dependency of the project). What breaks a reader is kept in FOLDER;
a case that shows its kind belongs into `tests/read/`.
"""

import argparse
import random
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ledger.read.article import Article, Enclosed, ReadLimits, ReadOptions, ReadProblem
from ledger.read.databases import with_exports
from ledger.read.formats import Sample, format_of
from tests.read.factory_formats import archive
from tests.read.factory_mutants import SOURCES, TOKENS, edited

LIMITS = ReadLimits(expanded_bytes=4 << 20, member_bytes=2 << 20, pages=20, members=200, text_bytes=2 << 20)
LONGEST_WAIT = 30
"""Seconds after which one file counts as hanging."""
MEMORY_MIB = 4096
LARGEST = 256 * 1024
"""Bytes of the largest file that is made."""
START = """
import sys, atheris
with atheris.instrument_imports(include=["ledger.read", "striprtf", "feedparser", "docx", "trafilatura", "htmldate"]):
    from benchmarks import broken_files
sys.exit(broken_files.main(sys.argv[1:]))
"""
"""How a process begins whose code tells atheris what of it is reached."""


def read(name: str, raw: bytes) -> None:
    """Read bytes as a document reader does; raises whatever breaks the promise of a reader."""
    format_of(Sample(raw, f"a.{name.partition(' ')[0]}"))
    options = ReadOptions(name="a", limits=LIMITS)
    for found in with_exports(SOURCES[name][0](raw, options)):
        if isinstance(found, Article):
            assert all(0 <= part.start <= part.end <= len(found.text) for part in found.parts), found.parts
            found.text.encode("utf-8", "surrogatepass")
        elif isinstance(found, ReadProblem):
            assert found.message, found
            assert "\n" not in found.message, found
        else:
            assert isinstance(found, Enclosed)


def mutated_inside(data: bytes, seed: int, mutate: Any) -> bytes:
    """A zip archive that is whole, with one of its files mutated; any other bytes mutated themselves."""
    if seed % 4 and data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(BytesIO(data)) as packed:
                files = {member: packed.read(member) for member in packed.namelist()}
        except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError):
            return bytes(mutate(data, LARGEST))
        if files:
            inner = sorted(files)[seed // 4 % len(files)]
            made = archive({**files, inner: bytes(mutate(files[inner], LARGEST))})
            return made if len(made) <= LARGEST else data
    return bytes(mutate(data, LARGEST))


def guided(name: str, seconds: int, seed: int, folder: Path) -> None:
    """Fuzz one reader with atheris; never returns."""
    atheris: Any = import_module("atheris")
    with TemporaryDirectory() as corpus:
        Path(corpus, "whole").write_bytes(SOURCES[name][1])
        Path(corpus, "words").write_bytes(b"\n".join(TOKENS))
        words = Path(corpus).with_suffix(".dict")
        lines = ("".join(f"\\x{byte:02x}" for byte in token) for token in TOKENS)
        words.write_text("".join(f'"{line}"\n' for line in lines), encoding="ascii")
        arguments = [
            f"-max_total_time={seconds}",
            f"-seed={seed}",
            f"-timeout={LONGEST_WAIT}",
            f"-rss_limit_mb={MEMORY_MIB}",
            f"-max_len={LARGEST}",
            f"-artifact_prefix={folder}/{name.replace(' ', '-')}-",
            f"-dict={words}",
            "-print_final_stats=1",
            "-verbosity=0",
            corpus,
        ]
        atheris.Setup(
            [sys.argv[0], *arguments],
            lambda raw: read(name, raw),
            custom_mutator=lambda data, _, chance: mutated_inside(data, chance, atheris.Mutate),
        )
        atheris.Fuzz()


def blind(name: str, seconds: int, seed: int, folder: Path) -> None:
    """Fuzz one reader with random edits of its whole file, where atheris is not installed."""
    dice, until, tried = random.Random(seed), time.monotonic() + seconds, 0  # noqa: S311 - nothing is kept secret

    def mutate(raw: bytes, _: int) -> bytes:
        edits = [
            (dice.randrange(5), dice.randrange(1 << 20), dice.randrange(80), dice.choice(TOKENS))
            for _ in range(dice.randint(1, 6))
        ]
        return edited(raw, edits)[:LARGEST]

    signal.signal(signal.SIGALRM, _hangs)
    while time.monotonic() < until:
        raw, tried = mutated_inside(SOURCES[name][1], dice.randrange(1 << 30), mutate), tried + 1
        signal.alarm(LONGEST_WAIT)
        try:
            read(name, raw)
        except BaseException:
            (folder / f"{name.replace(' ', '-')}-{tried}").write_bytes(raw)
            raise
        finally:
            signal.alarm(0)
    print(f"stat::number_of_executed_units: {tried}", file=sys.stderr)


def _hangs(*_: object) -> None:
    raise TimeoutError(f"takes longer than {LONGEST_WAIT} seconds")


def main(arguments: Sequence[str]) -> int:
    """Fuzz the readers named, or all; 1 where one of them broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.broken_files", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(SOURCES)}; all by default")
    parser.add_argument("--seconds", type=int, default=300, help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzzed"), metavar="FOLDER", help="where what breaks is kept")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in SOURCES]:
        parser.error(f"{unknown[0]!r} is not a reader's; choose from {', '.join(SOURCES)}")
    options.keep.mkdir(parents=True, exist_ok=True)
    if options.here:
        fuzz = guided if find_spec("atheris") else blind
        fuzz(options.names[0], options.seconds, options.seed, options.keep)
        return 0
    broken = [name for name in options.names or SOURCES if not _sound(name, options)]
    print(f"broken: {', '.join(broken)}" if broken else "no reader broke")
    return int(bool(broken))


def _sound(name: str, options: argparse.Namespace) -> bool:
    """Whether a reader took all that was made, in a process of its own; prints how much that was."""
    words = [name, f"--seconds={options.seconds}", f"--seed={options.seed}", f"--keep={options.keep}", "--here"]
    start = ["-c", START] if find_spec("atheris") else ["-m", "benchmarks.broken_files"]
    done = subprocess.run([sys.executable, *start, *words], capture_output=True, text=True, check=False)
    marks = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line]
    tried = marks[-1].rpartition(":")[2].strip() if marks else "?"
    print(f"{name}: {tried} files in {options.seconds} s, {'sound' if done.returncode == 0 else 'BROKEN'}", flush=True)
    if done.returncode:
        told = [line for line in done.stderr.splitlines() if not line.startswith(("INFO", "WARNING"))]
        print("\n".join(told[-30:]), flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
