"""Options of the command that hold a name and a value, and how commands fail."""

import ast
import contextlib
import re

import typer
from typer.core import TyperCommand

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
                joined.append(f"{next(words, '')}={next(words, '')}")
        return super().parse_args(ctx, joined)


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
    except KeyboardInterrupt:
        typer.echo("\nStopped. The same command resumes after the last complete epoch.")
        raise typer.Exit(130) from None
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        fail(NO_MEMORY)


def is_out_of_memory(error):
    """Whether a backend, each with an error of its own, had no memory left."""
    text = f"{type(error).__name__} {error}"
    found = re.search(OUT_OF_MEMORY, text, re.IGNORECASE)
    return isinstance(error, MemoryError) or bool(found)
