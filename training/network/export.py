"""Make the package's file of a trained network (ONNX, weights in eight bits), and compare its answers.

    python -m training.network.export WORK [--base FOLDER]

WORK is the folder of `training.network.train`. The embeddings of words are kept in eight bits with a scale for each
word, the encoder's matrices with a scale for each 64 weights, and the heads in sixteen bits: with one scale a matrix,
one figure in fifteen got another actor. Needs the extra `train`.
"""

import argparse
import json
import logging
import shutil
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.quantization.shape_inference import quant_pre_process

from ledger.attribute.network.batches import BATCH_SIZE, FigureScores, batch_of, passage_scores
from ledger.attribute.network.network import relation_probabilities
from ledger.attribute.network.passages import Passage
from ledger.attribute.roles.view import ROLES
from training.network.card import write_card
from training.network.data import saved_data
from training.network.model import ArticleNetwork, tensors
from training.network.train import add_base, base_folder, lessons_of, untrained

FOLDER = Path(__file__).resolve().parents[2] / "ledger" / "models" / "network"
OUTPUTS = ("measures", "stages", "fields", "names", "relations")
SIZES = {
    ("ids", "kinds", "sections", "mask"): {0: "passages", 1: "tokens"},
    ("figure", "facts", "measures", "stages", "fields"): {0: "figures"},
    ("mention",): {0: "mentions"},
    ("pair", "ties", "names"): {0: "pairs"},
    ("sums", "sum_ties", "relations"): {0: "sums"},
}
"""The dimensions of inputs and outputs that may have any size."""
LEAST_AGREEING = 0.99
HALF = 0.5
"""A sum is related to another where none has no more than this probability."""
COMPARED = 2
"""One passage in so many is compared."""
BLOCK = 64
"""Weights that share a scale."""
EXACT = 1
"""The level at which products are computed in floating point: in eight bits they change one recipient in seventy."""
WORDS, LEAST_SIXTEEN = 20_000, 1024
"""A matrix with so many rows is one of words; a head's matrix with so many numbers is kept in sixteen bits."""


