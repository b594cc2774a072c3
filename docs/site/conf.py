"""How Sphinx makes the site of what assemble.py has laid out. Nothing in it is loaded from the network."""
import os
import pathlib
import re
import sys

HERE = pathlib.Path(os.environ["ENTENTE_PROJECT"])
sys.path.insert(0, str(HERE / "analysis"))

project = "Entente"
version = release = re.search(r"VERSION (\S+)", (HERE / "CMakeLists.txt").read_text().split("project(entente")[1])[1]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"
language = "en"
highlight_language = "none"

nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!entente\b).*")]  # types of xarray, pandas and matplotlib: their documents are elsewhere
myst_heading_anchors = 4
myst_enable_extensions = ["deflist"]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"Entente {version}"
html_static_path = [str(HERE / "docs/site/static")]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sourcelink = html_copy_source = False
html_last_updated_fmt = None
