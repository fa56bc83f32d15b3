"""What is done with `manage.py`."""

from django.core.checks import Tags

QUICK_CHECKS = sorted(set(Tags) - {Tags.templates, Tags.database})
"""All but that of the templates, which takes a second: `manage.py check` and the tests ask for it, not every start."""
