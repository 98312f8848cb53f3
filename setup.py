"""Puts the payer profiles, which lie at the top of the repository, inside the installed package."""

from setuptools import find_namespace_packages, setup

PROFILES = "scrubber.payer_profiles"
FOUND = find_namespace_packages(include=["scrubber*"], exclude=["*.__pycache__*"])

setup(packages=[*FOUND, PROFILES], package_dir={PROFILES: "payer_profiles"})
