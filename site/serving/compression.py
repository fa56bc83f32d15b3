"""Pages as small as they can be sent: templates without their indentation, answers compressed as far as gzip can."""

import gzip
import io
import re
import secrets
from typing import Any

from django.middleware.gzip import GZipMiddleware
from django.template.base import Origin
from django.template.loaders import filesystem
from django.utils.cache import patch_vary_headers

_TAG = r"""(?:\{\#[^\n]*?\#\}|\{%\ (?:if|elif|else|endif|for|empty|endfor|with|endwith|load|block|endblock|extends
           |url\ [^%]+\ as\ \w+|translate\ [^%]+\ as\ \w+|querystring\ [^%]+\ as\ \w+)\b[^\n]*?%\})"""
_COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
_INDENT = re.compile(r"\n\s+")
_TAGS_ALONE = re.compile(rf"^((?:{_TAG})+)\n", re.MULTILINE | re.VERBOSE)
AT_LEAST = 200
"""Bytes; below, compressing makes an answer larger."""


class Loader(filesystem.Loader):
    """Templates without what is there for who reads those: comments, indentation, lines of nothing but tags."""

    def get_contents(self, origin: Origin) -> str:
        contents = super().get_contents(origin)
        return tight(contents) if str(origin.name).endswith(".html") else contents


def tight(template: str) -> str:
    return _TAGS_ALONE.sub(r"\1", _INDENT.sub("\n", _COMMENT.sub("{##}", template)))


class CompressedMiddleware(GZipMiddleware):
    """As Django's, but at level 9: an event's page is 700 bytes smaller for as good as the same time."""

    def process_response(self, request: Any, response: Any) -> Any:
        takes = "gzip" in request.headers.get("Accept-Encoding", "")
        if response.streaming or not takes or "Content-Encoding" in response or len(response.content) < AT_LEAST:
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = compressed(response.content)
        response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "gzip"
        if response.get("ETag", "").startswith('"'):
            response["ETag"] = f"W/{response['ETag']}"
        return response


def compressed(content: bytes) -> bytes:
    """With a name of random length, as Django has it: so its length tells nothing of the tokens in it (“BREACH”)."""
    packed = io.BytesIO()
    name = "a" * secrets.randbelow(GZipMiddleware.max_random_bytes)
    with gzip.GzipFile(name, "wb", 9, packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
