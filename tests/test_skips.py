"""No skip is silent: the end of a run says what was not tested, and what would help."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

CONFTEST = Path(__file__).parent / "conftest.py"


@pytest.fixture
def summary(request):
    """What the summary prints for some skipped tests, given as (nodeid, reason)."""
    manager = request.config.pluginmanager
    plugins = [p for p in manager.get_plugins() if getattr(p, "__file__", "")]
    (conftest,) = [p for p in plugins if Path(p.__file__) == CONFTEST]

    def lines(*skips):
        printed = []
        reports = [
            SimpleNamespace(nodeid=nodeid, longrepr=(str(CONFTEST), 1, reason))
            for nodeid, reason in skips
        ]
        conftest.pytest_terminal_summary(
            SimpleNamespace(
                getreports=lambda kind: reports if kind == "skipped" else [],
                write_line=lambda line, **markup: printed.append(line),
            )
        )
        return printed

    return lines


def test_each_reason_is_named_with_its_number_and_its_remedy(summary):
    bubblewrap = "Skipped: no sandbox: bubblewrap (bwrap) is not installed."
    assert summary(
        ("a", bubblewrap),
        ("b", bubblewrap),
        ("c", "Skipped: could not import 'jax': No module named 'jax'"),
        ("d", "what JAX can do"),
    ) == [
        "NOT TESTED HERE: could not import 'jax': No module named 'jax' (1 skipped) "
        "→ make backends",
        "NOT TESTED HERE: no sandbox: bubblewrap (bwrap) is not installed. (2 skipped) "
        "→ apt install bubblewrap",
        "NOT TESTED HERE: what JAX can do (1 skipped)",
    ]


def test_a_module_that_two_workers_skip_counts_once(summary):
    skip = ("tests/test_hosts.py", "Skipped: could not import 'jax'")
    assert summary(skip, skip) == [
        "NOT TESTED HERE: could not import 'jax' (1 skipped) → make backends"
    ]


def test_nothing_is_said_where_nothing_was_skipped(summary):
    assert summary() == []


@pytest.mark.parametrize(
    ("reason", "setting", "code"),
    [
        ("no sandbox", {}, 0),
        ("no sandbox", {"DLCOURSE_NOTHING_SKIPPED": "1"}, 1),
        ("torch is not installed here", {"DLCOURSE_NOTHING_SKIPPED": "1"}, 0),
    ],
)
def test_where_nothing_may_be_skipped_a_skip_fails_the_run(
    reason, setting, code, tmp_path
):
    path = tmp_path / "test_some.py"
    path.write_text(
        "import pytest\n\ndef test_good():\n    pass\n\n"
        f"def test_skipped():\n    pytest.skip({reason!r})\n"
    )
    command = ["-m", "pytest", "-c", os.devnull, "-p", "conftest", path]
    env = os.environ | {"PYTHONPATH": str(CONFTEST.parent)}
    env.pop("DLCOURSE_NOTHING_SKIPPED", None)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=env | setting,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stdout
    assert f"NOT TESTED HERE: {reason}" in done.stdout
