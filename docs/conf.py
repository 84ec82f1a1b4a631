"""Sphinx renders what tools/make_site.py has written (make site)."""

import re

project = "dlcourse"
author = "the authors of dlcourse"
copyright = f"{author}, MIT licence"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"

nb_execution_mode = "off"  # the stored outputs are the tested ones
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
suppress_warnings = [
    "myst.header",  # lectures may skip a level of headings
    "ref.python",  # an attribute is called as others are
]
default_role = "code"
autodoc_member_order = "bysource"
napoleon_use_rtype = False
add_module_names = False

html_theme = "sphinx_book_theme"
html_title = "A deep-learning course"
html_static_path = ["_static", "_build/source/static"]
html_css_files = ["course.css"]
html_js_files = ["sliders.js"]
html_copy_source = html_show_sourcelink = False
html_show_search_summary = False  # a browser lets no page read files
html_theme_options = {"use_download_button": False, "navbar_persistent": []}
html_context = {"default_mode": "auto"}
mathjax_path = "mathjax/tex-mml-chtml.js"


def plain(app, what, name, thing, options, lines):
    """Docstrings are text: in them *, | and _ mean themselves, but for ``code``."""
    for number, line in enumerate(lines):
        pieces = re.split(r"(``.+?``|`[^`']+`)", line)
        texts = [re.sub(r"[*|`]|_(?!\w)", r"\\\g<0>", text) for text in pieces[::2]]
        pieces[::2] = [texts[0], *(re.sub(r"^(?=[\w-])", r"\\ ", t) for t in texts[1:])]
        lines[number] = "".join(pieces)


def load(app, env, names):
    """Import Keras once, before Sphinx forks: autodoc imports the package."""
    if any(name.startswith("package/") for name in names):
        import keras  # noqa: F401


def setup(app):
    """Have Sphinx call both, the first before napoleon, whose priority is 500."""
    app.connect("env-before-read-docs", load)
    app.connect("autodoc-process-docstring", plain, priority=400)
