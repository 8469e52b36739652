"""Leaves modules whose extras are not installed out of the doctests."""

from importlib.util import find_spec

WITH_TORCH = ("compare", "confidence", "e5", "evaluate", "folds", "loss", "model", "train")
NEEDED = {
    **{f"network/{name}.py": "torch" for name in WITH_TORCH},
    "network/export.py": "onnx",
    "lexicons/build_names.py": "countryinfo",
}
collect_ignore = [module for module, package in NEEDED.items() if find_spec(package) is None]
