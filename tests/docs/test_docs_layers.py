"""The page on architecture names the layers that `make lint` holds, in their order."""

import re
import tomllib

from tests.generated import ROOT

TEN_STAGES = "the ten stages of the table above"


def test_the_page_has_the_layers_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    page = (ROOT / "docs" / "architecture.md").read_text().partition("## What may import what")[2]
    table = page.partition("\n\n| layer | holds |\n")[2].partition("\n\n")[0]
    said = [re.sub(r"`", "", line.split("|")[1]).strip() for line in table.splitlines()[1:]]
    assert said == [TEN_STAGES if "|" in layer else layer for layer in layers]
