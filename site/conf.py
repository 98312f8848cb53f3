"""Settings of the documentation site; `make site` builds it into site-out."""

from scrubber import __version__

project = "claim-scrubber"
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_heading_anchors = 4
# Nothing is fetched from elsewhere, so that the site can be read from disk.
html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_show_copyright = False
autodoc_typehints = "description"
autodoc_class_signature = "separated"
autodoc_default_options = {"members": True, "undoc-members": True}
