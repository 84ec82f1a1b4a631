"""``dlcourse models``: the table, one network, its drawing; no backend is loaded."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from dlcourse.cli import app, models
from dlcourse.models import catalog
from dlcourse.models.catalog import CATALOG, NETWORKS


def run(*arguments):
    return CliRunner().invoke(app, ["models", *arguments])


def test_table_has_a_line_for_every_network():
    lines = run().output.splitlines()
    assert [line for line in lines if line.startswith("DenseNet-121 ")]
    names = " ".join(line[:26].rstrip() for line in lines)
    assert all(row.name in names for row in NETWORKS)
    assert f"{len(NETWORKS)} networks" in lines[-2]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("ResNet-101", "6.05 % error (top-5, 10 crops of 224, "),
        ("SE-ResNet-101", "6.07 % error (top-5, 1 crop of 224, "),
        ("ResNet-110", "6.43 % error (CIFAR-10, best of 5 runs, "),
        ("VGG-A", ""),
    ],
)
def test_an_error_stands_with_how_it_was_measured(name, error, monkeypatch):
    monkeypatch.setattr(models, "costs", lambda row: SimpleNamespace(rows=()))
    output = run(name).output
    assert error in output
    assert ("% error" in output) == bool(error)


def test_tables_fit_80_columns_and_cut_nothing():
    costs = models.costs(catalog.get("NASNet-A mobile"))
    layers = models.layer_table(costs)
    lines = [*layers.splitlines(), *models.catalog_table().splitlines()]
    assert max(map(len, lines)) <= 80
    names = "".join(line.split(" ")[0] for line in layers.splitlines())
    assert all(layer.name in names for layer in costs.rows)  # long ones are folded


def test_at_least_130_networks_and_forty_twins():
    assert len(NETWORKS) >= 130
    assert len({row.twin for row in CATALOG if row.twin}) == 16
    assert len({row.twin for row in NETWORKS if row.twin}) == 40


def test_the_first_rows_are_those_that_lectures_teach():
    taught = [row for row in NETWORKS if row.paper.lecture]
    assert taught == list(CATALOG)


def test_table_imports_no_backend():
    code = (
        "import sys; from dlcourse.cli import models; models.catalog_table();"
        "sys.exit(any(name in sys.modules for name in ('keras', 'tensorflow', 'jax')))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_one_network_layer_by_layer_with_a_drawing(tmp_path):
    result = run("resnet-20", "--plot", str(tmp_path / "net.png"))
    assert result.exit_code == 0
    assert "269,722 parameters" in result.output
    assert result.output.count(" Conv2D ") == 19  # and option A has no projections
    assert (tmp_path / "net.png").read_bytes().startswith(b"\x89PNG")


def test_an_unknown_network_lists_the_known_ones():
    result = run("ResNet-51")
    assert result.exit_code == 2
    assert "ResNet-50" in result.output
