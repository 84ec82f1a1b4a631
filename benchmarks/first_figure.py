"""Start a kernel, import the course or what it stands on, and draw a figure.

python benchmarks/first_figure.py ours|keras
"""

import sys

from jupyter_client.manager import start_new_kernel

IMPORTS = {
    "ours": "from dlcourse.lecture import setup\nsetup(seed=0)\n"
    "from dlcourse import datasets, plots, training\n"
    "from dlcourse.models import LeNet5\n",
    "keras": "import keras\nimport sklearn.metrics\nimport pandas\n",
}
DRAW = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"


def main(whose):
    """Wait until the figure is there; SystemExit where none comes."""
    seen = []
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute_interactive(
            IMPORTS[whose] + DRAW,
            output_hook=lambda message: seen.append(message["msg_type"]),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if "display_data" not in seen:
        sys.exit(f"no figure, but {seen}")


if __name__ == "__main__":
    main(sys.argv[1])
