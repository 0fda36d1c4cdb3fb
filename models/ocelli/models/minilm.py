"""The sentence encoder all-MiniLM-L6-v2, from token ids to a vector of length 1 in one graph.

Six layers of a transformer distilled from BERT (Wang et al., MiniLM, 2020), trained so that texts
of one meaning lie close together (Reimers and Gurevych, Sentence-BERT, 2019). A text's vector is
the mean over its tokens.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from ocelli.models import evaluation, published
from ocelli.models.assembled import Assembled
from ocelli.models.graph import Graph

DIMENSION = 384

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_NETWORK = "all-minilm-l6-v2-q.onnx"
_TOKENIZER = "all-minilm-l6-v2-q-tokenizer.json"


def assemble(files: Mapping[str, Path]) -> Assembled:
    """Assembles the encoder from `all-minilm-l6-v2-q.onnx` and its tokenizer.

    The model takes `input_ids`, `attention_mask` and `token_type_ids`, int64 `[N, L]`, and gives
    `embedding`, float32 `[N, 384]`.

    Args:
        files: paths by name.
    """
    return Assembled.of(_encoder(files), files={"tokenizer.json": files[_TOKENIZER].read_bytes()})


def encode(files: Mapping[str, Path], texts: Sequence[str]) -> NDArray[np.float32]:
    """Texts as the assembled encoder sees them, without a runtime: `[texts, 384]`.

    Args:
        files: as for `assemble`.
        texts: short ones; it takes some ten milliseconds for each.
    """
    tokenizer = Tokenizer.from_file(str(files[_TOKENIZER]))
    tokenizer.no_padding()
    by_length: dict[int, list[int]] = {}
    ids = [tokenizer.encode(text).ids for text in texts]
    for place, tokens in enumerate(ids):
        by_length.setdefault(len(tokens), []).append(place)
    encoder = evaluation.evaluator(_encoder(files))
    vectors = np.empty((len(texts), DIMENSION), np.float32)
    for places in by_length.values():
        batch = np.array([ids[place] for place in places])
        feeds = zip(_INPUTS, (batch, np.ones_like(batch), np.zeros_like(batch)), strict=True)
        (vectors[places],) = encoder(dict(feeds))
    return vectors


def _encoder(files: Mapping[str, Path]) -> onnx.ModelProto:
    graph = Graph()
    source = _in_floats(onnx.load(files[_NETWORK]))
    (states,) = published.append(
        source, graph, {name: name for name in _INPUTS}, ["last_hidden_state"]
    )
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    weights = graph.add("Unsqueeze", mask, graph.constant(np.array([2])))
    total = graph.add(
        "ReduceSum", graph.add("Mul", states, weights), graph.constant(np.array([1])), keepdims=0
    )
    # Scaling to length 1 makes the mean of the sum: the number of tokens cancels.
    length = graph.add("ReduceL2", total, axes=[1], keepdims=1)
    vector = graph.add("Div", total, length)
    return graph.model(
        "minilm_l6_v2",
        [(name, TensorProto.INT64, ["N", "L"]) for name in _INPUTS],
        [(vector, ("embedding", TensorProto.FLOAT, ["N", DIMENSION]))],
    )


def _in_floats(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy that keeps its weights in eight bits and computes with floats.

    As published it rounds what flows through it to eight bits, with a scale for the whole batch: a
    text's vector would depend on the texts beside it.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.graph.node[:]
    for node in model.graph.node:
        if node.op_type == "DynamicQuantizeLinear":
            copy.graph.node.extend(_unrounded(node))
        elif node.op_type == "MatMulInteger":
            copy.graph.node.extend(_product(node))
        elif node.op_type == "DequantizeLinear":
            copy.graph.node.extend(_dequantised(node))
        else:
            copy.graph.node.append(node)
    return copy


def _unrounded(node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    values, scale, zero = node.output
    yield helper.make_node("Identity", [node.input[0]], [values])
    yield helper.make_node("Constant", [], [scale], value_float=1.0)
    yield helper.make_node("Constant", [], [zero], value_float=0.0)


def _product(node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    values, weights, _, zero = node.input
    yield from _centred(weights, zero, f"{node.output[0]}_weights")
    yield helper.make_node("MatMul", [values, f"{node.output[0]}_weights"], node.output)


def _dequantised(node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    values, scale, zero = node.input
    yield from _centred(values, zero, f"{node.output[0]}_centred")
    yield helper.make_node("Mul", [f"{node.output[0]}_centred", scale], node.output)


def _centred(values: str, zero: str, name: str) -> Iterator[onnx.NodeProto]:
    """Eight-bit values as floats, without their zero point."""
    for source in (values, zero):
        yield helper.make_node("Cast", [source], [f"{name}_{source}"], to=TensorProto.FLOAT)
    yield helper.make_node("Sub", [f"{name}_{values}", f"{name}_{zero}"], [name])
