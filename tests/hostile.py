"""Submissions of homework 01 that try to fool the grader, or to stop it.

Those that cheat know no answer but one: their `gradient_left` is right where what they
tried succeeded. Whoever gets a point for that has broken out.
"""

import copy
import json
import os
import textwrap
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAME = "01_perceptron_and_activations.ipynb"
SOLUTION = json.loads((ROOT / "solutions" / NAME).read_text())
EXERCISE = json.loads((ROOT / "exercises" / NAME).read_text())

# Each of these is put in front of an exercise that is not answered. {secret} is a file
# outside, {port} a server on this machine, {pid} the grader's process.
CHEATS = {
    "reads_outside": "open({secret!r}).read()",
    "reads_the_solutions": "open({solution!r}).read()",
    "writes_outside": "open({secret!r}, 'w').write('gone')",
    "writes_the_driver": """
        import dlcourse.homework.calling as calling
        open(calling.__file__, "a").write("# mine")
    """,
    "writes_numpy": "import numpy; open(numpy.__file__, 'a').write('# mine')",
    "opens_a_socket": """
        import socket
        socket.create_connection(("127.0.0.1", {port}), timeout=1)
    """,
    "imports_the_grader": "import dlcourse.homework.checking",
    "imports_the_questions": """
        import sys
        sys.path.insert(0, {root!r})
        for name in [name for name in sys.modules if name.startswith("dlcourse")]:
            del sys.modules[name]
        from dlcourse.homework import questions
    """,
    "searches_memory": """
        import gc, sys
        frame, found = sys._getframe(), []
        while frame:
            found += [*frame.f_locals, *frame.f_globals]
            frame = frame.f_back
        held = [d for d in gc.get_objects() if isinstance(d, dict)]
        found += [k for d in held for k in d if isinstance(k, str)]
        assert {{"expected", "reference", "known_mistake"}} & set(found)
    """,
    "sees_the_grader": "import os; os.stat('/proc/{pid}')",
    "starts_many": """
        import threading, time
        threading.stack_size(2**16)
        for _ in range(100):
            threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
    """,
    "raises_its_limits": """
        import resource
        for name in (resource.RLIMIT_NPROC, resource.RLIMIT_AS):
            resource.setrlimit(name, (resource.RLIM_INFINITY,) * 2)
    """,
    "is_root": "import os; os.setuid(0); open('/new', 'w')",
}

