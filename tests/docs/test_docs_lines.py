"""No line of a text, of the words and rules or of the settings is wider than those of the code.

Rows of tables are as long as they must be. `ruff` holds the code.
"""

from pathlib import Path

import pytest

from tests.generated import ROOT

WIDTH = 120
TEXTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "*.toml", "ledger/**/*.toml", "Makefile", "NOTICE", ".ci/run")
    for path in ROOT.glob(pattern)
)


@pytest.mark.parametrize("name", TEXTS)
def test_no_line_is_too_wide(name: str) -> None:
    lines = Path(ROOT, name).read_text(encoding="utf-8").splitlines()
    wide = [f"{name}:{at}" for at, line in enumerate(lines, 1) if len(line) > WIDTH and not line.startswith("|")]
    assert wide == []
