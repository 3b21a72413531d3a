"""How the site is built: `make docs` calls Sphinx with this file, and needs no network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import site_links  # noqa: E402
import site_pages  # noqa: E402
import site_pictures  # noqa: E402

import hotspot_gaps as hg  # noqa: E402

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "hotspot_gaps"
author = "The hotspot_gaps authors"
copyright = "The hotspot_gaps authors"  # noqa: A001 - the name that Sphinx reads
version = release = hg.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["generated/extra"]
nitpicky = True
# What is not ours cannot be looked up without a network.
nitpick_ignore_regex = [
    ("py:.*", r"(?!hotspot_gaps\.).*"),
    (
        "py:class",
        r"hotspot_gaps\.(sources\.roads\.Roads|settings\.Travel)",
    ),  # by short names
]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_execution_timeout = 120
nb_ipywidgets_js = {}
nb_merge_streams = True

default_role = "code"
highlight_language = "none"
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_use_rtype = False
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = "hotspot_gaps"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["generated/extra"]
html_copy_source = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#7a2e12",
        "color-brand-content": "#1d5c78",
        "color-brand-visited": "#1d5c78",
    },
    "dark_css_variables": {
        "color-brand-primary": "#f0a583",
        "color-brand-content": "#7cc0dd",
        "color-brand-visited": "#7cc0dd",
    },
}


def setup(app: Sphinx) -> None:
    """Have pages and pictures made before the build, and links checked after it."""
    site_pictures.make(HERE / "generated")
    site_pages.make(HERE / "generated")
    app.connect("source-read", site_pages.point_inside)
    app.connect("build-finished", site_links.check)