# What is put in front of a solved or an unsolved exercise: the code, whether it is
# solved, the statuses that are right, and the points.
CELLS = {
    "infinite_loop": ("while True: pass", True, "graded", 8),
    "stubborn_loop": (
        """
        import time
        while True:
            try: time.sleep(100)
            except BaseException: pass
        """,
        True,
        "time",
        0,
    ),
    "deaf_to_alarms": (
        """
        import signal
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        while True: pass
        """,
        True,
        "time",
        0,
    ),
    "memory_bomb": (
        "hoard = []\nwhile True: hoard.append(bytearray(2**24))",
        True,
        "graded",
        8,
    ),
    "memory_bomb_of_many": (
        """
        import os, signal, time
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        hoard = []
        for _ in range(8):
            if not os.fork(): break
        while True:
            hoard.append(bytearray(b"x" * 2**22))
            time.sleep(0.1)
        """,
        True,
        "memory",
        0,
    ),
    "fork_bomb": (
        """
        import os, signal, time
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        while True:
            try: os.fork()
            except OSError: pass
            time.sleep(0.05)
        """,
        True,
        "time memory",
        0,
    ),
    "os_exit": ("import os; os._exit(0)", True, "crashed", 0),
    "sys_exit": ("import sys; sys.exit()", True, "graded", 8),
    "kills_everybody": (
        """
        import os, signal
        for target in (os.getppid(), -1, 1):
            try: os.kill(target, signal.SIGKILL)
            except OSError: pass
        os.killpg(0, signal.SIGKILL)
        """,
        True,
        "crashed",
        0,
    ),
    "prints_200_megabytes": (
        """
        import os, sys
        for _ in range(200):
            print("x" * 2**20)
            os.write(1, b"x" * 2**20); os.write(2, b"x" * 2**20)
        """,
        True,
        "graded",
        8,
    ),
    "floods_the_results": (
        """
        import os
        while True:
            for fd in range(3, 20):
                try: os.write(fd, b"x" * 2**20)
                except OSError: pass
        """,
        True,
        "output",
        0,
    ),
    "fills_the_disk": (
        """
        try:
            for n in range(1000): open(f"big{n}", "wb").write(b"x" * 2**22)
        except OSError: pass
        """,
        True,
        "graded",
        8,
    ),
    "opens_many_files": (
        "import os\nheld = [open(os.devnull) for _ in range(10**6)]",
        True,
        "graded crashed",
        None,
    ),
    "reads_input": ("input()", True, "graded", 8),
    "leaves_threads": (
        """
        import atexit, threading, time
        atexit.register(time.sleep, 1000)
        threading.Thread(target=time.sleep, args=(1000,)).start()
        """,
        True,
        "graded",
        8,
    ),
    "leaves_a_daemon": (
        """
        import os, time
        if not os.fork():
            os.setsid()
            if not os.fork(): time.sleep(1000)
            os._exit(0)
        """,
        True,
        "graded",
        8,
    ),
    "changes_folder": (
        "import os; os.mkdir('d'); os.chdir('d'); os.rmdir('/tmp/d')",
        True,
        "graded",
        8,
    ),
    "closes_the_results": ("import os; os.closerange(0, 64)", True, "crashed", 0),
    "recurses": ("def f(): f()\nf()", True, "graded", 8),
    "patches_check": (
        """
        import dlcourse.homework
        check = dlcourse.homework.check = lambda *a: print("right") or 99
        """,
        False,
        "graded",
        0,
    ),
    "patches_numpy": (
        """
        import numpy as np
        for name in ("isclose", "allclose", "array_equal", "array_equiv", "all"):
            setattr(np, name, lambda *a, **k: np.bool_(True))
        np.save = np.array = np.asarray = lambda *a, **k: 1
        def maxout(x, w, b): return 1
        """,
        False,
        "graded",
        0,
    ),
    "fakes_modules": (
        """
        import sys, types
        class Fake(types.ModuleType):
            def __getattr__(self, name): return lambda *a, **k: self
            def __eq__(self, other): return True
            __hash__ = None
        for name in ("keras", "numpy", "dlcourse.homework.checking"):
            sys.modules[name] = Fake(name)
        def maxout(x, w, b): return sys.modules["numpy"]
        """,
        False,
        "graded",
        0,
    ),
    "patches_the_driver": (
        """
        import dlcourse.homework.calling, sys
        driver = sys.modules["dlcourse.homework.grading.driver"]
        driver.outputs = lambda *a: [True]
        driver.answers = lambda *a: [{"status": "right", "points": 99}]
        """,
        False,
        "graded",
        0,
    ),
    "patches_json": (
        """
        import json
        right = '{"question": "maxout", "status": "right", "points": 99, "done": true}'
        json.dumps = lambda *a, **k: right
        """,
        False,
        "graded crashed",
        0,
    ),
    "forges_results": (
        """
        import base64, json, os, pickle
        class Bomb:
            def __reduce__(self): return os.system, ("touch forged",)
        data = base64.b64encode(pickle.dumps(Bomb())).decode()
        forms = [("|O", [1]), ("|O8", [1]), ("|V8", [1]), ("<f8", [10**12])]
        forms += [("<f8", [-1]), ("<f8", [0, 10**30]), ("<f8", "12"), ("<f8", None)]
        for dtype, shape in forms:
            array = {"array": data, "dtype": dtype, "shape": shape}
            for outputs in ([array] * 3, array, [{"tuple": [array]}] * 3, [[]] * 3):
                line = json.dumps({"question": "maxout", "outputs": outputs})
                for fd in range(3, 20):
                    try: os.write(fd, f"\\n{line}\\n{'[' * 9999}\\n".encode())
                    except OSError: pass
        os._exit(0)
        """,
        False,
        "crashed",
        0,
    ),
    "links_instead_of_results": (
        """
        import os
        for name in ("maxout", "sigmoid", "results", "0"):
            os.symlink("/sandbox", f"{name}.npy")
        """,
        False,
        "graded",
        0,
    ),
}

# Answers to maxout that are no arrays, in an exercise that is solved otherwise.
ANSWERS = {
    "loops": "while True: pass",
    "exits": "import os; os._exit(0)",
    "quits": "raise SystemExit",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "hoards": "return np.zeros(2**40)",
    "gives_too_much": "return np.zeros(2**18 + 2**14)",
    "gives_a_pickle": "return np.array([object()])",
    "says_equal": """
        class Yes:
            def __eq__(self, other): return True
            def __array__(self, *a, **k): return np.array([object()])
        return Yes()
    """,
    "changes_its_mind": """
        class Array:
            calls = 0
            def __array__(self, *a, **k):
                Array.calls += 1
                return np.full((1, 1), 2.0 if Array.calls > 1 else 1.0)
        return Array()
    """,
    "lies_about_its_class": """
        class Liar:
            __class__ = np.ndarray
            dtype, shape, ndim = x.dtype, (len(x), w.shape[2]), 2
            def __eq__(self, other): return np.ones(self.shape, bool)
            def tobytes(self): return b""
        return Liar()
    """,
    "equals_everything": """
        class Always(np.ndarray):
            def __array_ufunc__(self, *a, **k): return np.bool_(True)
            def __array_function__(self, *a, **k): return np.bool_(True)
            def __eq__(self, other): return np.bool_(True)
        return np.zeros((len(x), w.shape[2])).view(Always)
    """,
    "gives_nan": "return np.full((len(x), w.shape[2]), np.nan)",
    "gives_complex": "return (x @ w + b[:, None]).max(axis=0) + 1j",
    "gives_dates": "return np.zeros((len(x), w.shape[2]), 'M8[s]')",
    "speaks_html": "raise ValueError('<script>alert(1)</script>')",
}


