"""Diagrams are read back from the axes that they were drawn on."""

import matplotlib

matplotlib.use("Agg")

from dlcourse import diagrams


def written(ax):
    """The texts on the axes, arrows left out."""
    return [text.get_text() for text in ax.texts if text.get_text()]


def arrows(ax):
    return [text for text in ax.texts if getattr(text, "arrow_patch", None)]


def test_a_neuron_has_a_weight_for_each_input_and_a_bias(ax):
    assert diagrams.neuron(ax, inputs=4) is ax
    assert len(ax.patches) == 4 + 3  # inputs, sum, nonlinearity, output
    assert len(arrows(ax)) == 4 + 1 + 2
    for label in ["$x_4$", "$w_4$", "bias $b$", "$f$"]:
        assert written(ax).count(label) == 1


def test_a_multilayer_perceptron_has_a_line_for_each_weight(ax):
    diagrams.multilayer_perceptron(ax, [2, 4, 3], names=["in", "hidden", "out"])
    assert len(ax.patches) == 2 + 4 + 3
    assert len(arrows(ax)) == 2 * 4 + 4 * 3
    assert written(ax) == ["in", "hidden", "out"]
    left, right = ax.get_xlim()
    assert all(left < circle.center[0] < right for circle in ax.patches)


def test_a_graph_writes_forward_above_and_backward_below(ax):
    nodes = {"w": (0, 0), "L": (2, 0)}
    diagrams.graph(ax, nodes, [("w", "L", "3", "-12"), ("L", "w")])
    assert len(arrows(ax)) == 2
    places = {t.get_text(): t.get_position() for t in ax.texts if t.get_text()}
    assert places["-12"][1] < 0 < places["3"][1]
    assert places["w"] == (0, 0)
