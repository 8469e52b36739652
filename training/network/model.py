"""The network of the accurate attributor, and its loss; the input is a `ContextWindow` around each figure.

A small encoder reads the window; the figure's tokens and those of each mention are pooled from it. The scores of
measure, stage, fields and mentions start from the log probabilities that the named features give: the network adds what
it reads.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from ledger.attribute.network.inputs import (
    FIELDS,
    MEASURES,
    MIN_PROBABILITY,
    POSITION_CODES,
    STAGES,
    ContextWindow,
)
from ledger.attribute.network.network import batch_of
from ledger.attribute.roles.view import ROLES
from training.network.examples import Item

WIDTH, HEADS = 384, 12
PRIORS = len(MEASURES) + len(STAGES) + len(FIELDS) + 2
"""The last figure features: what the named features predict; the one before says whether they are known."""
FROZEN = 2
"""Layers of the encoder that are not trained, like its embeddings."""
FAR = -1e4
PLACES = 256
"""Positions that the encoder keeps; no window is longer."""


class Encoder(nn.Module):
    """A BERT encoder that computes in bfloat16 while it learns, and in float32 when it is exported."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(path)
        self.bert.pooler = None
        places = self.bert.embeddings.position_embeddings
        places.weight = nn.Parameter(places.weight[:PLACES].clone())
        self.half = True
        for name, parameter in self.bert.named_parameters():
            parameter.requires_grad = not (
                name.startswith("embeddings") or any(f"layer.{layer}." in name for layer in range(FROZEN))
            )

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """Windows × tokens × width; `kinds` is added to the embeddings of the words."""
        e = self.bert.embeddings
        kind = torch.bfloat16 if self.half else torch.float32
        position = e.position_embeddings.weight[: ids.shape[1]]
        x = e.LayerNorm(e.word_embeddings(ids) + kinds + position + e.token_type_embeddings.weight[0]).to(kind)
        far = ((1 - mask.float()) * FAR)[:, None, None, :].to(kind)
        for layer in self.bert.encoder.layer:
            x = self._layer(layer, x, far)
        return x.float()

    def _layer(self, layer: Any, x: Tensor, far: Tensor) -> Tensor:
        part, out = layer.attention.self, layer.attention.output
        q, k, v = (self._heads(linear(x, one)) for one in (part.query, part.key, part.value))
        weights = torch.softmax(torch.matmul(q / sqrt(WIDTH / HEADS), k.transpose(-1, -2)) + far, -1)
        seen = torch.matmul(weights, v).transpose(1, 2).reshape(x.shape)
        x = normed(x + linear(seen, out.dense), out.LayerNorm)
        return normed(
            x + linear(functional.gelu(linear(x, layer.intermediate.dense)), layer.output.dense), layer.output.LayerNorm
        )

    @staticmethod
    def _heads(x: Tensor) -> Tensor:
        return x.view(x.shape[0], x.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)


def linear(x: Tensor, part: nn.Linear) -> Tensor:
    """A linear map in the number type of `x`."""
    return functional.linear(x, part.weight.to(x.dtype), part.bias.to(x.dtype))


def normed(x: Tensor, part: nn.LayerNorm) -> Tensor:
    """Layer normalisation in the number type of `x`."""
    return functional.layer_norm(x, (WIDTH,), part.weight.to(x.dtype), part.bias.to(x.dtype), part.eps)


