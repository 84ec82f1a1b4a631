"""Options that hold a name and a value, and how commands fail or are stopped."""

import ast
import contextlib
import logging
import re
import warnings
from pathlib import Path

import typer
from typer.core import TyperCommand, TyperGroup

PACKAGE = Path(__file__).parents[1]
OUT_OF_MEMORY = r"out of memory|\boom\b|resource_?exhausted"
NO_MEMORY = (
    "There is not enough memory: give a smaller --batch-size or --image-size, or "
    "--accumulate 2, which computes each batch in two parts."
)


class PairCommand(TyperCommand):
    """A command whose option -p takes two words, NAME VALUE, as papermill's does."""

    def parse_args(self, ctx, args):
        """Join the two words by "=", since options of Typer take one."""
        words = iter(args)
        joined = []
        for word in words:
            joined.append(word)
            if word == "-p":
                joined.append(self.pair(next(words, ""), words))
        return super().parse_args(ctx, joined)

    def pair(self, name, words):
        """A name and the next of the words as NAME=VALUE; as it is where it is that."""
        if "=" in name:
            return name
        value = next(words, "")
        if not name or not value or name[0] == "-" or value.startswith("--"):
            raise typer.BadParameter(
                f"-p takes two words, as in -p {name.strip('-') or 'NAME'} VALUE."
            )
        return f"{name}={value}"


class Commands(TyperGroup):
    """The commands. Each that is stopped by Ctrl-C ends with a sentence and 130."""

    def invoke(self, ctx):
        """Run a command."""
        with stop_told(), warnings_told():
            return super().invoke(ctx)


@contextlib.contextmanager
def warnings_told():
    """Print what the course warns of as sentences, without a line of its code."""
    usual = warnings.formatwarning

    def sentence(message, category, filename, lineno, line=None):
        if category is UserWarning and Path(filename).is_relative_to(PACKAGE):
            return f"Warning: {message}\n"
        return usual(message, category, filename, lineno, line)

    warnings.formatwarning = sentence
    try:
        yield
    finally:
        warnings.formatwarning = usual


@contextlib.contextmanager
def stop_told():
    """End the program, where it is stopped by Ctrl-C, with what is kept and where."""
    try:
        yield
    except KeyboardInterrupt as stop:
        # Tasks that wait for a kernel end by errors that nobody asks for.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        sentence = str(stop) or "Nothing was changed."
        typer.echo(f"\nStopped. {sentence}", err=True)
        raise SystemExit(130) from None


@contextlib.contextmanager
def when_stopped(sentence):
    """Say in a sentence what is kept, and where, if Ctrl-C stops what is inside.

    ``sentence`` may be a function that gives it. What was said further inside stands.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        inner = str(stop)
        outer = sentence() if callable(sentence) else sentence
        raise KeyboardInterrupt(inner or outer) from None


def parse_pairs(pairs):
    """["width=8"] as {"width": 8}; ValueError for a text without an equals sign."""
    values = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise ValueError(f"{name!r}: give an argument as NAME=VALUE.")
        values[name] = parse_value(text)
    return values


def parse_value(text):
    """What a text means in Python: 3, 0.1, True; else the text itself."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text


def fail(error):
    """End the command with the error's message and exit code 1."""
    typer.echo(message(error), err=True)
    raise typer.Exit(1)


def message(error):
    """What an error says, without the number that the system has for it."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror + (f": {error.filename}" if error.filename else "")
    return str(error)


@contextlib.contextmanager
def errors_told():
    """End a command with a sentence for what can be expected to go wrong."""
    try:
        yield
    except typer.Exit:  # a RuntimeError
        raise
    except (OSError, RuntimeError, ValueError) as error:
        fail(NO_MEMORY if is_out_of_memory(error) else error)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        fail(NO_MEMORY)


def is_out_of_memory(error):
    """Whether a backend, each with an error of its own, had no memory left."""
    text = f"{type(error).__name__} {error}"
    found = re.search(OUT_OF_MEMORY, text, re.IGNORECASE)
    return isinstance(error, MemoryError) or bool(found)
