"""The network of the accurate attributor; its input is a `Passage`: an article, or a stretch of a long one.

A small encoder reads the passage once; the tokens of each figure and of each mention are pooled from it. The scores of
measure, stage, fields and mentions start from the log probabilities that the named features give: the network adds what
it reads. `training.network.loss` has the loss.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from ledger.attribute.network.batches import batch_of
from ledger.attribute.network.encoding import TOKEN_KINDS
from ledger.attribute.network.inputs import (
    FIELDS,
    FIGURE_FEATURES,
    MEASURES,
    MENTION_FEATURES,
    MIN_PROBABILITY,
    PREDICTED_FEATURES,
    STAGES,
    SUM_FEATURES,
)
from ledger.attribute.network.network import RELATIONS
from ledger.attribute.network.passages import BEYOND, Passage
from ledger.attribute.roles.view import ROLES

FROZEN = 2
"""Layers of the encoder that are not trained, like its embeddings of words."""
FAR = -1e4


def has_bfloat16() -> bool:
    """Whether this machine computes in bfloat16; a processor that only imitates it takes sixteen times as long."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    told = torch.cpu.get_capabilities()
    return bool(told.get("avx512_bf16") or told.get("amx_bf16") or told.get("bf16"))


class Encoder(nn.Module):
    """An encoder that computes in bfloat16 while it learns, where the machine can, and in float32 when it is exported.

    One of BERT's kind is computed here, so that it is exported as plainly as can be; any other by its own code, to be
    compared or to teach.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(path)
        self.bert.pooler = None
        self.heads: int = self.bert.config.num_attention_heads
        self.width: int = self.bert.config.hidden_size
        self.half = has_bfloat16()
        self.is_bert = self.bert.config.model_type == "bert"
        for name, parameter in self.bert.named_parameters():
            parameter.requires_grad = not (
                name.startswith("embeddings") or any(f"layer.{layer}." in name for layer in range(FROZEN))
            )

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """Passages × tokens × width; `kinds` is added to the embeddings of the words."""
        e = self.bert.embeddings
        if not self.is_bert:
            with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
                given = e.word_embeddings(ids) + kinds
                return self.bert(inputs_embeds=given, attention_mask=mask).last_hidden_state.float()
        number = torch.bfloat16 if self.half else torch.float32
        position = e.position_embeddings.weight[: ids.shape[1]]
        x = e.word_embeddings(ids) + kinds + position + e.token_type_embeddings.weight[0]
        x = functional.layer_norm(x, (self.width,), e.LayerNorm.weight, e.LayerNorm.bias, e.LayerNorm.eps).to(number)
        far = ((1 - mask.float()) * FAR)[:, None, None, :].to(number)
        for layer in self.bert.encoder.layer:
            x = self._layer(layer, x, far)
        return x.float()

    def _layer(self, layer: Any, x: Tensor, far: Tensor) -> Tensor:
        part, out = layer.attention.self, layer.attention.output
        q, k, v = (self._split(linear(x, one)) for one in (part.query, part.key, part.value))
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=far)
        seen = seen.transpose(1, 2).reshape(x.shape)
        x = self._normed(x + linear(seen, out.dense), out.LayerNorm)
        wide = functional.gelu(linear(x, layer.intermediate.dense))
        return self._normed(x + linear(wide, layer.output.dense), layer.output.LayerNorm)

    def _split(self, x: Tensor) -> Tensor:
        return x.view(x.shape[0], x.shape[1], self.heads, self.width // self.heads).transpose(1, 2)

    def _normed(self, x: Tensor, part: nn.LayerNorm) -> Tensor:
        return functional.layer_norm(x, (self.width,), part.weight.to(x.dtype), part.bias.to(x.dtype), part.eps)


def linear(x: Tensor, part: nn.Linear) -> Tensor:
    """A linear map in the number type of `x`."""
    return functional.linear(x, part.weight.to(x.dtype), part.bias.to(x.dtype))


def scorer(inputs: int, outputs: int, hidden: int) -> nn.Sequential:
    """A head of one hidden layer whose first scores are close to zero."""
    head = nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, outputs))
    head[2].weight.data.mul_(0.1)
    head[2].bias.data.zero_()
    return head


class ArticleNetwork(nn.Module):
    """Encoder and heads."""

    def __init__(self, path: str, hidden: int = 192, match: int = 192) -> None:
        super().__init__()
        self.encoder = Encoder(path)
        width = self.encoder.width
        self.kind = nn.Embedding(len(TOKEN_KINDS), width)
        self.section = nn.Embedding(BEYOND + 1, width)
        for part in (self.kind, self.section):
            nn.init.normal_(part.weight, std=0.02)
        self.drop = nn.Dropout(0.15)
        self.figure = nn.Sequential(nn.Linear(2 * width + FIGURE_FEATURES, hidden), nn.GELU(), nn.Dropout(0.15))
        self.measure, self.stage, self.field = (nn.Linear(hidden, len(labels)) for labels in (MEASURES, STAGES, FIELDS))
        for head in (self.measure, self.stage, self.field):
            head.weight.data.mul_(0.1)
            head.bias.data.zero_()
        self.asks, self.offers = nn.Linear(2 * width + FIGURE_FEATURES, match), nn.Linear(width, match)
        self.roles = nn.ModuleList(scorer(3 * match + MENTION_FEATURES, 1, 96) for _ in ROLES)
        self.part, self.whole = (nn.Linear(2 * width + FIGURE_FEATURES, match // 2) for _ in range(2))
        self.relations = scorer(3 * match // 2 + SUM_FEATURES, len(RELATIONS), 96)
        self.trust = nn.Parameter(torch.full((5,), 0.7))
        """How much the predictions of the features count for measure, stage, fields, actor and recipient."""

    def forward(
        self,
        ids: Tensor,
        kinds: Tensor,
        sections: Tensor,
        mask: Tensor,
        figure: Tensor,
        facts: Tensor,
        mention: Tensor,
        pair: Tensor,
        ties: Tensor,
        sums: Tensor,
        sum_ties: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Scores of measures, stages, fields (figures × labels), names (pairs × roles), sums (pairs × relations)."""
        seen = self.encoder(ids, self.kind(kinds) + self.section(sections), mask)
        own = torch.cat([_pooled(seen, figure), seen[figure[:, 0], 0]], 1)
        asked = torch.cat([self.drop(own), facts], 1)
        thought = self.figure(asked)
        measures, stages, fields = self._log_predictions(facts)
        ask, offer = self.asks(asked)[pair[:, 0]], self.offers(self.drop(_pooled(seen, mention)))[pair[:, 1]]
        both = torch.cat([ask, offer, ask * offer, ties], 1)
        # the last features: probability and log odds / 3 as actor, the same as recipient, whether known
        odds = 3 * torch.stack([ties[:, -4], ties[:, -2]], 1)
        part, whole = self.part(asked)[sums[:, 0]], self.whole(asked)[sums[:, 1]]
        return (
            self.measure(thought) + self.trust[0] * measures,
            self.stage(thought) + self.trust[1] * stages,
            self.field(thought) + self.trust[2] * fields,
            torch.cat([role(both) for role in self.roles], 1) + self.trust[3:] * odds,
            self.relations(torch.cat([part, whole, part * whole, sum_ties], 1)),
        )

    @staticmethod
    def _log_predictions(facts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The log probabilities that the features give, zero where they are not known."""
        known = facts[:, -PREDICTED_FEATURES - 1 : -PREDICTED_FEATURES]
        told = facts[:, -PREDICTED_FEATURES:-2]
        a, b = len(MEASURES), len(MEASURES) + len(STAGES)
        depth = -torch.log(torch.tensor(MIN_PROBABILITY))
        field = told[:, b:].clamp(0.01, 0.99)
        odds = torch.log(field / (1 - field)) * known - 4 * (1 - known)
        return (told[:, :a] - 1) * depth * known, (told[:, a:b] - 1) * depth * known, odds


def _pooled(seen: Tensor, spans: Tensor) -> Tensor:
    """The mean of the first and the last token of each span (passage, first token, token past the last)."""
    return (seen[spans[:, 0], spans[:, 1]] + seen[spans[:, 0], spans[:, 2] - 1]) / 2


def tensors(batch: Sequence[Passage]) -> dict[str, Tensor]:
    """The inputs of passages, in the order of the network's arguments."""
    return {name: torch.from_numpy(rows) for name, rows in batch_of(batch).items()}
