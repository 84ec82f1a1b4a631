"""What to train on: devices, precision and hosts, chosen and explained.

Several GPUs of one machine train data parallel on TensorFlow and JAX: each computes the
gradients of a part of every batch. So do several hosts on JAX: start the same command
on each with KERAS_BACKEND=jax and with KERAS_DISTRIBUTION_JOB_ADDRESSES (host 0 and a
free port: 10.0.0.1:1234), KERAS_DISTRIBUTION_NUM_PROCESSES and
KERAS_DISTRIBUTION_PROCESS_ID (0, 1, …).

Under Slurm none of these is needed: JAX finds host 0, the number of tasks and their
ranks in what ``srun`` sets, and gives each task one GPU of its machine: start as many
tasks on a machine as it has GPUs.
"""

import contextlib
import os
import socket
from dataclasses import dataclass

import keras

from dlcourse.training.precision import set_training_precision

HOSTS = "KERAS_DISTRIBUTION_NUM_PROCESSES"  # keras.distribution.initialize reads it
SLURM = "SLURM_STEP_NUM_TASKS"  # srun sets it, for the tasks of one command
TENSOR_CORES, BFLOAT16 = 7.0, 8.0  # compute capability from which a GPU has them


@dataclass(frozen=True)
class Devices:
    """What was chosen; ``print`` says why. `use` puts it to work."""

    backend: str
    gpus: tuple  # names of those of this host
    host: int
    hosts: int
    precision: str  # a Keras dtype policy
    reasons: tuple  # for device, precision and hosts, one sentence each

    def __str__(self):
        return "\n".join(self.reasons)

    def use(self):
        """Set the precision of trainings, and the distribution of models to come."""
        set_training_precision(self.precision)
        if self.backend == "tensorflow" and len(self.gpus) > 1:
            import tensorflow as tf

            tf.distribute.experimental_set_strategy(tf.distribute.MirroredStrategy())
        if self.backend == "jax" and (len(self.gpus) > 1 or self.hosts > 1):
            # Our `Epochs` give each host its shard of a batch.
            parallel = keras.distribution.DataParallel(auto_shard_dataset=False)
            keras.distribution.set_distribution(parallel)


def replicas():
    """How many devices divide each batch by a strategy of TensorFlow; else 1."""
    if keras.backend.backend() != "tensorflow":
        return 1
    import tensorflow as tf

    return tf.distribute.get_strategy().num_replicas_in_sync


def steps_at_once(steps):
    """``steps`` for ``compile(steps_per_execution=…)``; 1 where devices divide batches.

    There the loop over steps of Keras 3.15 fails ("must feed a value for placeholder").
    It saves time alone: the numbers are the same.
    """
    return steps if replicas() == 1 else 1


@contextlib.contextmanager
def one_device():
    """What is built and computed within is on one device, whatever `Devices.use` chose.

    For code that calls an optimizer's ``apply`` itself: where devices divide batches,
    Keras on TensorFlow takes a step inside of ``fit`` alone. Also a decorator.
    """
    if replicas() == 1:
        yield
        return
    import tensorflow as tf

    shared = tf.distribute.get_strategy()
    tf.distribute.experimental_set_strategy(None)
    try:
        yield
    finally:
        tf.distribute.experimental_set_strategy(shared)


def choose_devices(precision=None):
    """Look at this machine, join the other hosts, and choose; see `decide`.

    Call it before anything is computed. RuntimeError for several hosts without JAX.
    """
    backend, host = keras.backend.backend(), 0
    variable = HOSTS if HOSTS in os.environ else SLURM
    hosts = int(os.environ.get(variable, 1))
    if hosts > 1:
        if backend != "jax":
            raise RuntimeError(
                f"{variable}={hosts}, and the backend is {backend}: several hosts "
                "train together on JAX alone. Set KERAS_BACKEND=jax."
            )
        keras.distribution.initialize()
        import jax

        host = jax.process_index()
    return decide(backend, find_gpus(backend), host, hosts, precision)


def local_hosts(count):
    """Environments of ``count`` processes that act as hosts, all on this machine.

    Host 0 listens on a port that was free. On real hosts, set the same variables.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    return [
        {
            "KERAS_BACKEND": "jax",
            "KERAS_DISTRIBUTION_JOB_ADDRESSES": address,
            HOSTS: str(count),
            "KERAS_DISTRIBUTION_PROCESS_ID": str(number),
        }
        for number in range(count)
    ]


def find_gpus(backend):
    """Name and compute capability of each GPU of this host that the backend sees."""
    if backend == "tensorflow":
        import tensorflow as tf

        physical = tf.config.list_physical_devices("GPU")
        details = map(tf.config.experimental.get_device_details, physical)
        found = [
            (d.get("device_name", "GPU"), d.get("compute_capability", (0, 0)))
            for d in details
        ]
    elif backend == "jax":
        import jax

        local = [device for device in jax.local_devices() if device.platform == "gpu"]
        found = [
            (gpu.device_kind, tuple(map(int, gpu.compute_capability.split("."))))
            for gpu in local
        ]
    else:
        from torch import cuda

        numbers = range(cuda.device_count())
        found = [
            (cuda.get_device_name(n), cuda.get_device_capability(n)) for n in numbers
        ]
    return [(name, major + minor / 10) for name, (major, minor) in found]


def decide(backend, gpus, host=0, hosts=1, precision=None):
    """`Devices` for these GPUs, a list of (name, compute capability).

    precision: a Keras dtype policy, instead of the one that suits the GPUs.
    """
    names = tuple(name for name, _ in gpus)
    if not gpus:
        device = f"Device: CPU, for {backend} sees no GPU."
    elif len(gpus) == 1:
        device = f"Device: {names[0]}, the only GPU that {backend} sees."
    elif backend == "torch":
        names = names[:1]
        device = f"Device: {names[0]}, one of {len(gpus)}: Keras on torch uses one."
    else:
        api = "MirroredStrategy" if backend == "tensorflow" else "keras.distribution"
        device = f"Device: {len(gpus)} × {names[0]}, data parallel ({api})."
    if precision is None:
        precision, why = fitting_precision(min((c for _, c in gpus), default=0))
    else:
        why = "as asked for"
    if hosts == 1:
        several = f"Hosts: 1, for {HOSTS} is not set."
    else:
        several = f"Hosts: {hosts}, data parallel. This is host {host}."
    reasons = (device, f"Precision: {precision}, {why}.", several)
    return Devices(backend, names, host, hosts, precision, reasons)


def fitting_precision(capability):
    """The dtype policy for the weakest GPU (0: there is none), and why."""
    if capability >= BFLOAT16:
        return "mixed_bfloat16", "which these GPUs multiply several times as fast"
    if capability >= TENSOR_CORES:
        return "mixed_float16", "for tensor cores without bfloat16; the loss is scaled"
    if capability > 0:
        return "float32", "for these GPUs have no tensor cores"
    return "float32", "for mixed precision gains nothing on a CPU"
