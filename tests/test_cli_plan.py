"""What ``dlcourse train`` chooses for few pictures and for many, and what it says."""

from types import SimpleNamespace

import pytest

pytest.importorskip("tensorflow")

from dlcourse.cli import plan, pretrained
from dlcourse.cli.config import Config
from dlcourse.cli.plan import describe, make_plan


def split(train, channels=3):
    parts = {"train": range(train), "validation": range(7), "test": range(9)}
    return SimpleNamespace(channels=channels, **parts)


def chosen(network, data, train, **options):
    config = Config(network, data, **options)
    return config, make_plan(config, split(train, options.get("channels", 3)))


@pytest.mark.parametrize("count", [6, 30, 160, 700, 4999])
def test_few_pictures_are_trained_on_for_enough_steps(count, tmp_path):
    _, found = chosen("ResNet-20", str(tmp_path), count)
    steps = count // found.recipe.batch_size
    assert steps >= min(10, count // 4)
    assert steps * found.recipe.epochs >= min(plan.STEPS, 100 * steps)
    assert found.arguments == {"momentum": 0.9}
    assert found.preprocessing.crop == "area"
    assert found.preprocessing.flip  # own pictures
    assert found.own


def test_few_of_a_named_set_are_not_mirrored():
    assert not chosen("ResNet-20", "digits", 1_000)[1].preprocessing.flip


def test_a_network_without_batch_norm_is_trained_gently():
    config, found = chosen("VGG-A", "digits", 1_000, image_size=32, start="scratch")
    assert (found.arguments, found.recipe.rate) == ({}, 3e-4)
    assert "few pictures" in describe(config, found, 31, split(5_000))


def test_many_pictures_get_the_recipe_of_the_paper():
    config, found = chosen("ResNet-20", "cifar10", 50_000)
    assert (found.name, found.recipe.batch_size) == ("ResNet, CIFAR", 128)
    assert (round(found.recipe.epochs), found.preprocessing.crop) == (164, "pad")
    told = describe(config, found, 390, split(5_000))
    assert "arXiv:1512.03385, section 4.2" in told
    assert "164 epochs of 390 batches of 128, learning rate 0.1" in told
    assert "8.75 %" in told
    assert "not" not in told.split("8.75 %")[1]
    assert "5,000 images are trained on; 7 held-out images are evaluated" in told


def test_a_fixed_schedule_needs_no_held_out_images_and_a_plateau_does():
    assert not chosen("ResNet-20", "cifar10", 50_000)[1].chooses
    assert chosen("AlexNet", "cifar10", 50_000)[1].chooses
    assert chosen("ResNet-20", "digits", 1_000)[1].chooses  # the course's own


def test_what_deviates_from_the_paper_is_told():
    options = {"epochs": 10, "batch_size": 256, "augment": ("flip",), "accumulate": 2}
    options |= {"arguments": {"width": 8}}
    config, found = chosen("ResNet-20", "mnist", 60_000, **options)
    told = describe(config, found, 390, split(5_000))
    for words in (
        *("The data are mnist, not cifar10", "10 epochs, not 164."),
        *("Batches of 256, not 128.", "Batch norm sees 128 images at once."),
        *("augmented as asked for", "batches of 128, learning rate 0.2"),
        "other arguments than the paper's: width=8.",
    ):
        assert words in told
    assert "8.75" not in told
    assert "A learning rate of" not in told  # in proportion to the batch
    assert not found.preprocessing.flip
    config, found = chosen("ResNet-18", "imagenet2012", 1_281_167, rate=0.05)
    told = describe(config, found, 5004, split(5_000))
    assert "A learning rate of 0.05, not 0.1." in told
    assert "The catalog has no error of ResNet-18 on imagenet2012." in told


def test_options_replace_what_was_chosen():
    options = {"recipe": "Wide ResNet", "rate": 0.03, "image_size": 64}
    _, found = chosen("ResNet-20", "digits", 1_000, **options)
    assert (found.name, found.recipe.rate) == ("Wide ResNet", 0.03)
    assert (found.preprocessing.size, found.preprocessing.padding) == (64, 8)


@pytest.fixture
def offline(monkeypatch):
    def fails(model, weights="imagenet"):
        raise ConnectionError("The ImageNet weights are not on this machine.")

    monkeypatch.setattr(pretrained, "pretrained", fails)


def test_without_weights_it_trains_from_scratch_and_says_why(offline):
    config, found = chosen("ResNet-50", "digits", 160)
    assert found.head is None
    told = describe(config, found, 10, split(5_000))
    assert "No start from ImageNet's weights: The ImageNet weights are not on" in told
    with pytest.raises(ValueError, match="No start from ImageNet's weights"):
        chosen("ResNet-50", "digits", 160, start="imagenet")
    _, grey = chosen("ResNet-50", "digits", 160, channels=1)
    assert "images in colour" in grey.reasons[1]


def test_with_weights_the_head_is_trained_first(monkeypatch):
    monkeypatch.setattr(pretrained, "weights", lambda *_: ["weights"])
    config, found = chosen("ResNet-50", "digits", 160)
    assert found.weights == ["weights"]
    assert found.head.rate > 10 * found.recipe.rate
    assert found.preprocessing.standardize == "none"  # the input layer does it
    told = describe(config, found, 10, split(5_000))
    assert "epochs of the last layer, then" in told
    config, short = chosen("ResNet-50", "digits", 160, epochs=3)
    assert (short.head.epochs, short.recipe.epochs) == (1, 3)
