"""Submissions of homework 01 that try to fool the grader, or to stop it.

Those that cheat know no answer but one: their `gradient_left` is right where what they
tried succeeded. Whoever gets a point for that has broken out.
"""

import copy
import json
import textwrap
from pathlib import Path

from dlcourse.homework import questions

ROOT = Path(__file__).parent.parent
NAME = "01_perceptron_and_activations.ipynb"
SOLUTION = json.loads((ROOT / "solutions" / NAME).read_text())
EXERCISE = json.loads((ROOT / "exercises" / NAME).read_text())
FULL = sum(question.points for question in questions.of("01"))
WITHOUT = FULL - questions.get("maxout").points

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
    "holds_memory_in_a_file": """
        import os
        os.ftruncate(os.memfd_create("mine"), 2**20)
    """,
    "holds_secret_memory": """
        import ctypes
        assert ctypes.CDLL(None).syscall(447, 0) >= 0
    """,
    "holds_system_v_memory": """
        import ctypes
        assert ctypes.CDLL(None).shmget(0, ctypes.c_size_t(2**20), 0o1600) >= 0
    """,
    "holds_a_system_v_queue": """
        import ctypes
        assert ctypes.CDLL(None).msgget(0, 0o1600) >= 0
    """,
    "becomes_root_in_a_namespace": """
        import ctypes
        assert ctypes.CDLL(None).unshare(0x10000000) == 0
    """,
    "clones_into_a_namespace": """
        import ctypes, os, platform
        number = {{"x86_64": 56, "aarch64": 220}}[platform.machine()]
        child = ctypes.CDLL(None).syscall(number, 0x10000000 | 17, 0, 0, 0, 0)
        if child == 0: os._exit(0)
        assert child > 0
    """,
    "clones_by_clone3": """
        import ctypes, os, struct
        form = ctypes.create_string_buffer(struct.pack("8Q", 0x10000000, *[0] * 7))
        child = ctypes.CDLL(None).syscall(435, form, 64)
        if child == 0: os._exit(0)
        assert child > 0
    """,
    "mounts": """
        import ctypes
        assert ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0
    """,
    "unmounts_what_hides_us": """
        import ctypes
        assert ctypes.CDLL(None).umount2(b"/tmp", 2) == 0
    """,
    "enters_a_namespace": """
        import ctypes, os
        handle = os.open("/proc/1/ns/net", os.O_RDONLY)
        assert ctypes.CDLL(None).setns(handle, 0) == 0
    """,
    "uses_io_uring": """
        import ctypes
        assert ctypes.CDLL(None).syscall(425, 4, ctypes.create_string_buffer(120)) >= 0
    """,
    "loads_a_kernel_program": """
        import ctypes
        room = ctypes.create_string_buffer(128)
        assert ctypes.CDLL(None).syscall(321, 0, room, 128) >= 0
    """,
    "traces_its_parent": """
        import ctypes, os
        assert ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0
    """,
    "reads_memory_of_process_1": "open('/proc/1/mem', 'rb').read(1)",
    "asks_for_keys": """
        import ctypes
        assert ctypes.CDLL(None).syscall(250, 0, -3, 1) >= 0
    """,
    "waits_for_page_faults": """
        import ctypes
        assert ctypes.CDLL(None).syscall(323, 1) >= 0
    """,
    "writes_to_dev_shm": "open('/dev/shm/mine', 'w').write('x')",
    "writes_to_etc": "open('/etc/passwd', 'w')",
    "writes_to_usr": "open('/usr/mine', 'w')",
    "writes_to_the_sandbox": "open('/sandbox/mine', 'w')",
    "reads_a_password": "open('/etc/shadow').read()",
    "reads_the_home_folder": """
        import os
        assert os.listdir("/root") or os.listdir("/home")
    """,
    "asks_a_name_server": "import socket; socket.getaddrinfo('example.org', 80)",
    "reaches_an_abstract_socket": """
        import socket
        socket.socket(socket.AF_UNIX).connect("\\0/tmp/.X11-unix/X0")
    """,
    "sends_a_raw_packet": """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
    """,
    "ends_the_grader": "import os; os.kill({pid}, 9)",
    "makes_a_device": "import os; os.mknod('/tmp/null', 0o20666, os.makedev(1, 3))",
    "changes_the_clock": "import time; time.clock_settime(time.CLOCK_REALTIME, 0)",
    "changes_the_host_name": "import socket; socket.sethostname('mine')",
    "becomes_another_user": "import os; os.setuid(os.getuid() + 1)",
    "opens_the_terminal": "open('/dev/tty', 'w').write('x')",
    "sees_a_secret_in_the_environment": """
        import os
        inside = open("/proc/1/environ").read()
        assert "DLCOURSE_SECRET" in os.environ or "DLCOURSE_SECRET" in inside
    """,
    "finds_the_solutions": """
        import pathlib
        places = ["/sandbox", "/packages/dlcourse", "/tmp"]
        assert [p for place in places for p in pathlib.Path(place).rglob("hw0*")]
    """,
    "is_root": "import os; os.setuid(0); open('/new', 'w')",
}

