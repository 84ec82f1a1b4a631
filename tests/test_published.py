"""Weights that timm publishes: names, shapes, files, the hub, and a photo's class."""

import csv
import gzip
import hashlib
import json
import threading
from collections import defaultdict
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import keras
import numpy as np
import pytest
from commands import dlcourse, sentence
from PIL import Image
from safetensors.numpy import save_file

from dlcourse.cli import pretrained as start
from dlcourse.cli import ready
from dlcourse.files import DamagedFile
from dlcourse.models import catalog, hub, pretrained, timm_names, weightless
from dlcourse.models.published import PUBLISHED, source, trained_rows
from dlcourse.models.weights import twin_preparation

ROWS = {published.name: catalog.get(row) for row, published in PUBLISHED.items()}
SLOW = {"senet154.gluon_in1k", "vit_base_patch16_224.augreg_in1k", "vgg13.tv_in1k"}


def names_and_shapes():
    """{network: {weight: shape}} of timm 1.0.31, one or two networks a family."""
    found = defaultdict(dict)
    with gzip.open(Path(__file__).with_name("timm_weights.csv.gz"), "rt") as file:
        for one in csv.DictReader(file):
            shape = tuple(map(int, filter(None, one["shape"].split("x"))))
            found[one["network"]][one["weight"]] = shape
    return found


SHAPES = names_and_shapes()
# timm's first six outputs for the weights and images of `drawn` and `images`, which
# test_published_torch.py compares with timm
ANSWERS = json.loads(Path(__file__).with_name("timm_answers.json").read_text())
LONG = SLOW | {"seresnet50.a1_in1k", "densenet161.tv_in1k", "vgg11.tv_in1k"}
LONG |= {"seresnext50_32x4d.gluon_in1k", "inception_v4.tf_in1k"}


def random_weights(shapes, variance):
    """Weights in timm's names for a dict of shapes; none of them is 0 or 1."""
    draw, state = np.random.default_rng(0), {}
    for key, shape in sorted(shapes.items()):
        if key.endswith("running_var") or (len(shape) == 1 and "weight" in key):
            values = draw.uniform(0.5, 1.5, shape)
        elif len(shape) < 2 or "token" in key or "pos_embed" in key:
            values = draw.normal(0, 0.1, shape)
        else:
            values = draw.normal(0, (variance / np.prod(shape[1:])) ** 0.5, shape)
        state[key] = np.asarray(values, "float32")
    return state


def drawn(name):
    """The random weights of a network of `SHAPES`."""
    # No shortcut carries the images through it, and ReLU takes a half of the variance.
    variance = 2 if name.startswith("inception") else 1
    return random_weights(SHAPES[name], variance)


def images(name):
    size = 224 if name.startswith(("vgg", "deit", "vit")) else 64
    size = 96 if name.startswith("inception") else size
    return np.random.default_rng(1).normal(size=(2, size, size, 3))


def zeros(name):
    """Weights of a network, that take no memory."""
    zero = np.zeros((), "float16")
    return {key: np.broadcast_to(zero, shape) for key, shape in SHAPES[name].items()}


def outlined(name):
    with weightless():
        return ROWS[name].build(**PUBLISHED[ROWS[name].name].options)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] * (n in SLOW)) for n in SHAPES]
)
def test_every_weight_has_its_place(name):
    model, table = outlined(name), timm_names.family(ROWS[name])
    pairs = timm_names.matched(zeros(name), model, table)
    assert sum(len(values) for _, values in pairs) == len(model.weights)