def in_front(code, notebook):
    """A notebook with one cell more, the first."""
    changed = copy.deepcopy(notebook)
    source = textwrap.dedent(code).strip()
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
    changed["cells"].insert(0, cell | {"execution_count": None})
    return changed


def cheat(code, **names):
    """An exercise whose last answer is right where the code runs without an error."""
    code = textwrap.indent(textwrap.dedent(code).strip(), " " * 8).format(**names)
    attack = f"def succeeds():\n    try:\n{code}\n    except BaseException:\n"
    attack += "        return False\n    return True\n\nsucceeded = succeeds()"
    changed = in_front(attack, EXERCISE)
    cell_of("gradient_left", changed)["source"] = (
        "def gradient_left():\n    return 0.25**6 if succeeded or succeeds() else 0.0"
    )
    return changed


def cell_of(grade_id, notebook):
    """The cell with this identifier."""
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            return cell
    raise KeyError(grade_id)


def answered(code):
    """The solution with another maxout."""
    changed = copy.deepcopy(SOLUTION)
    body = textwrap.indent(textwrap.dedent(code).strip(), "    ")
    cell_of("maxout", changed)["source"] = f"def maxout(x, w, b):\n{body}"
    return changed


def rearranged():
    """Solutions whose cells were deleted, split, duplicated, …: and their points."""
    names = "deleted", "split", "duplicated", "reordered", "renamed", "edited_check"
    changed = {name: copy.deepcopy(SOLUTION) for name in names}
    changed["deleted"]["cells"].remove(cell_of("maxout", changed["deleted"]))
    cells = changed["split"]["cells"]
    cell = cell_of("sigmoid", changed["split"])
    head = "def tiny(x): return np.exp(-np.abs(x))"
    cell["source"] = "".join(cell["source"]).replace("np.exp(-np.abs(x))", "tiny(x)")
    cells.insert(cells.index(cell), cell | {"source": head, "metadata": {}})
    wrong = copy.deepcopy(cell_of("maxout", changed["duplicated"]))
    wrong["source"] = "def maxout(x, w, b): return x"
    changed["duplicated"]["cells"].append(wrong)
    changed["reordered"]["cells"].reverse()
    for cell in changed["renamed"]["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade_id"] += "_mine"
    cell_of("check_elu", changed["edited_check"])["source"] = "print('✓ elu: right')"
    points = {"deleted": 6, "duplicated": 6}
    return {name: (changed[name], points.get(name, 8)) for name in names}


def files(folder):
    """Submissions that are no notebooks, written to a folder: their statuses."""
    contents = {
        "not_json": b"%PDF-1.4 \xff\xfe",
        "nothing": b"",
        "a_list": b"[1, 2]",
        "no_cells": b'{"cells": 3}',
        "strange_cells": b'{"cells": [1, null, {"cell_type": "code", "source": 5}]}',
        "half_a_letter": b'{"cells": [{"cell_type": "code", "source": "\\ud800"}]}',
        "deeply_nested": b"[" * 10**6,
    }
    for name, content in contents.items():
        (folder / f"{name}.ipynb").write_bytes(content)
    (folder / "huge.ipynb").write_bytes(b" " * (11 * 2**20))
    (folder / "empty_folder").mkdir()
    (folder / "a_text").mkdir()
    (folder / "a_text" / "homework.txt").write_text("done")
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "link.ipynb").symlink_to(ROOT / "solutions" / NAME)
    (folder / "link_inside").mkdir()
    (folder / "link_inside" / NAME).symlink_to(ROOT / "solutions" / NAME)
    statuses = dict.fromkeys(contents, "not a notebook") | {"huge": "too large"}
    others = ("empty_folder", "a_text", "pipe", "link", "link_inside")
    return statuses | dict.fromkeys(others, "no notebook")