def to_onnx(net: ArticleNetwork, batch: list[Passage], path: Path) -> None:
    """Write the network; any number of passages, tokens, figures and mentions may be put into it."""
    net.eval()
    net.encoder.half = False
    inputs = tensors(batch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own coming changes
        torch.onnx.export(
            net,
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=list(OUTPUTS),
            dynamic_axes={name: sizes for names, sizes in SIZES.items() for name in names},
            dynamo=False,
        )


def in_eight_bits(model: ModelProto) -> ModelProto:
    """The model with its weights in fewer bits."""
    for number, node in enumerate(model.graph.node):
        weight = _weight(model.graph, node)
        if node.op_type == "Gather" and weight is not None and weight.dims and weight.dims[0] >= WORDS:
            _quantize_words(model.graph, number, node, weight)
            break
    quantizer = MatMulNBitsQuantizer(model, bits=8, block_size=BLOCK, is_symmetric=True, accuracy_level=EXACT)
    quantizer.process()
    small: ModelProto = quantizer.model.model
    for cast in list(_in_sixteen_bits(small.graph)):
        small.graph.node.insert(0, cast)
    return small


def _weight(graph: GraphProto, node: NodeProto) -> TensorProto | None:
    return next((one for one in graph.initializer if one.name in node.input), None)


def _quantize_words(graph: GraphProto, number: int, node: NodeProto, weight: TensorProto) -> None:
    """Replace the look-up of words by one in eight bits, each row with its own scale."""
    rows = numpy_helper.to_array(weight)
    scale = np.maximum(np.abs(rows).max(axis=1, keepdims=True) / 127, 1e-8).astype(np.float32)
    graph.initializer.remove(weight)
    graph.initializer.append(numpy_helper.from_array(np.round(rows / scale).astype(np.int8), "words"))
    graph.initializer.append(numpy_helper.from_array(scale, "words_scale"))
    ids, out = node.input[1], node.output[0]
    graph.node.remove(node)
    steps: tuple[tuple[str, list[str], str, dict[str, int]], ...] = (
        ("Gather", ["words", ids], "words_small", {}),
        ("Cast", ["words_small"], "words_whole", {"to": TensorProto.FLOAT}),
        ("Gather", ["words_scale", ids], "words_factor", {}),
        ("Mul", ["words_whole", "words_factor"], out, {}),
    )
    for place, (kind, inputs, output, more) in enumerate(steps):
        graph.node.insert(number + place, helper.make_node(kind, inputs, [output], **more))


def _in_sixteen_bits(graph: GraphProto) -> Iterator[NodeProto]:
    """Keep the weights of the heads and of positions in sixteen bits; yields the nodes that read them."""
    asked = {name for node in graph.node if node.op_type in ("Gemm", "Slice") for name in node.input}
    for weight in [one for one in graph.initializer if one.name in asked and one.data_type == TensorProto.FLOAT]:
        rows = numpy_helper.to_array(weight)
        if rows.size >= LEAST_SIXTEEN:
            graph.initializer.remove(weight)
            graph.initializer.append(numpy_helper.from_array(rows.astype(np.float16), f"{weight.name}_half"))
            yield helper.make_node(
                "Cast", [f"{weight.name}_half"], [weight.name], f"{weight.name}_cast", to=TensorProto.FLOAT
            )


def agreeing(whole: Path, small: Path, made: list[Passage]) -> dict[str, float]:
    """For each of `LABELS` the share of figures that both files give the same; names and relations of sums alone."""
    same: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    sessions = [onnxruntime.InferenceSession(str(path)) for path in (whole, small)]
    for at in range(0, len(made), BATCH_SIZE):
        batch = made[at : at + BATCH_SIZE]
        both = (passage_scores(batch, session.run(None, batch_of(batch))) for session in sessions)
        for one, other in zip(*both, strict=True):
            answers = zip(LABELS, _answers(one), _answers(other), strict=True)
            for name, answer, another in answers if one.names else list(answers)[:UNASKED]:
                asked[name] += 1
                same[name] += answer == another
    return {name: round(same[name] / max(1, asked[name]), 4) for name in LABELS}


LABELS = ("measure", "stage", "fields", *ROLES, "relation")
UNASKED = 3
"""So many of these are read of every figure, the others of sums that may be commitments alone."""


def _answers(one: FigureScores) -> tuple[object, ...]:
    """Measure, stage, fields, the best name of each role, and the likeliest relation; null for nobody and none."""
    names = [
        max((scores[column], candidate) for candidate, scores in {**one.names, -1: (0.0, 0.0)}.items())[1]
        for column in range(len(ROLES))
    ]
    options = {
        (other, kind): p
        for other, pair in relation_probabilities(one.figure, one.sums).items()
        for kind, p in enumerate(pair)
    }
    related = max(options, key=options.__getitem__) if sum(options.values()) > HALF else None
    fields = tuple((one.fields > 0).nonzero()[0].tolist())
    return int(one.measures.argmax()), int(one.stages.argmax()), fields, *names, related


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("work", type=Path, help="folder of training.network.train")
    add_base(parser)
    options = parser.parse_args()
    work, base = options.work, base_folder(options.base)
    logging.disable(logging.INFO)
    data = saved_data(work / "data.pickle")
    net = untrained(base)
    net.load_state_dict(torch.load(work / "whole.pt"))
    made = [lesson.passage for one in data.annotated for lesson in lessons_of(one, one.encoded)]
    whole, ready, small = work / "whole.onnx", work / "ready.onnx", work / "small.onnx"
    to_onnx(net, made[:BATCH_SIZE], whole)
    quant_pre_process(str(whole), str(ready), skip_symbolic_shape=True)
    onnx.save(in_eight_bits(onnx.load(str(ready))), str(small))
    shares = agreeing(ready, small, made[::COMPARED])
    print(f"{small.stat().st_size / 1e6:.1f} MB; same answers in eight bits: {shares}")
    if min(shares.values()) < LEAST_AGREEING:
        print(f"fewer than {LEAST_AGREEING:.0%} agree")
    FOLDER.mkdir(exist_ok=True)
    shutil.copy(small, FOLDER / "model.onnx")
    shutil.copy(base / "tokenizer.json", FOLDER / "tokenizer.json")
    settings = json.loads((work / "settings.json").read_text(encoding="utf-8"))
    settings["note"]["eight_bits_agree"] = shares
    (FOLDER / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    write_card(settings["note"])


if __name__ == "__main__":
    main()
