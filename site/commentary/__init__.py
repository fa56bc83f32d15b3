"""The installation of Commentary: settings and addresses."""

VERSION = "0.1.0"
"""The version in pyproject.toml, by which upgrades are named in CHANGELOG.md."""
