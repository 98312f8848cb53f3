"""Puts the payer profiles, which are at the top of the repository, inside the package, describes it
by the README without its relative links, and builds the lane where a C compiler is. One build is
for all versions of Python from 3.11 on (abi3).
"""

import re
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, find_namespace_packages, setup

PROFILES = "scrubber.payer_profiles"
FOUND = find_namespace_packages(include=["scrubber*"], exclude=["*.__pycache__*"])

extensions = cythonize(
    [
        Extension(
            f"scrubber.lane.{path.stem}",
            [str(path)],
            extra_compile_args=["-O3", "-g0"],
            define_macros=[("Py_LIMITED_API", "0x030b0000")],
            py_limited_api=True,
        )
        for path in sorted(Path("scrubber/lane").glob("*.pyx"))
    ],
    build_dir="build/cython",
)
for extension in extensions:
    extension.optional = True  # cythonize does not take it over
README = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
RELATIVE_LINK = re.compile(r"!?\[([^\]]*)\]\((?!https?:)[^)]*\)")

setup(
    packages=[*FOUND, PROFILES],
    package_dir={PROFILES: "payer_profiles"},
    ext_modules=extensions,
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
    long_description=RELATIVE_LINK.sub(r"\1", README),
    long_description_content_type="text/markdown",
)
