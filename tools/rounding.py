"""Run a command as if on another CPU: ``python tools/rounding.py avx2 pytest …``.

Floating-point sums are rounded in another order with other vector instructions, another
library or another number of threads. A name stands for the environment variables with
which TensorFlow computes so on this machine. Without a command only checks the name.
"""

import os
import sys


def threads(number):
    """So many threads for TensorFlow and for NumPy's linear algebra."""
    names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")
    return dict.fromkeys(names, str(number))


ROUNDINGS = {
    "avx2": {"ONEDNN_MAX_CPU_ISA": "AVX2"},
    "sse41": {"ONEDNN_MAX_CPU_ISA": "SSE41"},
    "no-onednn": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "one-thread": threads(1),
    "four-threads": threads(4),
}


def main(name, *command):
    """Replace this process by the command; exit with a message for another name."""
    if name not in ROUNDINGS:
        sys.exit(f"ROUNDING is {name!r}; it is one of {', '.join(ROUNDINGS)}.")
    if command:
        os.execvpe(command[0], command, os.environ | ROUNDINGS[name])


if __name__ == "__main__":
    main(*sys.argv[1:])
