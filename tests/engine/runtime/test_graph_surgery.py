"""Outputs are removed from models with the operators that only they need; the other outputs do not change."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.runtime.graph_surgery import without_outputs
from fitness.engine.runtime.loader import load_model
from fitness.engine.runtime.manifest import load_manifest
from fitness.engine.runtime.model import ABSENT
from fitness.errors import ModelError
from tests.support.strategies import examples, locked
from tests.support.tiny_model import SHAPE, operator, operator_code, schema, tensor, tiny_model

NEG, RELU, ADD = schema.BuiltinOperator.NEG, schema.BuiltinOperator.RELU, schema.BuiltinOperator.ADD
SEGMENTATION = 2


def packed(graphs: list[Any], *, signatures: list[Any] | None = None) -> bytes:
    """A model of the given graphs."""
    model = schema.ModelT()
    model.version = 3
    model.buffers = [schema.BufferT()]
    model.operatorCodes = [operator_code(NEG), operator_code(RELU), operator_code(ADD)]
    model.subgraphs = graphs
    model.signatureDefs = signatures
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def graph_of(steps: list[tuple[int, tuple[int, ...]]], outputs: list[int]) -> Any:
    """A graph with input 0 in which step i computes tensor i + 1 with the given kind of operator."""
    graph = schema.SubGraphT()
    graph.tensors = [tensor(f"t{i}", SHAPE, schema.TensorType.FLOAT32) for i in range(len(steps) + 1)]
    graph.inputs, graph.outputs = [0], outputs
    graph.operators = [operator(code, source, [i + 1]) for i, (code, source) in enumerate(steps)]
    return graph


def unpacked(model: bytes) -> Any:
    """The model as LiteRT's own schema reads it."""
    return schema.ModelT.InitFromPackedBuf(model, 0)


@st.composite
def models(draw: st.DrawFn) -> tuple[list[tuple[int, tuple[int, ...]]], list[int], list[int]]:
    """Steps of a random graph, its outputs (different tensors), and which of them to drop (not all)."""
    steps: list[tuple[int, tuple[int, ...]]] = []
    for i in range(draw(st.integers(1, 8))):
        code = draw(st.sampled_from([0, 1, 2]))
        steps.append((code, tuple(draw(st.integers(0, i)) for _ in range(2 if code == 2 else 1))))
    outputs = draw(st.lists(st.integers(1, len(steps)), min_size=1, max_size=4, unique=True))
    drop = draw(st.lists(st.integers(0, len(outputs) - 1), max_size=len(outputs) - 1, unique=True))
    return steps, outputs, drop


@given(models())
@examples(60)
def test_the_remaining_outputs_do_not_change(
    case: tuple[list[tuple[int, tuple[int, ...]]], list[int], list[int]],
) -> None:
    """For random graphs: the other outputs are the same bit for bit, and no unneeded operator stays."""
    steps, outputs, drop = case
    whole = packed([graph_of(steps, outputs)])
    cut = without_outputs(whole, drop)
    x = locked(np.random.default_rng(0).standard_normal(SHAPE).astype(np.float32))
    expected = [out for i, out in enumerate(load_model(whole).run(x)) if i not in drop]
    for left, right in zip(load_model(cut).run(x), expected, strict=True):
        np.testing.assert_array_equal(left, right)
    needed = {tensor for i, tensor in enumerate(outputs) if i not in drop}
    for i in range(len(steps), 0, -1):
        needed |= set(steps[i - 1][1]) if i in needed else set()
    (graph,) = unpacked(cut).subgraphs
    assert [int(op.outputs[0]) for op in graph.operators] == sorted(needed - {0})


def test_nothing_to_drop_changes_nothing() -> None:
    """An empty list gives the same bytes."""
    assert without_outputs(tiny_model(), []) == tiny_model()


def test_the_argument_is_not_edited() -> None:
    """The input bytes are not changed."""
    whole = tiny_model()
    kept = bytes(bytearray(whole))
    without_outputs(whole, [0])
    assert whole == kept


@pytest.mark.parametrize("drop", [[0, 1], [2], [-1], [0, 5]])
def test_outputs_that_cannot_be_dropped_are_a_model_error(drop: list[int]) -> None:
    """All outputs, or one that does not exist: the message has the number of outputs."""
    with pytest.raises(ModelError, match=r"it has 2 outputs, of which .* cannot be removed"):
        without_outputs(tiny_model(), drop)


def test_signatures_are_removed() -> None:
    """A signature may name a removed output; LiteRT would refuse the file."""
    signature = schema.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = b"serving_default", 0
    signature.inputs, signature.outputs = [named("x", 0)], [named("a", 1), named("b", 2)]
    whole = packed([graph_of([(0, (0,)), (1, (0,))], [1, 2])], signatures=[signature])
    assert len(unpacked(whole).signatureDefs) == 1
    cut = without_outputs(whole, [0])
    assert not unpacked(cut).signatureDefs
    x = np.ones(SHAPE, np.float32)
    np.testing.assert_array_equal(load_model(cut).run(x)[0], x)


def named(name: str, index: int) -> Any:
    """An entry of a signature."""
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name.encode(), index
    return entry


