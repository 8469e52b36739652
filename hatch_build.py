"""The build of the wheel: the records, which stand in `schemas/` of the repository, go into it as `ledger.schemas`.

A wheel must not take the top-level name `schemas` from the projects that it is installed beside. In the repository the
package stands at the top level, as it was given; so each module is copied with its imports of `schemas` renamed.
"""

import re
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

IMPORT = re.compile(r"^(?P<lead>[ >.]*)from schemas(?P<rest>[. ])", re.MULTILINE)
WHOLE = re.compile(r"^(?P<lead>[ >.]*)import schemas$", re.MULTILINE)
SHIM = "schemas.py"
"""`ledger/schemas.py`, by which `ledger.schemas` can be imported in the repository too."""


def renamed(text: str) -> str:
    """A module's text with its imports of `schemas` as imports of `ledger.schemas`.

    >>> renamed("from schemas.enums import Kind\\\\nimport schemas\\\\n")
    'from ledger.schemas.enums import Kind\\\\nfrom ledger import schemas\\\\n'
    """
    return WHOLE.sub(r"\g<lead>from ledger import schemas", IMPORT.sub(r"\g<lead>from ledger.schemas\g<rest>", text))


class RecordsInside(BuildHookInterface):  # type: ignore[type-arg]  # its configuration is of no interest here
    """Builds the wheel from copies of `ledger/` and `schemas/` in which `schemas` is `ledger.schemas`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the copies and have them taken; an editable install takes the repository as it stands."""
        if version == "editable":
            return
        made = Path(self.root, "build", "wheel")
        shutil.rmtree(made, ignore_errors=True)
        for source, target in (("ledger", "ledger"), ("schemas", "ledger/schemas")):
            shutil.copytree(
                Path(self.root, source), made / target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
            )
        (made / "ledger" / SHIM).unlink()
        for module in made.rglob("*.py"):
            module.write_text(renamed(module.read_text(encoding="utf-8")), encoding="utf-8")
        build_data["force_include"][str(made / "ledger")] = "ledger"