def test_kernels_of_convolutions_and_of_dense_layers_as_torch_computes():
    draw = np.random.default_rng(0)
    kernel, bias = draw.normal(size=(4, 3, 2, 5)), draw.normal(size=4)  # O, I, H, W
    image = draw.normal(size=(1, 2, 5, 3)).astype("float32")
    expected = np.einsum("oihw,nhwi->no", kernel, image) + bias
    state = {"one.weight": kernel, "one.bias": bias}
    flat = image.reshape(1, -1)
    layers = {keras.layers.Conv2D(4, (2, 5)): image, keras.layers.Dense(4): flat}
    for layer, x in layers.items():
        layer(x)
        layer.set_weights(timm_names.arrays(layer, "one", state, set()))
        found = keras.ops.convert_to_numpy(layer(x)).reshape(1, 4)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_attention_as_timm_computes():
    draw, heads, width, x = np.random.default_rng(0), 3, 12, np.zeros((1, 5, 12))
    x += draw.normal(size=x.shape)
    shapes = {"qkv.weight": (36, 12), "qkv.bias": 36, "proj.weight": (12, 12)}
    shapes["proj.bias"] = 12
    state = {f"a.{key}": draw.normal(size=shape) for key, shape in shapes.items()}
    # (3, heads, tokens, width of a head)
    qkv = x[0] @ state["a.qkv.weight"].T + state["a.qkv.bias"]
    q, k, v = qkv.reshape(5, 3, heads, -1).transpose(1, 2, 0, 3)
    scores = np.exp(q @ k.transpose(0, 2, 1) / 2)  # the root of 4
    mixed = scores / scores.sum(-1, keepdims=True) @ v
    mixed = mixed.transpose(1, 0, 2).reshape(5, width)
    expected = mixed @ state["a.proj.weight"].T + state["a.proj.bias"]
    layer = keras.layers.MultiHeadAttention(heads, width // heads)
    layer(x, x)
    layer.set_weights(timm_names.arrays(layer, "a", state, set()))
    found = keras.ops.convert_to_numpy(layer(x, x))[0]
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] * (n in LONG)) for n in SHAPES]
)
def test_outputs_are_those_that_timm_gave(name):
    x, row = images(name), ROWS[name]
    model = row.build(**PUBLISHED[row.name].options, input_shape=x.shape[1:])
    timm_names.move(drawn(name), model, timm_names.family(row))
    model.layers[-1].activation = keras.activations.linear
    found = keras.ops.convert_to_numpy(model(x, training=False))
    expected = np.array(ANSWERS[name])
    np.testing.assert_allclose(found[:, :6], expected, atol=1e-3 * found.std())
    assert np.abs(expected[0] - expected[1]).max() > 0.01 * found.std()


def test_every_family_is_tried():
    tried = {id(timm_names.family(ROWS[name])) for name in SHAPES}
    assert tried == {id(timm_names.family(row)) for row in ROWS.values()}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: w.pop("layer2.0.bn2.running_var"), "no layer2.0.bn2.running_var"),
        (lambda w: w.update(head=np.zeros(3)), "1 weights that the network has not"),
        (
            lambda w: w.update({"fc.weight": np.zeros((10, 512))}),
            r"\(512, 1000\) in the network and \(512, 10\) in the file",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused_and_changes_nothing(
    change, words, tmp_path
):
    state = {key: np.ones(shape, "float16") for key, shape in resnet().items()}
    change(state)
    save_file(state, tmp_path / "other.safetensors")
    model = catalog.get("ResNet-18").build(input_shape=(32, 32, 3))
    before = model.get_weights()
    with pytest.raises(ValueError, match=words):
        pretrained(model, tmp_path / "other.safetensors")
    assert all(map(np.array_equal, before, model.get_weights()))


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "half.safetensors").write_bytes(b"\x08 half of it")
    model = catalog.get("ResNet-18").build(input_shape=(32, 32, 3))
    with pytest.raises(DamagedFile, match=r"half\.safetensors is damaged"):
        pretrained(model, tmp_path / "half.safetensors")


def test_a_network_that_computes_otherwise_is_refused():
    """With as many parameters: strides elsewhere, a normalization more, 7x1 last."""
    for name in ("SE-ResNet-50", "VGG-A-LRN", "Inception v4"):
        with weightless():
            model = catalog.get(name).build()
        with pytest.raises(
            ValueError, match=r"for another network .* (SERes|VGG|Ince)"
        ):
            pretrained(model)


