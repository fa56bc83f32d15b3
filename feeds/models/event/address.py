"""Addresses of events: the part of a path that names one."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

RESERVED_SLUGS = {"new", "import"}
"""Addresses of Commentary's own pages."""


def validate_slug(value: str) -> None:
    """Raises `ValidationError` for an address that Commentary itself uses."""
    if value in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(value)s” is an address of Commentary itself. Choose another."), params={"value": value}
        )


class AddressField(models.SlugField):
    """The part of an address that names an event. It is stored and searched in lower case: case does not matter."""

    def to_python(self, value: object) -> object:
        """The value of a form in lower case."""
        return _lower(super().to_python(value))

    def get_prep_value(self, value: object) -> object:
        """The value for a query in lower case."""
        return _lower(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> object:
        """The value to save in lower case, which the instance gets as well."""
        value = _lower(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value
