"""Runs inside the sandbox: a notebook's cells, as IPython understands them.

Lines that only a notebook understands (%magic, !command, name?) cost nothing: what is
code in them is run, and the rest gives nothing.
"""

import ast
import asyncio
import builtins
import contextlib
import importlib
import inspect
import signal
import traceback

FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
TRANSLATOR = "IPython.core.inputtransformer2"
LONGEST = 500  # characters of a message
WITH_CODE = ("time", "capture", "prun", "memit", "mprun")  # %%magics whose cell is run


class TooLong(BaseException):
    """A cell or an answer has used up its time; no Exception, which it may catch."""


class Shell:
    """What ``get_ipython()`` gives: magics that hold code run it, others do nothing."""

    def __init__(self, namespace):
        self.namespace = namespace

    def run_line_magic(self, name, line, *args, **names):
        """%time line: the value of its code, which may be kept; of others nothing."""
        if name != "time":
            return None
        try:
            return eval(compile(line, "%time", "eval"), self.namespace)
        except SyntaxError:
            return execute(line, "%time", self.namespace)

    def run_cell_magic(self, name, line, cell):
        """%%name, and the cell below it."""
        if name in WITH_CODE:
            execute(cell, "%%" + name, self.namespace)

    def getoutput(self, command, *args, **names):
        """The lines that a command would print: none."""
        return []

    def __getattr__(self, name):
        return lambda *args, **names: None


def begin(sources):
    """The namespace of a notebook that begins; what its cells need is loaded."""
    if not all(map(is_python, sources)):  # takes time that belongs to no cell
        with contextlib.suppress(Exception):
            importlib.import_module(TRANSLATOR)
    namespace = {"__name__": "__main__", "display": print}
    shell = Shell(namespace)
    builtins.get_ipython = lambda: shell
    return namespace


def run_cell(source, number, namespace, seconds):
    """Execute a cell; gives the last line of its error, or nothing."""
    try:
        with_alarm(seconds, execute, source, f"cell {number}", namespace)
    except BaseException as error:  # sys.exit() ends a cell, not the notebook
        if isinstance(error, TooLong):
            return f"TimeoutError: more than {seconds:g} s"
        return traceback.format_exception_only(error)[-1].strip()[:LONGEST]
    return ""


def with_alarm(seconds, function, *arguments):
    """Call a function; TooLong where it takes more than so many seconds."""

    def too_long(signum, frame):
        raise TooLong

    try:
        signal.signal(signal.SIGALRM, too_long)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def execute(source, name, namespace):
    """Run a cell's code, ``await`` at its top as well."""
    value = eval(compiled(source, name), namespace)
    if inspect.iscoroutine(value):
        asyncio.run(value)


def compiled(source, name):
    """A cell's code; what is not Python is translated as IPython does."""
    try:
        return compile(source, name, "exec", FLAGS, dont_inherit=True)
    except SyntaxError:
        return compile(translated(source), name, "exec", FLAGS, dont_inherit=True)


def translated(source):
    """A cell as Python: each %magic and !command is a call of `Shell`."""
    translator = importlib.import_module(TRANSLATOR).TransformerManager()
    return translator.transform_cell(source)


def is_python(source):
    """Whether a cell can be compiled as it is."""
    try:
        compile(source, "cell", "exec", FLAGS, dont_inherit=True)
    except Exception:
        return False
    return True
