from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "feeds"

    def ready(self) -> None:
        from feeds import contract  # noqa: F401, PLC0415  (registers its system check; needs the models)
