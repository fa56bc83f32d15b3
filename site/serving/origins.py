"""Who may open a WebSocket. Browsers apply no same-origin policy to them, so the server does."""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from serving.logs import shown

logger = logging.getLogger(__name__)


def require_same_origin(application: Any) -> Any:
    """ASGI middleware: refuse (403) a handshake whose Host is not ours, or whose Origin is not that host.

    Origins in CSRF_TRUSTED_ORIGINS pass as well: the same rule that Django applies to a POST. Channels'
    AllowedHostsOriginValidator looks at the Origin only and ignores its port.
    """

    async def checked(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        host, origin = (headers.get(name, b"").decode("latin-1").lower() for name in (b"host", b"origin"))
        if _allowed(host, origin):
            await application(scope, receive, send)
        else:
            _say(host, origin)
            await send({"type": "websocket.close", "code": 1008})

    return checked


def _allowed(host: str, origin: str) -> bool:
    if not _is_ours(host):
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == host


def _is_ours(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain and validate_host(domain, settings.ALLOWED_HOSTS))


def _say(host: str, origin: str) -> None:
    """An operator whose proxy does not pass the Host on sees pages that are never live, and would not know why."""
    address = shown(origin if origin not in {"", "null"} else f"https://{host}")
    logger.warning(
        "Refused a live connection: Host “%s”, Origin “%s”. If people use %s, set PUBLIC_URL=%s; otherwise let the "
        "proxy in front pass on the Host it is asked for (nginx: proxy_set_header Host $http_host).",
        shown(host),
        shown(origin),
        address,
        address,
    )
