"""``dlcourse models``: the table, one network, its drawing; no backend is loaded."""

import subprocess
import sys

from typer.testing import CliRunner

from dlcourse.cli import app
from dlcourse.models.catalog import CATALOG, NETWORKS


def run(*arguments):
    return CliRunner().invoke(app, ["models", *arguments])


def test_table_has_a_line_for_every_network():
    lines = run().output.splitlines()
    assert [line for line in lines if line.startswith("DenseNet-121 ")]
    assert all(any(line.startswith(row.name) for line in lines) for row in NETWORKS)
    assert f"{len(NETWORKS)} networks" in lines[-3]


def test_table_says_how_an_error_was_measured():
    lines = {line[:26].strip(): line for line in run().output.splitlines()}
    assert " 6.05  top-5, 10 crops of 224 " in lines["ResNet-101"]
    assert " 6.07  top-5, 1 crop of 224 " in lines["SE-ResNet-101"]
    assert " 4.73  top-5, 1 crop of 320 " in lines["Wider ResNet-38"]
    assert " 6.43  CIFAR-10, best of 5 runs " in lines["ResNet-110"]
    assert (
        " 27.3  top-1, 1 crop of 224, mean of 5 runs " in lines["RegNetX-400MF"] + " "
    )
    assert "%" not in lines["VGG-A"]


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
