"""The site's pages on the package: one for each module, from its docstrings.

As those of the networks they are not in the navigation.
"""

import ast
from collections import defaultdict

from dlcourse.course import ROOT

PACKAGE = ROOT / "dlcourse"
LEFT_OUT = ("__main__", "cli", "homework", "rehearsal", "tfds_builders")
INDEX = """# The package

Every layer, block and network is defined once, and the lectures show it from here.
[Which room may import which](../docs/architecture.md) comes first. A name that is
imported from a package, such as `dlcourse.layers`, is described where it is defined.

"""
PAGE = """---
orphan: true
---

# {name}

```{{eval-rst}}
.. automodule:: dlcourse.{name}{members}
```
"""


def modules():
    """Pairs: a module, without "dlcourse.", and its first sentence."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if not set(parts) & set(LEFT_OUT) and parts != ("__init__",):
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            name = ".".join(part for part in parts if part != "__init__")
            yield name, " ".join(text.partition("\n\n")[0].split())


def pages():
    """File name -> text, of the index, the packages and the modules."""
    found = dict(modules())
    rooms = defaultdict(list)
    for name in found:
        room, _, module = name.partition(".")
        if module:
            rooms[room].append(name)
    made = {"index.md": INDEX + listed([n for n in found if "." not in n], found)}
    for name in found:
        members = "" if name in rooms else "\n   :members:"
        made[f"{name}.md"] = PAGE.format(name=name, members=members)
    for room, names in rooms.items():
        made[f"{room}.md"] += "\n" + listed(names, found)
    return made


def listed(names, sentences):
    """Links to pages with a sentence each."""
    return "".join(f"- [{name}](./{name}.md): {sentences[name]}\n" for name in names)