class AttributionNetwork(nn.Module):
    """Encoder and heads; `facts` and `ties` are the numbers of features of a figure and of a mention."""

    def __init__(self, path: str, facts: int, ties: int, hidden: int = 192, match: int = 256) -> None:
        super().__init__()
        self.encoder = Encoder(path)
        self.kind = nn.Embedding(POSITION_CODES, WIDTH)
        nn.init.normal_(self.kind.weight, std=0.02)
        self.drop = nn.Dropout(0.15)
        self.figure = nn.Sequential(nn.Linear(2 * WIDTH + facts, hidden), nn.GELU(), nn.Dropout(0.15))
        self.measure, self.stage, self.field = (nn.Linear(hidden, len(labels)) for labels in (MEASURES, STAGES, FIELDS))
        self.asks, self.offers = nn.Linear(2 * WIDTH + facts, match), nn.Linear(WIDTH + ties, match)
        self.roles = nn.ModuleList(
            nn.Sequential(nn.Linear(3 * match + ties, 96), nn.GELU(), nn.Linear(96, 1)) for _ in ROLES
        )
        self.trust = nn.Parameter(torch.full((5,), 0.7))
        """How much the predictions of the features count for measure, stage, fields, actor and recipient."""
        for head in (self.measure, self.stage, self.field, *(role[2] for role in self.roles)):
            head.weight.data.mul_(0.1)
            head.bias.data.zero_()

    def forward(
        self,
        ids: Tensor,
        kinds: Tensor,
        mask: Tensor,
        figure: Tensor,
        facts: Tensor,
        spans: Tensor,
        owner: Tensor,
        ties: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Scores of measures, stages and fields (windows × labels) and of mentions (mentions × roles)."""
        seen = self.encoder(ids, self.kind(kinds), mask)
        windows = torch.arange(ids.shape[0])
        asked = torch.cat([(seen[windows, figure[:, 0]] + seen[windows, figure[:, 1] - 1]) / 2, seen[:, 0]], 1)
        asked = torch.cat([self.drop(asked), facts], 1)
        thought = self.figure(asked)
        measures, stages, fields = self._log_predictions(facts)
        said = self.drop((seen[owner, spans[:, 0]] + seen[owner, spans[:, 1] - 1]) / 2)
        offer, ask = self.offers(torch.cat([said, ties], 1)), self.asks(asked)[owner]
        pair = torch.cat([ask, offer, ask * offer, ties], 1)
        # the last features: probability and log odds / 3 as actor, the same as recipient, whether known, two distances
        odds = 3 * torch.stack([ties[:, -6], ties[:, -4]], 1)
        scores = torch.cat([role(pair) for role in self.roles], 1) + self.trust[3:] * odds
        return (
            self.measure(thought) + self.trust[0] * measures,
            self.stage(thought) + self.trust[1] * stages,
            self.field(thought) + self.trust[2] * fields,
            scores,
        )

    @staticmethod
    def _log_predictions(facts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The log probabilities that the features give, zero where they are not known."""
        known = facts[:, -PRIORS - 1 : -PRIORS]
        told = facts[:, -PRIORS:-2]
        a, b = len(MEASURES), len(MEASURES) + len(STAGES)
        depth = -torch.log(torch.tensor(MIN_PROBABILITY))
        field = told[:, b:].clamp(0.01, 0.99)
        odds = torch.log(field / (1 - field)) * known - 4 * (1 - known)
        return (told[:, :a] - 1) * depth * known, (told[:, a:b] - 1) * depth * known, odds


def tensors(windows: Sequence[ContextWindow]) -> dict[str, Tensor]:
    """The inputs of windows."""
    return {name: torch.from_numpy(rows) for name, rows in batch_of(windows).items()}


def scores_by_candidate(windows: Sequence[ContextWindow], scores: Tensor) -> list[tuple[list[int], Tensor]]:
    """For each window its candidates and their scores (candidates × roles): the log sum over their mentions."""
    found, at = [], 0
    for one in windows:
        rows = scores[at : at + len(one.mentions)]
        at += len(one.mentions)
        candidates = sorted(set(one.candidates))
        groups = [
            torch.logsumexp(rows[[k for k, c in enumerate(one.candidates) if c == candidate]], 0)
            for candidate in candidates
        ]
        found.append((candidates, torch.stack(groups) if groups else rows.new_zeros((0, len(ROLES)))))
    return found


WEIGHTS = {"fields": 0.2, "choice": 0.6, "each": 0.4, "statistic": 0.25, "unseen": 0.2}
"""How much each part of the loss counts beside measure and stage.

Names of statistics count less, and so do names that the window does not hold.
"""


def loss_of(
    out: tuple[Tensor, Tensor, Tensor, Tensor], windows: Sequence[ContextWindow], items: Sequence[Item]
) -> Tensor:
    """The mean loss of a batch."""
    measures, stages, fields, scores = out
    right = [item.target for item in items]
    total = functional.cross_entropy(
        measures, torch.tensor([MEASURES.index(one.measure) for one in right]), reduction="sum"
    )
    staged = [(k, STAGES.index(one.stage)) for k, one in enumerate(right) if one.stage is not None]
    if staged:
        rows, targets = zip(*staged, strict=True)
        total = total + functional.cross_entropy(stages[list(rows)], torch.tensor(targets), reduction="sum")
    said = torch.tensor([[float(code in one.fields) for code in FIELDS] for one in right])
    total = total + WEIGHTS["fields"] * functional.binary_cross_entropy_with_logits(fields, said, reduction="sum")
    for one, (candidates, rows) in zip(right, scores_by_candidate(windows, scores), strict=True):
        if candidates:
            for column, role in enumerate(ROLES):
                total = total + _names_loss(candidates, rows[:, column], one.names[role], one.stage is not None)
    return total / len(items)


def _names_loss(candidates: Sequence[int], scores: Tensor, right: frozenset[int], commitment: bool) -> Tensor:
    """The loss of the choice among names and the null candidate, and of each name by itself.

    `right` is empty where no name is annotated.
    """
    target = torch.tensor([float(candidate in right) for candidate in candidates])
    weight = 1.0 if commitment else WEIGHTS["statistic"]
    each = WEIGHTS["each"] * functional.binary_cross_entropy_with_logits(scores, target, reduction="sum")
    if right and not target.any():
        return weight * WEIGHTS["unseen"] * each
    shares = torch.cat([scores, scores.new_zeros(1)]).log_softmax(0)
    choice = -(target @ shares[:-1]) / target.sum() if target.any() else -shares[-1]
    return weight * (WEIGHTS["choice"] * choice + each)
