"""Leaves modules whose extras are not installed out of the doctests."""

from importlib.util import find_spec

NEEDED = {
    "network/model.py": "torch",
    "network/evaluate.py": "torch",
    "network/train.py": "torch",
    "network/export.py": "onnx",
    "lexicons/build_names.py": "countryinfo",
}
collect_ignore = [module for module, package in NEEDED.items() if find_spec(package) is None]
