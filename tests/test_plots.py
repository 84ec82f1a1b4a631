"""Every figure function is read back from the axes that it drew on."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import plots

X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
Y = np.array([0, 1, 1, 0])


def test_points_draws_each_class_once(ax):
    assert plots.points(ax, X, Y) is ax
    first, second = (collection.get_offsets() for collection in ax.collections)
    np.testing.assert_array_equal(first, X[Y == 0])
    np.testing.assert_array_equal(second, X[Y == 1])


def test_regions_asks_predict_for_every_cell(ax):
    plots.regions(ax, lambda p: (p[:, 0] > 1).astype(int), X, Y, resolution=11)
    mesh = ax.collections[0].get_array()
    assert mesh.shape == (11, 11)
    columns = np.linspace(-0.3, 2.3, 11) > 1
    np.testing.assert_array_equal(mesh, np.tile(columns, (11, 1)))


def test_curves_plots_and_names_each_line(ax):
    series = {"plain": [1.0, 2.0, 3.0], "residual": [3.0, 2.9, 3.01]}
    plots.curves(ax, series)
    for line, values in zip(ax.get_lines(), series.values(), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
        np.testing.assert_array_equal(line.get_ydata(), values)
    heights = {text.get_text(): text.xy[1] for text in ax.texts}
    assert heights["residual"] - heights["plain"] >= 0.075 - 1e-9


def test_spread_draws_every_value_and_the_mean(ax):
    groups = {"plain": [3.0, 4.0, 8.0], "residual": [1.0, 2.0, 3.0]}
    assert plots.spread(ax, groups) is ax
    lines = ax.get_lines()
    for row, values in enumerate(groups.values()):
        span, dots, mean = lines[3 * row : 3 * row + 3]
        assert list(span.get_xdata()) == [min(values), max(values)]
        assert list(dots.get_xdata()) == values
        assert set(mean.get_xdata()) == {np.mean(values)}
        assert set(span.get_ydata()) | set(dots.get_ydata()) == {row}
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list(groups)
    low, high = ax.get_ylim()
    assert low > high  # the first on top


def test_images_shows_each_picture_and_empties_the_rest():
    figure, axes = plt.subplots(1, 3)
    pictures = np.arange(8.0).reshape(2, 2, 2, 1)
    shown = plots.images(axes, pictures, ["a", "b"])
    np.testing.assert_array_equal(
        shown[1].get_images()[0].get_array(), pictures[1, ..., 0]
    )
    assert not shown[2].get_images()
    assert not shown[2].axison
    plt.close(figure)


def test_numbers_writes_row_by_row(ax):
    plots.numbers(ax, [[1, 2, 3], [4, 5, 6]])
    assert [text.get_text() for text in ax.texts] == list("123456")
    assert ax.texts[1].get_position() == (1, 0)


def test_numbers_leaves_nan_empty(ax):
    plots.numbers(ax, [[1, np.nan], [3, 4]])
    assert [text.get_text() for text in ax.texts] == list("134")


def test_frame_goes_around_whole_pixels(ax):
    (box,) = plots.frame(ax, 2, 5, 3, edgecolor="black").patches
    assert box.get_bbox().bounds == (4.5, 1.5, 3, 3)


@pytest.mark.parametrize(
    ("kernel_sizes", "strides", "counts"),
    [((3, 3, 3), None, [7, 5, 3, 1]), ((3, 2, 5), (1, 2, 1), [12, 10, 5, 1])],
)
def test_receptive_cone_draws_what_one_output_sees(ax, kernel_sizes, strides, counts):
    plots.receptive_cone(ax, kernel_sizes, strides)
    rows = [collection.get_offsets() for collection in ax.collections]
    assert [len(row) for row in rows] == counts
    assert rows[-1][0, 0] == (counts[0] - 1) / 2  # the top stands over the middle
    assert len(ax.lines) == sum(
        size * count for size, count in zip(kernel_sizes, counts[1:], strict=True)
    )
    assert ax.get_yticklabels()[-1].get_text() == f"layer 3: sees {counts[0]}"


def test_descent_draws_the_path_over_contours_of_the_loss(ax):
    path = np.array([[1, 2], [0.5, 0], [0, 0.1]])
    plots.descent(ax, lambda w: 7 + (w**2).sum(-1), path, (-1, 2, -3, 4), levels=5)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), path)
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), path[:1])
    (contours,) = ax.collections
    for level, line in zip(contours.levels[1:], contours.get_paths()[1:], strict=True):
        np.testing.assert_allclose(7 + (line.vertices**2).sum(1), level, rtol=0.02)
    roots = np.sqrt(contours.levels - contours.levels[0])
    np.testing.assert_allclose(contours.levels[[0, -1]], [7, 27], rtol=0.01)
    np.testing.assert_allclose(np.diff(roots), roots[1], rtol=1e-6)
    assert (*ax.get_xlim(), *ax.get_ylim()) == (-1, 2, -3, 4)
