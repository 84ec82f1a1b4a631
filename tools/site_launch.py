"""Links that run a notebook elsewhere, where the course has an address.

The address is `Repository` among the `[project.urls]` of pyproject.toml; while there is
none, the site has no such links.
"""

import subprocess
import tomllib
from functools import cache

from dlcourse.course import ROOT

GITHUB = "https://github.com/"
TOLD = """Run it: [Binder](https://mybinder.org/v2/gh/{name}/{commit}?urlpath=lab/tree/\
{path}) · [Colab](https://colab.research.google.com/github/{name}/blob/{commit}/{path}),
where this comes first, in a cell of its own:

```ipython
!git clone --quiet https://github.com/{name} course
!git -C course checkout --quiet {commit}
%pip install --quiet ./course
%cd course/{folder}
```"""


@cache
def address():
    """The course's repository as pyproject.toml names it, or None."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project.get("urls", {}).get("Repository")


def commit():
    """The commit that the site is made from."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def launch(path):
    """Markdown that runs a notebook elsewhere; None without an address on GitHub."""
    if not (address() or "").startswith(GITHUB):
        return None
    name = address().removeprefix(GITHUB).removesuffix(".git").strip("/")
    folder = path.rpartition("/")[0]
    return TOLD.format(name=name, commit=commit(), path=path, folder=folder)
