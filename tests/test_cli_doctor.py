"""``dlcourse doctor``: each planted fault is found, with what to do about it."""

import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dlcourse import cli
from dlcourse.cli import doctor
from dlcourse.homework.grading import sandbox

ROOT = Path(__file__).parents[1]


def test_doctor_ends_with_1_for_an_error_only(monkeypatch):
    for state, code in ((doctor.OK, 0), (doctor.WARNING, 0), (doctor.ERROR, 1)):
        finding = doctor.Finding(state, "found", "do this")
        monkeypatch.setattr(doctor, "findings", lambda finding=finding: [finding])
        result = CliRunner().invoke(cli.app, ["doctor"])
        assert result.exit_code == code
        assert result.output == f"{state} found\n    do this\n"


def test_doctor_sees_an_old_python(monkeypatch):
    assert doctor.check_python().state == doctor.OK
    monkeypatch.setattr(doctor, "MIN_PYTHON", (9, 0))
    assert "Install Python 9.0" in doctor.check_python().remedy


@pytest.fixture
def lock(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    return tmp_path / "constraints.txt"


def test_doctor_compares_versions_with_the_lock(lock):
    installed = doctor.installed_version("numpy")
    assert doctor.check_versions().state == doctor.WARNING
    other_system = "psutil==0 ; sys_platform == 'none'"
    lock.write_text(f"numpy=={installed}\nnot-installed==1\n{other_system}\n")
    assert doctor.check_versions().state == doctor.OK
    lock.write_text("numpy==0.1\n")
    assert f"numpy {installed}, pinned 0.1" in doctor.check_versions().found


def test_doctor_misses_what_the_course_needs(lock, monkeypatch):
    monkeypatch.setattr(doctor, "installed_version", lambda name: None)
    lock.write_text("numpy==2.4.6\npre-commit==4.7.0\n")
    assert doctor.check_versions().found == "Versions: numpy is missing, pinned 2.4.6"


def test_doctor_sees_a_backend_that_does_not_start():
    code = "from dlcourse.cli import doctor; print(doctor.check_backend())"
    environment = os.environ | {"KERAS_BACKEND": "abacus"}
    printed = subprocess.check_output(
        [sys.executable, "-c", code], env=environment, text=True
    )
    assert printed.startswith(doctor.ERROR)
    assert "KERAS_BACKEND" in printed


@pytest.mark.parametrize(
    ("check", "need"), [("check_memory", "MIN_MEMORY"), ("check_disk", "MIN_DISK")]
)
def test_doctor_sees_too_little(check, need, monkeypatch):
    monkeypatch.setattr(doctor, need, 1)
    assert getattr(doctor, check)().state == doctor.OK
    monkeypatch.setattr(doctor, need, 1e18)
    assert getattr(doctor, check)().state == doctor.WARNING


def test_doctor_sees_a_data_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "data"))
    assert doctor.check_data().state == doctor.OK
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "file"))
    assert "DLCOURSE_DATA" in doctor.check_data().remedy


def test_without_a_home_data_go_to_a_folder_that_is_named(tmp_path, monkeypatch):
    def nobody(*_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("DLCOURSE_DATA", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Path, "home", nobody)
    finding = doctor.check_data()
    assert (finding.state, "DLCOURSE_DATA" in finding.remedy) == (doctor.WARNING, True)
    assert str(tmp_path / "dlcourse") in finding.found
    assert doctor.check_disk().state in (doctor.OK, doctor.WARNING)


def test_without_a_home_keras_makes_no_folder_where_you_stand(tmp_path):
    code = (
        "import os; os.path.expanduser = lambda path: path\n"
        "import dlcourse, keras; print(keras.config.backend())"
    )
    chosen = {k: v for k, v in os.environ.items() if k != "KERAS_HOME"}
    chosen |= {"TMPDIR": str(tmp_path / "temporary"), "PYTHONPATH": str(ROOT)}
    (tmp_path / "temporary").mkdir()
    (tmp_path / "here").mkdir()
    command = [sys.executable, "-c", code]
    subprocess.run(command, env=chosen, cwd=tmp_path / "here", check=True)
    assert list((tmp_path / "here").iterdir()) == []
    assert (tmp_path / "temporary/keras").is_dir()


def test_a_code_page_without_our_marks_is_no_error():
    code = (
        "from dlcourse.cli import app, doctor\n"
        "doctor.findings = lambda: [doctor.Finding(doctor.OK, 'Schrödinger')]\n"
        "app(['doctor'])\n"
    )
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    printed = subprocess.check_output([sys.executable, "-c", code], env=environment)
    assert printed.decode("cp1252").strip() == "? Schrödinger"


def test_doctor_works_without_a_network(monkeypatch):
    def offline(*_, **__):
        raise OSError("unreachable")

    monkeypatch.setattr(doctor.urllib.request, "urlopen", offline)
    assert doctor.check_network().state == doctor.WARNING


def test_doctor_names_a_package_that_is_installed_and_broken(monkeypatch):
    assert doctor.check_imports().state == doctor.OK
    real = importlib.import_module

    def broken(name, *rest):
        if name == "tqdm":
            raise ImportError("libgone.so: cannot open shared object file")
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", broken)
    finding = doctor.check_imports()
    assert (finding.state, "make clean" in finding.remedy) == (doctor.ERROR, True)
    assert "tqdm (ImportError: libgone.so" in finding.found


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course without any lecture."""
    (tmp_path / "lectures").mkdir()
    monkeypatch.setattr("dlcourse.course.ROOT", tmp_path)
    return tmp_path


def test_doctor_misses_the_lectures(course, monkeypatch):
    finding = doctor.check_lectures()
    assert finding.state == doctor.ERROR
    assert "git checkout lectures" in finding.remedy
    (course / "lectures/01_perceptron.ipynb").touch()
    assert doctor.check_lectures().state == doctor.OK
    (course / "lectures").rename(course / "away")
    monkeypatch.chdir(course)
    finding = doctor.check_lectures()
    assert finding.state == doctor.ERROR
    assert "git clone" in finding.remedy


@pytest.mark.parametrize("name", ["my_lectures", "work", "runs"])
def test_doctor_sees_a_folder_that_cannot_be_written_to(course, name):
    assert doctor.check_folders().state == doctor.OK
    (course / name).rmdir()
    (course / name).touch()  # a file in its place stops root as well
    finding = doctor.check_folders()
    assert finding.state == doctor.ERROR
    assert f"{course / name} cannot be written to" in finding.found
    assert f"Make {name}/ yours" in finding.remedy


def test_doctor_sees_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert "--allow-root" in doctor.check_user().remedy
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert doctor.check_user().state == doctor.OK


def test_doctor_sees_that_there_is_no_sandbox(monkeypatch):
    monkeypatch.setattr(sandbox, "why_not", lambda folder: "bwrap is not installed.")
    finding = doctor.check_sandbox()
    assert finding.state == doctor.WARNING
    assert "apt install bubblewrap" in finding.remedy
    monkeypatch.setattr(sandbox, "why_not", lambda folder: "")
    assert doctor.check_sandbox().state == doctor.OK


def test_without_keras_the_network_is_not_said_to_be_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras.src.applications.resnet", None)
    finding = doctor.check_network()
    assert finding.state == doctor.WARNING
    assert "not tried" in finding.found
