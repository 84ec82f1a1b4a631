"""Runs inside the sandbox: executes a notebook's cells, then calls its functions.

Reads a job from standard input and writes a line of JSON for each thing it has to tell.
It knows inputs but no expected values; whatever a notebook does to it, it can only
change its own results.
"""

import contextlib
import json
import os
import resource
import signal
import sys
from types import SimpleNamespace

from dlcourse.homework.calling import Problem, outputs
from dlcourse.homework.grading.cells import (
    LONGEST,
    TooLong,
    begin,
    run_cell,
    with_alarm,
)
from dlcourse.homework.grading.plain import pack, unpack

THREADED = {"tensorflow", "jax", "torch"}  # whose threads do not live on after a fork


def main():
    """Do the job that comes as JSON on standard input."""
    job = json.load(sys.stdin)
    tell = silenced()
    drop_privileges(job["user"])
    for name, limit in job["limits"].items():
        resource.setrlimit(getattr(resource, name), (limit, limit))
    tell(begun=True)
    if job["keras"]:  # takes seconds that belong to no cell
        with contextlib.suppress(Exception):
            import keras  # noqa: F401
    namespace = begin(job["cells"])
    for number, source in enumerate(job["cells"], 1):
        fault = run_cell(source, number, namespace, job["seconds"])
        if fault:
            tell(cell=number, fault=fault)
    tell(ran=True)
    for question in job["questions"]:
        ask(question, namespace, job["seconds"], tell)
    tell(done=True)
    os._exit(0)  # no atexit, no wait for threads


def silenced():
    """Lose what the notebook will print; gives a function that writes results."""
    results = os.dup(1)
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silent, stream)

    def tell(**message):
        line = memoryview(f"\n{json.dumps(message)}\n".encode())
        while line:
            line = line[os.write(results, line) :]

    return tell


def drop_privileges(user):
    """Lay down root's rights for good; ``user`` is None where we are not root."""
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def ask(question, namespace, seconds, tell):
    """Call an answer in a process of its own, so that it spoils no other one.

    With TensorFlow that cannot be: there, if it ends this process, the grader asks the
    remaining questions in a new one.
    """
    if THREADED & sys.modules.keys():
        try:
            found = with_alarm(seconds, answers, question, namespace)
            tell(question=question["name"], **found)
        except TooLong:
            tell(question=question["name"], late=seconds)
        except BaseException as error:
            print(error)
        return
    child = os.fork()
    if not child:
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, seconds)
            tell(question=question["name"], **answers(question, namespace))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        tell(question=question["name"], late=seconds)


def answers(question, namespace):
    """The packed outputs of the student's function, and the arguments after each call.

    Whether these have changed is found out outside, where no notebook has been.
    """
    asked = SimpleNamespace(**question)
    answer = namespace.get(asked.name, ...)
    results, given = [], []
    for arguments in asked.inputs:
        calls = []
        result = outputs(asked, noting(answer, calls), [unpack(arguments)])[0]
        results.append(packed(result))
        given.append([pack(value) for value in calls[0]] if calls else None)
    return {"outputs": results, "given": given}


def noting(answer, calls):
    """The same function, which also notes the arguments that it was given."""
    if not callable(answer):
        return answer

    def noted(*arguments):
        calls.append(arguments)
        return answer(*arguments)

    return noted


def packed(output):
    """An output as JSON."""
    if output is ...:
        return {"missing": True}
    if isinstance(output, Problem):
        return {"problem": output.text[:LONGEST]}
    return pack(output)
