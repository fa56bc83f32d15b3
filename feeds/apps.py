from typing import Any

from django.apps import AppConfig
from django.core import checks


class FeedsConfig(AppConfig):
    name = "feeds"


@checks.register(checks.Tags.templates)
def templates_keep_the_contract(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    from feeds import contract  # noqa: PLC0415  (only who checks needs it, and the samples)

    return contract.check()
