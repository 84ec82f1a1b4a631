"""Runs inside the sandbox: executes a notebook's cells, then calls its functions.

Reads a job from standard input and writes a line of JSON for each thing it has to tell.
It knows inputs but no expected values; whatever a notebook does to it, it can only
change its own results.
"""

import json
import os
import resource
import signal
import sys
import traceback
from types import SimpleNamespace

from dlcourse.homework.calling import Problem, outputs
from dlcourse.homework.grading.plain import pack, unpack

LONGEST = 500  # characters of a message


def main():
    """Do the job that comes as JSON on standard input."""
    job = json.load(sys.stdin)
    results = os.dup(1)
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):  # what the notebook prints is lost
        os.dup2(silent, stream)
    drop_privileges(job["user"])
    for name, limit in job["limits"].items():
        resource.setrlimit(getattr(resource, name), (limit, limit))

    def tell(**message):
        line = memoryview(f"\n{json.dumps(message)}\n".encode())
        while line:
            line = line[os.write(results, line) :]

    namespace = {"__name__": "__main__", "display": print}
    for number, source in enumerate(job["cells"], 1):
        fault = run_cell(source, number, namespace, job["seconds"])
        if fault:
            tell(cell=number, fault=fault)
    for question in job["questions"]:
        ask(question, namespace, job["seconds"], tell)
    tell(done=True)
    os._exit(0)  # no atexit, no wait for threads


def drop_privileges(user):
    """Lay down root's rights for good; ``user`` is None where we are not root."""
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def run_cell(source, number, namespace, seconds):
    """Execute a cell; gives the last line of its error, or nothing."""

    def too_long(signum, frame):
        raise TimeoutError(f"more than {seconds:g} s")

    try:
        signal.signal(signal.SIGALRM, too_long)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        exec(compiled(source, f"cell {number}"), namespace)
    except BaseException as error:  # sys.exit() ends a cell, not the notebook
        return traceback.format_exception_only(error)[-1].strip()[:LONGEST]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return ""


def compiled(source, name):
    """A cell's code, without the lines that only a notebook understands."""
    try:
        return compile(source, name, "exec")
    except SyntaxError:
        lines = source.splitlines()
        kept = ["" if line.lstrip().startswith(("%", "!")) else line for line in lines]
        return compile("\n".join(kept), name, "exec")


def ask(question, namespace, seconds, tell):
    """Call an answer in a process of its own, so that it spoils no other one."""
    child = os.fork()
    if not child:
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, seconds)
            tell(question=question["name"], outputs=answers(question, namespace))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        tell(question=question["name"], late=seconds)


def answers(question, namespace):
    """The packed outputs of the student's function for each of the inputs."""
    asked = SimpleNamespace(**question)
    inputs = [unpack(arguments) for arguments in asked.inputs]
    return [
        {"missing": True}
        if output is ...
        else {"problem": output.text[:LONGEST]}
        if isinstance(output, Problem)
        else pack(output)
        for output in outputs(asked, namespace.get(asked.name, ...), inputs)
    ]
