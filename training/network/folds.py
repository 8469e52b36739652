"""The networks of the folds in place of the package's file, to read each article by one that has not seen it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ledger.attribute.network.network import Network, settings_from, tokenizer_from
from training.linear.crossfold import FOLDS
from training.network.model import ArticleNetwork


class TorchSession:
    """A network of torch that is asked as a session of onnxruntime is."""

    def __init__(self, net: ArticleNetwork) -> None:
        net.eval()
        net.encoder.half = False
        self.net = net

    def run(self, _: None, given: Mapping[str, NDArray[np.generic]]) -> Sequence[NDArray[np.float32]]:
        """The outputs of the network."""
        with torch.no_grad():
            return [rows.numpy() for rows in self.net(**{name: torch.from_numpy(rows) for name, rows in given.items()})]


def fold_networks(work: Path, base: Path) -> list[Network]:
    """The network of each fold in `work`, the folder of `training.network.train`, with the settings found there."""
    settings = settings_from(json.loads((work / "settings.json").read_text(encoding="utf-8")))
    tokenizer = tokenizer_from(base / "tokenizer.json")
    made = []
    for fold in range(FOLDS):
        net = ArticleNetwork(str(base))
        net.load_state_dict(torch.load(work / f"fold{fold}.pt"))
        made.append(Network(TorchSession(net), tokenizer, settings))
    return made
