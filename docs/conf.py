"""Sphinx renders the lectures as they are stored (make site)."""

project = "dlcourse"
copyright = "the authors of dlcourse, MIT licence"
extensions = ["myst_nb"]
root_doc = "docs/index"
include_patterns = ["docs/*.md", "lectures/*.ipynb"]

nb_execution_mode = "off"  # the stored outputs are the tested ones
myst_enable_extensions = ["amsmath", "dollarmath"]
suppress_warnings = ["myst.header"]  # lectures may skip a level of headings

html_theme = "sphinx_book_theme"
html_title = "A deep-learning course"
