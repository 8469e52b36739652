"""The learned attributor: a small encoder that has read annotated articles judges what the named features propose.

It takes each sum that may be a commitment with its surroundings, every name in them, and what the features think; it gives probabilities of measure,
stage and fields, and a score of each mention for actor and recipient. Mentions of one name add up (their exponentials), against nobody's score of
zero. Needs the extra `accurate` (onnxruntime, tokenizers); the network and its settings lie in `ledger/models/network/`.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ledger.attribute.labels.classify import COMMITMENTS, best_measure
from ledger.attribute.labels.classify import Weighed as Labelled
from ledger.attribute.labels.features import Page
from ledger.attribute.network.inputs import (
    FIELDS,
    MEASURES,
    STAGES,
    TIES,
    Prior,
    Sheet,
    Window,
    partners,
    sheet_of,
    window,
)
from ledger.attribute.network.priors import priors
from ledger.attribute.roles.layout import Layout
from ledger.attribute.roles.score import ROLES, Role, Weighed
from ledger.models.files import FOLDER, model_data
from ledger.models.linear import Model
from schemas import Kind

NAME = "accurate"
"""The name of this attributor in its claims."""
LEAST_CHANCE = 0.08
"""A sum whose chance of being a commitment, by the features, is below this is a plain statistic and not read."""
CERTAIN = 0.95
"""A name that the features give this is taken whatever the network says: where a construction leaves no choice, the rule stands."""
BESIDE = -1.0
"""A name that stands beside the one taken, as in "A and B", is taken too where its score is above this."""
UNREAD = -20.0
"""The score of a name that the window did not hold."""
BATCH = 16
"""Windows that are read at once."""
Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Settings:
    """How the network's scores become answers; found on articles that it had not seen."""

    heat: Mapping[str, float]
    """Temperatures of measure and stage, and of the two roles, by name."""
    share: Mapping[str, float]
    """How much of measure, stage and field is the network's; the rest is the features'."""
    nobody: Mapping[Role, float]
    """The best name is taken where its score is above this."""
    together: Mapping[Role, float]
    """Any other name is taken where its score is above this."""
    field: float
    """A field is taken where its probability is above this."""


def settings_from(data: Mapping[str, Any]) -> Settings:
    """The settings of a settings file."""
    return Settings(data["heat"], data["share"], data["nobody"], data["together"], data["field"])


@dataclass(frozen=True, slots=True)
class Read:
    """What the network says of one figure; the names' scores are against nobody's, which is zero."""

    measures: Mapping[str, float]
    stages: Mapping[str, float]
    fields: Mapping[str, float]
    names: Mapping[int, tuple[float, float]]
    """Scores of each candidate as actor and recipient."""


class Opinion(NamedTuple):
    """What the learned attributor makes of a document; figures that it did not read are as the features left them."""

    labelled: tuple[Labelled, ...]
    names: tuple[Weighed, ...]
    fields: Mapping[int, Mapping[str, float]]
    """The fields of each figure that was read, with their probabilities."""


class Reader:
    """The network with its words and settings."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, settings: Settings) -> None:
        self.session = session
        self.tokenizer = tokenizer
        self.settings = settings

    def opinion(
        self,
        page: Page,
        labelled: Sequence[Labelled],
        layout: Layout,
        names: Sequence[Weighed],
        models: Mapping[str, Model],
    ) -> Opinion:
        """Read a document whose figures were weighed by the features' `models`."""
        told = list(priors(page, labelled, names, models))
        asked = [index for index, prior in enumerate(told) if self.asks(layout.scene.figures[index].kind, prior)]
        if not asked:
            return Opinion(tuple(labelled), tuple(names), {})
        sheet = sheet_of(layout, page.overheads, self.tokenizer)
        rows, weighed, fields = list(labelled), list(names), {}
        for index, read in zip(asked, self.read(sheet, asked, told), strict=True):
            measures = mixed(read.measures, told[index].measures, self.settings.share["measure"])
            measure = best_measure(measures)
            stages = (
                mixed(read.stages, told[index].stages, self.settings.share["stage"]) if measure in COMMITMENTS else {}
            )
            rows[index] = Labelled(labelled[index].told, measure, measures, stages)
            weighed[index] = self._roles(names[index], read, partners(sheet.lines[sheet.home[index]]))
            codes = mixed(read.fields, told[index].fields, self.settings.share["field"])
            fields[index] = {code: p for code, p in codes.items() if p >= self.settings.field}
        return Opinion(tuple(rows), tuple(weighed), fields)

    @staticmethod
    def asks(kind: Kind, prior: Prior) -> bool:
        """Whether a figure is read at all: sums that the features do not hold for plain statistics."""
        return kind is Kind.MONEY and prior.chance >= LEAST_CHANCE

    def read(self, sheet: Sheet, indices: Sequence[int], told: Sequence[Prior]) -> list[Read]:
        """What the network says of figures, in their order; windows of like length go together."""
        windows = {index: window(sheet, index, told[index]) for index in indices}
        order = sorted(indices, key=lambda index: (len(windows[index].ids), index))
        found: dict[int, Read] = {}
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            found.update(zip(batch, self._batch([windows[index] for index in batch]), strict=True))
        return [found[index] for index in indices]

    def _batch(self, windows: Sequence[Window]) -> Iterator[Read]:
        measures, stages, fields, scores = self.session.run(None, batch_of(windows))
        heat = self.settings.heat
        at = 0
        for number, one in enumerate(windows):
            rows = scores[at : at + len(one.names)]
            at += len(one.names)
            yield Read(
                _shares(MEASURES, measures[number] / heat["measure"]),
                _shares(STAGES, stages[number] / heat["stage"]),
                {code.value: 1 / (1 + exp(-float(score))) for code, score in zip(FIELDS, fields[number], strict=True)},
                added(one.candidates, rows),
            )

    def _roles(self, weighed: Weighed, read: Read, pairs: Set[tuple[int, int]]) -> Weighed:
        """The names of a figure with the network's probabilities, and those that are taken; `pairs` of candidates stand side by side."""
        probabilities: dict[Role, Sequence[float]] = {}
        taken: dict[Role, Sequence[int]] = {}
        for column, role in enumerate(ROLES):
            scores = [read.names[c][column] if c in read.names else UNREAD for c in weighed.candidates]
            before = weighed.probabilities[role]
            chosen = taken_of(scores, self.settings.nobody[role], self.settings.together[role])
            chosen = with_partners(chosen, scores, weighed.candidates, pairs)
            sure = [c for c in range(len(scores)) if before[c] >= CERTAIN and c not in chosen]
            warm = [1 / (1 + exp(-score / self.settings.heat[role])) for score in scores]
            warm = [(p + before[c]) / 2 if c in sure else p for c, p in enumerate(warm)]
            probabilities[role] = (*warm, 1 - max(warm, default=0.0))
            taken[role] = sorted((*chosen, *sure))
        return Weighed(weighed.view, weighed.candidates, probabilities, taken)


