"""Hues of authors: the same for all posts of a visitor in an event, of a few, so that they tell little."""

from django.utils.crypto import salted_hmac

from feeds.models.post.posts import Post

HUES = 6
"""Number of hues: static/tokens.css has their colours."""


def hue_of(post: Post) -> int:
    """The hue of a post's author, from 1 to HUES: by account for hosts, by browser for visitors, else by name.

    The digest has a secret key and the event in it. So nobody can work out an author from it, or recognise one in
    another event.
    """
    author = ["name", post.name]
    if post.by_host and post.user_id:
        author = ["account", str(post.user_id)]
    elif post.visitor:
        author = ["browser", post.visitor]
    digest = salted_hmac("feeds.hue", " ".join([str(post.event_id), *author]), algorithm="sha256").digest()
    return int.from_bytes(digest[:4]) % HUES + 1
