"""Options of the command that hold a name and a value, and how commands fail."""

import ast

import typer
from typer.core import TyperCommand


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
