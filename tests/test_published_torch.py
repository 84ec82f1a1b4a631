"""Networks whose weights timm publishes: outputs equal to those of timm's own.

``make twins`` installs it; without it nothing is tested. The weights are random, and go
the way of those that are downloaded: by a file that `pretrained` reads.
"""

import keras
import numpy as np
import pytest
from test_parity import in_float64
from test_published import ANSWERS, SHAPES, drawn, images

from dlcourse.models import catalog, pretrained
from dlcourse.models.published import PUBLISHED

timm = pytest.importorskip("timm")
torch = pytest.importorskip("torch")  # comes with it
randomised = pytest.importorskip("test_modern_torch").randomised
pytestmark = pytest.mark.torch

LARGE = {row.name for row in catalog.NETWORKS if row.parameters > 30e6}


def size_of(name):
    """Of images; VGG and ViT have weights for a size."""
    if name.startswith(("VGG", "ViT")):
        return 224
    return 96 if name == "Inception v4" else 64


def make(name):
    """timm's network, with random weights."""
    twin = PUBLISHED[name].name.partition(".")[0]
    variance = 2 if name == "Inception v4" else 1  # without shortcuts, see `drawn`
    return randomised(timm.create_model(twin), variance)


@pytest.mark.parametrize("name", PUBLISHED)
def test_photos_are_cut_as_timm_cuts_them(name):
    published = PUBLISHED[name]
    config = timm.get_pretrained_cfg(published.name).to_dict()
    config = timm.data.resolve_data_config({}, pretrained_cfg=config)
    resize = timm.data.create_transform(**config).transforms[0]
    wanted = published.preparation
    assert wanted.shorter_side == resize.size
    assert wanted.size == config["input_size"][-1]
    assert wanted.interpolation == config["interpolation"]
    assert (wanted.mean, wanted.deviation) == (config["mean"], config["std"])


@pytest.mark.parametrize(
    "name",
    [
        "resnet18.tv_in1k",
        "deit_tiny_patch16_224.fb_in1k",
        pytest.param("inception_v4.tf_in1k", marks=pytest.mark.slow),
    ],
)
def test_the_stored_names_shapes_and_outputs_are_timms(name):
    twin = timm.create_model(name.partition(".")[0])
    state = twin.state_dict()
    assert {key: tuple(tensor.shape) for key, tensor in state.items()} == SHAPES[name]
    weights = {key: torch.from_numpy(v) for key, v in drawn(name).items()}
    twin.load_state_dict(weights)
    with torch.no_grad():
        x = torch.from_numpy(images(name).transpose(0, 3, 1, 2))
        found = twin.double().eval()(x).numpy()
    np.testing.assert_allclose(found[:, :6], ANSWERS[name], rtol=1e-4)


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.slow] * (n in LARGE)) for n in PUBLISHED],
)
def test_same_output_as_timm(name, tmp_path, record_property):
    from safetensors.torch import save_file

    twin, size = make(name), size_of(name)
    save_file(twin.state_dict(), tmp_path / "model.safetensors")
    options = PUBLISHED[name].options | {"input_shape": (size, size, 3)}
    with in_float64():
        ours = catalog.get(name).build(**options)
        pretrained(ours, tmp_path / "model.safetensors")
        ours.layers[-1].activation = keras.activations.linear
        x = np.random.default_rng(1).normal(size=(2, size, size, 3))
        found = keras.ops.convert_to_numpy(ours(x, training=False))
    with torch.no_grad():
        expected = twin(torch.from_numpy(x.transpose(0, 3, 1, 2))).numpy()
    difference = float(np.abs(found - expected).max() / expected.std())
    record_property("status", ["published", name, {"difference": difference}])
    print(f"{name}: {difference:.1e} of the deviation")
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * expected.std())
    assert np.abs(expected[0] - expected[1]).max() > 0.01 * np.abs(expected).max()
