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
smartquotes = False  # --set stays --set
default_role = "code"  # `so` in docstrings

nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!entente\b).*")]  # types of xarray, pandas and matplotlib: their documents are elsewhere
myst_heading_anchors = 4
myst_enable_extensions = ["deflist"]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_custom_sections = ["Returns"]  # a sentence, not a list of types

html_theme = "furo"
html_title = f"Entente {version}"
html_static_path = [str(HERE / "docs/site/static")]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sourcelink = html_copy_source = False
html_last_updated_fmt = None


def code_marked(lines):
    """What is indented after an empty line is code; an asterisk elsewhere is one."""
    told, last, is_code = [], "", False
    for n, line in enumerate(lines):
        is_deeper = line.startswith("    ") and n > 0 and not lines[n - 1] and not last.startswith("    ")
        if is_deeper:
            told += ["::", ""]
        is_code = is_deeper or is_code and (not line or line.startswith("    "))
        told.append(line if is_code else line.replace("*", r"\*"))
        last = line or last
    return told


def as_rst(_app, _what, _name, _object, _options, lines):
    """Docstrings are plain text that happens to be near reStructuredText."""
    lines[:] = code_marked(lines)


def mend_theme(app, failure):
    """Debian's furo leaves two files to be found by a web server: one of normalize.css, and a module of JavaScript, which a
    page opened from a disk may not load. The first is left out (site.css has what it does), the second joined."""
    static = pathlib.Path(app.outdir) / "_static"
    module, script = static / "scripts/gumshoe-patched.js", static / "scripts/furo.js"
    if failure or not script.exists():
        return
    for style in static.glob("styles/*.css"):
        style.write_text(re.sub(r"@import url\(/[^)]*\);?", "", style.read_text()))
    imported = re.compile(r'^import Gumshoe from "./gumshoe-patched.js";$', re.MULTILINE)
    if imported.search(script.read_text()):
        script.write_text(module.read_text() + imported.sub("", script.read_text()))
        module.unlink()


def setup(app):
    app.connect("autodoc-process-docstring", as_rst, priority=100)  # before napoleon
    app.connect("build-finished", mend_theme)