@cache
def committed_reader() -> Reader:
    """The reader of the lexicon; one thread, so that the same text gives the same answers however many cores there are."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    with as_file(FOLDER / "network") as folder:
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        return Reader(session, tokenizer_from(folder / "tokenizer.json"), settings_from(model_data("network/settings")))


def tokenizer_from(path: Path) -> Tokenizer:
    """The tokenizer of a file, neither cutting nor filling up."""
    words = Tokenizer.from_file(str(path))
    words.no_truncation()
    words.no_padding()
    return words


def taken_of(scores: Sequence[float], nobody: float, together: float) -> list[int]:
    """Positions of the names that scores speak for: the best where it is above `nobody`, and any other above `together`."""
    best = max(range(len(scores)), key=lambda c: scores[c], default=None)
    if best is None or scores[best] < nobody:
        return []
    return [c for c, score in enumerate(scores) if c == best or score > together]


def with_partners(
    chosen: list[int], scores: Sequence[float], candidates: Sequence[int], pairs: Set[tuple[int, int]]
) -> list[int]:
    """Positions of the names taken, and of those beside the likeliest of them that are not unlikely by themselves."""
    if not chosen:
        return chosen
    best = candidates[max(chosen, key=lambda c: scores[c])]
    return [c for c, score in enumerate(scores) if c in chosen or (score > BESIDE and (best, candidates[c]) in pairs)]


def mixed(read: Mapping[str, float], before: Mapping[str, float], share: float) -> dict[str, float]:
    """The network's probabilities with a share, the features' with the rest."""
    return {label: share * p + (1 - share) * before.get(label, 0.0) for label, p in read.items()}


def _shares(labels: Sequence[str], scores: Rows) -> dict[str, float]:
    powers = np.exp(scores - scores.max())
    return {str(label): float(p) for label, p in zip(labels, powers / powers.sum(), strict=True)}


def added(candidates: Sequence[int], scores: Rows) -> dict[int, tuple[float, float]]:
    """For each candidate the logarithm of the summed exponentials of its mentions' scores, for both roles."""
    found: dict[int, tuple[float, float]] = {}
    for candidate in sorted(set(candidates)):
        rows = scores[[position for position, c in enumerate(candidates) if c == candidate]]
        top = rows.max(axis=0)
        actor, recipient = (float(value) for value in top + np.log(np.exp(rows - top).sum(axis=0)))
        found[candidate] = actor, recipient
    return found


def batch_of(windows: Sequence[Window]) -> dict[str, NDArray[np.generic]]:
    """Windows as the network's inputs, filled up to the longest; a window without names is given one that nobody asks for."""
    longest = max(len(one.ids) for one in windows)
    ids = np.zeros((len(windows), longest), dtype=np.int64)
    kinds, mask = np.zeros_like(ids), np.zeros_like(ids)
    for number, one in enumerate(windows):
        ids[number, : len(one.ids)] = one.ids
        kinds[number, : len(one.kinds)] = one.kinds
        mask[number, : len(one.ids)] = 1
    spans = [span for one in windows for span in one.names] or [(0, 1)]
    ties = [tie for one in windows for tie in one.ties]
    return {
        "ids": ids,
        "kinds": kinds,
        "mask": mask,
        "figure": np.array([one.figure for one in windows], dtype=np.int64),
        "facts": np.array([one.facts for one in windows], dtype=np.float32),
        "spans": np.array(spans, dtype=np.int64),
        "owner": np.array([number for number, one in enumerate(windows) for _ in one.names] or [0], dtype=np.int64),
        "ties": np.array(ties, dtype=np.float32) if ties else np.zeros((1, TIES), dtype=np.float32),
    }
