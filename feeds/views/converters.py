"""Converters for parts of addresses."""

from feeds.models import Post
from feeds.models.post.kinds import PostKey, kinds, plural_of

_models = {plural_of(model): model for model in kinds.values()}


class PostConverter:
    """Converter for a post: `entries/18`, `comments/7`."""

    small_letters = True
    """Whether capitals make no difference: see `feeds.middleware.spelling`."""
    regex = f"(?:{'|'.join(_models)})/[0-9]+"

    def to_python(self, value: str) -> PostKey:
        """Model and primary key of the post that an address names."""
        plural, _, pk = value.partition("/")
        return PostKey(_models[plural], int(pk))

    def to_url(self, value: Post | PostKey) -> str:
        """Name of a post in addresses."""
        model = value.model if isinstance(value, PostKey) else type(value)
        return f"{plural_of(model)}/{value.pk}"