# What is put in front of a solved or an unsolved exercise: the code, whether it is
# solved, the statuses that are right, and the points.
CELLS = {
    "infinite_loop": ("while True: pass", True, "graded", FULL),
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
        FULL,
    ),
    "memory_bomb_of_many": (
        """
        import os, signal, time
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        hoard = []
        for _ in range(8):
            if not os.fork(): break
        while True:
            hoard.append(bytearray(b"x" * 2**23))
            time.sleep(0.05)
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
    "sys_exit": ("import sys; sys.exit()", True, "graded", FULL),
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
        FULL,
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
        FULL,
    ),
    "opens_many_files": (
        "import os\nheld = [open(os.devnull) for _ in range(10**6)]",
        True,
        "graded crashed",
        None,
    ),
    "reads_input": ("input()", True, "graded", FULL),
    "leaves_threads": (
        """
        import atexit, threading, time
        atexit.register(time.sleep, 1000)
        threading.Thread(target=time.sleep, args=(1000,)).start()
        """,
        True,
        "graded",
        FULL,
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
        FULL,
    ),
    "changes_folder": (
        "import os; os.mkdir('d'); os.chdir('d'); os.rmdir('/tmp/d')",
        True,
        "graded",
        FULL,
    ),
    "closes_the_results": ("import os; os.closerange(0, 64)", True, "crashed", 0),
    "recurses": ("def f(): f()\nf()", True, "graded", FULL),
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
    "raises_half_a_letter": ("raise ValueError('\\ud800')", True, "graded", FULL),
    "raises_a_bell": (
        "raise ValueError('\\x07\\x1b[31m\\r\\n=1+1')",
        True,
        "graded",
        FULL,
    ),
    "raises_a_megabyte": ("raise ValueError('x' * 2**20)", True, "graded", FULL),
    "raises_what_cannot_be_said": (
        """
        class Mute(Exception):
            def __str__(self): raise SystemExit
        raise Mute
        """,
        True,
        "graded crashed",
        None,
    ),
    "hoards_in_shared_memory": (
        """
        import mmap, signal, time
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        held = []
        while True:
            held.append(mmap.mmap(-1, 2**24))
            held[-1].write(b"x" * 2**24)
        """,
        True,
        "graded",
        FULL,
    ),
    "hoards_in_pipes": (
        """
        import os
        while True:
            reading, writing = os.pipe()
            os.set_blocking(writing, False)
            os.write(writing, b"x" * 2**16)
        """,
        True,
        "graded crashed",
        None,
    ),
    "raises_the_limit_of_recursion": (
        "import sys\nsys.setrecursionlimit(10**6)",
        True,
        "graded",
        FULL,
    ),
    "stops_itself": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        True,
        "time",
        0,
    ),
    "divides_by_a_signal": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGFPE)",
        True,
        "crashed",
        0,
    ),
    "replaces_builtins": (
        """
        import builtins
        builtins.len = builtins.isinstance = builtins.callable = lambda *a: True
        builtins.open = builtins.print = builtins.__import__ = None
        """,
        False,
        "graded crashed",
        0,
    ),
    "patches_magics": (
        "import builtins\nbuiltins.get_ipython = None\n%matplotlib inline",
        True,
        "graded",
        FULL,
    ),
    "forges_the_arguments": (
        """
        import base64, json, os
        line = {"question": "maxout", "outputs": [None] * 99, "given": [[]] * 99}
        for fd in range(3, 20):
            for one in (line, line | {"given": None}, line | {"given": {"a": 1}}):
                try: os.write(fd, f"\\n{json.dumps(one)}\\n".encode())
                except OSError: pass
        os._exit(0)
        """,
        False,
        "crashed",
        0,
    ),
    "forges_faults": (
        """
        import os
        for fd in range(3, 20):
            for n in range(2000):
                try: os.write(fd, b'\\n{"cell": %d, "fault": "=1+1"}\\n' % n)
                except OSError: break
        """,
        True,
        "graded",
        FULL,
    ),
    "forges_strange_json": (
        r"""
        import os
        lines = [b"NaN", b"1" * 9999, b'{"question": []}', b'{"cell": 1e999}', b'\xff']
        lines += [b'{"question": "maxout", "late": NaN}', b'{"question": "\\ud800"}']
        lines += [b'{"question": "maxout", "late": 1e308}']
        lines += [b'{"cell": 1, "fault": "\\u0000"}']
        for fd in range(3, 20):
            for line in lines:
                try: os.write(fd, b"\n" + line + b"\n")
                except OSError: break
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
    "says_half_a_letter": "raise ValueError('\\ud800 \\r\\n=1+1')",
    "says_a_megabyte": "raise ValueError('x' * 2**20)",
    "gives_a_generator": "return (row for row in x)",
    "gives_itself": "return maxout",
    "gives_text": "return 'right'",
    "gives_a_list_in_itself": "found = []; found.append(found); return found",
    "gives_a_huge_number": "return 10**5000",
    "gives_a_ragged_list": "return [[1, 2], [3]]",
    "gives_many_axes": "return np.zeros((1,) * 32)",
    "gives_an_empty_result": "return np.zeros((0, 10**9))",
    "gives_a_masked_array": "return np.ma.masked_all((len(x), w.shape[2]))",
    "gives_a_record": "return np.zeros(len(x), [('a', float)])",
    "gives_one_for_all": "return np.broadcast_to(0.0, (len(x), w.shape[2]))",
    "changes_x": "found = (x @ w + b[:, None]).max(axis=0); x += 1; return found",
    "changes_x_unseen": """
        found = (x @ w + b[:, None]).max(axis=0)
        x[:] = 7
        np.array_equal = lambda *a, **k: True
        np.isclose = np.allclose = np.array_equal
        return found
    """,
    "changes_x_s_shape": """
        found = (x @ w + b[:, None]).max(axis=0)
        x.shape = (-1,)
        np.array_equal = lambda *a, **k: True
        return found
    """,
    "raises_to_the_top": "raise KeyboardInterrupt",
    "hides_in_a_thread": """
        import threading
        threading.Thread(target=lambda: x.fill(0)).start()
        return None
    """,
    "answers_later": """
        async def later(): return (x @ w + b[:, None]).max(axis=0)
        return later()
    """,
    "stops_the_alarm": """
        import signal
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        return np.zeros(1)
    """,
    "speaks_html": "raise ValueError('<script>alert(1)</script>')",
}