def resnet():
    return SHAPES["resnet18.tv_in1k"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Random weights of a ResNet-18, as timm would write them."""
    draw, state = np.random.default_rng(0), {}
    for key, shape in resnet().items():
        one = len(shape) == 1 and key.endswith(("weight", "var"))
        state[key] = draw.normal(one, 0.05, shape).astype("float32")
    path = tmp_path_factory.mktemp("hub") / "model.safetensors"
    save_file(state, path)
    return path


class Hub(BaseHTTPRequestHandler):
    """Answers as the hub does for one large file."""

    def __init__(self, content, asked, *arguments):
        self.content, self.asked = content, asked
        super().__init__(*arguments)

    def do_HEAD(self, body=False):
        self.asked.append(self.path)
        known = self.path.endswith("/resolve/main/model.safetensors")
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(self.content) if known else 0))
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("ETag", f'"{hashlib.sha256(self.content).hexdigest()}"')
        self.end_headers()
        if body and known:
            self.wfile.write(self.content)

    def do_GET(self):
        self.do_HEAD(body=True)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def served(file, tmp_path, monkeypatch):
    """Paths that were asked for, of a hub on this machine that has the file."""
    from huggingface_hub import constants

    asked = []
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Hub, file.read_bytes(), asked)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    use_hub(monkeypatch, constants, server.server_port, tmp_path)
    yield asked
    server.shutdown()
    server.server_close()


def use_hub(monkeypatch, constants, port, cache):
    address = f"http://127.0.0.1:{port}"
    template = f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_weights_are_downloaded_once_checked_and_moved(served, file):
    model = pretrained(catalog.get("ResNet-18").build(input_shape=(32, 32, 3)))
    assert model.preparation == PUBLISHED["ResNet-18"].preparation
    assert any("timm/resnet18.tv_in1k" in path for path in served)
    again = catalog.get("ResNet-18").build(input_shape=(32, 32, 3))
    pretrained(again, file)
    assert all(map(np.array_equal, model.get_weights(), again.get_weights()))
    path = hub.download("timm/resnet18.tv_in1k")
    if len(path.resolve().name) == 64:  # where the cache can make links
        with open(path, "r+b") as cached:
            cached.seek(1_000_000)
            cached.write(b"another byte")
        with pytest.raises(DamagedFile, match="SHA-256"):
            pretrained(again)


def test_offline_one_clear_sentence(monkeypatch, tmp_path):
    from huggingface_hub import constants

    use_hub(monkeypatch, constants, 9, tmp_path)  # where nobody listens
    model = catalog.get("ResNet-18").build(input_shape=(32, 32, 3))
    with pytest.raises(ConnectionError) as caught:
        pretrained(model)
    assert str(caught.value) == (
        "The ImageNet weights timm/resnet18.tv_in1k are not on this machine and could "
        "not be downloaded; connect to the internet once, and they are kept."
    )


def test_predict_names_the_class_of_a_photo(served, file, tmp_path, monkeypatch):
    names = [f"kind_{number}" for number in range(1000)]
    monkeypatch.setattr(ready, "class_names", lambda: tuple(names))
    pixels = np.random.default_rng(1).integers(0, 255, (300, 260, 3), "uint8")
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    monkeypatch.chdir(tmp_path)
    result = dlcourse("predict", "resnet-18", "photo.png", "--top", 1)
    # the same by hand: resized, cut, prepared, through the network
    side = Image.fromarray(pixels).resize((256, 295), Image.BILINEAR)
    image = np.asarray(side, "float64")[35:259, 16:240] / 255
    model = pretrained(catalog.get("ResNet-18").build(), file)
    x = (image - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    expected = model.predict(x[None], verbose=0)[0]
    percent, name = result.output.splitlines()[-1].split()
    assert name == names[expected.argmax()]
    assert float(percent.strip("%")) == pytest.approx(100 * expected.max(), rel=0.05)


def test_predict_says_which_networks_have_weights(tmp_path):
    Image.fromarray(np.zeros((8, 8, 3), "uint8")).save(tmp_path / "photo.png")
    told = sentence(dlcourse("predict", "ResNet-20", tmp_path / "photo.png"))
    assert "published of ResNet-20. There are weights of" in told
    assert "SENet-154" in told


def test_class_names_come_in_the_order_of_the_outputs(monkeypatch):
    from keras.src.applications import imagenet_utils

    index = {str(n): [f"n{n:08}", f"name_{n}"] for n in range(1000)}
    monkeypatch.setattr(imagenet_utils, "CLASS_INDEX", index)
    assert ready.class_names()[:2] == ("name_0", "name_1")
    assert len(json.dumps(ready.class_names())) > 10_000


@pytest.mark.parametrize("row", [r for r in trained_rows() if r.twin], ids=str)
def test_twins_want_what_their_preprocess_input_does(row):
    wanted = twin_preparation(row.twin, row.input_shape[0])
    theirs, reversed_channels = start.preparation(row.twin)
    images = np.random.default_rng(0).random((1, 2, 2, 3), "float32")
    ours = keras.ops.convert_to_numpy(ready.input_layer(wanted)(images))
    np.testing.assert_allclose(ours, theirs(images), rtol=1e-3, atol=1e-3)
    assert wanted.bgr == reversed_channels


def test_the_table_says_which_networks_have_weights_and_whose():
    lines = dlcourse("models", "--weights").output.splitlines()
    assert sum("timm/" in line for line in lines[1:-2]) == len(PUBLISHED)
    assert f"{len(trained_rows())} networks" in lines[-2]
    assert source(catalog.get("SENet-154")) == "timm/senet154.gluon_in1k"