@pytest.mark.parametrize("count", [0, 2])
def test_only_a_single_graph_is_cut(count: int) -> None:
    """A model with control flow holds several graphs; it is refused."""
    graphs = [graph_of([(0, (0,)), (1, (0,))], [1, 2]) for _ in range(count)]
    with pytest.raises(ModelError, match=f"it holds {count} graphs where 1 is expected"):
        without_outputs(packed(graphs), [0])


def test_shared_storage_is_refused() -> None:
    """If an operator's list of tensors has the same bytes as the list of outputs, nothing is written."""
    data = bytearray(packed([graph_of([(0, (0,)), (1, (0,))], [1, 2])]))
    outputs_at = data.index(struct.pack("<Iii", 2, 1, 2))
    (field,) = (
        at
        for at in range(0, outputs_at, 4)
        if data[(to := at + struct.unpack_from("<I", data, at)[0]) : to + 8] == struct.pack("<Ii", 1, 2)
    )  # of the second operator: the offset of its outputs, which are tensor 2 alone
    struct.pack_into("<I", data, field, outputs_at - field)
    assert unpacked(bytes(data)).subgraphs[0].operators[1].outputs.tolist() == [1, 2]
    with pytest.raises(ModelError, match="share their storage"):
        without_outputs(bytes(data), [0])


@given(st.integers(0, len(tiny_model()) - 1))
@examples(80)
def test_a_cut_off_file_is_a_model_error(length: int) -> None:
    """A truncated file is refused with a message or, if only its end is missing, cut as usual."""
    whole = tiny_model()
    try:
        cut = without_outputs(whole[:length], [0])
    except ModelError as error:
        assert "\n" not in str(error)
    else:
        assert cut == without_outputs(whole, [0])[:length]


@given(
    st.lists(st.tuples(st.integers(0, len(tiny_model()) - 1), st.integers(0, 255)), min_size=1, max_size=4)
)
@examples(150)
def test_damaged_bytes_never_crash(changes: list[tuple[int, int]]) -> None:
    """Random bytes are changed: the result has the same length, or there is a ModelError."""
    data = bytearray(tiny_model())
    for at, value in changes:
        data[at] = value
    try:
        assert len(without_outputs(bytes(data), [0])) == len(data)
    except ModelError as error:
        assert "\n" not in str(error)


def test_a_cut_model_keeps_its_tensor_indices(tmp_path: Path) -> None:
    """load_model returns an empty array for a dropped output; the others keep their positions."""
    path = tmp_path / "tiny.tflite"
    path.write_bytes(tiny_model())
    x = locked(np.random.default_rng(1).standard_normal(SHAPE).astype(np.float32))
    for source, folder in ((path, tmp_path), (path, None), (tiny_model(), tmp_path)):
        model = load_model(source, drop_outputs=[0], keep_in=folder, expect_outputs=[SHAPE, SHAPE])
        assert model.output_shapes == (ABSENT, SHAPE)
        absent, positive = model.run(x)
        assert absent.shape == ABSENT and absent.dtype == np.float32
        np.testing.assert_array_equal(positive, np.maximum(x, 0))
        model.input_view()[...] = x
        assert [out.shape for out in model.run_in_place()] == [ABSENT, SHAPE]
        np.testing.assert_array_equal(model.run_in_place()[1], positive)


def test_a_wrong_model_is_refused_whether_it_can_be_cut_or_not() -> None:
    """Too few outputs, or others than expected: a ModelError that names the model."""
    with pytest.raises(ModelError, match="the given model: it has 2 outputs"):
        load_model(tiny_model(), drop_outputs=[2], expect_outputs=[SHAPE, SHAPE, SHAPE])
    with pytest.raises(ModelError, match="the given model: wrong model, its outputs are"):
        load_model(tiny_model(), drop_outputs=[0], expect_outputs=[SHAPE, (1, 195)])


def test_only_the_file_that_was_checked_is_loaded(tmp_path: Path) -> None:
    """Nothing is cached that another program could replace before the next start."""
    source = tmp_path / "pose.tflite"
    source.write_bytes(tiny_model())
    assert load_model(source, drop_outputs=[0], keep_in=tmp_path).output_shapes == (ABSENT, SHAPE)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("name", ["lite", "full", "heavy"])
def test_the_real_models_without_segmentation_give_identical_bits(
    models: Path, tmp_path: Path, name: str
) -> None:
    """Landmarks, flag, heatmaps and world landmarks are bit-identical on noise, grey and black; 46 operators are gone."""
    spec = load_manifest().spec(name)
    path = models / spec.file
    whole = load_model(path, expect_outputs=spec.output_shapes)
    cut = load_model(path, expect_outputs=spec.output_shapes, drop_outputs=[SEGMENTATION], keep_in=tmp_path)
    noise = np.random.default_rng(2).random(spec.input_shape, dtype=np.float32)
    for x in (noise, np.full_like(noise, 0.5), np.zeros_like(noise)):
        for i, (left, right) in enumerate(zip(cut.run(x), whole.run(x), strict=True)):
            assert left.shape == (ABSENT if i == SEGMENTATION else right.shape)
            assert i == SEGMENTATION or left.tobytes() == right.tobytes()
    data = path.read_bytes()
    before, after = (unpacked(one).subgraphs[0] for one in (data, without_outputs(data, [SEGMENTATION])))
    assert list(tmp_path.iterdir()) == []
    assert len(before.operators) - len(after.operators) >= 46
