"""Commands of `manage.py`."""

from django.core.checks import Tags

QUICK_CHECKS = [
    *(Tags.admin, Tags.async_support, Tags.caches, Tags.compatibility, Tags.files, Tags.models, Tags.security),
    *(Tags.signals, Tags.sites, Tags.staticfiles, Tags.translation, Tags.urls),
]
"""All checks but that of the templates, which takes a second. `manage.py check` and the tests run it, not every
start."""