# An answer that needs Keras, behind a network that has trained.
KERAS = """
import keras
from keras import ops

x = keras.Input((4,))
model = keras.Model(x, keras.layers.Dense(1)(x))
model.compile("sgd", "mse")
model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)


def maxout(x, w, b):
    model.predict(np.ones((8, 4)), verbose=0)
    x = ops.convert_to_tensor(x, "float64")
    return ops.max(ops.matmul(x, w) + b[:, None], axis=0)
"""

# Lines of a notebook that are no Python, in the cell of maxout: nothing may be lost.
HONEST = {
    "lists_files": "files = !ls",
    "lists_files_inside": "def names():\n    files = !ls\n    return files",
    "asks_for_help": "np.where?",
    "asks_for_the_source": "np.where??",
    "times_a_line": "%timeit -n 1 -r 1 np.ones(3)",
    "times_and_keeps": "%time kept = np.ones(3)\nassert kept.sum() == 3",
    "keeps_what_is_timed": "kept = %time 1 + 1\nassert kept == 2",
    "waits": "import asyncio\nawait asyncio.sleep(0)",
    "draws": "%matplotlib inline\n%config InlineBackend.figure_format = 'svg'",
    "installs": "!pip install numpy\n%pip install numpy",
    "changes_folder": "%cd ..\n%ls\npwd = %pwd",
    "shows": "from IPython.display import display, Markdown\ndisplay(Markdown('x'))",
    "asks_who_runs_it": "get_ipython().run_line_magic('matplotlib', 'inline')",
    "reloads": "%load_ext autoreload\n%autoreload 2",
    "ends_lines_as_windows": "a = 1\r\n%time b = 2\r",
    "sets_a_variable": "%env KERAS_BACKEND=numpy\n%set_env A=1",
    "quotes_a_command": "text = '!ls'\nother = '%time'\n!echo {text}",
    "profiles": "%prun -q sum(range(9))\n%memit sum(range(9))",
}
# The same, of a cell whose first line says what is done with all of it.
WHOLE_CELLS = {
    "times_the_cell": "%%time",
    "captures_the_cell": "%%capture output",
    "profiles_the_cell": "%%prun -q",
}


def in_front(code, notebook):
    """A notebook with one cell more, the first."""
    changed = copy.deepcopy(notebook)
    source = textwrap.dedent(code).strip()
    changed["cells"].insert(0, cell_from(source))
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


def honest():
    """Solutions whose cell of maxout holds lines that only a notebook understands."""
    found = {}
    for name, lines in HONEST.items():
        found[name] = copy.deepcopy(SOLUTION)
        cell = cell_of("maxout", found[name])
        cell["source"] = f"{lines}\n{''.join(cell['source'])}"
        found[name]["cells"].insert(0, cell_from("import numpy as np"))
    for name, line in WHOLE_CELLS.items():
        found[name] = copy.deepcopy(SOLUTION)
        cell = cell_of("maxout", found[name])
        cell["source"] = f"{line}\n{''.join(cell['source'])}"
    return found


def cell_from(source):
    """A code cell."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
    return cell | {"execution_count": None}


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
    fewer = ("deleted", "duplicated")
    return {n: (changed[n], WITHOUT if n in fewer else FULL) for n in names}
