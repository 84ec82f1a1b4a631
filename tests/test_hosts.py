"""Which devices, precision and hosts are chosen; two hosts train as one."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from dlcourse import lecture
from dlcourse.training import devices, precision, run_folder, set_training_precision
from dlcourse.training.devices import choose_devices, decide, local_hosts

H200, V100, OLD = ("NVIDIA H200", 9.0), ("Tesla V100", 7.0), ("GTX 1080", 6.1)


def test_a_cpu_stays_in_float32():
    chosen = decide("tensorflow", [])
    assert (chosen.gpus, chosen.precision) == ((), "float32")
    assert "gains nothing on a CPU" in str(chosen)


@pytest.mark.parametrize(
    ("gpus", "policy"),
    [
        ([H200], "mixed_bfloat16"),
        ([V100], "mixed_float16"),
        ([OLD], "float32"),
        ([H200, V100], "mixed_float16"),
    ],
)
def test_precision_suits_the_weakest_gpu(gpus, policy):
    chosen = decide("jax", gpus)
    assert chosen.precision == policy
    assert f"Precision: {policy}, " in str(chosen)


def test_all_gpus_are_used_and_the_api_is_named():
    chosen = decide("tensorflow", [H200, H200])
    assert len(chosen.gpus) == 2
    assert "Device: 2 × NVIDIA H200, data parallel (Mirrored" in str(chosen)
    assert "keras.distribution" in str(decide("jax", [H200, H200]))
    assert decide("torch", [H200, H200]).gpus == ("NVIDIA H200",)


def test_precision_that_is_asked_for_wins():
    chosen = decide("tensorflow", [H200], precision="float32")
    assert "Precision: float32, as asked for." in str(chosen)


def test_a_lecture_says_how_many_gpus_were_found(monkeypatch):
    backend = keras.backend.backend()
    monkeypatch.setattr(devices, "find_gpus", lambda name: [H200, V100])
    assert " · 2 GPU, " in lecture.describe_devices(backend)
    monkeypatch.setattr(devices, "find_gpus", lambda name: [])
    assert " · no GPU, " in lecture.describe_devices(backend)


def test_hosts_are_numbered():
    assert "Hosts: 1, for" in str(decide("jax", []))
    assert "Hosts: 2, data parallel. " in str(decide("jax", [], host=1, hosts=2))
    assert "This is host 1." in str(decide("jax", [], host=1, hosts=2))


@pytest.mark.skipif(keras.backend.backend() == "jax", reason="what JAX can do")
def test_several_hosts_need_jax(monkeypatch):
    monkeypatch.setenv(devices.HOSTS, "2")
    with pytest.raises(RuntimeError, match="Set KERAS_BACKEND=jax"):
        choose_devices()


def test_this_machine():
    chosen = choose_devices()
    assert chosen.backend == keras.backend.backend()
    assert str(chosen).count("\n") == 2


@pytest.fixture
def policy():
    """Leaves the policy as it was."""
    before = precision.chosen
    yield
    set_training_precision(before)


def test_use_sets_the_precision_of_trainings_alone(policy):
    decide("tensorflow", [H200]).use()
    assert precision.chosen == "mixed_bfloat16"
    assert keras.layers.Dense(1).compute_dtype == "float32"


def test_a_full_run_of_a_lecture_tells_what_it_uses(policy, monkeypatch, capsys):
    lecture.setup()
    assert "Precision" not in capsys.readouterr().out
    monkeypatch.setenv("DLCOURSE_RUN", "runs/checkpoints/07")
    lecture.setup()
    assert str(choose_devices()) in capsys.readouterr().out
    assert run_folder("LeNet") == Path("runs/checkpoints/07/LeNet")
    monkeypatch.delenv("DLCOURSE_RUN")
    assert run_folder("LeNet") is None


def test_hosts_on_this_machine_differ_in_their_number_alone():
    first, second = local_hosts(2)
    assert first.pop("KERAS_DISTRIBUTION_PROCESS_ID") == "0"
    assert second.pop("KERAS_DISTRIBUTION_PROCESS_ID") == "1"
    assert first == second
    assert (first["KERAS_BACKEND"], first[devices.HOSTS]) == ("jax", "2")


TRAIN = (
    *("train", "ResNet-9", "digits", "--argument", "width=4", "--image-size", "8"),
    *("--batch-size", "256", "--epochs", "2"),
)


def start(out, folder, **environment):
    """``dlcourse train`` in a process of its own, on JAX and a CPU."""
    environment |= {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    environment |= {"DLCOURSE_DATA": str(folder), "TQDM_DISABLE": "1"}
    return subprocess.Popen(
        [Path(sys.executable).parent / "dlcourse", *TRAIN, "--out", out],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def slurm_tasks(count):
    """Environments as ``srun`` sets them for the tasks of one step on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return [
        {
            "JAX_COORDINATOR_PORT": str(port),  # else one that follows from the job
            "SLURM_JOB_ID": "1",
            "SLURM_STEP_NODELIST": "127.0.0.1",
            "SLURM_NTASKS": str(count),
            devices.SLURM: str(count),
            "SLURM_PROCID": str(number),
            "SLURM_LOCALID": "0",
        }
        for number in range(count)
    ]


@pytest.mark.skipif(keras.backend.backend() == "jax", reason="what JAX can do")
def test_tasks_of_slurm_are_hosts(monkeypatch):
    for name, value in slurm_tasks(2)[0].items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RuntimeError, match="SLURM_STEP_NUM_TASKS=2, and the backend"):
        choose_devices()
    monkeypatch.setenv(devices.SLURM, "1")  # one task, or a step without srun
    assert choose_devices().hosts == 1


@pytest.mark.hosts
@pytest.mark.parametrize(
    "hosts_of", [local_hosts, pytest.param(slurm_tasks, marks=pytest.mark.slow)]
)
def test_two_hosts_end_with_the_weights_of_one(hosts_of, tmp_path, data_folder):
    """Whether Keras's variables make them hosts, or those of ``srun``."""
    pytest.importorskip("jax")
    runs = {"two": hosts_of(2), "one": [{}]}
    started = {
        name: [start(tmp_path / name, data_folder, **host) for host in hosts]
        for name, hosts in runs.items()
    }
    processes = [process for hosts in started.values() for process in hosts]
    try:  # the limit is for hosts that wait for each other, not for slow machines
        told = [process.communicate(timeout=1200)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0] * 3, told
    digests = [re.search(r"Weights: (\w+)", text)[1] for text in told]
    assert digests[0] == digests[1]  # hosts of one training
    two, one = (
        keras.saving.load_model(tmp_path / name / "model.keras").get_weights()
        for name in runs
    )
    # Half a batch is rounded otherwise: by 1e-4 after ten steps on an AMD EPYC, and by
    # half a percent of a kernel, 0.013 of a variance of 2.5, on an Intel with AMX.
    for theirs, ours in zip(two, one, strict=True):
        np.testing.assert_allclose(theirs, ours, atol=0.03)
        if ours.ndim > 1:
            assert np.linalg.norm(theirs - ours) < 0.02 * np.linalg.norm(ours)
