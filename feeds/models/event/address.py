"""Addresses of events: the part of a path that names one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

RESERVED_SLUGS = {"new", "import"}
"""Addresses of Commentary's own pages."""


def validate_slug(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(value)s” is an address of Commentary itself. Choose another."), params={"value": value}
        )


class AddressField(models.SlugField):
    """The part of an address that names an event. Capitals make no difference, so none are kept, or looked for."""

    def to_python(self, value: Any) -> Any:
        return _lower(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        return _lower(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = _lower(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
