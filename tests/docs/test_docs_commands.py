"""Every `$ ledger …` line of a document is run, page by page, in a folder with the seed articles and the page's files.

`$ make demo` runs the lines of its recipe that begin with `ledger`.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import pytest

from ledger.cli import VERBS, run
from ledger.cli.app import EXAMPLES

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w-]+\.(?:csv|toml|txt|rss))`[^\n`]*:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENDS_WITH = re.compile(r"#.*\bends with (\d+)")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@dataclass(frozen=True)
class Command:
    """A line of a console block: what is typed, the exit code it ends with, and what it prints where that is shown."""

    line: str
    code: int
    shown: str

    @property
    def arguments(self) -> list[str]:
        """The words behind `ledger`, without a redirection."""
        return shlex.split(self.line.partition(" > ")[0], comments=True)[1:]

    @property
    def target(self) -> Path | None:
        """The file that a redirection names."""
        words = shlex.split(self.line.partition(" > ")[2], comments=True)
        return Path(words[0]) if words else None


def commands(page: str) -> Iterator[Command]:
    """The commands of a page's console blocks, in order; `make demo` as the commands of its recipe."""
    for block in BLOCK.findall(page):
        for typed in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, shown = typed.partition("\n")
            code = ENDS_WITH.search(line)
            if line == "make demo":
                yield from (Command(step, 0, "") for step in demo_steps())
            else:
                yield Command(line, int(code.group(1)) if code else 0, shown)


def demo_steps() -> list[str]:
    """The commands of the recipe of `make demo`."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ndemo:")[2].partition("\n\n")[0]
    return re.findall(r"^\t\$\(BIN\)/(ledger .*)$", recipe, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_a_page_run(
    page: Path, seed_folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEDGER_AUTHOR", raising=False)
    text = page.read_text(encoding="utf-8")
    for name, contents in FILE.findall(text):
        (seed_folder / name).write_text(contents, encoding="utf-8")
    for command in commands(text):
        if not command.line.startswith("ledger "):
            continue
        capfd.readouterr()
        code = run(command.arguments)
        out, err = capfd.readouterr()
        assert code == command.code, f"{command.line}: {err}"
        if command.target is not None:
            command.target.write_text(out, encoding="utf-8")
        if command.shown.strip():
            assert OutputChecker().check_output(trimmed(command.shown), trimmed(out + err), ELLIPSIS), (
                f"{command.line} printed\n{out}{err}"
            )


def trimmed(printed: str) -> str:
    """What was printed, without the blanks and empty lines that nobody sees."""
    return "\n".join(line.rstrip() for line in printed.splitlines()).strip("\n") + "\n"


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=lambda page: page.stem)
def test_links_of_a_page_lead_to_files(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_demo_has_steps() -> None:
    assert [step.split()[1] for step in demo_steps()] == ["ingest", "totals", "export"]


def test_every_verb_has_its_line_in_the_reference() -> None:
    assert VERBS
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert [verb for verb in (*EXAMPLES, "rates") if f"`{verb}`" not in reference] == []
