"""The build of the wheel: the records, which stand in `schemas/` of the repository, go into it as `ledger.schemas`.

A wheel must not take the top-level name `schemas` from the projects that it is installed beside. In the repository the
package stands at the top level, as it was given; so each module is copied with its imports of `schemas` renamed.

`LEDGER_COMPILE=1` compiles the modules that attribute figures with mypyc: the wheel is then of one platform and one
version of Python. Without it the wheel is plain Python, and an editable install always is.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

IMPORT = re.compile(r"^(?P<lead>[ >.]*)from schemas(?P<rest>[. ])", re.MULTILINE)
WHOLE = re.compile(r"^(?P<lead>[ >.]*)import schemas$", re.MULTILINE)
COMPILED = (
    "attribute/assemble.py",
    "attribute/tokens.py",
    "attribute/fields/*.py",
    "attribute/labels/*.py",
    "attribute/names/*.py",
    "attribute/roles/*.py",
    "english/*.py",
    "models/linear.py",
)
"""The modules that are compiled where it is asked for: their profile is flat, so that single ones gain little."""
SETUP = """
import sys
from setuptools import setup
from mypyc.build import mypycify

checks = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent"]
modules = mypycify([*checks, *sys.argv[1:]], opt_level="2", debug_level="0")
setup(name="ledger", packages=[], ext_modules=modules, script_args=["build_ext", "--inplace"])
"""
SHIM = "schemas.py"
"""`ledger/schemas.py`, by which `ledger.schemas` can be imported in the repository too."""


def renamed(text: str) -> str:
    """A module's text with its imports of `schemas` as imports of `ledger.schemas`.

    >>> renamed("from schemas.enums import Kind\\\\nimport schemas\\\\n")
    'from ledger.schemas.enums import Kind\\\\nfrom ledger import schemas\\\\n'
    """
    return WHOLE.sub(r"\g<lead>from ledger import schemas", IMPORT.sub(r"\g<lead>from ledger.schemas\g<rest>", text))


def compiled() -> bool:
    """Whether a compiled wheel is asked for."""
    return os.environ.get("LEDGER_COMPILE", "") not in ("", "0")


def compile_modules(folder: Path) -> list[Path]:
    """Compile the modules of `folder`/ledger in place; the shared library beside it, which all of them load."""
    found = sorted(path for pattern in COMPILED for path in (folder / "ledger").glob(pattern))
    names = [str(path.relative_to(folder)) for path in found if path.name != "__init__.py"]
    command = [sys.executable, "-c", SETUP, *names]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - this interpreter, on files of the repository
    return sorted(path for path in folder.iterdir() if "__mypyc" in path.name)


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
        if compiled():
            build_data["force_include"] |= {str(path): path.name for path in compile_modules(made)}
            build_data["pure_python"], build_data["infer_tag"] = False, True

    def dependencies(self) -> list[str]:
        """What the build needs beside hatchling."""
        return ["mypy>=1.15", "setuptools>=65"] if compiled() else []
